import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import {
  type ByteRange,
  type Bytes,
  checkObjectName,
  checkObjectPrefix,
  checkOwner,
  Failure,
  type ObjectInfo,
  type ObjectStore,
  type RawStore,
  type WrappedKeyStore,
} from '../../kernel/index.ts';
import { plainSize, seal, unseal } from './sealed-chunks.ts';

export interface RawStoreParts {
  readonly objects: ObjectStore;
  readonly keys: WrappedKeyStore;
  /** 32 bytes that wrap every owner's data key. */
  readonly masterKey: Uint8Array;
}

/**
 * The raw store over any object store: objects `raw/<owner>/<name>`, sealed in chunks under the owner's own random data key,
 * which lies wrapped by the master key in the key store. Keys are asked for each time and kept nowhere, so an erasure holds
 * for every process at once.
 */
export function encryptedRawStore({ objects, keys, masterKey }: RawStoreParts): RawStore {
  if (masterKey.length !== 32) throw new TypeError('the master key has 32 bytes');
  const place = (owner: string, name: string): string => {
    checkOwner(owner);
    checkObjectName(name);
    return `raw/${owner}/${name}`;
  };
  const context = (owner: string, name: string): string[] => ['raw', owner, name];
  const dataKey = async (owner: string): Promise<Uint8Array | undefined> => {
    const wrapped = await keys.get(owner);
    return wrapped === undefined ? undefined : unwrap(masterKey, owner, wrapped);
  };

  return {
    async put(owner: string, name: string, body: Bytes) {
      const object = place(owner, name);
      const wrapped = await keys.getOrCreate(owner, () => wrap(masterKey, owner, randomBytes(32)));
      if (wrapped === undefined) throw erased();
      return objects.put(object, seal(unwrap(masterKey, owner, wrapped), context(owner, name), body));
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

// A wrapped key is: version 1, first 8 bytes of the master key's SHA-256, nonce, encrypted data key, tag.
const version = 1;
const markBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;

function wrap(masterKey: Uint8Array, owner: string, dataKey: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', masterKey, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(`plumbline data key ${owner}`));
  return Buffer.concat([
    Buffer.of(version),
    markOf(masterKey),
    nonce,
    cipher.update(dataKey),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

function unwrap(masterKey: Uint8Array, owner: string, wrapped: Uint8Array): Uint8Array {
  const bytes = Buffer.from(wrapped);
  const nonceAt = 1 + markBytes;
  const keyAt = nonceAt + nonceBytes;
  if (bytes.length !== keyAt + 32 + tagBytes || bytes[0] !== version) throw unreadableKey();
  if (!bytes.subarray(1, nonceAt).equals(markOf(masterKey))) throw foreignMasterKey();
  const decipher = createDecipheriv('aes-256-gcm', masterKey, bytes.subarray(nonceAt, keyAt), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(`plumbline data key ${owner}`));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const dataKey = decipher.update(bytes.subarray(keyAt, keyAt + 32));
  try {
    decipher.final();
  } catch (error) {
    throw unreadableKey(error);
  }
  return dataKey;
}

function markOf(masterKey: Uint8Array): Buffer {
  return createHash('sha256').update('plumbline master key').update(masterKey).digest().subarray(0, markBytes);
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

function unreadableKey(cause?: unknown): Failure {
  return new Failure({
    code: 'raw-store.key-damaged',
    message: 'A data key in the key store is damaged or belongs to another owner; restore the key store from a backup.',
    retryable: false,
    cause,
  });
}

function foreignMasterKey(): Failure {
  return new Failure({
    code: 'raw-store.other-master-key',
    message:
      'These raw data were written under another master key; start with the master key file that belongs to this data folder.',
    retryable: false,
  });
}
