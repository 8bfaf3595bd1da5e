import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@elastic/elasticsearch';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { mapping, stored } from '../../services/adapters/elasticsearch/mapping.ts';
import { conditionOf, orderOf } from '../../services/adapters/elasticsearch/queries.ts';
import { ElasticSearchIndex } from '../../services/adapters/elasticsearch/index.ts';
import { kafkaBus } from '../../services/adapters/kafka/index.ts';
import { type Envelope, packageRoot } from '../../services/kernel/index.ts';
import { createLog } from '../../services/runtime/index.ts';
import { sharedLists } from '../../scoring/index.ts';
import { compileSearch, searchCalls, type SearchFilters } from '../../search/index.ts';
import { madeDocuments, madeWords, seededRandom } from '../calls/made-calls.ts';
import { elasticsearchServer } from '../servers/elasticsearch.ts';
import { kafkaServer } from '../servers/kafka.ts';
import { testServers } from '../servers/postgres.ts';
import { type ProcessUnderTest, startOne } from '../servers/processes.ts';
import { s3Server } from '../servers/s3.ts';
import { startSpeechStub } from '../servers/speech-stub.ts';

const sizes = (process.env['PLUMBLINE_BENCH_CALLS'] ?? '10000,100000').split(',').map(Number);
const rounds = Number(process.env['PLUMBLINE_BENCH_ROUNDS'] ?? 25);
const events = Number(process.env['PLUMBLINE_BENCH_EVENTS'] ?? 20_000);
const delivered = Number(process.env['PLUMBLINE_BENCH_DELIVERED'] ?? 60);
const seed = 20_261_125;
const silentLog = createLog({ level: 'silent', process: 'bench' });

/** The engines' adapters beside bare loops over the same engines, in one run: `index`, `events`, `chain`, or all of them. */
export async function run(args: readonly string[]): Promise<void> {
  const parts = { index: benchIndex, events: benchEvents, chain: benchChain };
  const asked = args.length === 0 ? Object.keys(parts) : args;
  for (const name of asked) {
    const part = parts[name as keyof typeof parts];
    if (part === undefined) throw new Error(`no such part: ${name}; there are ${Object.keys(parts).join(', ')}`);
    await part();
  }
}

async function benchIndex(): Promise<void> {
  if (elasticsearchServer.missing !== undefined) return console.log(`index: skipped, ${elasticsearchServer.missing}`);
  const server = await elasticsearchServer.start();
  const client = new Client({ node: server.url, maxRetries: 0 });
  const index = new ElasticSearchIndex({ url: server.url, prefix: 'bench', refreshInterval: '1s' });
  try {
    await index.prepare();
    const pool = madeWords(seededRandom(seed), 300);
    const deps = { index, lists: sharedLists };
    await client.indices.create({ index: 'bare', mappings: mapping, settings: { number_of_shards: 1, number_of_replicas: 0 } });
    let held = 0;
    for (const size of sizes) {
      await grow(client, index, pool, held, size);
      held = size;
      await searches(client, deps, size);
    }
  } finally {
    await index.close();
    await client.close();
    await server.stop();
  }
}

const batch = 200;

/** The same documents through a rebuild of ours and through a bare `_bulk` loop, by turns. */
async function grow(
  client: Client,
  index: ElasticSearchIndex,
  pool: ReturnType<typeof madeWords>,
  from: number,
  to: number,
): Promise<void> {
  const rebuild = await index.rebuild(`${to} calls`);
  const times = { ours: 0, bare: 0 };
  if (from > 0) for (const part of batches(0, from)) await rebuild.upsert([...madeDocuments(seed, ...part, pool)]);
  for (const part of batches(from, to)) {
    const documents = [...madeDocuments(seed, ...part, pool)];
    let began = performance.now();
    await rebuild.upsert(documents);
    times.ours += performance.now() - began;
    began = performance.now();
    await client.bulk({
      index: 'bare',
      operations: documents.flatMap((document) => [
        { index: { _id: document.facts.callId, version: document.facts.revision, version_type: 'external' } },
        stored(document),
      ]),
    });
    times.bare += performance.now() - began;
  }
  await rebuild.switch();
  await client.indices.refresh({ index: 'bare' });
  const { bytes } = await index.facts();
  console.log(
    `\n${to} calls: ${((to - from) / (times.ours / 1000)).toFixed(0)} documents a second, bare _bulk ${((to - from) / (times.bare / 1000)).toFixed(0)}, ratio ${(times.bare / times.ours).toFixed(2)} (budget >= 0.85); ${(bytes / to / 1024).toFixed(1)} KiB a call`,
  );
}

function* batches(from: number, to: number): Generator<[number, number]> {
  for (let at = from; at < to; at += batch) yield [at, Math.min(to, at + batch)];
}

