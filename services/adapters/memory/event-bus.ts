import { setTimeout as sleep } from 'node:timers/promises';
import { type Topic, topics as allTopics } from '../../kernel/index.ts';
import type { BusRecord, EventBus, HearOptions, SentEvent } from '../../runtime/event-bus.ts';

const partitions = 3;
const waitMs = 20;

interface Member {
  readonly options: HearOptions;
  readonly stopping: AbortController;
  done: Promise<void>;
}

/** A bus in this process, gone with it: partitions, groups and their places as a real one has them. */
export class MemoryEventBus implements EventBus {
  readonly #logs = new Map<string, Omit<BusRecord, 'topic' | 'partition' | 'offset'>[]>();
  readonly #heard = new Map<string, number>();
  readonly #members = new Map<string, Set<Member>>();

  /** The same bus for another user of it, who may close it without closing it for others. */
  client(): EventBus {
    return {
      send: (events) => this.send(events),
      hear: (options) => this.hear(options),
      check: () => this.check(),
      close: () => Promise.resolve(),
    };
  }

  async send(events: readonly SentEvent[]): Promise<void> {
    for (const { event, lane } of events)
      this.put(event.type, Number.parseInt(event.callId.slice(-6), 16) % partitions, Buffer.from(JSON.stringify(event)), lane);
  }

  /** Any bytes at the end of a partition. */
  put(topic: Topic, partition: number, bytes: Uint8Array, lane: BusRecord['lane'] = 'new'): void {
    const key = `${topic} ${partition}`;
    this.#logs.set(key, [...(this.#logs.get(key) ?? []), { bytes, lane }]);
  }

  async hear(options: HearOptions): ReturnType<EventBus['hear']> {
    const members = this.#members.get(options.group) ?? new Set<Member>();
    this.#members.set(options.group, members);
    const member: Member = { options, stopping: new AbortController(), done: Promise.resolve() };
    members.add(member);
    member.done = this.#run(member, members);
    return {
      joined: true,
      lag: async () =>
        this.#places(options.topics).map(({ topic, partition, log }) => ({
          topic,
          partition,
          records: log.length - (this.#heard.get(`${options.group} ${topic} ${partition}`) ?? 0),
        })),
      stop: async () => {
        member.stopping.abort();
        await member.done;
        members.delete(member);
      },
    };
  }

  async #run({ options, stopping }: Member, members: ReadonlySet<Member>): Promise<void> {
    const self = (): number => [...members].findIndex((each) => each.stopping === stopping);
    while (!stopping.signal.aborted) {
      let took = 0;
      for (const { topic, partition, log } of this.#places(options.topics)) {
        if (partition % Math.max(1, members.size) !== self()) continue;
        const place = `${options.group} ${topic} ${partition}`;
        const from = this.#heard.get(place) ?? 0;
        const records = log
          .slice(from, from + 100)
          .map((record, index) => ({ ...record, topic, partition, offset: from + index }));
        if (records.length === 0) continue;
        const fine = await options.heard(records).then(
          () => true,
          () => false,
        );
        if (!fine) continue;
        this.#heard.set(place, Math.max(this.#heard.get(place) ?? 0, from + records.length));
        took += records.length;
      }
      if (took === 0) await sleep(waitMs);
    }
  }

  #places(topics: readonly Topic[]) {
    return topics.flatMap((topic) =>
      Array.from({ length: partitions }, (_, partition) => ({
        topic,
        partition,
        log: this.#logs.get(`${topic} ${partition}`) ?? [],
      })),
    );
  }

  check(): ReturnType<EventBus['check']> {
    return Promise.resolve(allTopics.map((topic) => ({ topic, partitions, replication: 1 })));
  }

  async close(): Promise<void> {
    for (const members of this.#members.values())
      for (const { stopping, done } of members) {
        stopping.abort();
        await done;
      }
  }
}
