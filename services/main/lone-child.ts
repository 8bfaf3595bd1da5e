import { join } from 'node:path';
import { z } from 'zod';
import { runInChild } from '../adapters/child-job/run-in-child.ts';
import { packageRoot, type Settings, settingsSchema } from '../kernel/index.ts';
import type { LeasedJob } from '../runtime/index.ts';
import type { RecogniserPlace } from './recogniser.ts';

/** What the child is told, in one variable of its environment: it takes no lock and starts no server of its own. */
export const loneJobSchema = z.object({
  settings: settingsSchema,
  recogniser: z.object({
    baseUrl: z.string(),
    apiKey: z.string().optional(),
    engine: z.object({ name: z.string(), model: z.string(), version: z.string() }),
  }),
});

export const loneJobVariable = 'PLUMBLINE_LONE_JOB';

/**
 * Runs a job that took its process down again and again in a child of its own, so that it takes down only that. The child
 * uses this product's database and recogniser; the lease stays with the parent.
 */
export function runInLoneChild(
  settings: Settings,
  address: (signal: AbortSignal) => Promise<RecogniserPlace>,
): (job: LeasedJob, signal: AbortSignal) => Promise<'ended' | 'died'> {
  return async (job, signal) => {
    const recogniser = await address(signal);
    const run = runInChild({
      command: [process.execPath, join(packageRoot, 'dist', 'services', 'main', 'lone-job.js')],
      environment: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        [loneJobVariable]: JSON.stringify({ settings, recogniser }),
      },
    });
    return run(job, signal);
  };
}
