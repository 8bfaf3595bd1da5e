import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { tmpdir } from 'node:os';
import { dependencyAway } from '../../kernel/index.ts';
import type { FfmpegEngine, FfmpegJob, FfmpegRun } from './engine.ts';
import { emptyFolder, layDown, removeFolder } from './scratch.ts';

export interface NativeOptions {
  /** Default: `ffmpeg` on PATH. */
  readonly binary?: string | undefined;
  /** Where the empty working folders are made; default: the system's temporary folder. */
  readonly scratchFolder?: string | undefined;
}

/** The system's ffmpeg: one process a run, in an empty 0700 folder, with an environment of its own. */
export function nativeEngine(options: NativeOptions = {}): FfmpegEngine {
  const binary = options.binary ?? 'ffmpeg';
  const scratch = options.scratchFolder ?? tmpdir();
  return {
    name: 'ffmpeg',
    async start(job) {
      job.signal.throwIfAborted();
      const folder = await emptyFolder(scratch);
      const laidDown = await (job.seeks ? layDown(folder, job.bytes) : Promise.resolve(undefined)).catch(
        async (error: unknown) => {
          await removeFolder(folder);
          throw error;
        },
      );
      try {
        return await run(binary, folder, laidDown?.fd, job);
      } finally {
        // the child holds its own copies of both by now
        await laidDown?.close();
        await removeFolder(folder);
      }
    },
  };
}

async function run(binary: string, folder: string, laidDown: number | undefined, job: FfmpegJob): Promise<FfmpegRun> {
  const place =
    laidDown === undefined ? { url: 'pipe:0', protocols: 'pipe' } : { url: 'file:/dev/stdin', protocols: 'file,pipe' };
  const child = spawn(binary, job.arguments(place, 'pipe:1'), {
    cwd: folder,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', AV_LOG_FORCE_NOCOLOR: '1', HOME: folder },
    stdio: [laidDown ?? 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const { stdin, stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new TypeError('ffmpeg: the pipes were not made');
  const exit = new Promise<number | undefined>((resolve) => child.once('close', (code) => resolve(code ?? undefined)));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    stdin?.destroy();
    stdout.destroy();
    await exit;
  };
  const killNow = (): void => void kill();
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(dependencyAway('ffmpeg', 'ffmpeg could not be started. Install it or set its path.', error)),
    );
  });
  child.on('error', killNow);
  stderr.setEncoding('utf8');
  stderr.on('data', (text: string) => job.log.push(text));
  child.once('close', () => {
    job.log.end();
    job.signal.removeEventListener('abort', killNow);
  });
  job.signal.addEventListener('abort', killNow, { once: true });
  if (job.signal.aborted) killNow();

  let sourceFailed: { readonly error: unknown } | undefined;
  if (stdin !== null) {
    feed(stdin, job.bytes).catch((error: unknown) => {
      // a source that fails ends the run at once, otherwise ffmpeg would wait for the rest
      sourceFailed = { error };
      killNow();
    });
  }

  async function* output(): AsyncGenerator<Uint8Array, void> {
    try {
      yield* stdout as unknown as AsyncIterable<Uint8Array>;
    } catch (error) {
      if (!child.killed) throw error;
    } finally {
      if (child.exitCode === null && child.signalCode === null && stdout?.readableEnded !== true) await kill();
    }
    await exit;
    // the program may well end before it has read everything
    stdin?.destroy();
    if (sourceFailed !== undefined) throw sourceFailed.error;
  }
  return { output: output(), exit, kill };
}

/** Writes everything, waiting while the pipe is full. Ends without an error when the reader is gone. */
async function feed(stdin: Writable, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const gone = new Promise<void>((resolve) => stdin.once('close', resolve));
  // EPIPE: the program has seen enough or is dead, which its exit code tells
  stdin.on('error', () => stdin.destroy());
  for await (const chunk of bytes) {
    if (stdin.destroyed) return;
    if (!stdin.write(chunk)) await Promise.race([new Promise<void>((resolve) => stdin.once('drain', resolve)), gone]);
  }
  if (!stdin.destroyed) stdin.end();
}
