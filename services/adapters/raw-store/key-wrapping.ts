import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Failure, type KeyWrapping } from '../../kernel/index.ts';

/**
 * Data keys under a master key of 32 bytes. Keys that were wrapped under one of `previous` open as well: a master key is changed
 * by putting the new one first.
 */
export function masterKeyWrapping(masterKey: Uint8Array, previous: readonly Uint8Array[] = []): KeyWrapping {
  const all = [masterKey, ...previous];
  if (all.some((key) => key.length !== 32)) throw new TypeError('a master key has 32 bytes');
  return {
    wrap: (owner, dataKey) => Promise.resolve(wrap(masterKey, owner, dataKey)),
    // A function that throws becomes a promise that rejects.
    unwrap: async (owner, wrapped) => unwrap(all, owner, wrapped),
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

function unwrap(masterKeys: readonly Uint8Array[], owner: string, wrapped: Uint8Array): Uint8Array {
  const bytes = Buffer.from(wrapped);
  const nonceAt = 1 + markBytes;
  const keyAt = nonceAt + nonceBytes;
  if (bytes.length !== keyAt + 32 + tagBytes || bytes[0] !== version) throw unreadableKey();
  const mark = bytes.subarray(1, nonceAt);
  const masterKey = masterKeys.find((key) => mark.equals(markOf(key)));
  if (masterKey === undefined) throw foreignMasterKey();
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
      'These raw data were written under another master key; start with the master key that belongs to them, or name it among the previous ones.',
    retryable: false,
  });
}
