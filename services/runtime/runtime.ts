import { Failure, type NewEvent, type Stage, type Tx } from '../kernel/index.ts';
import type { DiskGuard } from './disk-guard.ts';
import { lookAtHealth, type RuntimeHealth } from './health.ts';
import { type LeaseKeeper, leaseKeeper } from './lease-keeper.ts';
import type { Log } from './log.ts';
import { type RuntimeMetrics, runtimeMetrics } from './metrics.ts';
import { perform } from './perform.ts';
import type { DeadLetter, Lane, Lease, LeasedJob, RuntimeStore, Stir } from './ports.ts';
import { relayLoop } from './relay-loop.ts';
import { solitude } from './solitude.ts';
import { stageWorker } from './stage-worker.ts';
import { newTraceparent } from './trace-context.ts';
import { defaultTuning, type Tuning } from './tuning.ts';

export interface RuntimeOptions {
  readonly store: RuntimeStore;
  readonly stages: readonly Stage[];
  /** Name of this instance, the same after a restart: its old leases are released when it starts. */
  readonly owner: string;
  readonly log: Log;
  readonly metrics?: RuntimeMetrics;
  readonly disk?: DiskGuard;
  readonly tuning?: Partial<Tuning>;
  /** Starts a child process for a job that took its process down before (see `runOne`); without it such a job runs with no other beside it. */
  readonly runAlone?: (job: LeasedJob, signal: AbortSignal) => Promise<'ended' | 'died'>;
  /** Whether this process relays the outbox to jobs itself, without a bus. Default true. */
  readonly relays?: boolean;
  /** The stages that this process plans when it relays, where others work on them. Default `stages`. */
  readonly plans?: readonly Stage[];
}

export interface Runtime {
  /** Releases the leases of an earlier life, then hears and works. */
  start(): Promise<void>;
  /** Stops hearing, lets work finish or gives its lease back, flushes the outbox. */
  stop(): Promise<void>;
  /** One transaction: `write`, then the events that it returns into the outbox. */
  accept<T>(
    write: (tx: Tx) => Promise<{ readonly value: T; readonly events: readonly NewEvent[] }>,
    options?: { readonly lane?: Lane; readonly traceparent?: string },
  ): Promise<T>;
  /** Whether new recordings may be taken now; else why not, for people. */
  accepting(): Promise<{ readonly accepting: true } | { readonly accepting: false; readonly reason: string }>;
  health(): Promise<RuntimeHealth>;
  /** Prometheus text. */
  metricsText(): Promise<string>;
  readonly dead: {
    list: RuntimeStore['deadLetters'];
    get(id: string): Promise<DeadLetter | undefined>;
    replay: RuntimeStore['replay'];
  };
  /** Part of a transaction of `accept`: gives the dead and the refused jobs of a call another try. */
  retry: RuntimeStore['retry'];
  /** Whether a job of the call is leased now, here or in another process. */
  isWorkedOn(callId: string): Promise<boolean>;
  /** Resolves when no event and no job is left that could go on now (those that wait for a dependency or a next try do not count). */
  idle(signal?: AbortSignal): Promise<void>;
}