const questions: readonly { readonly name: string; readonly expression: string; readonly filters?: SearchFilters }[] = [
  { name: 'every call', expression: '' },
  { name: 'two characters 收益', expression: '收益' },
  { name: 'two characters, filters', expression: '收益', filters: { teams: ['财富一组'], minScore: 500 } },
  { name: 'exact rare phrase', expression: '"千万别说出去"' },
  { name: 'tolerant, eight', expression: '~"请您提供一下卡号后四位"' },
];

async function searches(client: Client, deps: Parameters<typeof searchCalls>[0], size: number): Promise<void> {
  console.log(`${'question'.padEnd(30)} ${'found'.padStart(9)}  ours p50/p95 ms   bare p50/p95 ms   ratio p50 / p95`);
  for (const { name, expression, filters = {} } of questions) {
    const { query, rules, certain } = compileSearch(deps.lists, { expression, filters });
    const exact = rules === undefined || certain;
    let found = '';
    const ours = async (): Promise<void> => {
      const { counts } = await searchCalls(deps, { expression, filters, sort: 'newest', limit: 20 });
      found = `${counts.exact ? '' : '≥'}${counts.calls}`;
    };
    const bare = async (): Promise<void> => {
      const condition = conditionOf(query);
      const asked = { index: 'bare', query: condition, sort: orderOf('newest'), track_total_hits: false } as const;
      await Promise.all([
        client.search({ ...asked, size: exact ? 20 : 1_000, _source: exact ? ['facts'] : ['facts', 'form'] }),
        client.count({ index: 'bare', query: condition }),
      ]);
    };
    const [a, b] = await byTurns(ours, bare, rounds);
    console.log(
      `${name.padEnd(30)} ${found.padStart(9)}  ${at(a, 50)} / ${at(a, 95)}       ${at(b, 50)} / ${at(b, 95)}       ${(quantile(a, 50) / quantile(b, 50)).toFixed(2)} / ${(quantile(a, 95) / quantile(b, 95)).toFixed(2)} ${exact ? 'certain' : 'candidates'} at ${size}`,
    );
  }
}

async function benchEvents(): Promise<void> {
  if (kafkaServer.missing !== undefined) return console.log(`events: skipped, ${kafkaServer.missing}`);
  const server = await kafkaServer.start();
  const bus = kafkaBus({ brokers: server.brokers, clientId: 'bench', topicPrefix: 'ours.', minReplication: 1 }, silentLog);
  const bare = new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING });
  const admin = bare.admin();
  try {
    await bus.createTopics({ partitions: 3, replication: 1 });
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'bare', numPartitions: 3, replicationFactor: 1 }], waitForLeaders: true });
    const sent = Array.from({ length: events }, (): Envelope => envelope());
    const producer = bare.producer({ maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const times = { ours: 0, bare: 0 };
    for (let from = 0; from < events; from += 200) {
      const some = sent.slice(from, from + 200);
      let began = performance.now();
      await bus.send(some.map((event) => ({ event, lane: 'new' })));
      times.ours += performance.now() - began;
      began = performance.now();
      await producer.sendBatch({
        acks: -1,
        topicMessages: [{ topic: 'bare', messages: some.map((event) => ({ key: event.callId, value: JSON.stringify(event) })) }],
      });
      times.bare += performance.now() - began;
    }
    await producer.disconnect();
    report('produced', times);
    report('consumed', { ours: await heard(bus), bare: await consumed(bare) });
  } finally {
    await admin.disconnect();
    await bus.close();
    await server.stop();
  }
}

function envelope(): Envelope {
  const callId = randomBytes(16).toString('hex');
  return {
    id: randomUUID(),
    type: 'calls.transcribed',
    version: '1.0',
    at: 1,
    callId,
    traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
    data: { transcriptId: callId },
  } as unknown as Envelope;
}

const report = (what: string, { ours, bare }: { ours: number; bare: number }): void =>
  console.log(
    `${what}: ${((events / ours) * 1000).toFixed(0)} events a second, bare kafkajs ${((events / bare) * 1000).toFixed(0)}, ratio ${(bare / ours).toFixed(2)}`,
  );

async function heard(bus: ReturnType<typeof kafkaBus>): Promise<number> {
  let count = 0;
  let began = 0;
  const all = Promise.withResolvers<void>();
  const hearing = await bus.hear({
    group: randomUUID(),
    topics: ['calls.transcribed'],
    heard: (records) => {
      began ||= performance.now();
      count += records.length;
      if (count >= events) all.resolve();
      return Promise.resolve();
    },
    crashed: (error) => all.reject(error as Error),
  });
  await all.promise;
  const ms = performance.now() - began;
  await hearing.stop();
  return ms;
}

async function consumed(kafka: Kafka): Promise<number> {
  const consumer = kafka.consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topic: 'bare', fromBeginning: true });
  let count = 0;
  let began = 0;
  const all = Promise.withResolvers<void>();
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch: { topic, partition, messages }, resolveOffset }) => {
      began ||= performance.now();
      for (const { value, offset } of messages) {
        if (value !== null) count += 1;
        resolveOffset(offset);
      }
      const last = messages.at(-1);
      if (last !== undefined) await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(last.offset) + 1n) }]);
      if (count >= events) all.resolve();
    },
  });
  await all.promise;
  const ms = performance.now() - began;
  await consumer.disconnect();
  return ms;
}

