import { fourier } from './fourier.ts';
import { HeldSamples } from './held-samples.ts';
import type { SpeechRegion } from './ports.ts';

const rate = 16_000;
/** Half the rate is enough: a telephone line carries nothing above 4 kHz. */
const half = 8000;
const windowSamples = rate / 2;
const hopSamples = rate / 8;
/** Bleed is at least 10 dB under the channel that it comes from. */
const quieterPower = 10;
/** Two people's voices correlate under 0.2 over half a second; a copy under noise still over 0.5. */
const copy = 0.4;
const longestLag = Math.round(0.3 * half);
const lagSearchSamples = 4 * rate;
/** A window is packed at most 34 s after its end, and is no longer than 28 s. */
const heldSamples = 66 * rate;
const shortestSpeech = rate / 5;

/** A region without what only came over from the other channel, and that. */
export interface WithoutBleed {
  readonly speech: readonly SpeechRegion[];
  readonly bleed: readonly SpeechRegion[];
}

/**
 * Finds crosstalk by its sound: where a channel is 10 dB or more under the other, and its samples are a copy of the other's
 * (normalised cross-correlation over half a second, at the lag of the line, up to 300 ms), nobody speaks on it. What a person
 * really says into the other's speech is no copy and stays, however quiet. Fed with both channels in step.
 */
export class BleedFinder {
  readonly #held: readonly [HeldSamples, HeldSamples] = [new HeldSamples(), new HeldSamples()];
  /** The lag at which bleed was last found on each channel, in samples at 8 kHz. */
  readonly #lag: [number, number] = [0, 0];

  push(block: readonly Int16Array[]): void {
    for (const channel of [0, 1] as const) {
      this.#held[channel].append(block[channel]!);
      this.#held[channel].dropBefore(this.#held[channel].end - heldSamples);
    }
  }

  /** Divides a region that voice activity just reported on `channel`. */
  divide(channel: 0 | 1, region: SpeechRegion): WithoutBleed {
    const bleed = this.#bleedIn(channel, region);
    return { speech: bleed.length === 0 ? [region] : without(region, bleed), bleed };
  }

  /** Silences in a window's samples what came over from the other channel, also where it is too faint to count as speech. */
  silence(channel: 0 | 1, window: SpeechRegion & { readonly samples: Int16Array }): void {
    for (const { start, end } of this.#bleedIn(channel, window)) window.samples.fill(0, start - window.start, end - window.start);
  }

  #bleedIn(channel: 0 | 1, region: SpeechRegion): SpeechRegion[] {
    const own = this.#held[channel].slice(region.start, region.end);
    const other = this.#held[1 - channel]!.slice(region.start, region.end);
    const suspects = quietStretches(own, other);
    if (suspects.length === 0) return [];
    const bleed: SpeechRegion[] = [];
    const a = halved(own);
    // the copy comes after what it is a copy of: the other channel is needed from the longest lag before the region on
    const from = Math.max(this.#held[1 - channel]!.start, region.start - 2 * longestLag);
    const b = halved(this.#held[1 - channel]!.slice(from, region.end));
    const offset = (region.start - from) / 2;
    for (const suspect of suspects) {
      if (correlation(a, b, offset - this.#lag[channel], suspect) < copy)
        this.#lag[channel] = likeliestLag(a, b, offset, suspect);
      for (const window of windowsOf(suspect)) {
        if (correlation(a, b, offset - this.#lag[channel], window) >= copy) {
          addStretch(bleed, { start: region.start + window.start, end: region.start + window.end });
        }
      }
    }
    return bleed;
  }
}

/** Stretches (relative to the start) in which half a second of `own` is 10 dB under `other`. */
function quietStretches(own: Int16Array, other: Int16Array): SpeechRegion[] {
  const out: SpeechRegion[] = [];
  for (const window of windowsOf({ start: 0, end: own.length })) {
    const heard = power(own, window);
    if (heard > 0 && heard * quieterPower <= power(other, window)) addStretch(out, window);
  }
  return out;
}

function windowsOf(stretch: SpeechRegion): SpeechRegion[] {
  if (stretch.end - stretch.start <= windowSamples) return [stretch];
  const out: SpeechRegion[] = [];
  for (let start = stretch.start; start + windowSamples <= stretch.end; start += hopSamples)
    out.push({ start, end: start + windowSamples });
  const last = out.at(-1)!;
  if (last.end < stretch.end) out.push({ start: stretch.end - windowSamples, end: stretch.end });
  return out;
}

function power(samples: Int16Array, { start, end }: SpeechRegion): number {
  let sum = 0;
  for (let i = start; i < end; i += 2) sum += samples[i]! * samples[i]!;
  return sum;
}

function addStretch(list: SpeechRegion[], next: SpeechRegion): void {
  const last = list.at(-1);
  if (last !== undefined && next.start <= last.end)
    list[list.length - 1] = { start: last.start, end: Math.max(last.end, next.end) };
  else list.push(next);
}

function halved(samples: Int16Array): Float64Array {
  return Float64Array.from({ length: samples.length >> 1 }, (_, i) => samples[2 * i]! + samples[2 * i + 1]!);
}

/** Normalised correlation of `a` over a stretch (in samples at 16 kHz) with `b` shifted by `offset`. */
function correlation(a: Float64Array, b: Float64Array, offset: number, stretch: SpeechRegion): number {
  let cross = 0;
  let sumA = 0;
  let sumB = 0;
  for (let i = stretch.start >> 1; i < stretch.end >> 1 && i < a.length; i += 1) {
    const other = b[i + offset] ?? 0;
    cross += a[i]! * other;
    sumA += a[i]! * a[i]!;
    sumB += other * other;
  }
  return Math.abs(cross) / Math.sqrt(sumA * sumB + 1);
}

/** The lag of `a` behind `b` (0 to 300 ms) at which they correlate most, by the Fourier transform over up to 4 s. */
function likeliestLag(a: Float64Array, b: Float64Array, offset: number, stretch: SpeechRegion): number {
  const start = stretch.start >> 1;
  const length = Math.min(stretch.end - stretch.start, lagSearchSamples) >> 1;
  const size = 2 ** Math.ceil(Math.log2(length + longestLag + 1));
  const transform = fourier(size);
  const [aRe, aIm, bRe, bIm] = [0, 0, 0, 0].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let i = 0; i < length; i += 1) aRe[i] = a[start + i] ?? 0;
  for (let i = 0; i < length + longestLag; i += 1) bRe[i] = b[start + offset - longestLag + i] ?? 0;
  transform(aRe, aIm);
  transform(bRe, bIm);
  // conj(A) * B, transformed forward once more: the inverse up to scale and direction
  for (let i = 0; i < size; i += 1) {
    const re = aRe[i]! * bRe[i]! + aIm[i]! * bIm[i]!;
    const im = aRe[i]! * bIm[i]! - aIm[i]! * bRe[i]!;
    aRe[i] = re;
    aIm[i] = -im;
  }
  transform(aRe, aIm);
  let best = 0;
  let most = -1;
  for (let shift = 0; shift <= longestLag; shift += 1) {
    const value = Math.abs(aRe[shift]!);
    if (value > most) {
      most = value;
      best = longestLag - shift;
    }
  }
  return best;
}

function without(region: SpeechRegion, bleed: readonly SpeechRegion[]): SpeechRegion[] {
  const out: SpeechRegion[] = [];
  let from = region.start;
  for (const { start, end } of [...bleed, { start: region.end, end: region.end }]) {
    if (start - from >= shortestSpeech) out.push({ start: from, end: start });
    from = Math.max(from, end);
  }
  return out;
}
