import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { type ByteRange, type Bytes, cutRange, Failure } from '../../kernel/index.ts';

// A sealed object is `PLR1`, 32 random bytes (the salt), then chunks of 64 KiB of content, each followed by its 16-byte tag;
// the last may be shorter, also empty. This is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar: Online
// Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015) over AES-256-GCM: the nonce is the chunk's number and
// whether it is the last. The key is derived from the data key for this one salt and context, so no nonce meets a key twice.
const magic = Buffer.from('PLR1');
const saltBytes = 32;
const headBytes = magic.length + saltBytes;
const tagBytes = 16;
export const chunkBytes = 64 * 1024;
const sealedChunkBytes = chunkBytes + tagBytes;

/** What a sealed object belongs to: put elsewhere, it does not open. */
export type SealContext = readonly string[];

/** Size of what `seal` makes of so many bytes. */
export function sealedSize(plainBytes: number): number {
  return headBytes + plainBytes + tagBytes * Math.max(1, Math.ceil(plainBytes / chunkBytes));
}

/** Size of the content of a sealed object, from its own size alone. A size that none has is a Failure. */
export function plainSize(sealedBytes: number): number {
  const body = sealedBytes - headBytes;
  const chunks = Math.ceil(body / sealedChunkBytes);
  const size = body - chunks * tagBytes;
  if (chunks < 1 || size < 0 || sealedSize(size) !== sealedBytes) throw damaged();
  return size;
}

/** Encrypts content on its way; holds one chunk at a time. */
export async function* seal(dataKey: Uint8Array, context: SealContext, body: Bytes): AsyncGenerator<Uint8Array> {
  const salt = randomBytes(saltBytes);
  const key = keyOf(dataKey, salt, context);
  const aad = aadOf(context);
  yield Buffer.concat([magic, salt]);
  let index = 0;
  let filled = 0;
  let chunk = Buffer.allocUnsafe(chunkBytes);
  for await (const piece of body instanceof Uint8Array ? [body] : body) {
    for (let at = 0; at < piece.length;) {
      if (filled === chunkBytes) {
        yield sealChunk(key, aad, index++, false, chunk);
        filled = 0;
      }
      const taken = Math.min(chunkBytes - filled, piece.length - at);
      chunk.set(piece.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
    }
  }
  yield sealChunk(key, aad, index, true, chunk.subarray(0, filled));
}

/** Reads a stretch of a sealed object's bytes. */
export type ReadSealed = (range: ByteRange) => Promise<AsyncIterable<Uint8Array>>;

/**
 * Decrypts a sealed object, or a range of its content for which only the chunks it touches are read. A range that reaches the
 * end also proves that the object was not cut off. No byte is given out before its chunk is proven.
 * @throws Failure `raw-store.damaged` for anything that was changed, moved, swapped, reordered or cut
 */
export async function* unseal(
  dataKey: Uint8Array,
  context: SealContext,
  sealedBytes: number,
  readSealed: ReadSealed,
  range?: ByteRange,
): AsyncGenerator<Uint8Array> {
  const size = plainSize(sealedBytes);
  const { start, end } = cutRange(range, size);
  const lastIndex = Math.max(0, Math.ceil(size / chunkBytes) - 1);
  if (start === end && end < size) return;
  const first = Math.min(Math.floor(start / chunkBytes), lastIndex);
  const last = end === size ? lastIndex : Math.floor((end - 1) / chunkBytes);

  const head = await gathered(await readSealed({ start: 0, end: headBytes }));
  if (head.length !== headBytes || !head.subarray(0, magic.length).equals(magic)) throw damaged();
  const key = keyOf(dataKey, head.subarray(magic.length), context);
  const aad = aadOf(context);
  const from = headBytes + first * sealedChunkBytes;
  const to = Math.min(headBytes + (last + 1) * sealedChunkBytes, sealedBytes);
  let index = first;
  for await (const sealed of inChunks(await readSealed({ start: from, end: to }))) {
    if (index > last) throw damaged();
    const plain = openChunk(key, aad, index, index === lastIndex, sealed);
    const offset = index * chunkBytes;
    const piece = plain.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
    if (piece.length > 0) yield piece;
    index += 1;
  }
  if (index !== last + 1) throw damaged();
}

function keyOf(dataKey: Uint8Array, salt: Uint8Array, context: SealContext): Buffer {
  return Buffer.from(
    hkdfSync('sha256', dataKey, salt, Buffer.concat([Buffer.from('plumbline sealed object'), aadOf(context)]), 32),
  );
}

function aadOf(context: SealContext): Buffer {
  return Buffer.from(context.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''));
}

function nonceOf(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt8(last ? 1 : 0, 0);
  nonce.writeBigUInt64BE(BigInt(index), 4);
  return nonce;
}

function sealChunk(key: Buffer, aad: Buffer, index: number, last: boolean, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, last), { authTagLength: tagBytes });
  cipher.setAAD(aad);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function openChunk(key: Buffer, aad: Buffer, index: number, last: boolean, sealed: Buffer): Buffer {
  if (sealed.length < tagBytes) throw damaged();
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, last), { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plain = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch (error) {
    throw damaged(error);
  }
}

/** The same bytes, cut where chunks end. */
async function* inChunks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const piece of pieces) {
    held.push(piece);
    heldBytes += piece.length;
    if (heldBytes < sealedChunkBytes) continue;
    let all = Buffer.concat(held);
    while (all.length >= sealedChunkBytes) {
      yield all.subarray(0, sealedChunkBytes);
      all = all.subarray(sealedChunkBytes);
    }
    held = [all];
    heldBytes = all.length;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}

async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

function damaged(cause?: unknown): Failure {
  return new Failure({
    code: 'raw-store.damaged',
    message: 'An encrypted object in the raw store was changed, cut off or belongs elsewhere; restore it from a backup.',
    retryable: false,
    cause,
  });
}
