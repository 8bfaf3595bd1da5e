import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Folder for what is built once for a user: `plumbline` under the user's cache. */
export const cacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'plumbline');

/** Whether a build of this name (with its version) is there already. */
export const isBuilt = (name: string): boolean => existsSync(join(cacheFolder(), name));

/**
 * The folder of a build, made by `build` where it is not there yet. It appears whole or not at all, and of several processes
 * one builds while the others wait: the builds are large, and the machine is not.
 */
export async function cachedBuild(name: string, build: (folder: string) => void): Promise<string> {
  const target = join(cacheFolder(), name);
  const lock = `${target}.building`;
  mkdirSync(cacheFolder(), { recursive: true });
  for (;;) {
    if (existsSync(target)) return target;
    try {
      mkdirSync(lock);
      break;
    } catch {
      // Whoever builds touches its lock only at the start: one of half an hour is left over.
      if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 1_800_000)
        rmSync(lock, { recursive: true, force: true });
      await sleep(500);
    }
  }
  utimesSync(lock, new Date(), new Date());
  const work = `${target}.${process.pid}`;
  try {
    if (existsSync(target)) return target;
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work);
    build(work);
    renameSync(work, target);
    return target;
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Runs a program of a build; what it printed last is in the error when it fails. */
export function must(
  program: string,
  parameters: readonly string[],
  cwd: string,
  environment: Record<string, string> = {},
): void {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    env: { ...process.env, ...environment },
  });
  if (error !== undefined || status !== 0)
    throw new Error(`${program} failed while building a test server:\n${`${stdout ?? ''}${stderr ?? ''}`.slice(-2000)}`, {
      cause: error,
    });
}

/** Whether a program can be run here. */
export const runs = (program: string, parameters: readonly string[]): boolean =>
  spawnSync(program, parameters, { stdio: 'ignore' }).status === 0;
