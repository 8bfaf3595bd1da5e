import { describe, expect, test } from 'vitest';
import { MemoryCallStore } from '../services/adapters/memory/call-store.ts';
import { MemoryObjectStore } from '../services/adapters/memory/object-store.ts';
import { memoryRawStore } from '../services/adapters/memory/raw-store.ts';
import { MemoryTransactions } from '../services/adapters/memory/transaction.ts';
import { type EraseDeps, completeErasures, eraseCall, quietMs, quarantine, recordingName } from './index.ts';

const callId = 'a'.repeat(32);
const other = 'b'.repeat(32);
const sha = (letter: string): string => letter.repeat(64);

/** Two calls with recordings and objects; the first has a conflicting delivery kept aside. */
async function archive() {
  const calls = new MemoryCallStore();
  const objects = new MemoryObjectStore();
  const raw = memoryRawStore();
  const transactions = new MemoryTransactions();
  const forgotten: string[] = [];
  const world = { now: 1_000_000, busy: false };
  for (const [id, letter] of [
    [callId, 'a'],
    [other, 'b'],
  ] as const) {
    const file = { source: 'folder', name: `${letter}.wav`, audioSha256: sha(letter), sizeBytes: 4 };
    await transactions.inTransaction(async (tx) => {
      const rest = { givenTranscript: undefined, recordingKind: 'audio', metadata: { agentName: '李雷' } } as const;
      await calls.insertCall(tx, { callId: id, recording: recordingName(sha(letter)), ...file, ...rest }, 1);
      const line = { ...file, deliveryId: letter, modifiedAt: 1, callId: id, refusal: undefined };
      await calls.writeDelivery(tx, { ...line, state: 'accepted', keptAs: undefined }, 1);
      await calls.writeDelivery(tx, { ...line, deliveryId: `${letter}2`, state: 'conflict', keptAs: `${letter}2` }, 1);
    });
    await raw.put(id, recordingName(sha(letter)), Buffer.from('RIFF'));
    await raw.put(quarantine, `${letter}2`, Buffer.from('RIFX'));
    await objects.put(`calls/${id}/transcript/1`, Buffer.from('{}'));
  }
  const deps: EraseDeps = {
    calls,
    raw,
    objects,
    acceptance: transactions,
    clock: { now: () => world.now },
    forget: async (_tx, id) => void forgotten.push(id),
    unindex: async (id) => void forgotten.push(`index ${id}`),
    isWorkedOn: async () => world.busy,
  };
  const left = async (id: string): Promise<string[]> => {
    const names: string[] = [];
    for await (const { name } of objects.list(`calls/${id}/`)) names.push(name);
    for await (const { name } of raw.list(id)) names.push(`raw ${name}`);
    for await (const { name } of raw.list(quarantine)) if (name.startsWith(id[0]!)) names.push(`aside ${name}`);
    return names;
  };
  return { calls, objects, raw, deps, world, forgotten, left };
}

describe('erasing a call', () => {
  test('leaves a tombstone and nothing else; other calls are as they were', async () => {
    const { calls, deps, forgotten, left } = await archive();
    const others = await left(other);
    expect(await left(callId)).toHaveLength(3);
    expect(await eraseCall(deps, callId)).toBe(true);
    expect(await left(callId)).toEqual([]);
    expect(await left(other)).toEqual(others);
    expect(forgotten).toEqual([callId, `index ${callId}`]);
    expect(await calls.get(callId)).toMatchObject({ state: 'erased', name: '', metadata: {} });
    expect(await calls.get(other)).toMatchObject({ state: 'received', metadata: { agentName: '李雷' } });
    expect(await eraseCall(deps, callId)).toBe(true);
  });

  test('of a call that is not there changes nothing', async () => {
    const { deps, forgotten } = await archive();
    expect(await eraseCall(deps, 'f'.repeat(32))).toBe(false);
    expect(forgotten).toEqual([]);
  });

  test('nothing can be kept raw for it any more, whoever is still at work', async () => {
    const { deps, raw } = await archive();
    await eraseCall(deps, callId);
    await expect(raw.put(callId, 'answers/late', Buffer.from('{}'))).rejects.toMatchObject({ code: 'raw-store.erased' });
  });

  test('is complete when nobody was at work on it for twice a lease; until then late objects are deleted again and again', async () => {
    const { deps, objects, world, left } = await archive();
    await eraseCall(deps, callId);
    world.busy = true;
    for (let turn = 0; turn < 5; turn++) {
      world.now += quietMs;
      await objects.put(`calls/${callId}/rendition/late`, Buffer.from('OggS'));
      expect(await completeErasures(deps)).toBe(1);
      expect(await left(callId)).toEqual([]);
    }
    world.busy = false;
    world.now += quietMs - 1;
    await objects.put(`calls/${callId}/transcript/late`, Buffer.from('{}'));
    expect(await completeErasures(deps)).toBe(1);
    expect(await left(callId)).toEqual([]);
    world.now += 1;
    expect(await completeErasures(deps)).toBe(0);
  });

  test('that was interrupted before anything was deleted is taken up', async () => {
    const { deps, left } = await archive();
    const broken: EraseDeps = {
      ...deps,
      raw: { ...deps.raw, erase: () => Promise.reject(new Error('killed')) },
    };
    await expect(eraseCall(broken, callId)).rejects.toThrow('killed');
    expect(await left(callId)).not.toEqual([]);
    await completeErasures(deps);
    expect(await left(callId)).toEqual([]);
  });
});
