import { describe, expect, test } from 'vitest';
import type { UploadStore } from '../../ingest/index.ts';
import type { Tx } from '../../services/kernel/index.ts';

export interface UploadStoreUnderTest {
  readonly store: UploadStore;
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** What every store of uploads does. `open` gives an empty one each time. */
export function uploadStoreContract(name: string, open: () => Promise<UploadStoreUnderTest>): void {
  describe(`the upload store: ${name}`, () => {
    const upload = { uploadId: 'a'.repeat(32), sizeBytes: 2 ** 31, createdAt: 1_760_000_000_000 };

    test('an upload is there until it is removed, the oldest first', async () => {
      const { store } = await open();
      const older = { ...upload, uploadId: 'b'.repeat(32), createdAt: 1 };
      await store.insert(upload);
      await store.insert(older);
      expect(await store.get(upload.uploadId)).toEqual({ ...upload, deliveryId: undefined });
      expect((await store.list()).map(({ uploadId }) => uploadId)).toEqual([older.uploadId, upload.uploadId]);
      for (let time = 0; time < 2; time++) await store.remove(older.uploadId);
      expect(await store.get(older.uploadId)).toBeUndefined();
      await expect(store.insert(upload)).rejects.toThrow();
    });

    test('an upload is delivered once, and not at all when the transaction fails', async () => {
      const { store, inTransaction } = await open();
      await store.insert(upload);
      await expect(
        inTransaction(async (tx) => {
          expect(await store.noteDelivery(tx, upload.uploadId, 'lost')).toBe(true);
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect((await store.get(upload.uploadId))?.deliveryId).toBeUndefined();
      const noted = await Promise.all(
        ['d1', 'd2'].map((id) => inTransaction((tx) => store.noteDelivery(tx, upload.uploadId, id))),
      );
      expect(noted.toSorted()).toEqual([false, true]);
      expect(['d1', 'd2']).toContain((await store.get(upload.uploadId))?.deliveryId);
      expect(await inTransaction((tx) => store.noteDelivery(tx, 'f'.repeat(32), 'd'))).toBe(false);
    });
  });
}
