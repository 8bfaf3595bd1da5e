import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Topic } from '../../kernel/index.ts';
import type { BusRecord, Hearing, HearOptions, Log } from '../../runtime/index.ts';
import type { KafkaPlace } from './kafka-bus.ts';

/** Records that are handed on at once. */
const recordsAtOnce = 200;
const firstWaitMs = 500;
const longestWaitMs = 10_000;

/**
 * One member of a consumer group. Offsets are committed by hand, after the records were heard; while they cannot be, their
 * partition is paused (the member goes on to be one) and the same records are fetched again. A crash of the client is final:
 * kafkajs is not left to restart itself, since it may stand still then without a word.
 */
export async function hearGroup(deps: {
  readonly kafka: Kafka;
  readonly admin: () => Promise<Admin>;
  readonly place: Pick<KafkaPlace, 'topicPrefix'>;
  readonly log: Log;
  readonly options: HearOptions;
}): Promise<Hearing> {
  const { kafka, admin, place, log, options } = deps;
  const names = options.topics.map((topic) => place.topicPrefix + topic);
  const consumer = kafka.consumer({
    groupId: options.group,
    allowAutoTopicCreation: false,
    sessionTimeout: 30_000,
    heartbeatInterval: 3_000,
    maxWaitTimeInMs: 500,
    retry: { retries: 40, initialRetryTime: 200, maxRetryTime: 5_000, restartOnFailure: () => Promise.resolve(false) },
  });
  const state = { joined: false, stopping: false };
  consumer.on(consumer.events.GROUP_JOIN, () => (state.joined = true));
  consumer.on(consumer.events.DISCONNECT, () => (state.joined = false));
  consumer.on(consumer.events.STOP, () => (state.joined = false));
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    state.joined = false;
    if (!state.stopping) options.crashed(payload.error);
  });
  const waits = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: names, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (batch) => hearBatch(consumer, batch),
    });
  } catch (error) {
    await consumer.disconnect().catch(() => undefined);
    throw error;
  }

  async function hearBatch(of: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, isRunning, isStale } = payload;
    const topic = batch.topic.slice(place.topicPrefix.length) as Topic;
    const key = `${batch.topic} ${batch.partition}`;
    // The group has to hear of this member while a transaction is waited for.
    const beating = setInterval(() => void payload.heartbeat().catch(() => undefined), 3_000);
    try {
      for (let at = 0; at < batch.messages.length && isRunning() && !isStale(); at += recordsAtOnce) {
        const some = batch.messages.slice(at, at + recordsAtOnce);
        await options.heard(some.map((message) => recordOf(topic, batch.partition, message)));
        const last = some.at(-1)?.offset ?? '0';
        resolveOffset(last);
        const next = String(BigInt(last) + 1n);
        await of.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset: next }]);
        waits.delete(key);
      }
    } catch (error) {
      const wait = Math.min(waits.get(key) ?? firstWaitMs, longestWaitMs);
      waits.set(key, wait * 2);
      log.warn({ error, topic, partition: batch.partition, ms: wait }, 'records could not be heard; nothing is committed');
      const resume = payload.pause();
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (!state.stopping) resume();
      }, wait);
      timers.add(timer);
    } finally {
      clearInterval(beating);
    }
  }

  return {
    get joined() {
      return state.joined;
    },
    lag: async () => {
      const asking = await admin();
      const committed = await asking.fetchOffsets({ groupId: options.group, topics: names });
      const lags: { topic: Topic; partition: number; records: number }[] = [];
      for (const { topic, partitions } of committed) {
        const ends = await asking.fetchTopicOffsets(topic);
        for (const { partition, high, low } of ends) {
          const offset = Number(partitions.find((each) => each.partition === partition)?.offset ?? -1);
          const records = Math.max(0, Number(high) - Math.max(offset, Number(low)));
          lags.push({ topic: topic.slice(place.topicPrefix.length) as Topic, partition, records });
        }
      }
      return lags;
    },
    stop: async () => {
      state.stopping = true;
      for (const timer of timers) clearTimeout(timer);
      await consumer.disconnect();
    },
  };
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
