import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../services/kernel/index.ts';
import { elasticsearchServer, type TestElasticsearch } from '../servers/elasticsearch.ts';
import { type FaultProxy, startFaultProxy } from '../servers/fault-proxy.ts';
import { kafkaServer, type TestKafka } from '../servers/kafka.ts';
import { type TestPostgres, testServers } from '../servers/postgres.ts';
import { type ProcessName, type ProcessUnderTest, startOne } from '../servers/processes.ts';
import { newHome, runPlumbline, startProduct } from '../servers/product.ts';
import { s3Server, type TestS3 } from '../servers/s3.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';
import { random } from './seeded.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const seed = Number(process.env['PLUMBLINE_TEST_SEED'] ?? 20_261_125);
const kills = Math.max(5, Math.round(5 * scale));
const restarts = Math.max(1, Math.round(scale / 5));
/** How long something is away: a few seconds here, a minute by command. */
const awayMs = Math.min(60_000, 4_000 * Math.max(1, scale / 2));
const patienceMs = 240_000;

const postgresByUrl = testServers.find(({ name }) => name === 'PostgreSQL by URL');
const missing = [kafkaServer, s3Server, elasticsearchServer, postgresByUrl].find(
  (server) => server?.missing !== undefined,
)?.missing;

describe.skipIf(missing !== undefined)(missing ?? `the product over real engines that fail (seed ${seed})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-faults-'));
  const drop = join(folder, 'drop');
  const token = randomBytes(24).toString('hex');
  const keys = {
    PLUMBLINE_MASTER_KEY: randomBytes(32).toString('hex'),
    PLUMBLINE_INSTALLATION_KEY: randomBytes(32).toString('hex'),
  };
  const next = random(seed);
  let kafka: TestKafka;
  let s3: TestS3;
  let elasticsearch: TestElasticsearch;
  let postgres: TestPostgres;
  let database: Awaited<ReturnType<TestPostgres['newDatabase']>>;
  let stub: SpeechStub;
  let toS3: FaultProxy;
  let toIndex: FaultProxy;
  let environment: Record<string, string>;
  const running = new Map<string, ProcessUnderTest>();
  let delivered = 0;

  const start = async (name: ProcessName, instance: string = name): Promise<void> => {
    running.set(instance, await startOne(name, folder, environment, instance));
  };
  const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const url = running.get('api')?.url ?? '';
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return (await answer.json()) as T;
  };
  /** More recordings: pieces of the samples that nothing delivered before. */
  const arrive = (count: number): void => {
    const names = ['zh-01', 'zh-02', 'zh-03', 'en-03'];
    for (let more = 0; more < count; more++, delivered++) {
      const draft = join(folder, 'draft.wav');
      const from = 4 + 4 * Math.floor(delivered / names.length);
      const sample = join(packageRoot, 'samples', `${names[delivered % names.length]}.flac`);
      execFileSync('ffmpeg', ['-v', 'error', '-y', '-ss', String(from), '-t', '6', '-i', sample, draft]);
      cpSync(draft, join(drop, `call-${String(delivered).padStart(4, '0')}.wav`));
    }
  };
  /** Until every delivery is scored and found by a search; nothing may be dead, whatever was away. */
  const settled = async (): Promise<void> => {
    const limit = performance.now() + patienceMs - 20_000;
    let last = '';
    for (let still = 0; still < 2; await sleep(300)) {
      if (performance.now() > limit)
        throw new Error(
          `${last}\n${[...running.values()].map((each) => `${each.name}: ${each.output().slice(-900)}`).join('\n')}`,
        );
      try {
        const { lines } = await ask<{ lines: { callState: string | null }[] }>('/api/v1/ledger?limit=200');
        const scored = lines.filter(({ callState }) => callState === 'scored').length;
        const { counts } = await ask<{ counts: { calls: number } }>('/api/v1/search', {
          method: 'POST',
          body: JSON.stringify({ expression: '', filters: {}, sort: 'newest', limit: 1 }),
        });
        const { letters } = await ask<{ letters: { code: string }[] }>('/api/v1/dead-letters?limit=10');
        expect(letters).toEqual([]);
        last = `${lines.length} of ${delivered} delivered, ${scored} scored, ${counts.calls} indexed`;
        still = lines.length === delivered && scored === delivered && counts.calls === delivered ? still + 1 : 0;
      } catch (error) {
        if (error instanceof Error && error.name === 'AssertionError') throw error;
        // The interface itself may be away for a moment.
        still = 0;
      }
    }
  };
  /** A fault while calls arrive; says how long it took to catch up after it. */
  const through = async (name: string, calls: number, fault: () => Promise<void>): Promise<void> => {
    arrive(calls);
    await sleep(400);
    await fault();
    const healed = performance.now();
    await settled();
    console.log(`  ${name}: caught up ${((performance.now() - healed) / 1000).toFixed(1)} s after it was over`);
  };

  beforeAll(async () => {
    mkdirSync(drop);
    [stub, kafka, s3, postgres] = await Promise.all([
      startSpeechStub(),
      kafkaServer.start(),
      s3Server.start(),
      postgresByUrl?.start() ?? Promise.reject(new Error('no PostgreSQL by URL')),
    ]);
    elasticsearch = await elasticsearchServer.start();
    database = await postgres.newEmptyDatabase();
    if (!('url' in database.address)) throw new Error('a database by URL is needed');
    toS3 = await startFaultProxy({ port: Number(new URL(s3.endpoint).port) });
    toIndex = await startFaultProxy({ port: Number(new URL(elasticsearch.url).port) });
    const place = { pathStyle: true, accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey, timeoutMs: 3_000 };
    const file = join(folder, 'settings.yaml');
    writeFileSync(
      file,
      JSON.stringify({
        samples: false,
        http: { token },
        database: { url: database.address.url, poolSize: 5 },
        objects: {
          s3: {
            ...place,
            endpoint: `http://127.0.0.1:${toS3.port}`,
            bucket: await s3.newBucket(),
            rawBucket: await s3.newBucket(),
          },
        },
        events: {
          kafka: { brokers: kafka.brokers, topicPrefix: 'f.', groupPrefix: 'f', create: { partitions: 3, replication: 1 } },
        },
        index: {
          elasticsearch: {
            url: `http://127.0.0.1:${toIndex.port}`,
            prefix: 'f',
            replicas: 0,
            refreshInterval: '100ms',
            timeoutMs: 3_000,
          },
        },
        recogniser: { baseUrl: stub.baseUrl, apiKey: stub.apiKey },
        sources: [{ name: 'drop', path: drop, settleMs: 0, everyMs: 300 }],
      }),
    );
    environment = { PLUMBLINE_SETTINGS: file, ...keys };
    const migrating = await startOne('migrate', folder, environment);
    expect(await migrating.ended).toBe(0);
    for (const name of ['api', 'relay', 'ingest', 'transcribe', 'scoring', 'search'] as const) await start(name);
    for (const each of running.values()) await each.ready();
  }, 300_000);
  afterAll(async () => {
    await Promise.all([...running.values()].map((each) => each.stop()));
    await toS3?.stop();
    await toIndex?.stop();
    await database?.drop();
    for (const server of [kafka, s3, elasticsearch, postgres]) await server?.stop();
    await stub?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  test(
    `${kills} kill -9 of any process`,
    () =>
      through('kill -9', 4, async () => {
        for (let kill = 0; kill < kills; kill++) {
          const instances = [...running.keys()].filter((name) => name !== 'api');
          const instance = instances[Math.floor(next() * instances.length)] ?? 'scoring';
          const victim = running.get(instance);
          await sleep(100 + next() * 1500);
          await victim?.kill();
          await start(victim?.name ?? 'scoring', instance);
        }
      }),
    patienceMs + kills * 20_000,
  );

  test(
    'the index is away, and so is its answer to a search; scoring goes on',
    () =>
      through('index away', 3, async () => {
        toIndex.fail('refuse');
        await sleep(awayMs);
        const health = await fetch(`${running.get('search')?.url}/health/live`);
        expect(health.status).toBe(200);
        toIndex.fail('pass');
      }),
    patienceMs,
  );

  test(
    'the object store says that it is busy, and is slow after that',
    () =>
      through('object store busy', 3, async () => {
        toS3.fail('busy');
        await sleep(awayMs);
        toS3.fail({ slowMs: 250 });
        await sleep(awayMs / 2);
        toS3.fail('pass');
      }),
    patienceMs,
  );

  test(
    `${restarts} restarts of the broker under load`,
    () =>
      through('broker restarted', 3, async () => {
        for (let restart = 0; restart < restarts; restart++) {
          await kafka.restart?.();
          await sleep(500 + next() * 1500);
        }
      }),
    patienceMs + restarts * 40_000,
  );

  test(
    'the database restarts',
    () =>
      through('database restarted', 3, async () => {
        await postgres.restart?.();
      }),
    patienceMs,
  );

  test(
    'partitions go from one process to another and back while they are read',
    () =>
      through('partitions reassigned', 3, async () => {
        await start('scoring', 'scoring-2');
        await running.get('scoring-2')?.ready();
        arrive(2);
        await sleep(300);
        expect(await running.get('scoring-2')?.stop()).toBe(0);
        running.delete('scoring-2');
      }),
    patienceMs,
  );

  test(
    'after all of it nothing is lost, nothing is there twice, and every byte is that of one undisturbed process',
    async () => {
      const command = join(folder, 'command');
      mkdirSync(command, { recursive: true });
      const disturbed = await runPlumbline(
        command,
        ['--settings', environment['PLUMBLINE_SETTINGS'] ?? '', 'export', '--canonical'],
        environment,
      );
      const single = newHome();
      writeFileSync(
        join(single.home, 'settings.yaml'),
        JSON.stringify({
          home: single.home,
          recogniser: { baseUrl: stub.baseUrl, apiKey: stub.apiKey },
          sources: [{ name: 'drop', path: drop, settleMs: 0, everyMs: 300 }],
        }),
      );
      const product = await startProduct(single.home, keys);
      try {
        for (let still = 0; still < 2; await sleep(300)) {
          const { lines } = (await (await fetch(`${product.url}/api/v1/ledger?limit=200`)).json()) as {
            lines: { callState: string | null }[];
          };
          still = lines.length === delivered && lines.every(({ callState }) => callState === 'scored') ? still + 1 : 0;
        }
        const undisturbed = await runPlumbline(single.home, ['export', '--canonical'], keys);
        expect(readdirSync(drop)).toHaveLength(delivered);
        expect(undisturbed.stdout.split('\n').filter((line) => line.startsWith('{"call":'))).toHaveLength(delivered);
        expect(disturbed.stdout === undisturbed.stdout).toBe(true);
      } finally {
        await product.stop();
        single.remove();
      }
    },
    patienceMs,
  );
});
