import {
  type ByteRange,
  type Bytes,
  checkObjectName,
  checkObjectPrefix,
  cutRange,
  type ObjectInfo,
  type ObjectStore,
} from '../../kernel/index.ts';

/** Objects in memory, for one process and no longer. What comes out is a copy. */
export class MemoryObjectStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  async put(name: string, body: Bytes): Promise<'created' | 'exists'> {
    checkObjectName(name);
    if (this.#objects.has(name)) return 'exists';
    const bytes = body instanceof Uint8Array ? Uint8Array.from(body) : await joined(body);
    if (this.#objects.has(name)) return 'exists';
    this.#objects.set(name, bytes);
    return 'created';
  }

  async stat(name: string): Promise<ObjectInfo | undefined> {
    checkObjectName(name);
    const bytes = this.#objects.get(name);
    return bytes === undefined ? undefined : { name, sizeBytes: bytes.length };
  }

  async read(name: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined> {
    checkObjectName(name);
    const bytes = this.#objects.get(name);
    const { start, end } = cutRange(range, bytes?.length ?? 0);
    return bytes === undefined ? undefined : inPieces(bytes.slice(start, end));
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    checkObjectPrefix(prefix);
    for (const name of [...this.#objects.keys()].filter((each) => each.startsWith(prefix)).toSorted()) {
      const bytes = this.#objects.get(name);
      if (bytes !== undefined) yield { name, sizeBytes: bytes.length };
    }
  }

  async delete(name: string): Promise<void> {
    checkObjectName(name);
    this.#objects.delete(name);
  }
}

const pieceBytes = 64 * 1024;

async function* inPieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function joined(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}
