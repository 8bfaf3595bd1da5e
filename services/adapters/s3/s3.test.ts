import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, inPieces, objectStoreContract } from '../../../test/contracts/object-store.ts';
import { rawStoreContract } from '../../../test/contracts/raw-store.ts';
import { s3Server, type TestS3 } from '../../../test/servers/s3.ts';
import { MemoryWrappedKeyStore } from '../memory/wrapped-key-store.ts';
import { encryptedRawStore, masterKeyWrapping } from '../raw-store/index.ts';
import { BucketSource, type ObjectBucket, objectBucket, readBucketNotice, s3Client } from './index.ts';

const mebibyte = 1024 ** 2;

describe.skipIf(s3Server.missing !== undefined)(s3Server.missing ?? 'S3', () => {
  let server: TestS3;
  beforeAll(async () => {
    server = await s3Server.start();
  });
  afterAll(() => server?.stop());

  const clientOf = ({ endpoint, accessKeyId, secretAccessKey }: TestS3) =>
    s3Client({ region: 'us-east-1', endpoint, pathStyle: true, accessKeyId, secretAccessKey, timeoutMs: 5_000 });
  const open = async (prefix = ''): Promise<ObjectBucket> =>
    objectBucket({ client: clientOf(server), bucket: await server.newBucket(), prefix, partBytes: 5 * mebibyte });

  // The server of these tests keeps objects as files: `a` and `a/b` cannot both be there. S3 itself does not mind.
  objectStoreContract('S3', () => open(), { nested: false });
  objectStoreContract('S3, below a prefix', () => open('plumbline/objects/'), { nested: false });
  rawStoreContract('S3', async () => {
    const [objects, keys] = [await open('raw/'), new MemoryWrappedKeyStore()];
    return { raw: encryptedRawStore({ objects, keys, wrapping: masterKeyWrapping(randomBytes(32)) }), objects, keys };
  });

  describe('objects in a bucket', () => {
    const patterned = (size: number): Buffer => Buffer.alloc(size, randomBytes(1021));
    const uploadsOf = async (bucket: string): Promise<number> =>
      (await server.client().send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads?.length ?? 0;

    test('a body longer than a part comes back whole, and of two that race one is the object', async () => {
      const store = await open();
      const bodies = [12 * mebibyte + 17, 10 * mebibyte].map(patterned);
      const results = await Promise.all(bodies.map((body) => store.put('long', inPieces(body, 700_001))));
      expect(results.toSorted()).toEqual(['created', 'exists']);
      const winner = bodies[results.indexOf('created')] ?? Buffer.alloc(0);
      const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
      expect(sha(await bytesOf(await store.read('long')))).toBe(sha(winner));
      const [start, end] = [5 * mebibyte - 3, 5 * mebibyte + 9];
      expect(await bytesOf(await store.read('long', { start, end }))).toEqual(winner.subarray(start, end));
    });

    test('a long body that fails leaves neither an object nor an upload', async () => {
      const bucket = await server.newBucket();
      const store = objectBucket({ client: clientOf(server), bucket, partBytes: 5 * mebibyte });
      const failing = async function* () {
        for (let piece = 0; piece < 12; piece++) yield Buffer.alloc(mebibyte, piece);
        throw new Error('the line went dead');
      };
      await expect(store.put('long', failing())).rejects.toThrow('the line went dead');
      expect(await store.stat('long')).toBeUndefined();
      expect(await uploadsOf(bucket)).toBe(0);
    });

    test('in a bucket that keeps versions nothing of a deleted object stays, and its name is free again', async () => {
      const bucket = await server.newBucket();
      await server
        .client()
        .send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
      const store = objectBucket({ client: clientOf(server), bucket });
      await store.put('a/one', Buffer.from('first'));
      await store.put('a/one-more', Buffer.from('other'));
      await store.delete('a/one');
      const { Versions = [], DeleteMarkers = [] } = await server.client().send(new ListObjectVersionsCommand({ Bucket: bucket }));
      expect([...Versions, ...DeleteMarkers].map(({ Key }) => Key)).toEqual(['a/one-more']);
      expect(await store.put('a/one', Buffer.from('again'))).toBe('created');
      expect((await bytesOf(await store.read('a/one'))).toString()).toBe('again');
    });

    test('what a lock holds is hidden and counted; deleting it is no error', async () => {
      const bucket = await server.newBucket({ objectLock: true });
      let kept = 0;
      const store = objectBucket({ client: clientOf(server), bucket, onKept: (versions) => (kept += versions) });
      await store.put('held', Buffer.from('for the record'));
      await server.client().send(
        new PutObjectRetentionCommand({
          Bucket: bucket,
          Key: 'held',
          Retention: { Mode: 'COMPLIANCE', RetainUntilDate: new Date(Date.now() + 3_600_000) },
        }),
      );
      await store.delete('held');
      expect(kept).toBe(1);
      expect(await store.stat('held')).toBeUndefined();
      await store.delete('held');
      expect(await store.read('held')).toBeUndefined();
    });

    test('an address lets anybody read the object for a while, and nothing else', async () => {
      const store = await open('p/');
      await store.put('calls/1/rendition', Buffer.from('OggS'));
      const address = await store.presign('calls/1/rendition', 60, 'audio/ogg');
      const answer = await fetch(address, { headers: { range: 'bytes=0-1' } });
      expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([206, 'audio/ogg', 'Og']);
      const other = await fetch(address.replace('calls/1', 'calls/2'));
      expect(other.status).toBe(403);
      await other.body?.cancel();
    });

    test('a bucket that others fill is listed by pages in name order, read, and left or emptied as the settings say', async () => {
      const [bucket, client] = [await server.newBucket(), clientOf(server)];
      const put = (key: string, text: string) =>
        server.client().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
      for (const key of ['elsewhere/a.wav', 'in/2026/b.wav', 'in/2026/b.json', 'in/a.wav']) await put(key, key);
      const source = new BucketSource({ client, bucket, prefix: 'in/', after: 'delete' });
      const listed = await source.list();
      expect(listed.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
        ['2026/b.json', 14],
        ['2026/b.wav', 13],
        ['a.wav', 8],
      ]);
      expect(listed.every(({ modifiedAt }) => Math.abs(modifiedAt - Date.now()) < 600_000)).toBe(true);
      expect((await source.beside('2026/b.wav')).map(({ name }) => name)).toEqual(['2026/b.json', '2026/b.wav']);
      const page = await source.page('2026/b.json', listed.slice(0, 1));
      expect(page).toMatchObject({ cursor: undefined, files: listed });
      expect((await bytesOf(source.open('a.wav'))).toString()).toBe('in/a.wav');
      expect(Buffer.from((await source.readSmall('2026/b.json', 100)) ?? []).toString()).toBe('in/2026/b.json');
      expect(await source.readSmall('2026/b.json', 5)).toBeUndefined();
      expect(await source.readSmall('gone', 5)).toBeUndefined();
      await expect(bytesOf(source.open('gone'))).rejects.toMatchObject({ code: 'bucket.file-gone', retryable: true });
      await source.putAway('a.wav');
      expect((await source.list()).map(({ name }) => name)).toEqual(['2026/b.json', '2026/b.wav']);
      const leaving = new BucketSource({ client, bucket, prefix: 'in/', after: 'leave' });
      await leaving.putAway('2026/b.wav');
      expect(await leaving.list()).toHaveLength(2);
    });

    test('a server that comes back finds everything that was acknowledged', async ({ skip }) => {
      if (server.restart === undefined) return skip();
      const store = await open();
      for (let object = 0; object < 20; object++) await store.put(`o/${object}`, Buffer.from(`${object}`));
      await server.restart();
      const names: string[] = [];
      for await (const { name } of store.list('o/')) names.push(name);
      expect(names).toHaveLength(20);
    });

    test('rights and buckets that are wrong are a wait, and say what to look at without naming anything', async () => {
      const bucket = await server.newBucket();
      const wrong = objectBucket({ client: clientOf({ ...server, secretAccessKey: 'not-the-secret' }), bucket });
      const nowhere = objectBucket({ client: clientOf(server), bucket: 'there-is-no-such-bucket' });
      const tries = [
        () => wrong.put('x', Buffer.from('x')),
        () => wrong.read('x'),
        () => nowhere.put('x', Buffer.from('x')),
        () => nowhere.read('x'),
      ];
      for (const work of tries) {
        const failure: unknown = await work().catch((error: unknown) => error);
        expect(failure).toMatchObject({ retryable: true, failureCause: 'dependency', dependency: 'object-store' });
        expect((failure as Error).message).not.toMatch(/there-is-no|testkey|127\.0/);
      }
    });
  });
});

