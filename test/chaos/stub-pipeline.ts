import { sql } from 'kysely';
import { type Database, inside } from '../../services/adapters/postgres/database.ts';
import {
  canonicalJson,
  dependencyAway,
  done,
  Failure,
  retry,
  sha256,
  type Stage,
  type Topic,
} from '../../services/kernel/index.ts';
import type { Runtime } from '../../services/runtime/index.ts';
import { makeStubCalls } from '../runtime/stub-calls.ts';

/** Id of the n-th call of the load. */
export const callIdOfNumber = (number: number): string => sha256(`call ${number}`).slice(0, 32);

export async function makeTables(database: Database) {
  const gate = await makeStubCalls(database);
  // No key over (call, stage) on purpose: a result that was written twice shall be seen, not refused.
  await sql`create table if not exists public.stub_result (call_id text, stage text, body text)`.execute(database.reader());
  await sql`create index if not exists stub_result_call on public.stub_result (call_id)`.execute(database.reader());
  return gate;
}

const bodyOf = (stage: string, callId: string, upstream: string): string => sha256(`${stage} ${callId} ${upstream}`);

/**
 * Two stages that work like the real ones and know nothing: the second's recipe is the first's result. Some calls fail once,
 * some find their dependency away once; which ones is decided by the call alone.
 */
export function stubStages(database: Database, workMs: number): readonly Stage[] {
  const stumbled = new Set<string>();
  const stumble = (callId: string): Failure | undefined => {
    const kind = Number.parseInt(callId.slice(-2), 16);
    if (kind >= 24 || stumbled.has(callId)) return undefined;
    stumbled.add(callId);
    if (kind < 2) return dependencyAway('recogniser', 'The stub recogniser is away.');
    return new Failure({ code: 'stub.once', message: 'The stub fails once.', retryable: true });
  };
  const resultOf = async (db: { tx: Parameters<Stage['plan']>[0] } | undefined, callId: string): Promise<string | undefined> => {
    const executor = db === undefined ? database.reader() : inside(db.tx);
    const { rows } = await sql<{ body: string }>`
      select body from public.stub_result where call_id = ${callId} and stage = 'transcribe'`.execute(executor);
    return rows[0]?.body;
  };
  const stage = (name: string, hears: Topic, tells: Topic): Stage => ({
    name,
    hears,
    concurrency: 2,
    plan: async (tx, callId) => {
      if (name === 'transcribe') return { engine: 'stub' };
      const upstream = await resultOf({ tx }, callId);
      return upstream === undefined ? null : { transcript: upstream };
    },
    work: async ({ callId }, { signal }) => {
      const upstream = name === 'score' ? ((await resultOf(undefined, callId)) ?? '') : '';
      await new Promise((resolve) => setTimeout(resolve, workMs * (0.5 + Math.random())));
      signal.throwIfAborted();
      const failure = name === 'transcribe' ? stumble(callId) : undefined;
      if (failure !== undefined) return retry(failure);
      const body = bodyOf(name, callId, upstream);
      return done({
        write: async (tx) => {
          await sql`insert into public.stub_result (call_id, stage, body) values (${callId}, ${name}, ${body})`.execute(
            inside(tx),
          );
        },
        events: [
          tells === 'calls.transcribed'
            ? { type: tells, callId, data: { transcriptId: body } }
            : { type: tells, callId, data: { transcriptId: upstream, scorecards: [] } },
        ],
      });
    },
  });
  return [stage('transcribe', 'calls.received', 'calls.transcribed'), stage('score', 'calls.transcribed', 'calls.scored')];
}

/** Delivers calls until there are `upTo`, going on where an earlier life was killed. */
export async function deliver(runtime: Runtime, database: Database, upTo: number): Promise<void> {
  const { rows } = await sql<{ call_id: string }>`select call_id from public.stub_call`.execute(database.reader());
  const there = new Set(rows.map((row) => row.call_id));
  for (let number = 0; number < upTo; number++) {
    const callId = callIdOfNumber(number);
    if (there.has(callId)) continue;
    await runtime.accept(async (tx) => {
      await sql`insert into public.stub_call (call_id) values (${callId})`.execute(inside(tx));
      return { value: undefined, events: [{ type: 'calls.received', callId, data: { revision: 1 } }] };
    });
  }
}

/** Everything that the runs must agree about, as canonical JSON: no times, no attempts, no hosts. */
export async function exportAll(database: Database): Promise<string> {
  const rowsOf = async (query: ReturnType<typeof sql>): Promise<readonly unknown[]> =>
    (await query.execute(database.reader())).rows;
  return canonicalJson({
    calls: await rowsOf(sql`select call_id, revision, failed from public.stub_call order by call_id`),
    results: await rowsOf(sql`select call_id, stage, body from public.stub_result order by call_id, stage, body`),
    events: await rowsOf(sql`select id, topic, call_id, event -> 'data' as data from runtime.event order by id`),
    finished: await rowsOf(sql`select id, outcome from runtime.job_done order by id`),
    left: await rowsOf(
      sql`select id from runtime.job union all select event_id from runtime.outbox union all select code from runtime.dead`,
    ),
  });
}
