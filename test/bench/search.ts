import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../services/adapters/postgres/database.ts';
import { PostgresSearchIndex } from '../../services/adapters/postgres/search-index.ts';
import { conditionOf, orderOf } from '../../services/adapters/postgres/search-query.ts';
import { documentTable } from '../../services/adapters/postgres/search-table.ts';
import { sharedLists } from '../../scoring/index.ts';
import {
  compileSearch,
  searchCalls,
  type SearchDeps,
  searchFacets,
  type SearchFilters,
  type SearchSort,
  type SortKey,
} from '../../search/index.ts';
import { madeDocuments, madeWords, seededRandom } from '../calls/made-calls.ts';
import { testServers } from '../servers/postgres.ts';

const sizes = (process.env['PLUMBLINE_BENCH_CALLS'] ?? '1000,10000').split(',').map(Number);
const rounds = Number(process.env['PLUMBLINE_BENCH_ROUNDS'] ?? 25);
const poolSize = Number(process.env['PLUMBLINE_BENCH_POOL'] ?? 400);
const seed = 20261125;

interface Asked {
  readonly name: string;
  readonly expression: string;
  readonly filters?: SearchFilters;
  readonly sort?: SearchSort;
  /** Pages read before the one that is measured. */
  readonly pages?: number;
  readonly facets?: true;
}

const asked: readonly Asked[] = [
  { name: 'every call', expression: '' },
  { name: 'one character 费', expression: '费' },
  { name: 'two characters 收益', expression: '收益' },
  { name: 'a rare two, 举报', expression: '举报' },
  { name: 'a word, guaranteed', expression: 'guaranteed' },
  { name: 'two characters, filters', expression: '收益', filters: { teams: ['财富一组'], minScore: 500 } },
  { name: 'two characters, lowest score', expression: '收益', sort: 'score' },
  { name: 'two characters, 5th page', expression: '收益', pages: 4 },
  {
    name: 'criterion unmet',
    expression: '',
    filters: { criterion: { rubricId: 'rubric-wealth-outbound', criterionId: 'risk-statement', verdicts: ['unmet'] } },
  },
  { name: 'facets of every call', expression: '', facets: true },
  { name: 'facets of two characters', expression: '收益', facets: true },
  { name: 'exact phrase', expression: '"不保证本金和收益"' },
  { name: 'exact rare phrase', expression: '"千万别说出去"' },
  { name: 'agent and order', expression: 'agent: "风险" before/20字 "须谨慎"' },
  { name: 'tolerant, eight', expression: '~"请您提供一下卡号后四位"' },
  { name: 'tolerant, two', expression: '~"投诉"' },
  {
    name: 'tolerant, never said',
    expression: '~"今年夏天去云南旅游"',
    filters: { from: Date.UTC(2026, 5, 1), to: Date.UTC(2026, 5, 4) },
  },
  { name: 'tolerant, 5th page', expression: '~"请您提供一下卡号后四位"', pages: 4 },
  { name: 'facets of tolerant', expression: '~"请您提供一下卡号后四位"', facets: true },
  { name: 'binds nothing', expression: 'silence > 10s' },
];

/**
 * Search over made-up calls in PostgreSQL, each question beside its peer in the same run: for those that the index answers alone
 * the bare statements that give the same rows and their count; for candidates one statement that fetches their prepared forms.
 */
export async function run(): Promise<void> {
  const [server] = testServers;
  if (server === undefined) throw new Error('no PostgreSQL to measure on');
  const postgres = await server.start();
  const { database, drop } = await postgres.newDatabase({ connections: 6 });
  try {
    const pool = madeWords(seededRandom(seed), poolSize);
    const characters = pool.reduce(
      (sum, { transcript }) => sum + transcript.turns.reduce((of, { text }) => of + text.length, 0),
      0,
    );
    const bytes = pool.reduce((sum, { form }) => sum + form.length, 0);
    console.log(
      `${pool.length} different conversations of ${Math.round(characters / pool.length)} characters; form ${(bytes / pool.length / 1024).toFixed(1)} KiB, ${Math.round(pool.reduce((sum, { terms }) => sum + terms.length, 0) / pool.length)} terms a call`,
    );
    const index = new PostgresSearchIndex(database);
    const deps: SearchDeps = { index, lists: sharedLists };
    let held = 0;
    for (const size of sizes) {
      await grow(database, index, pool, held, size);
      held = size;
      await measure(database, deps, size);
    }
  } finally {
    await drop();
    await postgres.stop();
  }
}

const batch = 100;

async function grow(
  database: Database,
  index: PostgresSearchIndex,
  pool: ReturnType<typeof madeWords>,
  from: number,
  to: number,
): Promise<void> {
  const before = await sizeOf(database);
  const began = performance.now();
  for (let at = from; at < to; at += batch) await index.upsert([...madeDocuments(seed, at, Math.min(to, at + batch), pool)]);
  const ms = performance.now() - began;
  await sql`vacuum analyze ${documentTable(1)}`.execute(database.reader<unknown>());
  const after = await sizeOf(database);
  const calls = to - from;
  console.log(
    `\n${to} calls: written at ${(ms / calls).toFixed(2)} ms a call in batches of ${batch}; ${((after.table - before.table) / calls / 1024).toFixed(1)} KiB a call in the table, ${((after.indexes - before.indexes) / calls / 1024).toFixed(1)} KiB in its indexes`,
  );
}

async function sizeOf(database: Database): Promise<{ table: number; indexes: number }> {
  const { rows } = await sql<{ table: number; indexes: number }>`
    select pg_table_size('search.document_1') as table, pg_indexes_size('search.document_1') as indexes
  `.execute(database.reader<unknown>());
  return rows[0] ?? { table: 0, indexes: 0 };
}

