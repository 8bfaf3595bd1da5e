import type { WrappedKeyStore } from '../../kernel/index.ts';

/** Wrapped data keys in memory. A destroyed owner stays known, so that none is made again. */
export class MemoryWrappedKeyStore implements WrappedKeyStore {
  readonly #keys = new Map<string, Uint8Array | undefined>();

  async getOrCreate(owner: string, make: () => Uint8Array): Promise<Uint8Array | undefined> {
    if (!this.#keys.has(owner)) this.#keys.set(owner, Uint8Array.from(make()));
    return this.get(owner);
  }

  async get(owner: string): Promise<Uint8Array | undefined> {
    const wrapped = this.#keys.get(owner);
    return wrapped === undefined ? undefined : Uint8Array.from(wrapped);
  }

  async destroy(owner: string): Promise<void> {
    this.#keys.get(owner)?.fill(0);
    this.#keys.set(owner, undefined);
  }
}
