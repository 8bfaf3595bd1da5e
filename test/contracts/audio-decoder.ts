import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Failure, packageRoot, Refused } from '../../services/kernel/index.ts';
import type { AudioDecoder } from '../../transcribe/index.ts';
import {
  decodeWhole,
  generous,
  hasFfmpeg,
  likeness,
  recordingOf,
  sourceSamples,
  sourceSeconds,
  wav,
  wavOf,
  type WavOptions,
  withFfmpeg,
} from './recordings.ts';

interface Format {
  readonly name: string;
  readonly container: string;
  readonly codec: string;
  readonly channels: 1 | 2;
  readonly sampleRate: number;
  /** How like the source it must sound: speech codecs make their own of a sweep. */
  readonly likeness: number;
  /** Nothing but this program is needed to read it. */
  readonly isPlain: boolean;
  readonly needsFfmpeg: boolean;
  make(): Promise<Buffer>;
}

const plain = (codec: string, options: WavOptions = {}): Format => ({
  name: `wav ${codec} ${options.sampleRate ?? 8000} Hz, ${options.channels ?? 2} channels`,
  container: 'wav',
  codec,
  channels: options.channels === 1 ? 1 : 2,
  sampleRate: options.sampleRate ?? 8000,
  likeness: 0.99,
  isPlain: true,
  needsFfmpeg: false,
  make: async () => wav({ shape: codec, ...options }),
});

const made = (
  name: string,
  format: {
    extension: string;
    options: string;
    container: string;
    codec: string;
    rate: number;
    source?: WavOptions;
    like?: number;
    plain?: boolean;
  },
): Format => ({
  name,
  container: format.container,
  codec: format.codec,
  channels: format.source?.channels === 1 ? 1 : 2,
  sampleRate: format.rate,
  likeness: format.like ?? 0.97,
  isPlain: format.plain ?? false,
  needsFfmpeg: true,
  make: once(() => withFfmpeg(wav(format.source ?? {}), format.extension, format.options)),
});

/** Every suite over the formats shares the files. */
function once(work: () => Promise<Buffer>): () => Promise<Buffer> {
  let result: Promise<Buffer> | undefined;
  return () => (result ??= work());
}

const wide = { sampleRate: 44_100 };
const mono = { channels: 1 };

/** Every format that a recording may come in. */
export const formats: readonly Format[] = [
  plain('pcm_u8'),
  plain('pcm_s16le'),
  plain('pcm_s24le'),
  plain('pcm_s32le'),
  plain('pcm_f32le'),
  plain('pcm_s16le', { sampleRate: 11_025 }),
  plain('pcm_s16le', { sampleRate: 16_000, channels: 1 }),
  plain('pcm_s16le', { sampleRate: 44_100 }),
  plain('pcm_s16le', { sampleRate: 48_000, channels: 1 }),
  made('wav A-law', { extension: 'wav', options: '-c:a pcm_alaw', container: 'wav', codec: 'pcm_alaw', rate: 8000, plain: true }),
  made('wav mu-law', {
    extension: 'wav',
    options: '-c:a pcm_mulaw',
    container: 'wav',
    codec: 'pcm_mulaw',
    rate: 8000,
    plain: true,
  }),
  made('wav GSM', {
    extension: 'wav',
    options: '-c:a libgsm_ms',
    container: 'wav',
    codec: 'gsm_ms',
    rate: 8000,
    source: mono,
    like: 0.8,
  }),
  made('mp3', { extension: 'mp3', options: '-b:a 64k', container: 'mp3', codec: 'mp3', rate: 44_100, source: wide }),
  made('mp3 mono 8 kHz', {
    extension: 'mp3',
    options: '-b:a 16k',
    container: 'mp3',
    codec: 'mp3',
    rate: 8000,
    source: mono,
    like: 0.9,
  }),
  made('m4a, index at the end', {
    extension: 'm4a',
    options: '-b:a 96k',
    container: 'mp4',
    codec: 'aac',
    rate: 44_100,
    source: wide,
  }),
  made('m4a, index first', {
    extension: 'm4a',
    options: '-b:a 96k -movflags +faststart',
    container: 'mp4',
    codec: 'aac',
    rate: 44_100,
    source: wide,
  }),
  made('mp4 with a picture', {
    extension: 'mp4',
    options: '-f lavfi -i color=c=black:s=64x64:d=4 -map 0:a -map 1:v -c:v mpeg4 -c:a aac -b:a 96k',
    container: 'mp4',
    codec: 'aac',
    rate: 44_100,
    source: wide,
  }),
  made('flac', { extension: 'flac', options: '', container: 'flac', codec: 'flac', rate: 8000, like: 0.99 }),
  made('ogg opus', { extension: 'ogg', options: '-c:a libopus -b:a 64k', container: 'ogg', codec: 'opus', rate: 48_000 }),
  made('ogg vorbis', {
    extension: 'ogg',
    options: '-c:a libvorbis',
    container: 'ogg',
    codec: 'vorbis',
    rate: 44_100,
    source: wide,
  }),
  made('webm opus', { extension: 'webm', options: '-c:a libopus -b:a 64k', container: 'webm', codec: 'opus', rate: 48_000 }),
  made('webm opus, written live', {
    extension: 'webm',
    options: '-c:a libopus -b:a 64k -live 1',
    container: 'webm',
    codec: 'opus',
    rate: 48_000,
  }),
];

