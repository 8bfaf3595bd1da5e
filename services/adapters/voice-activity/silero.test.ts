import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { regionsOf, secondsOf, voiceActivityContract } from '../../../test/contracts/voice-activity.ts';
import { amplitudeVoiceActivity } from '../../../test/doubles/scripted-speech.ts';
import { guangzhou, joined, noise, silence, wizard } from '../../../test/fixtures/speech/clips.ts';
import { packageRoot } from '../../kernel/index.ts';
import { chooseDecoder } from '../ffmpeg/index.ts';
import { fileRecording } from '../../../test/fixtures/speech/file-recording.ts';
import { Detector } from './detector.ts';
import { detection, frameSamples } from './frames.ts';
import { sileroVoiceActivity } from './silero.ts';
import { SpeechRegions } from './speech-regions.ts';

const silero = sileroVoiceActivity();
voiceActivityContract('Silero v6', silero, { close: () => silero.close() });
voiceActivityContract('the double that goes by amplitude', amplitudeVoiceActivity, { hearsNoise: true });

async function channels(path: string): Promise<Int16Array[]> {
  const limits = { maxDurationMs: 600_000, maxBytes: 100_000_000, timeoutMs: 60_000 };
  const { decoder } = await chooseDecoder();
  const audio = await decoder.open(fileRecording(path), limits, AbortSignal.timeout(60_000));
  const blocks: (readonly Int16Array[])[] = [];
  for await (const block of audio.blocks) blocks.push(block);
  return Array.from({ length: audio.channels }, (_, channel) => joined(...blocks.map((block) => block[channel] ?? silence(0))));
}

const shared = join(packageRoot, '..', 'shared', 'fixtures', 'audio');

describe.skipIf(!existsSync(shared))('voice activity on recordings of telephone calls (needs the shared recordings)', () => {
  test('the quiet customer of a real call is heard, for a third of the time', async () => {
    const activity = sileroVoiceActivity();
    const [customer = silence(0)] = await channels(join(shared, 'en_call/pca_Auto2_stereo_8k.wav'));
    const share = secondsOf(await regionsOf(activity, customer)) / (customer.length / 16_000);
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.42);
    activity.close();
  });

  test('hold music is no speech', async () => {
    const activity = sileroVoiceActivity();
    const [music = silence(0)] = await channels(join(shared, 'hold_music/manolo_camp-morning_coffee.wav'));
    expect(await regionsOf(activity, music)).toEqual([]);
    activity.close();
  });
});

describe('what a line sounds like when nobody speaks', () => {
  const tone = (seconds: number, ...frequencies: readonly number[]): Int16Array =>
    Int16Array.from({ length: seconds * 16_000 }, (_, at) =>
      Math.round(frequencies.reduce((sum, hertz) => sum + 6_000 * Math.sin((2 * Math.PI * hertz * at) / 16_000), 0)),
    );
  const repeated = (times: number, ...parts: readonly Int16Array[]): Int16Array =>
    joined(...Array.from({ length: times }, () => parts).flat());

  test.each([
    ['ring-back of China (450 Hz, 1 s in 5)', repeated(6, tone(1, 450), silence(4))],
    ['ring-back of North America (440 and 480 Hz, 2 s in 6)', repeated(5, tone(2, 440, 480), silence(4))],
    ['a busy line (450 Hz, 0.35 s in 0.7)', repeated(40, tone(0.35, 450), silence(0.35))],
    [
      'the keys 1, 5, 9 and #',
      repeated(
        6,
        tone(0.2, 697, 1209),
        silence(0.1),
        tone(0.2, 770, 1336),
        silence(0.1),
        tone(0.2, 852, 1477),
        silence(0.1),
        tone(0.2, 941, 1477),
        silence(1),
      ),
    ],
    ['the beep of a recorded line', repeated(4, tone(0.4, 1_400), silence(10))],
    [
      'the same in the noise of a line',
      repeated(4, tone(1, 450), silence(4)).map((sample, at) => sample + (((at * 7919) % 101) - 50)),
    ],
  ])('%s is no speech', async (_, sound) => {
    expect(await regionsOf(signals, sound)).toEqual([]);
  });

  const signals = sileroVoiceActivity();
  afterAll(() => signals.close());
});

describe('somebody who speaks seldom', () => {
  test('short answers are heard, however long the pause before them', async () => {
    const activity = sileroVoiceActivity();
    // 0.44 s out of a sentence, in the noise of a line.
    const answer = guangzhou().subarray(7_000, 14_000);
    for (const pause of [1, 5, 20]) {
      const regions = await regionsOf(activity, joined(noise(pause, 60), answer, noise(2, 60)));
      expect(regions.length).toBeGreaterThan(0);
      for (const { start, end } of regions) {
        expect(start).toBeGreaterThan(pause * 16_000 - 1_600);
        expect(end).toBeLessThan(pause * 16_000 + answer.length + 3_200);
      }
    }
    activity.close();
  });

  test('every turn of a call-back is heard, the bare "是", "没有了" and "再见" of a customer too', async () => {
    const activity = sileroVoiceActivity();
    const call = await channels(join(packageRoot, 'samples', 'zh-05.flac'));
    const truth = JSON.parse(readFileSync(join(packageRoot, 'test', 'fixtures', 'synth', 'zh-05.transcript.json'), 'utf8')) as {
      turns: { channel: number; startMs: number; endMs: number; text: string }[];
    };
    for (const [channel, samples] of call.entries()) {
      const regions = await regionsOf(activity, samples);
      const unheard = truth.turns
        .filter((turn) => turn.channel === channel)
        .filter(({ startMs, endMs }) => !regions.some(({ start, end }) => start / 16 < endMs && end / 16 > startMs));
      expect(unheard).toEqual([]);
    }
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

  test('what is shorter than 160 ms is no speech', () => {
    expect(regions(frames([false, 5], [true, 4], [false, 9]))).toEqual([]);
    expect(regions(frames([false, 5], [true, 5], [false, 9]))).toEqual([[4, 9]]);
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
