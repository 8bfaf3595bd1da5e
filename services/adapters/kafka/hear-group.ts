import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Topic } from '../../kernel/index.ts';
import type { Hearing, Log } from '../../runtime/index.ts';

/** A member of a consumer group. */
export type Member = Pick<Hearing, 'joined' | 'stop'>;

/** Records that are handed on at once. */
const recordsAtOnce = 200;
const firstWaitMs = 500;
const longestWaitMs = 10_000;
const restartMs = 2_000;
const giveUpMs = 10 * 60_000;

/**
 * One member of a consumer group. Offsets are committed by hand, after the records were heard; while they cannot be, their
 * partition is paused (the member goes on to be one) and the same records are fetched again. A client that crashes is never left
 * to restart itself, since it may stand still then without a word: while brokers are away a new one is made in its place; what is
 * no passing trouble, or lasts too long, is final.
 */
export async function hearGroup(options: {
  readonly kafka: Kafka;
  readonly retry: { readonly retries: number; readonly initialRetryTime: number; readonly maxRetryTime: number };
  readonly log: Log;
  readonly group: string;
  /** Full names of topics. */
  readonly topics: readonly string[];
  heard(topic: string, partition: number, messages: readonly KafkaMessage[]): Promise<void>;
  crashed(error: unknown): void;
}): Promise<Member> {
  const { kafka, log } = options;
  const state = { joined: false, stopping: false, lostAt: performance.now() };
  const waits = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!state.stopping) work();
    }, ms);
    timers.add(timer);
  };
  let current = await startMember();

  async function startMember(): Promise<Consumer> {
    const consumer = kafka.consumer({
      groupId: options.group,
      allowAutoTopicCreation: false,
      sessionTimeout: 15_000,
      heartbeatInterval: 3_000,
      maxWaitTimeInMs: 500,
      retry: { ...options.retry, restartOnFailure: () => Promise.resolve(false) },
    });
    const lost = (): void => {
      if (state.joined) state.lostAt = performance.now();
      state.joined = false;
    };
    consumer.on(consumer.events.GROUP_JOIN, () => (state.joined = true));
    consumer.on(consumer.events.DISCONNECT, lost);
    consumer.on(consumer.events.STOP, lost);
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => {
      lost();
      consumer.disconnect().catch(() => undefined);
      if (!state.stopping) restart(error);
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: (batch) => hearBatch(consumer, batch),
      });
      return consumer;
    } catch (error) {
      await consumer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** A new member in place of one that crashed, for as long as the brokers may be away. */
  function restart(error: unknown): void {
    const lostMs = performance.now() - state.lostAt;
    if (!isRetriable(error) || lostMs > giveUpMs) return options.crashed(error);
    log.warn({ error, group: options.group }, 'a member of a group was lost; another is started');
    later(restartMs, () => {
      startMember().then(
        (member) => {
          current = member;
          if (state.stopping) void member.disconnect().catch(() => undefined);
        },
        (failure: unknown) => {
          if (!state.stopping) restart(failure);
        },
      );
    });
  }

  async function hearBatch(of: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, isRunning, isStale } = payload;
    const key = `${batch.topic} ${batch.partition}`;
    // The group has to hear of this member while a transaction is waited for.
    const beating = setInterval(() => void payload.heartbeat().catch(() => undefined), 3_000);
    try {
      for (let at = 0; at < batch.messages.length && isRunning() && !isStale(); at += recordsAtOnce) {
        const some = batch.messages.slice(at, at + recordsAtOnce);
        await options.heard(batch.topic, batch.partition, some);
        const last = some.at(-1)?.offset ?? '0';
        resolveOffset(last);
        const next = String(BigInt(last) + 1n);
        await of.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset: next }]);
        waits.delete(key);
      }
    } catch (error) {
      const wait = Math.min(waits.get(key) ?? firstWaitMs, longestWaitMs);
      waits.set(key, wait * 2);
      log.warn(
        { error, topic: batch.topic, partition: batch.partition, ms: wait },
        'records could not be heard; nothing is committed',
      );
      const resume = payload.pause();
      later(wait, resume);
    } finally {
      clearInterval(beating);
    }
  }

  return {
    get joined() {
      return state.joined;
    },
    stop: async () => {
      state.stopping = true;
      for (const timer of timers) clearTimeout(timer);
      await current.disconnect();
    },
  };
}

/** What a group did not hear yet, by partition; all of it where it never heard. */
export async function lagOfGroup(
  admin: Admin,
  groupId: string,
  topics: readonly Topic[],
  topicPrefix: string,
): ReturnType<Hearing['lag']> {
  const committed = await admin.fetchOffsets({ groupId, topics: topics.map((topic) => topicPrefix + topic) });
  const lags: { topic: Topic; partition: number; records: number }[] = [];
  for (const { topic, partitions } of committed)
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      const offset = Number(partitions.find((each) => each.partition === partition)?.offset ?? -1);
      const records = Math.max(0, Number(high) - Math.max(offset, Number(low)));
      lags.push({ topic: topic.slice(topicPrefix.length) as Topic, partition, records });
    }
  return lags;
}

/** Whether a crash is of the kind that passes: the client's own word for it, or what it gave up on after many tries. */
function isRetriable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as Error & { retriable?: unknown }).retriable === true || error.name === 'KafkaJSNumberOfRetriesExceeded';
}