const foreign: readonly (readonly [string, Buffer])[] = [
  ['a text', Buffer.from('Notes of the meeting on Monday. Nothing to hear.\n'.repeat(20))],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex')],
  ['a heic picture', Buffer.from('0000001c66747970686569630000000068656963', 'hex')],
  ['a PDF', Buffer.from('%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n', 'latin1')],
  ['an archive', Buffer.from('504b03041400000008000000210000000000000000000000000000000000', 'hex')],
  ['a web page', Buffer.from('<!doctype html><html><body>502 Bad Gateway</body></html>')],
  ['a playlist', Buffer.from('#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n')],
  ['a concat script', Buffer.from("ffconcat version 1.0\nfile 'http://127.0.0.1/a.wav'\n")],
  ['a manifest', Buffer.from('<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>')],
  ['zeros', Buffer.alloc(70_000)],
];

export interface DecoderUnderTest {
  /** Only what `isPlain` says. */
  readonly takesPlainWavAlone: boolean;
  /** Of the plain formats the first one stands for all: another decoder is chosen for them. */
  readonly samplesPlainWav?: boolean;
  make(options?: { blockSamples?: number }): AudioDecoder;
}

const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Refused)) throw new Error('not refused', { cause: error });
  expect(error.refusal.text.zh).not.toBe('');
  expect(error.refusal.text.en).not.toBe('');
  return error.refusal.code;
};

