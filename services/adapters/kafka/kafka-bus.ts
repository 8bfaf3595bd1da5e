import {
  type Admin,
  Kafka,
  type KafkaConfig,
  type KafkaMessage,
  logLevel,
  type Message,
  Partitioners,
  type Producer,
  type SASLOptions,
} from 'kafkajs';
import { Failure, type Topic, topics as allTopics } from '../../kernel/index.ts';
import type { BusRecord, EventBus, Hearing, HearOptions, Log, SentEvent, TopicState } from '../../runtime/index.ts';
import { readTls, type TlsFiles } from '../tls/tls-files.ts';
import { hearGroup, lagOfGroup, type Member } from './hear-group.ts';
import { kafkaFailure } from './kafka-failure.ts';

/** As in the settings `events.kafka`. */
export interface KafkaPlace {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly topicPrefix: string;
  readonly tls?: TlsFiles | undefined;
  readonly sasl?:
    | {
        readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
        readonly username: string;
        readonly password: string;
      }
    | undefined;
  readonly minReplication: number;
}

export interface KafkaBus extends EventBus {
  /** Makes the topics that are not there yet. */
  createTopics(layout: { readonly partitions: number; readonly replication: number }): Promise<void>;
  /** Hears a topic that is not ours: values alone, as they are; otherwise like `hear`. */
  hearForeign(options: {
    readonly group: string;
    readonly topic: string;
    heard(values: readonly Uint8Array[]): Promise<void>;
    crashed(error: unknown): void;
  }): Promise<Member>;
  /** What a group did not hear yet, whoever is a member of it. */
  lagOf(group: string, topics: readonly Topic[]): ReturnType<Hearing['lag']>;
}

const acknowledgeWithinMs = 30_000;
/** Whoever sends or asks tries again anyway. */
const short = { retries: 3, initialRetryTime: 200, maxRetryTime: 1_000 };
/** Brokers that are away for minutes do not end a member: it would be final. */
const long = { retries: 60, initialRetryTime: 200, maxRetryTime: 5_000 };

/**
 * Events on Kafka: a topic each kind, the call id as key, acknowledged by all copies that are in sync. Nothing is connected until
 * it is used.
 */
export function kafkaBus(place: KafkaPlace, log: Log): KafkaBus {
  const config = configOf(place, log);
  const kafka = new Kafka({ ...config, retry: short });
  const members = new Kafka({ ...config, retry: long });
  const nameOf = (topic: Topic): string => place.topicPrefix + topic;
  let producer: Promise<Producer> | undefined;
  let admin: Promise<Admin> | undefined;
  const hearings = new Set<{ stop(): Promise<void> }>();

  const connectedProducer = (): Promise<Producer> => {
    producer ??= (async () => {
      const made = kafka.producer({
        // Order is kept by one request in flight; an idempotent producer would add nothing to jobs that are made once.
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: Partitioners.DefaultPartitioner,
        retry: short,
      });
      await made.connect();
      return made;
    })().catch((error: unknown) => {
      producer = undefined;
      throw error;
    });
    return producer;
  };
  const connectedAdmin = (): Promise<Admin> => {
    admin ??= (async () => {
      const made = kafka.admin({ retry: short });
      await made.connect();
      return made;
    })().catch((error: unknown) => {
      admin = undefined;
      throw error;
    });
    return admin;
  };
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw kafkaFailure(error);
    }
  };

  const join = async (
    options: Pick<Parameters<typeof hearGroup>[0], 'group' | 'topics' | 'heard' | 'crashed'>,
  ): Promise<Member> => {
    const member = await asked(() => hearGroup({ ...options, kafka: members, retry: long, log }));
    const tracked = {
      get joined() {
        return member.joined;
      },
      stop: async () => {
        hearings.delete(tracked);
        await member.stop();
      },
    };
    hearings.add(tracked);
    return tracked;
  };

  return {
    send: (events) =>
      asked(async () => {
        if (events.length === 0) return;
        const sender = await connectedProducer();
        await sender.sendBatch({ acks: -1, timeout: acknowledgeWithinMs, topicMessages: messagesOf(events, nameOf) });
      }),
    hear: async ({ group, topics, heard, crashed }: HearOptions) => {
      const member = await join({
        group,
        topics: topics.map(nameOf),
        heard: (name, partition, messages) => {
          const topic = name.slice(place.topicPrefix.length) as Topic;
          return heard(messages.map((message) => recordOf(topic, partition, message)));
        },
        crashed,
      });
      return {
        get joined() {
          return member.joined;
        },
        lag: () => asked(async () => lagOfGroup(await connectedAdmin(), group, topics, place.topicPrefix)),
        stop: () => member.stop(),
      };
    },
    hearForeign: ({ group, topic, heard, crashed }) =>
      join({
        group,
        topics: [topic],
        heard: (_name, _partition, messages) => heard(messages.flatMap(({ value }) => (value === null ? [] : [value]))),
        crashed,
      }),
    check: () => asked(async () => checkTopics(await connectedAdmin(), place.minReplication, nameOf)),
    lagOf: (group, topics) => asked(async () => lagOfGroup(await connectedAdmin(), group, topics, place.topicPrefix)),
    createTopics: ({ partitions, replication }) =>
      asked(async () => {
        const made = await connectedAdmin();
        const there = new Set(await made.listTopics());
        const missing = allTopics.filter((topic) => !there.has(nameOf(topic)));
        if (missing.length === 0) return;
        const topics = missing.map((topic) => ({
          topic: nameOf(topic),
          numPartitions: partitions,
          replicationFactor: replication,
        }));
        await made.createTopics({ topics, waitForLeaders: true });
        log.info({ topics: missing, partitions, replication }, 'topics were made');
      }),
    close: async () => {
      for (const hearing of [...hearings]) await hearing.stop();
      const open = await Promise.allSettled([producer, admin]);
      for (const each of open) if (each.status === 'fulfilled') await each.value?.disconnect().catch(() => undefined);
    },
  };
}

