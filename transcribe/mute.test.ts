import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mute, type MuteSpan } from './mute.ts';

async function* inBlocks(channels: readonly Int16Array[], blockSamples: number): AsyncGenerator<readonly Int16Array[]> {
  for (let at = 0; at < (channels[0]?.length ?? 0); at += blockSamples)
    yield channels.map((samples) => samples.subarray(at, at + blockSamples));
}

async function silence(channels: readonly Int16Array[], spans: readonly MuteSpan[], blockSamples = 1000): Promise<number[][]> {
  const out: number[][] = channels.map(() => []);
  for await (const block of mute(inBlocks(channels, blockSamples), spans))
    block.forEach((samples, channel) => out[channel]?.push(...samples));
  return out;
}

const loud = (length: number): Int16Array => new Int16Array(length).fill(10_000);

describe('muting', () => {
  test('is exactly zero inside the span, on every channel, and untouched 5 ms away from it', async () => {
    for (const samples of await silence([loud(8000), loud(8000)], [{ startMs: 100, endMs: 200 }])) {
      expect(samples).toHaveLength(8000);
      expect(new Set(samples.slice(1600, 3200))).toEqual(new Set([0]));
      expect(new Set([...samples.slice(0, 1520), ...samples.slice(3280)])).toEqual(new Set([10_000]));
      // falls and rises without a step that could be heard as a click
      for (let at = 1; at < samples.length; at++)
        expect(Math.abs((samples[at] as number) - (samples[at - 1] as number))).toBeLessThan(250);
    }
  });

  test('spans come in any order, overlap, and reach past both ends', async () => {
    const [samples] = await silence(
      [loud(3200)],
      [
        { startMs: 150, endMs: 900 },
        { startMs: 0, endMs: 40 },
        { startMs: 30, endMs: 60 },
      ],
    );
    expect(new Set(samples?.slice(0, 960))).toEqual(new Set([0]));
    expect(new Set(samples?.slice(2400))).toEqual(new Set([0]));
    expect(samples?.[1700]).toBe(10_000);
  });

  test('an empty span mutes nothing, and blocks that are not touched are passed on as they are', async () => {
    const block = [loud(1600)];
    const passed: (readonly Int16Array[])[] = [];
    const source = async function* () {
      yield block;
      yield [loud(1600)];
    };
    for await (const out of mute(source(), [
      { startMs: 50, endMs: 50 },
      { startMs: 150, endMs: 160 },
    ]))
      passed.push(out);
    expect(passed[0]).toBe(block);
    expect(passed[1]?.[0]?.[16 * 55]).toBe(0);
  });

  test('whatever the spans and blocks: zeros inside, never louder than before, the same in any blocks', async () => {
    const spans = fc.array(
      fc.tuple(fc.nat(400), fc.nat(120)).map(([startMs, length]) => ({ startMs, endMs: startMs + length })),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.int16Array({ minLength: 1, maxLength: 8000 }),
        spans,
        fc.integer({ min: 50, max: 3000 }),
        async (samples, found, size) => {
          const [muted] = await silence([samples], found, size);
          expect(muted).toEqual((await silence([samples], found, 8000))[0]);
          samples.forEach((sample, at) => {
            const value = muted?.[at] as number;
            expect(Math.abs(value)).toBeLessThanOrEqual(Math.abs(sample));
            if (found.some(({ startMs, endMs }) => at >= startMs * 16 && at < endMs * 16)) expect(value === 0).toBe(true);
          });
        },
      ),
      { numRuns: 15 },
    );
  });
});
