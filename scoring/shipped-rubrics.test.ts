import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CallMetadata, callMetadataSchema } from '../ingest/index.ts';
import { type Transcript, transcriptSchema } from '../transcribe/index.ts';
import { fitsCall } from './fits-call.ts';
import { readRubric } from './read-rubric.ts';
import { criteriaOf, type Rubric } from './rubric.ts';
import { scoreTranscript } from './score-transcript.ts';

const root = join(import.meta.dirname, '..');
const calls = join(root, 'test/fixtures/synth');
const files = readdirSync(join(root, 'rubrics')).filter((name) => name.endsWith('.yaml'));

function read(file: string): Rubric {
  const result = readRubric(readFileSync(join(root, 'rubrics', file), 'utf8'));
  if ('errors' in result) throw new Error(JSON.stringify(result.errors, null, 1));
  return result.rubric;
}

const rubrics = files.map(read).toSorted((a, b) => a.order - b.order);
const json = (name: string): unknown => JSON.parse(readFileSync(join(calls, name), 'utf8'));
const heard = json('recognised_whisper_base.json') as { call: string; turn: string; hyp: string }[];

function transcriptOf(id: string, from: 'true words' | 'a recogniser’s words'): Transcript {
  const transcript = transcriptSchema.parse(json(`${id}.transcript.json`));
  if (from === 'true words') return transcript;
  const hypotheses = new Map(heard.filter(({ call }) => call === id).map(({ turn, hyp }) => [turn, hyp.trim()]));
  return { ...transcript, turns: transcript.turns.map((turn) => ({ ...turn, text: hypotheses.get(turn.id) ?? turn.text })) };
}

describe.each(files)('%s', (file) => {
  const rubric = read(file);
  test('is a rubric in Chinese and English, every criterion with its question in both', () => {
    expect(rubric.languages).toEqual(['zh', 'en']);
    for (const { id, question } of criteriaOf(rubric)) {
      expect(question?.zh, id).toMatch(/\p{Script=Han}/u);
      expect(question?.en, id).toMatch(/^[\x20-\x7e]+$/);
    }
  });
  test('is for some calls and not for all', () => {
    expect(Object.keys(rubric.for).length).toBeGreaterThan(0);
    expect(fitsCall(rubric, {})).toBe(false);
  });
});

describe.each(['true words', 'a recogniser’s words'] as const)('labelled calls from %s', (from) => {
  const ids = readdirSync(calls).flatMap((name) => (name.endsWith('.truth.json') ? [name.slice(0, 5)] : []));
  const counts = { right: 0, forPeople: 0, wrong: [] as string[] };
  for (const id of ids) {
    test(`${id}: every verdict agrees with an inspector’s or goes to a person`, () => {
      const metadata: CallMetadata = callMetadataSchema.parse(json(`${id}.meta.json`));
      const { expect: wanted } = json(`${id}.truth.json`) as { expect: Record<string, string> };
      const fitting = rubrics.filter((rubric) => fitsCall(rubric, metadata));
      expect(fitting.length).toBeGreaterThan(0);
      const criteria = fitting.flatMap((rubric) => scoreTranscript(rubric, transcriptOf(id, from), { metadata }).criteria);
      const wrong: string[] = [];
      for (const [criterion, inspector] of Object.entries(wanted)) {
        const machine = criteria.find((each) => each.id === criterion)?.verdict;
        if (machine === undefined && inspector === 'not_applicable') continue;
        if (machine === inspector) counts.right += 1;
        else if (machine === 'needs_review') counts.forPeople += 1;
        else wrong.push(`${criterion}: ${machine} for ${inspector}`);
      }
      expect(wrong).toEqual([]);
    });
  }
  test('few go to a person: at least nine in ten are decided, and right', () => {
    expect(counts.right).toBeGreaterThanOrEqual(9 * counts.forPeople);
    expect(counts.right).toBeGreaterThan(90);
  });
});
