import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { regionsOf, secondsOf, voiceActivityContract } from '../../../test/contracts/voice-activity.ts';
import { amplitudeVoiceActivity } from '../../../test/doubles/scripted-speech.ts';
import { joined, silence, wizard } from '../../../test/fixtures/speech/clips.ts';
import { packageRoot } from '../../kernel/index.ts';
import { wavDecoder } from '../wav/index.ts';
import { fileRecording } from '../../../test/fixtures/speech/file-recording.ts';
import { Detector } from './detector.ts';
import { detection, frameSamples } from './frames.ts';
import { sileroVoiceActivity } from './silero.ts';
import { SpeechRegions } from './speech-regions.ts';

const silero = sileroVoiceActivity();
voiceActivityContract('Silero v6', silero, { close: () => silero.close() });
voiceActivityContract('the double that goes by amplitude', amplitudeVoiceActivity, { hearsNoise: true });

const shared = join(packageRoot, '..', 'shared', 'fixtures', 'audio');

describe.skipIf(!existsSync(shared))('voice activity on recordings of telephone calls (needs the shared recordings)', () => {
  async function channels(path: string): Promise<Int16Array[]> {
    const limits = { maxDurationMs: 600_000, maxBytes: 100_000_000, timeoutMs: 60_000 };
    const audio = await wavDecoder().open(fileRecording(join(shared, path)), limits, AbortSignal.timeout(60_000));
    const blocks: (readonly Int16Array[])[] = [];
    for await (const block of audio.blocks) blocks.push(block);
    return Array.from({ length: audio.channels }, (_, channel) => joined(...blocks.map((block) => block[channel] ?? silence(0))));
  }

  test('the quiet customer of a real call is heard, and so is the agent', async () => {
    const activity = sileroVoiceActivity();
    const [customer, agent] = await channels('en_call/pca_Auto2_stereo_8k.wav');
    const share = async (samples = silence(0)) => secondsOf(await regionsOf(activity, samples)) / (samples.length / 16_000);
    const [quiet, loud] = [await share(customer), await share(agent)];
    expect(quiet).toBeGreaterThan(0.25);
    expect(quiet).toBeLessThan(0.42);
    expect(loud).toBeGreaterThan(0.5);
    activity.close();
  });

  test('hold music is no speech', async () => {
    const activity = sileroVoiceActivity();
    const [music = silence(0)] = await channels('hold_music/manolo_camp-morning_coffee.wav');
    expect(await regionsOf(activity, music)).toEqual([]);
    activity.close();
  });
});

describe('the process in which the model runs', () => {
  test('when it is killed, its streams fail with a retryable failure, and the next stream works', async () => {
    const activity = sileroVoiceActivity();
    const speech = joined(silence(1), wizard());
    const expected = await regionsOf(activity, speech);
    const stream = await activity.open();
    await stream.push(speech.subarray(0, 32_000));
    process.kill(activity.pid ?? 0, 'SIGKILL');
    const failed = async () => {
      for (let count = 0; count < 100; count++) await stream.push(speech);
    };
    await expect(failed()).rejects.toMatchObject({ code: 'voice-activity.crashed', retryable: true });
    await expect(stream.push(speech)).rejects.toMatchObject({ code: 'voice-activity.crashed' });
    expect(await regionsOf(activity, speech)).toEqual(expected);
    activity.close();
  });

  test('it is gone when it is closed, and after a while without streams', async () => {
    const activity = sileroVoiceActivity({ idleMs: 50 });
    await regionsOf(activity, wizard());
    const { pid = 0 } = activity;
    const gone = () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };
    for (let count = 0; count < 400 && !gone(); count++) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(gone()).toBe(true);
    expect((await regionsOf(activity, wizard())).length).toBeGreaterThan(0);
    activity.close();
    expect(activity.pid).toBeUndefined();
  });
});

