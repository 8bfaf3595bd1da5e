import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventBusContract } from '../../../test/contracts/event-bus.ts';
import { eventPathContract } from '../../../test/contracts/event-path.ts';
import { busPath } from '../../../test/doubles/event-paths.ts';
import { kafkaServer, type TestKafka } from '../../../test/servers/kafka.ts';
import { type Envelope, Failure } from '../../kernel/index.ts';
import { createLog, hearFor, newTraceparent, type ParkedRecord, type RuntimeStore } from '../../runtime/index.ts';
import { runtimeMetrics } from '../../runtime/metrics.ts';
import { type KafkaBus, kafkaBus, type KafkaPlace } from './index.ts';

const silent = createLog({ level: 'silent', process: 'test' });
const patient = { timeout: 50_000, interval: 100 };

describe.skipIf(kafkaServer.missing !== undefined)(kafkaServer.missing ?? 'Kafka', () => {
  let server: TestKafka;
  beforeAll(async () => {
    server = await kafkaServer.start();
  });
  afterAll(() => server?.stop());

  const mark = `t${process.pid}-${Date.now().toString(36)}`;
  let prefixes = 0;
  const placeAt = (topicPrefix: string, more: Partial<KafkaPlace> = {}): KafkaPlace => ({
    brokers: server.brokers,
    clientId: 'plumbline-test',
    topicPrefix,
    minReplication: 1,
    ...more,
  });
  /** A prefix whose topics are there. */
  const newTopics = async (): Promise<string> => {
    const prefix = `${mark}-${++prefixes}.`;
    const bus = kafkaBus(placeAt(prefix), silent);
    await bus.createTopics({ partitions: 3, replication: 1 });
    await bus.close();
    return prefix;
  };
  const eventOf = (callId: string, revision = 1): Envelope => ({
    id: `${callId}-${revision}`,
    type: 'calls.received',
    version: 1,
    at: 1_000,
    callId,
    traceparent: newTraceparent(),
    data: { revision },
  });
  const callIdOf = (number: number): string => number.toString(16).padStart(32, '0');

  eventBusContract('Kafka', async () => {
    const prefix = await newTopics();
    return { open: async () => kafkaBus(placeAt(prefix), silent), stop: () => Promise.resolve() };
  });
  eventPathContract('over Kafka', async () => {
    const prefix = await newTopics();
    return busPath(
      async () => kafkaBus(placeAt(prefix), silent),
      prefix,
      () => Promise.resolve(),
    );
  });

  test('topics that are missing, or have too few copies, are said', async () => {
    const none = kafkaBus(placeAt('nobody-made-these.'), silent);
    const missing: unknown = await none.check().catch((error: unknown) => error);
    expect(missing).toMatchObject({ code: 'events.topic-missing', retryable: false });
    expect((missing as Failure).message).toContain('nobody-made-these.calls.received');
    await none.close();
    const few = kafkaBus(placeAt(await newTopics(), { minReplication: 2 }), silent);
    await expect(few.check()).rejects.toMatchObject({ code: 'events.too-few-copies' });
    await few.close();
  });

  test('a broker that is not there is a wait for the dependency', async () => {
    const nowhere = kafkaBus({ ...placeAt(''), brokers: ['127.0.0.1:1'] }, silent);
    await expect(nowhere.send([{ event: eventOf(callIdOf(1)), lane: 'new' }])).rejects.toMatchObject({
      code: 'events.away',
      retryable: true,
      failureCause: 'dependency',
      dependency: 'events',
    });
    await nowhere.close();
  });

  test('with TLS and a user it is reached, with a wrong password it says so', async ({ skip }) => {
    const { secure } = server;
    if (secure === undefined) return skip();
    const { brokers, caFile, username, password } = secure;
    const prefix = await newTopics();
    const secured = (secret: string): KafkaBus =>
      kafkaBus(placeAt(prefix, { brokers, tls: { caFile }, sasl: { mechanism: 'plain', username, password: secret } }), silent);
    const right = secured(password);
    expect(await right.check()).toHaveLength(5);
    await right.send([{ event: eventOf(callIdOf(1)), lane: 'new' }]);
    await right.close();
    const wrong = secured('not-the-password');
    await expect(wrong.check()).rejects.toMatchObject({ code: 'events.denied', retryable: true, dependency: 'events' });
    await wrong.close();
    const untrusted = kafkaBus(placeAt(prefix, { brokers, tls: {}, sasl: { mechanism: 'plain', username, password } }), silent);
    await expect(untrusted.check()).rejects.toMatchObject({ code: 'events.away' });
    await untrusted.close();
  });

  test('what is no event is kept aside under its place with its bytes, what a newer product sent is parked, and what lies behind is heard', async () => {
    const prefix = await newTopics();
    const bus = kafkaBus(placeAt(prefix), silent);
    const good = eventOf(callIdOf(7));
    const messages = [
      Buffer.from('this is no event'),
      Buffer.from(JSON.stringify({ ...good, version: 2, data: { revised: true } })),
      Buffer.from(JSON.stringify({ ...good, type: 'calls.scored' })),
      null,
      Buffer.from(JSON.stringify({ ...good, unknownField: 1 })),
    ].map((value) => ({ partition: 1, value }));
    const foreign = new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING }).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await foreign.connect();
    await foreign.send({ topic: `${prefix}calls.received`, messages });
    await foreign.disconnect();
    const parked: ParkedRecord[] = [];
    const kept = new Map<string, string>();
    const heard: string[] = [];
    let rawAway = true;
    const store: Pick<RuntimeStore, 'hear' | 'park'> = {
      hear: async (events) => {
        heard.push(...events.map(({ event }) => event.id));
        return { planned: {}, duplicates: 0, failed: undefined };
      },
      park: async (record) => void parked.push(record),
    };
    const metrics = runtimeMetrics();
    const hearer = await hearFor(
      {
        store,
        bus,
        keepBytes: async (record) => {
          if (rawAway) throw new Failure({ code: 'object-store.away', message: 'Away.', retryable: true });
          const name = `${record.topic}/${record.partition}-${record.offset}`;
          kept.set(name, Buffer.from(record.bytes).toString());
          return name;
        },
        log: silent,
        metrics,
        groupPrefix: prefix,
        crashed: () => undefined,
      },
      [
        {
          name: 'stage',
          hears: 'calls.received',
          concurrency: 1,
          plan: async () => null,
          work: () => Promise.reject(new Error()),
        },
      ],
    );
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect([heard, parked]).toEqual([[], []]);
    rawAway = false;
    await vi.waitFor(() => expect(heard).toEqual([good.id]), patient);
    expect(parked.map(({ kind, place }) => [kind, place])).toEqual([
      ['unreadable', { topic: 'calls.received', partition: 1, offset: 0 }],
      ['unknown-version', { topic: 'calls.received', partition: 1, offset: 1 }],
      ['unreadable', { topic: 'calls.received', partition: 1, offset: 2 }],
      ['unreadable', { topic: 'calls.received', partition: 1, offset: 3 }],
    ]);
    expect(kept.get('calls.received/1-0')).toBe('this is no event');
    expect(parked[0]?.rawObject).toBe('calls.received/1-0');
    await vi.waitFor(async () => {
      await hearer.showLag();
      expect(await metrics.registry.metrics()).toMatch(
        /plumbline_bus_lag_records\{group="[^"]+",topic="calls.received",partition="1"\} 0/,
      );
    }, patient);
    await hearer.stop();
    await bus.close();
  });

  test('a broker that is killed and comes back loses nothing that was acknowledged, and its members go on hearing', async ({
    skip,
  }) => {
    if (server.restart === undefined) return skip();
    const prefix = await newTopics();
    const bus = kafkaBus(placeAt(prefix), silent);
    const heard = new Set<string>();
    const crashes: unknown[] = [];
    const hearing = await bus.hear({
      group: `${prefix}group`,
      topics: ['calls.received'],
      heard: async (records) => {
        for (const { bytes } of records) heard.add((JSON.parse(Buffer.from(bytes).toString()) as Envelope).id);
      },
      crashed: (error) => crashes.push(error),
    });
    const acknowledged: string[] = [];
    let sending = true;
    const producing = (async () => {
      for (let number = 0; sending; number++) {
        const events = Array.from({ length: 20 }, (_, index) => ({
          event: eventOf(callIdOf(number * 20 + index)),
          lane: 'new' as const,
        }));
        try {
          await bus.send(events);
          acknowledged.push(...events.map(({ event }) => event.id));
        } catch (error) {
          expect(error).toMatchObject({ retryable: true });
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await vi.waitFor(() => expect(heard.size).toBeGreaterThan(100), patient);
    await server.restart();
    const before = acknowledged.length;
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 100), patient);
    sending = false;
    await producing;
    await vi.waitFor(() => expect(acknowledged.filter((id) => !heard.has(id))).toEqual([]), patient);
    expect(crashes).toEqual([]);
    await hearing.stop();
    await bus.close();
  });
});
