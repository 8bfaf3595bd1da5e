import { randomBytes } from 'node:crypto';
import {
  type ByteRange,
  type Bytes,
  checkObjectName,
  checkObjectPrefix,
  checkOwner,
  Failure,
  type KeyWrapping,
  type ObjectInfo,
  type ObjectStore,
  type RawStore,
  type WrappedKeyStore,
} from '../../kernel/index.ts';
import { plainSize, seal, unseal } from './sealed-chunks.ts';

export interface RawStoreParts {
  readonly objects: ObjectStore;
  readonly keys: WrappedKeyStore;
  /** Wraps every owner's data key. */
  readonly wrapping: KeyWrapping;
}

/**
 * The raw store over any object store: objects `raw/<owner>/<name>`, sealed in chunks under the owner's own random data key,
 * which lies wrapped in the key store. Keys are asked for each time and kept nowhere, so an erasure holds
 * for every process at once.
 */
export function encryptedRawStore({ objects, keys, wrapping }: RawStoreParts): RawStore {
  const place = (owner: string, name: string): string => {
    checkOwner(owner);
    checkObjectName(name);
    return `raw/${owner}/${name}`;
  };
  const context = (owner: string, name: string): string[] => ['raw', owner, name];
  const newKey = async (owner: string): Promise<Uint8Array | undefined> => {
    const fresh = await wrapping.wrap(owner, randomBytes(32));
    return keys.getOrCreate(owner, () => fresh);
  };
  const dataKey = async (owner: string): Promise<Uint8Array | undefined> => {
    const wrapped = await keys.get(owner);
    return wrapped === undefined ? undefined : wrapping.unwrap(owner, wrapped);
  };

  return {
    async put(owner: string, name: string, body: Bytes) {
      const object = place(owner, name);
      const wrapped = (await keys.get(owner)) ?? (await newKey(owner));
      if (wrapped === undefined) throw erased();
      return objects.put(object, seal(await wrapping.unwrap(owner, wrapped), context(owner, name), body));
    },

    async stat(owner: string, name: string): Promise<ObjectInfo | undefined> {
      const info = await objects.stat(place(owner, name));
      if (info === undefined || (await keys.get(owner)) === undefined) return undefined;
      return { name, sizeBytes: plainSize(info.sizeBytes) };
    },

    async read(owner: string, name: string, range?: ByteRange) {
      const object = place(owner, name);
      const info = await objects.stat(object);
      const key = info === undefined ? undefined : await dataKey(owner);
      if (info === undefined || key === undefined) return undefined;
      const readSealed = async (stretch: ByteRange) => {
        const bytes = await objects.read(object, stretch);
        if (bytes === undefined) throw gone();
        return bytes;
      };
      return unseal(key, context(owner, name), info.sizeBytes, readSealed, range);
    },

    async *list(owner: string, prefix = ''): AsyncIterable<ObjectInfo> {
      checkOwner(owner);
      checkObjectPrefix(prefix);
      if ((await keys.get(owner)) === undefined) return;
      const home = `raw/${owner}/`;
      for await (const info of objects.list(home + prefix))
        yield { name: info.name.slice(home.length), sizeBytes: plainSize(info.sizeBytes) };
    },

    async delete(owner: string, name: string) {
      await objects.delete(place(owner, name));
    },

    async erase(owner: string) {
      checkOwner(owner);
      await keys.destroy(owner);
      const names: string[] = [];
      for await (const { name } of objects.list(`raw/${owner}/`)) names.push(name);
      for (const name of names) await objects.delete(name);
    },
  };
}

function erased(): Failure {
  return new Failure({
    code: 'raw-store.erased',
    message: 'The key of these raw data was destroyed when the call was erased; nothing can be kept for it any more.',
    retryable: false,
  });
}

function gone(): Failure {
  return new Failure({ code: 'raw-store.gone', message: 'A raw object was deleted while it was being read.', retryable: true });
}
