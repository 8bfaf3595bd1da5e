import { describe, expect, it } from 'vitest';
import { BleedFinder } from './bleed.ts';

const rate = 16_000;

/** Noise in the telephone band with a slow envelope: as unlike another seed's as two people's voices. */
function voice(seed: number, seconds: number, level: number): Float64Array {
  let state = seed * 7919 + 17;
  const noise = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x3fffffff - 1;
  };
  let low = 0;
  return Float64Array.from({ length: Math.round(seconds * rate) }, (_, i) => {
    low += 0.4 * (noise() - low);
    const envelope = 0.6 + 0.4 * Math.sin((2 * Math.PI * (3 + (seed % 3)) * i) / rate + seed);
    return low * envelope * level;
  });
}

const silence = (seconds: number) => new Float64Array(Math.round(seconds * rate));
const sum = (...parts: Float64Array[]) =>
  Int16Array.from(parts[0]!, (_, i) => Math.round(parts.reduce((all, part) => all + (part[i] ?? 0), 0)));
const join = (...parts: Float64Array[]) => Float64Array.from(parts.flatMap((part) => [...part]));
const scaled = (samples: Float64Array, db: number) => samples.map((value) => value * 10 ** (db / 20));
const delayed = (samples: Float64Array, ms: number) => join(silence(ms / 1000), samples).slice(0, samples.length);
const lineNoise = (seconds: number) => voice(99, seconds, 12);

function divide(own: Int16Array, other: Int16Array, from: number, to: number) {
  const finder = new BleedFinder();
  for (let at = 0; at < own.length; at += rate) finder.push([own.subarray(at, at + rate), other.subarray(at, at + rate)]);
  const { speech, bleed } = finder.divide(0, { start: from * rate, end: to * rate });
  const seconds = (list: readonly { start: number; end: number }[]) => list.map(({ start, end }) => [start / rate, end / rate]);
  return { speech: seconds(speech), bleed: seconds(bleed) };
}

describe('crosstalk by its sound', () => {
  const talker = voice(1, 6, 9000);

  it('is a faint copy of the other channel, whatever the line adds to it', () => {
    expect(divide(sum(scaled(talker, -30), lineNoise(6)), sum(talker), 1, 5)).toEqual({ speech: [], bleed: [[1, 5]] });
  });

  it('is found when it comes later, as an echo does', () => {
    for (const ms of [12, 80, 240])
      expect(divide(sum(delayed(scaled(talker, -22), ms), lineNoise(6)), sum(talker), 1, 5).speech).toEqual([]);
  });

  it("is not what a quiet caller says into the other's speech", () => {
    expect(divide(sum(scaled(voice(2, 6, 9000), -26), lineNoise(6)), sum(talker), 1, 5)).toEqual({ speech: [[1, 5]], bleed: [] });
  });

  it('is not the same sound written on both channels', () => {
    expect(divide(sum(talker), sum(talker), 1, 5)).toEqual({ speech: [[1, 5]], bleed: [] });
  });

  it('is silenced in what the engine hears, and nothing else is', () => {
    const own = sum(scaled(talker, -30), join(silence(4), voice(2, 2, 6000)), lineNoise(6));
    const finder = new BleedFinder();
    const other = sum(join(voice(1, 4, 9000), silence(2)));
    for (let at = 0; at < own.length; at += rate) finder.push([own.subarray(at, at + rate), other.subarray(at, at + rate)]);
    const window = { start: rate, end: 6 * rate, samples: own.slice(rate, 6 * rate) };
    finder.silence(0, window);
    expect(window.samples.subarray(0, 2.6 * rate).every((sample) => sample === 0)).toBe(true);
    expect(window.samples.subarray(3.2 * rate)).toEqual(own.subarray(4.2 * rate, 6 * rate));
  });

  it('leaves the speech before it', () => {
    const own = sum(join(voice(2, 3, 6000), silence(3)), scaled(join(silence(3), voice(1, 3, 9000)), -28), lineNoise(6));
    const { speech, bleed } = divide(own, sum(join(silence(3), voice(1, 3, 9000))), 1, 6);
    expect(speech).toHaveLength(1);
    expect(speech[0]![0]).toBe(1);
    expect(Math.abs(speech[0]![1]! - 3)).toBeLessThan(0.3);
    expect(bleed).toHaveLength(1);
    expect(bleed[0]![1]).toBe(6);
  });
});
