import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../services/kernel/index.ts';
import { elasticsearchServer, type TestElasticsearch } from '../servers/elasticsearch.ts';
import { kafkaServer, type TestKafka } from '../servers/kafka.ts';
import { type TestPostgres, testServers } from '../servers/postgres.ts';
import { type ProcessUnderTest, startOne } from '../servers/processes.ts';
import { newHome, runPlumbline, startProduct } from '../servers/product.ts';
import { s3Server, type TestS3 } from '../servers/s3.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';

const postgresByUrl = testServers.find(({ name }) => name === 'PostgreSQL by URL');
const missing = [kafkaServer, s3Server, elasticsearchServer, postgresByUrl].find(
  (server) => server?.missing !== undefined,
)?.missing;

interface CallLine {
  readonly callId: string;
  readonly name: string;
  readonly state: string;
}

/** The product as several processes over real engines, with a recogniser that answers at once and always the same. */
describe.skipIf(missing !== undefined)(missing ?? 'the product over Kafka, S3, PostgreSQL and Elasticsearch', () => {
  const samples = ['zh-01.flac', 'zh-02.flac', 'en-03.flac'];
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-distributed-'));
  const drop = join(folder, 'drop');
  const token = randomBytes(24).toString('hex');
  const keys = {
    PLUMBLINE_MASTER_KEY: randomBytes(32).toString('hex'),
    PLUMBLINE_INSTALLATION_KEY: randomBytes(32).toString('hex'),
  };
  let kafka: TestKafka;
  let s3: TestS3;
  let elasticsearch: TestElasticsearch;
  let postgres: TestPostgres;
  let stub: SpeechStub;
  let database: Awaited<ReturnType<TestPostgres['newDatabase']>>;
  let environment: Record<string, string>;
  let dropBucket: string;
  const running: ProcessUnderTest[] = [];

  beforeAll(async () => {
    mkdirSync(drop);
    for (const name of samples) cpSync(join(packageRoot, 'samples', name), join(drop, name));
    [stub, kafka, s3, postgres] = await Promise.all([
      startSpeechStub(),
      kafkaServer.start(),
      s3Server.start(),
      postgresByUrl?.start() ?? Promise.reject(new Error('no PostgreSQL by URL')),
    ]);
    elasticsearch = await elasticsearchServer.start();
    database = await postgres.newEmptyDatabase();
    if (!('url' in database.address)) throw new Error('a database by URL is needed');
    const settings = join(folder, 'settings.yaml');
    dropBucket = await s3.newBucket();
    const place = { endpoint: s3.endpoint, pathStyle: true, accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey };
    writeFileSync(
      settings,
      JSON.stringify({
        samples: false,
        http: { token },
        database: { url: database.address.url, poolSize: 5 },
        objects: { s3: { ...place, bucket: await s3.newBucket(), rawBucket: await s3.newBucket(), partBytes: 5 * 1024 ** 2 } },
        events: {
          kafka: {
            brokers: kafka.brokers,
            topicPrefix: 'e2e.',
            groupPrefix: 'e2e',
            create: { partitions: 3, replication: 1 },
          },
        },
        index: { elasticsearch: { url: elasticsearch.url, prefix: 'e2e', replicas: 0, refreshInterval: '100ms' } },
        recogniser: { baseUrl: stub.baseUrl, apiKey: stub.apiKey },
        sources: [{ name: 'drop', path: drop, settleMs: 0, everyMs: 300 }],
        bucketSources: [{ name: 'bucket', ...place, bucket: dropBucket, prefix: 'calls/', everyMs: 500 }],
      }),
    );
    environment = { PLUMBLINE_SETTINGS: settings, ...keys };
  }, 240_000);
  afterAll(async () => {
    await Promise.all(running.map((each) => each.stop()));
    await database?.drop();
    for (const server of [kafka, s3, elasticsearch, postgres]) await server?.stop();
    await stub?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  const api = (): ProcessUnderTest => {
    const found = running.findLast(({ name }) => name === 'api');
    if (found === undefined) throw new Error('no api runs');
    return found;
  };
  const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${api().url}${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const start = async (name: ProcessUnderTest['name'], instance?: string): Promise<ProcessUnderTest> => {
    const started = await startOne(name, folder, environment, instance);
    running.push(started);
    return started;
  };
  const untilScored = async (count: number): Promise<CallLine[]> => {
    for (let waited = 0; waited < 120_000; waited += 200) {
      const { calls } = await ask<{ calls: CallLine[] }>('/api/v1/calls?limit=100');
      const failed = calls.find(({ state }) => state === 'failed');
      if (failed !== undefined) throw new Error(`${failed.name} failed`);
      if (calls.filter(({ state }) => state === 'scored').length === count) return calls;
      await sleep(200);
    }
    throw new Error(
      `not all calls were scored:\n${running.map((each) => `${each.name}: ${each.output().slice(-1500)}`).join('\n')}`,
    );
  };
  const indexed = async (): Promise<number> => {
    const found = await ask<{ calls: unknown[] }>('/api/v1/search', {
      method: 'POST',
      body: JSON.stringify({ expression: '', filters: {}, sort: 'newest', limit: 20 }),
    });
    return found.calls.length;
  };
  const exported = async (): Promise<string> => {
    const home = join(folder, 'command');
    mkdirSync(home, { recursive: true });
    const { code, stdout, stderr } = await runPlumbline(
      home,
      ['--settings', environment['PLUMBLINE_SETTINGS'] ?? '', 'export', '--canonical'],
      environment,
    );
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };

  test('a process waits for the schema, alive but not ready; migrate brings it, and all become ready', async () => {
    const early = await start('scoring');
    for (let waited = 0; waited < 20_000; waited += 100) {
      const answer = await fetch(`${early.url}/health/ready`).catch(() => undefined);
      if (answer !== undefined && (await answer.text()).includes('migrate')) break;
      await sleep(100);
    }
    expect((await fetch(`${early.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${early.url}/health/ready`)).status).toBe(503);
    const migrating = await startOne('migrate', folder, environment);
    expect([await migrating.ended, migrating.output()]).toEqual([0, expect.stringContaining('topics were made')]);
    for (const name of ['api', 'relay', 'transcribe', 'search', 'ingest'] as const) await start(name);
    for (const each of running) await each.ready();
    const metrics = await fetch(`${early.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    expect(await metrics.text()).toContain('plumbline_dead_letters');
    expect((await fetch(`${early.url}/metrics`)).status).toBe(401);
  });

  test('recordings from a folder and a bucket pass through all of it, and the export equals that of one process, byte for byte', async () => {
    const bytes = readFileSync(join(packageRoot, 'samples', 'en-05.flac'));
    await s3.client().send(new PutObjectCommand({ Bucket: dropBucket, Key: 'calls/2026/en-05.flac', Body: bytes }));
    await untilScored(samples.length + 1);
    for (let waited = 0; (await indexed()) < samples.length + 1 && waited < 30_000; waited += 200) await sleep(200);
    expect(await indexed()).toBe(samples.length + 1);
    const distributed = await exported();

    const single = newHome();
    const bucketFolder = join(folder, 'bucket');
    mkdirSync(join(bucketFolder, '2026'), { recursive: true });
    cpSync(join(packageRoot, 'samples', 'en-05.flac'), join(bucketFolder, '2026', 'en-05.flac'));
    writeFileSync(
      join(single.home, 'settings.yaml'),
      JSON.stringify({
        home: single.home,
        recogniser: { baseUrl: stub.baseUrl, apiKey: stub.apiKey },
        sources: [
          { name: 'drop', path: drop, settleMs: 0, everyMs: 300 },
          { name: 'bucket', path: bucketFolder, settleMs: 0, everyMs: 300 },
        ],
      }),
    );
    const product = await startProduct(single.home, keys);
    try {
      for (let waited = 0; waited < 120_000; waited += 200) {
        const answer = await fetch(`${product.url}/api/v1/calls?limit=100`);
        const { calls } = (await answer.json()) as { calls: CallLine[] };
        if (calls.filter(({ state }) => state === 'scored').length === samples.length + 1) break;
        await sleep(200);
      }
      const embedded = await runPlumbline(single.home, ['export', '--canonical'], keys);
      expect(embedded.stdout.split('\n').length).toBeGreaterThan(2 * samples.length);
      expect(distributed === embedded.stdout).toBe(true);
    } finally {
      await product.stop();
      single.remove();
    }
  });

  test('a recording is played through the interface, by range', async () => {
    const { calls } = await ask<{ calls: CallLine[] }>('/api/v1/calls?limit=1');
    const answer = await fetch(`${api().url}/api/v1/calls/${calls[0]?.callId}/audio`, {
      headers: { authorization: `Bearer ${token}`, range: 'bytes=0-3' },
    });
    expect([answer.status, await answer.text()]).toEqual([206, 'OggS']);
  });

  test('SIGTERM lets each process end in order within its grace', async () => {
    const begun = performance.now();
    const codes = await Promise.all(running.map(async (each) => [each.name, await each.stop()]));
    expect(codes).toEqual(running.map(({ name }) => [name, 0]));
    expect(performance.now() - begun).toBeLessThan(40_000);
    running.length = 0;
  });
});
