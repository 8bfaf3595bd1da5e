import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { packageRoot } from '../../services/kernel/index.ts';

/** A product as a person runs it: the compiled command in a process of its own. */
export interface RunningProductUnderTest {
  readonly url: string;
  readonly pid: number;
  /** Everything it printed so far. */
  output(): string;
  /** Ordered stop; gives the exit code. */
  stop(): Promise<number | null>;
  /** kill -9, without a word. */
  kill(): Promise<void>;
  readonly ended: Promise<number | null>;
}

/** A throw-away data folder with a space in its path. */
export function newHome(settings: Record<string, unknown> = {}): { home: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline e2e '));
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(join(home, 'settings.yaml'), stringify({ home, ...settings }));
  return { home, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const command = join(packageRoot, 'dist', 'services', 'main', 'cli.js');

const environmentOf = (home: string, more: Record<string, string>): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? home,
  LANG: 'en_US.UTF-8',
  PLUMBLINE_HOME: home,
  PLUMBLINE_PORT: '0',
  PLUMBLINE_SAMPLES: 'false',
  PLUMBLINE_DISK_MIN_FREE_BYTES: '0',
  PLUMBLINE_DISK_MIN_FREE_PERCENT: '0',
  ...(process.env['PLUMBLINE_SPEECH_HOME'] === undefined ? {} : { PLUMBLINE_SPEECH_HOME: process.env['PLUMBLINE_SPEECH_HOME'] }),
  ...more,
});

/** Starts the product and waits until it answers. */
export async function startProduct(home: string, environment: Record<string, string> = {}): Promise<RunningProductUnderTest> {
  const { product, listening } = launchProduct(home, environment);
  const url = await Promise.race([listening, product.ended.then(() => undefined)]);
  if (url === undefined) throw new Error(`the product ended before it was ready:\n${product.output()}`);
  return { ...product, url };
}

/** Starts the product without waiting. */
export function launchProduct(
  home: string,
  environment: Record<string, string> = {},
): { product: Omit<RunningProductUnderTest, 'url'>; listening: Promise<string> } {
  const child: ChildProcess = spawn(process.execPath, [command, 'start'], {
    env: environmentOf(home, environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ready = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => {
      output += part.toString();
      const match = /ready on (http:\S+)/.exec(output);
      if (match?.[1] !== undefined) ready.resolve(match[1]);
    });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    product: {
      pid: child.pid ?? -1,
      output: () => output,
      stop: async () => {
        child.kill('SIGTERM');
        return ended;
      },
      kill: async () => {
        child.kill('SIGKILL');
        await ended;
      },
      ended,
    },
    listening: ready.promise,
  };
}

/** Runs one command line to its end. */
export function runPlumbline(
  home: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [command, ...args],
      { env: environmentOf(home, environment), maxBuffer: 256 * 1024 ** 2, cwd: packageRoot },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}
