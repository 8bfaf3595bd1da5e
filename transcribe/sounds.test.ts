import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../services/kernel/index.ts';
import { analyseSounds, type HeardSound } from './sounds.ts';

const rate = 16_000;

type Make = (seconds: number) => number;

const silence: Make = () => 0;
const tone =
  (...frequencies: readonly number[]): Make =>
  (t) =>
    frequencies.reduce((sum, hertz) => sum + Math.sin(2 * Math.PI * hertz * t), 0) / frequencies.length / 4;

/** A line that is never quite silent: noise at -60 dB that is the same in every run. */
function noise(n: number): number {
  const x = Math.sin(n * 12.9898) * 43_758.5453;
  return (x - Math.floor(x) - 0.5) * 0.0034;
}

/** Stretches one after the other: milliseconds and what sounds in them. */
function line(...parts: readonly (readonly [number, Make])[]): Int16Array {
  const samples: number[] = [];
  for (const [ms, make] of parts) {
    const count = Math.round((ms * rate) / 1000);
    for (let n = 0; n < count; n++) samples.push(Math.round((make(n / rate) + noise(samples.length)) * 32_767));
  }
  return Int16Array.from(samples);
}

function hear(...channels: readonly Int16Array[]): readonly HeardSound[] {
  const analyser = analyseSounds(channels.length === 2 ? 2 : 1);
  const length = channels[0]?.length ?? 0;
  for (let at = 0; at < length; at += 5000) analyser.push(channels.map((samples) => samples.subarray(at, at + 5000)));
  return analyser.end(channels.map(() => []));
}

const kinds = (heard: readonly HeardSound[]): string[] => heard.map(({ kind }) => kind);

/** A voice as far as rhythm and pitch go: harmonics of a gliding pitch under formants, in syllables. */
const voice: Make = (t) => {
  const pitch = 130 + 40 * Math.sin(2 * Math.PI * 0.7 * t) + 15 * Math.sin(2 * Math.PI * 2.3 * t);
  const syllable = Math.max(0, Math.sin(2 * Math.PI * 2.1 * t)) ** 0.7;
  let value = 0;
  for (let k = 1; k <= 20; k++) value += Math.sin(2 * Math.PI * k * pitch * t) / (1 + ((k * pitch - 600) / 500) ** 2);
  return syllable * value * 0.05;
};

describe('keypad tones', () => {
  test.each([50, 70, 100, 200])('of %i ms are heard, and nothing says which key', (ms) => {
    const [heard, ...others] = hear(line([1000 + ms / 7, silence], [ms, tone(770, 1336)], [1000, silence]));
    expect(others).toEqual([]);
    expect(heard).toMatchObject({ kind: 'dtmf', channel: 0 });
    expect(Math.abs((heard?.startMs ?? 0) - 1000 - ms / 7)).toBeLessThanOrEqual(30);
    expect(Math.abs((heard?.endMs ?? 0) - 1000 - ms / 7 - ms)).toBeLessThanOrEqual(30);
    expect(Object.keys(heard ?? {}).toSorted()).toEqual(['channel', 'confidence', 'endMs', 'kind', 'startMs']);
  });

  test('every key is one, and six keys of a PIN are one entry', () => {
    for (const row of [697, 770, 852, 941]) {
      for (const column of [1209, 1336, 1477, 1633])
        expect(kinds(hear(line([300, silence], [80, tone(row, column)], [300, silence])))).toEqual(['dtmf']);
    }
    const key = [80, tone(852, 1209)] as const;
    const gap = [400, silence] as const;
    const heard = hear(line(gap, key, gap, key, gap, key, gap, key, gap, key, gap, key, gap));
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ kind: 'dtmf' });
  });

  test('two tones that are no key are none', () => {
    expect(kinds(hear(line([300, silence], [80, tone(600, 1100)], [300, silence])))).not.toContain('dtmf');
  });
});

describe('call progress', () => {
  test('ring-back of China, North America, Europe and Britain is one stretch with its pauses', () => {
    const ring = (on: number, off: number, ...frequencies: number[]) => [
      [on, tone(...frequencies)] as const,
      [off, silence] as const,
    ];
    const countries = [
      line([500, silence], ...ring(1000, 4000, 450), ...ring(1000, 4000, 450), ...ring(1000, 500, 450)),
      line([500, silence], ...ring(2000, 4000, 440, 480), ...ring(2000, 4000, 440, 480)),
      line([500, silence], ...ring(1000, 4000, 425), ...ring(1000, 4000, 425)),
      line(
        [500, silence],
        ...ring(400, 200, 400, 450),
        ...ring(400, 2000, 400, 450),
        ...ring(400, 200, 400, 450),
        ...ring(400, 900, 400, 450),
      ),
    ];
    for (const samples of countries) {
      const heard = hear(samples);
      expect(kinds(heard)).toEqual(['ringback']);
      expect(Math.abs((heard[0]?.startMs ?? 0) - 500)).toBeLessThan(40);
    }
  });

  test('a busy signal is no ring-back', () => {
    const busy = Array.from({ length: 12 }, (_, index) => [350, index % 2 === 0 ? tone(450) : silence] as const);
    expect(new Set(kinds(hear(line([500, silence], ...busy))))).toEqual(new Set(['beep']));
  });

  test('a beep', () => {
    const heard = hear(line([2000, silence], [400, tone(1000)], [2000, silence]));
    expect(kinds(heard)).toEqual(['beep']);
    expect(Math.abs((heard[0]?.startMs ?? 0) - 2000)).toBeLessThan(30);
    expect(Math.abs((heard[0]?.endMs ?? 0) - 2400)).toBeLessThan(30);
  });
});

