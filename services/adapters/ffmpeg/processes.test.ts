import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeWhole, generous, hasFfmpeg, recordingOf, wav, wavOf, withFfmpeg } from '../../../test/contracts/recordings.ts';
import { Failure, Refused } from '../../kernel/index.ts';
import { chooseDecoder, ffmpegDecoder, ffmpegEncoder, hasWasm, nativeEngine } from './index.ts';

/** The ffmpeg processes that this process has started and that are not gone. */
async function children(): Promise<number> {
  let count = 0;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/u.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const [, command, state, parent] = /^\d+ \((.*)\) (\w) (\d+)/u.exec(stat) ?? [];
    if (command === 'ffmpeg' && Number(parent) === process.pid && state !== 'Z') count++;
  }
  return count;
}

const never = new Promise<never>(() => undefined);

describe.skipIf(!hasFfmpeg || process.platform !== 'linux')('processes and files of a decode', () => {
  let scratchFolder: string;
  beforeEach(async () => {
    scratchFolder = await mkdtemp(join(tmpdir(), 'plumbline-test-'));
  });
  afterEach(() => rm(scratchFolder, { recursive: true }));

  test('an aborted decode leaves no process, and neither does one that is dropped half way', async () => {
    const decoder = ffmpegDecoder(nativeEngine({ scratchFolder }));
    const controller = new AbortController();
    const aborted = await decoder.open(recordingOf(wav({ seconds: 30 })), generous, controller.signal);
    const dropped = await decoder.open(recordingOf(wav({ seconds: 30 })), generous, new AbortController().signal);
    expect(await children()).toBe(2);
    controller.abort();
    await expect(aborted.blocks[Symbol.asyncIterator]().next()).rejects.toThrow();
    for await (const _ of dropped.blocks) break;
    expect(await children()).toBe(0);
  });

  test('a decode that waits too long is killed and may be tried again', async () => {
    const decoder = ffmpegDecoder(nativeEngine({ scratchFolder }));
    const bytes = wav({ seconds: 30 });
    const hanging = {
      sizeBytes: bytes.length,
      async *read(start = 0, end = bytes.length) {
        yield bytes.subarray(start, Math.min(end, 70_000));
        if (end > 70_000) await never;
      },
    };
    const error = await decodeWhole(decoder, hanging, { ...generous, timeoutMs: 700 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ code: 'audio.decoder-timeout', retryable: true });
    await expect.poll(children).toBe(0);
  });

  test('reads no further ahead than its pipes hold while nobody takes the blocks', async () => {
    const second = wav({ seconds: 1, sampleRate: 48_000 });
    const sizeBytes = 1024 ** 3;
    let given = 0;
    const large = {
      sizeBytes,
      async *read(start = 0, end = sizeBytes) {
        if (start > 0 || end < sizeBytes) yield second.subarray(start, Math.min(end, second.length));
        else {
          yield wav({ seconds: 0, sampleRate: 48_000, claimedBytes: 0xffff_ffff });
          for (given = 44; given < sizeBytes; given += second.length - 44) yield second.subarray(44);
        }
      },
    };
    const controller = new AbortController();
    const audio = await ffmpegDecoder(nativeEngine({ scratchFolder })).open(large, generous, controller.signal);
    const blocks = audio.blocks[Symbol.asyncIterator]();
    await blocks.next();
    let before = -1;
    while (before !== given) {
      before = given;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(given).toBeLessThan(8 * 1024 ** 2);
    controller.abort();
    await expect(
      (async () => {
        for (;;) if ((await blocks.next()).done === true) return;
      })(),
    ).rejects.toThrow();
    expect(await children()).toBe(0);
  });

  test('an m4a is laid down without a name in an empty folder of its own, and is gone', async () => {
    const bytes = await withFfmpeg(wav({ seconds: 2 }), 'm4a', '');
    const seen: string[][] = [];
    const spied = {
      sizeBytes: bytes.length,
      async *read(start?: number, end?: number) {
        for await (const piece of recordingOf(bytes, 5000).read(start, end)) {
          seen.push(await readdir(scratchFolder, { recursive: true }));
          yield piece;
        }
      },
    };
    await decodeWhole(ffmpegDecoder(nativeEngine({ scratchFolder })), spied);
    // the sniffed head is read before there is a folder; after that there is the folder alone
    expect(seen.at(-1)).toHaveLength(1);
    expect(seen.flat().filter((name) => name.includes('/'))).toEqual([]);
    expect(await readdir(scratchFolder)).toEqual([]);
  });

  test('what ffmpeg says goes to the diagnostics and nowhere else', async () => {
    const heard: string[] = [];
    const decoder = ffmpegDecoder(nativeEngine({ scratchFolder }), { diagnostics: ({ text }) => void heard.push(text) });
    const named = await withFfmpeg(wav({ seconds: 1 }), 'm4a', '-metadata title=HOLLOWAY');
    const damaged = Buffer.from(named);
    damaged.fill(0, damaged.indexOf('stsd'), damaged.indexOf('stsd') + 60);
    const error = await decodeWhole(decoder, recordingOf(damaged)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Refused);
    expect(JSON.stringify(error) + String(error)).not.toContain('HOLLOWAY');
    expect(heard.join('')).toContain('HOLLOWAY');
  });

  test('a binary that cannot be started is a dependency that is away', async () => {
    const engine = nativeEngine({ binary: join(scratchFolder, 'no-such-ffmpeg'), scratchFolder });
    const away = { code: 'ffmpeg.away', dependency: 'ffmpeg', retryable: true };
    await expect(decodeWhole(ffmpegDecoder(engine), recordingOf(wav()))).rejects.toMatchObject(away);
    const encode = ffmpegEncoder(engine).encode(1, (async function* () {})(), new AbortController().signal);
    await expect(encode[Symbol.asyncIterator]().next()).rejects.toMatchObject(away);
    expect(await readdir(scratchFolder)).toEqual([]);
  });
});

describe('which decoder a machine gets', () => {
  test.skipIf(!hasFfmpeg)("the system's ffmpeg where it is on PATH", async () => {
    const door = await chooseDecoder();
    expect(door).toMatchObject({ engine: 'ffmpeg', decoder: { name: 'ffmpeg' } });
  });

  test.skipIf(!hasWasm())('plain WAV by this program and the rest by WebAssembly where there is none', async () => {
    const door = await chooseDecoder({ searchPath: join(tmpdir(), 'nothing-here') });
    expect(door).toMatchObject({
      engine: 'ffmpeg-wasm',
      decoder: { name: 'plain-wav+ffmpeg-wasm' },
      encoder: { name: 'ffmpeg-wasm-opus' },
    });
    const { audio } = await decodeWhole(door.decoder, recordingOf(wav({ seconds: 1 })));
    expect(audio.codec).toBe('pcm_s16le');
    const amr = await readFile(join(import.meta.dirname, '../../../test/fixtures/audio/narrow.amr'));
    expect((await decodeWhole(door.decoder, recordingOf(amr))).audio.container).toBe('amr');
  });

  test('a recording in which nothing can be heard is refused at its end, whatever decodes it', async () => {
    const silent = wavOf(Buffer.alloc(16_000 * 60, 0xd5), { tag: 6, bits: 8, sampleRate: 8000, channels: 2 });
    for (const searchPath of [process.env['PATH'] ?? '', '']) {
      const { decoder } = await chooseDecoder({ searchPath });
      let blocks = 0;
      const readOn = async (): Promise<void> => {
        const audio = await decoder.open(recordingOf(silent), generous, new AbortController().signal);
        for await (const block of audio.blocks) blocks += block.length / 2;
      };
      await expect(readOn()).rejects.toMatchObject({ refusal: { code: 'audio.silent' } });
      expect(blocks).toBe(60);
    }
  });

  test('a folder on PATH that is called ffmpeg is not ffmpeg', async () => {
    const searchPath = await mkdtemp(join(tmpdir(), 'plumbline-test-'));
    await mkdir(join(searchPath, 'ffmpeg'));
    expect((await chooseDecoder({ searchPath })).engine).not.toBe('ffmpeg');
    await rm(searchPath, { recursive: true });
  });
});
