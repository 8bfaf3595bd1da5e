import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { memoryRawStore } from '../services/adapters/memory/raw-store.ts';
import { MemoryTransactions } from '../services/adapters/memory/transaction.ts';
import { MemoryUploadStore } from '../services/adapters/memory/upload-store.ts';
import { type RawStore, sha256, wholeBytes } from '../services/kernel/index.ts';
import {
  appendUpload,
  beginUpload,
  type DeliverResult,
  finishUpload,
  settleUploads,
  type UploadDeps,
  uploadMs,
  uploadOffset,
} from './index.ts';

const uploadId = 'a'.repeat(32);
const file = { source: 'upload', name: '王女士.wav', modifiedAt: 5, metadata: { queue: 'wealth' } };

describe('a file that arrives in pieces', () => {
  let raw: RawStore;
  let uploads: MemoryUploadStore;
  let delivered: { name: string; content: Buffer; sha256: string }[];
  let deps: UploadDeps;
  beforeEach(() => {
    raw = memoryRawStore();
    uploads = new MemoryUploadStore();
    delivered = [];
    const transactions = new MemoryTransactions();
    deps = {
      uploads,
      raw,
      deliver: async (given, spooled) => {
        const content = await wholeBytes(spooled.read());
        const result: DeliverResult = {
          deliveryId: `delivery ${sha256(content).slice(0, 8)}`,
          state: 'accepted',
          callId: undefined,
          refusal: undefined,
          isNew: true,
        };
        await transactions.inTransaction(async (tx) => given.inSameTransaction?.(tx, result));
        delivered.push({ name: given.name, content, sha256: spooled.sha256 });
        return result;
      },
    };
  });

  const begin = (sizeBytes: number, createdAt = 0): Promise<void> => beginUpload(deps, { uploadId, sizeBytes, createdAt }, file);
  const offset = async (): Promise<number> => {
    const upload = await uploads.get(uploadId);
    return upload === undefined ? -1 : uploadOffset(deps, upload);
  };
  const stream = async function* (...chunks: (string | Error)[]): AsyncIterable<Uint8Array> {
    for (const chunk of chunks) {
      if (typeof chunk !== 'string') throw chunk;
      yield Buffer.from(chunk);
    }
  };

  test('what arrived before a line broke is kept, and the rest goes on from there', async () => {
    await begin(11);
    await expect(appendUpload(deps, uploadId, 0, stream('hel', 'lo', new Error('broken')))).rejects.toThrow('broken');
    expect(await offset()).toBe(5);
    expect(await finishUpload(deps, uploadId)).toBeUndefined();
    expect(await appendUpload(deps, uploadId, 5, stream(' world'))).toBe(11);
    expect(await finishUpload(deps, uploadId)).toBe(`delivery ${sha256('hello world').slice(0, 8)}`);
    expect(delivered).toMatchObject([{ name: '王女士.wav', sha256: sha256('hello world') }]);
    expect(await offset()).toBe(11);
  });

  test('a whole upload is delivered once, whoever asks how often', async () => {
    await begin(2);
    await appendUpload(deps, uploadId, 0, stream('ab'));
    const ids = await Promise.all([finishUpload(deps, uploadId), finishUpload(deps, uploadId), settleUploads(deps, 1)]);
    expect(new Set(ids.slice(0, 2)).size).toBe(1);
    expect(await finishUpload(deps, uploadId)).toBe(ids[0]);
    expect(delivered.length).toBe(1);
  });

  test('two that write at one place cannot both', async () => {
    await begin(4);
    const both = await Promise.allSettled(['aaaa', 'bbbb'].map((text) => appendUpload(deps, uploadId, 0, stream(text))));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await finishUpload(deps, uploadId);
    expect(['aaaa', 'bbbb']).toContain(delivered[0]?.content.toString());
  });

  test('once it is delivered or too old, nothing of it can be read any more', async () => {
    await begin(2);
    await appendUpload(deps, uploadId, 0, stream('ab'));
    await finishUpload(deps, uploadId);
    expect(await raw.read(`upload.${uploadId}`, 'info')).toBeUndefined();
    expect(await settleUploads(deps, uploadMs + 1)).toBe(1);
    expect(await uploads.get(uploadId)).toBeUndefined();
  });

  test('after a restart what is whole is delivered, what is not waits until it is too old', async () => {
    await begin(2);
    await appendUpload(deps, uploadId, 0, stream('ab'));
    const half = 'b'.repeat(32);
    await beginUpload(deps, { uploadId: half, sizeBytes: 2, createdAt: 0 }, file);
    await appendUpload(deps, half, 0, stream('a'));
    expect(await settleUploads(deps, uploadMs - 1)).toBe(0);
    expect(delivered.length).toBe(1);
    expect(await settleUploads(deps, uploadMs + 1)).toBe(2);
    expect(await uploads.list()).toEqual([]);
    expect(delivered.length).toBe(1);
  });

  test('however it is cut into requests and chunks, what is delivered is what was sent', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.string({ maxLength: 9 }), { maxLength: 4 }), { maxLength: 5 }), async (requests) => {
        const text = requests.flat().join('');
        const id = String((runs += 1)).padStart(32, '0');
        await beginUpload(deps, { uploadId: id, sizeBytes: Buffer.byteLength(text), createdAt: 0 }, file);
        let at = 0;
        for (const chunks of requests) at = await appendUpload(deps, id, at, stream(...chunks));
        await finishUpload(deps, id);
        expect(delivered.at(-1)?.content.toString()).toBe(Buffer.from(text).toString());
        await uploads.remove(id);
      }),
      { numRuns: 60 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1) },
    );
  });
});
