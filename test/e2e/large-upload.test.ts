import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newHome, type RunningProductUnderTest, startProduct } from '../servers/product.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const megabyte = 1024 ** 2;
const sizeMegabytes = Math.min(1024, Math.max(96, Math.round(64 * scale)));
/**
 * What taking an upload may add to the process: 160 MB whatever its size (chunks that are not collected yet), and for a small one
 * three quarters of it. An upload in memory would add its size at least.
 */
const takingMegabytes = Math.min(160, sizeMegabytes * 0.75);
/** What hearing it may add to that: samples of a call are kept up to 48 MiB. */
const hearingMegabytes = 96;

/** Head of a WAV file: 48 kHz, 16 bit, two channels; a gibibyte of it is an hour and a half. */
function wavHead(dataBytes: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + dataBytes, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(48_000, 24);
  head.writeUInt32LE(192_000, 28);
  head.writeUInt16LE(4, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(dataBytes, 40);
  return head;
}

/** Sends a silent recording as a browser would, a piece at a time, no faster than it is taken. */
function uploadSilence(url: string, name: string, megabytes: number): Promise<{ status: number; callId: string }> {
  const boundary = 'plumbline-test';
  const piece = Buffer.alloc(megabyte);
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; callId: string }>();
  const sending = request(
    new URL('/api/v1/recordings', url),
    { method: 'POST', headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } },
    (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => (text += part.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, ...(JSON.parse(text) as { callId: string }) }));
    },
  );
  sending.once('error', reject);
  void (async () => {
    sending.write(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: audio/wav\r\n\r\n`,
    );
    sending.write(wavHead(megabytes * megabyte));
    for (let sent = 0; sent < megabytes; sent++)
      if (!sending.write(piece)) await new Promise((drained) => sending.once('drain', drained));
    sending.end(`\r\n--${boundary}--\r\n`);
  })();
  return promise;
}

const residentMegabytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

describe(`an upload of ${sizeMegabytes} MB`, () => {
  const folder = newHome();
  let stub: SpeechStub;
  let product: RunningProductUnderTest;
  beforeAll(async () => {
    stub = await startSpeechStub();
    product = await startProduct(folder.home, {
      PLUMBLINE_RECOGNISER_URL: stub.baseUrl,
      PLUMBLINE_RECOGNISER_KEY: stub.apiKey,
      // The C library keeps a heap for each thread, and what is free in them counts as resident: on a busy machine more than
      // an upload of this size. Two heaps show what the product itself holds.
      MALLOC_ARENA_MAX: '2',
    });
  });
  afterAll(async () => {
    await product?.stop();
    await stub?.close();
    folder.remove();
  });
  const callOf = async (callId: string): Promise<{ state: string; refusal: { code: string } | null }> =>
    (await fetch(new URL(`/api/v1/calls/${callId}`, product.url))).json() as never;
  const ended = async (callId: string): Promise<{ state: string; refusal: { code: string } | null }> => {
    for (;;) {
      const call = await callOf(callId);
      if (call.state !== 'received') return call;
      await sleep(200);
    }
  };

  test(`makes the product grow by at most ${takingMegabytes} MB while it is taken, ${hearingMegabytes} more while it is heard`, async () => {
    // A small one first, so that what every upload needs once is there already.
    await ended((await uploadSilence(product.url, 'small.wav', 16)).callId);
    const before = residentMegabytes(product.pid);
    let most = before;
    const watching = setInterval(() => (most = Math.max(most, residentMegabytes(product.pid))), 20);
    const { status, callId } = await uploadSilence(product.url, 'large.wav', sizeMegabytes);
    const taken = most;
    const call = await ended(callId);
    clearInterval(watching);
    expect(status).toBe(202);
    expect(taken - before).toBeLessThan(takingMegabytes);
    expect(most - taken).toBeLessThan(hearingMegabytes);
    expect(call).toMatchObject({ state: 'failed', refusal: { code: 'audio.silent' } });
    const { lines } = (await (await fetch(new URL('/api/v1/ledger', product.url))).json()) as { lines: unknown[] };
    expect(lines).toContainEqual(
      expect.objectContaining({
        name: 'large.wav',
        sizeBytes: sizeMegabytes * megabyte + 44,
        state: 'accepted',
        callState: 'failed',
      }),
    );
    expect(stub.count).toBe(0);
  }, 600_000);
});
