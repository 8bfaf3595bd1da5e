import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { random } from './seeded.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const kills = Math.round(10 * scale);
/** New calls in each life: more than it can do before it is killed. */
const callsPerLife = 12;
const longestLifeMs = 1_000;

interface Life {
  readonly child: ChildProcess;
  /** What it said so far. */
  readonly said: Record<string, unknown>[];
  readonly errors: () => string;
  readonly end: Promise<number | null>;
}

function live(home: string, upTo: number): Life {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'life.ts'), home, String(upTo)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Record<string, unknown>[] = [];
  let rest = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) said.push(JSON.parse(line) as Record<string, unknown>);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4_000);
  });
  const end = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  return { child, said, errors: () => errors, end };
}

/** Runs until everything is through; gives the export. */
async function complete(home: string, upTo: number): Promise<string> {
  const life = live(home, upTo);
  expect(await life.end, life.errors()).toBe(0);
  expect(life.said.at(-1)).toEqual({ complete: true, failed: [] });
  return readFileSync(join(home, 'export.json'), 'utf8');
}

function processesUnder(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test(
  `killed at ${kills} random instants, the product delivers what an undisturbed run delivers, byte for byte`,
  async () => {
    const seed = Number(process.env['PLUMBLINE_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`kill test: PLUMBLINE_TEST_SEED=${seed}`);
    const next = random(seed);
    const folder = mkdtempSync(join(tmpdir(), 'plumbline kills '));
    const [disturbed, undisturbed] = [join(folder, 'disturbed'), join(folder, 'undisturbed')];
    const upTo = callsPerLife * (kills + 1);
    try {
      let adopted = 0;
      for (let life = 1; life <= kills; life++) {
        const { child, said, end, errors } = live(disturbed, callsPerLife * life);
        // Mostly while it works, some while it starts: then even initdb or a migration is what is interrupted.
        if (next() < 0.8) while (child.exitCode === null && !said.some(({ working }) => working === true)) await wait(10);
        await wait(next() * longestLifeMs);
        expect(child.exitCode === null || child.exitCode === 0, errors()).toBe(true);
        child.kill('SIGKILL');
        await end;
        if (said.some((line) => line['adopted'] === true)) adopted++;
        // Sometimes its database server goes with it, as when the machine is short of memory.
        const server = said.find((line) => typeof line['server'] === 'number')?.['server'];
        if (next() < 0.3 && typeof server === 'number') killIfAlive(server);
      }
      const after = await complete(disturbed, upTo);
      console.log(`kill test: the server was taken over ${adopted} times`);
      expect(processesUnder(folder)).toEqual([]);
      const plain = await complete(undisturbed, upTo);
      const { calls, results, left } = JSON.parse(after) as Record<string, unknown[]>;
      expect(left).toEqual([]);
      expect(calls).toHaveLength(upTo);
      expect(results).toHaveLength(2 * upTo);
      expect(after).toBe(plain);
    } finally {
      for (const pid of processesUnder(folder)) killIfAlive(Number(pid));
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000 + kills * 15_000,
);

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone already.
  }
}
