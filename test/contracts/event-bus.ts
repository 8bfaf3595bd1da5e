import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Envelope, Failure, type Topic } from '../../services/kernel/index.ts';
import {
  type BusRecord,
  type EventBus,
  type Hearing,
  newTraceparent,
  readEvent,
  type SentEvent,
} from '../../services/runtime/index.ts';

/** A bus with topics of its own, and a second client of the same one. */
export interface EventBusUnderTest {
  open(): Promise<EventBus>;
  stop(): Promise<void>;
}

const patient = { timeout: 40_000, interval: 50 };

/** What every bus does. */
export function eventBusContract(name: string, start: () => Promise<EventBusUnderTest>): void {
  describe(`the event bus: ${name}`, () => {
    let harness: EventBusUnderTest;
    let bus: EventBus;
    const hearings: Hearing[] = [];
    beforeAll(async () => {
      harness = await start();
      bus = await harness.open();
    });
    afterAll(async () => {
      for (const hearing of hearings) await hearing.stop();
      await bus?.close();
      await harness?.stop();
    });

    let groups = 0;
    const newGroup = (): string => `group-${++groups}`;
    let made = 0;
    const newCall = (): string => (++made).toString(16).padStart(32, '0');
    const eventOf = (callId: string, revision: number, type: Topic = 'calls.received'): Envelope => ({
      id: `${callId}-${revision}`,
      type,
      version: 1,
      at: 1_000,
      callId,
      traceparent: newTraceparent(),
      data: { revision },
    });
    const sent = (callId: string, revision = 1, lane: SentEvent['lane'] = 'new', type: Topic = 'calls.received'): SentEvent => ({
      event: eventOf(callId, revision, type),
      lane,
    });
    const idOf = (record: BusRecord): string => {
      const read = readEvent(record.bytes);
      return read.kind === 'event' ? read.event.id : read.kind;
    };
    const hear = async (
      group: string,
      heard: (records: readonly BusRecord[]) => Promise<void> | void,
      topics: readonly Topic[] = ['calls.received'],
      client: EventBus = bus,
    ): Promise<Hearing> => {
      const hearing = await client.hear({
        group,
        topics,
        heard: async (records) => heard(records),
        crashed: (error) => {
          throw error;
        },
      });
      hearings.push(hearing);
      return hearing;
    };

    test('the topics are there', async () => {
      const states = await bus.check();
      expect(states.map(({ topic }) => topic)).toContain('calls.scored');
      for (const { partitions, replication } of states) expect([partitions > 0, replication > 0]).toEqual([true, true]);
    });

    test('a group hears every event with its bytes and its lane, those of one call in order; another group hears them too', async () => {
      const calls = [newCall(), newCall(), newCall(), newCall()];
      const all = Array.from({ length: 12 }, (_, index) =>
        sent(calls[index % 4] ?? '', index, index % 2 === 0 ? 'backfill' : 'new'),
      );
      await bus.send(all.slice(0, 5));
      await bus.send(all.slice(5));
      await bus.send([sent(calls[0] ?? '', 99, 'new', 'calls.indexed')]);
      for (const group of [newGroup(), newGroup()]) {
        const records: BusRecord[] = [];
        await hear(
          group,
          (some) => void records.push(...some.filter((each) => calls.some((callId) => idOf(each).startsWith(callId)))),
        );
        await vi.waitFor(() => expect(records).toHaveLength(12), patient);
        for (const callId of calls)
          expect(records.map(idOf).filter((id) => id.startsWith(callId))).toEqual(
            all.map(({ event }) => event.id).filter((id) => id.startsWith(callId)),
          );
        for (const { event, lane } of all) {
          const record = records.find((each) => idOf(each) === event.id);
          expect(record).toMatchObject({ topic: 'calls.received', lane });
          expect(JSON.parse(Buffer.from(record?.bytes ?? []).toString())).toEqual(event);
        }
      }
    });

    test('what could not be heard comes again, and nothing behind it before; what was heard does not, also for who joins later', async () => {
      const group = newGroup();
      const callId = newCall();
      const seen: string[] = [];
      let refusals = 2;
      const first = await hear(group, (records) => {
        const ours = records.map(idOf).filter((id) => id.startsWith(callId));
        if (ours.length > 0 && refusals-- > 0) throw new Failure({ code: 'test.away', message: 'Not now.', retryable: true });
        seen.push(...ours);
      });
      await bus.send([sent(callId, 1)]);
      await bus.send([sent(callId, 2)]);
      await vi.waitFor(() => expect(seen).toEqual([`${callId}-1`, `${callId}-2`]), patient);
      expect(refusals).toBeLessThanOrEqual(0);
      await vi.waitFor(async () => expect((await first.lag()).every(({ records }) => records === 0)).toBe(true), patient);
      await first.stop();
      await bus.send([sent(callId, 3)]);
      expect((await first.lag().catch(() => [{ records: 1 }])).some(({ records }) => records > 0)).toBe(true);
      const later: string[] = [];
      await hear(group, (records) => void later.push(...records.map(idOf).filter((id) => id.startsWith(callId))));
      await vi.waitFor(() => expect(later).toContain(`${callId}-3`), patient);
      expect(later).toEqual([`${callId}-3`]);
    });

    test('members of a group share the records, and one that leaves hands its share over', async () => {
      const group = newGroup();
      const other = await harness.open();
      const calls = Array.from({ length: 30 }, newCall);
      const seen = new Map<string, Set<string>>();
      const noteAs = (member: string) => (records: readonly BusRecord[]) => {
        for (const id of records.map(idOf)) seen.set(id, (seen.get(id) ?? new Set()).add(member));
      };
      const [one, two] = [await hear(group, noteAs('one')), await hear(group, noteAs('two'), ['calls.received'], other)];
      await vi.waitFor(() => expect([one.joined, two.joined]).toEqual([true, true]), patient);
      await vi.waitFor(async () => {
        const round = calls.map((callId) => sent(callId, Math.trunc(performance.now())));
        await bus.send(round);
        const members = (): Set<string> => new Set(round.flatMap(({ event }) => [...(seen.get(event.id) ?? [])]));
        await vi.waitFor(() => expect(round.every(({ event }) => seen.has(event.id))).toBe(true), patient);
        expect(members()).toEqual(new Set(['one', 'two']));
      }, patient);
      await two.stop();
      const last = calls.map((callId) => sent(callId, 1_000_000));
      await bus.send(last);
      await vi.waitFor(() => expect(last.every(({ event }) => seen.get(event.id)?.has('one'))).toBe(true), patient);
      await other.close();
    });
  });
}
