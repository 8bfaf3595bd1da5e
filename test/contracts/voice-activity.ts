import { afterAll, describe, expect, test } from 'vitest';
import type { SpeechRegion, VoiceActivity } from '../../transcribe/index.ts';
import { guangzhou, horizon, joined, louder, noise, silence, wizard } from '../fixtures/speech/clips.ts';

export const secondsOf = (regions: readonly SpeechRegion[]): number =>
  regions.reduce((sum, { start, end }) => sum + end - start, 0) / 16_000;

/** All regions of a recording that is pushed in steps of these many samples, over and over. */
export async function regionsOf(
  activity: VoiceActivity,
  samples: Int16Array,
  steps: readonly number[] = [16_000],
): Promise<SpeechRegion[]> {
  const stream = await activity.open();
  const regions: SpeechRegion[] = [];
  for (let at = 0, turn = 0; at < samples.length; turn++) {
    const step = steps[turn % steps.length] ?? 1;
    regions.push(...(await stream.push(samples.subarray(at, at + step))));
    at += step;
  }
  regions.push(...(await stream.end()));
  return regions;
}

/**
 * What every voice activity does. Speech is read speech of about 5 s; `hearsNoise` is for doubles that take any sound for
 * speech.
 */
export function voiceActivityContract(
  name: string,
  activity: VoiceActivity,
  options: { hearsNoise?: boolean; close?: () => void } = {},
): void {
  describe(`voice activity: ${name}`, () => {
    afterAll(() => options.close?.());

    test('names itself for the recipe', () => {
      expect(activity.version).toMatch(/\S/);
    });

    test('finds speech where it is, and nothing in the silence around it', async () => {
      const speech = wizard();
      const regions = await regionsOf(activity, joined(silence(4), speech, silence(4), guangzhou(), silence(4)));
      const [first, second] = [4 * 16_000, 8 * 16_000 + speech.length];
      const inside = ({ start, end }: SpeechRegion) =>
        (start >= first - 2_000 && end <= first + speech.length + 2_000) ||
        (start >= second - 2_000 && end <= second + guangzhou().length + 2_000);
      expect(regions.filter((region) => !inside(region))).toEqual([]);
      expect(regions.some(({ start }) => start < second - 2_000)).toBe(true);
      expect(regions.some(({ start }) => start >= second - 2_000)).toBe(true);
      expect(secondsOf(regions)).toBeGreaterThan(5);
    });

    test('gives regions in order, apart, within the recording', async () => {
      const samples = joined(horizon(), silence(1.5), wizard(), silence(0.8), guangzhou());
      const regions = await regionsOf(activity, samples, [48_000, 1, 511]);
      let reached = 0;
      for (const { start, end } of regions) {
        expect(start).toBeGreaterThanOrEqual(reached);
        expect(end).toBeGreaterThan(start);
        reached = end;
      }
      expect(reached).toBeLessThanOrEqual(samples.length);
    });

    test('gives the same regions however the recording is divided', async () => {
      const samples = joined(silence(1), wizard(), silence(2), horizon());
      const whole = await regionsOf(activity, samples, [samples.length]);
      expect(whole.length).toBeGreaterThan(0);
      for (const steps of [[16_000], [777], [1, 5_000, 0, 33]]) expect(await regionsOf(activity, samples, steps)).toEqual(whole);
    });

    test('finds nothing in ten minutes of digital silence', async () => {
      expect(await regionsOf(activity, silence(600), [160_000])).toEqual([]);
    });

    test('finds nothing in an empty recording, nor in one of three samples', async () => {
      expect(await regionsOf(activity, new Int16Array())).toEqual([]);
      expect(await regionsOf(activity, new Int16Array(3))).toEqual([]);
    });

    test('reports a region within 32 s of its beginning, also when nobody ever pauses', async () => {
      const talk = joined(...Array.from({ length: 16 }, () => wizard().subarray(8_000, 64_000)));
      const stream = await activity.open();
      const regions: SpeechRegion[] = [];
      for (let at = 0; at < talk.length; at += 16_000) {
        const heard = at + 16_000;
        const fresh = await stream.push(talk.subarray(at, heard));
        for (const { start } of fresh) expect(heard - start).toBeLessThanOrEqual(32 * 16_000);
        regions.push(...fresh);
      }
      regions.push(...(await stream.end()));
      expect(secondsOf(regions)).toBeGreaterThan((talk.length / 16_000) * 0.8);
      for (const { start, end } of regions) expect(end - start).toBeLessThanOrEqual(30.1 * 16_000);
    });

    test('keeps streams apart that are heard at the same time', async () => {
      const [left, right] = [joined(silence(1), wizard()), joined(horizon(), silence(1))];
      const alone = [await regionsOf(activity, left), await regionsOf(activity, right)];
      expect(await Promise.all([regionsOf(activity, left, [3_000]), regionsOf(activity, right, [5_000])])).toEqual(alone);
    });

    if (options.hearsNoise === true) return;

    test('hears somebody who speaks 30 dB lower', async () => {
      const quiet = louder(wizard(), 10 ** (-30 / 20));
      expect(secondsOf(await regionsOf(activity, joined(silence(1), quiet)))).toBeGreaterThan(3);
    });

    test('does not take the noise of a line for speech', async () => {
      expect(await regionsOf(activity, noise(30, 100), [32_000])).toEqual([]);
    });
  });
}