/** Calls a second from the drop folder to the index, the recogniser answering at once, with 1, 2 and 4 processes of each stage. */
async function benchChain(): Promise<void> {
  const postgresByUrl = testServers.find(({ name }) => name === 'PostgreSQL by URL');
  const missing = [kafkaServer, s3Server, elasticsearchServer, postgresByUrl].find(
    (each) => each?.missing !== undefined,
  )?.missing;
  if (missing !== undefined || postgresByUrl === undefined) return console.log(`chain: skipped, ${missing ?? 'no PostgreSQL'}`);
  const [kafka, s3, elasticsearch, postgres, stub] = [
    await kafkaServer.start(),
    await s3Server.start(),
    await elasticsearchServer.start(),
    await postgresByUrl.start(),
    await startSpeechStub(),
  ];
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  let first = 0;
  try {
    for (const processes of [1, 2, 4]) {
      const database = await postgres.newEmptyDatabase();
      if (!('url' in database.address)) throw new Error('a database by URL is needed');
      const drop = join(folder, `drop-${processes}`);
      mkdirSync(drop);
      const name = `chain${processes}`;
      const settings = join(folder, `${name}.yaml`);
      const place = { endpoint: s3.endpoint, pathStyle: true, accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey };
      const token = randomBytes(24).toString('hex');
      writeFileSync(
        settings,
        JSON.stringify({
          samples: false,
          http: { token },
          database: { url: database.address.url, poolSize: 5 },
          objects: { s3: { ...place, bucket: await s3.newBucket(), rawBucket: await s3.newBucket() } },
          events: {
            kafka: {
              brokers: kafka.brokers,
              topicPrefix: `${name}.`,
              groupPrefix: name,
              create: { partitions: 4, replication: 1 },
            },
          },
          index: { elasticsearch: { url: elasticsearch.url, prefix: name, replicas: 0, refreshInterval: '100ms' } },
          recogniser: { baseUrl: stub.baseUrl, apiKey: stub.apiKey },
          sources: [{ name: 'drop', path: drop, settleMs: 0, everyMs: 300 }],
        }),
      );
      const environment = {
        PLUMBLINE_SETTINGS: settings,
        PLUMBLINE_MASTER_KEY: randomBytes(32).toString('hex'),
        PLUMBLINE_INSTALLATION_KEY: randomBytes(32).toString('hex'),
      };
      const migrating = await startOne('migrate', folder, environment, `${name}-migrate`);
      await migrating.ended;
      const running: ProcessUnderTest[] = [];
      for (const stage of ['api', 'relay', 'ingest'] as const)
        running.push(await startOne(stage, folder, environment, `${name}-${stage}`));
      for (let at = 0; at < processes; at++)
        for (const stage of ['transcribe', 'scoring', 'search'] as const)
          running.push(await startOne(stage, folder, environment, `${name}-${stage}-${at}`));
      for (const each of running) await each.ready();
      for (let at = 0; at < delivered; at++) {
        const file = join(drop, `${at}.flac`);
        cpSync(join(packageRoot, 'samples', 'zh-02.flac'), file);
        writeFileSync(join(drop, `${at}.json`), JSON.stringify({ externalId: String(at) }));
      }
      const began = performance.now();
      for (let count = 0; count < delivered; await sleep(200)) {
        const answer = await fetch(`${running[0]?.url}/api/v1/search`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ expression: '', filters: {}, sort: 'newest', limit: 1 }),
        });
        if (answer.ok) count = ((await answer.json()) as { counts: { calls: number } }).counts.calls;
      }
      const perSecond = (delivered / (performance.now() - began)) * 1000;
      first ||= perSecond;
      console.log(
        `chain, ${processes} of each stage: ${perSecond.toFixed(2)} calls a second, ${(perSecond / first).toFixed(2)} of one`,
      );
      await Promise.all(running.map((each) => each.stop()));
      await database.drop();
    }
  } finally {
    for (const server of [kafka, s3, elasticsearch, postgres]) await server.stop();
    await stub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function byTurns(
  ours: () => Promise<void>,
  bare: () => Promise<void>,
  times: number,
): Promise<[readonly number[], readonly number[]]> {
  const [a, b]: [number[], number[]] = [[], []];
  const once = async (work: () => Promise<void>): Promise<number> => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  await once(ours);
  await once(bare);
  for (let round = 0; round < times; round++) {
    a.push(await once(ours));
    b.push(await once(bare));
  }
  return [a, b];
}

function quantile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}

const at = (values: readonly number[], percent: number): string => quantile(values, percent).toFixed(1);
