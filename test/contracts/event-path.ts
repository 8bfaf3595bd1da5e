import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { MemoryRuntimeStore } from '../../services/adapters/memory/runtime-store.ts';
import { MemoryTransactions } from '../../services/adapters/memory/transaction.ts';
import { dependencyAway, Failure, type NewEvent, type Stage } from '../../services/kernel/index.ts';
import { createLog, newTraceparent, type Lane, type Log, type RuntimeStore } from '../../services/runtime/index.ts';

/** How events get from the outbox to jobs. */
export interface EventPath {
  /** Begins; `store` is asked to hear and to relay. */
  start(store: RuntimeStore, stages: readonly Stage[], log: Log): Promise<{ stop(): Promise<void> }>;
  end(): Promise<void>;
}

const patient = { timeout: 40_000, interval: 50 };

/** What every way from the outbox to jobs does, with a bus between or without. */
export function eventPathContract(name: string, open: () => Promise<EventPath>): void {
  describe(`from the outbox to jobs: ${name}`, () => {
    let path: EventPath;
    beforeAll(async () => {
      path = await open();
    });
    afterAll(() => path?.end());

    let made = 0;
    const newCall = (): string => (++made).toString(16).padStart(32, '0');
    let stages = 0;
    const received = (callId: string, revision = 1): NewEvent => ({ type: 'calls.received', callId, data: { revision } });
    const silent = createLog({ level: 'silent', process: 'test' });

    function house() {
      const [erased, ours] = [new Set<string>(), new Set<string>()];
      /** A bus keeps what earlier tests sent: a stage looks at the calls of its own house alone. */
      const newStage = (
        plan: (callId: string) => Promise<Record<string, string> | null>,
        hears: Stage['hears'] = 'calls.received',
      ): Stage => ({
        name: `stage-${++stages}`,
        hears,
        concurrency: 1,
        plan: async (_tx, callId) => (ours.has(callId) ? plan(callId) : null),
        work: () => Promise.reject(new Error('nobody works here')),
      });
      const store = new MemoryRuntimeStore(
        new MemoryTransactions(),
        {
          lockForFinish: () => Promise.resolve('present'),
          erasedAmong: (_tx, callIds) => Promise.resolve(new Set(callIds.filter((callId) => erased.has(callId)))),
          markFailed: () => Promise.resolve(),
        },
        () => Date.now(),
      );
      const accept = (events: readonly NewEvent[], lane: Lane = 'new', traceparent = newTraceparent()): Promise<void> => {
        for (const { callId } of events) ours.add(callId);
        return store.accept(() => Promise.resolve({ value: undefined, events }), { lane, traceparent });
      };
      const jobs = async (stage: Stage, lane: Lane = 'new') =>
        store.lease({ stage: stage.name, lane, owner: 'test', limit: 1_000, leaseMs: 60_000 });
      const ready = async (stage: Stage): Promise<number> =>
        (await store.snapshot()).stages.find((each) => each.stage === stage.name)?.ready ?? 0;
      return { store, accept, jobs, ready, erased, newStage };
    }

    test('every event becomes a job of each stage that hears it, once, in its lane and with its trace', async () => {
      const { store, accept, jobs, ready, newStage } = house();
      const [one, two, deaf] = [
        newStage(async () => ({ v: '1' })),
        newStage(async () => ({ v: '2' }), ['calls.received', 'calls.scored']),
        newStage(async () => ({ v: '3' }), 'calls.reviewed'),
      ];
      const running = await path.start(store, [one, two, deaf], silent);
      const calls = Array.from({ length: 25 }, newCall);
      const traceparent = newTraceparent();
      for (const callId of calls) await accept([received(callId)], 'backfill', traceparent);
      await accept([received(calls[0] ?? ''), received(calls[1] ?? '', 2)], 'new');
      await vi.waitFor(async () => expect([await ready(one), await ready(two)]).toEqual([25, 25]), patient);
      await vi.waitFor(async () => expect((await store.snapshot()).outbox).toBe(0), patient);
      for (const stage of [one, two]) {
        const made = [...(await jobs(stage, 'backfill')), ...(await jobs(stage, 'new'))];
        expect(made.map(({ callId }) => callId).toSorted()).toEqual(calls.toSorted());
        expect(made.filter((job) => job.lane === 'backfill').every((job) => job.traceparent === traceparent)).toBe(true);
        expect(made.filter((job) => job.lane === 'backfill').length).toBeGreaterThan(20);
      }
      expect(await ready(deaf)).toBe(0);
      await running.stop();
    });

    test('a call that was erased meanwhile gets no job; a stage that plans nothing makes none', async () => {
      const { store, accept, jobs, ready, erased, newStage } = house();
      const [gone, quiet, here] = [newCall(), newCall(), newCall()];
      const stage = newStage(async (callId) => (callId === quiet ? null : { v: '1' }));
      erased.add(gone);
      await accept([received(gone), received(quiet), received(here)]);
      const running = await path.start(store, [stage], silent);
      await vi.waitFor(async () => expect(await ready(stage)).toBe(1), patient);
      expect((await jobs(stage)).map(({ callId }) => callId)).toEqual([here]);
      await running.stop();
    });

    test('an event whose plan fails holds up no other; after its last try it is a dead letter that can be replayed', async () => {
      const { store, accept, jobs, ready, newStage } = house();
      const [bad, ...good] = [newCall(), newCall(), newCall()];
      let broken = true;
      const stage = newStage(async (callId) => {
        if (broken && callId === bad) throw new Failure({ code: 'test.plan', message: 'No plan.', retryable: true });
        return { v: '1' };
      });
      const running = await path.start(store, [stage], silent);
      await accept([received(bad ?? ''), ...good.map((callId) => received(callId))]);
      await vi.waitFor(async () => {
        // Whatever waits for its next try is due.
        (store as MemoryRuntimeStore).ripen();
        expect((await store.deadLetters({ limit: 5 })).letters).toMatchObject([
          { kind: 'event', callId: bad, code: 'test.plan', attempts: 5 },
        ]);
        expect(await ready(stage)).toBe(2);
      }, patient);
      broken = false;
      const [letter] = (await store.deadLetters({ limit: 1 })).letters;
      expect(await store.replay(letter?.id ?? '')).toBe(true);
      await vi.waitFor(async () => expect(await ready(stage)).toBe(3), patient);
      expect(new Set((await jobs(stage)).map(({ callId }) => callId))).toEqual(new Set([bad, ...good]));
      await running.stop();
    });

    test('while the database is away nothing is lost and nothing dies; what was accepted before and after becomes jobs', async () => {
      const { store, accept, ready, newStage } = house();
      const stage = newStage(async () => ({ v: '1' }));
      let away = true;
      const flaky = new Proxy(store, {
        get: (target, key: keyof RuntimeStore) => {
          const method = target[key] as unknown;
          if (typeof method !== 'function') return method;
          if (key !== 'hear' && key !== 'relay' && key !== 'queued' && key !== 'sent') return method.bind(target) as unknown;
          return (...parameters: unknown[]) =>
            away ? Promise.reject(dependencyAway('database', 'It is away.')) : (method.apply(target, parameters) as unknown);
        },
      });
      await accept([received(newCall()), received(newCall())]);
      const running = await path.start(flaky, [stage], silent);
      await new Promise((resolve) => setTimeout(resolve, 300));
      away = false;
      await vi.waitFor(async () => expect(await ready(stage)).toBe(2), patient);
      away = true;
      await accept([received(newCall())]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      away = false;
      await vi.waitFor(async () => expect(await ready(stage)).toBe(3), patient);
      expect((await store.deadLetters({ limit: 1 })).letters).toEqual([]);
      await running.stop();
    });

    test('what is accepted between a stop and the next start is not lost', async () => {
      const { store, accept, ready, newStage } = house();
      const stage = newStage(async () => ({ v: '1' }));
      const first = await path.start(store, [stage], silent);
      await accept([received(newCall())]);
      await vi.waitFor(async () => expect(await ready(stage)).toBe(1), patient);
      await first.stop();
      await accept([received(newCall())]);
      const second = await path.start(store, [stage], silent);
      await vi.waitFor(async () => expect(await ready(stage)).toBe(2), patient);
      await second.stop();
    });
  });
}
