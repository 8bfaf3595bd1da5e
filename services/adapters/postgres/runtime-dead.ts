import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Envelope, Recipe, Tx } from '../../kernel/index.ts';
import type { DeadLetter, ParkedRecord, RuntimeStore } from '../../runtime/ports.ts';
import { type Database, inside } from './database.ts';
import { asJson, laneNumber, stirChannel } from './runtime-rows.ts';

interface DeadRow {
  readonly id: number;
  readonly kind: DeadLetter['kind'];
  readonly stage: string | null;
  readonly call_id: string | null;
  readonly job_id: string | null;
  readonly job: { readonly recipe: Recipe; readonly recipeHash: string; readonly traceparent: string } | null;
  readonly event: Envelope | null;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly offset: number | null;
  readonly raw_object: string | null;
  readonly code: string;
  readonly message: string;
  readonly failures: number;
  readonly losses: number;
  readonly died_at: number;
}

const columns = sql`id, kind, stage, call_id, job_id, job, event, topic, partition, "offset", raw_object, code, message, failures, losses,
  floor(extract(epoch from died_at) * 1000)::bigint as died_at`;

function letterOf(row: DeadRow): DeadLetter {
  const { topic, partition, offset } = row;
  return {
    id: String(row.id),
    kind: row.kind,
    stage: row.stage ?? undefined,
    callId: row.call_id ?? undefined,
    jobId: row.job_id ?? undefined,
    recipe: row.job?.recipe,
    event: row.event ?? undefined,
    place: topic === null || partition === null || offset === null ? undefined : { topic, partition, offset },
    rawObject: row.raw_object ?? undefined,
    code: row.code,
    message: row.message,
    attempts: row.failures,
    losses: row.losses,
    diedAt: row.died_at,
  };
}

const idPattern = /^[1-9]\d{0,14}$/;

export async function deadLetters(
  db: Kysely<unknown>,
  { limit, after }: Parameters<RuntimeStore['deadLetters']>[0],
): Promise<Awaited<ReturnType<RuntimeStore['deadLetters']>>> {
  const before = after !== undefined && idPattern.test(after) ? Number(after) : null;
  const { rows } = await sql<DeadRow>`
    select ${columns} from runtime.dead where ${before}::bigint is null or id < ${before}::bigint order by id desc limit ${limit + 1}
  `.execute(db);
  const letters = rows.slice(0, limit).map(letterOf);
  return { letters, next: rows.length > limit ? letters.at(-1)?.id : undefined };
}

export async function deadLetter(db: Kysely<unknown>, id: string): Promise<DeadLetter | undefined> {
  if (!idPattern.test(id)) return undefined;
  const { rows } = await sql<DeadRow>`select ${columns} from runtime.dead where id = ${id}::bigint`.execute(db);
  return rows[0] === undefined ? undefined : letterOf(rows[0]);
}

/** A job comes back as a job, an event goes through the outbox again. What could not be read stays: there is nothing to replay. */
export async function replay(database: Database, id: string, event?: Envelope): Promise<boolean> {
  if (!idPattern.test(id)) return false;
  if (event !== undefined) return replayRead(database, id, event);
  return database.inTransaction(async (tx) => (await replayWhere(tx, sql`id = ${id}::bigint`)) > 0);
}

/** Everything of a call that ended without a result: what is dead is replayed, what was refused may be planned again. */
export async function retry(tx: Tx, callId: string): Promise<{ replayed: number; refused: number }> {
  const replayed = await replayWhere(tx, sql`call_id = ${callId}`);
  const { rows } = await sql`delete from runtime.job_done where call_id = ${callId} and outcome = 'refused' returning 1`.execute(
    inside(tx),
  );
  return { replayed, refused: rows.length };
}

async function replayWhere(tx: Tx, which: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql`
      with gone as (delete from runtime.dead where ${which} and kind in ('job', 'event') returning *),
      again as (
        insert into runtime.job (id, stage, call_id, recipe, recipe_hash, lane, traceparent, state, ready_at)
        select job_id, stage, call_id, job->'recipe', job->>'recipeHash', lane, job->>'traceparent', 'ready', clock_timestamp()
        from gone where kind = 'job'
        on conflict (id) do nothing
      ), resent as (
        insert into runtime.outbox (event_id, topic, call_id, event, lane)
        select event->>'id', event->>'type', call_id, event, lane from gone where kind = 'event'
      )
      select pg_notify(${stirChannel}, case kind when 'job' then 'jobs:' || stage else 'outbox' end) from gone
    `.execute(inside(tx));
  return rows.length;
}

/** A record that can be read by now, as the event that it is. */
function replayRead(database: Database, id: string, event: Envelope): Promise<boolean> {
  return database.inTransaction(async (tx) => {
    const { rows } = await sql`
      with gone as (delete from runtime.dead where id = ${id}::bigint and kind in ('unreadable', 'unknown-version') returning lane),
      resent as (
        insert into runtime.outbox (event_id, topic, call_id, event, lane)
        select ${event.id}, ${event.type}, ${event.callId}, ${asJson(event)}, lane from gone
      )
      select pg_notify(${stirChannel}, 'outbox') from gone
    `.execute(inside(tx));
    return rows.length > 0;
  });
}

/** Keeps aside what a bus delivered; a place has one letter, however often its record is delivered. */
export async function park(
  db: Kysely<unknown>,
  { kind, place, event, lane, rawObject, code, message, attempts }: ParkedRecord,
): Promise<void> {
  await sql`
    insert into runtime.dead (kind, call_id, event, lane, topic, partition, "offset", raw_object, code, message, failures, losses)
    values (${kind}, ${event?.callId ?? null}, ${event === undefined ? null : asJson(event)}, ${laneNumber(lane)}::smallint,
      ${place.topic}, ${place.partition}, ${place.offset}, ${rawObject ?? null}, ${code}, ${message}, ${attempts}, 0)
    on conflict (topic, partition, "offset") do nothing
  `.execute(db);
}

export async function replayEvents(
  db: Kysely<unknown>,
  { topic, callId, sinceMs, lane }: Parameters<RuntimeStore['replayEvents']>[0],
): Promise<number> {
  const { rows } = await sql<{ sent: number; told: unknown }>`
    with sent as (
      insert into runtime.outbox (event_id, topic, call_id, event, lane)
      select id, topic, call_id, event, ${laneNumber(lane)}::smallint from runtime.event
      where (${topic ?? null}::text is null or topic = ${topic ?? null})
        and (${callId ?? null}::text is null or call_id = ${callId ?? null})
        and at >= to_timestamp(${(sinceMs ?? 0) / 1000}::double precision)
      order by at, id returning 1
    )
    select count(*)::int as sent, pg_notify(${stirChannel}, 'outbox') as told from sent
  `.execute(db);
  return rows[0]?.sent ?? 0;
}

export async function pruneEvents(db: Kysely<unknown>, olderThanMs: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from runtime.event where id = any(array(
      select id from runtime.event where at < clock_timestamp() - ${olderThanMs}::double precision * interval '1 millisecond' limit ${limit}))
    returning 1
  `.execute(db);
  return rows.length;
}
