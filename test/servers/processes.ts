import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../services/kernel/package-root.ts';
import { freePort } from './own-process.ts';

export type ProcessName = 'api' | 'ingest' | 'transcribe' | 'scoring' | 'search' | 'relay' | 'migrate';

/** One process of the distributed product, compiled, as a container runs it. */
export interface ProcessUnderTest {
  readonly name: ProcessName;
  readonly url: string;
  readonly pid: number;
  /** Its log so far. */
  output(): string;
  readonly ended: Promise<number | null>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Until it says that it is ready. */
  ready(): Promise<void>;
}

/** Starts one with settings in a file and the rest in the environment; each has a data folder of its own below `folder`. */
export async function startOne(
  name: ProcessName,
  folder: string,
  environment: Record<string, string>,
  instance: string = name,
): Promise<ProcessUnderTest> {
  const home = join(folder, instance);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, [join(packageRoot, 'dist', 'services', 'main', `${name}.js`)], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? folder,
      PLUMBLINE_HOME: home,
      PLUMBLINE_PORT: String(port),
      PLUMBLINE_INSTANCE: instance,
      PLUMBLINE_DISK_MIN_FREE_BYTES: '0',
      PLUMBLINE_DISK_MIN_FREE_PERCENT: '0',
      MALLOC_ARENA_MAX: '2',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => {
      output += part.toString();
    });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  let over = false;
  void ended.then(() => (over = true));
  const url = `http://127.0.0.1:${port}`;
  return {
    name,
    url,
    pid: child.pid ?? -1,
    output: () => output,
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 40_000);
      const code = await ended;
      clearTimeout(late);
      return code;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    ready: async () => {
      for (let waited = 0; waited < 60_000 && !over; waited += 100) {
        const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
        await answer?.body?.cancel();
        if (answer?.status === 200) return;
        await sleep(100);
      }
      throw new Error(`${instance} is not ready:\n${output.slice(-4000)}`);
    },
  };
}
