import { randomBytes } from 'node:crypto';
import type { RawStore } from '../../kernel/index.ts';
import { encryptedRawStore, masterKeyWrapping } from '../raw-store/index.ts';
import { MemoryObjectStore } from './object-store.ts';
import { MemoryWrappedKeyStore } from './wrapped-key-store.ts';

/** A raw store that is gone with the process: the same encryption over memory, under a master key nobody keeps. */
export function memoryRawStore(): RawStore {
  return encryptedRawStore({
    objects: new MemoryObjectStore(),
    keys: new MemoryWrappedKeyStore(),
    wrapping: masterKeyWrapping(randomBytes(32)),
  });
}
