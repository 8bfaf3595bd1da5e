import { type Kysely, sql, type Transaction } from 'kysely';
import { type Envelope, jobIdOf, type NewEvent, recipeHashOf, type Tx } from '../../kernel/index.ts';
import { envelopeOf } from '../../runtime/event-envelope.ts';
import type { CallGate, HeardEvent, HearReport, Lane, Plan, PlannedJob, QueuedEvent, RelayReport } from '../../runtime/ports.ts';
import { type Database, inside } from './database.ts';
import { asJson, laneNumber, laneOf, stirChannel } from './runtime-rows.ts';

/** An event that cannot be planned is tried this often, then it is a dead letter. */
const planAttempts = 5;

/** A job that was dropped because something newer was asked for: nothing came of it, so it is made when it is asked for again. */
const overtakenCode = 'superseded';

/** Puts events into the outbox as part of a transaction, and tells the relay when that commits. */
export async function insertOutbox(
  tx: Tx,
  events: readonly NewEvent[],
  { lane, traceparent }: { lane: Lane; traceparent: string },
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => {
    const envelope = envelopeOf(event, traceparent);
    return { event_id: envelope.id, topic: envelope.type, call_id: envelope.callId, event: envelope };
  });
  await sql`
    with sent as (
      insert into runtime.outbox (event_id, topic, call_id, event, lane)
      select event_id, topic, call_id, event || jsonb_build_object('at', floor(extract(epoch from clock_timestamp()) * 1000)::bigint), ${laneNumber(lane)}::smallint
      from jsonb_to_recordset(${asJson(rows)}) as r(event_id text, topic text, call_id text, event jsonb)
      returning 1
    )
    select pg_notify(${stirChannel}, 'outbox') from (select count(*) from sent) as counted
  `.execute(inside(tx));
}

interface OutboxRow {
  readonly seq: number;
  readonly event: Envelope;
  readonly lane: number;
}

/** Rolls the relay's transaction back and says which event it was. */
class PlanFailed extends Error {
  readonly row: OutboxRow;
  constructor(row: OutboxRow, cause: unknown) {
    super('a plan failed', { cause });
    this.row = row;
  }
}

/** Moves events from the outbox to jobs, in one transaction. */
export async function relay(database: Database, gate: CallGate, limit: number, plan: Plan): Promise<RelayReport> {
  try {
    return await database.inTransaction(async (tx) => {
      const moved = await takeOutbox(tx, limit);
      if (moved.length === 0) return { moved: 0, planned: {}, duplicates: 0, failed: undefined };
      return { moved: moved.length, ...(await planAll(tx, gate, moved, plan)), failed: undefined };
    });
  } catch (error) {
    if (!(error instanceof PlanFailed)) throw error;
    const dead = await postpone(database, error.row, error.cause);
    return { moved: 0, planned: {}, duplicates: 0, failed: { event: error.row.event, error: error.cause, dead } };
  }
}

/** Jobs for all of them, in this transaction. */
async function planAll(
  tx: Tx,
  gate: CallGate,
  rows: readonly OutboxRow[],
  plan: Plan,
): Promise<Pick<RelayReport, 'planned' | 'duplicates'>> {
  const erased = await gate.erasedAmong(tx, [...new Set(rows.map(({ event }) => event.callId))]);
  const jobs: NewJob[] = [];
  for (const row of rows) {
    if (erased.has(row.event.callId)) continue;
    const told: NewEvent[] = [];
    for (const planned of await planOne(tx, row, plan, told)) jobs.push(newJob(planned, row));
    await insertOutbox(tx, told, { lane: laneOf(row.lane), traceparent: row.event.traceparent });
  }
  return insertJobs(tx, jobs);
}

/** Jobs for what a bus delivered, in one transaction. */
export async function hear(database: Database, gate: CallGate, events: readonly HeardEvent[], plan: Plan): Promise<HearReport> {
  if (events.length === 0) return { planned: {}, duplicates: 0, failed: undefined };
  const rows = events.map(({ event, lane }, seq) => ({ seq, event, lane: laneNumber(lane) }));
  try {
    return { ...(await database.inTransaction((tx) => planAll(tx, gate, rows, plan))), failed: undefined };
  } catch (error) {
    if (!(error instanceof PlanFailed)) throw error;
    return { planned: {}, duplicates: 0, failed: { event: error.row.event, error: error.cause } };
  }
}

/** The oldest events that are due. No cursor here either: what is there was not acknowledged. */
export async function queued(db: Kysely<unknown>, limit: number): Promise<readonly QueuedEvent[]> {
  const { rows } = await sql<OutboxRow>`
    select seq, event, lane from runtime.outbox where ready_at <= (select clock_timestamp()) order by seq limit ${limit}
  `.execute(db);
  return rows.map(({ seq, event, lane }) => ({ seq, event, lane: laneOf(lane) }));
}

export async function sent(db: Kysely<unknown>, seqs: readonly number[]): Promise<void> {
  await sql`
    with moved as (delete from runtime.outbox where seq = any(${[...seqs]}::bigint[]) returning event_id, topic, call_id, event, lane)
    insert into runtime.event (id, topic, call_id, at, lane, event)
    select distinct on (event_id) event_id, topic, call_id, to_timestamp((event->>'at')::double precision / 1000), lane, event
    from moved order by event_id
    on conflict (id) do nothing
  `.execute(db);
}

/**
 * No cursor: rows that committed late are found like all others. Events are kept by id, so one sent again is kept once.
 */
