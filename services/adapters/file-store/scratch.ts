import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type FileHandle, chmod, mkdir, open, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { refuseRecording, type Scratch, type SpooledFile } from '../../../ingest/index.ts';
import { seal, unseal } from '../raw-store/index.ts';
import { onDisk } from './disk-failure.ts';

/**
 * An encrypted place for what is still arriving. Each spooled file has a key that lives in this process's memory alone, and
 * its file loses its name before the first byte is written: a crash leaves nothing that has a name, and nothing that can be
 * read. Memory stays flat whatever the size. The folder is emptied here.
 */
export async function openScratch(folder: string): Promise<Scratch> {
  await onDisk(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
  });
  return { spool: (bytes, limits) => spool(folder, bytes, limits.maxBytes) };
}

async function spool(folder: string, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<SpooledFile> {
  const path = join(folder, randomUUID());
  const handle = await onDisk(() => open(path, 'wx+', 0o600));
  try {
    await onDisk(() => unlink(path));
    const key = randomBytes(32);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const watched = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of bytes) {
        sizeBytes += piece.length;
        if (sizeBytes > maxBytes) throw refuseRecording('audio.too-large');
        hash.update(piece);
        yield piece;
      }
    };
    let sealedBytes = 0;
    for await (const piece of seal(key, context, watched())) {
      await onDisk(() => writeAt(handle, piece, sealedBytes));
      sealedBytes += piece.length;
    }
    return spooledFile(handle, key, sealedBytes, sizeBytes, hash.digest('hex'));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

const context = ['scratch'];

function spooledFile(handle: FileHandle, key: Buffer, sealedBytes: number, sizeBytes: number, sha256: string): SpooledFile {
  let closed = false;
  return {
    sizeBytes,
    sha256,
    read(start = 0, end = sizeBytes) {
      if (closed) throw new TypeError('a spooled file was read after it was closed');
      return unseal(key, context, sealedBytes, async (stretch) => readStretch(handle, stretch.start, stretch.end), {
        start,
        end,
      });
    },
    async close() {
      if (closed) return;
      closed = true;
      key.fill(0);
      await handle.close();
    },
  };
}

async function writeAt(handle: FileHandle, piece: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < piece.length;) done += (await handle.write(piece, done, piece.length - done, at + done)).bytesWritten;
}

async function* readStretch(handle: FileHandle, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end;) {
    const from = at;
    const piece = Buffer.allocUnsafe(Math.min(64 * 1024, end - at));
    const { bytesRead } = await onDisk(() => handle.read(piece, 0, piece.length, from));
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    at += bytesRead;
  }
}
