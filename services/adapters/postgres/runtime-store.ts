import { type Kysely, sql } from 'kysely';
import type { CallGate, RuntimeSnapshot, RuntimeStore, Stir } from '../../runtime/ports.ts';
import type { Database } from './database.ts';
import { deadLetter, deadLetters, park, pruneEvents, replay, replayEvents, retry } from './runtime-dead.ts';
import {
  closeCircuits,
  finish,
  giveBack,
  isWorkedOn,
  lease,
  leased,
  leaseProbe,
  reap,
  releaseOwn,
  renew,
} from './runtime-leases.ts';
import { hear, insertOutbox, queued, relay, sent } from './runtime-outbox.ts';
import { stirChannel } from './runtime-rows.ts';

/** The queue of record in the schema `runtime`. */
export function postgresRuntimeStore(database: Database, gate: CallGate): RuntimeStore {
  const db = database.reader<unknown>();
  return {
    accept: (write, options) =>
      database.inTransaction(async (tx) => {
        const { value, events } = await write(tx);
        await insertOutbox(tx, events, options);
        return value;
      }),
    relay: (limit, plan) => relay(database, gate, limit, plan),
    queued: (limit) => queued(db, limit),
    sent: (seqs) => sent(db, seqs),
    hear: (events, plan) => hear(database, gate, events, plan),
    lease: (request) => lease(db, request),
    leaseProbe: (request) => leaseProbe(database, request),
    leased: (held) => leased(db, held),
    isWorkedOn: (callId) => isWorkedOn(db, callId),
    renew: (leases, leaseMs) => renew(db, leases, leaseMs),
    finish: (held, what) => finish(database, gate, held, what),
    giveBack: (held, how) => giveBack(database, held, how),
    closeCircuits: (stage, jobId) => closeCircuits(db, stage, jobId),
    reap: (options) => reap(db, options),
    releaseOwn: (owner) => releaseOwn(db, owner),
    deadLetters: (page) => deadLetters(db, page),
    deadLetter: (id) => deadLetter(db, id),
    replay: (id, event) => replay(database, id, event),
    park: (record) => park(db, record),
    retry,
    replayEvents: (filter) => replayEvents(db, filter),
    pruneEvents: (olderThanMs, limit) => pruneEvents(db, olderThanMs, limit),
    snapshot: () => snapshot(db),
    listen: (stirred) => database.listen(stirChannel, (payload) => tell(payload, stirred)),
  };
}

/** An empty payload comes after a reconnection: anything may have happened. */
function tell(payload: string, stirred: (stir: Stir) => void): void {
  const [kind, stage] = payload.split(':');
  if (kind !== 'jobs') stirred({ kind: 'outbox' });
  if (kind !== 'outbox') stirred({ kind: 'jobs', stage });
}

async function snapshot(db: Kysely<unknown>): Promise<RuntimeSnapshot> {
  const [stages, circuits, counts] = await Promise.all([
    sql<{ stage: string; ready: number; working: number; waiting: number; oldest: number | null }>`
      select stage, count(*) filter (where state = 'ready' and ready_at <= at.now)::int as ready,
        count(*) filter (where state = 'leased')::int as working,
        count(*) filter (where state = 'ready' and ready_at > at.now)::int as waiting,
        floor(extract(epoch from max(at.now) - min(ready_at) filter (where state = 'ready' and ready_at <= at.now)) * 1000)::bigint as oldest
      from runtime.job, (select clock_timestamp() as now) as at group by stage order by stage
    `.execute(db),
    sql<{ stage: string; dependency: string; code: string; message: string; since: number; probes: number }>`
      select stage, dependency, code, message, probes, floor(extract(epoch from opened_at) * 1000)::bigint as since
      from runtime.circuit order by stage, dependency
    `.execute(db),
    sql<{ dead: number; outbox: number; oldest: number | null }>`
      select (select count(*)::int from runtime.dead) as dead, (select count(*)::int from runtime.outbox) as outbox,
        (select floor(extract(epoch from clock_timestamp() - min(ready_at)) * 1000)::bigint from runtime.outbox) as oldest
    `.execute(db),
  ]);
  const count = counts.rows[0];
  return {
    stages: stages.rows.map(({ oldest, ...stage }) => ({ ...stage, oldestReadyMs: oldest })),
    circuits: circuits.rows.map(({ since, ...circuit }) => ({ ...circuit, openSince: since })),
    dead: count?.dead ?? 0,
    outbox: count?.outbox ?? 0,
    oldestOutboxMs: count?.oldest ?? null,
  };
}
