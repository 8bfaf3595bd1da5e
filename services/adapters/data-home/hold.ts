import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../kernel/index.ts';
import { identityOf, isAlive } from './process-identity.ts';

/** Proof that this process alone works on a data folder. */
export interface HomeHold {
  readonly home: string;
  release(): void;
}

const claimSchema = z.object({ pid: z.int(), started: z.string(), since: z.string(), released: z.boolean() });
type Claim = z.output<typeof claimSchema>;

/**
 * Takes a data folder for this process; it stays taken until `release` or until the process is gone, however it went.
 *
 * Claims are numbered files and the highest number counts. A claim is made by `link`, which fails when the number is taken,
 * so of several processes that find a dead holder one alone comes next. Numbers never go back: the highest is kept on release.
 * @throws Failure `home.held` that says who holds it and since when
 */
export function holdHome(home: string, now: () => Date): HomeHold {
  const folder = join(home, 'hold');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const self = identityOf(process.pid);
  if (self === undefined) throw new Error('this process has no identity');
  const claim: Claim = { ...self, since: now().toISOString(), released: false };
  const draft = join(folder, `draft-${process.pid}`);
  for (let attempt = 0; attempt < 20; attempt++) {
    const highest = highestOf(folder);
    refuseIfHeld(join(folder, String(highest)), home);
    const mine = join(folder, String(highest + 1));
    writeFileSync(draft, JSON.stringify(claim), { mode: 0o600 });
    try {
      linkSync(draft, mine);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    if (highestOf(folder) > highest + 1) {
      rmSync(mine, { force: true });
      continue;
    }
    for (const older of numbersOf(folder)) if (older <= highest) rmSync(join(folder, String(older)), { force: true });
    return { home, release: () => release(folder, mine, claim) };
  }
  throw new Failure({
    code: 'home.busy',
    message: 'Several processes start on the data folder at once; try again.',
    retryable: true,
  });
}

function release(folder: string, mine: string, claim: Claim): void {
  const draft = join(folder, `draft-${process.pid}`);
  writeFileSync(draft, JSON.stringify({ ...claim, released: true }), { mode: 0o600 });
  renameSync(draft, mine);
}

function refuseIfHeld(file: string, home: string): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const claim = claimSchema.safeParse(parseOrNull(text));
  if (!claim.success || claim.data.released || !isAlive(claim.data)) return;
  throw new Failure({
    code: 'home.held',
    message:
      `The data folder ${home} is in use by process ${claim.data.pid} since ${claim.data.since}. ` +
      'Stop that one, or set PLUMBLINE_HOME to another folder.',
    retryable: false,
  });
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

const numbersOf = (folder: string): number[] =>
  readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
const highestOf = (folder: string): number => Math.max(0, ...numbersOf(folder));