/**
 * Runs stages over a store.
 * @throws TypeError when two stages have one name
 */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { store, stages, log, owner, disk } = options;
  const names = stages.map(({ name }) => name);
  for (const name of names)
    if (names.indexOf(name) !== names.lastIndexOf(name)) throw new TypeError(`two stages have the name ${name}`);
  const tuning: Tuning = { ...defaultTuning, ...options.tuning };
  const metrics = options.metrics ?? runtimeMetrics();
  const keeper = leaseKeeper(store, tuning, log);
  const deps = { store, tuning, log, metrics, owner, keeper, solitude: solitude(), runAlone: options.runAlone };
  const workers = stages.map((stage) => stageWorker(deps, stage));
  const stirJobs = (stage: string | undefined): void => {
    for (const worker of workers) if (stage === undefined || worker.stage.name === stage) worker.stir();
  };
  const relay = relayLoop({ store, stages: options.plans ?? stages, tuning, log, metrics }, stirJobs);
  const relays = options.relays ?? true;
  const state = { running: false };
  const timers: NodeJS.Timeout[] = [];
  let listening: { close(): Promise<void> } | undefined;

  const stirred = (stir: Stir): void => {
    if (!state.running) return;
    if (stir.kind === 'jobs') stirJobs(stir.stage);
    else if (relays) relay.stir();
  };
  const health = cachedFor(500, () => lookAtHealth({ store, stages: names, disk, running: state.running, metrics, log }));

  return {
    start: async () => {
      const released = await store.releaseOwn(owner);
      if (released > 0) log.info({ released }, 'leases of an earlier life were released');
      listening = await store.listen(stirred);
      state.running = true;
      keeper.start();
      timers.push(
        setInterval(() => {
          if (relays) relay.stir();
          for (const worker of workers) worker.poll();
        }, tuning.pollMs),
        setInterval(() => void reapOnce(store, keeper, tuning, log, stirJobs), tuning.reapMs),
        setInterval(() => void pruneSome(store, tuning, log), 3_600_000),
      );
      if (relays) relay.stir();
      for (const worker of workers) worker.poll();
    },
    stop: async () => {
      state.running = false;
      for (const timer of timers.splice(0)) clearInterval(timer);
      await relay.stop();
      await Promise.all(workers.map((worker) => worker.stop(tuning.stopPatienceMs)));
      await keeper.stop();
      try {
        if (relays) await relay.drain();
      } catch (error) {
        log.warn({ error }, 'the outbox could not be flushed; it is relayed at the next start');
      }
      await listening?.close();
    },
    accept: async (write, { lane = 'new', traceparent = newTraceparent() } = {}) => {
      const value = await store.accept(write, { lane, traceparent });
      stirred({ kind: 'outbox' });
      return value;
    },
    accepting: async () => {
      const answer = await disk?.check();
      if (answer === undefined || answer.accepting) return { accepting: true };
      return { accepting: false, reason: answer.reason ?? 'The disk is nearly full.' };
    },
    health,
    metricsText: async () => {
      await health();
      return metrics.registry.metrics();
    },
    dead: {
      list: (page) => store.deadLetters(page),
      get: (id) => store.deadLetter(id),
      replay: (id, event) => store.replay(id, event),
    },
    retry: (tx, callId) => store.retry(tx, callId),
    isWorkedOn: (callId) => store.isWorkedOn(callId),
    idle: async (signal) => {
      for (;;) {
        const { stages: statuses, outbox } = await store.snapshot();
        if (outbox === 0 && statuses.every(({ ready, working }) => ready === 0 && working === 0)) return;
        signal?.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
  };
}

/**
 * One leased job in this process alone: what a child of `runAlone` does. The parent keeps the lease meanwhile.
 * @returns false when the lease is not valid any more, or the stage unknown
 */
export async function runOne(
  options: Pick<RuntimeOptions, 'store' | 'stages' | 'log' | 'metrics' | 'tuning'>,
  lease: Lease,
  signal: AbortSignal,
): Promise<boolean> {
  const job = await options.store.leased(lease);
  const stage = options.stages.find(({ name }) => name === job?.stage);
  if (job === undefined || stage === undefined) return false;
  const tuning = { ...defaultTuning, ...options.tuning };
  await perform(
    { store: options.store, tuning, log: options.log, metrics: options.metrics ?? runtimeMetrics() },
    stage,
    job,
    signal,
  );
  return true;
}

async function reapOnce(
  store: RuntimeStore,
  keeper: LeaseKeeper,
  tuning: Tuning,
  log: Log,
  stir: (stage: string) => void,
): Promise<void> {
  try {
    const losses = await store.reap({ except: keeper.held(), maxLosses: tuning.maxLosses });
    for (const loss of losses) log.warn(loss, 'a lease ended without an outcome');
    for (const stage of new Set(losses.map((loss) => loss.stage))) stir(stage);
  } catch (error) {
    log.warn({ error }, 'lost leases could not be looked for');
  }
}

async function pruneSome(store: RuntimeStore, tuning: Tuning, log: Log): Promise<void> {
  try {
    while ((await store.pruneEvents(tuning.keepEventsMs, 5_000)) === 5_000);
  } catch (error) {
    const away = error instanceof Failure && error.retryable;
    log[away ? 'warn' : 'error']({ error }, 'old events could not be forgotten');
  }
}

/** The same answer for everyone who asks within a short time. */
function cachedFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at >= ms) last = { at: now, answer: ask() };
    return last.answer;
  };
}
