import { randomUUID } from 'node:crypto';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedLists } from '../../../scoring/index.ts';
import { searchCalls, type SearchDeps, searchFacets, type SearchFilters, searchSorts } from '../../../search/index.ts';
import { madeDocuments, madeWords, seededRandom } from '../../../test/calls/made-calls.ts';
import { searchIndexContract } from '../../../test/contracts/search-index.ts';
import { elasticsearchServer, type TestElasticsearch } from '../../../test/servers/elasticsearch.ts';
import { testServers } from '../../../test/servers/postgres.ts';
import { Failure } from '../../kernel/index.ts';
import { PostgresSearchIndex } from '../postgres/search-index.ts';
import { bulkFailure } from './elastic-failure.ts';
import { ElasticSearchIndex } from './index.ts';

describe('what becomes of a bulk request', () => {
  test('a version that is there already is done', () => {
    expect(
      bulkFailure([
        { status: 201, type: undefined },
        { status: 409, type: 'version_conflict_engine_exception' },
      ]),
    ).toBeUndefined();
  });
  test('an index that went away needs no write', () => {
    expect(bulkFailure([{ status: 404, type: 'index_not_found_exception' }])).toBeUndefined();
  });
  test.each([429, 500, 503])('%s is tried again, and counts against nobody', (status) => {
    expect(bulkFailure([{ status, type: 'es_rejected_execution_exception' }])).toMatchObject({
      retryable: true,
      failureCause: 'dependency',
      dependency: 'index',
    });
  });
  test('a document that cannot be indexed is dead, whatever else waits', () => {
    const failure = bulkFailure([
      { status: 503, type: 'unavailable' },
      { status: 400, type: 'strict_dynamic_mapping_exception' },
    ]);
    expect(failure).toMatchObject({ code: 'index.strict_dynamic_mapping_exception', retryable: false });
  });
});

const server = elasticsearchServer;
describe.skipIf(server.missing !== undefined)(server.missing ?? server.name, () => {
  let elasticsearch: TestElasticsearch;
  const opened: ElasticSearchIndex[] = [];
  beforeAll(async () => {
    elasticsearch = await server.start();
  }, 300_000);
  afterAll(async () => {
    for (const index of opened) await index.close();
    await elasticsearch?.stop();
  });
  const open = async (prefix = `t-${randomUUID()}`, more: { shards?: number } = {}): Promise<ElasticSearchIndex> => {
    const index = new ElasticSearchIndex({ url: elasticsearch.url, prefix, refreshInterval: '30ms', ...more });
    opened.push(index);
    await index.prepare();
    return index;
  };
  searchIndexContract(server.name, open);
  searchIndexContract(`${server.name}, over three shards`, () => open(undefined, { shards: 3 }));

  test('processes that prepare at once make one index, and a write never makes one', async () => {
    const prefix = `t-${randomUUID()}`;
    await Promise.all(Array.from({ length: 5 }, () => open(prefix)));
    const client = new Client({ node: elasticsearch.url });
    const names = Object.keys(await client.indices.get({ index: `${prefix}-*` }));
    expect(names).toEqual([`${prefix}-calls-000001`]);
    const index = await open(prefix);
    await client.indices.delete({ index: names[0] ?? '' });
    await index.erase('a'.repeat(32), 1);
    expect(Object.keys(await client.indices.get({ index: `${prefix}-*` }))).toEqual([]);
    await client.close();
  });

  test('a field that the mapping does not know is refused for good', async () => {
    const prefix = `t-${randomUUID()}`;
    await open(prefix);
    const client = new Client({ node: elasticsearch.url });
    await expect(client.index({ index: `${prefix}-calls-000001`, document: { call_id: 'a', salary: 3 } })).rejects.toMatchObject({
      statusCode: 400,
    });
    await client.close();
  });

  test('finds the same as the PostgreSQL index, in the same order, with the same counts', async () => {
    const pool = madeWords(seededRandom(7), 40);
    const documents = [...madeDocuments(7, 0, 300, pool)];
    const [postgres] = testServers;
    if (postgres === undefined) throw new Error('no PostgreSQL to compare with');
    const started = await postgres.start();
    const { database, drop } = await started.newDatabase({ connections: 3 });
    try {
      const pair: SearchDeps[] = [];
      for (const index of [new PostgresSearchIndex(database), await open()]) {
        await index.upsert(documents);
        pair.push({ index, lists: sharedLists });
      }
      const team = documents[0]?.facts.team ?? '';
      for (const [expression, filters] of [
        ['', {}],
        ['费', {}],
        ['收益', { teams: [team] }],
        ['"不保证本金和收益"', {}],
        ['~"请您提供一下卡号后四位"', {}],
        ['agent: ~"风险" 或 客户: #number', { minScore: 400 }],
        ['silence > 10s', { needsReview: true }],
        ['not "您好"', { critical: ['none', 'compliance'] }],
      ] as const satisfies readonly (readonly [string, SearchFilters])[])
        for (const sort of searchSorts) {
          const page = { expression, filters, sort, limit: 7 };
          const [a, b] = await Promise.all(pair.map((deps) => searchCalls(deps, page)));
          expect(b).toEqual(a);
          const after = a?.next;
          if (after === undefined) continue;
          const [c, d] = await Promise.all(pair.map((deps) => searchCalls(deps, { ...page, after })));
          expect(d).toEqual(c);
        }
      const [a, b] = await Promise.all(
        pair.map((deps) => searchFacets(deps, { expression: '收益', filters: {} }, { zoneOffsetMs: 28_800_000 })),
      );
      expect(b).toEqual(a);
      expect(a?.facets.calls).toBeGreaterThan(20);
    } finally {
      await drop();
      await started.stop();
    }
  });

  test('away, it is a dependency that is away, and its answer quotes nothing', async () => {
    const index = new ElasticSearchIndex({ url: 'http://127.0.0.1:9', timeoutMs: 2_000 });
    opened.push(index);
    const error: unknown = await index.erase('a'.repeat(32), 1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ code: 'index.away', dependency: 'index', retryable: true });
  });

  test('it says its version and how much it holds', async () => {
    const index = await open();
    await index.erase('b'.repeat(32), 1);
    const facts = await index.facts();
    expect(facts).toMatchObject({ documents: 1 });
    expect(facts.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(['green', 'yellow']).toContain(facts.health);
  });
});
