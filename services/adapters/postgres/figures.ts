import { type Kysely, sql } from 'kysely';
import type { CriticalDay, DayRange, Figures, FlowFigures, SourceFigures, TeamFigures } from '../../api/index.ts';
import type { BilingualText, Tx } from '../../kernel/index.ts';
import { shownState } from './call-store.ts';
import { type Database, inside } from './database.ts';

/** Counts over calls, deliveries and headline scorecards, each answer from one snapshot. */
export function postgresFigures(database: Database): Figures {
  const snapshot = <T>(read: (db: Kysely<unknown>) => Promise<T>): Promise<T> =>
    database.inTransaction(async (tx: Tx) => {
      const db = inside<unknown>(tx);
      await sql`set transaction isolation level repeatable read, read only`.execute(db);
      return read(db);
    });
  return {
    flow: (range, now) => snapshot((db) => flow(db, range, now)),
    teams: (range) => snapshot((db) => teams(db, range)),
    criticalRates: (range) => snapshot((db) => criticalRates(db, range)),
    sources: () => snapshot(sources),
  };
}

const startOf = sql`coalesce((c.metadata->>'startedAt')::bigint, c.received_at)`;
const dateOf = ({ offsetMs }: DayRange) =>
  sql<string>`to_char(to_timestamp((${startOf} + ${offsetMs}::bigint) / 1000) at time zone 'UTC', 'YYYY-MM-DD')`;

/**
 * Calls of the days, each with its headline scorecard, and with the dead work of one that is not scored yet: nothing will come
 * of that call by itself, so that it counts as failed.
 */
const headlines = ({ from, to }: DayRange) => sql`
  ingest.call c
  left join lateral (
    select code, message from runtime.dead
    where dead.call_id = c.call_id and dead.kind = 'job' and c.state in ('received', 'transcribed') order by id limit 1
  ) dead on true
  left join scoring.current current on current.call_id = c.call_id
  left join scoring.scored scored on scored.call_id = c.call_id and scored.recipe_hash = current.scored_recipe
  left join scoring.scorecard card on card.scorecard_id = scored.scorecard_ids[1]
  where ${startOf} >= ${from}::bigint and ${startOf} < ${to}::bigint`;

const toReview = sql`(card.provisional or card.needs_review > 0)`;

async function flow(db: Kysely<unknown>, range: DayRange, now: number): Promise<FlowFigures> {
  const { from, to } = range;
  const calls = await sql<
    Record<Exclude<keyof FlowFigures['calls'], 'oldestWaitingMs'> | 'final' | 'toReview', number> & { oldest: number | null }
  >`
    select count(*) as total,
           count(*) filter (where c.state = 'received' and dead.code is null) as waiting,
           min(c.received_at) filter (where c.state = 'received' and dead.code is null) as oldest,
           count(*) filter (where c.state = 'transcribed' and dead.code is null) as transcribed,
           count(*) filter (where c.state = 'scored' and card.call_id is not null) as scored,
           count(*) filter (where c.state = 'scored' and card.call_id is null) as "noRubric",
           count(*) filter (where c.state = 'failed' or dead.code is not null) as failed,
           count(*) filter (where c.state = 'erased') as erased,
           count(*) filter (where c.state = 'scored' and not ${toReview}) as final,
           count(*) filter (where c.state = 'scored' and ${toReview}) as "toReview"
    from ${headlines(range)}
  `.execute(db);
  const files = await sql<{ state: keyof FlowFigures['files'] | null; count: number }>`
    select state, count(*) as count from (
      select ${shownState} as state from ingest.call c join ingest.delivery d using (call_id)
      where ${startOf} >= ${from}::bigint and ${startOf} < ${to}::bigint
      union all
      select d.state from ingest.delivery d
      where d.call_id is null and d.first_seen_at >= ${from}::bigint and d.first_seen_at < ${to}::bigint
    ) line group by grouping sets ((state), ())
  `.execute(db);
  const expected = await sql<{ announced: number; arrived: number }>`
    select count(*) as announced,
           count(*) filter (where exists (select from ingest.delivery d where d.source = e.source and d.name = e.name)
                            or exists (select from ingest.call k join ingest.delivery x using (call_id)
                                       where k.source = e.source and k.metadata->>'externalId' = e.external_id
                                         and k.metadata->>'segment' is not distinct from e.segment and x.source = e.source)) as arrived
    from ingest.expected e
    where coalesce(e.started_at, e.expected_at) >= ${from}::bigint and coalesce(e.started_at, e.expected_at) < ${to}::bigint
  `.execute(db);
  const failed = await sql<{
    code: string | null;
    text: BilingualText | null;
    message: string | null;
    count: number;
    replayable: number;
  }>`
    select coalesce(dead.code, c.refusal->>'code') as code, (array_agg(c.refusal->'text'))[1] as text,
           (array_agg(dead.message))[1] as message, count(*) as count, count(dead.code) as replayable
    from ${headlines(range)} and (c.state = 'failed' or dead.code is not null)
    group by 1 order by 4 desc, 1
  `.execute(db);
  const [counts] = calls.rows;
  if (counts === undefined) throw new Error('a count without a row');
  const { final, toReview: needsReview, oldest, ...counted } = counts;
  const ofState = (state: string | null): number => files.rows.find((row) => row.state === state)?.count ?? 0;
  const [announced] = expected.rows;
  return {
    expected: announced === undefined || announced.announced === 0 ? undefined : announced,
    received: ofState(null),
    files: {
      accepted: ofState('accepted'),
      duplicate: ofState('duplicate'),
      conflict: ofState('conflict'),
      refused: ofState('refused'),
      erased: ofState('erased'),
    },
    calls: { ...counted, oldestWaitingMs: oldest === null ? undefined : Math.max(0, now - oldest) },
    final,
    needsReview,
    failedBy: failed.rows.map(({ code, text, message, count, replayable }) => ({
      code: code ?? 'unnamed',
      text: text ?? (message === null ? undefined : { zh: `处理多次未能完成（${code ?? ''}）`, en: message }),
      count,
      replayable,
    })),
  };
}

