import { sha256 } from '../kernel/index.ts';

/**
 * How long a job waits after its n-th failure (from 1), in milliseconds: `base`, times five each time, at most ten minutes,
 * and up to a fifth more, decided by the job's id, so that what failed together does not come back together.
 */
export function waitAfterFailure(jobId: string, failures: number, baseMs: number): number {
  const plain = Math.min(baseMs * 5 ** (failures - 1), 600_000);
  const spread = Number.parseInt(sha256(`${jobId} ${failures}`).slice(0, 4), 16) / 0xffff;
  return Math.round(plain * (1 + spread / 5));
}
