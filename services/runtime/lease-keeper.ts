import type { Log } from './log.ts';
import type { Lease, RuntimeStore } from './ports.ts';
import type { Tuning } from './tuning.ts';

/** Keeps the leases of this process, and aborts work whose lease is gone. */
export interface LeaseKeeper {
  hold(lease: Lease, controller: AbortController): void;
  drop(lease: Lease): void;
  held(): readonly Lease[];
  start(): void;
  stop(): Promise<void>;
}

/** Why a job's signal was aborted. */
export class LeaseLost extends Error {}
export class ShuttingDown extends Error {}

export function leaseKeeper(
  store: Pick<RuntimeStore, 'renew'>,
  tuning: Pick<Tuning, 'leaseMs' | 'renewMs'>,
  log: Log,
  now: () => number = () => performance.now(),
): LeaseKeeper {
  const holdings = new Map<string, { lease: Lease; controller: AbortController; renewedAt: number }>();
  let timer: NodeJS.Timeout | undefined;
  let renewing = Promise.resolve();

  const renew = async (): Promise<void> => {
    const mine = [...holdings.values()];
    if (mine.length === 0) return;
    const askedAt = now();
    try {
      const kept = new Set(
        (
          await store.renew(
            mine.map(({ lease }) => lease),
            tuning.leaseMs,
          )
        ).map(keyOf),
      );
      for (const holding of mine)
        if (kept.has(keyOf(holding.lease))) holding.renewedAt = askedAt;
        // What ended while we asked is no longer there, and lost nothing.
        else if (holdings.get(keyOf(holding.lease)) === holding) lose(holding);
    } catch (error) {
      log.warn({ error, leases: mine.length }, 'leases could not be renewed');
      for (const holding of mine) if (now() - holding.renewedAt >= tuning.leaseMs) lose(holding);
    }
  };
  const lose = ({ lease, controller }: { lease: Lease; controller: AbortController }): void => {
    log.warn({ jobId: lease.jobId, lease: lease.number }, 'lease lost: its work is aborted');
    controller.abort(new LeaseLost('the lease of this work is gone'));
  };
  return {
    hold: (lease, controller) => void holdings.set(keyOf(lease), { lease, controller, renewedAt: now() }),
    drop: (lease) => void holdings.delete(keyOf(lease)),
    held: () => [...holdings.values()].map(({ lease }) => lease),
    start: () => {
      timer = setInterval(() => {
        renewing = renewing.then(renew);
      }, tuning.renewMs);
    },
    stop: async () => {
      clearInterval(timer);
      await renewing;
    },
  };
}

const keyOf = (lease: Lease): string => `${lease.number} ${lease.jobId}`;