describe('the detector itself', () => {
  const model = join(import.meta.dirname, 'silero_vad_v6.onnx');
  const decisions = (detector: Detector, samples: Int16Array): boolean[] =>
    Array.from({ length: Math.floor(samples.length / frameSamples) }, (_, frame) =>
      detector.hear(samples.slice(frame * frameSamples, (frame + 1) * frameSamples)),
    );

  test('hours of silence before speech change where it begins by two frames at most', () => {
    const speech = wizard().subarray(0, 64_000);
    const [fresh, later] = [new Detector(model), new Detector(model)];
    const first = decisions(fresh, joined(silence(1.024), speech)).indexOf(true);
    const waited = decisions(later, silence(3.2 * 200 * 1.6));
    expect(waited.some(Boolean)).toBe(false);
    const then = decisions(later, joined(silence(1.024), speech)).indexOf(true);
    expect(Math.abs(then - first)).toBeLessThanOrEqual(2);
  });

  test('speech that nobody interrupts for a minute is decided as if the engine kept nothing', () => {
    // Threshold 11: everything with a voice in it counts, so the stretch is as good as unbroken and the engine is flushed twice.
    const talk = joined(...Array.from({ length: 20 }, () => wizard().subarray(8_000, 56_000)));
    const said = decisions(new Detector(model, 11), talk);
    const missed = said.slice(10).filter((speaking) => !speaking).length;
    expect(missed / said.length).toBeLessThan(0.02);
  });
});

describe('from decisions to regions', () => {
  const regions = (speaking: readonly boolean[], loudness: (frame: number) => number = () => 1) => {
    const state = new SpeechRegions();
    const found = speaking.map((now, frame) => state.push(now, loudness(frame))).filter((region) => region !== undefined);
    const last = state.end(speaking.length * frameSamples);
    return (last === undefined ? found : [...found, last]).map(({ start, end }) => [start / frameSamples, end / frameSamples]);
  };
  const frames = (...runs: readonly (readonly [boolean, number])[]): boolean[] =>
    runs.flatMap(([speaking, count]) => Array.from({ length: count }, () => speaking));

  test('a region begins one frame before the engine says so and ends one before it says so', () => {
    expect(regions(frames([false, 10], [true, 20], [false, 10]))).toEqual([[9, 29]]);
  });

  test('a gap of a tenth of a second does not end it, a longer one does', () => {
    expect(regions(frames([false, 5], [true, 20], [false, 3], [true, 20], [false, 9]))).toEqual([[4, 47]]);
    expect(regions(frames([false, 5], [true, 20], [false, 4], [true, 20], [false, 9]))).toEqual([
      [4, 24],
      [28, 48],
    ]);
  });

  test('what is shorter than 250 ms is no speech', () => {
    expect(regions(frames([false, 5], [true, 6], [false, 9]))).toEqual([]);
    expect(regions(frames([false, 5], [true, 8], [false, 9]))).toEqual([[4, 12]]);
  });

  test('speech without a pause is cut where it is quietest, and the pieces touch', () => {
    const cut = regions(frames([true, 2_000]), (frame) => (frame >= 700 && frame < 703 ? 0 : 5));
    expect(cut[0]).toEqual([0, 701]);
    expect(cut[1]?.[0]).toBe(701);
    expect(cut.at(-1)?.[1]).toBe(2_000);
  });

  test('regions are in order, apart, long enough, short enough, and within the recording, whatever the engine says', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 900 })), { maxLength: 12 }), (runs) => {
        const speaking = frames(...runs);
        let reached = 0;
        for (const [start = 0, end = 0] of regions(speaking, (frame) => (frame * 7919) % 101)) {
          expect(start).toBeGreaterThanOrEqual(reached);
          expect((end - start) * frameSamples).toBeGreaterThanOrEqual(detection.minSpeechMs * 16);
          expect((end - start) * frameSamples).toBeLessThanOrEqual(detection.maxSpeechMs * 16);
          reached = end;
        }
        expect(reached).toBeLessThanOrEqual(speaking.length);
      }),
      { numRuns: 200 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1) },
    );
  });
});
