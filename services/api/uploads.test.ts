import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { memoryRawStore } from '../adapters/memory/raw-store.ts';
import { MemoryTransactions } from '../adapters/memory/transaction.ts';
import { MemoryUploadStore } from '../adapters/memory/upload-store.ts';
import type { DeliverResult } from '../../ingest/index.ts';
import { readSettings, sha256, wholeBytes } from '../kernel/index.ts';
import { createApi } from './app.ts';
import type { ApiDeps } from './ports.ts';

/** What the client's own types leave out under Node. */
interface Answer {
  getHeader(name: string): string | undefined;
  getStatus(): number;
}

describe('resumable uploads', () => {
  const unexpected: unknown[] = [];
  const delivered: { source: string; name: string; metadata: unknown; sha256: string }[] = [];
  const raw = memoryRawStore();
  const uploads = new MemoryUploadStore();
  const transactions = new MemoryTransactions();
  let accepting = true;
  let now = 1_760_000_000_000;
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    const deps = {
      settings: readSettings({ HOME: '/' }),
      clock: { now: () => now },
      version: '0',
      audit: { record: async () => undefined },
      health: async () => ({
        ready: true,
        accepting,
        reasons: accepting ? [] : ['The disk is nearly full.'],
        stages: [],
        dead: 0,
      }),
      uploads: {
        uploads,
        raw,
        deliver: async (file, spooled) => {
          const content = await wholeBytes(spooled.read());
          const result: DeliverResult = {
            deliveryId: sha256(content).slice(0, 32),
            state: 'accepted',
            callId: undefined,
            refusal: undefined,
            isNew: true,
          };
          await transactions.inTransaction(async (tx) => file.inSameTransaction?.(tx, result));
          delivered.push({ source: file.source, name: file.name, metadata: file.metadata, sha256: spooled.sha256 });
          return result;
        },
      } satisfies ApiDeps['uploads'],
    };
    app = await createApi(deps as unknown as ApiDeps, (error) => unexpected.push(error));
    await app.listen(0, '127.0.0.1');
    url = `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/api/v1/uploads`;
  });
  afterAll(() => app.close());
  beforeEach(() => {
    delivered.length = 0;
    accepting = true;
    now = Date.now();
  });

  const tus = { 'tus-resumable': '1.0.0' };
  const words = (given: Record<string, string>): string =>
    Object.entries(given)
      .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
      .join(',');
  const create = (size: number, given: Record<string, string> = { filename: 'a.wav' }): Promise<Response> =>
    fetch(url, { method: 'POST', headers: { ...tus, 'upload-length': String(size), 'upload-metadata': words(given) } });
  const patch = (at: string, offset: number, body: string): Promise<Response> =>
    fetch(new URL(at, url), {
      method: 'PATCH',
      headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
      body,
    });
  const placeOf = (answer: Response): string => answer.headers.get('location') ?? '';

  test('a tus client brings a file in chunks, and the last answer names its delivery', async () => {
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    let last: Answer | undefined;
    await new Promise<void>((resolve, reject) => {
      const upload = new Upload(content, {
        endpoint: url,
        chunkSize: 70_000,
        retryDelays: [],
        metadata: { filename: '王女士.wav', metadata: JSON.stringify({ queue: 'wealth', 坐席编号: '1024' }) },
        onAfterResponse: (_request, answer) => void (last = answer),
        onSuccess: () => resolve(),
        onError: reject,
      });
      upload.start();
    });
    expect(delivered).toEqual([
      { source: 'upload', name: '王女士.wav', metadata: { queue: 'wealth', agentId: '1024' }, sha256: sha256(content) },
    ]);
    expect(last?.getHeader('X-Plumbline-Delivery')).toBe(sha256(content).slice(0, 32));
  });

  test('it goes on where it was, is delivered once, and says so to who asks again', async () => {
    const place = placeOf(await create(10));
    expect((await patch(place, 0, 'hello')).status).toBe(204);
    expect((await patch(place, 0, 'hello')).status).toBe(409);
    const head = await fetch(new URL(place, url), { method: 'HEAD', headers: tus });
    expect(head.headers.get('upload-offset')).toBe('5');
    const end = await patch(place, 5, 'world');
    const deliveryId = end.headers.get('x-plumbline-delivery');
    expect(deliveryId).toBe(sha256('helloworld').slice(0, 32));
    for (let time = 0; time < 2; time++) {
      const again = await fetch(new URL(place, url), { method: 'HEAD', headers: tus });
      expect([again.headers.get('upload-offset'), again.headers.get('x-plumbline-delivery')]).toEqual(['10', deliveryId]);
      expect((await patch(place, 10, '')).headers.get('x-plumbline-delivery')).toBe(deliveryId);
    }
    expect(delivered.length).toBe(1);
  });

  test.each([
    [{ source: 'Not A Source' }, 'source'],
    [{ modifiedAt: 'yesterday' }, 'modifiedAt'],
    [{ metadata: '[1]' }, 'metadata'],
    [{ metadata: '{"direction":"SECRET"}' }, 'metadata.direction'],
  ])('%j is refused before anything is kept, at %s', async (given, path) => {
    const answer = await create(5, given as unknown as Record<string, string>);
    const body = await answer.text();
    expect(answer.status).toBe(422);
    expect(JSON.parse(body)).toMatchObject({ code: 'not-valid', errors: [{ path }] });
    expect(body).not.toContain('SECRET');
  });

  test('what is too large, too old, ended or unknown', async () => {
    expect((await create(3 * 1024 ** 3)).status).toBe(413);
    const place = placeOf(await create(5));
    expect((await patch(place, 0, 'more than five')).status).toBe(413);
    now = Date.now() - 25 * 3_600_000;
    const old = placeOf(await create(5));
    expect((await patch(old, 0, 'hello')).status).toBe(410);
    expect((await fetch(new URL(place, url), { method: 'DELETE', headers: tus })).status).toBe(204);
    expect((await patch(place, 0, 'hello')).status).toBe(404);
    expect((await fetch(`${url}/${'0'.repeat(32)}`, { method: 'HEAD', headers: tus })).status).toBe(404);
    expect((await fetch(`${url}/..%2f..%2fetc`, { method: 'HEAD', headers: tus })).status).toBe(404);
    expect((await fetch(`${url}/${'0'.repeat(32)}`)).status).toBe(405);
  });

  test('a full disk takes nothing: not a new upload, not more of one, and says when to come again', async () => {
    const place = placeOf(await create(5));
    accepting = false;
    for (const answer of [await create(5), await patch(place, 0, 'hello')])
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '60']);
    accepting = true;
    expect((await patch(place, 0, 'hello')).status).toBe(204);
  });

  test('a page of another origin may not upload, and no origin is let in', async () => {
    const answer = await fetch(url, { method: 'POST', headers: { ...tus, 'upload-length': '5', origin: 'http://evil.example' } });
    expect(answer.status).toBe(403);
    expect((await create(5)).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('nothing unexpected happened on the way', () => expect(unexpected).toEqual([]));
});
