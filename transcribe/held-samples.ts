/** The samples that may still be needed, addressed by their place in the recording. */
export class HeldSamples {
  #blocks: Int16Array[] = [];
  #start = 0;
  #end = 0;

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  append(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#blocks.push(samples.slice());
    this.#end += samples.length;
  }

  dropBefore(sample: number): void {
    let dropped = 0;
    let at = this.#start;
    for (const block of this.#blocks) {
      if (at + block.length > sample) break;
      at += block.length;
      dropped += 1;
    }
    if (dropped === 0) return;
    this.#blocks.splice(0, dropped);
    this.#start = at;
  }

  slice(start: number, end: number): Int16Array {
    const from = Math.max(start, this.#start);
    const to = Math.min(end, this.#end);
    const out = new Int16Array(Math.max(0, to - from));
    let at = this.#start;
    for (const block of this.#blocks) {
      const first = Math.max(from, at);
      const last = Math.min(to, at + block.length);
      if (last > first) out.set(block.subarray(first - at, last - at), first - from);
      at += block.length;
      if (at >= to) break;
    }
    return out;
  }
}
