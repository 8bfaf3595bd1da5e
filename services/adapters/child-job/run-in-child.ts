import { spawn } from 'node:child_process';
import type { LeasedJob } from '../../runtime/index.ts';

export interface ChildJobOptions {
  /** Program and arguments; job id and lease number follow. The child runs `runOne` and ends with 0 once the outcome is stored. */
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long after SIGTERM it may take to end. Default 5,000 ms. */
  readonly patienceMs?: number;
}

/**
 * Runs a job in a child process of its own: a job that took its process down before then takes down only that. The parent
 * keeps the lease meanwhile; when the signal is aborted the child is ended.
 */
export function runInChild(options: ChildJobOptions): (job: LeasedJob, signal: AbortSignal) => Promise<'ended' | 'died'> {
  const [program, ...before] = options.command;
  return (job, signal) =>
    new Promise((resolve) => {
      const child = spawn(program, [...before, job.lease.jobId, String(job.lease.number)], {
        stdio: 'ignore',
        env: { ...options.environment },
      });
      let killing: NodeJS.Timeout | undefined;
      const end = (): void => {
        child.kill('SIGTERM');
        killing = setTimeout(() => child.kill('SIGKILL'), options.patienceMs ?? 5_000);
      };
      const settle = (how: 'ended' | 'died'): void => {
        signal.removeEventListener('abort', end);
        clearTimeout(killing);
        resolve(how);
      };
      child.once('error', () => settle('died'));
      child.once('exit', (code) => settle(code === 0 ? 'ended' : 'died'));
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    });
}
