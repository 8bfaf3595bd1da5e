import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { madeDocuments, madeWords, seededRandom } from '../../../test/calls/made-calls.ts';
import { type TestDatabase, type TestPostgres, testServers } from '../../../test/servers/postgres.ts';
import { sharedLists } from '../../../scoring/index.ts';
import {
  type CallDocument,
  type SearchCursor,
  type SearchDeps,
  searchCalls,
  searchFacets,
  type SearchFilters,
  type SearchSort,
} from '../../../search/index.ts';
import { MemorySearchIndex } from '../memory/search-index.ts';
import { PostgresSearchIndex } from './search-index.ts';

const [server] = testServers;
const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const calls = Math.ceil(150 * scale);

const expressions = [
  '',
  '费',
  '收益',
  'guaranteed',
  '"不保证本金和收益"',
  '~"请您提供一下卡号后四位"',
  '~"投诉"',
  'agent: "风险" before/20字 "须谨慎"',
  'not "您好"',
  'silence > 10s',
  'customer: #affirm after/1turn agent: ~"清楚了吗"',
  'count(agent: "您") >= 8',
  '"overdraft" or 举报',
];

const filters: readonly SearchFilters[] = [
  {},
  { teams: ['财富一组', 'English desk'], minScore: 500 },
  { criterion: { criterionId: 'greeting', verdicts: ['unmet', 'needs_review'] }, needsReview: true },
];

describe.skipIf(server?.missing !== undefined)('search in PostgreSQL', () => {
  let postgres: TestPostgres;
  let opened: TestDatabase;
  let documents: readonly CallDocument[];
  const memory: SearchDeps = { index: new MemorySearchIndex(), lists: sharedLists };
  let deps: SearchDeps;

  beforeAll(async () => {
    if (server === undefined) throw new Error('no PostgreSQL');
    postgres = await server.start();
    opened = await postgres.newDatabase({ connections: 4 });
    documents = [...madeDocuments(3, 0, calls, madeWords(seededRandom(3), 25))];
    deps = { index: new PostgresSearchIndex(opened.database), lists: sharedLists };
    await deps.index.upsert(documents);
    await memory.index.upsert(documents);
  });
  afterAll(async () => {
    await opened?.drop();
    await postgres?.stop();
  });

  const pages = async (of: SearchDeps, expression: string, filter: SearchFilters, sort: SearchSort): Promise<unknown[]> => {
    const all: unknown[] = [];
    let after: SearchCursor | undefined;
    do {
      const page = await searchCalls(of, { expression, filters: filter, sort, limit: 40, after });
      all.push(...page.calls, page.counts);
      after = page.next;
    } while (after !== undefined);
    return all;
  };

  test('gives the same hits in the same order, with the same counts and facets, as looking at every call', async () => {
    for (const expression of expressions)
      for (const [at, filter] of filters.entries()) {
        const sort = (['newest', 'score', 'duration', 'oldest', 'match'] as const)[(expression.length + at) % 5] ?? 'newest';
        const found = await pages(deps, expression, filter, sort);
        expect({ expression, filter, sort, found }).toEqual({
          expression,
          filter,
          sort,
          found: await pages(memory, expression, filter, sort),
        });
        const options = { zoneOffsetMs: 28_800_000 };
        expect(await searchFacets(deps, { expression, filters: filter }, options)).toEqual(
          await searchFacets(memory, { expression, filters: filter }, options),
        );
      }
  });

  test('a rebuild beside writers and searches leaves no moment without an answer and misses no write', async () => {
    const { index } = deps;
    const some = documents.slice(0, 60);
    let broken: unknown;
    let done = false;
    const searching = (async () => {
      while (!done && broken === undefined)
        try {
          const { counts } = await searchCalls(deps, { expression: '', filters: {}, sort: 'newest', limit: 5 });
          if (counts.calls < calls) throw new Error(`only ${counts.calls} calls are found`);
        } catch (error) {
          broken = error;
        }
    })();
    for (let round = 2; round < 6; round += 1) {
      const rebuild = await index.rebuild(String(round));
      const writing = index.upsert(some.map((each) => ({ ...each, facts: { ...each.facts, revision: 10 + round } })));
      await rebuild.upsert(documents);
      await writing;
      await rebuild.switch();
      expect(await index.version()).toBe(String(round));
      expect(await index.revisionOf(some[0]?.facts.callId ?? '')).toBe(10 + round);
    }
    done = true;
    await searching;
    expect(broken).toBeUndefined();
    expect(await index.count({ terms: { kind: 'all' }, filters: {} })).toBe(calls);
  });
});
