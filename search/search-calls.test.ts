import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemorySearchIndex } from '../services/adapters/memory/search-index.ts';
import { madeDocuments, madeWords, seededRandom } from '../test/calls/made-calls.ts';
import { randomCalls, randomLists, randomPhrases } from '../test/phrases/random-calls.ts';
import { randomTrees } from '../test/phrases/random-tree.ts';
import {
  candidateQuery,
  compileRules,
  formatExpression,
  packPrepared,
  prepareTranscript,
  type SpokenTranscript,
  type Tree,
} from '../phrases/index.ts';
import {
  BackgroundCounts,
  type CallDocument,
  type CallFacts,
  exportCalls,
  type FoundCall,
  holds,
  indexTerms,
  type SearchCursor,
  type SearchDeps,
  searchCalls,
  searchFacets,
  type SearchSort,
  termQuery,
} from './index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const lists = randomLists;

const facts = (number: number, more: Partial<CallFacts> = {}): CallFacts => ({
  callId: number.toString(16).padStart(32, '0'),
  revision: 1,
  state: 'scored',
  at: 1_000 * (number % 7),
  startedAt: null,
  receivedAt: 0,
  source: 'folder',
  name: `${number}.wav`,
  title: null,
  agentId: null,
  agentName: null,
  team: number % 2 === 0 ? '甲' : '乙',
  queue: null,
  direction: null,
  product: null,
  language: 'zh',
  durationMs: 1_000 * (number % 5),
  score: null,
  critical: { customer: 0, business: 0, compliance: 0 },
  needsReview: 0,
  ...more,
});

function documentOf(transcript: SpokenTranscript, number: number, more: Partial<CallFacts> = {}): CallDocument {
  const prepared = prepareTranscript(transcript);
  return { facts: facts(number, more), verdicts: [], terms: indexTerms(prepared), form: packPrepared(prepared) };
}

async function indexOf(documents: readonly CallDocument[]): Promise<SearchDeps> {
  const index = new MemorySearchIndex();
  await index.upsert(documents);
  return { index, lists };
}

/** Every page of a search, one after another. */
async function allPages(deps: SearchDeps, expression: string, sort: SearchSort, limit: number): Promise<FoundCall[]> {
  const all: FoundCall[] = [];
  let after: SearchCursor | undefined;
  do {
    const { calls, next } = await searchCalls(deps, { expression, filters: {}, sort, limit, after });
    all.push(...calls);
    after = next;
  } while (after !== undefined);
  return all;
}

interface Scanned {
  readonly number: number;
  readonly value: 'yes' | 'perhaps';
  readonly hits: number;
  readonly best: number;
}

/** The matcher over every call, newest first. */
function scan(tree: Tree, transcripts: readonly SpokenTranscript[]): Scanned[] {
  const rules = compileRules([{ id: 'search', expression: tree }], { lists });
  return transcripts
    .flatMap((transcript, number): Scanned[] => {
      const [result] = rules.match(prepareTranscript(transcript));
      if (result === undefined || result.value === 'no' || result.onlyUnintelligible) return [];
      const shown = result.hits.length > 0 ? result.hits : result.possible;
      const best = Math.max(0, ...shown.map(({ score }) => score));
      return [{ number, value: result.value, hits: result.hits.length + result.possible.length, best }];
    })
    .toSorted((a, b) => facts(b.number).at - facts(a.number).at || b.number - a.number);
}

const numberOf = ({ facts: { callId } }: { facts: CallFacts }): number => Number.parseInt(callId, 16);
const trees = randomTrees(fc.constantFrom(...randomPhrases), Object.keys(lists));

