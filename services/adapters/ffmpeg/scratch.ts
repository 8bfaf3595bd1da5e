import { mkdtemp, open, rm, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** An empty folder that only this user may enter. */
export async function emptyFolder(parent: string): Promise<string> {
  return mkdtemp(join(parent, 'plumbline-'));
}

/**
 * Lays raw content down where a program can jump about in it. The file has lost its name before the first byte is written, so
 * whatever happens to this process, nothing stays behind. Written by position: the descriptor itself still points at the start.
 */
export async function layDown(folder: string, bytes: AsyncIterable<Uint8Array>): Promise<FileHandle> {
  const path = join(folder, 'recording');
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    let at = 0;
    for await (const chunk of bytes) {
      for (let done = 0; done < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, done, chunk.length - done, at + done);
        done += bytesWritten;
      }
      at += chunk.length;
    }
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
