import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { dependencyAway, type Failure, packageRoot } from '../../kernel/index.ts';
import { noteRecogniser, stopLeftRecognisers } from './leftovers.ts';
import type { SpeechHome } from './provision.ts';

/** What the recogniser's supervisor tells: never content. `fields` come from the server's own log. */
export interface LocalEndpointEvent {
  readonly event: string;
  readonly [field: string]: string | number | undefined;
}

export interface LocalEndpointOptions {
  readonly home: SpeechHome;
  /** Compute threads of one request. */
  readonly threads?: number | undefined;
  /** Requests computed at once; more wait. */
  readonly parallel?: number | undefined;
  /** Requests that may wait; one more is told to come back (429). */
  readonly queue?: number | undefined;
  /** Most memory the server may allocate. Whisper base takes 0.4 GB at rest, 0.6 GB at work. */
  readonly memoryBytes?: number | undefined;
  /** A server that is not ready by then is stopped and started again. */
  readonly startTimeoutMs?: number | undefined;
  /** How long `address` waits for a server that is starting. */
  readonly waitMs?: number | undefined;
  readonly onEvent?: ((event: LocalEndpointEvent) => void) | undefined;
}

/** Where an endpoint answers, and with which key. */
export interface EndpointAddress {
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** The embedded recogniser: a child process that is started, watched, started again when it dies, and stopped. */
export interface LocalEndpoint {
  /** The running server's address; waits while it starts. @throws Failure of the dependency `recogniser` */
  address(signal?: AbortSignal): Promise<EndpointAddress>;
  /** Ends a server that does not answer any more; it is started again like one that died. */
  restart(): void;
  /** The present server's process number. */
  readonly pid: number | undefined;
  /** Stops it for good; returns when the process is gone. */
  stop(): Promise<void>;
}

/** After this many starts in vain nobody is kept waiting: whoever asks is told at once, while the starts go on. */
const startsInVain = 3;
const firstPauseMs = 200;
const longestPauseMs = 30_000;
/** A server that lived this long was well: the next pause is the first one again. */
const stableMs = 60_000;

/** Starts supervision and returns at once; the first `address()` waits until the model is loaded. */
export function startLocalEndpoint(options: LocalEndpointOptions): LocalEndpoint {
  const apiKey = randomBytes(32).toString('base64url');
  const notes = join(options.home.folder, 'run');
  const stopping = new AbortController();
  const emit = options.onEvent ?? (() => undefined);
  let child: ChildProcess | undefined;
  let ready = Promise.withResolvers<EndpointAddress>();
  let vain = 0;
  let broken: Failure | undefined;
  // Nobody may be waiting when supervision ends.
  ready.promise.catch(() => undefined);

  async function supervise(): Promise<void> {
    const left = await stopLeftRecognisers(notes);
    if (left > 0) emit({ event: 'recogniser.left-over-stopped', count: left });
    let pause = firstPauseMs;
    while (!stopping.signal.aborted) {
      const started = performance.now();
      const server = startServer(options, apiKey, emit);
      child = server.process;
      const forget = server.process.pid === undefined ? () => undefined : noteRecogniser(notes, server.process.pid);
      server.port.then(
        (port) => {
          vain = 0;
          broken = undefined;
          ready.resolve({ baseUrl: `http://127.0.0.1:${port}/v1`, apiKey });
        },
        () => undefined,
      );
      vain += 1;
      const end = await server.ended;
      forget();
      child = undefined;
      if (vain >= startsInVain && !stopping.signal.aborted) {
        broken = dependencyAway('recogniser', `The local recogniser does not start: its server ${end}.`, undefined, pause);
        ready.reject(broken);
      }
      ready = renew(ready);
      if (stopping.signal.aborted) break;
      const lifetime = performance.now() - started;
      if (lifetime > stableMs) pause = firstPauseMs;
      emit({ event: 'recogniser.died', reason: end, lifetimeMs: Math.round(lifetime), againInMs: pause });
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      pause = Math.min(pause * 2, longestPauseMs);
    }
    ready.reject(dependencyAway('recogniser', 'The recogniser has been stopped.'));
  }
  const supervision = supervise().catch((error: unknown) => {
    broken = dependencyAway(
      'recogniser',
      'The local recogniser cannot be watched over: its folder for notes cannot be used.',
      error,
    );
    ready.reject(broken);
    child?.kill('SIGKILL');
  });

  return {
    get pid() {
      return child?.pid;
    },
    async address(signal) {
      if (broken !== undefined) throw broken;
      const waitMs = options.waitMs ?? 90_000;
      const tooLong = AbortSignal.timeout(waitMs);
      const until = signal === undefined ? tooLong : AbortSignal.any([signal, tooLong]);
      const aborted = Promise.withResolvers<never>();
      const abort = (): void => aborted.reject(until.reason);
      until.addEventListener('abort', abort);
      try {
        if (until.aborted) abort();
        return await Promise.race([ready.promise, aborted.promise]);
      } catch (error) {
        signal?.throwIfAborted();
        if (!tooLong.aborted) throw error;
        throw dependencyAway('recogniser', `The local recogniser did not start within ${Math.round(waitMs / 1000)} s.`, error);
      } finally {
        until.removeEventListener('abort', abort);
      }
    },
    restart() {
      child?.kill('SIGKILL');
    },
    async stop() {
      stopping.abort();
      const running = child;
      if (running !== undefined) {
        running.stdin?.end();
        const insist = setTimeout(() => running.kill('SIGKILL'), 3_000);
        await supervision;
        clearTimeout(insist);
      }
      await supervision;
    },
  };
}

/** A settled promise is replaced; one that somebody still waits on stays, for the next server. */
function renew(ready: PromiseWithResolvers<EndpointAddress>): PromiseWithResolvers<EndpointAddress> {
  const next = Promise.withResolvers<EndpointAddress>();
  next.promise.catch(() => undefined);
  // Those who wait on an unsettled one get the next server's address; for a settled one this does nothing.
  ready.resolve(next.promise);
  return next;
}

interface Server {
  readonly process: ChildProcess;
  readonly port: Promise<number>;
  /** Resolves with the way it ended, in words of our own. */
  readonly ended: Promise<string>;
}

function startServer(options: LocalEndpointOptions, key: string, emit: (event: LocalEndpointEvent) => void): Server {
  const { home, threads = 1, parallel = 1 } = options;
  const server = spawn(home.python, ['-I', join(packageRoot, 'services', 'speech', 'server.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: serverEnvironment(threads),
  });
  const port = Promise.withResolvers<number>();
  const ended = Promise.withResolvers<string>();
  port.promise.catch(() => undefined);
  const startTimeoutMs = options.startTimeoutMs ?? 60_000;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    server.kill('SIGKILL');
  }, startTimeoutMs);
  const settings = {
    key,
    model_folder: home.modelFolder,
    model_name: home.modelName,
    threads,
    parallel,
    queue: options.queue ?? 16,
    memory_bytes: options.memoryBytes ?? 2 * 1024 ** 3,
  };
  // The key travels by standard input, which stays open: the server ends when it closes, so it cannot outlive this process.
  server.stdin.on('error', () => undefined);
  server.stdin.write(`${JSON.stringify(settings)}\n`);
  createInterface({ input: server.stdout }).on('line', (line) => {
    const found = /^\{"port": (\d+)\}$/.exec(line);
    if (found === null) return;
    clearTimeout(timer);
    port.resolve(Number(found[1]));
  });
  createInterface({ input: server.stderr }).on('line', (line) => emit(logEvent(line)));
  server.once('error', () => ended.resolve('could not be started'));
  server.once('exit', (code, signal) => {
    clearTimeout(timer);
    ended.resolve(
      late ? 'was not ready in time' : signal === null ? `ended with exit code ${code}` : `ended with signal ${signal}`,
    );
  });
  ended.promise.then((reason) => port.reject(new Error(reason)));
  return { process: server, port: port.promise, ended: ended.promise };
}

/** The server inherits only what it needs: no proxies, no tokens, no Python settings. */
function serverEnvironment(threads: number): NodeJS.ProcessEnv {
  const passed = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SYSTEMROOT'];
  const environment: NodeJS.ProcessEnv = {
    LC_ALL: 'C.UTF-8',
    OMP_NUM_THREADS: String(threads),
    MALLOC_ARENA_MAX: '2',
    HF_HUB_OFFLINE: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
  };
  for (const name of passed) if (process.env[name] !== undefined) environment[name] = process.env[name];
  return environment;
}

/** The server's own lines are JSON. Anything else comes from a library (a warning, a stack) and could quote content: its length alone. */
function logEvent(line: string): LocalEndpointEvent {
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    if (typeof value['event'] === 'string') {
      const fields = Object.entries(value).filter(([, field]) => typeof field === 'string' || typeof field === 'number');
      return { ...Object.fromEntries(fields), event: `recogniser.${value['event']}` } as LocalEndpointEvent;
    }
  } catch {
    // Not ours.
  }
  return { event: 'recogniser.output', characters: line.length };
}
