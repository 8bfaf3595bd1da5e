import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../kernel/index.ts';
import type { DetectorAnswer, DetectorRequest } from './frames.ts';

/** The detector's process, as the product sees it: it starts when it is needed, and is gone after a while without work. */
export class DetectorClient {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
  readonly #ready = Promise.withResolvers<void>();
  #next = 0;
  #ended: Failure | undefined;

  constructor(modelPath: string, sha256: string) {
    const entry = new URL(`./detector-worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
    this.#child = fork(entry, [modelPath, sha256], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], OMP_NUM_THREADS: '1' },
    });
    this.#ready.promise.catch(() => undefined);
    this.#child.on('message', (answer: DetectorAnswer) => this.#take(answer));
    this.#child.once('error', (error) => this.#end(crashed('cannot be started', error)));
    this.#child.once('exit', (code, signal) => this.#end(endedBy(code, signal)));
    this.#idle();
  }

  get alive(): boolean {
    return this.#ended === undefined;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async hear(stream: number, samples: Int16Array): Promise<Uint8Array> {
    await this.#working(this.#ready.promise);
    const id = this.#next++;
    const answer = Promise.withResolvers<Uint8Array>();
    this.#waiting.set(id, answer);
    this.#send({ kind: 'hear', id, stream, samples });
    return await this.#working(answer.promise);
  }

  forget(stream: number): void {
    if (this.#ended === undefined) this.#send({ kind: 'forget', stream });
  }

  stop(): void {
    this.#end(crashed('was stopped'));
    this.#child.kill('SIGKILL');
  }

  #send(request: DetectorRequest): void {
    if (this.#ended !== undefined) throw this.#ended;
    this.#child.send(request, (error) => {
      if (error !== null) this.#end(crashed('cannot be reached', error));
    });
  }

  /** While somebody waits for it the process keeps the product alive, else not. */
  async #working<T>(promise: Promise<T>): Promise<T> {
    if (this.#ended !== undefined) throw this.#ended;
    this.#child.ref();
    this.#child.channel?.ref();
    try {
      return await promise;
    } finally {
      if (this.#waiting.size === 0) this.#idle();
    }
  }

  #idle(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  #take(answer: DetectorAnswer): void {
    if (answer.kind === 'ready') return this.#ready.resolve();
    this.#waiting.get(answer.id)?.resolve(answer.speech);
    this.#waiting.delete(answer.id);
  }

  #end(failure: Failure): void {
    if (this.#ended !== undefined) return;
    this.#ended = failure;
    this.#ready.reject(failure);
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
  }
}

function endedBy(code: number | null, signal: string | null): Failure {
  if (code === 3)
    return broken("The voice-activity model's file is not the one that belongs here (checksum); install the product again.");
  if (code === 4)
    return broken('The voice-activity model does not run on this machine (sherpa-onnx); install the product again.');
  return crashed(`ended with ${signal === null ? `exit code ${code}` : `signal ${signal}`}`);
}

/** Counts as a failure of the input: a recording that crashes it every time must not be tried for ever. */
function crashed(how: string, cause?: unknown): Failure {
  return new Failure({
    code: 'voice-activity.crashed',
    message: `The process that finds speech ${how}; the work is done again.`,
    retryable: true,
    cause,
  });
}

function broken(message: string): Failure {
  return new Failure({ code: 'voice-activity.broken', message, retryable: false });
}
