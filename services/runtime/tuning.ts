/** Times and counts of the runtime, in milliseconds where nothing else is said. */
export interface Tuning {
  readonly leaseMs: number;
  readonly renewMs: number;
  /** Everything is looked at this often, whether somebody stirred or not. */
  readonly pollMs: number;
  readonly reapMs: number;
  /** Input failures until a job is dead. */
  readonly maxFailures: number;
  /** Lost leases until a job is dead. */
  readonly maxLosses: number;
  /** From this many losses (or interruptions) on a job runs alone. */
  readonly aloneFrom: number;
  /** Wait after a first failure. */
  readonly failureWaitMs: number;
  /** Shortest time between two runs of the relay, so that events travel in batches when there are many. */
  readonly relayGapMs: number;
  readonly relayBatch: number;
  /** Jobs of quick stages that are leased before they are begun, so that leases come in batches. */
  readonly leaseAhead: number;
  /** How long events are kept for replay. */
  readonly keepEventsMs: number;
  /** How long work may go on after `stop` before it is aborted and its lease released. */
  readonly stopPatienceMs: number;
}

export const defaultTuning: Tuning = {
  leaseMs: 60_000,
  renewMs: 15_000,
  pollMs: 1_000,
  reapMs: 5_000,
  maxFailures: 5,
  maxLosses: 20,
  aloneFrom: 3,
  failureWaitMs: 1_000,
  relayGapMs: 20,
  relayBatch: 200,
  leaseAhead: 8,
  keepEventsMs: 30 * 24 * 3_600_000,
  stopPatienceMs: 10_000,
};
