import type { Envelope, Topic } from '../kernel/index.ts';
import type { Lane } from './ports.ts';

/** An event for a bus, and the lane in which its jobs are to run. */
export interface SentEvent {
  readonly event: Envelope;
  readonly lane: Lane;
}

/** What a bus delivered, unread. */
export interface BusRecord {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly lane: Lane;
  readonly bytes: Uint8Array;
}

export interface HearOptions {
  /** Members of a group share the records among them; groups hear each all of them. */
  readonly group: string;
  readonly topics: readonly Topic[];
  /**
   * Takes records of one partition, in order. They count as heard when it resolves; while it rejects, the same ones come again
   * after a wait, and nothing behind them.
   */
  heard(records: readonly BusRecord[]): Promise<void>;
  /** The bus gave up on this member for good: the process has to say it is not alive, and end. */
  crashed(error: unknown): void;
}

export interface Hearing {
  /** Whether it is a member of its group and asks for records. */
  readonly joined: boolean;
  /** Records that the group did not hear yet, by partition. */
  lag(): Promise<readonly { readonly topic: Topic; readonly partition: number; readonly records: number }[]>;
  /** Lets what is being heard come to its end, then leaves the group. */
  stop(): Promise<void>;
}

/** How a topic is laid out. */
export interface TopicState {
  readonly topic: Topic;
  readonly partitions: number;
  readonly replication: number;
}

/**
 * A bus between the outbox and the jobs. At least once: duplicates are normal, and order is kept for the events of one call
 * alone. A bus that cannot be reached throws a Failure of the dependency `events`.
 */
export interface EventBus {
  /** Resolves when every event is acknowledged by as many copies as the bus is set to. */
  send(events: readonly SentEvent[]): Promise<void>;
  hear(options: HearOptions): Promise<Hearing>;
  /**
   * Looks whether the topics are there, as they should be.
   * @throws Failure `events.topic-missing` or `events.too-few-copies` that says which and what to do
   */
  check(): Promise<readonly TopicState[]>;
  close(): Promise<void>;
}
