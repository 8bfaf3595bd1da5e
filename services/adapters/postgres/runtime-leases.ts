import { type Kysely, sql } from 'kysely';
import type { CallGate, Finish, FinishResult, GiveBack, Lease, LeasedJob, RuntimeStore } from '../../runtime/ports.ts';
import { type Database, inside } from './database.ts';
import { insertOutbox } from './runtime-outbox.ts';
import { asJson, fromNow, type JobRow, jobOf, laneNumber, laneOf, stirChannel } from './runtime-rows.ts';

const jobColumns = sql.raw(
  'id, stage, call_id, recipe, recipe_hash, lane, traceparent, lease_number, failures, losses, interruptions',
);

type LeaseRequest = Parameters<RuntimeStore['lease']>[0];

/** The subquery in an array: the planner then reads the partial index and the primary key, whatever it believes of the table's size. */
export async function lease(db: Kysely<unknown>, request: LeaseRequest): Promise<readonly LeasedJob[]> {
  const { rows } = await sql<JobRow>`
    update runtime.job set state = 'leased', lease_number = lease_number + 1, leased_until = ${fromNow(request.leaseMs)}, owner = ${request.owner}
    where id = any(array(
      select id from runtime.job
      where state = 'ready' and stage = ${request.stage} and lane = ${laneNumber(request.lane)} and ready_at <= (select clock_timestamp())
        and not exists (select 1 from runtime.circuit c where c.stage = ${request.stage})
      order by ready_at limit ${request.limit} for update of job skip locked))
    returning ${jobColumns}
  `.execute(db);
  return rows.map((row) => jobOf(row, false));
}

/** The stage's circuits are locked while the probe is chosen, so there is one probe at a time over all processes. */
export async function leaseProbe(
  database: Database,
  request: Parameters<RuntimeStore['leaseProbe']>[0],
): Promise<LeasedJob | undefined> {
  return database.inTransaction(async (tx) => {
    const db = inside<unknown>(tx);
    const circuits = await sql<{ due: boolean }>`
      select next_probe_at <= clock_timestamp() and coalesce(probe_until < clock_timestamp(), true) as due
      from runtime.circuit where stage = ${request.stage} for update
    `.execute(db);
    if (circuits.rows.length === 0 || circuits.rows.some(({ due }) => !due)) return undefined;
    const { rows } = await sql<JobRow>`
      update runtime.job set state = 'leased', lease_number = lease_number + 1, leased_until = ${fromNow(request.leaseMs)}, owner = ${request.owner}
      where id = any(array(
        select id from runtime.job where state = 'ready' and stage = ${request.stage} and ready_at <= (select clock_timestamp())
        order by lane, ready_at limit 1 for update skip locked))
      returning ${jobColumns}
    `.execute(db);
    const row = rows[0];
    if (row === undefined) return undefined;
    await sql`
      update runtime.circuit set probe_job = ${row.id}, probe_until = ${fromNow(request.leaseMs)} where stage = ${request.stage}
    `.execute(db);
    return jobOf(row, true);
  });
}

