import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure, type NewEvent, type Recipe, recipeHashOf, type Tx } from '../../services/kernel/index.ts';
import { newTraceparent } from '../../services/runtime/index.ts';
import type { Finish, Lane, Lease, LeasedJob, PlannedJob, RuntimeStore } from '../../services/runtime/ports.ts';

/** A runtime store with calls of its own behind its gate, and what a test needs to look inside and to let time pass. */
export interface RuntimeStoreHarness {
  readonly store: RuntimeStore;
  addCall(callId: string): Promise<void>;
  eraseCall(callId: string): Promise<void>;
  revisionOf(callId: string): Promise<number>;
  failureOf(callId: string): Promise<string | undefined>;
  /** Writes a line as part of the transaction. */
  note(tx: Tx, line: string): Promise<void>;
  notes(): Promise<readonly string[]>;
  /** The lease's time is over. */
  expire(lease: Lease): Promise<void>;
  /** Whatever waits for a time is due now: jobs, events, probes. */
  ripen(): Promise<void>;
  stop(): Promise<void>;
}

const callIdOf = (number: number): string => number.toString(16).padStart(32, '0');
const traceparent = newTraceparent();
const noEvents = { events: [], traceparent };
const received = (callId: string, revision = 1): NewEvent => ({ type: 'calls.received', callId, data: { revision } });

