import { spawn, spawnSync } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../services/kernel/package-root.ts';

/** A server that a test started; it is stopped by its own id and no other. */
export interface OwnProcess {
  readonly pid: number;
  /** SIGTERM, and SIGKILL for one that does not heed it. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Starts a server and waits until `ready` says yes. */
export async function startProcess(
  command: readonly [program: string, ...parameters: string[]],
  options: {
    readonly ready: () => Promise<boolean>;
    readonly cwd?: string;
    readonly environment?: Record<string, string>;
    readonly patienceMs?: number;
  },
): Promise<OwnProcess> {
  const [program, ...parameters] = command;
  const child = spawn(program, parameters, {
    cwd: options.cwd ?? '/',
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      said = (said + part.toString()).slice(-4000);
    });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  const over = (): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (over()) return;
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(late);
  };
  const server = { pid: child.pid ?? -1, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
  const patienceMs = options.patienceMs ?? 120_000;
  for (const started = Date.now(); Date.now() - started < patienceMs && !over(); await sleep(50))
    if (await options.ready().catch(() => false)) return server;
  await server.kill();
  throw new Error(`${program} did not come up:\n${said}`);
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Whether somebody accepts connections there. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

let engine: boolean | undefined;
/** Whether containers can be started here (a client without an engine cannot). */
export function hasContainerEngine(): boolean {
  engine ??= spawnSync('docker', ['compose', 'ls'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
  return engine;
}

/** One service of `compose.yaml`, as a project of its own. `ports` are those that the file names by these variables. */
export async function startComposed(service: string, ports: Record<string, string>): Promise<{ stop(): Promise<void> }> {
  const project = `plumbline-test-${service}-${process.pid}-${Date.now().toString(36)}`;
  const run = (...parameters: string[]): void => {
    const { status, stderr } = spawnSync(
      'docker',
      ['compose', '-f', join(packageRoot, 'compose.yaml'), '-p', project, ...parameters],
      {
        encoding: 'utf8',
        env: { ...process.env, ...ports },
      },
    );
    if (status !== 0) throw new Error(`docker compose ${parameters[0] ?? ''} ${service} failed:\n${stderr.slice(-2000)}`);
  };
  const down = (): Promise<void> => Promise.resolve(run('down', '-v', '--remove-orphans'));
  try {
    run('up', '-d', '--wait', '--wait-timeout', '120', service);
  } catch (error) {
    await down();
    throw error;
  }
  return { stop: down };
}
