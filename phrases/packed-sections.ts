/**
 * Rows of whole numbers, each in as few bytes as its largest needs, one after another: a head of one number a row (its length
 * times four, and the width), then the rows, each at a multiple of four. Numbers lie as the machine reads them, low byte first.
 */
export class SectionWriter {
  readonly #rows: { readonly count: number; readonly width: 0 | 1 | 2; readonly bytes: Uint8Array }[] = [];

  /** From 0 to 2^32 - 1. */
  numbers(values: ArrayLike<number>): void {
    let most = 0;
    for (let at = 0; at < values.length; at += 1) most = Math.max(most, values[at] as number);
    const width = most < 0x100 ? 0 : most < 0x10000 ? 1 : 2;
    const row = width === 0 ? Uint8Array.from(values) : width === 1 ? Uint16Array.from(values) : Uint32Array.from(values);
    this.#rows.push({ count: values.length, width, bytes: new Uint8Array(row.buffer) });
  }

  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#rows.push({ count: bytes.length, width: 0, bytes });
  }

  bytes(): Uint8Array {
    const head = Uint32Array.from([this.#rows.length, ...this.#rows.map(({ count, width }) => count * 4 + width)]);
    const size = this.#rows.reduce((sum, { bytes }) => sum + aligned(bytes.length), head.byteLength);
    const out = new Uint8Array(size);
    out.set(new Uint8Array(head.buffer));
    let at = head.byteLength;
    for (const { bytes } of this.#rows) {
      out.set(bytes, at);
      at += aligned(bytes.length);
    }
    return out;
  }
}

const aligned = (length: number): number => (length + 3) & ~3;

/** Reads rows that a `SectionWriter` wrote, each when it is asked for. */
export class SectionReader {
  readonly #buffer: ArrayBufferLike;
  readonly #head: Uint32Array;
  readonly #starts: Int32Array;

  /** @throws RangeError for bytes that are no such rows */
  constructor(bytes: Uint8Array) {
    const whole = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
    this.#buffer = whole.buffer;
    const count = new DataView(whole.buffer, whole.byteOffset, whole.byteLength).getUint32(0, true);
    if (whole.byteLength < 4 * (count + 1)) throw new RangeError('packed rows are cut off');
    this.#head = new Uint32Array(whole.buffer, whole.byteOffset + 4, count);
    this.#starts = new Int32Array(count + 1);
    let at = whole.byteOffset + 4 * (count + 1);
    for (let row = 0; row < count; row += 1) {
      this.#starts[row] = at;
      at += aligned(this.length(row) << this.#width(row));
    }
    this.#starts[count] = at;
    if (at !== whole.byteOffset + whole.byteLength) throw new RangeError('packed rows are cut off');
  }

  length(row: number): number {
    return (this.#head[row] as number) >>> 2;
  }

  #width(row: number): number {
    return (this.#head[row] as number) & 3;
  }

  /** As they lie: not to be changed. */
  numbers(row: number): Uint8Array | Uint16Array | Uint32Array {
    const start = this.#starts[row] as number;
    const length = this.length(row);
    const width = this.#width(row);
    if (width === 0) return new Uint8Array(this.#buffer, start, length);
    return width === 1 ? new Uint16Array(this.#buffer, start, length) : new Uint32Array(this.#buffer, start, length);
  }

  text(row: number): string {
    return decoder.decode(new Uint8Array(this.#buffer, this.#starts[row] as number, this.length(row)));
  }
}

const decoder = new TextDecoder();