/** What every runtime store keeps, whatever holds it. */
export function runtimeStoreContract(name: string, start: () => Promise<RuntimeStoreHarness>): void {
  describe(`runtime store: ${name}`, () => {
    let harness: RuntimeStoreHarness;
    let store: RuntimeStore;
    let calls = 0;
    beforeAll(async () => {
      harness = await start();
      ({ store } = harness);
    });
    afterAll(() => harness?.stop());

    const newCall = async (): Promise<string> => {
      const callId = callIdOf(++calls);
      await harness.addCall(callId);
      return callId;
    };
    /** A stage of its own for each test, so that tests do not lease each other's jobs. */
    let stages = 0;
    const newStage = (): string => `stage${++stages}`;
    const send = (events: readonly NewEvent[], lane: Lane = 'new'): Promise<void> =>
      store.accept(() => Promise.resolve({ value: undefined, events }), { lane, traceparent });
    const relay = (plan: (callId: string) => readonly PlannedJob[]) =>
      store.relay(100, (_tx, { event }) => Promise.resolve(plan(event.callId)));
    const planJob = async (stage: string, callId: string, recipe: Recipe = { v: 1 }, lane: Lane = 'new'): Promise<void> => {
      await send([received(callId)], lane);
      await relay((id) => (id === callId ? [{ stage, callId, recipe }] : []));
    };
    const leaseAll = (stage: string, lane: Lane = 'new', owner = 'one', limit = 100): Promise<readonly LeasedJob[]> =>
      store.lease({ stage, lane, owner, limit, leaseMs: 60_000 });
    const leaseOne = async (stage: string, owner = 'one'): Promise<LeasedJob> => {
      const [job] = await leaseAll(stage, 'new', owner, 1);
      if (job === undefined) throw new Error('no job was ready');
      return job;
    };
    const done: Finish = { outcome: 'done', ...noEvents };

    describe('accepting and relaying', () => {
      test('an event that was accepted becomes a job with its recipe, its lane and its trace', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await send([received(callId)], 'backfill');
        const report = await relay((id) => [{ stage, callId: id, recipe: { audio: 'a' } }]);
        expect(report).toMatchObject({ moved: 1, planned: { [stage]: 1 }, duplicates: 0 });
        expect(await leaseAll(stage, 'new')).toEqual([]);
        const [job] = await leaseAll(stage, 'backfill');
        const recipeHash = recipeHashOf({ audio: 'a' });
        expect(job).toMatchObject({
          id: `${stage}:${callId}:${recipeHash}`,
          stage,
          callId,
          recipe: { audio: 'a' },
          recipeHash,
          traceparent,
          lane: 'backfill',
          failures: 0,
          probe: false,
        });
      });

      test('what accepting throws leaves neither its writes nor its events', async () => {
        const callId = await newCall();
        const before = await harness.notes();
        const refused = store.accept(
          async (tx) => {
            await harness.note(tx, 'half');
            throw new Error('no');
          },
          { lane: 'new', traceparent },
        );
        await expect(refused).rejects.toThrow('no');
        await expect(
          store.accept(
            async (tx) => {
              await harness.note(tx, 'half');
              return { value: 1, events: [{ type: 'calls.received', callId, data: { revision: 'no number' } }] };
            },
            { lane: 'new', traceparent },
          ),
        ).rejects.toThrow(/calls\.received.*data\.revision/);
        expect(await harness.notes()).toEqual(before);
        expect((await relay(() => [])).moved).toBe(0);
      });

      test('a job that waits, runs, is finished or dead is not made again', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        const again = async (): Promise<unknown> => {
          await send([received(callId)]);
          return relay((id) => [{ stage, callId: id, recipe: { v: 1 } }]);
        };
        const duplicate = { moved: 1, planned: {}, duplicates: 1 };
        expect(await again()).toMatchObject(duplicate);
        const job = await leaseOne(stage);
        expect(await again()).toMatchObject(duplicate);
        await store.finish(job.lease, done);
        expect(await again()).toMatchObject(duplicate);
        expect(await leaseAll(stage)).toEqual([]);

        await planJob(stage, callId, { v: 2 });
        const other = await leaseOne(stage);
        const trouble = { code: 'test.bad', message: 'It cannot be read.' };
        await store.giveBack(other.lease, { kind: 'failed', trouble, waitMs: 0, dead: true });
        await send([received(callId)]);
        expect(await relay((id) => [{ stage, callId: id, recipe: { v: 2 } }])).toMatchObject(duplicate);
      });

      test('a job that was overtaken is made again when it is asked for again', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        const overtaken = await leaseOne(stage);
        await store.finish(overtaken.lease, { outcome: 'dropped', code: 'superseded', ...noEvents });
        await send([received(callId)]);
        expect(await relay((id) => [{ stage, callId: id, recipe: { v: 1 } }])).toMatchObject({ planned: { [stage]: 1 } });
        const again = await leaseOne(stage);
        expect(again.id).toBe(overtaken.id);
        expect(await store.finish(again.lease, done)).toBe('finished');
      });

      test('what a plan tells goes out with its jobs, in their lane, or not at all', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        const told: NewEvent = { type: 'calls.transcribed', callId, data: { transcriptId: 't' } };
        await send([received(callId)], 'backfill');
        const failing = await store.relay(100, (_tx, _heard, tell) => {
          tell(told);
          return Promise.reject(new Failure({ code: 'test.plan', message: 'No plan.', retryable: true }));
        });
        expect(failing.failed?.dead).toBe(false);
        await harness.ripen();
        const heard: string[] = [];
        const turn = () =>
          store.relay(100, (_tx, { event, lane }, tell) => {
            heard.push(`${event.type} ${lane}`);
            if (event.type === 'calls.received') tell(told);
            return Promise.resolve(event.type === 'calls.received' ? [{ stage, callId, recipe: {} }] : []);
          });
        while ((await turn()).moved > 0);
        expect(heard).toEqual(['calls.received backfill', 'calls.transcribed backfill']);
        expect(await leaseAll(stage, 'backfill')).toHaveLength(1);
      });

      test('equal jobs of one batch are one job', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await send([received(callId), received(callId, 2)]);
        expect(await relay((id) => [{ stage, callId: id, recipe: {} }])).toMatchObject({
          moved: 2,
          planned: { [stage]: 1 },
          duplicates: 1,
        });
      });

      test('an erased call is not planned', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await harness.eraseCall(callId);
        await send([received(callId)]);
        expect(await relay((id) => [{ stage, callId: id, recipe: {} }])).toMatchObject({ moved: 1, planned: {} });
      });

      test('an event whose plan fails waits and does not hold up the others; after its last try it is a dead letter, and can be replayed', async () => {
        const [stage, good, bad] = [newStage(), await newCall(), await newCall()];
        const plan = (id: string): readonly PlannedJob[] => {
          if (id === bad) throw new Failure({ code: 'test.plan', message: 'No plan.', retryable: true });
          return [{ stage, callId: id, recipe: {} }];
        };
        await send([received(bad), received(good)]);
        expect(await relay(plan)).toMatchObject({ moved: 0, failed: { event: { callId: bad }, dead: false } });
        expect(await relay(plan)).toMatchObject({ moved: 1, planned: { [stage]: 1 } });
        for (let attempt = 2; attempt <= 5; attempt++) {
          await harness.ripen();
          expect(await relay(plan)).toMatchObject({ failed: { dead: attempt === 5 } });
        }
        await harness.ripen();
        expect((await relay(plan)).moved).toBe(0);
        const letter = (await store.deadLetters({ limit: 1 })).letters[0];
        expect(letter).toMatchObject({
          kind: 'event',
          callId: bad,
          code: 'test.plan',
          attempts: 5,
          event: { type: 'calls.received' },
        });
        expect(await store.replay(letter?.id ?? '')).toBe(true);
        expect(await relay((id) => [{ stage, callId: id, recipe: {} }])).toMatchObject({ moved: 1, planned: { [stage]: 1 } });
        expect(await store.deadLetter(letter?.id ?? '')).toBeUndefined();
      });

      test('kept events can be sent again, and are forgotten by age', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        expect(await store.replayEvents({ callId, lane: 'backfill' })).toBe(1);
        expect(await relay((id) => [{ stage, callId: id, recipe: { v: 2 } }])).toMatchObject({
          moved: 1,
          planned: { [stage]: 1 },
        });
        expect(await store.replayEvents({ callId, topic: 'calls.scored', lane: 'new' })).toBe(0);
        expect(await store.pruneEvents(3_600_000, 1_000)).toBe(0);
        expect(await store.pruneEvents(-1_000, 1_000)).toBeGreaterThan(0);
        expect(await store.replayEvents({ callId, lane: 'new' })).toBe(0);
      });
    });

    describe('between the outbox and a bus', () => {
      const mine = async (callIds: readonly string[]) =>
        (await store.queued(1_000)).filter(({ event }) => callIds.includes(event.callId));

      test('what is queued stays until it was sent, in order, and is kept for replay then', async () => {
        const [stage, one, two] = [newStage(), await newCall(), await newCall()];
        await send([received(one), received(two)], 'backfill');
        await send([received(one, 2)]);
        const queued = await mine([one, two]);
        expect(queued.map(({ event, lane }) => [event.callId, lane])).toEqual([
          [one, 'backfill'],
          [two, 'backfill'],
          [one, 'new'],
        ]);
        expect(await mine([one, two])).toEqual(queued);
        await store.sent(queued.slice(0, 2).map(({ seq }) => seq));
        expect(await mine([one, two])).toEqual(queued.slice(2));
        await store.sent(queued.map(({ seq }) => seq));
        expect(await mine([one, two])).toEqual([]);
        expect(await store.replayEvents({ callId: two, lane: 'new' })).toBe(1);
        expect((await relay((id) => (id === two ? [{ stage, callId: id, recipe: {} }] : []))).planned).toEqual({ [stage]: 1 });
      });

      test('what was heard becomes jobs once, however often it is heard; of erased calls none', async () => {
        const [stage, here, gone] = [newStage(), await newCall(), await newCall()];
        await send([received(here), received(gone)], 'backfill');
        const events = await mine([here, gone]);
        await harness.eraseCall(gone);
        const hear = () => store.hear(events, (_tx, { event }) => Promise.resolve([{ stage, callId: event.callId, recipe: {} }]));
        expect(await hear()).toEqual({ planned: { [stage]: 1 }, duplicates: 0, failed: undefined });
        expect(await hear()).toEqual({ planned: {}, duplicates: 1, failed: undefined });
        expect(await leaseAll(stage, 'backfill')).toMatchObject([{ callId: here, traceparent, lane: 'backfill' }]);
        await store.sent(events.map(({ seq }) => seq));
      });

      test('a plan that fails leaves nothing of what was heard with it, and says which event it was', async () => {
        const [stage, good, bad] = [newStage(), await newCall(), await newCall()];
        await send([received(good), received(bad)]);
        const events = await mine([good, bad]);
        const report = await store.hear(events, (_tx, { event }) => {
          if (event.callId === bad) throw new Error('no plan');
          return Promise.resolve([{ stage, callId: event.callId, recipe: {} }]);
        });
        expect(report).toMatchObject({ planned: {}, failed: { event: { callId: bad }, error: { message: 'no plan' } } });
        expect(await leaseAll(stage)).toEqual([]);
        await store.sent(events.map(({ seq }) => seq));
      });

      test('a record is parked once for its place; an event among them, and one that can be read by now, can be replayed', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await send([received(callId)]);
        const [queued] = await mine([callId]);
        if (queued === undefined) throw new Error('nothing is queued');
        await store.sent([queued.seq]);
        const place = (offset: number) => ({ topic: 'calls.received', partition: 3, offset: calls * 10 + offset });
        const why = { lane: 'backfill', code: 'events.unreadable', message: 'It cannot be read.', attempts: 1 } as const;
        const unread = { kind: 'unknown-version', place: place(1), rawObject: 'calls.received/3-1', ...why } as const;
        await store.park(unread);
        await store.park(unread);
        await store.park({ kind: 'event', place: place(2), event: queued.event, ...why });
        const { letters } = await store.deadLetters({ limit: 3 });
        expect(letters.slice(0, 2)).toMatchObject([
          { kind: 'event', callId, place: place(2), event: { id: queued.event.id } },
          { kind: 'unknown-version', place: place(1), rawObject: 'calls.received/3-1', code: 'events.unreadable' },
        ]);
        expect(letters[2]?.place?.offset).not.toBe(place(1).offset);
        const [ofEvent, ofRecord] = letters;
        expect(await store.replay(ofRecord?.id ?? '')).toBe(false);
        expect(await store.replay(ofEvent?.id ?? '')).toBe(true);
        expect(await store.replay(ofRecord?.id ?? '', queued.event)).toBe(true);
        expect(await store.replay(ofRecord?.id ?? '', queued.event)).toBe(false);
        expect(await relay((id) => (id === callId ? [{ stage, callId, recipe: {} }] : []))).toMatchObject({
          moved: 2,
          planned: { [stage]: 1 },
          duplicates: 1,
        });
      });
    });

    describe('leases', () => {
      test('two that lease at once never get the same job, and together they get all', async () => {
        const stage = newStage();
        for (let i = 0; i < 12; i++) await planJob(stage, await newCall());
        const got = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => leaseAll(stage, 'new', owner, 5)));
        const rest = await leaseAll(stage);
        const ids = [...got.flat(), ...rest].map(({ id }) => id);
        expect(new Set(ids).size).toBe(12);
        expect(ids.length).toBe(12);
      });

      test('the oldest ready job comes first', async () => {
        const stage = newStage();
        const calls = [await newCall(), await newCall(), await newCall()];
        for (const callId of calls) await planJob(stage, callId);
        for (const callId of calls) expect((await leaseOne(stage)).callId).toBe(callId);
      });

      test('a call is worked on while one of its jobs is leased', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        expect(await store.isWorkedOn(callId)).toBe(false);
        const { lease } = await leaseOne(stage);
        expect(await store.isWorkedOn(callId)).toBe(true);
        await store.finish(lease, done);
        expect(await store.isWorkedOn(callId)).toBe(false);
      });

      test('who holds a lease that another has by now can neither finish, nor give back, nor renew', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        const first = await leaseOne(stage);
        await harness.expire(first.lease);
        expect(await store.reap({ except: [], maxLosses: 20 })).toEqual([{ stage, jobId: first.id, dead: false }]);
        const second = await leaseOne(stage, 'two');
        expect(second).toMatchObject({ id: first.id, losses: 1, failures: 0 });
        const notes = await harness.notes();
        const write = (tx: Tx): Promise<void> => harness.note(tx, 'late');
        expect(await store.finish(first.lease, { ...done, write, events: [received(callId, 9)] })).toBe('lost');
        expect(await store.giveBack(first.lease, { kind: 'released' })).toBe(false);
        expect(await store.renew([first.lease, second.lease], 60_000)).toEqual([second.lease]);
        expect(await harness.notes()).toEqual(notes);
        expect(await harness.revisionOf(callId)).toBe(0);
        expect(await store.finish(second.lease, done)).toBe('finished');
        expect(await store.renew([second.lease], 60_000)).toEqual([]);
        expect(await store.leased(second.lease)).toBeUndefined();
      });

      test('a lease that ran out is still good for finishing while nobody else has the job', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        const job = await leaseOne(stage);
        await harness.expire(job.lease);
        expect(await store.reap({ except: [job.lease], maxLosses: 20 })).toEqual([]);
        expect(await store.finish(job.lease, done)).toBe('finished');
      });

      test('the last loss makes the job dead, and replay brings it back with its counters at zero', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId, { audio: 'x' });
        for (let loss = 1; loss <= 3; loss++) {
          const job = await leaseOne(stage);
          expect(job.losses).toBe(loss - 1);
          await harness.expire(job.lease);
          expect(await store.reap({ except: [], maxLosses: 3 })).toEqual([{ stage, jobId: job.id, dead: loss === 3 }]);
        }
        const [letter] = (await store.deadLetters({ limit: 1 })).letters;
        expect(letter).toMatchObject({ kind: 'job', stage, callId, losses: 3, recipe: { audio: 'x' } });
        expect(await leaseAll(stage)).toEqual([]);
        expect(await store.replay(letter?.id ?? '')).toBe(true);
        expect(await store.replay(letter?.id ?? '')).toBe(false);
        expect(await leaseOne(stage)).toMatchObject({ losses: 0, failures: 0, recipe: { audio: 'x' } });
      });

      test('an instance that starts releases its own leases uncounted, and nobody else’s', async () => {
        const stage = newStage();
        for (let i = 0; i < 2; i++) await planJob(stage, await newCall());
        await leaseOne(stage, 'mine');
        await leaseOne(stage, 'other');
        expect(await store.releaseOwn('mine')).toBe(1);
        const [again, ...rest] = await leaseAll(stage);
        expect(again).toMatchObject({ losses: 0, failures: 0, interruptions: 1 });
        expect(rest).toEqual([]);
      });

      test('an input failure is counted, and the job waits for its next try', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        const job = await leaseOne(stage);
        const trouble = { code: 'test.bad', message: 'It cannot be read.' };
        expect(await store.giveBack(job.lease, { kind: 'failed', trouble, waitMs: 60_000, dead: false })).toBe(true);
        expect(await leaseAll(stage)).toEqual([]);
        await harness.ripen();
        expect(await leaseOne(stage)).toMatchObject({ failures: 1, losses: 0 });
      });

      test('released work is ready at once, and not counted', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        const job = await leaseOne(stage);
        expect(await store.giveBack(job.lease, { kind: 'released' })).toBe(true);
        expect(await leaseOne(stage)).toMatchObject({ id: job.id, failures: 0, losses: 0, interruptions: 0 });
      });
    });

    describe('finishing', () => {
      test('result, events and the end of the job are one', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        const job = await leaseOne(stage);
        const finish: Finish = {
          outcome: 'done',
          write: (tx) => harness.note(tx, `result of ${callId}`),
          events: [{ type: 'calls.transcribed', callId, data: { transcriptId: 't' } }],
          traceparent,
        };
        expect(await store.finish(job.lease, finish)).toBe('finished');
        expect(await store.finish(job.lease, finish)).toBe('lost');
        expect((await harness.notes()).filter((line) => line === `result of ${callId}`)).toHaveLength(1);
        expect(await harness.revisionOf(callId)).toBe(1);
        const next = newStage();
        expect(await relay((id) => [{ stage: next, callId: id, recipe: {} }])).toMatchObject({
          moved: 1,
          planned: { [next]: 1 },
        });
        expect(await leaseOne(next)).toMatchObject({ callId, traceparent });
      });

      test('what the writing throws undoes everything, and the lease stays', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        const job = await leaseOne(stage);
        const notes = await harness.notes();
        const failing: Finish = {
          ...done,
          write: async (tx) => {
            await harness.note(tx, 'half');
            throw new Failure({ code: 'test.write', message: 'No.', retryable: false });
          },
        };
        await expect(store.finish(job.lease, failing)).rejects.toThrow('No.');
        expect(await harness.notes()).toEqual(notes);
        expect(await harness.revisionOf(callId)).toBe(0);
        expect(await store.finish(job.lease, done)).toBe('finished');
      });

      test('a call that was erased meanwhile: nothing is written, the job is over', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        const job = await leaseOne(stage);
        await harness.eraseCall(callId);
        const notes = await harness.notes();
        const write = (tx: Tx): Promise<void> => harness.note(tx, 'of an erased call');
        expect(await store.finish(job.lease, { ...done, write, events: [received(callId, 5)] })).toBe('erased');
        expect(await harness.notes()).toEqual(notes);
        expect((await relay(() => [])).moved).toBe(0);
        await harness.expire(job.lease);
        expect(await store.reap({ except: [], maxLosses: 20 })).toEqual([]);
      });

      test('a refusal marks the call', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        const job = await leaseOne(stage);
        const refusal = { code: 'audio.silent', text: { zh: '没有声音。', en: 'It is silent.' } };
        expect(await store.finish(job.lease, { outcome: 'refused', code: refusal.code, refusal, ...noEvents })).toBe('finished');
        expect(await harness.failureOf(callId)).toBe('audio.silent');
      });
    });

    describe('another try', () => {
      const trouble = { code: 'test.bad', message: 'It cannot be read.' };
      const retry = (callId: string) =>
        store.accept(async (tx) => ({ value: await store.retry(tx, callId), events: [received(callId)] }), {
          lane: 'new',
          traceparent,
        });

      test('dead jobs of a call come back as they were, those of other calls stay dead', async () => {
        const [stage, callId, other] = [newStage(), await newCall(), await newCall()];
        for (const each of [callId, other]) {
          await planJob(stage, each);
          await store.giveBack((await leaseOne(stage)).lease, { kind: 'failed', trouble, waitMs: 0, dead: true });
        }
        expect(await retry(callId)).toEqual({ replayed: 1, refused: 0 });
        expect((await leaseAll(stage)).map((job) => [job.callId, job.failures])).toEqual([[callId, 0]]);
        await retry(other);
      });

      test('what was refused is planned again, what is done is not', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId, { v: 1 });
        await planJob(stage, callId, { v: 2 });
        const jobs = await leaseAll(stage);
        const refusal = { code: 'audio.silent', text: { zh: '没有声音。', en: 'It is silent.' } };
        for (const { lease, recipe } of jobs)
          await store.finish(lease, recipe['v'] === 1 ? { outcome: 'refused', code: refusal.code, refusal, ...noEvents } : done);
        expect(await retry(callId)).toEqual({ replayed: 0, refused: 1 });
        const plans = [{ v: 1 }, { v: 2 }].map((recipe) => ({ stage, callId, recipe }));
        expect(await relay((id) => (id === callId ? plans : []))).toMatchObject({ planned: { [stage]: 1 } });
        expect((await leaseAll(stage)).map(({ recipe }) => recipe)).toEqual([{ v: 1 }]);
        expect(await retry(callId)).toEqual({ replayed: 0, refused: 0 });
        await relay(() => []);
      });
    });

    describe('circuits', () => {
      const away = (retryAfterMs?: number) =>
        ({
          kind: 'dependency',
          dependency: 'recogniser',
          trouble: { code: 'recogniser.away', message: 'The recogniser does not answer.' },
          retryAfterMs,
        }) as const;
      const probe = (stage: string, owner = 'one') => store.leaseProbe({ stage, owner, leaseMs: 60_000 });

      test('a dependency that is away opens the stage’s circuit: nothing is counted, one probe at a time, and its success closes it', async () => {
        const stage = newStage();
        for (let i = 0; i < 3; i++) await planJob(stage, await newCall());
        const job = await leaseOne(stage);
        await store.giveBack(job.lease, away());
        expect(await leaseAll(stage)).toEqual([]);
        expect((await store.snapshot()).circuits).toMatchObject([
          { stage, dependency: 'recogniser', code: 'recogniser.away', probes: 0 },
        ]);
        expect(await probe(stage)).toBeUndefined();

        await harness.ripen();
        const probes = (await Promise.all([probe(stage, 'a'), probe(stage, 'b'), probe(stage, 'c')])).filter(
          (each) => each !== undefined,
        );
        expect(probes).toHaveLength(1);
        const first = probes[0];
        expect(first).toMatchObject({ probe: true, failures: 0, losses: 0 });
        await store.giveBack(first?.lease ?? { jobId: '', number: 0 }, away());
        expect((await store.snapshot()).circuits).toMatchObject([{ probes: 1 }]);
        expect(await probe(stage)).toBeUndefined();

        await harness.ripen();
        const second = await probe(stage);
        expect(await store.finish(second?.lease ?? { jobId: '', number: 0 }, done)).toBe('finished');
        await store.closeCircuits(stage, second?.id ?? '');
        expect((await store.snapshot()).circuits).toEqual([]);
        expect(await leaseAll(stage)).toHaveLength(2);
      });

      test('a dependency that asks for more time gets it', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        await store.giveBack((await leaseOne(stage)).lease, away(600_000));
        expect(await probe(stage)).toBeUndefined();
        await harness.ripen();
        expect((await probe(stage))?.callId).toBe(callId);
      });

      test('a probe that is released leaves the next one to others', async () => {
        const [stage, callId] = [newStage(), await newCall()];
        await planJob(stage, callId);
        await store.giveBack((await leaseOne(stage)).lease, away());
        await harness.ripen();
        const first = await probe(stage, 'a');
        await store.giveBack(first?.lease ?? { jobId: '', number: 0 }, { kind: 'released' });
        expect((await probe(stage, 'b'))?.callId).toBe(callId);
      });
    });

    test('the snapshot counts by stage and tells the age of the oldest ready job', async () => {
      const stage = newStage();
      for (let i = 0; i < 3; i++) await planJob(stage, await newCall());
      const job = await leaseOne(stage);
      const trouble = { code: 'test.bad', message: 'It cannot be read.' };
      await store.giveBack(job.lease, { kind: 'failed', trouble, waitMs: 60_000, dead: false });
      await leaseOne(stage);
      const snapshot = await store.snapshot();
      const status = snapshot.stages.find((each) => each.stage === stage);
      expect(status).toMatchObject({ ready: 1, working: 1, waiting: 1 });
      expect(status?.oldestReadyMs).toBeGreaterThanOrEqual(0);
      expect(snapshot.outbox).toBe(0);
    });

    test('dead letters are paged newest first', async () => {
      const stage = newStage();
      const trouble = { code: 'test.bad', message: 'It cannot be read.' };
      const died: string[] = [];
      for (let i = 0; i < 3; i++) {
        const callId = await newCall();
        await planJob(stage, callId);
        await store.giveBack((await leaseOne(stage)).lease, { kind: 'failed', trouble, waitMs: 0, dead: true });
        died.unshift(callId);
      }
      const first = await store.deadLetters({ limit: 2 });
      const second = await store.deadLetters({ limit: 1, after: first.next });
      expect([...first.letters, ...second.letters].map(({ callId }) => callId)).toEqual(died);
      expect(await store.deadLetter('no such id')).toBeUndefined();
      expect(await store.replay('no such id')).toBe(false);
    });

    test('whatever happens in whatever order, each result is there once, and nothing is left', async () => {
      const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
      const happening = fc.record({
        what: fc.constantFrom('deliver', 'relay', 'lease', 'finish', 'fail', 'away', 'release', 'expire', 'restart', 'ripen'),
        which: fc.nat({ max: 11 }),
      });
      const trouble = { code: 'test.bad', message: 'It cannot be read.' };
      await fc.assert(
        fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (script) => {
          const stage = newStage();
          const callIds = [await newCall(), await newCall(), await newCall()];
          const delivered = new Set<string>();
          const held: LeasedJob[] = [];
          const one = <T>(from: readonly T[], which: number): T | undefined => from[which % from.length];
          const relayAll = () => relay((callId) => (callIds.includes(callId) ? [{ stage, callId, recipe: {} }] : []));
          const finish = (job: LeasedJob) =>
            store.finish(job.lease, { ...done, write: (tx) => harness.note(tx, `${stage} ${job.callId}`) });
          // Who lost a lease does not know it: it goes on, and finishes later or never.
          const happen: Record<string, (which: number) => Promise<unknown>> = {
            deliver: (which) => {
              const callId = one(callIds, which) ?? '';
              delivered.add(callId);
              return send([received(callId, which + 1)]);
            },
            relay: () => relayAll(),
            lease: async (which) => held.push(...(await leaseAll(stage, 'new', `owner${which % 2}`, 1))),
            finish: async (which) => (held.length > 0 ? finish(one(held, which) as LeasedJob) : undefined),
            fail: async (which) =>
              held.length > 0
                ? store.giveBack((one(held, which) as LeasedJob).lease, { kind: 'failed', trouble, waitMs: 5_000, dead: false })
                : undefined,
            away: async (which) =>
              held.length > 0
                ? store.giveBack((one(held, which) as LeasedJob).lease, {
                    kind: 'dependency',
                    dependency: 'recogniser',
                    trouble,
                    retryAfterMs: undefined,
                  })
                : undefined,
            release: async (which) =>
              held.length > 0 ? store.giveBack((one(held, which) as LeasedJob).lease, { kind: 'released' }) : undefined,
            expire: async (which) => {
              if (held.length > 0) await harness.expire((one(held, which) as LeasedJob).lease);
              return store.reap({ except: [], maxLosses: 1_000 });
            },
            restart: (which) => store.releaseOwn(`owner${which % 2}`),
            ripen: () => harness.ripen(),
          };
          for (const { what, which } of script) await happen[what]?.(which);
          // Then the world is kind again, and one worker does what is left.
          for (const owner of ['owner0', 'owner1']) await store.releaseOwn(owner);
          await harness.ripen();
          while ((await relayAll()).moved > 0);
          for (;;) {
            await harness.ripen();
            const probe = await store.leaseProbe({ stage, owner: 'kind', leaseMs: 60_000 });
            const jobs = probe === undefined ? await leaseAll(stage) : [probe];
            if (jobs.length === 0) break;
            for (const job of jobs) expect(await finish(job)).toBe('finished');
            if (probe !== undefined) await store.closeCircuits(stage, probe.id);
          }
          const written = (await harness.notes()).filter((line) => line.startsWith(`${stage} `));
          expect(written.toSorted()).toEqual([...delivered].map((callId) => `${stage} ${callId}`).toSorted());
          expect((await store.snapshot()).stages.filter((each) => each.stage === stage)).toEqual([]);
        }),
        { numRuns: Math.ceil(15 * scale), endOnFailure: true },
      );
    });

    test('who listens hears of events and of jobs', async () => {
      const heard: string[] = [];
      const listening = await store.listen((stir) => heard.push(stir.kind));
      const [stage, callId] = [newStage(), await newCall()];
      await expect
        .poll(async () => {
          heard.length = 0;
          await planJob(stage, callId, { v: heard.length, at: Math.random() });
          await new Promise((resolve) => setTimeout(resolve, 20));
          return [...new Set(heard)].toSorted();
        })
        .toEqual(['jobs', 'outbox']);
      await listening.close();
    });
  });
}
