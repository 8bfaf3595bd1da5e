import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpeechRegion } from './ports.ts';
import { defaultWindowParameters, type PackedWindow, WindowPacker } from './windows.ts';

const rate = 16_000;
const seconds = (from: number, to: number): SpeechRegion => ({ start: Math.round(from * rate), end: Math.round(to * rate) });

/** Samples that say where they are, so that a window's sound can be checked. */
function ramp(start: number, length: number): Int16Array {
  const samples = new Int16Array(length);
  for (let i = 0; i < length; i += 1) samples[i] = (start + i) % 30_000;
  return samples;
}

const nothing = (_start: number, length: number): Int16Array => new Int16Array(length);

/** Streams a recording through a packer; voice activity reports each region half a second after its end. */
function pack(regions: readonly SpeechRegion[], totalSeconds: number, stepSeconds = 1, sound = ramp) {
  const packer = new WindowPacker();
  const windows: { window: PackedWindow; knownAt: number }[] = [];
  const total = Math.round(totalSeconds * rate);
  const step = Math.round(stepSeconds * rate);
  let reported = 0;
  let mostHeld = 0;
  for (let at = 0; at < total; at += step) {
    const upTo = Math.min(total, at + step);
    const certain: SpeechRegion[] = [];
    while (reported < regions.length && regions[reported]!.end + rate / 2 <= upTo) certain.push(regions[reported++]!);
    for (const window of packer.push(sound(at, upTo - at), certain)) windows.push({ window, knownAt: upTo });
    mostHeld = Math.max(mostHeld, packer.heldSamples);
  }
  for (const window of packer.end(regions.slice(reported))) windows.push({ window, knownAt: total });
  return { windows, mostHeld };
}

const spans = (packed: ReturnType<typeof pack>) =>
  packed.windows.map(({ window }) => [window.start / rate, window.end / rate].map((second) => Math.round(second * 100) / 100));

describe('packing speech into windows', () => {
  it('joins neighbours, pads both sides and fills a window', () => {
    expect(spans(pack([seconds(1, 3), seconds(4, 9), seconds(11, 20)], 60))).toEqual([[0.8, 20.2]]);
  });

  it('starts a new window where the next speech does not fit', () => {
    expect(spans(pack([seconds(1, 20), seconds(22, 40)], 60))).toEqual([
      [0.8, 20.2],
      [21.8, 40.2],
    ]);
  });

  it('never reaches across three seconds of silence', () => {
    expect(spans(pack([seconds(1, 2), seconds(4.9, 6), seconds(9.5, 10)], 60))).toEqual([
      [0.8, 6.2],
      [9.3, 10.2],
    ]);
  });

  it('cuts speech that does not stop at its quietest point', () => {
    const loudButAt = (start: number, length: number) =>
      Int16Array.from({ length }, (_, i) => {
        const second = (start + i) / rate;
        return second >= 25 && second < 25.3 ? 0 : i % 2 === 0 ? 8000 : -8000;
      });
    const packed = pack([seconds(2, 30), seconds(30, 50)], 60, 1, loudButAt);
    expect(packed.windows).toHaveLength(2);
    const [first, second] = packed.windows.map(({ window }) => window);
    expect(first!.end / rate).toBeGreaterThan(25);
    expect(first!.end / rate).toBeLessThan(25.3);
    expect(second!.start).toBe(first!.end);
    expect(second!.speech).toEqual([{ start: first!.end, end: 30 * rate }, seconds(30, 50)]);
  });

  it('pads within the recording alone', () => {
    const packed = pack([seconds(0.05, 2), seconds(8, 10)], 10);
    expect(spans(packed)).toEqual([
      [0, 2.2],
      [7.8, 10],
    ]);
    expect(packed.windows[1]!.window.samples).toHaveLength(Math.round(2.2 * rate));
  });

  it('lets go of what nobody needs, and gives a window long before the recording ends', () => {
    const quarterHour = Array.from({ length: 60 }, (_, i) => seconds(i * 15 + 1, i * 15 + 6));
    const packed = pack(quarterHour, 900, 2, nothing);
    expect(packed.mostHeld).toBeLessThan(100 * rate);
    for (const { window, knownAt } of packed.windows.slice(0, -1)) expect(knownAt - window.end).toBeLessThan(60 * rate);
    expect(pack([], 900, 2, nothing).mostHeld).toBeLessThan(40 * rate);
    const endless = Array.from({ length: 30 }, (_, i) => seconds(i * 30, i * 30 + 30));
    expect(pack(endless, 900, 2, nothing).mostHeld).toBeLessThan(100 * rate);
  });

  it('tells of a region that comes too late, instead of losing its speech', () => {
    const packer = new WindowPacker();
    for (let at = 0; at < 100; at += 1) packer.push(ramp(at * rate, rate), []);
    expect(() => packer.push(ramp(100 * rate, rate), [seconds(10, 12)])).toThrow(/after the sound of it was let go/);
  });

  it('holds its promises on any speech, whatever the size of the steps', () => {
    const recording = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 100, max: 29_000 })), { minLength: 1, maxLength: 8 })
      .map((parts) => {
        let at = 0;
        return parts.map(([gap, length]) => {
          const start = at + gap;
          at = start + length;
          return { start: start * 16, end: at * 16 };
        });
      });
    fc.assert(
      fc.property(recording, fc.constantFrom(0.5, 1.7, 8), (regions, step) => {
        const total = regions.at(-1)!.end / rate + 1;
        const { windows } = pack(regions, total, step);
        const packed = windows.map(({ window }) => window);
        let before = 0;
        for (const window of packed) {
          expect(window.start).toBeGreaterThanOrEqual(before);
          before = window.end;
          expect(window.end - window.start).toBeLessThanOrEqual(defaultWindowParameters.maxSeconds * rate);
          expect(
            Buffer.from(window.samples.buffer).equals(Buffer.from(ramp(window.start, window.end - window.start).buffer)),
          ).toBe(true);
          for (let i = 1; i < window.speech.length; i += 1) {
            expect(window.speech[i]!.start - window.speech[i - 1]!.end).toBeLessThan(3.4 * rate);
          }
        }
        const heard = (list: readonly SpeechRegion[]) => list.reduce((sum, region) => sum + region.end - region.start, 0);
        expect(heard(packed.flatMap((window) => window.speech))).toBe(heard(regions));
        expect(spans({ windows, mostHeld: 0 })).toEqual(spans(pack(regions, total, 3.1)));
      }),
      { numRuns: 6 * Number(process.env.PLUMBLINE_TEST_SCALE ?? 1) },
    );
  });
});