async function takeOutbox(tx: Tx, limit: number): Promise<readonly OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`
    with moved as (
      delete from runtime.outbox where seq = any(array(
        select seq from runtime.outbox where ready_at <= (select clock_timestamp()) order by seq limit ${limit} for update skip locked))
      returning seq, event_id, topic, call_id, event, lane
    ), kept as (
      insert into runtime.event (id, topic, call_id, at, lane, event)
      select distinct on (event_id) event_id, topic, call_id, to_timestamp((event->>'at')::double precision / 1000), lane, event
      from moved order by event_id
      on conflict (id) do nothing
    )
    select seq, event, lane from moved order by seq
  `.execute(inside(tx));
  return rows;
}

async function planOne(tx: Tx, row: OutboxRow, plan: Plan, told: NewEvent[]): Promise<readonly PlannedJob[]> {
  try {
    return await plan(tx, { event: row.event, lane: laneOf(row.lane) }, (event) => told.push(event));
  } catch (error) {
    throw isCollision(error) ? error : new PlanFailed(row, error);
  }
}

/** Collisions and a database that is away say nothing about the event. */
function isCollision(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, dependency } = error as Error & { code?: unknown; dependency?: unknown };
  return code === 'database.collision' || dependency === 'database';
}

interface NewJob {
  readonly id: string;
  readonly stage: string;
  readonly call_id: string;
  readonly recipe: unknown;
  readonly recipe_hash: string;
  readonly lane: number;
  readonly traceparent: string;
}

function newJob({ stage, callId, recipe }: PlannedJob, { event, lane }: OutboxRow): NewJob {
  const recipeHash = recipeHashOf(recipe);
  const id = jobIdOf(stage, callId, recipeHash);
  return { id, stage, call_id: callId, recipe, recipe_hash: recipeHash, lane, traceparent: event.traceparent };
}

const wasOvertaken = sql`(d.outcome = 'dropped' and d.code = ${overtakenCode})`;

/**
 * Inserts the jobs that are neither waiting, nor finished, nor dead. One snapshot sees a job either in `job` or in `job_done`,
 * never in neither; a job that another transaction inserted *and* finished after that snapshot is taken out again by the second
 * statement, which has a newer one.
 */
async function insertJobs(tx: Tx, jobs: readonly NewJob[]): Promise<Pick<RelayReport, 'planned' | 'duplicates'>> {
  // In the order of ids, so that two that insert the same jobs wait for each other and never in a circle.
  const unique = [...new Map(jobs.map((job) => [job.id, job])).values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (unique.length === 0) return { planned: {}, duplicates: jobs.length };
  const db: Transaction<unknown> = inside(tx);
  const inserted = await sql<{ id: string; stage: string }>`
    with overtaken as (
      delete from runtime.job_done d where d.id = any(${unique.map(({ id }) => id)}::text[]) and ${wasOvertaken}
    )
    insert into runtime.job (id, stage, call_id, recipe, recipe_hash, lane, traceparent, state, ready_at)
    select id, stage, call_id, recipe, recipe_hash, lane, traceparent, 'ready', clock_timestamp()
    from jsonb_to_recordset(${asJson(unique)})
      as r(id text, stage text, call_id text, recipe jsonb, recipe_hash text, lane smallint, traceparent text)
    where not exists (select 1 from runtime.job j where j.id = r.id)
      and not exists (select 1 from runtime.job_done d where d.id = r.id and not ${wasOvertaken})
      and not exists (select 1 from runtime.dead x where x.job_id = r.id)
    on conflict (id) do nothing
    returning id, stage
  `.execute(db);
  const fresh = inserted.rows;
  if (fresh.length === 0) return { planned: {}, duplicates: jobs.length };
  const late = await sql<{ id: string; told: unknown }>`
    with late as (
      delete from runtime.job j using runtime.job_done d
      where j.id = d.id and j.id = any(${fresh.map(({ id }) => id)}::text[]) returning j.id
    )
    select id, null as told from late
    union all
    select '', pg_notify(${stirChannel}, 'jobs:' || stage) from unnest(${[...new Set(fresh.map(({ stage }) => stage))]}::text[]) as stage
  `.execute(db);
  const gone = new Set(late.rows.map(({ id }) => id));
  const planned: Record<string, number> = {};
  for (const { id, stage } of fresh) if (!gone.has(id)) planned[stage] = (planned[stage] ?? 0) + 1;
  const count = Object.values(planned).reduce((sum, n) => sum + n, 0);
  return { planned, duplicates: jobs.length - count };
}

/** Counts a failed plan against its event: it waits longer each time, and dies after the last. */
async function postpone(database: Database, row: OutboxRow, cause: unknown): Promise<boolean> {
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'plan.bug';
  return database.inTransaction(async (tx) => {
    const counted = await sql<{ attempts: number }>`
      update runtime.outbox set attempts = attempts + 1, ready_at = clock_timestamp() + attempts * interval '5 seconds' + interval '1 second'
      where seq = ${row.seq} returning attempts
    `.execute(inside(tx));
    const attempts = counted.rows[0]?.attempts ?? 0;
    if (attempts < planAttempts) return false;
    await sql`
      with gone as (delete from runtime.outbox where seq = ${row.seq} returning call_id, event, lane, topic, attempts)
      insert into runtime.dead (kind, call_id, event, lane, code, message, failures, losses)
      select 'event', call_id, event, lane, ${code}, 'What is to be done about this event could not be decided.', attempts, 0 from gone
    `.execute(inside(tx));
    return true;
  });
}