export async function isWorkedOn(db: Kysely<unknown>, callId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from runtime.job where call_id = ${callId} and state = 'leased' limit 1`.execute(db);
  return rows.length > 0;
}

export async function leased(db: Kysely<unknown>, lease: Lease): Promise<LeasedJob | undefined> {
  const { rows } = await sql<JobRow & { probe: boolean }>`
    select ${jobColumns}, exists (select 1 from runtime.circuit c where c.probe_job = job.id) as probe
    from runtime.job where id = ${lease.jobId} and lease_number = ${lease.number} and state = 'leased'
  `.execute(db);
  const row = rows[0];
  return row === undefined ? undefined : jobOf(row, row.probe);
}

const leaseRows = (leases: readonly Lease[]) => sql`jsonb_to_recordset(${asJson(leases)}) as held("jobId" text, number integer)`;

export async function renew(db: Kysely<unknown>, leases: readonly Lease[], leaseMs: number): Promise<readonly Lease[]> {
  if (leases.length === 0) return [];
  const { rows } = await sql<{ id: string; lease_number: number }>`
    update runtime.job set leased_until = ${fromNow(leaseMs)} from ${leaseRows(leases)}
    where job.id = held."jobId" and job.lease_number = held.number and job.state = 'leased'
    returning job.id, job.lease_number
  `.execute(db);
  await sql`
    update runtime.circuit set probe_until = ${fromNow(leaseMs)} where probe_job = any(${rows.map(({ id }) => id)}::text[])
  `.execute(db);
  return rows.map((row) => ({ jobId: row.id, number: row.lease_number }));
}

/** The one transaction of a stage's result. The lease is checked, and the job's row taken, before anything else. */
export async function finish(database: Database, gate: CallGate, lease: Lease, finish: Finish): Promise<FinishResult> {
  return database.inTransaction(async (tx) => {
    const db = inside<unknown>(tx);
    const taken = await sql<{ call_id: string; lane: number }>`
      with finished as (
        delete from runtime.job where id = ${lease.jobId} and lease_number = ${lease.number} and state = 'leased'
        returning id, stage, call_id, lane, failures, losses, created_at
      ), moved as (
        insert into runtime.job_done (id, stage, call_id, outcome, code, failures, losses, created_at, finished_at)
        select id, stage, call_id, ${finish.outcome}, ${finish.code ?? null}, failures, losses, created_at, clock_timestamp() from finished
      )
      select call_id, lane from finished
    `.execute(db);
    const job = taken.rows[0];
    if (job === undefined) return 'lost';
    const call = await gate.lockForFinish(tx, job.call_id);
    if (call !== 'present') {
      await sql`update runtime.job_done set outcome = 'dropped', code = ${call} where id = ${lease.jobId}`.execute(db);
      return 'erased';
    }
    if (finish.refusal !== undefined) await gate.markFailed(tx, job.call_id, finish.refusal);
    await finish.write?.(tx);
    await insertOutbox(tx, finish.events, { lane: laneOf(job.lane), traceparent: finish.traceparent });
    return 'finished';
  });
}

export async function giveBack(database: Database, lease: Lease, how: GiveBack): Promise<boolean> {
  const fits = sql`id = ${lease.jobId} and lease_number = ${lease.number} and state = 'leased'`;
  const ready = sql`state = 'ready', leased_until = null, owner = null`;
  const db = database.reader<unknown>();
  if ((how.kind === 'failed' || how.kind === 'lost') && how.dead) return bury(db, lease, how);
  if (how.kind === 'dependency') return giveBackToCircuit(database, lease, how);
  const change =
    how.kind === 'failed'
      ? sql`failures = failures + 1, ready_at = ${fromNow(how.waitMs)}, last_code = ${how.trouble.code}, last_message = ${how.trouble.message}`
      : how.kind === 'lost'
        ? sql`losses = losses + 1, ready_at = clock_timestamp()`
        : // Released work was ready before: it keeps its place.
          sql`ready_at = ready_at`;
  const { rows } = await sql`
    with given as (update runtime.job set ${ready}, ${change} where ${fits} returning id, stage),
      unprobed as (update runtime.circuit set probe_until = null, probe_job = null where probe_job in (select id from given))
    select pg_notify(${stirChannel}, 'jobs:' || stage) from given
  `.execute(db);
  return rows.length > 0;
}

async function bury(db: Kysely<unknown>, lease: Lease, how: GiveBack): Promise<boolean> {
  const trouble = 'trouble' in how ? how.trouble : lostTrouble;
  const { rows } = await sql`
    with gone as (
      delete from runtime.job where id = ${lease.jobId} and lease_number = ${lease.number} and state = 'leased' returning *
    )
    insert into runtime.dead (kind, stage, call_id, job_id, job, lane, code, message, failures, losses)
    select 'job', stage, call_id, id, ${buriedJob}, lane, ${trouble.code}, ${trouble.message},
           failures + ${how.kind === 'failed' ? 1 : 0}, losses + ${how.kind === 'lost' ? 1 : 0}
    from gone returning id
  `.execute(db);
  return rows.length > 0;
}

const lostTrouble = {
  code: 'job.lost',
  message: 'Its process ended, or stood still, again and again without saying why.',
};

/** What a dead job needs to come back. */
const buriedJob = sql`jsonb_build_object('recipe', recipe, 'recipeHash', recipe_hash, 'traceparent', traceparent)`;

/** The first try after a dependency went away comes after a second, the next ones after 2, 4, ... up to 60. */
async function giveBackToCircuit(
  database: Database,
  lease: Lease,
  how: Extract<GiveBack, { kind: 'dependency' }>,
): Promise<boolean> {
  const atLeast = Math.min(Math.max(how.retryAfterMs ?? 0, 1_000), 3_600_000);
  return database.inTransaction(async (tx) => {
    const db = inside<unknown>(tx);
    const given = await sql<{ stage: string }>`
      update runtime.job set state = 'ready', leased_until = null, owner = null, last_code = ${how.trouble.code}, last_message = ${how.trouble.message}
      where id = ${lease.jobId} and lease_number = ${lease.number} and state = 'leased' returning stage
    `.execute(db);
    const stage = given.rows[0]?.stage;
    if (stage === undefined) return false;
    const waitOf = (probes: string) =>
      sql`greatest(${atLeast}::double precision, least(60000, 1000 * power(2, least(${sql.raw(probes)}, 10)))) * interval '1 millisecond'`;
    await sql`
      update runtime.circuit set probes = probes + 1, probe_job = null, probe_until = null, next_probe_at = clock_timestamp() + ${waitOf('probes + 1')}
      where stage = ${stage} and probe_job = ${lease.jobId}
    `.execute(db);
    await sql`
      insert into runtime.circuit (stage, dependency, code, message, next_probe_at)
      values (${stage}, ${how.dependency}, ${how.trouble.code}, ${how.trouble.message}, clock_timestamp() + ${waitOf('0')})
      on conflict (stage, dependency) do nothing
    `.execute(db);
    return true;
  });
}

export async function closeCircuits(db: Kysely<unknown>, stage: string, jobId: string): Promise<void> {
  await sql`
    with closed as (delete from runtime.circuit where stage = ${stage} and probe_job = ${jobId} returning stage)
    select pg_notify(${stirChannel}, 'jobs:' || stage) from closed
  `.execute(db);
}

export async function reap(
  db: Kysely<unknown>,
  { except, maxLosses }: Parameters<RuntimeStore['reap']>[0],
): Promise<Awaited<ReturnType<RuntimeStore['reap']>>> {
  const expired = sql`
    select id from runtime.job where state = 'leased' and leased_until < (select clock_timestamp())
      and not exists (select 1 from ${leaseRows(except)} where held."jobId" = job.id and held.number = job.lease_number)
    limit 500 for update of job skip locked`;
  const { rows } = await sql<{ stage: string; id: string; dead: boolean }>`
    with expired as (${expired}), gone as (
      delete from runtime.job where id in (select id from expired) and losses + 1 >= ${maxLosses} returning *
    ), buried as (
      insert into runtime.dead (kind, stage, call_id, job_id, job, lane, code, message, failures, losses)
      select 'job', stage, call_id, id, ${buriedJob}, lane, ${lostTrouble.code}, ${lostTrouble.message}, failures, losses + 1 from gone
      returning stage, job_id
    ), freed as (
      update runtime.job set state = 'ready', leased_until = null, owner = null, losses = losses + 1, ready_at = clock_timestamp()
      where id in (select id from expired) and losses + 1 < ${maxLosses} returning stage, id
    )
    select stage, id, false as dead from freed union all select stage, job_id, true from buried
  `.execute(db);
  return rows.map(({ stage, id, dead }) => ({ stage, jobId: id, dead }));
}

export async function releaseOwn(db: Kysely<unknown>, owner: string): Promise<number> {
  const { rows } = await sql`
    with own as (
      update runtime.job set state = 'ready', leased_until = null, owner = null, interruptions = interruptions + 1
      where state = 'leased' and owner = ${owner} returning id
    ), unprobed as (
      update runtime.circuit set probe_job = null, probe_until = null where probe_job in (select id from own)
    )
    select id from own
  `.execute(db);
  return rows.length;
}
