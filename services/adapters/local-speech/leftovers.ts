import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, parseIdentity, processIdentity, type ProcessIdentity } from './process-identity.ts';

/**
 * Notes which recogniser belongs to this process, so that a later start can tell one that was left behind from one that
 * somebody else is using. Returns the note's remover.
 */
export function noteRecogniser(folder: string, pid: number): () => void {
  const child = processIdentity(pid);
  const parent = processIdentity(process.pid);
  if (child === undefined || parent === undefined) return () => undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `recogniser-${pid}.json`);
  writeFileSync(path, JSON.stringify({ ...child, parent }), { mode: 0o600 });
  return () => rmSync(path, { force: true });
}

/**
 * Stops recognisers whose parent is gone. They end by themselves when their standard input closes; this is for one that hangs.
 * @returns how many had to be stopped
 */
export async function stopLeftRecognisers(folder: string): Promise<number> {
  let stopped = 0;
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /^recogniser-\d+\.json$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  for (const name of names) {
    const path = join(folder, name);
    const note = readNote(path);
    if (note !== undefined && isRunning(note.parent)) continue;
    if (note !== undefined && isRunning(note.child)) {
      await stopProcess(note.child);
      stopped += 1;
    }
    rmSync(path, { force: true });
  }
  return stopped;
}

function readNote(path: string): { child: ProcessIdentity; parent: ProcessIdentity } | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const child = parseIdentity(text);
    const parent = parseIdentity(JSON.stringify((JSON.parse(text) as { parent?: unknown }).parent));
    return child === undefined || parent === undefined ? undefined : { child, parent };
  } catch {
    return undefined;
  }
}

/** Asks, waits two seconds, then insists; returns when the process is gone. */
async function stopProcess(identity: ProcessIdentity): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isRunning(identity)) return;
    try {
      process.kill(identity.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    for (let step = 0; step < 40 && isRunning(identity); step++) await sleep(50);
  }
}
