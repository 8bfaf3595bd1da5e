import { randomBytes } from 'node:crypto';
import { objectStoreContract } from '../../../test/contracts/object-store.ts';
import { rawStoreContract } from '../../../test/contracts/raw-store.ts';
import { wrappedKeyStoreContract } from '../../../test/contracts/wrapped-key-store.ts';
import { encryptedRawStore, masterKeyWrapping } from '../raw-store/index.ts';
import { MemoryObjectStore } from './object-store.ts';
import { MemoryWrappedKeyStore } from './wrapped-key-store.ts';

objectStoreContract('in memory', async () => new MemoryObjectStore());
wrappedKeyStoreContract('in memory', async () => new MemoryWrappedKeyStore());
rawStoreContract('in memory', async () => {
  const objects = new MemoryObjectStore();
  const keys = new MemoryWrappedKeyStore();
  return { raw: encryptedRawStore({ objects, keys, wrapping: masterKeyWrapping(randomBytes(32)) }), objects, keys };
});
