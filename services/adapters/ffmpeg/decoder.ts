import { setTimeout } from 'node:timers/promises';
import {
  type Container,
  type RecordingRefusalCode,
  refuseRecording,
  sniffBytes,
  sniffRecording,
  watchContainer,
} from '../../../ingest/index.ts';
import type { AudioDecoder, DecodedAudio, DecodeLimits, Recording } from '../../../transcribe/index.ts';
import { dependencyAway, Failure, type Refused, wholeBytes } from '../../kernel/index.ts';
import { deinterleave } from './blocks.ts';
import { decodeArguments, needsSeeking } from './command-line.ts';
import type { Diagnostics, FfmpegEngine, FfmpegRun } from './engine.ts';
import { type FfmpegLog, openLog } from './log.ts';
import { type Patience, patience } from './patience.ts';

export interface DecoderOptions {
  /** Samples in each block and channel; default one second. */
  readonly blockSamples?: number | undefined;
  readonly diagnostics?: Diagnostics | undefined;
}

/** How much shorter than its container says a recording may be and still count as whole. */
const toleratedLossMs = 500;
const sampleRate = 16_000;

/**
 * `AudioDecoder` over one run of ffmpeg a recording. The container is decided by its first bytes and forced; what cannot be a
 * call is refused with a code of `RecordingRefusalCode`. A file that turns out to be cut off only at its end is refused there:
 * `blocks` throws after its last block.
 */