async function measure(database: Database, deps: SearchDeps, size: number): Promise<void> {
  console.log(
    `${'question'.padEnd(34)} ${'found'.padStart(9)} ${'ours p50'.padStart(9)} ${'p95'.padStart(7)} ${'peer p50'.padStart(9)} ${'p95'.padStart(7)}   ratio p50 / p95`,
  );
  for (const question of asked) {
    const { expression, filters = {}, sort = 'newest', pages = 0, facets } = question;
    const search = compileSearch(deps.lists, { expression, filters });
    let after: Parameters<typeof searchCalls>[1]['after'];
    for (let page = 0; page < pages; page += 1)
      after = (await searchCalls(deps, { expression, filters, sort, limit: 20, after })).next;
    const condition = conditionOf(search.query);
    let found = '';
    let looked = 0;
    const ours = async (): Promise<void> => {
      if (facets === true) {
        const answer = await searchFacets(deps, { expression, filters }, { zoneOffsetMs: 28_800_000 });
        found = `${answer.exact ? '' : '≥'}${answer.facets.calls}`;
        looked = 1_000;
        return;
      }
      const { counts, next } = await searchCalls(deps, { expression, filters, sort, limit: 20, after });
      found = `${counts.exact ? '' : '≥'}${counts.calls}`;
      looked = after === undefined ? 1_000 : looked > 0 ? looked : await between(database, condition, after.key, next?.key);
    };
    const place = after === undefined ? sql`` : sql`and (at, call_id) < (${after.key.at}::bigint, ${after.key.callId})`;
    const certain = search.rules === undefined || search.certain;
    const peer = certain
      ? facets === true
        ? () => bareFacets(database, condition)
        : () => barePage(database, condition, sort, place, search.rules !== undefined)
      : () => bareForms(database, condition, sort, place, looked);
    const [a, b] = await timed(ours, peer);
    const line = [found.padStart(9), ms(a, 50).padStart(9), ms(a, 95).padStart(7), ms(b, 50).padStart(9), ms(b, 95).padStart(7)];
    const ratio = `${(quantile(a, 50) / quantile(b, 50)).toFixed(2)} / ${(quantile(a, 95) / quantile(b, 95)).toFixed(2)}`;
    console.log(`${question.name.padEnd(34)} ${line.join(' ')}   ${ratio} ${certain ? 'certain' : 'candidates'}`);
  }
  void size;
}

type Condition = RawBuilder<unknown>;

/** How many candidates lie on a page. */
async function between(database: Database, condition: Condition, from: SortKey, to: SortKey | undefined): Promise<number> {
  const until = to === undefined ? sql`` : sql`and (at, call_id) >= (${to.at}::bigint, ${to.callId})`;
  const { rows } = await sql<{ calls: number }>`
    select count(*) as calls from ${documentTable(1)} where ${condition} and (at, call_id) < (${from.at}::bigint, ${from.callId}) ${until}
  `.execute(database.reader<unknown>());
  return rows[0]?.calls ?? 0;
}

async function barePage(
  database: Database,
  condition: Condition,
  sort: SearchSort,
  place: Condition,
  forms: boolean,
): Promise<void> {
  const reader = database.reader<unknown>();
  await Promise.all([
    sql`select call_id, revision, state, at, started_at, received_at, source, name, title, agent_id, agent_name, team, queue, direction,
               product, language, duration_ms, score_facts, customer, business, compliance, needs_review ${forms ? sql`, form` : sql``}
        from ${documentTable(1)} where ${condition} ${place} order by ${orderOf(sort === 'match' ? 'newest' : sort)} limit 20`.execute(
      reader,
    ),
    sql`select count(*) from ${documentTable(1)} where ${condition}`.execute(reader),
  ]);
}

async function bareFacets(database: Database, condition: Condition): Promise<void> {
  const reader = database.reader<unknown>();
  await Promise.all([
    sql`select (at + 28800000) / 86400000 as day, team, agent_id, queue, direction, product, language, source, score / 100 as step, count(*)
        from ${documentTable(1)} where ${condition}
        group by grouping sets ((), ((at + 28800000) / 86400000), (team), (agent_id), (queue), (direction), (product), (language), (source), (score / 100))`.execute(
      reader,
    ),
    sql`select entry, count(*) from ${documentTable(1)} cross join unnest(verdicts) as said (entry) where ${condition} group by entry`.execute(
      reader,
    ),
  ]);
}

async function bareForms(
  database: Database,
  condition: Condition,
  sort: SearchSort,
  place: Condition,
  limit: number,
): Promise<void> {
  await sql`select call_id, form from ${documentTable(1)} where ${condition} ${place}
            order by ${orderOf(sort === 'match' ? 'newest' : sort)} limit ${limit}`.execute(database.reader<unknown>());
}

/** Both in turns, so that what else the machine does meets both. */
async function timed(ours: () => Promise<void>, peer: () => Promise<void>): Promise<[number[], number[]]> {
  const [a, b]: [number[], number[]] = [[], []];
  const once = async (work: () => Promise<void>): Promise<number> => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  const first = await once(ours);
  await once(peer);
  // Slow questions are asked less often.
  const times = first > 2_000 ? 3 : first > 500 ? Math.min(rounds, 8) : rounds;
  for (let round = 0; round < times; round += 1) {
    a.push(await once(ours));
    b.push(await once(peer));
  }
  return [a, b];
}

function quantile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}

const ms = (values: readonly number[], percent: number): string => quantile(values, percent).toFixed(1);
