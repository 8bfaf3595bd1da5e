import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { formats } from '../test/contracts/audio-decoder.ts';
import { hasFfmpeg, recordingOf, wav } from '../test/contracts/recordings.ts';
import { packageRoot } from '../services/kernel/index.ts';
import { type ContainerEnd, watchContainer } from './container-watch.ts';
import { inspectRecording } from './inspect-recording.ts';
import { type Container, containers } from './recording-format.ts';

function look(container: Container, bytes: Uint8Array, pieceBytes = 4096): ContainerEnd {
  const watch = watchContainer(container, bytes.length);
  for (let at = 0; at < bytes.length; at += pieceBytes) watch.push(bytes.subarray(at, at + pieceBytes));
  return watch.end();
}

describe.each(formats)('$name', (format) => {
  let bytes: Buffer;
  const container = format.container as Container;
  beforeAll(async () => {
    if (!format.needsFfmpeg || hasFfmpeg) bytes = await format.make();
  });

  test.skipIf(format.needsFfmpeg && !hasFfmpeg)(
    'whole it is whole; a part that was cut off anywhere is never taken for whole',
    () => {
      const whole = look(container, bytes);
      expect(whole).toMatchObject({ isCut: false, isBare: false });
      if (whole.declaredMs !== undefined) expect(Math.abs(whole.declaredMs - 4000)).toBeLessThan(200);
      fc.assert(
        fc.property(fc.integer({ min: 60, max: Math.floor(bytes.length * 0.85) }), (length) => {
          const end = look(container, bytes.subarray(0, length));
          // cut between two units only what the header counts can tell, and the decoder compares that
          const isBetween = !end.isCut && !end.isBare;
          expect(isBetween && end.declaredMs === undefined && container === 'wav').toBe(false);
        }),
        { numRuns: 30 },
      );
    },
  );

  test.skipIf(format.needsFfmpeg && !hasFfmpeg)('the pieces in which it comes make no difference', () => {
    for (const pieceBytes of [1, 7, 1000, bytes.length])
      expect(look(container, bytes, pieceBytes)).toEqual(look(container, bytes));
  });
});

describe('WAV headers', () => {
  test.each([0, 0xffff_ffff, 0x7fff_f000])('a length of %i means that nobody knew', (claimedBytes) => {
    expect(look('wav', wav({ claimedBytes }))).toMatchObject({ isCut: false, isBare: false });
  });

  test('no sound, with and without a chunk behind it', () => {
    const bare = wav({ seconds: 0 });
    expect(look('wav', bare)).toMatchObject({ isBare: true });
    const note = Buffer.concat([Buffer.from('LIST'), Buffer.from([4, 0, 0, 0]), Buffer.from('INFO')]);
    expect(look('wav', Buffer.concat([bare, note]))).toMatchObject({ isBare: true });
  });

  test('half a second may be missing, more may not', () => {
    const bytes = wav();
    const second = 8000 * 2 * 2;
    expect(look('wav', bytes.subarray(0, bytes.length - second / 2)).isCut).toBe(false);
    expect(look('wav', bytes.subarray(0, bytes.length - second / 2 - 4)).isCut).toBe(true);
  });

  test('RF64 keeps its length elsewhere', () => {
    const plain = wav({ seconds: 1, claimedBytes: 0xffff_ffff });
    const long = Buffer.alloc(36);
    long.write('ds64', 0, 'latin1');
    long.writeUInt32LE(28, 4);
    long.writeBigUInt64LE(BigInt(plain.length - 44), 16);
    const bytes = Buffer.concat([Buffer.from('RF64'), plain.subarray(4, 12), long, plain.subarray(12)]);
    expect(look('wav', bytes)).toMatchObject({ isCut: false, isBare: false });
    expect(look('wav', bytes.subarray(0, bytes.length - 20_000)).isCut).toBe(true);
  });
});

test('AMR: whole frames, and nothing but the magic', async () => {
  for (const band of ['narrow', 'wide']) {
    const bytes = await readFile(join(packageRoot, 'test/fixtures/audio', `${band}.amr`));
    expect(look('amr', bytes)).toMatchObject({ isCut: false, isBare: false });
    expect(look('amr', bytes.subarray(0, bytes.length - 3)).isCut).toBe(true);
    expect(look('amr', bytes.subarray(0, band === 'narrow' ? 6 : 9)).isBare).toBe(true);
  }
});

test('no bytes whatever make it throw or run on', () => {
  fc.assert(
    fc.property(fc.constantFrom(...containers), fc.uint8Array({ maxLength: 3000 }), fc.nat(5000), (container, bytes, more) => {
      const watch = watchContainer(container, bytes.length + more);
      watch.push(bytes);
      expect(watch.end()).toHaveProperty('isCut');
    }),
    { numRuns: 300 },
  );
});

test('inspecting a file reads it once and says what is against it', async () => {
  const refusal = async (bytes: Uint8Array): Promise<string | undefined> => (await inspectRecording(recordingOf(bytes)))?.code;
  expect(await refusal(wav())).toBeUndefined();
  expect(await refusal(new Uint8Array(0))).toBe('audio.empty');
  expect(await refusal(wav({ seconds: 0 }))).toBe('audio.header-only');
  expect(await refusal(wav().subarray(0, 20_000))).toBe('audio.truncated');
  expect(await refusal(Buffer.from('Dear colleagues, please find attached'))).toBe('audio.wrong-type');
});
