import { Failure, type Stage } from '../kernel/index.ts';
import { type LeaseKeeper, LeaseLost, ShuttingDown } from './lease-keeper.ts';
import { perform, type PerformDeps } from './perform.ts';
import type { LeasedJob } from './ports.ts';
import type { Solitude } from './solitude.ts';

export interface StageWorkerDeps extends PerformDeps {
  readonly owner: string;
  readonly keeper: LeaseKeeper;
  readonly solitude: Solitude;
  /** Runs a job whose process was lost again and again in a child process. `died`: the child ended without an outcome. */
  readonly runAlone?: ((job: LeasedJob, signal: AbortSignal) => Promise<'ended' | 'died'>) | undefined;
}

export interface StageWorker {
  readonly stage: Stage;
  /** There may be ready jobs. */
  stir(): void;
  /** As `stir`, and a probe of an open circuit is due perhaps. */
  poll(): void;
  /** Leases no more; lets what runs go on for `patienceMs`, then aborts it and gives the rest back. */
  stop(patienceMs: number): Promise<void>;
}

/** A stage whose jobs take less than this is quick: its jobs are leased ahead, in batches. */
const quickMs = 150;

interface Held {
  readonly job: LeasedJob;
  readonly controller: AbortController;
}

export function stageWorker(deps: StageWorkerDeps, stage: Stage): StageWorker {
  const { store, tuning, keeper, log, owner } = deps;
  const running = new Map<LeasedJob, { held: Held; end: Promise<void> }>();
  const waiting: Held[] = [];
  let usualMs = Number.POSITIVE_INFINITY;
  let stopping = false;
  let filling: Promise<void> | undefined;
  let again = false;
  let probeDue = true;

  const begin = (): void => {
    while (!stopping && running.size < stage.concurrency) {
      const next = waiting.shift();
      if (next === undefined) break;
      const end = run(next).finally(() => {
        running.delete(next.job);
        keeper.drop(next.job.lease);
        begin();
        if (!stopping && waiting.length === 0) fill();
      });
      running.set(next.job, { held: next, end });
    }
  };

  const run = async (held: Held): Promise<void> => {
    const { job, controller } = held;
    const alone = Math.max(job.losses, job.interruptions) >= tuning.aloneFrom;
    const inChild = alone ? deps.runAlone : undefined;
    const leave = await deps.solitude.enter(alone && inChild === undefined);
    try {
      if (controller.signal.aborted) {
        // Given back by `stop`, or lost, before it was begun.
        if (!(controller.signal.reason instanceof LeaseLost)) await store.giveBack(job.lease, { kind: 'released' });
        return;
      }
      const started = performance.now();
      if (inChild === undefined) await perform(deps, stage, job, controller.signal);
      else await watchChild(inChild, held);
      const took = performance.now() - started;
      usualMs = Number.isFinite(usualMs) ? usualMs * 0.8 + took * 0.2 : took;
    } catch (error) {
      log.error({ stage: stage.name, callId: job.callId, error }, 'a job could not be given back');
    } finally {
      leave();
    }
  };

  const watchChild = async (runAlone: NonNullable<StageWorkerDeps['runAlone']>, { job, controller }: Held): Promise<void> => {
    log.warn(
      { stage: stage.name, callId: job.callId, losses: job.losses, interruptions: job.interruptions },
      'runs alone, in a child',
    );
    const how = await runAlone(job, controller.signal);
    if (how === 'ended') {
      if (job.probe) await store.closeCircuits(job.stage, job.id);
      return;
    }
    if (controller.signal.aborted) await store.giveBack(job.lease, { kind: 'released' });
    else await store.giveBack(job.lease, { kind: 'lost', dead: job.losses + 1 >= tuning.maxLosses });
  };

  const take = (jobs: readonly LeasedJob[]): void => {
    for (const job of jobs) {
      const held = { job, controller: new AbortController() };
      keeper.hold(job.lease, held.controller);
      if (job.lane === 'new') {
        const firstBackfill = waiting.findIndex(({ job: { lane } }) => lane === 'backfill');
        waiting.splice(firstBackfill === -1 ? waiting.length : firstBackfill, 0, held);
      } else waiting.push(held);
    }
    begin();
  };

  const inLane = (lane: string): number =>
    [...running.keys(), ...waiting.map(({ job }) => job)].filter((job) => job.lane === lane).length;

  /** One round of leasing; true when it brought something and more may be had. */
  const leaseSome = async (): Promise<boolean> => {
    const ahead = usualMs < quickMs ? tuning.leaseAhead : 0;
    const free = stage.concurrency + ahead - running.size - waiting.length;
    if (free <= 0 || (waiting.length > 0 && running.size >= stage.concurrency)) return false;
    const request = { stage: stage.name, owner, leaseMs: tuning.leaseMs };
    const fresh = await store.lease({ ...request, lane: 'new', limit: free });
    take(fresh);
    // Half of the places are for new calls alone, where there is more than one.
    const backfillPlaces = Math.max(1, Math.floor((stage.concurrency + ahead) / 2)) - inLane('backfill');
    const left = Math.min(free - fresh.length, backfillPlaces);
    const backfill = left > 0 ? await store.lease({ ...request, lane: 'backfill', limit: left }) : [];
    take(backfill);
    if (fresh.length + backfill.length > 0) return true;
    if (!probeDue || running.size >= stage.concurrency) return false;
    probeDue = false;
    const probe = await store.leaseProbe(request);
    if (probe !== undefined) take([probe]);
    return false;
  };

  const fill = (): void => {
    if (stopping) return;
    if (filling !== undefined) {
      again = true;
      return;
    }
    filling = (async () => {
      try {
        do again = false;
        while ((await leaseSome()) || (again && !stopping));
      } catch (error) {
        const away = error instanceof Failure && error.retryable;
        log[away ? 'warn' : 'error']({ stage: stage.name, error }, 'no jobs could be leased');
      } finally {
        filling = undefined;
      }
    })();
  };

  return {
    stage,
    stir: fill,
    poll: () => {
      probeDue = true;
      fill();
    },
    stop: async (patienceMs) => {
      stopping = true;
      await filling;
      const given = waiting.splice(0).map(async ({ job }) => {
        keeper.drop(job.lease);
        await store.giveBack(job.lease, { kind: 'released' });
      });
      const ends = [...running.values()].map(({ end }) => end);
      const timer = setTimeout(() => {
        for (const { held } of running.values()) held.controller.abort(new ShuttingDown('the process stops'));
      }, patienceMs);
      // Work that does not heed its signal keeps nothing back: its lease is given back under it, and it cannot finish any more.
      const deaf = new Promise<'deaf'>((resolve) => {
        setTimeout(() => resolve('deaf'), patienceMs + 2_000).unref();
      });
      const how = await Promise.race([Promise.allSettled(ends), deaf]);
      clearTimeout(timer);
      if (how === 'deaf')
        given.push(...[...running.keys()].map(async ({ lease }) => void (await store.giveBack(lease, { kind: 'released' }))));
      const failure = (await Promise.allSettled(given)).find((result) => result.status === 'rejected');
      if (failure !== undefined)
        log.warn({ stage: stage.name, error: failure.reason }, 'leases could not be given back; they run out by themselves');
    },
  };
}
