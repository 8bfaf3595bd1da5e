import { expect, test } from 'vitest';
import { transcriptSchema } from '../transcribe/index.ts';
import type { Decision } from './decide.ts';
import type { PublishedRubric } from './ports.ts';
import { readRubric, rubricHash } from './read-rubric.ts';
import { planScoring, scoreCall } from './score-call.ts';
import { transcriptHash } from './score-transcript.ts';

const callId = 'c'.repeat(32);

function published(id: string, wanted: string, order: number, phrase = '您好'): PublishedRubric {
  const yaml = `rubric: ${id}\norder: ${order}\nfor: ${wanted}\nsections: [{ id: s, criteria: [{ id: c, points: 1, met_when: ${phrase} }] }]`;
  const result = readRubric(yaml);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return { rubricId: id, version: 3, hash: rubricHash(result.rubric), yaml, rubric: result.rubric };
}

const store = (...rubrics: PublishedRubric[]) => ({ current: async () => rubrics });
const transcript = transcriptSchema.parse({
  version: 1,
  language: 'zh',
  durationMs: 2000,
  layout: 'agent-left',
  turns: [{ id: 't1', speaker: 'agent', startMs: 0, endMs: 1000, text: '您好' }],
});
const input = { callId, metadata: { queue: 'cards' } };

test('every published rubric that is for the call scores it, the first by order as the headline', async () => {
  const rubrics = store(published('b', '{}', 20), published('a', '{ queue: card* }', 10), published('c', '{ queue: funds }', 1));
  const scored = await scoreCall({ rubrics }, input, transcript);
  expect(scored.scorecards.map(({ rubricId, headline }) => [rubricId, headline])).toEqual([
    ['a', true],
    ['b', false],
  ]);
  expect(scored.scorecards[0]?.card).toMatchObject({ callId, rubric: { id: 'a', version: 3 }, score: { percent: 100 } });
});

test('no rubric for the call: scored by none', async () => {
  expect((await scoreCall({ rubrics: store() }, input, transcript)).scorecards).toEqual([]);
});

test('the plan names what the result depends on: the same for the same, another for another transcript, rubric or decision', async () => {
  const plan = (rubric: PublishedRubric, hash: string, decisions: readonly Decision[] = []) =>
    planScoring({ rubrics: store(rubric), decisions: { decisionsFor: async () => decisions } }, input, hash).then(
      ({ recipeHash }) => recipeHash,
    );
  const hash = transcriptHash(transcript);
  const first = await plan(published('a', '{}', 1), hash);
  expect(await plan(published('a', '{}', 1), hash)).toBe(first);
  const others = await Promise.all([
    plan(published('a', '{}', 1), 'f'.repeat(64)),
    plan(published('a', '{}', 1, '再见'), hash),
    plan(published('a', '{}', 1), hash, [{ criterion: 'c', verdict: 'met' }]),
  ]);
  expect(new Set([first, ...others]).size).toBe(4);
  const scored = await scoreCall({ rubrics: store(published('a', '{}', 1)) }, input, transcript);
  expect(scored.recipeHash).toBe(first);
});

test('a person’s decision is kept through every scoring', async () => {
  const decisions = { decisionsFor: async () => [{ criterion: 'c', verdict: 'unmet' }] as const };
  const scored = await scoreCall({ rubrics: store(published('a', '{}', 1)), decisions }, input, transcript);
  expect(scored.scorecards[0]?.card.criteria[0]).toMatchObject({ verdict: 'unmet', decidedBy: 'person', machine: 'met' });
});
