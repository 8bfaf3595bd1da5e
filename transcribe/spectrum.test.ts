import { expect, test } from 'vitest';
import { halver, spectrumOf } from './spectrum.ts';

test('a sine stands in its own bin, with its own power', () => {
  const spectrum = spectrumOf(256);
  const samples = Float64Array.from({ length: 300 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 40 * n) / 256));
  const power = spectrum.power(samples, 7);
  expect(power).toHaveLength(129);
  expect(power[40]).toBeCloseTo(0.25, 6);
  expect(Math.max(...power.subarray(0, 38), ...power.subarray(43))).toBeLessThan(1e-9);
});

test('agrees with the transform by its definition', () => {
  const length = 64;
  const samples = Float64Array.from({ length }, (_, n) => Math.sin(n * n) + n / 64);
  const power = spectrumOf(length).power(samples, 0);
  for (let k = 0; k <= length / 2; k++) {
    let [re, im] = [0, 0];
    for (let n = 0; n < length; n++) {
      const value = (samples[n] as number) * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
      re += value * Math.cos((2 * Math.PI * k * n) / length);
      im -= value * Math.sin((2 * Math.PI * k * n) / length);
    }
    expect(power[k]).toBeCloseTo(((re * re + im * im) * 16) / length ** 2, 9);
  }
});

test('halving keeps the lower half, drops the upper, and does not mind how it is fed', () => {
  const sine = (hertz: number): Int16Array =>
    Int16Array.from({ length: 4000 }, (_, n) => Math.round(16_384 * Math.sin((2 * Math.PI * hertz * n) / 16_000)));
  const level = (values: Float64Array): number => Math.max(...values.subarray(20).map(Math.abs));
  expect(level(halver().push(sine(1000)))).toBeCloseTo(0.5, 1);
  expect(level(halver().push(sine(3000)))).toBeGreaterThan(0.44);
  expect(level(halver().push(sine(6500)))).toBeLessThan(0.02);
  const [whole, parts] = [halver(), halver()];
  const samples = sine(700);
  const pieces = [0, 1, 2, 500, 501, 3000].flatMap((from, index, all) => [
    ...parts.push(samples.subarray(from, all[index + 1] ?? 4000)),
  ]);
  expect(pieces).toEqual([...whole.push(samples)]);
});