function messagesOf(events: readonly SentEvent[], nameOf: (topic: Topic) => string): { topic: string; messages: Message[] }[] {
  const byTopic = new Map<Topic, Message[]>();
  for (const { event, lane } of events) {
    const messages = byTopic.get(event.type) ?? [];
    byTopic.set(event.type, messages);
    messages.push({
      key: event.callId,
      value: JSON.stringify(event),
      timestamp: String(event.at),
      headers: { traceparent: event.traceparent, ...(lane === 'new' ? {} : { lane }) },
    });
  }
  return [...byTopic].map(([topic, messages]) => ({ topic: nameOf(topic), messages }));
}

function recordOf(topic: Topic, partition: number, { offset, value, headers }: KafkaMessage): BusRecord {
  const lane = headers?.['lane'];
  return {
    topic,
    partition,
    offset: Number(offset),
    lane: lane !== undefined && String(lane) === 'backfill' ? 'backfill' : 'new',
    bytes: value ?? new Uint8Array(0),
  };
}

async function checkTopics(
  admin: Admin,
  minReplication: number,
  nameOf: (topic: Topic) => string,
): Promise<readonly TopicState[]> {
  const there = new Set(await admin.listTopics());
  const missing = allTopics.map(nameOf).filter((name) => !there.has(name));
  if (missing.length > 0)
    throw new Failure({
      code: 'events.topic-missing',
      message: `Kafka has no topic ${missing.join(', ')}; make it, or let migrate make it (events.kafka.create).`,
      retryable: false,
    });
  const { topics } = await admin.fetchTopicMetadata({ topics: allTopics.map(nameOf) });
  const states = allTopics.map((topic) => {
    const partitions = topics.find(({ name }) => name === nameOf(topic))?.partitions ?? [];
    const replication = Math.min(...partitions.map(({ replicas }) => replicas.length));
    return { topic, partitions: partitions.length, replication };
  });
  const few = states.find(({ replication }) => replication < minReplication);
  if (few !== undefined)
    throw new Failure({
      code: 'events.too-few-copies',
      message: `The Kafka topic ${nameOf(few.topic)} has ${few.replication} copies, the settings ask for ${minReplication}.`,
      retryable: false,
    });
  return states;
}

function configOf({ brokers, clientId, tls, sasl }: KafkaPlace, log: Log): KafkaConfig {
  return {
    clientId,
    brokers: [...brokers],
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    ...(tls === undefined ? {} : { ssl: readTls(tls) }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as SASLOptions }),
    logLevel: logLevel.WARN,
    // Its words name brokers and topics, never what is in an event.
    logCreator:
      () =>
      ({ level, namespace, log: { message } }) =>
        log[level <= logLevel.ERROR ? 'warn' : 'debug']({ kafka: namespace, words: message.slice(0, 200) }, 'kafka'),
  };
}
