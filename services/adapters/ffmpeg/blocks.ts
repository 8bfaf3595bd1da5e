import { endianness } from 'node:os';

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
      const samples = toSamples(bytes.subarray(0, frames * frameBytes));
      const full: (readonly Int16Array[])[] = [];
      for (let frame = 0; frame < frames;) {
        const count = Math.min(frames - frame, blockSamples - filled);
        block.forEach((into, channel) => {
          let at = frame * channels + channel;
          for (let index = filled; index < filled + count; index++, at += channels) into[index] = samples[at] as number;
        });
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
  const interleaved = new Int16Array(length * block.length);
  block.forEach((samples, channel) => {
    if (samples.length !== length) throw new TypeError('interleave: channels must be equally long');
    for (let index = 0, at = channel; index < length; index++, at += block.length) interleaved[at] = samples[index] as number;
  });
  return swapOnBigEndian(new Uint8Array(interleaved.buffer));
}

/** A copy, aligned and in this machine's byte order. */
function toSamples(bytes: Uint8Array): Int16Array {
  const copy = swapOnBigEndian(Uint8Array.from(bytes));
  return new Int16Array(copy.buffer, 0, copy.length / 2);
}

function swapOnBigEndian(bytes: Uint8Array): Uint8Array {
  if (endianness() === 'BE') Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).swap16();
  return bytes;
}
