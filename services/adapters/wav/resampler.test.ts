import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aLaw, muLaw } from './g711.ts';
import { resample } from './resampler.ts';

const sine = (hertz: number, rate: number, seconds = 0.5): Float64Array =>
  Float64Array.from({ length: Math.round(rate * seconds) }, (_, n) => 16_000 * Math.sin((2 * Math.PI * hertz * n) / rate));

function convert(samples: Float64Array, from: number, to = 16_000, size = 3000): Int16Array {
  const resampler = resample(from, to);
  const parts: number[] = [];
  for (let at = 0; at < samples.length; at += size) parts.push(...resampler.push(samples.subarray(at, at + size)));
  parts.push(...resampler.end());
  return Int16Array.from(parts);
}

/** The largest sample away from both ends. */
const peak = (samples: Int16Array): number => Math.max(...samples.subarray(1000, samples.length - 1000).map(Math.abs));

describe('resampling', () => {
  test.each([8000, 11_025, 22_050, 32_000, 44_100, 48_000])('from %i Hz keeps what fits, where and as loud as it was', (rate) => {
    for (const hertz of [300, 1000, 3000]) {
      const out = convert(sine(hertz, rate), rate);
      expect(out).toHaveLength(Math.round((Math.round(rate / 2) * 16_000) / rate));
      const truth = sine(hertz, 16_000);
      for (let at = 1000; at < 7000; at += 7) expect(Math.abs((out[at] as number) - (truth[at] as number))).toBeLessThan(20);
    }
  });

  test('what does not fit is gone, not folded back', () => {
    expect(peak(convert(sine(9000, 44_100), 44_100))).toBeLessThan(3);
    expect(peak(convert(sine(12_000, 48_000), 48_000))).toBeLessThan(3);
  });

  test('no image above the band of a telephone line', () => {
    // at 8 kHz nothing lies above 4 kHz: the difference to the true sine is all there may be
    const out = convert(sine(3400, 8000), 8000);
    const truth = sine(3400, 16_000);
    for (let at = 1000; at < 7000; at += 3) expect(Math.abs((out[at] as number) - (truth[at] as number))).toBeLessThan(20);
  });

  test('the pieces make no difference, and the length is right to the sample', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(8000, 11_025, 12_345, 44_100),
        fc.integer({ min: 1, max: 4000 }),
        fc.integer({ min: 1, max: 900 }),
        (rate, length, size) => {
          const samples = sine(500, rate).subarray(0, length);
          const out = convert(samples, rate, 16_000, size);
          expect(out).toHaveLength(Math.round((samples.length * 16_000) / rate));
          expect(out).toEqual(convert(samples, rate, 16_000, 99_999));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('16 kHz passes as it is, clipped to 16 bits', () => {
    expect([...convert(Float64Array.of(0, 1.4, -2.6, 40_000, -40_000), 16_000)]).toEqual([0, 1, -3, 32_767, -32_768]);
  });
});

test('G.711 by the values of the recommendation', () => {
  expect([aLaw[0xd5], aLaw[0x55], aLaw[0xaa], aLaw[0x2a]]).toEqual([8, -8, 32_256, -32_256]);
  expect([muLaw[0xff], muLaw[0x7f], muLaw[0x80], muLaw[0x00]]).toEqual([0, 0, 32_124, -32_124]);
});
