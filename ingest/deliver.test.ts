import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryCallStore } from '../services/adapters/memory/call-store.ts';
import { memoryRawStore } from '../services/adapters/memory/raw-store.ts';
import { MemoryTransactions } from '../services/adapters/memory/transaction.ts';
import { type NewEvent, type RawStore, sha256 } from '../services/kernel/index.ts';
import { deliver, type DeliverDeps, type DeliveredFile, type DeliverResult, quarantine } from './index.ts';

const bytesOf = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
};

interface Desk {
  readonly calls: MemoryCallStore;
  readonly raw: RawStore;
  readonly events: NewEvent[];
  take(name: string, content: string, more?: Partial<DeliveredFile>): Promise<DeliverResult>;
  ledger(): Promise<Record<string, string>>;
}

/** A delivery desk that refuses what is empty or begins with `<html`. */
function desk(): Desk {
  const calls = new MemoryCallStore();
  const raw = memoryRawStore();
  const events: NewEvent[] = [];
  const transactions = new MemoryTransactions((more) => events.push(...more));
  let now = 1000;
  const deps: DeliverDeps = {
    calls,
    raw,
    acceptance: transactions,
    installationKey: Buffer.alloc(32, 7),
    clock: { now: () => (now += 1) },
    scratch: {
      spool: async (stream) => {
        const all = await bytesOf(stream);
        return {
          sizeBytes: all.length,
          sha256: sha256(all),
          close: async () => {},
          async *read(start, end) {
            yield all.subarray(start, end);
          },
        };
      },
    },
    inspect: async (file) => {
      const head = (await bytesOf(file.read(0, 5))).toString();
      return file.sizeBytes === 0 || head === '<html'
        ? { code: 'audio.wrong-type', text: { zh: '不是录音', en: 'no recording' } }
        : undefined;
    },
    inspectTranscript: (text) =>
      text.startsWith('{') ? undefined : { code: 'transcript.unreadable', text: { zh: '无法读取', en: 'unreadable' } },
  };
  return {
    calls,
    raw,
    events,
    take: (name, content, more = {}) =>
      deliver(deps, {
        source: 'folder',
        name,
        metadata: {},
        bytes: (async function* () {
          yield Buffer.from(content);
        })(),
        ...more,
      }),
    ledger: async () => Object.fromEntries((await calls.ledger({ limit: 200 })).lines.map((line) => [line.name, line.state])),
  };
}

