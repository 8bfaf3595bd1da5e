/** A piece of a longer recording, in samples; end exclusive. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** A cut is looked for in the last part of what is allowed, at the quietest stretch of this many samples (0.1 s at 16 kHz). */
const quietSamples = 1_600;
const searchedShare = 0.4;

/**
 * Cuts samples into pieces of at most `most`, each cut in the middle of the quietest 0.1 s of the last 40 % that a piece may
 * have. The pieces follow one another without a gap; equal samples give equal cuts (the earliest of equally quiet places).
 */
export function cutOnSilence(samples: Int16Array, most: number): Piece[] {
  if (most < 2 * quietSamples) throw new RangeError(`cutOnSilence: pieces of ${most} samples are too short to cut`);
  const pieces: Piece[] = [];
  let start = 0;
  while (samples.length - start > most) {
    const end = quietest(samples, start + Math.floor(most * (1 - searchedShare)), start + most);
    pieces.push({ start, end });
    start = end;
  }
  pieces.push({ start, end: samples.length });
  return pieces;
}

/** The middle of the quietest stretch within `from` (inclusive) to `to` (exclusive). */
function quietest(samples: Int16Array, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < from + quietSamples; index++) sum += Math.abs(samples[index] ?? 0);
  let best = from;
  let least = sum;
  for (let first = from + 1; first + quietSamples <= to; first++) {
    sum += Math.abs(samples[first + quietSamples - 1] ?? 0) - Math.abs(samples[first - 1] ?? 0);
    if (sum < least) {
      least = sum;
      best = first;
    }
  }
  return best + quietSamples / 2;
}