describe('music', () => {
  /** Struck notes of a scale, two octaves, overlapping. */
  const notes = [262, 330, 392, 523, 440, 349, 294, 494];
  const melody: Make = (t) => {
    let value = 0;
    for (let back = 0; back < 4; back++) {
      const beat = Math.floor(t / 0.4) - back;
      if (beat < 0) continue;
      const age = t - beat * 0.4;
      const hertz = notes[(beat * 3) % notes.length] ?? 262;
      for (let k = 1; k <= 4; k++) value += (Math.exp(-2 * age) * Math.sin(2 * Math.PI * k * hertz * age)) / k ** 1.5;
    }
    return value * 0.08;
  };

  test('is heard from where it begins to where it ends', () => {
    const heard = hear(line([5000, silence], [20_000, melody], [5000, silence]));
    expect(kinds(heard)).toEqual(['music']);
    expect(Math.abs((heard[0]?.startMs ?? 0) - 5000)).toBeLessThan(700);
    expect(Math.abs((heard[0]?.endMs ?? 0) - 25_000)).toBeLessThan(1200);
    expect(heard[0]?.confidence).toBeGreaterThan(700);
  });

  test('what leaks to the other channel is not heard twice', () => {
    const loud = line([3000, silence], [15_000, melody], [3000, silence]);
    expect(
      hear(
        loud,
        loud.map((x) => x / 10),
      ).map(({ kind, channel }) => [kind, channel]),
    ).toEqual([['music', 0]]);
  });

  test('silence, noise and hum are not music', () => {
    expect(hear(line([20_000, silence]))).toEqual([]);
    expect(hear(line([20_000, (t) => noise(t * rate * 3.7) * 60]))).toEqual([]);
    expect(hear(line([20_000, (t) => 0.02 * Math.sin(2 * Math.PI * 50 * t)]))).toEqual([]);
  });

  test('talk is none of all this', () => {
    expect(hear(line([20_000, voice]))).toEqual([]);
  });
});

const shared = join(packageRoot, '../shared/fixtures/audio/synth');
const fixtures = await readdir(shared).catch(() => []);

/** With the true turns in place of a voice detector. */
describe.skipIf(fixtures.length === 0)('synthetic calls with truth', async () => {
  const { ffmpegDecoder, nativeEngine } = await import('../services/adapters/ffmpeg/index.ts');
  const { decodeWhole, hasFfmpeg, recordingOf } = await import('../test/contracts/recordings.ts');
  const ids = fixtures.filter((name) => name.endsWith('.flac')).map((name) => name.slice(0, -5));

  test.skipIf(!hasFfmpeg).each(ids.filter((id) => ['en-01', 'en-04', 'zh-01'].includes(id)))('%s', async (id) => {
    const truth = JSON.parse(await readFile(join(shared, `${id}.truth.json`), 'utf8')) as {
      measured: { otherSounds: { kind: string; startMs: number; endMs: number }[] };
    };
    const { channels } = await decodeWhole(
      ffmpegDecoder(nativeEngine()),
      recordingOf(await readFile(join(shared, `${id}.flac`))),
    );
    const heard = hear(...channels);
    const expected = truth.measured.otherSounds.filter(({ kind }) => kind !== 'ivr');
    expect(kinds(heard)).toEqual(expected.map(({ kind }) => (kind === 'hold_music' ? 'music' : kind)));
    heard.forEach((sound, index) => {
      expect(Math.abs(sound.startMs - (expected[index]?.startMs ?? 0))).toBeLessThan(1000);
      expect(Math.abs(sound.endMs - (expected[index]?.endMs ?? 0))).toBeLessThan(1000);
    });
  });

  test.skipIf(!hasFfmpeg)('music on hold as an exchange plays it, and a real conversation', async () => {
    const recordings = join(shared, '..');
    const decoder = ffmpegDecoder(nativeEngine());
    const hold = await readFile(join(recordings, 'hold_music/manolo_camp-morning_coffee.wav'));
    const played = hear(...(await decodeWhole(decoder, recordingOf(hold))).channels);
    expect(kinds(played)).toEqual(['music']);
    expect((played[0]?.endMs ?? 0) - (played[0]?.startMs ?? 0)).toBeGreaterThan(50_000);
    // two people talk for four minutes; without a voice detector's help
    const call = await decodeWhole(decoder, recordingOf(await readFile(join(recordings, 'en_call/pca_Auto2_stereo_8k.wav'))));
    const analyser = analyseSounds(2);
    analyser.push(call.channels);
    expect(analyser.end()).toEqual([]);
  });
});
