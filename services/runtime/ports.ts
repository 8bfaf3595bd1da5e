import type { Envelope, Job, NewEvent, Recipe, Refusal, Tx } from '../kernel/index.ts';

/** New calls go before backfill, which never takes more than its share of a process. */
export type Lane = 'new' | 'backfill';

/** Proof that a job is ours: the number grows with each lease, and the finishing transaction asks for it. */
export interface Lease {
  readonly jobId: string;
  readonly number: number;
}

export interface LeasedJob extends Job {
  readonly lease: Lease;
  readonly lane: Lane;
  /** Times its input failed. */
  readonly failures: number;
  /** Leases that ended without an outcome. */
  readonly losses: number;
  /** Times its own process was stopped or killed under it. */
  readonly interruptions: number;
  /** It is the one probe of its stage's open circuit. */
  readonly probe: boolean;
}

/** Says in the hearing transaction what is to be done; what it tells goes to the outbox with it. */
export type Plan = (tx: Tx, heard: HeardEvent, tell: (event: NewEvent) => void) => Promise<readonly PlannedJob[]>;

/** What hearing an event asks for. */
export interface PlannedJob {
  readonly stage: string;
  readonly callId: string;
  readonly recipe: Recipe;
}

/** What the runtime asks of the calls themselves; the contexts' stores know their tables, the runtime does not. */
export interface CallGate {
  /**
   * In every finish, before anything is written: takes the call's row lock and raises `call.revision`. `erased` when the call
   * (or its recording) has a tombstone: then nothing is written. `unknown` when there is no such call: nothing is written either.
   */
  lockForFinish(tx: Tx, callId: string): Promise<'present' | 'erased' | 'unknown'>;
  /** When hearing: those among the calls that have a tombstone. */
  erasedAmong(tx: Tx, callIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** The call is failed, with the reason that a person reads on the ledger. */
  markFailed(tx: Tx, callId: string, refusal: Refusal): Promise<void>;
}

/** What a finishing transaction does, beside checking the lease and moving the job to the finished ones. */
export interface Finish {
  readonly outcome: 'done' | 'refused' | 'dropped';
  /** Why, for what was refused or dropped. */
  readonly code?: string;
  readonly refusal?: Refusal;
  write?(tx: Tx): Promise<void>;
  readonly events: readonly NewEvent[];
  /** Trace context of the events. */
  readonly traceparent: string;
}

/** `lost`: the lease is another's by now, nothing was written. `erased`: the call is gone, the job was dropped. */
export type FinishResult = 'finished' | 'erased' | 'lost';

export interface Trouble {
  readonly code: string;
  /** For people; never content. */
  readonly message: string;
}

export type GiveBack =
  /** Shutdown, or it was never begun: not counted. */
  | { readonly kind: 'released' }
  /** The input failed: counted, ready again after a wait; `dead` when that was the last try. */
  | { readonly kind: 'failed'; readonly trouble: Trouble; readonly waitMs: number; readonly dead: boolean }
  /** A dependency is away: not counted; the stage's circuit opens, or stays open when this was its probe. */
  | {
      readonly kind: 'dependency';
      readonly trouble: Trouble;
      readonly dependency: string;
      readonly retryAfterMs: number | undefined;
    }
  /** The process that worked on it is gone: a loss; `dead` when that was the last one. */
  | { readonly kind: 'lost'; readonly dead: boolean };

export interface HeardEvent {
  readonly event: Envelope;
  readonly lane: Lane;
}

export interface RelayReport {
  /** Events taken from the outbox. */
  readonly moved: number;
  /** Jobs that are new, by stage. */
  readonly planned: Readonly<Record<string, number>>;
  /** Jobs that were there already, finished or not. */
  readonly duplicates: number;
  /** An event whose plan failed: it waits, or is dead after its last try. */
  readonly failed: { readonly event: Envelope; readonly error: unknown; readonly dead: boolean } | undefined;
}

/** An event of the outbox, for a relay to a bus. */
export interface QueuedEvent extends HeardEvent {
  /** Its place in the outbox. */
  readonly seq: number;
}

export interface HearReport extends Omit<RelayReport, 'moved' | 'failed'> {
  /** The event whose plan failed; then nothing was done for any of them. */
  readonly failed: { readonly event: Envelope; readonly error: unknown } | undefined;
}

/** What was heard from a bus and cannot be planned: kept aside, so that what comes behind it can be heard. */
export interface ParkedRecord {
  readonly kind: 'event' | 'unreadable' | 'unknown-version';
  readonly place: { readonly topic: string; readonly partition: number; readonly offset: number };
  readonly event?: Envelope;
  readonly lane: Lane;
  /** Where its bytes lie in the raw store. */
  readonly rawObject?: string;
  readonly code: string;
  /** For people; never content. */
  readonly message: string;
  readonly attempts: number;
}

export interface DeadLetter {
  readonly id: string;
  readonly kind: 'job' | 'event' | 'unreadable' | 'unknown-version';
  readonly stage: string | undefined;
  readonly callId: string | undefined;
  readonly jobId: string | undefined;
  readonly recipe: Recipe | undefined;
  readonly event: Envelope | undefined;
  /** Where it came from, for what was heard from a bus. */
  readonly place: { readonly topic: string; readonly partition: number; readonly offset: number } | undefined;
  /** Where its bytes lie in the raw store. */
  readonly rawObject: string | undefined;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly losses: number;
  /** UTC milliseconds. */
  readonly diedAt: number;
}

export interface StageStatus {
  readonly stage: string;
  readonly ready: number;
  readonly working: number;
  /** Waiting for its next try. */
  readonly waiting: number;
  /** Age of the oldest ready job: the number to scale and alarm on. Null when none is ready. */
  readonly oldestReadyMs: number | null;
}

export interface CircuitStatus extends Trouble {
  readonly stage: string;
  readonly dependency: string;
  /** UTC milliseconds. */
  readonly openSince: number;
  readonly probes: number;
}

export interface RuntimeSnapshot {
  readonly stages: readonly StageStatus[];
  readonly circuits: readonly CircuitStatus[];
  readonly dead: number;
  /** Events that the relay has not moved yet, and the age of the oldest. */
  readonly outbox: number;
  readonly oldestOutboxMs: number | null;
}

/** What stirred: events to relay, or ready jobs (of a stage). */
export type Stir = { readonly kind: 'outbox' } | { readonly kind: 'jobs'; readonly stage: string | undefined };

/**
 * The queue of record. Only its own clock decides about leases. Every method is safe to repeat.
 * A store that cannot be reached throws a Failure of the dependency `database`.
 */
export interface RuntimeStore {
  /** One transaction: `write`, then its events into the outbox. `write` may run again after a rollback. */
  accept<T>(
    write: (tx: Tx) => Promise<{ readonly value: T; readonly events: readonly NewEvent[] }>,
    options: { readonly lane: Lane; readonly traceparent: string },
  ): Promise<T>;

