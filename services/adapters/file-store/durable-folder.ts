import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './disk-failure.ts';

/** Writes a folder's own entries down: what was made, renamed or removed in it survives a power cut. One that is gone is no error. */
export async function syncFolder(folder: string): Promise<void> {
  let handle;
  try {
    handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Folders below one root, made on demand with 0700, whose place in their parent is written down once and remembered. */
export class DurableFolders {
  readonly #root: string;
  readonly #settled = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  async make(folder: string): Promise<void> {
    if (!this.#settled.has(folder)) await mkdir(folder, { recursive: true, mode: 0o700 });
  }

  /** After an entry was made in `folder`: the entry, and every folder on the way to it, survive a power cut. */
  async settle(folder: string): Promise<void> {
    await syncFolder(folder);
    for (let at = folder; at !== this.#root && !this.#settled.has(at); at = dirname(at)) {
      await syncFolder(dirname(at));
      if (this.#settled.size >= rememberedFolders) this.#settled.clear();
      this.#settled.add(at);
    }
  }

  forget(folder: string): void {
    this.#settled.delete(folder);
  }
}

/** Bounds the memory of it; forgetting costs a sync. */
const rememberedFolders = 10_000;
