import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeStubCalls } from '../../test/runtime/stub-calls.ts';
import { startTestPostgres, type TestDatabase, type TestPostgres } from '../../test/servers/postgres.ts';
import { inside } from '../adapters/postgres/database.ts';
import { postgresRuntimeStore } from '../adapters/postgres/runtime-store.ts';
import {
  dependencyAway,
  done,
  dropped,
  Failure,
  type Job,
  type Outcome,
  Refused,
  retry,
  type Stage,
  type Work,
} from '../kernel/index.ts';
import { createLog, createRuntime, type Runtime, type RuntimeOptions, type RuntimeStore, runOne, type Tuning } from './index.ts';

/** Short times, the same counts. */
const quick: Partial<Tuning> = { pollMs: 50, reapMs: 50, renewMs: 50, failureWaitMs: 1, relayGapMs: 1, stopPatienceMs: 200 };
const nothing = done({ write: () => Promise.resolve(), events: [] });

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres?.stop());

interface House {
  readonly runtime: Runtime;
  readonly store: RuntimeStore;
  readonly database: TestDatabase['database'];
  readonly lines: Record<string, unknown>[];
  /** Accepts new calls; their ids. */
  deliver(count?: number, lane?: 'new' | 'backfill'): Promise<string[]>;
}

const open: { runtime: Runtime; drop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { runtime, drop } of open.splice(0)) {
    await runtime.stop();
    await drop();
  }
});

