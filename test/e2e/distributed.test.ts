import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot, type Settings } from '../../services/kernel/index.ts';
import { ownProduct } from '../../services/main/own-product.ts';
import { elasticsearchServer, type TestElasticsearch } from '../servers/elasticsearch.ts';
import { kafkaServer, type TestKafka } from '../servers/kafka.ts';
import { type TestPostgres, testServers } from '../servers/postgres.ts';
import { type ProcessUnderTest, startOne } from '../servers/processes.ts';
import { runPlumbline } from '../servers/product.ts';
import { openProductInside } from '../servers/product-inside.ts';
import { s3Server, tellingS3Server, type TestS3 } from '../servers/s3.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';

/** On a busy machine seven processes and three engines take their time. */
const patienceMs = 300_000;

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
    [stub, kafka, postgres] = await Promise.all([
      startSpeechStub(),
      kafkaServer.start(),
      postgresByUrl?.start() ?? Promise.reject(new Error('no PostgreSQL by URL')),
    ]);
    elasticsearch = await elasticsearchServer.start();
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'e2e-notices', numPartitions: 1 }] });
    await admin.disconnect();
    s3 = await tellingS3Server(kafka.brokers[0] ?? '', 'e2e-notices');
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
        objects: { s3: { ...place, bucket: await s3.newBucket(), rawBucket: await s3.newBucket(), presignSeconds: 60 } },
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
        bucketSources: [
          { name: 'bucket', ...place, bucket: dropBucket, prefix: 'calls/', noticeTopic: 'e2e-notices', everyMs: 20_000 },
        ],
      }),
    );
    environment = { PLUMBLINE_SETTINGS: settings, ...keys };
  }, patienceMs);
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
    for (let waited = 0; waited < 200_000; waited += 200) {
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

  /** The product in this process, under the same keys. */
  const openInside = async (swapped: object) => {
    const inside = await openProductInside(mkdtempSync(join(folder, 'inside-')), stub, {
      settings: { keys: { masterKey: keys.PLUMBLINE_MASTER_KEY, installationKey: keys.PLUMBLINE_INSTALLATION_KEY }, ...swapped },
    });
    return {
      deliver: async (source: string, name: string): Promise<void> => {
        const content = readFileSync(join(packageRoot, 'samples', name.split('/').at(-1) ?? ''));
        const bytes = (async function* () {
          yield content;
        })();
        await inside.core.deliver({ source, name, modifiedAt: 1, bytes, metadata: {}, transcript: undefined });
      },
      exported: async (): Promise<string> => {
        await inside.settled();
        let lines = '';
        for await (const line of ownProduct(inside.core).canonicalExport()) lines += line;
        return lines;
      },
      close: () => inside.close(),
    };
  };

  test(
    'a process waits for the schema, alive but not ready; migrate brings it, and all become ready',
    async () => {
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
    },
    patienceMs,
  );

  test(
    'recordings from a folder and a bucket pass through all of it, and the export equals that of one process, byte for byte',
    async () => {
      const bytes = readFileSync(join(packageRoot, 'samples', 'en-05.flac'));
      await s3.client().send(new PutObjectCommand({ Bucket: dropBucket, Key: 'calls/2026/en-05.flac', Body: bytes }));
      await untilScored(samples.length + 1);
      for (let waited = 0; (await indexed()) < samples.length + 1 && waited < 30_000; waited += 200) await sleep(200);
      expect(await indexed()).toBe(samples.length + 1);
      const distributed = await exported();

      const single = await openInside({});
      try {
        for (const name of samples) await single.deliver('drop', name);
        await single.deliver('bucket', '2026/en-05.flac');
        const embedded = await single.exported();
        expect(embedded.split('\n').length).toBe(2 * (samples.length + 1) + 1);
        expect(distributed === embedded).toBe(true);
      } finally {
        await single.close();
      }
    },
    patienceMs,
  );

  test(
    'the doctor finds every engine in order, and how far the groups are',
    async () => {
      const home = join(folder, 'command');
      mkdirSync(home, { recursive: true });
      const { stdout } = await runPlumbline(
        home,
        ['--settings', environment['PLUMBLINE_SETTINGS'] ?? '', 'doctor', '--json'],
        environment,
      );
      const { findings } = JSON.parse(stdout) as { findings: { name: string; state: string; found: { en: string } }[] };
      const of = (name: string) => findings.find((finding) => finding.name === name);
      for (const name of ['database', 'objects', 'events', 'index'])
        expect([name, of(name)?.state, of(name)?.found.en]).toEqual([name, 'ok', expect.any(String)]);
      expect(of('events')?.found.en).toMatch(
        /^5 topics, 15 partitions, 1 copies; not heard yet: transcribe 0, score 0, search 0$/,
      );
      expect(of('index')?.found.en).toMatch(/^Elasticsearch \d+\..*, [1-9]\d* documents/);
      expect(stdout).not.toMatch(new RegExp(`${s3.secretAccessKey}|${keys.PLUMBLINE_MASTER_KEY}`));
    },
    patienceMs,
  );

  test('a recording is played through the interface by range, and straight from the bucket by who asks for that', async () => {
    const { calls } = await ask<{ calls: CallLine[] }>('/api/v1/calls?limit=1');
    const headers = { authorization: `Bearer ${token}`, range: 'bytes=0-3' };
    for (const [query, origin] of [
      ['', api().url],
      ['?direct=true', s3.endpoint],
    ] as const) {
      const answer = await fetch(`${api().url}/api/v1/calls/${calls[0]?.callId}/audio${query}`, { headers });
      expect([answer.status, new URL(answer.url).origin, await answer.text()]).toEqual([206, origin, 'OggS']);
    }
  });

  test(
    'a record that is no event becomes a dead letter under its place, and holds up nothing',
    async () => {
      const foreign = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).producer({
        createPartitioner: Partitioners.DefaultPartitioner,
      });
      await foreign.connect();
      await foreign.send({ topic: 'e2e.calls.scored', messages: [{ value: 'poison' }] });
      await foreign.disconnect();
      interface Letter {
        readonly id: string;
        readonly kind: string;
        readonly stage: string;
        readonly code: string;
      }
      let letters: Letter[] = [];
      for (let waited = 0; letters.length === 0 && waited < 30_000; waited += 200) {
        ({ letters } = await ask<{ letters: Letter[] }>('/api/v1/dead-letters?limit=10'));
        await sleep(200);
      }
      expect(letters).toMatchObject([{ kind: 'unreadable', stage: 'calls.scored', code: 'events.unreadable' }]);
      await expect(ask(`/api/v1/dead-letters/${letters[0]?.id}/replay`, { method: 'POST', body: '{}' })).rejects.toThrow('404');
      cpSync(join(packageRoot, 'samples', 'zh-05.flac'), join(drop, 'later.flac'));
      await untilScored(samples.length + 2);
    },
    patienceMs,
  );

  test(
    'one process with any engine swapped in alone gives the same bytes',
    async () => {
      const engines = JSON.parse(readFileSync(environment['PLUMBLINE_SETTINGS'] ?? '', 'utf8')) as Settings;
      const { kafka: over, s3: bucket } = { ...engines.events, ...engines.objects };
      const alone = async (swapped: object): Promise<string> => {
        const inside = await openInside(swapped);
        try {
          await inside.deliver('drop', 'zh-02.flac');
          return await inside.exported();
        } finally {
          await inside.close();
        }
      };
      const without = await alone({});
      expect(without.split('\n').length).toBe(3);
      const other = await postgres.newEmptyDatabase();
      for (const swapped of [
        { database: { url: 'url' in other.address ? other.address.url : '' } },
        { objects: { s3: { ...bucket, prefix: 'alone/' } } },
        { events: { kafka: { ...over, topicPrefix: 'alone.', groupPrefix: 'alone' } } },
        { index: engines.index },
      ])
        expect([Object.keys(swapped), (await alone(swapped)) === without]).toEqual([Object.keys(swapped), true]);
      await other.drop();
    },
    patienceMs,
  );

  test(
    'without a bus and without a bucket the processes work on one database and one folder',
    async () => {
      const other = await postgres.newEmptyDatabase();
      const [home, few] = [join(folder, 'shared'), join(folder, 'few')];
      for (const made of [home, few]) mkdirSync(made);
      cpSync(join(packageRoot, 'samples', 'zh-02.flac'), join(few, 'zh-02.flac'));
      const settings = join(folder, 'plain.yaml');
      writeFileSync(
        settings,
        JSON.stringify({
          samples: false,
          http: { token },
          database: { url: 'url' in other.address ? other.address.url : '', poolSize: 4 },
          recogniser: { baseUrl: stub.baseUrl, apiKey: stub.apiKey },
          sources: [{ name: 'drop', path: few, settleMs: 0, everyMs: 300 }],
        }),
      );
      const plain = { PLUMBLINE_SETTINGS: settings, PLUMBLINE_HOME: home };
      const some: ProcessUnderTest[] = [];
      try {
        expect(await (await startOne('migrate', folder, plain)).ended).toBe(0);
        for (const name of ['ingest', 'transcribe', 'scoring', 'relay', 'api'] as const)
          some.push(await startOne(name, folder, plain));
        for (const each of some) await each.ready();
        running.push(...some);
        await untilScored(1);
      } finally {
        running.length -= running.includes(some[0] as ProcessUnderTest) ? some.length : 0;
        await Promise.all(some.map((each) => each.stop()));
        await other.drop();
      }
    },
    patienceMs,
  );

  test(
    'SIGTERM lets each process end in order within its grace',
    async () => {
      const begun = performance.now();
      const codes = await Promise.all(running.map(async (each) => [each.name, await each.stop()]));
      expect(codes).toEqual(running.map(({ name }) => [name, 0]));
      expect(performance.now() - begun).toBeLessThan(40_000);
      running.length = 0;
    },
    patienceMs,
  );
});