/** What every way from a foreign file to samples does. */
export function audioDecoderContract(name: string, underTest: DecoderUnderTest): void {
  describe(`audio decoder: ${name}`, () => {
    const taken = formats.filter(({ isPlain }, index) =>
      isPlain ? underTest.samplesPlainWav !== true || index === 0 : !underTest.takesPlainWavAlone,
    );
    const decoder = underTest.make();
    const truth = [sourceSamples(0, 16_000), sourceSamples(1, 16_000)];
    const decode = (bytes: Uint8Array, limits = generous, signal = new AbortController().signal) =>
      decodeWhole(decoder, recordingOf(bytes), limits, signal);

    describe.each(taken)('$name', (format) => {
      let bytes: Buffer;
      beforeAll(async () => {
        if (!format.needsFfmpeg || hasFfmpeg) bytes = await format.make();
      });

      test.skipIf(format.needsFfmpeg && !hasFfmpeg)('is as long as its source, sounds like it, and left stays left', async () => {
        const { audio, channels } = await decode(bytes);
        expect({ ...audio, blocks: undefined }).toMatchObject({
          container: format.container,
          codec: format.codec,
          channels: format.channels,
          sourceSampleRate: format.sampleRate,
        });
        expect(channels).toHaveLength(format.channels);
        channels.forEach((heard, channel) => {
          // coders work in frames and fill the last one
          expect(Math.abs(heard.length / 16_000 - sourceSeconds)).toBeLessThan(0.16);
          expect(likeness(heard, truth[channel] as Int16Array)).toBeGreaterThan(format.likeness);
          expect(likeness(heard, truth[1 - channel] as Int16Array)).toBeLessThan(0.5);
        });
      });

      // one header is like the other among the plain ones
      const isRepetition = format.isPlain && format !== formats[0];
      test.skipIf((format.needsFfmpeg && !hasFfmpeg) || isRepetition)('is refused when its second half is missing', async () => {
        expect(await refusalOf(decode(bytes.subarray(0, Math.floor(bytes.length / 2))))).toBe('audio.truncated');
      });
    });

    test.skipIf(underTest.takesPlainWavAlone).each(['narrow', 'wide'])('AMR, %s band', async (band) => {
      const bytes = await readFile(join(packageRoot, 'test/fixtures/audio', `${band}.amr`));
      const { audio, channels } = await decode(bytes);
      expect(audio).toMatchObject({ container: 'amr', channels: 1, sourceSampleRate: band === 'narrow' ? 8000 : 16_000 });
      expect((channels[0] as Int16Array).length / 16_000).toBeCloseTo(4, 1);
      // speech, not noise: loud stretches and pauses
      const loudness = Array.from({ length: 40 }, (_, step) =>
        channels[0]!.subarray(step * 1600, (step + 1) * 1600).reduce((sum, x) => sum + Math.abs(x), 0),
      );
      expect(Math.max(...loudness) / (Math.min(...loudness) + 1)).toBeGreaterThan(10);
      expect(await refusalOf(decode(bytes.subarray(0, bytes.length - 7)))).toBe('audio.truncated');
    });

    test('blocks are equally long, and only the last is shorter', async () => {
      const small = underTest.make({ blockSamples: 1500 });
      const { blockLengths } = await decodeWhole(small, recordingOf(wav({ seconds: 1 })));
      expect(blockLengths).toEqual([...Array.from({ length: 10 }, () => 1500), 1000]);
    });

    test('the same file gives the same samples, however it is cut into pieces', async () => {
      const bytes = wav({ seconds: 1, sampleRate: 11_025 });
      const [once, again] = [await decodeWhole(decoder, recordingOf(bytes)), await decodeWhole(decoder, recordingOf(bytes, 997))];
      expect(again.channels).toEqual(once.channels);
    });

    test.each([0, 0xffff_ffff, 0x7fff_f000])('a WAV written into a pipe, length %i, is read to its end', async (claimedBytes) => {
      const { channels } = await decode(wav({ claimedBytes }));
      expect((channels[0] as Int16Array).length).toBe(sourceSeconds * 16_000);
    });

    test('chunks before the samples are passed over, however large', async () => {
      const chunk = Buffer.alloc(100_008);
      chunk.write('bext', 0, 'latin1');
      chunk.writeUInt32LE(100_000, 4);
      const { channels } = await decode(wav({ extra: chunk, seconds: 1 }));
      expect((channels[0] as Int16Array).length).toBe(16_000);
    });

    test('a WAV that lacks less than half a second is taken', async () => {
      const bytes = wav();
      const { channels } = await decode(bytes.subarray(0, bytes.length - 4000));
      expect((channels[0] as Int16Array).length / 16_000).toBeCloseTo(sourceSeconds - 0.125, 2);
    });

    test('a header that claims far more than there is', async () => {
      expect(await refusalOf(decode(wav({ claimedBytes: 0x7ffe_0000 })))).toBe('audio.truncated');
    });

    test('an empty file, and headers alone', async () => {
      expect(await refusalOf(decode(Buffer.alloc(0)))).toBe('audio.empty');
      expect(await refusalOf(decode(wav({ seconds: 0 })))).toBe('audio.header-only');
      expect(await refusalOf(decode(wav().subarray(0, 30)))).toBe('audio.header-only');
      expect(await refusalOf(decode(Buffer.from('RIFF')))).toBe('audio.header-only');
    });

    test.each(foreign)('%s is no recording', async (_, bytes) => {
      expect(await refusalOf(decode(bytes))).toBe('audio.wrong-type');
    });

    test('a codec that nobody here knows', async () => {
      const unknown = wavOf(Buffer.alloc(8000), { tag: 0x2222, bits: 8, sampleRate: 8000, channels: 1 });
      expect(await refusalOf(decode(unknown))).toBe('audio.unsupported-codec');
    });

    test('six channels, and a sample rate of 4 kHz', async () => {
      expect(await refusalOf(decode(wav({ channels: 6, seconds: 1 })))).toBe('audio.too-many-channels');
      expect(await refusalOf(decode(wav({ sampleRate: 4000 })))).toBe('audio.sample-rate');
    });

    test.skipIf(underTest.takesPlainWavAlone || !hasFfmpeg)('a film without sound, and two audio streams', async () => {
      const film = await withFfmpeg(wav({ seconds: 1 }), 'mp4', '-f lavfi -i color=c=black:s=64x64:d=1 -map 1:v -c:v mpeg4');
      expect(await refusalOf(decode(film))).toBe('audio.no-audio-stream');
      const two = await withFfmpeg(wav({ seconds: 1 }), 'mp4', '-map 0:a -map 0:a -c:a aac');
      expect(await refusalOf(decode(two))).toBe('audio.several-streams');
    });

    test('longer or larger than what is allowed', async () => {
      const bytes = wav();
      expect(await refusalOf(decode(bytes, { ...generous, maxDurationMs: sourceSeconds * 1000 - 1 }))).toBe('audio.too-long');
      await decode(bytes, { ...generous, maxDurationMs: sourceSeconds * 1000 });
      expect(await refusalOf(decode(bytes, { ...generous, maxBytes: bytes.length - 1 }))).toBe('audio.too-large');
    });

    test('a refusal quotes nothing of the file', async () => {
      const named = Buffer.concat([Buffer.from('MARTIN HOLLOWAY 4111111111111111 '), Buffer.alloc(500, 65)]);
      const error = await decode(named).catch((thrown: unknown) => thrown as Error);
      expect(JSON.stringify([(error as Error).message, (error as Refused).refusal])).not.toMatch(/MARTIN|4111/u);
    });

    test('stops at once when aborted, before and in the middle', async () => {
      const reason = new Error('the lease is lost');
      await expect(decode(wav(), generous, AbortSignal.abort(reason))).rejects.toBe(reason);
      const controller = new AbortController();
      const audio = await underTest
        .make({ blockSamples: 160 })
        .open(recordingOf(wav({ seconds: 20 })), generous, controller.signal);
      const readOn = async (): Promise<void> => {
        let blocks = 0;
        for await (const _ of audio.blocks) if (++blocks === 3) controller.abort(reason);
      };
      await expect(readOn()).rejects.toBe(reason);
    });

    test('whoever reads only the beginning leaves nothing running', async () => {
      const audio = await decoder.open(recordingOf(wav({ seconds: 20 })), generous, new AbortController().signal);
      for await (const block of audio.blocks) {
        expect(block).toHaveLength(2);
        break;
      }
    });

    test('a store that fails while it is read is not taken for a bad file', async () => {
      const failure = new Failure({ code: 'object-store.away', message: 'The object store is away.', retryable: true });
      const bytes = wav({ seconds: 20 });
      const broken = {
        sizeBytes: bytes.length,
        async *read(start = 0, end = bytes.length) {
          yield bytes.subarray(start, Math.min(end, 70_000));
          if (end > 70_000) throw failure;
        },
      };
      await expect(decodeWhole(decoder, broken)).rejects.toBe(failure);
    });
  });
}