async function house(stages: readonly Stage[], options: Partial<RuntimeOptions> = {}): Promise<House> {
  const { database, drop } = await postgres.newDatabase();
  const store = postgresRuntimeStore(database, await makeStubCalls(database));
  const lines: Record<string, unknown>[] = [];
  const log = createLog(
    { level: 'debug', process: 'test' },
    { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const runtime = createRuntime({
    store,
    stages,
    owner: 'test',
    log,
    tuning: { ...quick, ...options.tuning },
    ...without(options, 'tuning'),
  });
  open.push({ runtime, drop });
  let calls = 0;
  const deliver: House['deliver'] = async (count = 1, lane = 'new') => {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) {
      const callId = (++calls).toString(16).padStart(32, '0');
      ids.push(callId);
      await runtime.accept(
        async (tx) => {
          await sql`insert into public.stub_call (call_id) values (${callId})`.execute(inside(tx));
          return { value: undefined, events: [{ type: 'calls.received', callId, data: { revision: 1 } }] };
        },
        { lane },
      );
    }
    return ids;
  };
  return { runtime, store, database, lines, deliver };
}

function without(options: Partial<RuntimeOptions>, name: 'tuning'): Partial<RuntimeOptions> {
  const { [name]: _, ...rest } = options;
  return rest;
}

const stageOf = (work: (job: Job, work: Work) => Promise<Outcome>, more: Partial<Stage> = {}): Stage => ({
  name: 'listen',
  hears: 'calls.received',
  concurrency: 2,
  plan: () => Promise.resolve({ v: 1 }),
  work,
  ...more,
});

const badInput = (retryable = true): Failure => new Failure({ code: 'test.bad', message: 'It cannot be read.', retryable });

describe('a call on its way', () => {
  test('goes through the stages, each hears what the one before told, in one trace', async () => {
    const seen: string[] = [];
    const traces = new Set<string>();
    const listen = stageOf(async (job) => {
      seen.push(`listen ${job.callId}`);
      traces.add(job.traceparent.split('-')[1] ?? '');
      return done({
        write: () => Promise.resolve(),
        events: [{ type: 'calls.transcribed', callId: job.callId, data: { transcriptId: 't' } }],
      });
    });
    const score = stageOf(
      async (job) => {
        seen.push(`score ${job.callId}`);
        traces.add(job.traceparent.split('-')[1] ?? '');
        return nothing;
      },
      { name: 'score', hears: 'calls.transcribed' },
    );
    const { runtime, deliver, lines } = await house([listen, score]);
    await runtime.start();
    const [callId] = await deliver();
    await vi.waitFor(() => expect(seen).toEqual([`listen ${callId}`, `score ${callId}`]), 10_000);
    await runtime.idle();
    expect(traces.size).toBe(1);
    // One line a call a stage, with the trace.
    const told = lines.filter(({ msg }) => msg === 'stage');
    expect(told).toMatchObject([
      { stage: 'listen', callId, outcome: 'done', try: 1, traceId: [...traces][0] },
      { stage: 'score', callId, outcome: 'done', try: 1 },
    ]);
    expect(await runtime.metricsText()).toContain('plumbline_jobs_total{stage="score",outcome="done"} 1');
  });

  test('a stage that wants nothing of it makes no job', async () => {
    const work = vi.fn(() => Promise.resolve(nothing));
    const { runtime, deliver } = await house([stageOf(work, { plan: () => Promise.resolve(null) })]);
    await runtime.start();
    await deliver();
    await runtime.idle();
    expect(work).not.toHaveBeenCalled();
  });

  test('two stages of one name stop the start', async () => {
    const stage = stageOf(() => Promise.resolve(nothing));
    await expect(house([stage, stage])).rejects.toThrow('two stages have the name listen');
  });
});

describe('failures', () => {
  test('an input that fails five times is dead, with its reason, and replay brings it back', async () => {
    let works = 0;
    const { runtime, deliver } = await house([stageOf(() => Promise.resolve(++works > 5 ? nothing : retry(badInput())))], {
      tuning: { failureWaitMs: 0 },
    });
    await runtime.start();
    const [callId] = await deliver();
    await vi.waitFor(async () => expect((await runtime.dead.list({ limit: 5 })).letters).toHaveLength(1), 10_000);
    const letter = (await runtime.dead.list({ limit: 5 })).letters[0];
    expect(letter).toMatchObject({
      kind: 'job',
      stage: 'listen',
      callId,
      code: 'test.bad',
      message: 'It cannot be read.',
      attempts: 5,
      recipe: { v: 1 },
    });
    expect(works).toBe(5);
    expect(await runtime.dead.replay(letter?.id ?? '')).toBe(true);
    await vi.waitFor(() => expect(works).toBe(6), 10_000);
    await runtime.idle();
    expect((await runtime.health()).dead).toBe(0);
  });

  test('an input that cannot get better is dead at once', async () => {
    const { runtime, deliver } = await house([stageOf(() => Promise.reject(badInput(false)))]);
    await runtime.start();
    await deliver();
    await vi.waitFor(
      async () => expect((await runtime.dead.list({ limit: 5 })).letters).toMatchObject([{ attempts: 1 }]),
      10_000,
    );
  });

  test('an exception nobody foresaw counts, and its text does not reach the log', async () => {
    const { runtime, deliver, lines } = await house([stageOf(() => Promise.reject(new Error('customer Wang said 4111')))], {
      tuning: { failureWaitMs: 0 },
    });
    await runtime.start();
    await deliver();
    await vi.waitFor(
      async () => expect((await runtime.dead.list({ limit: 5 })).letters).toMatchObject([{ code: 'stage.bug', attempts: 5 }]),
      10_000,
    );
    const told = lines.filter(({ msg }) => msg === 'stage');
    expect(told[0]).toMatchObject({
      level: 'error',
      error: { name: 'Error', at: expect.arrayContaining([expect.stringContaining('runtime.test.ts')]) },
    });
    expect(JSON.stringify(lines)).not.toMatch(/Wang|4111/);
  });

  test('a refusal, said or thrown, ends the job and marks the call', async () => {
    const refusal = { code: 'audio.empty', text: { zh: '空文件。', en: 'The file is empty.' } };
    const { runtime, deliver, database } = await house([stageOf(() => Promise.reject(new Refused(refusal)))]);
    await runtime.start();
    await deliver();
    await vi.waitFor(async () => {
      const { rows } = await sql`select failed, revision from public.stub_call`.execute(database.reader());
      expect(rows).toEqual([{ failed: 'audio.empty', revision: 1 }]);
    }, 10_000);
  });

  test('what is superseded is dropped without a trace but its line', async () => {
    const { runtime, deliver, database } = await house([stageOf(() => Promise.resolve(dropped('superseded')))]);
    await runtime.start();
    await deliver();
    await vi.waitFor(async () => {
      const { rows } = await sql`select outcome, code from runtime.job_done`.execute(database.reader());
      expect(rows).toEqual([{ outcome: 'dropped', code: 'superseded' }]);
    }, 10_000);
  });

  test('a result that cannot be written counts as a failure, and leaves nothing', async () => {
    const write = async (tx: Parameters<typeof inside>[0]): Promise<void> => {
      await sql`insert into public.stub_call (call_id) values ('half')`.execute(inside(tx));
      await sql`select 'words'::int`.execute(inside(tx));
    };
    const { runtime, deliver, database, lines } = await house([stageOf(() => Promise.resolve(done({ write, events: [] })))]);
    await runtime.start();
    await deliver();
    await vi.waitFor(
      async () => expect((await runtime.dead.list({ limit: 5 })).letters).toMatchObject([{ code: 'database.22P02' }]),
      10_000,
    );
    const { rows } = await sql`select 1 from public.stub_call where call_id = 'half'`.execute(database.reader());
    expect(rows).toEqual([]);
    expect(JSON.stringify(lines)).not.toContain('words');
  });
});

describe('a dependency that is away', () => {
  test('stops its stage with one probe at a time, counts nothing, and everything goes on when it is back', async () => {
    let away = true;
    let tries = 0;
    let together = 0;
    const listen = stageOf(
      async () => {
        if (!away) return nothing;
        tries++;
        together++;
        await new Promise((resolve) => setTimeout(resolve, 20));
        together--;
        if (tries > 2) expect(together).toBe(0);
        return retry(dependencyAway('recogniser', 'The recogniser does not answer.'));
      },
      { concurrency: 2 },
    );
    const { runtime, deliver, database, store } = await house([listen]);
    await runtime.start();
    await deliver(6);
    const hurry = () => sql`update runtime.circuit set next_probe_at = clock_timestamp()`.execute(database.reader());
    await vi.waitFor(async () => {
      await hurry();
      expect((await store.snapshot()).circuits[0]?.probes).toBeGreaterThanOrEqual(2);
    }, 10_000);
    const health = await runtime.health();
    expect(health.reasons).toContain('listen waits for recogniser.');
    expect(health.stages).toMatchObject([{ stage: 'listen', circuit: { dependency: 'recogniser' } }]);
    away = false;
    await vi.waitFor(async () => {
      await hurry();
      const { rows } = await sql`select failures, losses from runtime.job_done`.execute(database.reader());
      expect(rows).toEqual(Array.from({ length: 6 }, () => ({ failures: 0, losses: 0 })));
    }, 10_000);
    expect((await store.snapshot()).circuits).toEqual([]);
  });
});

describe('leases', () => {
  test('work whose lease is lost is aborted, and what it brings is not written', async () => {
    let aborted: unknown;
    let begun = 0;
    const listen = stageOf((_job, { signal }) => {
      if (++begun > 1) return Promise.resolve(nothing);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted = signal.reason;
          resolve(done({ write: () => Promise.reject(new Error('written')), events: [] }));
        });
      });
    });
    const { runtime, deliver, database, lines } = await house([listen]);
    await runtime.start();
    await deliver();
    await vi.waitFor(() => expect(begun).toBe(1), 10_000);
    // As another process does that finds the lease run out.
    await sql`update runtime.job set state = 'ready', losses = losses + 1, owner = null`.execute(database.reader());
    await vi.waitFor(() => expect(aborted).toBeInstanceOf(Error), 10_000);
    await vi.waitFor(() => expect(begun).toBe(2), 10_000);
    await runtime.idle();
    // Which of the two lines comes first is nobody's promise.
    const outcomes = (): unknown[] =>
      lines
        .filter(({ msg }) => msg === 'stage')
        .map(({ outcome }) => outcome)
        .toSorted();
    await vi.waitFor(() => expect(outcomes()).toEqual(['done', 'lost']), 10_000);
  });

  test('long work keeps its lease', async () => {
    let release = (): void => undefined;
    const listen = stageOf(() => new Promise((resolve) => (release = () => resolve(nothing))));
    const { runtime, deliver, database } = await house([listen], { tuning: { leaseMs: 600, renewMs: 50 } });
    await runtime.start();
    await deliver();
    const untilOf = async (): Promise<number> => {
      const { rows } = await sql<{ until: Date }>`select leased_until as until from runtime.job where state = 'leased'`.execute(
        database.reader(),
      );
      return rows[0]?.until.getTime() ?? 0;
    };
    await vi.waitFor(async () => expect(await untilOf()).toBeGreaterThan(0), 10_000);
    const first = await untilOf();
    await vi.waitFor(async () => expect(await untilOf()).toBeGreaterThan(first + 600), 10_000);
    release();
    await runtime.idle();
    const { rows } = await sql`select losses from runtime.job_done`.execute(database.reader());
    expect(rows).toEqual([{ losses: 0 }]);
  });

  test('a job that was lost three times runs with no other beside it', async () => {
    const beside: number[] = [];
    let running = 0;
    const listen = stageOf(
      async (job) => {
        running++;
        await new Promise((resolve) => setTimeout(resolve, 30));
        if (job.callId.endsWith('1')) beside.push(running);
        running--;
        return nothing;
      },
      { concurrency: 4 },
    );
    const { runtime, deliver, database, store } = await house([listen]);
    await deliver(5);
    await store.relay(10, (_tx, { event }) => Promise.resolve([{ stage: 'listen', callId: event.callId, recipe: { v: 1 } }]));
    await sql`update runtime.job set losses = 3 where call_id like '%1'`.execute(database.reader());
    await runtime.start();
    await runtime.idle();
    expect(beside).toEqual([1]);
  });

  test('and in a child process where there is one: its death is a loss, its outcome is its own', async () => {
    const inParent = vi.fn(() => Promise.resolve(nothing));
    const stages = [stageOf(() => Promise.resolve(nothing))];
    let children = 0;
    let ours: RuntimeStore | undefined;
    const { runtime, deliver, database, store } = await house([stageOf(inParent)], {
      runAlone: async (job, signal): Promise<'ended' | 'died'> => {
        if (++children === 1) return 'died';
        const log = createLog({ level: 'silent', process: 'child' });
        if (ours === undefined) throw new Error('no store');
        return (await runOne({ store: ours, stages, log }, job.lease, signal)) ? 'ended' : 'died';
      },
    });
    ours = store;
    await deliver();
    await store.relay(10, (_tx, { event }) => Promise.resolve([{ stage: 'listen', callId: event.callId, recipe: { v: 1 } }]));
    await sql`update runtime.job set losses = 3`.execute(database.reader());
    await runtime.start();
    await vi.waitFor(async () => {
      const { rows } = await sql`select outcome, losses from runtime.job_done`.execute(database.reader());
      expect(rows).toEqual([{ outcome: 'done', losses: 4 }]);
    }, 10_000);
    expect(children).toBe(2);
    expect(inParent).not.toHaveBeenCalled();
  });
});

