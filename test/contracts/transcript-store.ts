import { describe, expect, test } from 'vitest';
import type { Tx } from '../../services/kernel/index.ts';
import type { StoredTranscript, TranscriptStore } from '../../transcribe/index.ts';

export interface TranscriptStoreUnderTest {
  readonly store: TranscriptStore;
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

const callId = 'a'.repeat(32);
const row = (letter: string, more: Partial<StoredTranscript> = {}): StoredTranscript => ({
  transcriptId: `${callId}-${letter}`,
  callId,
  recipeHash: letter.repeat(64),
  contentHash: letter.repeat(64),
  object: `calls/${callId}/transcript/${letter}`,
  renditionObject: undefined,
  peaksObject: undefined,
  metricsObject: `calls/${callId}/metrics/${letter}`,
  language: 'zh',
  durationMs: 1000,
  ...more,
});

/** What every store of transcripts does. `open` gives an empty one each time. */
export function transcriptStoreContract(name: string, open: () => Promise<TranscriptStoreUnderTest>): void {
  describe(`the transcript store: ${name}`, () => {
    test('a saved transcript is current when its recipe was the one last requested', async () => {
      const { store, inTransaction } = await open();
      expect(await store.current(callId)).toBeUndefined();
      expect(await inTransaction((tx) => store.request(tx, callId, row('1').recipeHash))).toBe(false);
      expect(await store.current(callId)).toBeUndefined();
      await inTransaction((tx) => store.save(tx, row('1', { renditionObject: 'r', peaksObject: 'p' })));
      expect(await store.current(callId)).toEqual(row('1', { renditionObject: 'r', peaksObject: 'p' }));
      expect(await inTransaction((tx) => store.currentInside(tx, callId))).toEqual(
        row('1', { renditionObject: 'r', peaksObject: 'p' }),
      );
    });

    test('a late result of an older request does not become current', async () => {
      const { store, inTransaction } = await open();
      await inTransaction((tx) => store.request(tx, callId, row('1').recipeHash));
      await inTransaction((tx) => store.request(tx, callId, row('2').recipeHash));
      await inTransaction((tx) => store.save(tx, row('2')));
      await inTransaction((tx) => store.save(tx, row('1')));
      expect((await store.current(callId))?.transcriptId).toBe(row('2').transcriptId);
    });

    test('what was made before becomes current again when it is requested again; until a new one is there the old one stays', async () => {
      const { store, inTransaction } = await open();
      await inTransaction((tx) => store.request(tx, callId, row('1').recipeHash));
      await inTransaction((tx) => store.save(tx, row('1')));
      await inTransaction((tx) => store.request(tx, callId, row('2').recipeHash));
      expect((await store.current(callId))?.transcriptId).toBe(row('1').transcriptId);
      await inTransaction((tx) => store.save(tx, row('2')));
      // Said once, by the request that brought it back.
      for (const switched of [true, false])
        expect(await inTransaction((tx) => store.request(tx, callId, row('1').recipeHash))).toBe(switched);
      expect((await store.current(callId))?.transcriptId).toBe(row('1').transcriptId);
    });

    test('an erased call leaves nothing, whatever was requested or made before', async () => {
      const { store, inTransaction } = await open();
      await inTransaction((tx) => store.request(tx, callId, row('1').recipeHash));
      await inTransaction((tx) => store.save(tx, row('1')));
      await inTransaction((tx) => store.save(tx, row('2')));
      await inTransaction((tx) => store.erase(tx, callId));
      expect(await store.current(callId)).toBeUndefined();
      await inTransaction((tx) => store.request(tx, callId, row('2').recipeHash));
      expect(await store.current(callId)).toBeUndefined();
      await inTransaction((tx) => store.erase(tx, 'f'.repeat(32)));
    });

    test('saving twice is saving once', async () => {
      const { store, inTransaction } = await open();
      await inTransaction((tx) => store.request(tx, callId, row('1').recipeHash));
      await inTransaction((tx) => store.save(tx, row('1')));
      await inTransaction((tx) => store.save(tx, row('1')));
      expect(await store.current(callId)).toEqual(row('1'));
    });
  });
}
