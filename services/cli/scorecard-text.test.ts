import { expect, test } from 'vitest';
import { type JudgeFinding, readRubric, scoreTranscript } from '../../scoring/index.ts';
import { transcriptSchema } from '../../transcribe/index.ts';
import { scorecardText } from './scorecard-text.ts';
import type { Terminal } from './terminal.ts';

const terminal: Terminal = {
  isInteractive: false,
  out: () => undefined,
  note: () => undefined,
  progress: () => ({ to: () => undefined, stop: () => undefined }),
  style: (_format, text) => text,
};

const transcript = transcriptSchema.parse({
  version: 1,
  language: 'en',
  durationMs: 9000,
  layout: 'agent-left',
  turns: [{ id: 't1', speaker: 'agent', startMs: 0, endMs: 4000, text: 'I am so sorry to hear that.' }],
});

function card(judge?: ReadonlyMap<string, JudgeFinding>) {
  const result = readRubric(
    'rubric: r\nsections: [{ id: s, criteria: [{ id: kind, points: 2, judge: { question: Was the agent kind? } }] }]',
  );
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return scoreTranscript(result.rubric, transcript, judge === undefined ? {} : { judge });
}

test('what a judge cost is a line, in the currency of its price and in tokens; without a judge there is none', () => {
  const finding: JudgeFinding = {
    verdict: 'met',
    reason: { zh: '先致歉', en: 'apologised first' },
    evidence: [{ turnId: 't1', speaker: 'agent', startMs: 0, endMs: 4000, text: 'so sorry', score: 1, of: 'judge' }],
    confidence: 1000,
    judge: { model: 'm', promptHash: 'p' },
    cost: { micros: 1_028_000, asked: 8000, answered: 1200 },
  };
  const judged = card(new Map([['kind', finding]]));
  expect(judged.judge).toEqual({ costMicros: 1_028_000, askedTokens: 8000, answeredTokens: 1200 });
  expect(scorecardText(judged, 'en', terminal)).toContain('Judge: 1.028000 (9200 tokens)');
  expect(scorecardText(judged, 'zh', terminal)).toContain('评审模型费用: 1.028000 (9200 个词元)');
  expect(card().judge).toBeUndefined();
  expect(scorecardText(card(), 'en', terminal)).not.toContain('Judge:');
});