export function ffmpegDecoder(engine: FfmpegEngine, options: DecoderOptions = {}): AudioDecoder {
  return {
    name: engine.name,
    async open(recording, limits, signal) {
      signal.throwIfAborted();
      const container = await recognise(recording, limits);
      const decoding = new AbortController();
      const waiting = patience(limits.timeoutMs, decoding.signal, () => decoding.abort(tooSlow()));
      const abort = (): void => decoding.abort(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      const watch = watchContainer(container, recording.sizeBytes);
      const log = openLog();
      const close = (): void => signal.removeEventListener('abort', abort);
      try {
        const bytes = watched(recording, limits.maxBytes, watch.push);
        const run = await waiting.during(
          engine.start({
            bytes,
            seeks: needsSeeking(container),
            arguments: (input, output) => decodeArguments(container, input, output),
            log,
            signal: decoding.signal,
          }),
        );
        const job: Job = { run, log, limits, waiting, decoding, container, watch, options, close };
        return await announce(job);
      } catch (error) {
        close();
        decoding.abort(error);
        throw decoding.signal.reason ?? error;
      }
    },
  };
}

interface Job {
  readonly run: FfmpegRun;
  readonly log: FfmpegLog;
  readonly limits: DecodeLimits;
  readonly waiting: Patience;
  readonly decoding: AbortController;
  readonly container: Container;
  readonly watch: ReturnType<typeof watchContainer>;
  readonly options: DecoderOptions;
  readonly close: () => void;
}

async function recognise(recording: Recording, limits: DecodeLimits): Promise<Container> {
  if (recording.sizeBytes > limits.maxBytes) throw refuseRecording('audio.too-large');
  const sniffed = sniffRecording(await wholeBytes(recording.read(0, Math.min(sniffBytes, recording.sizeBytes))));
  if (sniffed.kind === 'refused') throw refuseRecording(sniffed.code);
  return sniffed.container;
}

async function* watched(
  recording: Recording,
  maxBytes: number,
  look: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void> {
  let total = 0;
  for await (const chunk of recording.read()) {
    total += chunk.length;
    if (total > maxBytes) throw refuseRecording('audio.too-large');
    look(chunk);
    yield chunk;
  }
}

/** Waits until ffmpeg has said what it found, and refuses what is not one stream of one or two channels. */
async function announce(job: Job): Promise<DecodedAudio> {
  const { run, log, waiting } = job;
  const first = run.output.next();
  // a rejected first read is met again below, or the refusal says why
  first.catch(() => undefined);
  await waiting.during(Promise.race([log.announced, first.then(lateForData)]));
  const { output } = log;
  const source = log.input[0];
  if (output === undefined || source === undefined) {
    const begin = await waiting.during(first);
    await run.kill();
    if (begin.done !== true) throw notUnderstood();
    throw await whyNothing(job);
  }
  const refusal = streamRefusal(log);
  if (refusal !== undefined) {
    await run.kill();
    throw report(job, refusal);
  }
  // a file without a single sample is refused here, not in the middle of somebody's loop
  const begin = await waiting.during(first);
  if (begin.done === true) throw await whyNothing(job);
  const channels = output.channels === 1 ? 1 : 2;
  return {
    container: job.container,
    codec: source.codec,
    channels,
    sourceSampleRate: source.sampleRate,
    blocks: blocksOf(job, channels, begin.value),
  };
}

/** What comes out is announced before it comes, on another pipe: samples without a word are given this long. */
const lateForData = (): Promise<void> => setTimeout(5000, undefined, { ref: false });

function streamRefusal(log: FfmpegLog): RecordingRefusalCode | undefined {
  const source = log.input[0];
  if (log.input.length > 1) return 'audio.several-streams';
  if (source === undefined) return 'audio.no-audio-stream';
  if (source.channels > 2 || (log.output?.channels ?? 0) > 2) return 'audio.too-many-channels';
  if (source.sampleRate < 8000 || source.sampleRate > 48_000) return 'audio.sample-rate';
  return undefined;
}

async function* blocksOf(job: Job, channels: 1 | 2, begin: Uint8Array): AsyncGenerator<readonly Int16Array[], void> {
  const { run, limits, waiting, watch } = job;
  const split = deinterleave(channels, job.options.blockSamples ?? sampleRate);
  const mostBytes = Math.ceil((limits.maxDurationMs * sampleRate) / 1000) * channels * 2;
  let bytes = 0;
  try {
    for (let chunk: Uint8Array | undefined = begin; chunk !== undefined; chunk = await next(job)) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw refuseRecording('audio.too-long');
      for (const block of split.push(chunk)) {
        job.decoding.signal.throwIfAborted();
        yield block;
      }
    }
    const rest = split.end();
    if (rest !== undefined) yield rest;
    const exit = await waiting.during(run.exit);
    const end = watch.end();
    const lostMs = (end.declaredMs ?? 0) - (bytes / (channels * 2) / sampleRate) * 1000;
    if (end.isCut || lostMs > toleratedLossMs) throw report(job, 'audio.truncated');
    if (exit !== 0) throw report(job, 'audio.damaged');
    report(job, undefined);
  } catch (error) {
    if (job.decoding.signal.aborted) throw job.decoding.signal.reason;
    throw error;
  } finally {
    job.close();
    await run.kill();
  }
}

async function next(job: Job): Promise<Uint8Array | undefined> {
  const result = await job.waiting.during(job.run.output.next());
  return result.done === true ? undefined : result.value;
}

/** ffmpeg ended and gave no sample. */
async function whyNothing(job: Job): Promise<Refused> {
  await job.waiting.during(job.run.exit);
  job.decoding.signal.throwIfAborted();
  const end = job.watch.end();
  if (job.log.complaint === 'audio.unsupported-codec') return report(job, 'audio.unsupported-codec');
  const streams = job.log.input.length === 0 ? undefined : streamRefusal(job.log);
  if (streams !== undefined) return report(job, streams);
  if (end.isBare) return report(job, 'audio.header-only');
  if (end.isCut || job.log.complaint === 'audio.truncated') return report(job, 'audio.truncated');
  if (job.log.complaint !== undefined) return report(job, job.log.complaint);
  return report(job, job.log.output === undefined ? 'audio.damaged' : 'audio.header-only');
}

function report(job: Job, code: RecordingRefusalCode): Refused;
function report(job: Job, code: undefined): undefined;
function report(job: Job, code: RecordingRefusalCode | undefined): Refused | undefined {
  if (code === undefined) return undefined;
  job.options.diagnostics?.({ source: 'ffmpeg', text: job.log.text() });
  return refuseRecording(code);
}

function notUnderstood(): Failure {
  return dependencyAway(
    'ffmpeg',
    'The ffmpeg that is installed here reports in a way that is not understood. Versions 4.1 to 9 are known to work.',
  );
}

function tooSlow(): Failure {
  return new Failure({
    code: 'audio.decoder-timeout',
    message: 'The recording could not be decoded within the time that is set. It is tried again.',
    retryable: true,
  });
}
