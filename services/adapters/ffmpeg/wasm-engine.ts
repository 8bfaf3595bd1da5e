import { readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { Worker } from 'node:worker_threads';
import { dependencyAway } from '../../kernel/index.ts';
import type { FfmpegEngine, FfmpegJob, FfmpegRun } from './engine.ts';
import { emptyFolder, layDown, removeFolder } from './scratch.ts';
import {
  type FromWorker,
  inputDescriptor,
  inputState,
  laidDownPath,
  outputDescriptor,
  roomBytes,
  slot,
  type WasmTask,
} from './wasm-handoff.ts';
import { webAssembly, type WasmProgram } from './web-assembly.ts';

export interface WasmOptions {
  /** Where an input that must be seekable is laid down (without a name); default: the system's temporary folder. */
  readonly scratchFolder?: string | undefined;
}

const require = createRequire(import.meta.url);
// sources run as they are in tests, and as JavaScript when built
const workerFile = new URL(import.meta.url.endsWith('.ts') ? './wasm-worker.ts' : './wasm-worker.js', import.meta.url);

/** Whether the optional package with ffmpeg as WebAssembly is installed. */
export function hasWasm(): boolean {
  try {
    return require.resolve('@ffmpeg/core/wasm') !== '';
  } catch {
    return false;
  }
}

let compiled: Promise<WasmProgram> | undefined;

/** Once a process: compiling 32 MB costs more than a short recording. */
function compile(): Promise<WasmProgram> {
  compiled ??= readFile(require.resolve('@ffmpeg/core/wasm'))
    .then((bytes) => webAssembly.compile(bytes))
    .catch((error: unknown) => {
      compiled = undefined;
      throw dependencyAway(
        'ffmpeg',
        'There is no ffmpeg here and its WebAssembly build cannot be loaded. Install ffmpeg.',
        error,
      );
    });
  return compiled;
}

/** ffmpeg as WebAssembly in a worker thread, a fresh instance a run: for machines without ffmpeg. */
export function wasmEngine(options: WasmOptions = {}): FfmpegEngine {
  const scratch = options.scratchFolder ?? tmpdir();
  return {
    name: 'ffmpeg-wasm',
    async start(job) {
      const program = await compile();
      job.signal.throwIfAborted();
      return run(program, job, job.seeks ? await layDownAlone(scratch, job.bytes) : undefined);
    },
  };
}

async function layDownAlone(scratch: string, bytes: AsyncIterable<Uint8Array>): Promise<FileHandle> {
  const folder = await emptyFolder(scratch);
  try {
    return await layDown(folder, bytes);
  } finally {
    await removeFolder(folder);
  }
}

async function run(program: WasmProgram, job: FfmpegJob, laidDown: FileHandle | undefined): Promise<FfmpegRun> {
  const place =
    laidDown === undefined
      ? { url: `pipe:${inputDescriptor}`, protocols: 'pipe' }
      : { url: `file:${laidDownPath}`, protocols: 'file,pipe' };
  const task: WasmTask = {
    control: new SharedArrayBuffer(8),
    room: new SharedArrayBuffer(roomBytes),
    program,
    core: require.resolve('@ffmpeg/core'),
    arguments: job.arguments(place, `pipe:${outputDescriptor}`),
    laidDown: laidDown === undefined ? undefined : { descriptor: laidDown.fd, sizeBytes: (await laidDown.stat()).size },
  };
  const control = new Int32Array(task.control);
  const worker = new Worker(workerFile, { workerData: task, env: {}, execArgv: [], stdout: true, stderr: true });
  const pieces = pieceByPiece(job.bytes);
  const waiting: Uint8Array[] = [];
  let isOver = false;
  let sourceFailed: { readonly error: unknown } | undefined;
  let code: number | undefined;
  let wake: () => void = () => undefined;
  const { promise: exit, resolve: exited } = Promise.withResolvers<number | undefined>();

  const stop = async (): Promise<void> => {
    await worker.terminate();
    await exit;
  };
  const stopNow = (): void => void stop();

  async function handOver(): Promise<void> {
    const piece = await pieces.next();
    if (piece.done !== true) new Uint8Array(task.room).set(piece.value);
    Atomics.store(control, slot.input, piece.done === true ? inputState.ended : piece.value.length);
    Atomics.notify(control, slot.input);
  }

  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'log') job.log.push(message.text);
    else if (message.kind === 'output') waiting.push(message.bytes);
    else if (message.kind === 'end') {
      code = message.code;
      stopNow();
    } else {
      handOver().catch((error: unknown) => {
        sourceFailed = { error };
        stopNow();
      });
    }
    wake();
  });
  // a crash inside the program is its exit without a code
  worker.on('error', (error) => job.log.push(`[error] ${String(error)}\n`));
  worker.once('exit', () => {
    job.signal.removeEventListener('abort', stopNow);
    job.log.end();
    isOver = true;
    // a source that hangs must not hold this up: only the descriptor is waited for
    pieces.return(undefined).catch(() => undefined);
    void Promise.allSettled([laidDown?.close()]).then(() => exited(code));
    wake();
  });
  job.signal.addEventListener('abort', stopNow, { once: true });
  if (job.signal.aborted) stopNow();

  async function* output(): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const bytes = waiting.shift();
        if (bytes !== undefined) {
          Atomics.sub(control, slot.waitingOutput, 1);
          Atomics.notify(control, slot.waitingOutput);
          yield bytes;
        } else if (isOver) break;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      if (sourceFailed !== undefined) throw sourceFailed.error;
    } finally {
      await stop();
    }
  }
  return { output: output(), exit, kill: stop };
}

/** Cuts what the source gives to what fits into the shared room. */
async function* pieceByPiece(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += roomBytes) yield chunk.subarray(at, at + roomBytes);
  }
}
