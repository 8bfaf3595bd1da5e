import { describe, expect, test } from 'vitest';
import type { Call, CallStore, Delivery, ExpectedRecording, NewCall } from '../../ingest/index.ts';
import type { Tx } from '../../services/kernel/index.ts';

export interface CallStoreUnderTest {
  readonly store: CallStore;
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

const sha = (letter: string): string => letter.repeat(64);
const id = (letter: string): string => letter.repeat(32);

const call = (letter: string, more: Partial<NewCall> = {}): NewCall => ({
  callId: id(letter),
  source: 'folder',
  name: `${letter}.wav`,
  audioSha256: sha(letter),
  sizeBytes: 1000,
  metadata: {},
  recording: `recording/${sha(letter)}`,
  givenTranscript: undefined,
  recordingKind: 'audio',
  ...more,
});

const line = (of: NewCall, more: Partial<Delivery> = {}): Delivery => ({
  deliveryId: `${of.callId.slice(0, 8)}-${of.source}-${of.name}`,
  source: of.source,
  name: of.name,
  sizeBytes: of.sizeBytes,
  modifiedAt: 5,
  audioSha256: of.audioSha256,
  state: 'accepted',
  callId: of.callId,
  refusal: undefined,
  keptAs: undefined,
  ...more,
});

/** What every store of calls and deliveries does. `open` gives an empty one each time. */
export function callStoreContract(name: string, open: () => Promise<CallStoreUnderTest>): void {
  describe(`the call store: ${name}`, () => {
    const put = async (under: CallStoreUnderTest, of: NewCall, at: number, more: Partial<Delivery> = {}): Promise<void> =>
      under.inTransaction(async (tx) => {
        await under.store.insertCall(tx, of, at);
        await under.store.writeDelivery(tx, line(of, more), at);
      });

    test('a call comes back as it was put in, with revision 1', async () => {
      const under = await open();
      const of = call('a', { metadata: { externalId: 'x-1', queue: 'wealth', startedAt: 1_760_000_000_000 } });
      await put(under, of, 100);
      const expected: Call = { ...of, corrections: {}, revision: 1, state: 'received', refusal: undefined, receivedAt: 100 };
      expect(await under.store.get(id('a'))).toEqual(expected);
      expect(await under.inTransaction((tx) => under.store.getInside(tx, id('a')))).toEqual(expected);
      expect(await under.store.get(id('f'))).toBeUndefined();
    });

    test('what is known of a recording: by id, by its sound, and whether it was erased', async () => {
      const under = await open();
      await put(under, call('a'), 1);
      const known = await under.inTransaction((tx) => under.store.lockKnown(tx, id('b'), sha('a')));
      expect(known.byId).toBeUndefined();
      expect(known.byAudio.map(({ callId }) => callId)).toEqual([id('a')]);
      expect(known.erased).toBe(false);
      expect(await under.store.known(id('b'), sha('a'))).toEqual(known);
      expect(await under.store.known(id('b'), sha('b'))).toEqual({ byId: undefined, byAudio: [], erased: false });
      await under.inTransaction((tx) => under.store.erase(tx, id('a'), 5));
      const after = await under.inTransaction((tx) => under.store.lockKnown(tx, id('c'), sha('a')));
      expect(after.erased).toBe(true);
      expect((await under.store.get(id('a')))?.state).toBe('erased');
      expect((await under.store.get(id('a')))?.metadata).toEqual({});
    });

    test('what a person corrected stays beside new metadata, and goes with an erasure', async () => {
      const under = await open();
      await put(under, call('a'), 1);
      const corrections = { swapSpeakers: true };
      expect(await under.inTransaction((tx) => under.store.updateCall(tx, id('a'), { corrections }))).toBe(2);
      await under.inTransaction((tx) => under.store.updateCall(tx, id('a'), { metadata: { queue: 'cards' } }));
      expect(await under.store.get(id('a'))).toMatchObject({ corrections, metadata: { queue: 'cards' }, revision: 3 });
      await under.inTransaction((tx) => under.store.erase(tx, id('a'), 5));
      expect((await under.store.get(id('a')))?.corrections).toEqual({});
    });

    test('one line of the ledger by its id', async () => {
      const under = await open();
      await put(under, call('a'), 7);
      const [listed] = (await under.store.ledger({ limit: 1 })).lines;
      expect(await under.store.delivery(listed?.deliveryId ?? '')).toEqual(listed);
      expect(await under.store.delivery('never')).toBeUndefined();
    });

    test('an erased call stays erased whatever a late result says', async () => {
      const under = await open();
      await put(under, call('a'), 1);
      await under.inTransaction((tx) => under.store.erase(tx, id('a'), 5));
      await under.inTransaction((tx) => under.store.setCallState(tx, id('a'), 'scored'));
      expect((await under.store.get(id('a')))?.state).toBe('erased');
    });

    test('an erasure is open until it is noted as complete, and says what was kept aside of its call', async () => {
      const under = await open();
      await put(under, call('a'), 1);
      await put(under, call('b'), 1);
      await under.inTransaction((tx) =>
        under.store.writeDelivery(tx, line(call('a', { name: 'other.wav' }), { state: 'conflict', keptAs: 'kept' }), 2),
      );
      expect(await under.store.openErasures(10)).toEqual([]);
      expect(await under.inTransaction((tx) => under.store.erase(tx, id('f'), 4))).toBe(false);
      expect(await under.inTransaction((tx) => under.store.erase(tx, id('a'), 6))).toBe(true);
      expect(await under.inTransaction((tx) => under.store.erase(tx, id('b'), 5))).toBe(true);
      expect(await under.store.openErasures(10)).toEqual([
        { callId: id('b'), busyAt: 5, keptAside: [] },
        { callId: id('a'), busyAt: 6, keptAside: ['kept'] },
      ]);
      expect(await under.store.openErasures(1)).toHaveLength(1);
      await under.inTransaction((tx) => under.store.noteErasure(tx, id('b'), { busyAt: 9 }));
      expect((await under.store.openErasures(10)).map(({ callId, busyAt }) => [callId, busyAt])).toEqual([
        [id('a'), 6],
        [id('b'), 9],
      ]);
      await under.inTransaction((tx) => under.store.noteErasure(tx, id('a'), { completeAt: 10 }));
      await under.inTransaction((tx) => under.store.erase(tx, id('a'), 11));
      expect((await under.store.openErasures(10)).map(({ callId }) => callId)).toEqual([id('b')]);
    });

    test('a scored call that is heard again stays scored', async () => {
      const under = await open();
      await put(under, call('a'), 1);
      for (const state of ['transcribed', 'scored', 'transcribed'] as const)
        await under.inTransaction((tx) => under.store.setCallState(tx, id('a'), state));
      expect((await under.store.get(id('a')))?.state).toBe('scored');
    });

    test('a change raises the revision by one', async () => {
      const under = await open();
      await put(under, call('a'), 1);
      const revision = await under.inTransaction((tx) => under.store.updateCall(tx, id('a'), { metadata: { team: 'one' } }));
      expect(revision).toBe(2);
      expect(await under.store.get(id('a'))).toMatchObject({ revision: 2, metadata: { team: 'one' }, name: 'a.wav' });
    });

    test('a file counts as seen by source, name, size and time together', async () => {
      const under = await open();
      await put(under, call('a'), 1);
      const file = { source: 'folder', name: 'a.wav', sizeBytes: 1000, modifiedAt: 5 };
      expect(
        await under.store.seen([file, { ...file, modifiedAt: 6 }, { ...file, sizeBytes: 1 }, { ...file, source: 'other' }]),
      ).toEqual([true, false, false, false]);
      expect(await under.store.seen([])).toEqual([]);
    });

    test('the same line again is counted, not doubled, and remembers the newer time', async () => {
      const under = await open();
      await put(under, call('a'), 10);
      const isNew = await under.inTransaction((tx) => under.store.writeDelivery(tx, line(call('a'), { modifiedAt: 7 }), 20));
      expect(isNew).toBe(false);
      const { lines } = await under.store.ledger({ limit: 10 });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ times: 2, firstSeenAt: 10, lastSeenAt: 20 });
      expect(await under.store.seen([{ source: 'folder', name: 'a.wav', sizeBytes: 1000, modifiedAt: 7 }])).toEqual([true]);
    });

    test('among equal deliveries the smallest source and name is the call, whatever came first', async () => {
      const under = await open();
      await put(under, call('a', { name: 'z.wav' }), 1);
      await under.inTransaction(async (tx) => {
        await under.store.writeDelivery(tx, line(call('a', { name: 'b.wav' }), { state: 'duplicate' }), 2);
        await under.store.updateCall(tx, id('a'), { source: 'folder', name: 'b.wav' });
      });
      const { lines } = await under.store.ledger({ limit: 10 });
      expect(Object.fromEntries(lines.map((of) => [of.name, of.state]))).toEqual({ 'b.wav': 'accepted', 'z.wav': 'duplicate' });
    });

    test('a failed call gives its reason to the ledger', async () => {
      const under = await open();
      await put(under, call('a'), 1);
      const refusal = { code: 'audio.silent', text: { zh: '无声', en: 'silent' } };
      await under.inTransaction((tx) => under.store.setCallState(tx, id('a'), 'failed', refusal));
      const { lines } = await under.store.ledger({ limit: 10, state: 'failed' });
      expect(lines[0]).toMatchObject({ callState: 'failed', callRefusal: refusal });
    });

    test('pages follow each other without a gap or a double, newest first', async () => {
      const under = await open();
      for (const [index, letter] of ['a', 'b', 'c', 'd', 'e'].entries())
        await put(under, call(letter), 100 + Math.floor(index / 2));
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page: { calls: Call[]; next: string | undefined } = await under.store.list({ limit: 2, after });
        seen.push(...page.calls.map(({ name }) => name[0] as string));
        after = page.next;
      } while (after !== undefined);
      expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
      const lines: string[] = [];
      do {
        const page: Awaited<ReturnType<CallStore['ledger']>> = await under.store.ledger({ limit: 2, after });
        lines.push(...page.lines.map(({ name }) => name[0] as string));
        after = page.next;
      } while (after !== undefined);
      expect(lines.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    const expected = (letter: string, more: Partial<ExpectedRecording> = {}): ExpectedRecording => ({
      source: 'folder',
      name: `${letter}.wav`,
      externalId: undefined,
      segment: undefined,
      startedAt: 150,
      manifestSha256: sha('0'),
      ...more,
    });

    test('what is expected of a time, with what arrived of it by name or by external id', async () => {
      const under = await open();
      await put(under, call('a'), 10);
      await put(under, call('b', { name: 'renamed.wav', metadata: { externalId: 'x-2', segment: '1' } }), 20);
      await put(under, call('c', { source: 'other' }), 30);
      await under.inTransaction((tx) =>
        under.store.expect(
          tx,
          [
            expected('a'),
            expected('b', { externalId: 'x-2', segment: '1' }),
            expected('b2', { externalId: 'x-2', segment: '2' }),
            expected('c', { startedAt: 199 }),
            expected('d', { startedAt: 200 }),
            expected('e', { startedAt: undefined }),
          ],
          120,
        ),
      );
      const arrivals = async (from: number, to: number) =>
        (await under.store.expectedBetween(from, to)).map(({ name: of, arrivals: lines }) => [
          of,
          ...lines.map((each) => each.name),
        ]);
      expect(await arrivals(100, 200)).toEqual([['a.wav', 'a.wav'], ['b.wav', 'renamed.wav'], ['b2.wav'], ['c.wav'], ['e.wav']]);
      expect(await arrivals(200, 300)).toEqual([['d.wav']]);
      const [first] = await under.store.expectedBetween(100, 200);
      const [shown] = (await under.store.ledger({ limit: 10 })).lines.filter(({ name: of }) => of === 'a.wav');
      expect(first).toEqual({ ...expected('a'), expectedAt: 120, arrivals: [shown] });
    });

    test('a later manifest moves an expectation, which keeps the time of its first mention', async () => {
      const under = await open();
      await under.inTransaction((tx) => under.store.expect(tx, [expected('a', { startedAt: undefined })], 120));
      const moved = expected('a', { startedAt: 500, externalId: 'x', manifestSha256: sha('1') });
      await under.inTransaction((tx) => under.store.expect(tx, [expected('a'), moved], 130));
      expect(await under.store.expectedBetween(0, 400)).toEqual([]);
      expect(await under.store.expectedBetween(400, 600)).toEqual([{ ...moved, expectedAt: 120, arrivals: [] }]);
    });

    test('what arrived of a time, and whether it was expected', async () => {
      const under = await open();
      await put(under, call('a', { metadata: { startedAt: 150 } }), 10);
      await put(under, call('b', { name: 'renamed.wav', metadata: { startedAt: 160, externalId: 'x-2' } }), 20);
      await put(under, call('c', { metadata: { startedAt: 170 } }), 30);
      await put(under, call('d', { metadata: { startedAt: 200 } }), 40);
      await put(under, call('e'), 50);
      await under.inTransaction((tx) => under.store.expect(tx, [expected('a'), expected('b', { externalId: 'x-2' })], 120));
      expect(
        (await under.store.arrivedBetween(100, 200)).map((each) => [each.name, each.startedAt, each.externalId, each.isExpected]),
      ).toEqual([
        ['a.wav', 150, undefined, true],
        ['c.wav', 170, undefined, false],
        ['renamed.wav', 160, 'x-2', true],
      ]);
    });

    test('an erased call is no longer expected and no longer arrived', async () => {
      const under = await open();
      await put(under, call('a', { name: 'one.wav', metadata: { startedAt: 150, externalId: 'x-1' } }), 10);
      await under.inTransaction((tx) =>
        under.store.expect(tx, [expected('one'), expected('two', { externalId: 'x-1' }), expected('three')], 120),
      );
      await under.inTransaction((tx) => under.store.erase(tx, id('a'), 130));
      expect((await under.store.expectedBetween(0, 1000)).map(({ name: of }) => of)).toEqual(['three.wav']);
      expect(await under.store.arrivedBetween(0, 1000)).toEqual([]);
    });

    test('the counts add up: every delivery and every call stands in one state', async () => {
      const under = await open();
      await put(under, call('a'), 1);
      await put(under, call('b'), 2);
      const refusal = { code: 'audio.empty', text: { zh: '空', en: 'empty' } };
      await under.inTransaction(async (tx) => {
        await under.store.writeDelivery(tx, line(call('a', { name: 'copy.wav' }), { state: 'duplicate' }), 3);
        await under.store.writeDelivery(tx, line(call('c'), { state: 'refused', callId: undefined, refusal, keptAs: 'k' }), 4);
        await under.store.setCallState(tx, id('b'), 'scored');
      });
      const { deliveries, calls } = await under.store.counts();
      expect(deliveries).toEqual({ accepted: 2, duplicate: 1, conflict: 0, refused: 1, erased: 0 });
      expect(calls).toEqual({ received: 1, transcribed: 0, scored: 1, failed: 0, erased: 0 });
    });
  });
}