  /**
   * One transaction: takes up to `limit` events from the outbox, keeps them for replay, asks `plan` for each and inserts the
   * jobs that are new. A `plan` that throws rolls everything back and counts against that event alone.
   */
  relay(limit: number, plan: Plan): Promise<RelayReport>;

  /** Up to `limit` of the oldest events in the outbox, which stay there. */
  queued(limit: number): Promise<readonly QueuedEvent[]>;
  /** A bus acknowledged them: they leave the outbox and are kept for replay. */
  sent(seqs: readonly number[]): Promise<void>;
  /**
   * One transaction: asks `plan` for each event that a bus delivered and inserts the jobs that are new; nothing when one of the
   * plans fails.
   */
  hear(events: readonly HeardEvent[], plan: Plan): Promise<HearReport>;
  /** A dead letter for a record, one for each place, however often it is parked. */
  park(record: ParkedRecord): Promise<void>;

  /** Whether a job of the call is leased now: somebody may still write what belongs to it. */
  isWorkedOn(callId: string): Promise<boolean>;
  /** Up to `limit` ready jobs of a stage, oldest first; none while its circuit is open. */
  lease(request: {
    readonly stage: string;
    readonly lane: Lane;
    readonly owner: string;
    readonly limit: number;
    readonly leaseMs: number;
  }): Promise<readonly LeasedJob[]>;
  /** One job of a stage whose circuit is open, when a probe is due and no other runs anywhere. */
  leaseProbe(request: {
    readonly stage: string;
    readonly owner: string;
    readonly leaseMs: number;
  }): Promise<LeasedJob | undefined>;
  /** The job under a lease that is ours: what a child process works on. */
  leased(lease: Lease): Promise<LeasedJob | undefined>;
  /** The leases that are still ours, now with `leaseMs` from now. */
  renew(leases: readonly Lease[], leaseMs: number): Promise<readonly Lease[]>;
  finish(lease: Lease, finish: Finish): Promise<FinishResult>;
  /** False when the lease was no longer ours. */
  giveBack(lease: Lease, how: GiveBack): Promise<boolean>;
  /** The probe of this job found its dependencies back: the circuits that it probed close. */
  closeCircuits(stage: string, jobId: string): Promise<void>;
  /** Counts a loss for every lease that ran out (but `except`, which this process still works on); dead after `maxLosses`. */
  reap(options: {
    readonly except: readonly Lease[];
    readonly maxLosses: number;
  }): Promise<readonly { readonly stage: string; readonly jobId: string; readonly dead: boolean }[]>;
  /** At start: leases of an earlier life of this instance are free again, uncounted. */
  releaseOwn(owner: string): Promise<number>;

  /** Newest first. */
  deadLetters(page: {
    readonly limit: number;
    readonly after?: string | undefined;
  }): Promise<{ readonly letters: readonly DeadLetter[]; readonly next: string | undefined }>;
  deadLetter(id: string): Promise<DeadLetter | undefined>;
  /**
   * Back to work with its counters at zero; false when there is no such letter, or it cannot be replayed here. `event` is what a
   * record that could not be read turned out to be.
   */
  replay(id: string, event?: Envelope): Promise<boolean>;
  /**
   * Part of a transaction: gives everything of a call that ended without a result another try. Dead jobs and events are replayed;
   * refused jobs are forgotten, so that hearing of the call plans them again.
   */
  retry(tx: Tx, callId: string): Promise<{ readonly replayed: number; readonly refused: number }>;
  /** Puts kept events into the outbox again, oldest first; how many. */
  replayEvents(filter: {
    readonly topic?: string;
    readonly callId?: string;
    readonly sinceMs?: number;
    readonly lane: Lane;
  }): Promise<number>;
  /** Forgets kept events older than this; how many. Call until it is 0. */
  pruneEvents(olderThanMs: number, limit: number): Promise<number>;

  snapshot(): Promise<RuntimeSnapshot>;
  /** Tells of new work, of this process and of others. A hint: stirs get lost, so poll as well. */
  listen(stirred: (stir: Stir) => void): Promise<{ close(): Promise<void> }>;
}
