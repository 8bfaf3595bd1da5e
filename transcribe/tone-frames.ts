import { spectrumOf } from './spectrum.ts';

/** What a frame of 32 ms sounds like: nothing of interest, two tones of a keypad, the band of call progress tones, one pure tone. */
export const toneKind = { none: 0, keypad: 1, callProgress: 2, pure: 3 } as const;

export interface ToneFrames {
  /** 8 kHz values, -1 to 1, in order. */
  push(samples: Float64Array): void;
  /** How many frames there are by now; frame n begins at n * `frameStepMs`. */
  readonly count: number;
  /** One of `toneKind`. */
  kind(frame: number): number;
  /** Of a pure tone, in Hz. */
  frequency(frame: number): number;
  /** In dB of full scale (root mean square), -96 or more. */
  level(frame: number): number;
}

const sampleRate = 8000;
const length = 256;
const hop = 160;
export const frameStepMs = (hop * 1000) / sampleRate;
export const frameMs = (length * 1000) / sampleRate;
const hertz = (bin: number): number => (bin * sampleRate) / length;
const binOf = (frequency: number): number => Math.round((frequency * length) / sampleRate);

/** Quieter frames are not looked into: -50 dB. */
const leastLevel = -50;
/** ITU-T Q.23. Which key it was is never worked out: it may be part of a PIN. */
const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477, 1633];
/** Q.24: up to 1.5 % off is a key, from 3.5 % on it must not be one. */
const keypadTolerance = 0.02;
/** Row and column may differ by so much in power (12 dB). */
const greatestTwist = 16;
/** Tones from 380 to 500 Hz carry ring-back and busy signals nearly everywhere (450; 440 + 480; 400 + 450; 425). */
const [progressFrom, progressTo] = [370, 510];
const [bandFrom, bandTo] = [binOf(200), binOf(3900)];

/** Looks for machine-made tones in one channel. Four bytes are kept for each 20 ms. */
export function findToneFrames(): ToneFrames {
  const spectrum = spectrumOf(length);
  let kinds = new Uint8Array(4096);
  let frequencies = new Uint16Array(4096);
  let levels = new Int8Array(4096);
  let count = 0;
  let before = nothing;
  let held: Float64Array = new Float64Array(0);

  function note(kind: number, frequency: number, level: number): void {
    if (count === kinds.length) {
      kinds = grown(kinds, new Uint8Array(count * 2));
      frequencies = grown(frequencies, new Uint16Array(count * 2));
      levels = grown(levels, new Int8Array(count * 2));
    }
    kinds[count] = kind;
    frequencies[count] = Math.round(frequency);
    levels[count] = level;
    count++;
  }

  return {
    push(samples) {
      const joined = new Float64Array(held.length + samples.length);
      joined.set(held);
      joined.set(samples, held.length);
      let at = 0;
      for (; at + length <= joined.length; at += hop) {
        let squares = 0;
        for (let index = at; index < at + length; index++) squares += (joined[index] as number) ** 2;
        const level = Math.max(-96, Math.round(10 * Math.log10(squares / length + 1e-12)));
        const found = level < leastLevel ? nothing : classify(spectrum.power(joined, at));
        // one frame alone is a chance; the same key twice is not
        const isKept = isSameKey(before, found);
        if (isKept) kinds[count - 1] = toneKind.keypad;
        before = found;
        note(isKept ? toneKind.keypad : found.kind, found.frequency, level);
      }
      held = joined.slice(at);
    },
    get count() {
      return count;
    },
    kind: (frame) => kinds[frame] ?? toneKind.none,
    frequency: (frame) => frequencies[frame] ?? 0,
    level: (frame) => levels[frame] ?? -96,
  };
}

interface Found {
  readonly kind: number;
  readonly frequency: number;
  /** The two tones of a key, in Hz; 0 when it is none. */
  readonly row: number;
  readonly column: number;
}
const nothing: Found = { kind: toneKind.none, frequency: 0, row: 0, column: 0 };

/** Voices that pass through a key's tones move on at once; a key holds them. */
const keyDrift = 0.012;

function isSameKey(a: Found, b: Found): boolean {
  if (a.row === 0 || b.row === 0) return false;
  return Math.abs(a.row - b.row) <= a.row * keyDrift && Math.abs(a.column - b.column) <= a.column * keyDrift;
}

function classify(power: Float64Array): Found {
  let total = 0;
  let top = bandFrom;
  for (let bin = bandFrom; bin <= bandTo; bin++) {
    total += power[bin] as number;
    if ((power[bin] as number) > (power[top] as number)) top = bin;
  }
  const topShare = around(power, top) / total;
  // neither one tone nor two: most of speech ends here
  if (topShare < 0.05 || total === 0) return nothing;
  const progress = sum(power, binOf(progressFrom) - 1, binOf(progressTo) + 1) / total;
  const peak = interpolate(power, top);
  if (progress > 0.9 && peak >= progressFrom && peak <= progressTo)
    return { ...nothing, kind: toneKind.callProgress, frequency: peak };
  if (topShare > 0.93) return { ...nothing, kind: toneKind.pure, frequency: peak };
  const row = strongest(power, binOf(640), binOf(1010));
  const column = strongest(power, binOf(1140), binOf(1700));
  const [low, high] = [around(power, row), around(power, column)];
  const isPair = (low + high) / total > 0.9 && low < high * greatestTwist && high < low * greatestTwist;
  const found = { ...nothing, row: interpolate(power, row), column: interpolate(power, column) };
  return isPair && isNear(found.row, rows) && isNear(found.column, columns) ? found : nothing;
}

function strongest(power: Float64Array, from: number, to: number): number {
  let best = from;
  for (let bin = from + 1; bin <= to; bin++) if ((power[bin] as number) > (power[best] as number)) best = bin;
  return best;
}

/** A tone's power under the window lies in five bins. */
function around(power: Float64Array, bin: number): number {
  return sum(power, bin - 2, bin + 2);
}

function sum(power: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let bin = from; bin <= to; bin++) total += power[bin] ?? 0;
  return total;
}

/** The frequency of a peak, by a parabola through the logarithms. */
function interpolate(power: Float64Array, bin: number): number {
  const [a, b, c] = [bin - 1, bin, bin + 1].map((each) => Math.log((power[each] ?? 0) + 1e-20)) as [number, number, number];
  const bend = a - 2 * b + c;
  return hertz(bend === 0 ? bin : bin + (a - c) / (2 * bend));
}

function isNear(frequency: number, nominal: readonly number[]): boolean {
  return nominal.some((each) => Math.abs(frequency - each) <= each * keypadTolerance);
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
