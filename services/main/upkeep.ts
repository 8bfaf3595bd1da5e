import { describeError, type Lead, type Log, type ShutdownStep } from '../runtime/index.ts';

export interface Upkeep {
  readonly name: string;
  readonly everyMs: number;
  work(): Promise<unknown>;
}

/**
 * Does a small work now and again and again, never twice at once, until the step stops it; what fails is logged and tried
 * again. Stopping waits for the turn that runs, then does the work a last time.
 */
export function keepUp({ name, everyMs, work }: Upkeep, log: Log): ShutdownStep {
  let running: Promise<void> | undefined;
  const turn = (): Promise<void> =>
    (running ??= work()
      .then(
        () => undefined,
        (error: unknown) => log.warn({ upkeep: name, error: describeError(error) }, 'upkeep failed; tried again'),
      )
      .finally(() => (running = undefined)));
  const timer = setInterval(() => void turn(), everyMs);
  void turn();
  return {
    name,
    stop: async () => {
      clearInterval(timer);
      await running;
      await turn();
    },
  };
}

/** What `begin` begins, in one process at a time: where others do the same it waits for its turn. */
export function inTurn(name: string, lead: Lead, begin: () => ShutdownStep, log: Log): ShutdownStep {
  const stop = new AbortController();
  const leading = lead(async (signal) => {
    const step = begin();
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await step.stop();
  }, stop.signal).catch((error: unknown) => log.error({ upkeep: name, error: describeError(error) }, 'upkeep ended'));
  return {
    name,
    stop: async () => {
      stop.abort();
      await leading;
    },
  };
}
