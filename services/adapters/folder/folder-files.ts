import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { FolderFiles, ListedFile } from '../../../ingest/index.ts';
import { Failure } from '../../kernel/index.ts';

const depthLimit = 16;

/**
 * A folder on this machine's disk as a source. Links are not followed, special files are not seen; a file that is gone
 * between listing and reading is a retryable failure.
 */
export class DiskFolder implements FolderFiles {
  readonly #path: string;
  readonly #after: 'leave' | 'move' | 'delete';
  readonly #moveTo: string | undefined;

  constructor(path: string, after: 'leave' | 'move' | 'delete' = 'leave', moveTo?: string) {
    this.#path = resolve(path);
    this.#after = after;
    this.#moveTo = moveTo === undefined ? undefined : resolve(moveTo);
  }

  async list(): Promise<ListedFile[]> {
    const files: ListedFile[] = [];
    await this.#walk(this.#path, 0, files);
    return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #walk(folder: string, depth: number, files: ListedFile[]): Promise<void> {
    if (depth > depthLimit || folder === this.#moveTo) return;
    let entries;
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (cause) {
      if (depth > 0) return;
      throw new Failure({
        code: 'folder.unreadable',
        message: 'a watched folder cannot be read; does it exist, and may this user read it?',
        retryable: true,
        cause,
      });
    }
    for (const entry of entries) {
      const at = join(folder, entry.name);
      if (entry.isDirectory()) await this.#walk(at, depth + 1, files);
      else if (entry.isFile()) {
        const info = await stat(at).catch(() => undefined);
        if (info !== undefined)
          files.push({
            name: relative(this.#path, at).split(sep).join('/'),
            sizeBytes: info.size,
            modifiedAt: Math.trunc(info.mtimeMs),
          });
      }
    }
  }

  async *open(name: string): AsyncIterable<Uint8Array> {
    try {
      for await (const part of createReadStream(this.#at(name), { highWaterMark: 256 * 1024 })) yield part as Uint8Array;
    } catch (cause) {
      throw new Failure({
        code: 'folder.file-gone',
        message: 'a file of a watched folder could not be read to its end',
        retryable: true,
        cause,
      });
    }
  }

  async readSmall(name: string, maxBytes: number): Promise<Uint8Array | undefined> {
    let handle;
    try {
      handle = await open(this.#at(name), 'r');
    } catch {
      return undefined;
    }
    try {
      const { size } = await handle.stat();
      return size > maxBytes ? undefined : await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  async putAway(name: string): Promise<void> {
    if (this.#after === 'delete') await rm(this.#at(name), { force: true });
    if (this.#after === 'move' && this.#moveTo !== undefined) {
      const target = join(this.#moveTo, name);
      await mkdir(dirname(target), { recursive: true });
      await rename(this.#at(name), target).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT')
          throw new Failure({
            code: 'folder.move',
            message: 'a file of a watched folder could not be moved',
            retryable: true,
            cause,
          });
      });
    }
  }

  #at(name: string): string {
    const at = resolve(this.#path, name);
    if (!at.startsWith(this.#path + sep)) throw new TypeError('a name inside the folder is needed');
    return at;
  }
}
