import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive, type ProcessIdentity } from '../data-home/process-identity.ts';
import { identitySchema } from './identity-file.ts';

/**
 * Notes which recogniser belongs to this process, so that a later start can tell one that was left behind from one that
 * somebody else is using. Returns the note's remover.
 */
export function noteRecogniser(folder: string, pid: number): () => void {
  const child = identityOf(pid);
  const parent = identityOf(process.pid);
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
    if (note !== undefined && isAlive(note.parent)) continue;
    // Where the system does not tell when a process started, the number alone is no proof of which one it is.
    if (note !== undefined && note.child.started !== '' && isAlive(note.child)) {
      await stopProcess(note.child);
      stopped += 1;
    }
    rmSync(path, { force: true });
  }
  return stopped;
}

const noteSchema = identitySchema.extend({ parent: identitySchema });

function readNote(path: string): { child: ProcessIdentity; parent: ProcessIdentity } | undefined {
  try {
    const { data } = noteSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return data === undefined ? undefined : { child: data, parent: data.parent };
  } catch {
    return undefined;
  }
}

/** Asks, waits two seconds, then insists; returns when the process is gone. */
async function stopProcess(identity: ProcessIdentity): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isAlive(identity)) return;
    try {
      process.kill(identity.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    for (let step = 0; step < 40 && isAlive(identity); step++) await sleep(50);
  }
}
