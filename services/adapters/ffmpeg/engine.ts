import type { FfmpegLog } from './log.ts';
import type { Place } from './command-line.ts';

/** One run of ffmpeg, natively or in WebAssembly. */
export interface FfmpegJob {
  /** What it reads, front to back. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The program wants to jump about in its input: all of `bytes` is laid down privately first. */
  readonly seeks: boolean;
  arguments(input: Place, outputUrl: string): string[];
  readonly log: FfmpegLog;
  readonly signal: AbortSignal;
}

export interface FfmpegRun {
  /** Waits with the program when nobody reads. Ends when the program has; throws what `bytes` threw. */
  readonly output: AsyncIterableIterator<Uint8Array>;
  /** The program's exit code; undefined when it was killed or crashed. */
  readonly exit: Promise<number | undefined>;
  /** Stops it at once; settles when it is gone and everything private is deleted. Idempotent. */
  kill(): Promise<void>;
}

export interface FfmpegEngine {
  readonly name: string;
  start(job: FfmpegJob): Promise<FfmpegRun>;
}

/** Where the originals of foreign complaints go (the raw store); they quote content. */
export type Diagnostics = (entry: { readonly source: string; readonly text: string }) => void;
