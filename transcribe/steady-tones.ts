import { spectrumOf } from './spectrum.ts';

/** How much of a second of sound is held by tones that stay where they are, as notes do and voices do not. */
export interface TonalSecond {
  /** 0 to 1: energy in tones that kept their pitch for a quarter of a second or more, over all energy. */
  readonly steadyShare: number;
  /** 0 to 1: how many of its frames were loud enough to be heard. */
  readonly active: number;
}

export interface SteadyTones {
  /** 8 kHz values, -1 to 1, in order. */
  push(samples: Float64Array): void;
  /** One entry for each `stepSeconds` of what was pushed; what is left over counts as a step. */
  end(): readonly TonalSecond[];
}

const sampleRate = 8000;
const frame = 1024;
const hop = 512;
const framesInStep = 16;
/** How long an entry is: 1.024 s. */
export const stepSeconds = (hop * framesInStep) / sampleRate;

const lowest = Math.round((200 * frame) / sampleRate);
const highest = Math.round((3600 * frame) / sampleRate);
/** A peak stands out by so much (10 dB) from what lies around it. */
const prominence = 10;
const neighbours = 10;
/** Peaks weaker than this (35 dB) below the frame's strongest are not followed. */
const weakest = 10 ** -3.5;
/** Frames (of 64 ms) for which a tone must stay. */
const steadyFrames = 4;
/** Bins (of 7.8 Hz) that it may wander from where it began. */
const wander = 1;
/** Mean square of a frame that can be heard: -55 dB of full scale. */
const audible = 10 ** -5.5;

/**
 * Follows spectral peaks from frame to frame. Voices glide: their harmonics hardly ever stay within 8 Hz for a quarter of a
 * second, and the higher ones never. Notes do, so this share tells music from speech at any level and in any language (the
 * observation behind Seyerlehner's continuous frequency activation).
 */
export function followSteadyTones(): SteadyTones {
  const spectrum = spectrumOf(frame);
  const bins = frame / 2 + 1;
  let ages = new Uint16Array(bins);
  let origins = new Uint16Array(bins);
  let nextAges = new Uint16Array(bins);
  let nextOrigins = new Uint16Array(bins);
  const sums = new Float64Array(bins + 1);
  const steps: TonalSecond[] = [];
  let held: Float64Array = new Float64Array(0);
  let frames = 0;
  let activeFrames = 0;
  let steadyEnergy = 0;
  let allEnergy = 0;

  function isProminent(power: Float64Array, bin: number, floor: number): boolean {
    const here = power[bin] as number;
    if (here < floor || here <= (power[bin - 1] as number) || here < (power[bin + 1] as number)) return false;
    const from = bin - neighbours;
    const to = bin + neighbours + 1;
    const around = (sums[to] as number) - (sums[from] as number) - (sums[bin + 3] as number) + (sums[bin - 2] as number);
    return here > (prominence * around) / (2 * neighbours - 4);
  }

  function follow(power: Float64Array): void {
    let strongest = 0;
    for (let bin = 0; bin < bins; bin++) sums[bin + 1] = (sums[bin] as number) + (power[bin] as number);
    for (let bin = lowest; bin <= highest; bin++) if ((power[bin] as number) > strongest) strongest = power[bin] as number;
    nextAges.fill(0);
    for (let bin = lowest; bin <= highest; bin++) {
      if (!isProminent(power, bin, strongest * weakest)) continue;
      let age = 0;
      let origin = bin;
      for (let before = bin - 1; before <= bin + 1; before++) {
        const past = ages[before] as number;
        if (past > age && Math.abs((origins[before] as number) - bin) <= wander) {
          age = past;
          origin = origins[before] as number;
        }
      }
      nextAges[bin] = age + 1;
      nextOrigins[bin] = origin;
      if (age + 1 >= steadyFrames) steadyEnergy += (sums[bin + 3] as number) - (sums[bin - 2] as number);
    }
    allEnergy += (sums[highest + 1] as number) - (sums[lowest] as number);
    [ages, nextAges] = [nextAges, ages];
    [origins, nextOrigins] = [nextOrigins, origins];
  }

  function closeStep(): void {
    steps.push({ steadyShare: allEnergy === 0 ? 0 : Math.min(1, steadyEnergy / allEnergy), active: activeFrames / frames });
    frames = 0;
    activeFrames = 0;
    steadyEnergy = 0;
    allEnergy = 0;
  }

  return {
    push(samples) {
      const joined = new Float64Array(held.length + samples.length);
      joined.set(held);
      joined.set(samples, held.length);
      let at = 0;
      for (; at + frame <= joined.length; at += hop) {
        let squares = 0;
        for (let index = at; index < at + hop; index++) squares += (joined[index] as number) ** 2;
        if (squares / hop > audible) {
          activeFrames++;
          follow(spectrum.power(joined, at));
        } else ages.fill(0);
        if (++frames === framesInStep) closeStep();
      }
      held = joined.slice(at);
    },
    end() {
      if (frames > 0) closeStep();
      return steps;
    },
  };
}
