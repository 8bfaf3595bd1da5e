import { z } from 'zod';

/** How long one pair of peaks lasts. */
const stepMs = 100;
const sampleRate = 16_000;
const stepSamples = (sampleRate * stepMs) / 1000;

/**
 * `peaks.v1`: what a page draws of a recording without decoding it. `channels[c]` is base64 of signed bytes, two for each
 * `stepMs` of sound: the lowest and the highest sample of that step, as 1/128 of full scale. The last step may be shorter.
 */
export const peaksSchema = z.looseObject({
  version: z.literal(1),
  stepMs: z.int().positive(),
  durationMs: z.int().nonnegative(),
  channels: z.array(z.base64()).min(1).max(2),
});

export type Peaks = z.output<typeof peaksSchema>;

export interface PeaksBuilder {
  /** One array a channel, equally long, any length. */
  push(block: readonly Int16Array[]): void;
  /** The peaks of all that was pushed. */
  end(): Peaks;
}

/** Builds the peaks of a recording (16 kHz) while its blocks go by; two bytes a channel are kept for each 100 ms. */
export function buildPeaks(channels: 1 | 2): PeaksBuilder {
  const steps: number[][] = Array.from({ length: channels }, () => []);
  const lowest = new Int32Array(channels);
  const highest = new Int32Array(channels);
  let inStep = 0;
  let samples = 0;

  function closeStep(): void {
    for (let channel = 0; channel < channels; channel++) {
      // outwards, so that a sample that is not zero is never drawn as zero
      steps[channel]?.push(Math.floor((lowest[channel] ?? 0) / 256), Math.min(127, Math.ceil((highest[channel] ?? 0) / 256)));
    }
    lowest.fill(0);
    highest.fill(0);
    inStep = 0;
  }

  return {
    push(block) {
      const length = block[0]?.length ?? 0;
      for (let from = 0; from < length;) {
        const to = Math.min(length, from + stepSamples - inStep);
        for (let channel = 0; channel < channels; channel++) {
          const samplesOfChannel = block[channel];
          if (samplesOfChannel === undefined || samplesOfChannel.length !== length)
            throw new TypeError('peaks: blocks must be equally long');
          let low = lowest[channel] ?? 0;
          let high = highest[channel] ?? 0;
          for (let index = from; index < to; index++) {
            const value = samplesOfChannel[index] as number;
            if (value < low) low = value;
            if (value > high) high = value;
          }
          lowest[channel] = low;
          highest[channel] = high;
        }
        inStep += to - from;
        samples += to - from;
        from = to;
        if (inStep === stepSamples) closeStep();
      }
    },
    end() {
      if (inStep > 0) closeStep();
      return {
        version: 1,
        stepMs,
        durationMs: Math.round((samples * 1000) / sampleRate),
        channels: steps.map((values) => toBase64(Int8Array.from(values))),
      };
    },
  };
}

/** One channel of `peaks.v1` as pairs of lowest and highest, each -128..127. */
export function readPeaks(channel: string): Int8Array {
  const bytes = Buffer.from(channel, 'base64');
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function toBase64(values: Int8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.length).toString('base64');
}
