import type { Log } from './log.ts';

export interface ShutdownStep {
  readonly name: string;
  stop(): Promise<void>;
  /** How long it may take before the next one comes, in milliseconds. Default 30,000. */
  readonly patienceMs?: number;
}

/**
 * Stops everything in the order of the list, one at a time: stop hearing, let work finish, flush, close the bus, close the
 * database. A step that fails or stands still does not keep the later ones from their turn.
 * @returns names of the steps that did not end well
 */
export async function shutDown(steps: readonly ShutdownStep[], log: Log): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, stop, patienceMs = 30_000 } of steps) {
    const started = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), patienceMs);
    });
    try {
      const result = await Promise.race([stop(), late]);
      if (result === 'late') {
        failed.push(name);
        log.warn({ step: name, ms: patienceMs }, 'shutdown: the step did not end in time');
      } else log.debug({ step: name, ms: Math.round(performance.now() - started) }, 'shutdown');
    } catch (error) {
      failed.push(name);
      log.error({ step: name, error }, 'shutdown: the step failed');
    } finally {
      clearTimeout(timer);
    }
  }
  return failed;
}
