import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildPeaks, peaksSchema, readPeaks } from './peaks.ts';

test('two bytes for each 100 ms: the lowest and the highest sample', () => {
  const builder = buildPeaks(2);
  const left = new Int16Array(4000);
  const right = new Int16Array(4000);
  left[10] = 32_767;
  left[20] = -32_768;
  left[1700] = 256;
  right[3999] = -1;
  builder.push([left, right]);
  const peaks = peaksSchema.parse(builder.end());
  expect(peaks).toMatchObject({ version: 1, stepMs: 100, durationMs: 250 });
  expect([...readPeaks(peaks.channels[0] ?? '')]).toEqual([-128, 127, 0, 1, 0, 0]);
  // a sample that is not zero is never drawn as zero, and silence always is
  expect([...readPeaks(peaks.channels[1] ?? '')]).toEqual([0, 0, 0, 0, -1, 0]);
});

test('the blocks in which the sound comes make no difference', () => {
  fc.assert(
    fc.property(fc.int16Array({ minLength: 1, maxLength: 8000 }), fc.integer({ min: 1, max: 3000 }), (samples, size) => {
      const [whole, parts] = [buildPeaks(1), buildPeaks(1)];
      whole.push([samples]);
      for (let at = 0; at < samples.length; at += size) parts.push([samples.subarray(at, at + size)]);
      expect(parts.end()).toEqual(whole.end());
    }),
    { numRuns: 30 },
  );
});

test('channels of unequal length are a mistake of the program', () => {
  expect(() => buildPeaks(2).push([new Int16Array(2), new Int16Array(1)])).toThrow(TypeError);
});
