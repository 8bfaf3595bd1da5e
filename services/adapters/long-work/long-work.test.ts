import { afterAll, describe, expect, test } from 'vitest';
import type { Call } from '../../../ingest/index.ts';
import { criteriaForJudge, readRubric, type Rubric, scoreTranscript } from '../../../scoring/index.ts';
import { callDocument } from '../../../search/index.ts';
import { canonicalJson } from '../../kernel/index.ts';
import { redactTranscript, type Transcript, transcriptSchema } from '../../../transcribe/index.ts';
import { LongWork } from './index.ts';

const transcript: Transcript = transcriptSchema.parse({
  version: 1,
  callId: 'call',
  language: 'zh',
  durationMs: 60_000,
  layout: 'agent-left',
  turns: [
    ['agent', '您好，海川银行，请问您的卡号是多少？'],
    ['customer', '六二二二零二幺二三四五六七八九四'],
    ['agent', '我们不保证收益，再见。'],
  ].map(([speaker, text], index) => ({
    id: `t${index + 1}`,
    speaker,
    channel: speaker === 'agent' ? 0 : 1,
    startMs: index * 9000,
    endMs: index * 9000 + 8000,
    text,
  })),
});

function rubricOf(phrase: string): Rubric {
  const result = readRubric(`rubric: r
languages: [zh]
sections:
  - id: s
    criteria:
      - { id: said, points: 1, met_when: 'agent: ~"${phrase}"' }
      - { id: kind, points: 1, judge: { question: Was the agent kind? } }`);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return result.rubric;
}

const call: Call = {
  callId: 'call',
  source: 'test',
  name: 'a.wav',
  audioSha256: 'a'.repeat(64),
  sizeBytes: 1,
  metadata: {},
  corrections: {},
  recording: 'recording/a',
  givenTranscript: undefined,
  recordingKind: 'audio',
  revision: 3,
  state: 'scored',
  refusal: undefined,
  receivedAt: 7,
};

describe.each([
  ['in a thread, where a transcript is long', 1],
  ['here, where it is short', 10_000],
])('what is computed %s', (_, long) => {
  const work = new LongWork(long);
  afterAll(() => work.close());

  test('is the same: redaction, scorecards by several rubrics, what a judge is asked, the document', async () => {
    const speech = [{ channel: 1, startMs: 9000, endMs: 17_000 }];
    expect(await work.redact(transcript, { speech })).toEqual(redactTranscript(transcript, { speech }));
    for (const rubric of [rubricOf('您好'), rubricOf('再见'), rubricOf('您好')]) {
      const card = await work.score(rubric, transcript, { callId: 'call' });
      expect(canonicalJson(card)).toBe(canonicalJson(scoreTranscript(rubric, transcript, { callId: 'call' })));
      expect(await work.forJudge(rubric, transcript, {})).toEqual(criteriaForJudge(rubric, transcript).map(({ id }) => id));
      const input = { call, transcript, scorecards: [] };
      expect(canonicalOf(await work.document(input))).toBe(canonicalOf(callDocument(input)));
    }
  });

  test('many at once come back to whoever asked', async () => {
    const rubrics = ['您好', '银行', '收益', '再见'].map(rubricOf);
    const cards = await Promise.all(rubrics.map((rubric) => work.score(rubric, transcript, {})));
    expect(cards).toEqual(rubrics.map((rubric) => scoreTranscript(rubric, transcript)));
  });
});

test('an error is told without its text, and the thread goes on; work after it ended begins a new one', async () => {
  const work = new LongWork(1);
  const broken = { ...transcript, turns: [{ ...transcript.turns[0], channel: 0n }] } as unknown as Transcript;
  const failed = await work.redact({ ...broken, turns: [null, ...broken.turns] } as never, {}).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Error);
  expect(String(failed)).not.toContain('您好');
  expect((await work.redact(transcript, {})).findings).toHaveLength(1);
  await work.close();
  expect((await work.redact(transcript, {})).findings).toHaveLength(1);
  const cut = work.redact(transcript, {});
  const outcome = expect(cut).rejects.toThrow(/ended/);
  await work.close();
  await outcome;
});

function canonicalOf(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (each instanceof Uint8Array ? Buffer.from(each).toString('hex') : each));
}
