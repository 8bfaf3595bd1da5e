import { fourier } from './fourier.ts';

const rate = 16_000;
const frame = 512;
const hop = 320;
/** Frames that are summed into one print: 100 ms. */
const framesPerPrint = 5;
export const printMs = (framesPerPrint * hop * 1000) / rate;

const melBands = 24;
const lowHz = 150;
const highHz = 3600;
/** Cepstral coefficients kept (the first, loudness, is left out). */
export const cepstra = 14;

/** What 100 ms of a voice sound like. */
export interface VoicePrint {
  readonly startMs: number;
  /** Mean mel cepstrum of the telephone band over the loud frames. */
  readonly cepstrum: Float32Array;
  /** Mean natural logarithm of the pitch in Hz; undefined where no frame is voiced. */
  readonly logPitch: number | undefined;
}

/**
 * A running description of the voices on one channel: mel cepstra and pitch, averaged over 100 ms. A recording of four
 * hours of speech takes about 10 MB. Cepstra after Davis and Mermelstein (1980); pitch by normalised autocorrelation.
 */
export class VoicePrints {
  readonly prints: VoicePrint[] = [];

  /** Speech that begins at sample `start` of the recording. Stretches come in order. */
  hear(samples: Int16Array, start: number): void {
    const { spectrum, cepstrumOf, pitchOf } = analyser();
    for (let at = 0; at + frame + (framesPerPrint - 1) * hop <= samples.length; at += framesPerPrint * hop) {
      const sum = new Float32Array(cepstra);
      let loud = 0;
      let pitch = 0;
      let voiced = 0;
      for (let k = 0; k < framesPerPrint; k += 1) {
        const from = at + k * hop;
        const level = meanSquare(samples, from, frame);
        if (level < quietMeanSquare) continue;
        const cepstrum = cepstrumOf(spectrum(samples, from));
        for (let c = 0; c < cepstra; c += 1) sum[c]! += cepstrum[c]!;
        loud += 1;
        const hz = pitchOf(samples, from);
        if (hz !== undefined) {
          pitch += Math.log(hz);
          voiced += 1;
        }
      }
      if (loud === 0) continue;
      for (let c = 0; c < cepstra; c += 1) sum[c]! /= loud;
      this.prints.push({
        startMs: Math.round(((start + at) * 1000) / rate),
        cepstrum: sum,
        logPitch: voiced >= 2 ? pitch / voiced : undefined,
      });
    }
  }
}

/** Frames under -55 dBFS tell nothing of a voice. */
const quietMeanSquare = 32768 ** 2 * 10 ** -5.5;

function meanSquare(samples: Int16Array, from: number, length: number): number {
  let sum = 0;
  for (let i = from; i < from + length; i += 1) sum += samples[i]! * samples[i]!;
  return sum / length;
}

interface Analyser {
  spectrum(samples: Int16Array, from: number): Float64Array;
  cepstrumOf(power: Float64Array): Float32Array;
  pitchOf(samples: Int16Array, from: number): number | undefined;
}

let shared: Analyser | undefined;

function analyser(): Analyser {
  shared ??= makeAnalyser();
  return shared;
}

function makeAnalyser(): Analyser {
  const window = Float64Array.from({ length: frame }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (frame - 1)));
  const filters = melFilters();
  const cosines = Array.from({ length: cepstra }, (_, c) =>
    Float64Array.from({ length: melBands }, (__, m) => Math.cos((Math.PI * (c + 1) * (m + 0.5)) / melBands)),
  );
  const re = new Float64Array(frame);
  const im = new Float64Array(frame);
  const power = new Float64Array(frame / 2 + 1);
  const transform = fourier(frame);
  const down = new Float64Array(frame / 2 + 64);
  return {
    spectrum(samples, from) {
      let before = from > 0 ? samples[from - 1]! : 0;
      for (let i = 0; i < frame; i += 1) {
        const value = samples[from + i]!;
        re[i] = (value - 0.97 * before) * window[i]!;
        before = value;
      }
      im.fill(0);
      transform(re, im);
      for (let i = 0; i < power.length; i += 1) power[i] = re[i]! * re[i]! + im[i]! * im[i]!;
      return power;
    },
    cepstrumOf(spectrum) {
      const mel = new Float64Array(melBands);
      for (let m = 0; m < melBands; m += 1) {
        const { first, weights } = filters[m]!;
        let sum = 0;
        for (let i = 0; i < weights.length; i += 1) sum += weights[i]! * spectrum[first + i]!;
        mel[m] = Math.log(sum + 1);
      }
      return Float32Array.from(cosines, (cosine) => {
        let sum = 0;
        for (let m = 0; m < melBands; m += 1) sum += cosine[m]! * mel[m]!;
        return sum / melBands;
      });
    },
    /** Pitch of 40 ms (halved to 8 kHz), 70 to 400 Hz; undefined where the frame is not clearly voiced. */
    pitchOf(samples, from) {
      const length = Math.min(down.length, Math.floor((samples.length - from) / 2));
      let mean = 0;
      for (let i = 0; i < length; i += 1) {
        down[i] = samples[from + 2 * i]! + samples[from + 2 * i + 1]!;
        mean += down[i]!;
      }
      mean /= length;
      for (let i = 0; i < length; i += 1) down[i]! -= mean;
      return strongestLag(down, length);
    },
  };
}

function strongestLag(x: Float64Array, length: number): number | undefined {
  const shortest = Math.floor(8000 / 400);
  const longest = Math.min(Math.ceil(8000 / 70), length - 100);
  const correlation = new Float64Array(longest + 2);
  for (let lag = shortest - 1; lag <= longest + 1; lag += 1) {
    let cross = 0;
    let a = 0;
    let b = 0;
    for (let i = 0; i + lag < length; i += 1) {
      cross += x[i]! * x[i + lag]!;
      a += x[i]! * x[i]!;
      b += x[i + lag]! * x[i + lag]!;
    }
    correlation[lag] = cross / Math.sqrt(a * b + 1);
  }
  let best = 0;
  for (let lag = shortest; lag <= longest; lag += 1) {
    const peak = correlation[lag]! >= correlation[lag - 1]! && correlation[lag]! >= correlation[lag + 1]!;
    // a peak at half the lag nearly as high is the true period: shorter lags win unless clearly weaker
    if (peak && correlation[lag]! > 0.5 && (best === 0 || correlation[lag]! > correlation[best]! + 0.08)) best = lag;
  }
  return best === 0 ? undefined : 8000 / best;
}

function melFilters(): { first: number; weights: Float64Array }[] {
  const mel = (hz: number) => 1127 * Math.log(1 + hz / 700);
  const hz = (value: number) => 700 * (Math.exp(value / 1127) - 1);
  const edges = Array.from({ length: melBands + 2 }, (_, i) =>
    hz(mel(lowHz) + ((mel(highHz) - mel(lowHz)) * i) / (melBands + 1)),
  );
  const bin = rate / frame;
  return Array.from({ length: melBands }, (_, m) => {
    const [low, middle, high] = [edges[m]!, edges[m + 1]!, edges[m + 2]!];
    const first = Math.max(1, Math.floor(low / bin));
    const last = Math.ceil(high / bin);
    const weights = Float64Array.from({ length: last - first + 1 }, (_unused, i) => {
      const at = (first + i) * bin;
      return Math.max(0, Math.min((at - low) / (middle - low), (high - at) / (high - middle)));
    });
    return { first, weights };
  });
}
