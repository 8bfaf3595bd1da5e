import { describe, expect, test } from 'vitest';
import type { WrappedKeyStore } from '../../services/kernel/index.ts';

/** What every store of wrapped keys does. `open` gives an empty one each time. */
export function wrappedKeyStoreContract(name: string, open: () => Promise<WrappedKeyStore>): void {
  describe(`the wrapped-key store: ${name}`, () => {
    test('a key is made once, and racing callers get the same one', async () => {
      const store = await open();
      expect(await store.get('call')).toBeUndefined();
      const keys = await Promise.all([1, 2, 3, 4].map((byte) => store.getOrCreate('call', () => Uint8Array.of(byte, byte))));
      const kept = Buffer.from((await store.get('call'))!);
      for (const key of keys) expect(Buffer.from(key!)).toEqual(kept);
      expect(Buffer.from((await store.getOrCreate('other', () => Uint8Array.of(9)))!)).toEqual(Buffer.of(9));
    });

    test('a destroyed key never comes back, also where there was none yet', async () => {
      const store = await open();
      await store.getOrCreate('call', () => Uint8Array.of(1));
      for (const owner of ['call', 'never-seen']) {
        await store.destroy(owner);
        await store.destroy(owner);
        expect(await store.get(owner)).toBeUndefined();
        expect(await store.getOrCreate(owner, () => Uint8Array.of(2))).toBeUndefined();
        expect(await store.get(owner)).toBeUndefined();
      }
    });
  });
}
