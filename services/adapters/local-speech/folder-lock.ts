import { readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive } from '../data-home/process-identity.ts';
import { parseIdentity } from './identity-file.ts';

/** Milliseconds after which a lock's breaker that never finished is passed over. */
const breakerAgeMs = 30_000;

/**
 * Holds `folder` for this process while `work` runs; others wait. The lock of a process that is gone (kill -9) is broken.
 * Processes on other machines are not seen: the folder belongs to one machine.
 * @param onWait called once when somebody else holds the folder
 */
export async function holdFolder<T>(
  folder: string,
  work: () => Promise<T>,
  options: { signal?: AbortSignal | undefined; onWait?: () => void } = {},
): Promise<T> {
  const path = join(folder, '.lock');
  let waited = false;
  while (!take(path)) {
    options.signal?.throwIfAborted();
    if (breakStale(path)) continue;
    if (!waited) options.onWait?.();
    waited = true;
    await sleep(200, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
  try {
    return await work();
  } finally {
    unlinkSync(path);
  }
}

function take(path: string): boolean {
  const own = identityOf(process.pid) ?? { pid: process.pid, started: '' };
  try {
    writeFileSync(path, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock when its holder is gone. One breaker at a time, who looks again, so that a fresh lock is never removed. */
function breakStale(path: string): boolean {
  if (!isStale(path)) return false;
  const breaker = `${path}.break`;
  try {
    writeFileSync(breaker, '', { flag: 'wx', mode: 0o600 });
  } catch {
    if (ageMs(breaker) > breakerAgeMs) unlinkQuietly(breaker);
    return false;
  }
  try {
    if (!isStale(path)) return false;
    unlinkQuietly(path);
    return true;
  } finally {
    unlinkQuietly(breaker);
  }
}

function isStale(path: string): boolean {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return false;
  }
  const holder = parseIdentity(text);
  // A lock that cannot be read is being written this moment, or its writer died in between.
  return holder === undefined ? ageMs(path) > breakerAgeMs : !isAlive(holder);
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