describe('a delivered file', () => {
  test('that is a recording becomes a call: its bytes in the raw store, one event, one line on the ledger', async () => {
    const at = desk();
    const result = await at.take('a.wav', 'RIFF-a', { metadata: { queue: 'wealth' } });
    expect(result).toMatchObject({ state: 'accepted', isNew: true, refusal: undefined });
    const call = await at.calls.get(result.callId ?? '');
    expect(call).toMatchObject({ name: 'a.wav', metadata: { queue: 'wealth' }, state: 'received', recordingKind: 'audio' });
    const kept = await at.raw.read(call?.callId ?? '', call?.recording ?? '');
    expect(kept === undefined ? '' : (await bytesOf(kept)).toString()).toBe('RIFF-a');
    expect(at.events).toEqual([
      { type: 'calls.received', callId: call?.callId, data: { revision: 1, audioSha256: sha256('RIFF-a') } },
    ]);
  });

  test('that comes again changes nothing', async () => {
    const at = desk();
    const first = await at.take('a.wav', 'RIFF-a');
    const again = await at.take('a.wav', 'RIFF-a');
    expect(again).toEqual({ ...first, isNew: false });
    expect(at.events).toHaveLength(1);
    expect(await at.ledger()).toEqual({ 'a.wav': 'accepted' });
  });

  test('that is the same recording under another name is a duplicate of the smallest name, whatever came first', async () => {
    const [ab, ba] = [desk(), desk()];
    await ab.take('a.wav', 'RIFF');
    await ab.take('b.wav', 'RIFF');
    await ba.take('b.wav', 'RIFF');
    await ba.take('a.wav', 'RIFF');
    expect(await ab.ledger()).toEqual({ 'a.wav': 'accepted', 'b.wav': 'duplicate' });
    expect(await ba.ledger()).toEqual(await ab.ledger());
  });

  test('that is another recording under a taken external id is a conflict, kept aside and shown', async () => {
    const at = desk();
    const first = await at.take('a.wav', 'RIFF-a', { metadata: { externalId: 'x-1' } });
    const other = await at.take('b.wav', 'RIFF-b', { metadata: { externalId: 'x-1' } });
    expect(other).toMatchObject({ state: 'conflict', callId: first.callId });
    expect((await at.calls.get(first.callId ?? ''))?.audioSha256).toBe(sha256('RIFF-a'));
    const kept = await at.raw.read(quarantine, other.deliveryId);
    expect(kept === undefined ? '' : (await bytesOf(kept)).toString()).toBe('RIFF-b');
    expect(at.events).toHaveLength(1);
  });

  test('that is a segment of a transferred call is a call of its own', async () => {
    const at = desk();
    const one = await at.take('a.wav', 'RIFF-a', { metadata: { externalId: 'x-1', segment: '1' } });
    const two = await at.take('b.wav', 'RIFF-b', { metadata: { externalId: 'x-1', segment: '2' } });
    expect(two.state).toBe('accepted');
    expect(two.callId).not.toBe(one.callId);
  });

  test('whose metadata comes later is the same call with a higher revision, and the call is looked at again', async () => {
    const at = desk();
    const first = await at.take('a.wav', 'RIFF-a');
    const later = await at.take('a.wav', 'RIFF-a', { metadata: { externalId: 'x-1', queue: 'wealth' } });
    const once = await at.take('a.wav', 'RIFF-a', { metadata: { externalId: 'x-1', queue: 'wealth' } });
    expect([later.callId, once.callId]).toEqual([first.callId, first.callId]);
    expect(await at.calls.get(first.callId ?? '')).toMatchObject({
      revision: 2,
      metadata: { externalId: 'x-1', queue: 'wealth' },
    });
    expect(at.events.map(({ data }) => data['revision'])).toEqual([1, 2]);
  });

  test('that can never be a recording is refused with its reason, kept aside, and makes no call', async () => {
    const at = desk();
    const result = await at.take('page.wav', '<html>');
    expect(result).toMatchObject({ state: 'refused', callId: undefined, refusal: { code: 'audio.wrong-type' } });
    expect(await at.raw.stat(quarantine, result.deliveryId)).toMatchObject({ sizeBytes: 6 });
    expect((await at.calls.list({ limit: 10 })).calls).toEqual([]);
    expect(at.events).toEqual([]);
  });

  test('of an erased call stays away', async () => {
    const at = desk();
    const first = await at.take('a.wav', 'RIFF-a');
    await new MemoryTransactions().inTransaction((tx) => at.calls.erase(tx, first.callId ?? '', 1));
    expect(await at.take('again.wav', 'RIFF-a')).toMatchObject({ state: 'erased' });
    expect(at.events).toHaveLength(1);
  });

  test('may bring its transcript, which must be readable', async () => {
    const at = desk();
    const good = await at.take('a.wav', 'RIFF-a', { transcript: Buffer.from('{}') });
    expect(await at.calls.get(good.callId ?? '')).toMatchObject({ recordingKind: 'audio-and-transcript' });
    expect(await at.take('b.wav', 'RIFF-b', { transcript: Buffer.from('nonsense') })).toMatchObject({ state: 'refused' });
  });

  test('in any order, any number of times, gives the same calls and the same ledger', async () => {
    const files = [
      ['a.wav', 'one', { externalId: 'e1' }],
      ['b.wav', 'one', { externalId: 'e1' }],
      ['c.wav', 'two', {}],
      ['d.wav', 'two', {}],
      ['e.wav', '<html', {}],
      ['f.wav', 'three', { externalId: 'e3', segment: '2' }],
    ] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(files.length - 1), { maxLength: 12 }), async (more) => {
        const order = [...more, ...files.keys()];
        const [straight, shuffled] = [desk(), desk()];
        for (const [name, content, metadata] of files) await straight.take(name, content, { metadata });
        for (const index of order) {
          const [name, content, metadata] = files[index] as (typeof files)[number];
          await shuffled.take(name, content, { metadata });
        }
        expect(await shuffled.ledger()).toEqual(await straight.ledger());
        const ids = async (at: Desk): Promise<string[]> =>
          (await at.calls.list({ limit: 50 })).calls.map(({ callId, name }) => `${callId} ${name}`).toSorted();
        expect(await ids(shuffled)).toEqual(await ids(straight));
        expect(shuffled.events).toHaveLength(straight.events.length);
      }),
      { numRuns: 50 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1) },
    );
  });
});
