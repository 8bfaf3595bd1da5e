/** Collects interleaved little-endian 16-bit samples and gives them out as one array a channel, all blocks equally long but the last. */
export interface Deinterleaver {
  push(bytes: Uint8Array): (readonly Int16Array[])[];
  /** What is left: a shorter block, or nothing. A cut sample is dropped. */
  end(): readonly Int16Array[] | undefined;
}

export function deinterleave(channels: 1 | 2, blockSamples: number): Deinterleaver {
  const frameBytes = channels * 2;
  let block = fresh();
  let filled = 0;
  let carry = new Uint8Array(0);

  function fresh(): Int16Array[] {
    return Array.from({ length: channels }, () => new Int16Array(blockSamples));
  }

  return {
    push(chunk) {
      const bytes = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
      const frames = Math.floor(bytes.length / frameBytes);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const full: (readonly Int16Array[])[] = [];
      for (let frame = 0; frame < frames;) {
        const count = Math.min(frames - frame, blockSamples - filled);
        for (let channel = 0; channel < channels; channel++) {
          const into = block[channel] as Int16Array;
          let at = frame * frameBytes + channel * 2;
          for (let index = filled; index < filled + count; index++, at += frameBytes) into[index] = view.getInt16(at, true);
        }
        frame += count;
        filled += count;
        if (filled === blockSamples) {
          full.push(block);
          block = fresh();
          filled = 0;
        }
      }
      carry = Uint8Array.from(bytes.subarray(frames * frameBytes));
      return full;
    },
    end() {
      if (filled === 0) return undefined;
      return block.map((samples) => samples.slice(0, filled));
    },
  };
}

/** The way back: one array a channel to interleaved little-endian bytes. */
export function interleave(block: readonly Int16Array[]): Uint8Array {
  const length = block[0]?.length ?? 0;
  const bytes = new Uint8Array(length * block.length * 2);
  const view = new DataView(bytes.buffer);
  block.forEach((samples, channel) => {
    if (samples.length !== length) throw new TypeError('interleave: channels must be equally long');
    for (let index = 0; index < length; index++)
      view.setInt16((index * block.length + channel) * 2, samples[index] as number, true);
  });
  return bytes;
}
