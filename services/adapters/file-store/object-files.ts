import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, rmdir, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type ByteRange,
  type Bytes,
  checkObjectName,
  checkObjectPrefix,
  cutRange,
  dependencyAway,
  type ObjectInfo,
  type ObjectStore,
} from '../../kernel/index.ts';
import { errorCode, onDisk } from './disk-failure.ts';
import { DurableFolders, syncFolder } from './durable-folder.ts';

// `a` and `a/b` may both be objects: an object's file carries a mark that no name can hold, a folder does not.
const mark = '~';
const readBytes = 64 * 1024;

/**
 * Objects as files under `root`: written to a temporary name, synced, linked to their own name (which fails when it is
 * taken), folder synced. Files are 0600, folders 0700. What a crash left half written is removed here, so one process at a
 * time may open a root; others beside it open it with `sweeps: false`.
 */
export async function openFileStore(root: string, { sweeps = true }: { readonly sweeps?: boolean } = {}): Promise<ObjectStore> {
  const objects = join(root, 'objects');
  const temporary = join(root, 'temporary');
  await onDisk(async () => {
    for (const folder of [root, objects, temporary]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
    }
    for (const name of sweeps ? await readdir(temporary) : []) await rm(join(temporary, name), { recursive: true, force: true });
    await syncFolder(root);
    await syncFolder(dirname(root));
  });
  return new FileStore(objects, temporary);
}

class FileStore implements ObjectStore {
  readonly #objects: string;
  readonly #temporary: string;
  readonly #folders: DurableFolders;

  constructor(objects: string, temporary: string) {
    this.#objects = objects;
    this.#temporary = temporary;
    this.#folders = new DurableFolders(objects);
  }

  async put(name: string, body: Bytes): Promise<'created' | 'exists'> {
    const target = this.#fileOf(name);
    if ((await this.stat(name)) !== undefined) {
      // Whoever made it may not have come to the sync yet.
      await onDisk(() => this.#folders.settle(dirname(target)));
      return 'exists';
    }
    const draft = join(this.#temporary, randomUUID());
    try {
      await writeDown(draft, body);
      return await onDisk(() => this.#publish(draft, target));
    } finally {
      await unlink(draft).catch(() => undefined);
    }
  }

  async stat(name: string): Promise<ObjectInfo | undefined> {
    const sizeBytes = await onDisk(() => sizeOf(this.#fileOf(name)));
    return sizeBytes === undefined ? undefined : { name, sizeBytes };
  }

  async read(name: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined> {
    const info = await this.stat(name);
    const { start, end } = cutRange(range, info?.sizeBytes ?? 0);
    return info === undefined ? undefined : pieces(this.#fileOf(name), start, end);
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    checkObjectPrefix(prefix);
    const cut = prefix.lastIndexOf('/') + 1;
    yield* this.#listFolder(prefix.slice(0, cut), prefix.slice(cut));
  }

  async delete(name: string): Promise<void> {
    const file = this.#fileOf(name);
    await onDisk(async () => {
      try {
        await unlink(file);
      } catch (error) {
        if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return;
        throw error;
      }
      await syncFolder(dirname(file));
      await this.#removeEmpty(dirname(file));
    });
  }

  #fileOf(name: string): string {
    checkObjectName(name);
    return join(this.#objects, name + mark);
  }

  /** Gives a finished draft its name. A delete may take the folder away in between, so it is made again. */
  async #publish(draft: string, target: string): Promise<'created' | 'exists'> {
    const folder = dirname(target);
    for (let attempt = 1; ; attempt++) {
      await this.#folders.make(folder);
      try {
        await link(draft, target);
        await this.#folders.settle(folder);
        return 'created';
      } catch (error) {
        if (errorCode(error) === 'EEXIST') {
          await this.#folders.settle(folder);
          return 'exists';
        }
        if (errorCode(error) !== 'ENOENT' || attempt === 5) throw error;
        this.#folders.forget(folder);
      }
    }
  }

  async #removeEmpty(folder: string): Promise<void> {
    for (let at = folder; at !== this.#objects; at = dirname(at)) {
      this.#folders.forget(at);
      try {
        await rmdir(at);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') continue;
        if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST') return;
        throw error;
      }
    }
  }

  /** Objects of one folder (`within` is empty or ends in `/`) in the order of their full names. */
  async *#listFolder(within: string, beginning: string): AsyncIterable<ObjectInfo> {
    const folder = join(this.#objects, within);
    const entries = await onDisk(() => entriesOf(folder));
    const sorted = entries
      .filter(({ name }) => name.startsWith(beginning))
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name.slice(0, -mark.length)))
      .toSorted();
    for (const entry of sorted) {
      if (entry.endsWith('/')) yield* this.#listFolder(within + entry, '');
      else if (entry.startsWith(beginning)) {
        const info = await this.stat(within + entry);
        if (info !== undefined) yield info;
      }
    }
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Writes and syncs a new file. What the body itself throws comes through as it is. */
async function writeDown(file: string, body: Bytes): Promise<void> {
  const handle = await onDisk(() => open(file, 'wx', 0o600));
  try {
    for await (const piece of body instanceof Uint8Array ? [body] : body)
      await onDisk(async () => {
        for (let at = 0; at < piece.length;) at += (await handle.write(piece, at)).bytesWritten;
      });
    await onDisk(() => handle.datasync());
  } finally {
    await handle.close();
  }
}

async function* pieces(file: string, start: number, end: number): AsyncIterable<Uint8Array> {
  if (start === end) return;
  const handle = await onDisk(() => open(file, 'r'));
  try {
    for (let at = start; at < end;) {
      const piece = Buffer.allocUnsafe(Math.min(readBytes, end - at));
      const from = at;
      const { bytesRead } = await onDisk(() => handle.read(piece, 0, piece.length, from));
      if (bytesRead === 0) throw dependencyAway('object-store', 'An object ends before the size that it had when it was opened.');
      yield piece.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}
