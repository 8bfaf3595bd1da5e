import { describe, expect, test } from 'vitest';
import type { AudioDecoder, RenditionEncoder } from '../../transcribe/index.ts';
import { decodeWhole, joinBlocks, likeness, recordingOf, sourceSamples } from './recordings.ts';

const live = (): AbortSignal => new AbortController().signal;

async function* blocksOf(channels: readonly Int16Array[], blockSamples = 16_000): AsyncGenerator<Int16Array[]> {
  const length = channels[0]?.length ?? 0;
  for (let at = 0; at < length; at += blockSamples) yield channels.map((samples) => samples.subarray(at, at + blockSamples));
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}

/** What every encoder of renditions does; `decoder` reads Ogg Opus. */
export function renditionEncoderContract(name: string, encoder: RenditionEncoder, decoder: AudioDecoder): void {
  describe(`rendition encoder: ${name}`, () => {
    const stereo = [sourceSamples(0, 16_000), sourceSamples(1, 16_000)];

    test.each([1, 2] as const)('%i channels: decodes back to the same length and sound', async (channels) => {
      const source = stereo.slice(0, channels);
      const bytes = await collect(encoder.encode(channels, blocksOf(source), live()));
      expect(bytes.subarray(0, 4).toString()).toBe('OggS');
      // 24 kb/s, give or take what a varying rate takes
      expect(bytes.length).toBeLessThan((4 * 48_000) / 8);
      const back = await decodeWhole(decoder, recordingOf(bytes));
      expect(back.audio).toMatchObject({ container: 'ogg', codec: 'opus', channels });
      back.channels.forEach((heard, channel) => {
        expect(Math.abs(heard.length - 64_000)).toBeLessThanOrEqual(320);
        expect(likeness(heard, source[channel] as Int16Array)).toBeGreaterThan(0.9);
      });
    });

    test('the same samples give the same bytes, however they are cut into blocks', async () => {
      const once = await collect(encoder.encode(2, blocksOf(stereo), live()));
      const again = await collect(encoder.encode(2, blocksOf(stereo, 1234), live()));
      expect(again.equals(once)).toBe(true);
    });

    test('what was silenced stays silent', async () => {
      const silenced = stereo.map((samples) => samples.slice().fill(0, 24_000, 40_000));
      const back = await decodeWhole(decoder, recordingOf(await collect(encoder.encode(2, blocksOf(silenced), live()))));
      for (const samples of back.channels) {
        // a coder rings for a moment at the edges, far below anything audible; mutes are padded by more than that
        expect(samples.subarray(24_000 + 960, 40_000 - 320).every((x) => Math.abs(x) < 40)).toBe(true);
        expect(samples.subarray(24_000 + 4800, 40_000 - 320).every((x) => x === 0)).toBe(true);
      }
    });

    test('gives out bytes before it has been given everything', async () => {
      let given = 0;
      const endless = async function* (): AsyncGenerator<Int16Array[]> {
        for (; given < 3600; given++) yield stereo.map((samples) => samples.subarray(0, 16_000));
      };
      for await (const bytes of encoder.encode(2, endless(), live())) {
        expect(bytes.length).toBeGreaterThan(0);
        break;
      }
      expect(given).toBeLessThan(3000);
    });

    test('stops at once when aborted, and passes on what its source throws', async () => {
      const reason = new Error('the lease is lost');
      await expect(collect(encoder.encode(2, blocksOf(stereo), AbortSignal.abort(reason)))).rejects.toBe(reason);
      const controller = new AbortController();
      const aborting = async function* (): AsyncGenerator<Int16Array[]> {
        yield* blocksOf(stereo);
        controller.abort(reason);
        yield* blocksOf(stereo);
      };
      await expect(collect(encoder.encode(2, aborting(), controller.signal))).rejects.toBe(reason);
      const broken = async function* (): AsyncGenerator<Int16Array[]> {
        yield* blocksOf(stereo);
        throw reason;
      };
      await expect(collect(encoder.encode(2, broken(), live()))).rejects.toBe(reason);
    });

    test('a block of another number of channels is a mistake of the program', async () => {
      await expect(collect(encoder.encode(1, blocksOf(stereo), live()))).rejects.toThrow(TypeError);
      expect(joinBlocks([], 2)).toHaveLength(2);
    });
  });
}
