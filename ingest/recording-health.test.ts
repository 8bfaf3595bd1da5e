import { describe, expect, test } from 'vitest';
import { type RecordingHealth, watchHealth } from './recording-health.ts';

const rate = 16_000;
const level = (dB: number): number => 32_768 * 10 ** (dB / 20);

/** A sine of this root mean square. */
const sine = (seconds: number, dB: number): Int16Array =>
  Int16Array.from({ length: seconds * rate }, (_, n) =>
    Math.round(level(dB) * Math.SQRT2 * Math.sin((2 * Math.PI * 437 * n) / rate)),
  );
const constant = (seconds: number, value: number): Int16Array => new Int16Array(seconds * rate).fill(value);
const join = (...parts: readonly Int16Array[]): Int16Array => Int16Array.from(parts.flatMap((part) => [...part]));

function health(channels: readonly Int16Array[], blockSamples = 7000): RecordingHealth {
  const watch = watchHealth(channels.length === 2 ? 2 : 1);
  for (let at = 0; at < (channels[0]?.length ?? 0); at += blockSamples)
    watch.push(channels.map((samples) => samples.subarray(at, at + blockSamples)));
  return watch.end();
}

describe('a recording is silent', () => {
  test.each([
    ['digital silence', constant(5, 0)],
    ["A-law's silence", constant(5, 8)],
    ['a constant offset', constant(5, -900)],
    ['an idle line at -64 dB', sine(5, -64)],
    ['silence with a click', join(constant(2, 0), constant(1, 0).fill(20_000, 100, 110), constant(2, 0))],
  ])('%s', (_, samples) => {
    expect(health([samples]).isSilent).toBe(true);
    expect(health([samples, samples]).isSilent).toBe(true);
  });

  test('an hour of it, in constant memory', () => {
    const watch = watchHealth(2);
    const minute = constant(60, 0);
    for (let count = 0; count < 60; count++) watch.push([minute, minute]);
    expect(watch.end()).toMatchObject({ isSilent: true, durationMs: 3_600_000 });
  });
});

describe('a recording is not silent', () => {
  test.each([
    ['a quiet voice at -45 dB', [join(constant(60, 0), sine(1, -45), constant(60, 0))]],
    ['one channel that speaks', [constant(3, 0), sine(3, -30)]],
    ['a moment of sound that is all there is', [sine(0.125, -20)]],
  ])('%s', (_, channels) => {
    expect(health(channels).isSilent).toBe(false);
  });
});

test('says how much there is, how loud, and how often it hits the ceiling', () => {
  const clipped = Int16Array.from(sine(1, -6), (x) => Math.max(-32_768, Math.min(32_767, x * 2)));
  const { channels, durationMs } = health([join(clipped, constant(1, 0)), constant(2, 0)]);
  expect(durationMs).toBe(2000);
  expect(channels[0]).toMatchObject({ audibleMs: 1000, peak: 32_768 });
  expect(channels[0]?.clippedPerMillion).toBeGreaterThan(50_000);
  expect(channels[1]).toEqual({ audibleMs: 0, peak: 0, clippedPerMillion: 0 });
});

test('blocks of any length give the same', () => {
  const samples = join(constant(1, 0), sine(1.5, -40), constant(0.5, 3));
  expect(health([samples], 1)).toEqual(health([samples], 99_999));
});

test('nothing at all is silent', () => {
  expect(watchHealth(1).end()).toMatchObject({ isSilent: true, durationMs: 0 });
});
