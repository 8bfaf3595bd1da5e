import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryCallStore } from '../services/adapters/memory/call-store.ts';
import { MemoryTransactions } from '../services/adapters/memory/transaction.ts';
import { type CallMetadata, type CallState, dayBounds, type Delivery, reconcile } from './index.ts';

const zone = '+08:00';
const day = '2026-10-12';
const at = (time: string): number => Date.parse(`${day}T${time}:00${zone}`);

class Desk {
  readonly calls = new MemoryCallStore();
  readonly #transactions = new MemoryTransactions();
  #count = 0;

  async arrives(name: string, metadata: CallMetadata, more: Partial<Delivery> & { callState?: CallState } = {}): Promise<string> {
    const id = (++this.#count).toString(16).padStart(32, '0');
    const { callState, ...delivery } = more;
    const file = { source: 'centre', name, audioSha256: id + id, sizeBytes: 1 };
    await this.#transactions.inTransaction(async (tx) => {
      if (delivery.callId === undefined && delivery.state !== 'refused')
        await this.calls.insertCall(
          tx,
          { ...file, callId: id, metadata, recording: 'r', givenTranscript: undefined, recordingKind: 'audio' },
          1,
        );
      const callId = delivery.state === 'refused' ? undefined : id;
      await this.calls.writeDelivery(
        tx,
        { ...file, deliveryId: id, modifiedAt: 1, state: 'accepted', callId, refusal: undefined, keptAs: undefined, ...delivery },
        1,
      );
      if (callState !== undefined) await this.calls.setCallState(tx, id, callState, callState === 'failed' ? refusal : undefined);
    });
    return id;
  }

  async expects(rows: Record<string, { startedAt?: number; externalId?: string }>, expectedAt = at('23:00')): Promise<void> {
    await this.#transactions.inTransaction((tx) =>
      this.calls.expect(
        tx,
        Object.entries(rows).map(([name, { startedAt, externalId }]) => ({
          source: 'centre',
          name,
          startedAt,
          externalId,
          segment: undefined,
          manifestSha256: 'm',
        })),
        expectedAt,
      ),
    );
  }
}

const refusal = { code: 'audio.silent', text: { zh: '无声', en: 'silent' } };
const names = (recordings: readonly { name: string }[]): string[] => recordings.map(({ name }) => name);

describe('a reconciliation', () => {
  test('names what is missing, what nobody announced, what came twice, what failed and why, what is not scored yet', async () => {
    const desk = new Desk();
    const startedAt = at('10:00');
    await desk.expects({
      'a.wav': { startedAt },
      'b.wav': { startedAt, externalId: 'x-2' },
      'empty.wav': { startedAt },
      'failed.wav': { startedAt },
      'gone.wav': { startedAt, externalId: 'x-9' },
      'other.wav': { startedAt },
      'tomorrow.wav': { startedAt: at('10:00') + 86_400_000 },
    });
    const a = await desk.arrives('a.wav', { startedAt }, { callState: 'scored' });
    await desk.arrives('b-renamed.wav', { startedAt, externalId: 'x-2' }, { callState: 'transcribed' });
    await desk.arrives('empty.wav', {}, { state: 'refused', refusal });
    await desk.arrives('failed.wav', { startedAt }, { callState: 'failed' });
    await desk.arrives('copy.wav', { startedAt }, { state: 'duplicate', callId: a });
    await desk.arrives('other.wav', { startedAt }, { state: 'conflict', callId: a, keptAs: 'k' });
    await desk.arrives('stranger.wav', { startedAt }, { callState: 'scored' });
    await desk.arrives('yesterday.wav', { startedAt: at('00:00') - 1 });
    const result = await reconcile(desk.calls, day, zone);
    expect(result).toMatchObject({ date: day, zoneOffset: zone, expected: 6, arrived: 5 });
    expect(result.missing).toEqual([{ source: 'centre', name: 'gone.wav', externalId: 'x-9', startedAt, callId: undefined }]);
    expect(names(result.unexpected)).toEqual(['stranger.wav']);
    expect(names(result.duplicates)).toEqual(['copy.wav']);
    expect(result.failed.map(({ name, reason }) => [name, reason.code])).toEqual([
      ['empty.wav', 'audio.silent'],
      ['failed.wav', 'audio.silent'],
      ['other.wav', 'delivery.conflict'],
    ]);
    expect(names(result.unfinished)).toEqual(['b-renamed.wav']);
  });

  test('a line without a start belongs to the day on which its manifest was brought', async () => {
    const desk = new Desk();
    await desk.expects({ 'a.wav': {} }, at('08:00'));
    expect(names((await reconcile(desk.calls, day, zone)).missing)).toEqual(['a.wav']);
    expect((await reconcile(desk.calls, '2026-10-13', zone)).expected).toBe(0);
  });

  test('a day with neither manifest nor calls is empty', async () => {
    const none = { missing: [], unexpected: [], duplicates: [], failed: [], unfinished: [] };
    expect(await reconcile(new Desk().calls, day, zone)).toEqual({
      date: day,
      zoneOffset: zone,
      expected: 0,
      arrived: 0,
      ...none,
    });
  });

  test('a day lasts from midnight to midnight in the zone of the centre, and days leave no gap', () => {
    expect(dayBounds('2026-10-12', '+08:00')).toEqual({ from: Date.UTC(2026, 9, 11, 16), to: Date.UTC(2026, 9, 12, 16) });
    expect(dayBounds('2024-02-29', '-05:30')).toEqual({ from: Date.UTC(2024, 1, 29, 5, 30), to: Date.UTC(2024, 2, 1, 5, 30) });
    for (const none of ['2026-02-29', '2026-13-01', '2026-1-1', 'today', '', '2026-10-12T00:00'])
      expect(dayBounds(none, '+00:00')).toBeUndefined();
    fc.assert(
      fc.property(fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }), (date) => {
        const next = new Date(date.getTime() + 86_400_000);
        const [a, b] = [date, next].map((each) => dayBounds(each.toISOString().slice(0, 10), '+08:00'));
        expect(a?.to).toBe(b?.from);
      }),
    );
  });
});