describe('lanes', () => {
  test('new calls go before backfill, which never takes every place', async () => {
    const order: string[] = [];
    const held: (() => void)[] = [];
    const listen = stageOf(
      (job) => {
        order.push(job.callId);
        return new Promise((resolve) => held.push(() => resolve(nothing)));
      },
      { concurrency: 2 },
    );
    const { runtime, deliver } = await house([listen]);
    await runtime.start();
    await deliver(3, 'backfill');
    await vi.waitFor(() => expect(order).toHaveLength(1), 10_000);
    const [fresh] = await deliver(1, 'new');
    await vi.waitFor(() => expect(order).toEqual([expect.any(String), fresh]), 10_000);
    for (let ended = 0; ended < 4; ended++) {
      await vi.waitFor(() => expect(held.length).toBeGreaterThan(ended), 10_000);
      held[ended]?.();
    }
    await runtime.idle();
    expect(order).toHaveLength(4);
  });
});

describe('stopping', () => {
  test('work that can end in time ends; the rest is given back uncounted; nothing is lost', async () => {
    const aborts: string[] = [];
    const listen = stageOf(
      (job, { signal }) =>
        job.callId.endsWith('1')
          ? new Promise((resolve) => setTimeout(() => resolve(nothing), 50))
          : new Promise((_resolve, reject) =>
              signal.addEventListener('abort', () => {
                aborts.push(job.callId);
                reject(badInput());
              }),
            ),
      { concurrency: 2 },
    );
    const { runtime, deliver, database } = await house([listen], { tuning: { stopPatienceMs: 300 } });
    await runtime.start();
    const ids = await deliver(3);
    await vi.waitFor(async () => {
      const { rows } = await sql`select 1 from runtime.job where state = 'leased'`.execute(database.reader());
      expect(rows.length).toBeGreaterThanOrEqual(2);
    }, 10_000);
    await runtime.stop();
    expect(aborts.length).toBeGreaterThanOrEqual(1);
    const { rows } = await sql<{ call_id: string }>`
      select call_id from runtime.job where state = 'ready' and failures = 0 and losses = 0 and interruptions = 0
      union all select call_id from runtime.job_done order by call_id`.execute(database.reader());
    expect(rows.map((row) => row.call_id)).toEqual(ids);
  });

  test('work that does not heed its signal cannot write after its lease was given back', async () => {
    let write = vi.fn(() => Promise.resolve());
    let finish = (): void => undefined;
    const listen = stageOf(() => new Promise((resolve) => (finish = () => resolve(done({ write, events: [] })))));
    const { runtime, deliver, database, lines } = await house([listen], { tuning: { stopPatienceMs: 10 } });
    await runtime.start();
    await deliver();
    await vi.waitFor(async () => {
      const { rows } = await sql`select 1 from runtime.job where state = 'leased'`.execute(database.reader());
      expect(rows).toHaveLength(1);
    }, 10_000);
    write = vi.fn(() => Promise.resolve());
    await runtime.stop();
    finish();
    await vi.waitFor(() => expect(lines.at(-1)).toMatchObject({ msg: 'stage', outcome: 'lost' }), 10_000);
    expect(write).not.toHaveBeenCalled();
  });

  test('leases of an earlier life are free at the start', async () => {
    const { runtime, deliver, store, database } = await house([stageOf(() => Promise.resolve(nothing))]);
    await deliver();
    await store.relay(10, (_tx, { event }) => Promise.resolve([{ stage: 'listen', callId: event.callId, recipe: { v: 1 } }]));
    await store.lease({ stage: 'listen', lane: 'new', owner: 'test', limit: 1, leaseMs: 60_000 });
    await runtime.start();
    await runtime.idle();
    const { rows } = await sql`select outcome, losses from runtime.job_done`.execute(database.reader());
    expect(rows).toEqual([{ outcome: 'done', losses: 0 }]);
  });
});

test('a full disk is said: nothing new is accepted, and what is there goes on', async () => {
  const disk = { check: () => Promise.resolve({ accepting: false, freeBytes: 5, reason: 'Only 0 MiB are free.' }) };
  const { runtime, deliver, database } = await house([stageOf(() => Promise.resolve(nothing))], { disk });
  await runtime.start();
  expect(await runtime.accepting()).toEqual({ accepting: false, reason: 'Only 0 MiB are free.' });
  expect(await runtime.health()).toMatchObject({ ready: true, accepting: false, reasons: ['Only 0 MiB are free.'] });
  await deliver();
  await runtime.idle();
  const { rows } = await sql`select outcome from runtime.job_done`.execute(database.reader());
  expect(rows).toEqual([{ outcome: 'done' }]);
});