const criticalCounts = sql`
  count(*) filter (where card.critical_customer > 0) as customer,
  count(*) filter (where card.critical_business > 0) as business,
  count(*) filter (where card.critical_compliance > 0) as compliance`;

interface TeamRow {
  team: string | null;
  date: string | null;
  /** Bits of the columns that were summed over: 2 the team, 1 the day. */
  over: number;
  people: number;
  scored: number;
  mean: number | null;
  customer: number;
  business: number;
  compliance: number;
  review: number;
}

async function teams(db: Kysely<unknown>, range: DayRange): Promise<readonly TeamFigures[]> {
  const { rows } = await sql<TeamRow>`
    with scored as materialized (
      select c.metadata->>'team' as team, ${dateOf(range)} as date,
             coalesce(c.metadata->>'agentId', c.metadata->>'agentNumber', c.metadata->>'agentName') as person,
             card.percent_tenths, card.critical_customer, card.critical_business, card.critical_compliance,
             ${toReview} as review
      from ${headlines(range)} and c.state = 'scored' and card.call_id is not null
    )
    select team, date, grouping(team, date) as over, count(distinct person) as people, count(*) as scored,
           round(avg(percent_tenths))::integer as mean, ${criticalCounts}, count(*) filter (where review) as review
    from scored as card group by grouping sets ((team, date), (team), (date), ())
    order by grouping(team), team collate "C" nulls last, date
  `.execute(db);
  const days = (row: TeamRow): TeamFigures['days'] =>
    rows
      .filter((day) => day.date !== null && (day.over & 2) === (row.over & 2) && day.team === row.team)
      .map(({ date, mean, scored }) => ({ date: date ?? '', meanTenths: mean ?? undefined, scored }));
  return rows
    .filter((row) => (row.over & 1) === 1 && row.scored > 0)
    .map((row) => ({
      team: row.team ?? undefined,
      all: (row.over & 2) === 2,
      people: row.people,
      scored: row.scored,
      meanTenths: row.mean ?? undefined,
      days: days(row),
      critical: { customer: row.customer, business: row.business, compliance: row.compliance },
      needsReview: row.review,
    }));
}

async function criticalRates(db: Kysely<unknown>, range: DayRange): Promise<readonly CriticalDay[]> {
  const { rows } = await sql<CriticalDay>`
    select ${dateOf(range)} as date, count(*) as scored, ${criticalCounts}
    from ${headlines(range)} and c.state = 'scored' and card.call_id is not null
    group by 1 order by 1
  `.execute(db);
  return rows;
}

async function sources(db: Kysely<unknown>): Promise<readonly SourceFigures[]> {
  const { rows } = await sql<SourceFigures>`
    select source, max(last_seen_at) as "lastSeenAt", count(*) as files,
           count(*) filter (where state = 'accepted') as calls,
           count(*) filter (where state = 'duplicate') as duplicates,
           count(*) filter (where state = 'conflict') as conflicts,
           count(*) filter (where state = 'refused') as refused,
           count(*) filter (where state = 'accepted' and call_state = 'failed') as failed
    from (select d.source, d.last_seen_at, ${shownState} as state, c.state as call_state
          from ingest.delivery d left join ingest.call c using (call_id)) as line
    group by source order by source collate "C"
  `.execute(db);
  return rows;
}