describe('a search finds what the matcher finds in a scan over all calls', () => {
  test('in every order, over pages, with true counts, whatever the expression', async () => {
    await fc.assert(
      fc.asyncProperty(
        trees,
        fc.array(randomCalls, { minLength: 3, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (tree, transcripts, limit) => {
          const expression = formatExpression(tree);
          const deps = await indexOf(transcripts.map((transcript, number) => documentOf(transcript, number)));
          const expected = scan(tree, transcripts);
          const found = await allPages(deps, expression, 'newest', limit);
          expect(found.map((each) => [numberOf(each), each.value, each.hitCount])).toEqual(
            expected.map(({ number, value, hits }) => [number, value, hits]),
          );
          const { counts } = await searchCalls(deps, { expression, filters: {}, sort: 'newest', limit: 1 });
          expect([counts.calls, counts.exact]).toEqual([expected.length, true]);
          const best = await allPages(deps, expression, 'match', limit);
          expect(best.map(numberOf)).toEqual(
            expected.toSorted((a, b) => b.best - a.best || b.hits - a.hits).map(({ number }) => number),
          );
          const facets = await searchFacets(deps, { expression, filters: {} }, { zoneOffsetMs: 0 });
          expect([facets.exact, facets.facets.calls]).toEqual([true, expected.length]);
          const exported: number[] = [];
          for await (const each of exportCalls(deps, { expression, filters: {}, sort: 'oldest' })) exported.push(numberOf(each));
          expect(exported).toEqual(expected.map(({ number }) => number).toReversed());
        },
      ),
      { numRuns: Math.ceil(80 * scale) },
    );
  });

  test('what it finds is among the candidates of the terms that an index holds', () => {
    fc.assert(
      fc.property(trees, fc.array(randomCalls, { minLength: 1, maxLength: 2 }), (tree, transcripts) => {
        const terms = termQuery(candidateQuery(tree, lists).query);
        const found = new Set(scan(tree, transcripts).map(({ number }) => number));
        transcripts.forEach((transcript, number) => {
          const admitted = holds(terms, new Set(indexTerms(prepareTranscript(transcript))));
          if (found.has(number)) expect({ expression: formatExpression(tree), admitted }).toMatchObject({ admitted: true });
        });
      }),
      { numRuns: Math.ceil(500 * scale) },
    );
  });
});

test('a word of thousands of letters is found, and its like is not', async () => {
  const long = 'a'.repeat(3_000);
  const said = (text: string): SpokenTranscript => ({
    language: 'en',
    durationMs: 5_000,
    turns: [{ id: 't1', speaker: 'agent', startMs: 0, endMs: 3_000, text }],
  });
  const deps = await indexOf([documentOf(said(`well ${long}`), 1), documentOf(said(`well ${long}b`), 2)]);
  const { calls, counts } = await searchCalls(deps, { expression: long, filters: {}, sort: 'newest', limit: 10 });
  expect(calls.map(numberOf)).toEqual([1]);
  expect(counts).toMatchObject({ certain: false, calls: 1, exact: true });
  for (const { terms } of [documentOf(said(long), 3)])
    expect(Math.max(...terms.map((term) => term.length))).toBeLessThanOrEqual(200);
});

describe('pages', () => {
  test('neither repeat nor miss a call while newer ones arrive', async () => {
    const pool = madeWords(seededRandom(7), 12);
    const documents = [...madeDocuments(7, 0, 120, pool)];
    const deps = await indexOf(documents.slice(0, 80));
    const before = new Set(documents.slice(0, 80).map(({ facts: { callId } }) => callId));
    const newest = Math.max(...documents.map(({ facts: { at } }) => at));
    const seen: string[] = [];
    let after: SearchCursor | undefined;
    let arrived = 80;
    do {
      const page = await searchCalls(deps, {
        expression: '~"感谢您的来电" or thank',
        filters: {},
        sort: 'newest',
        limit: 7,
        after,
      });
      seen.push(...page.calls.map(({ facts: { callId } }) => callId));
      const late = documents.slice(arrived, (arrived += 4));
      await deps.index.upsert(late.map((each, at) => ({ ...each, facts: { ...each.facts, at: newest + arrived + at } })));
      after = page.next;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    const scanned = await indexOf(documents.slice(0, 80));
    const wanted = await allPages(scanned, '~"感谢您的来电" or thank', 'newest', 100);
    expect(wanted.length).toBeGreaterThan(20);
    expect(seen.filter((callId) => before.has(callId))).toEqual(wanted.map(({ facts: { callId } }) => callId));
  });
});

describe('hits', () => {
  const turn = (id: string, speaker: string, startMs: number, text: string): SpokenTranscript['turns'][number] => ({
    id,
    speaker,
    startMs,
    endMs: startMs + 2_000,
    text,
    channel: speaker === 'agent' ? 0 : 1,
  });

  test('are sentences with the words marked, their times and why', async () => {
    const transcript: SpokenTranscript = {
      language: 'zh',
      durationMs: 20_000,
      turns: [
        turn('t1', 'agent', 1_000, '您好。这个产品保正收益，您放心！还有别的吗？'),
        turn('t2', 'customer', 9_000, '那我买。'),
      ],
    };
    const deps = await indexOf([documentOf(transcript, 1)]);
    const { calls } = await searchCalls(deps, { expression: '~"保证收益"', filters: {}, sort: 'newest', limit: 10 });
    expect(calls[0]?.hits).toEqual([
      {
        turnId: 't1',
        speaker: 'agent',
        startMs: expect.any(Number) as number,
        endMs: expect.any(Number) as number,
        sentence: '这个产品保正收益，您放心！',
        marks: [[4, 8]],
        score: 1000,
        setting: 'plain',
        possible: false,
        why: { zh: expect.stringContaining('读音') as string, en: expect.stringContaining('sounds') as string },
      },
    ]);
    const joined = await searchCalls(deps, {
      expression: '"放心" before customer: "买"',
      filters: {},
      sort: 'newest',
      limit: 10,
    });
    const [hit] = joined.calls[0]?.hits ?? [];
    expect(hit?.sentence).toBe('这个产品保正收益，您放心！ … 那我买。');
    expect(hit?.marks.map(([from, to]) => hit.sentence.slice(from, to))).toEqual(['放心', '买']);
  });

  test('of one long turn without an end are cut around the words, never within a character', async () => {
    const text = `${'👍好'.repeat(60)}收益${'👍好'.repeat(60)}`;
    const transcript: SpokenTranscript = { language: 'zh', durationMs: 9_000, turns: [turn('t1', 'agent', 0, text)] };
    const deps = await indexOf([documentOf(transcript, 1)]);
    const { calls } = await searchCalls(deps, { expression: '收益', filters: {}, sort: 'newest', limit: 1 });
    const [hit] = calls[0]?.hits ?? [];
    expect(hit?.sentence.length).toBeLessThan(140);
    expect(hit?.sentence.isWellFormed()).toBe(true);
    expect(hit?.marks.map(([from, to]) => hit.sentence.slice(from, to))).toEqual(['收益']);
  });
});

describe('counts', () => {
  test('that say "at least" are finished in the background', async () => {
    const transcript = (said: string): SpokenTranscript => ({
      language: 'zh',
      durationMs: 5_000,
      turns: [{ id: 't1', speaker: 'agent', startMs: 0, endMs: 3_000, text: said }],
    });
    const [yes, no] = [documentOf(transcript('本产品不保证收益'), 0), documentOf(transcript('收益都保证，不'), 0)];
    const documents = Array.from({ length: 2_300 }, (_, number) => ({
      ...(number % 2 === 0 ? yes : no),
      facts: facts(number, { at: number }),
    }));
    const deps = await indexOf(documents);
    const request = { expression: '"不保证收益" near "产品"', filters: {} };
    const result = await searchCalls(deps, { ...request, sort: 'newest', limit: 20 });
    expect(result.counts).toMatchObject({ certain: false, exact: false, candidates: 1_150 });
    expect(result.calls).toHaveLength(20);
    const background = new BackgroundCounts(deps, { now: () => 1 }, new Uint8Array([1]));
    const id = background.goOn(request, result);
    let counted = background.get(id ?? '');
    for (let turn = 0; turn < 200 && counted?.exact !== true; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      counted = background.get(id ?? '');
    }
    expect(counted).toEqual({ calls: 1_150, hits: 1_150, exact: true });
    expect(background.get('0')).toBeUndefined();
  });
});

test('an index that another version filled is away, not broken: its forms cannot be read until it is made again', async () => {
  const index = new MemorySearchIndex();
  await index.upsert(
    [...madeDocuments(3, 0, 3, madeWords(seededRandom(3), 2))].map((each) => ({ ...each, form: Buffer.from('older') })),
  );
  await expect(
    searchCalls({ index, lists }, { expression: 'silence > 1s', filters: {}, sort: 'newest', limit: 5 }),
  ).rejects.toMatchObject({ code: 'index.away', dependency: 'index', retryable: true });
});