describe('what a bucket tells of new objects', () => {
  const notice = (eventName: string, key: string): Uint8Array =>
    Buffer.from(JSON.stringify({ Records: [{ eventName, s3: { bucket: { name: 'calls' }, object: { key, size: 1 } } }] }));

  test('is read as it is sent: keys written as in a form, or plain', () => {
    expect(readBucketNotice(notice('ObjectCreated:Put', 'a/b+c/%E5%BD%95%E9%9F%B3.wav'))?.[0]).toEqual({
      bucket: 'calls',
      key: 'a/b c/录音.wav',
    });
    for (const plain of ['a b/录音.wav', 'a+b/100%.wav'])
      expect(readBucketNotice(notice('ObjectCreated:Put', plain))).toContainEqual({ bucket: 'calls', key: plain });
    expect(readBucketNotice(notice('s3:ObjectCreated:CompleteMultipartUpload', 'x.wav'))).toEqual([
      { bucket: 'calls', key: 'x.wav' },
    ]);
  });

  test('about anything else is nothing, and what is no notification is said to be none', () => {
    expect(readBucketNotice(notice('ObjectRemoved:Delete', 'x.wav'))).toEqual([]);
    expect(readBucketNotice(Buffer.from('{"Event":"s3:TestEvent"}'))).toEqual([]);
    for (const text of ['', 'x', 'null', '{}', '{"Records":[{}]}']) expect(readBucketNotice(Buffer.from(text))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readBucketNotice(bytes)));
  });
});

