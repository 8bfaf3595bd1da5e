import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Transcript, transcriptSchema } from '../transcribe/index.ts';
import { readRubric } from './read-rubric.ts';
import { scoreTranscript } from './score-transcript.ts';

interface Example {
  readonly rubric: string;
  readonly call: string;
  readonly result: string;
}

/** Every result of a guide, with the call and the rubric that come before it. */
function examplesOf(language: 'en' | 'zh'): readonly Example[] {
  const text = readFileSync(join(import.meta.dirname, '..', 'docs/guide', `write-your-first-rubric.${language}.md`), 'utf8');
  const examples: Example[] = [];
  let [rubric, call] = ['', ''];
  for (const [, kind, body = ''] of text.matchAll(/```(yaml|call|result)\n([\s\S]*?)```/g)) {
    if (kind === 'yaml') rubric = body;
    if (kind === 'call') call = body;
    if (kind === 'result') examples.push({ rubric, call, result: body });
  }
  return examples;
}

/** One line a turn, five seconds each. */
function callOf(text: string, language: string): Transcript {
  const lines = text.trim().split('\n');
  return transcriptSchema.parse({
    version: 1,
    language,
    durationMs: lines.length * 5000,
    layout: 'agent-left',
    turns: lines.map((line, index) => {
      const [speaker = '', ...words] = line.split(': ');
      return { id: `t${index + 1}`, speaker, startMs: index * 5000, endMs: index * 5000 + 4500, text: words.join(': ') };
    }),
  });
}

describe.each(['en', 'zh'] as const)('the guide (%s)', (language) => {
  const examples = examplesOf(language);
  test('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(8);
  });
  test.each(examples)('gives what it says: $result', ({ rubric, call, result }) => {
    const read = readRubric(rubric);
    if ('errors' in read) throw new Error(JSON.stringify(read.errors));
    const spoken = /\p{Script=Han}/u.test(call) ? 'zh' : 'en';
    const card = scoreTranscript(read.rubric, callOf(call, spoken));
    const lines = card.criteria.map(({ id, verdict }) => `${id}: ${verdict}`);
    expect([...lines, `percent: ${card.score.percent}`]).toEqual(result.trim().split('\n'));
  });
});
