import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formats } from '../../../test/contracts/audio-decoder.ts';
import { decodeWhole, hasFfmpeg, recordingOf } from '../../../test/contracts/recordings.ts';
import { inspectRecording, recordingRefusalCodes } from '../../../ingest/index.ts';
import type { AudioDecoder } from '../../../transcribe/index.ts';
import { packageRoot, Refused } from '../../kernel/index.ts';
import { wavDecoder } from '../wav/index.ts';
import { ffmpegDecoder, hasWasm, nativeEngine, wasmEngine } from './index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const seed = Number(process.env['PLUMBLINE_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Mulberry32: small, and the same everywhere for one seed. */
function randomFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const hugeLengths = [0xffff_ffff, 0x7fff_ffff, 0x8000_0000, 0, 1];

/** Damages of the kinds that happen in transit and of the kinds that somebody makes on purpose; most hit the headers. */
function mutate(original: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let times = 1 + random(3); times > 0; times--) {
    const reach = random(2) === 0 ? Math.min(bytes.length, 256) : bytes.length;
    const at = random(Math.max(1, reach - 8));
    switch (random(6)) {
      case 0:
        for (let flips = 1 + random(20); flips > 0; flips--) {
          const place = random(reach);
          bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << random(8)), place);
        }
        break;
      case 1:
        bytes = bytes.subarray(0, Math.max(16, random(bytes.length)));
        break;
      case 2:
        bytes.writeUInt32LE(hugeLengths[random(hugeLengths.length)] as number, at);
        break;
      case 3:
        bytes.writeUInt32BE(hugeLengths[random(hugeLengths.length)] as number, at);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random(500))]);
        break;
      default:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.from(Array.from({ length: random(300) }, () => random(256))),
          bytes.subarray(at),
        ]);
    }
    if (bytes.length < 32) break;
  }
  return bytes;
}

async function originals(): Promise<Buffer[]> {
  const amr = ['narrow', 'wide'].map((band) => readFile(join(packageRoot, 'test/fixtures/audio', `${band}.amr`)));
  return Promise.all([...formats.filter(({ needsFfmpeg }) => !needsFfmpeg || hasFfmpeg).map((format) => format.make()), ...amr]);
}

describe(`mutated files (seed ${seed})`, () => {
  const limits = { maxDurationMs: 600_000, maxBytes: 64 * 1024 ** 2, timeoutMs: 20_000 };

  async function survive(decoder: AudioDecoder, count: number): Promise<void> {
    const random = randomFrom(seed);
    const files = await originals();
    for (let number = 0; number < count; number++) {
      const bytes = mutate(files[random(files.length)] as Buffer, random);
      const outcome = await decodeWhole(decoder, recordingOf(bytes), limits).catch((error: unknown) => error);
      const inspected = await inspectRecording(recordingOf(bytes));
      if (outcome instanceof Refused) expect(recordingRefusalCodes).toContain(outcome.refusal.code);
      // anything but samples or a refusal would be a crash or a hang
      else expect(outcome, `file ${number}`).toHaveProperty('channels');
      if (inspected !== undefined) expect(recordingRefusalCodes).toContain(inspected.code);
    }
  }

  test.skipIf(!hasFfmpeg)(
    "the system's ffmpeg refuses or decodes each",
    () => survive(ffmpegDecoder(nativeEngine()), Math.ceil(40 * scale)),
    600_000,
  );
  test.skipIf(!hasWasm())(
    'WebAssembly refuses or decodes each',
    () => survive(ffmpegDecoder(wasmEngine()), Math.ceil(8 * scale)),
    600_000,
  );
  test('the plain decoder refuses or decodes each', () => survive(wavDecoder(), Math.ceil(100 * scale)), 600_000);
});