describe('a store in trouble', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
  /** A server that speaks S3 as far as these tests need it. */
  const troubled = async (
    answer: (count: number) => { status: number; headers?: Record<string, string>; body?: string; cutAfter?: number } | 'silence',
  ): Promise<ObjectBucket> => {
    let count = 0;
    const server = createServer((request, response) => {
      request.resume();
      const given = answer(count++);
      if (given === 'silence') return;
      const { status, headers = {}, body = '', cutAfter } = given;
      response.writeHead(status, headers);
      if (cutAfter === undefined) response.end(body);
      else response.write(body.slice(0, cutAfter), () => setTimeout(() => response.destroy(), 20));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = s3Client({
      region: 'us-east-1',
      endpoint,
      pathStyle: true,
      accessKeyId: 'k',
      secretAccessKey: 's',
      timeoutMs: 300,
    });
    return objectBucket({ client, bucket: 'bucket' });
  };
  const errorBody = (code: string): string =>
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>about secret-name</Message></Error>`;
  const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

  test.concurrent.each([
    ['SlowDown', 503],
    ['ServiceUnavailable', 503],
    ['InternalError', 500],
    ['TooManyRequests', 429],
  ])('%s is waited for, never the object’s fault', async (code, status) => {
    const store = await troubled(() => ({ status, headers: { 'retry-after': '1' }, body: errorBody(code) }));
    const failure = await failureOf(store.put('a', Buffer.from('x')));
    expect(failure).toMatchObject({ code: 'object-store.away', retryable: true, failureCause: 'dependency' });
    expect((failure as Error).message).not.toContain('secret-name');
  });

  test('a server that says nothing, or is not there, is waited for', async () => {
    const silent = await troubled(() => 'silence');
    expect(await failureOf(silent.stat('a'))).toMatchObject({ code: 'object-store.away', retryable: true });
    const closed = objectBucket({
      client: s3Client({ region: 'r', endpoint: 'http://127.0.0.1:1', pathStyle: true, accessKeyId: 'k', secretAccessKey: 's' }),
      bucket: 'bucket',
    });
    expect(await failureOf(closed.read('a'))).toMatchObject({ code: 'object-store.away', retryable: true });
  });

  test('a first trouble that passes is not seen', async () => {
    const store = await troubled((count) => (count === 0 ? { status: 503, body: errorBody('SlowDown') } : { status: 200 }));
    expect(await store.put('a', Buffer.from('x'))).toBe('created');
  });

  test('an answer that breaks off is taken up where it broke', async () => {
    const text = 'the quick brown fox jumps over the lazy dog';
    const store = await troubled((count) =>
      count === 0
        ? { status: 200, headers: { 'content-length': String(text.length), etag: '"e"' }, body: text, cutAfter: 10 }
        : { status: 206, headers: { 'content-length': String(text.length - 10), etag: '"e"' }, body: text.slice(10) },
    );
    expect((await bytesOf(await store.read('fox'))).toString()).toBe(text);
  });

  test('an answer that breaks off again and again is waited for', async () => {
    const store = await troubled(() => ({
      status: 200,
      headers: { 'content-length': '40', etag: '"e"' },
      body: 'x',
      cutAfter: 0,
    }));
    const body = await store.read('fox');
    expect(await failureOf(bytesOf(body))).toMatchObject({ code: 'object-store.away', retryable: true });
  });
});
