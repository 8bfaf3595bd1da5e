import { BleedFinder } from './bleed.ts';
import { LoudnessCurve } from './loudness.ts';
import type {
  AudioDecoder,
  DecodedAudio,
  DecodeLimits,
  RecognisedWindow,
  Recogniser,
  Recording,
  SpeechRegion,
  VoiceActivity,
  WindowAnswers,
} from './ports.ts';
import { type HeardPiece, hearingOf } from './hearing.ts';
import { regionsInMs, type WindowPlace } from './heard-word.ts';
import { VoicePrints } from './voice-prints.ts';
import { RegionEdges } from './region-edges.ts';
import { rememberAnswers } from './window-answers.ts';
import { defaultWindowParameters, type PackedWindow, WindowPacker, type WindowParameters } from './windows.ts';

export interface ListenDeps {
  readonly decoder: AudioDecoder;
  readonly voiceActivity: VoiceActivity;
  readonly recogniser: Recogniser;
  readonly answers: WindowAnswers;
}

export interface ListenSettings {
  readonly windows: WindowParameters;
  /** Windows that the engine works on at a time. */
  readonly concurrency: number;
  /** Windows that wait for the engine; then the decoder waits. Each holds under 1 MB. */
  readonly waitingWindows: number;
  /** Samples of a call up to this size are kept, so that its rendition needs no second decode. */
  readonly keepBytes: number;
}

export const defaultListenSettings: ListenSettings = {
  windows: defaultWindowParameters,
  concurrency: 1,
  waitingWindows: 8,
  keepBytes: 48 * 1024 * 1024,
};

export interface ListenInput {
  readonly callId: string;
  readonly recording: Recording;
  readonly limits: DecodeLimits;
  /** ISO 639-1 of what is spoken, or `auto`: each channel's first windows tell, and each doubtful one for itself. */
  readonly language: string;
  readonly prompt?: string | undefined;
  readonly signal: AbortSignal;
  /** Every block as it is decoded (sound analysis). Its samples are not to be changed. */
  readonly onBlock?: ((block: readonly Int16Array[]) => void) | undefined;
}

/** One window and what the engine wrote for it. */
export interface HeardWindow extends WindowPlace {
  readonly answer: RecognisedWindow;
  /** What it was recognised as: given, voted or detected. */
  readonly language: string | undefined;
}

/** All that was heard in a recording, before anything is made of it. Raw: not to be kept. */
export interface Heard {
  readonly container: string;
  readonly codec: string;
  readonly sourceSampleRate: number;
  /** 1 also for a file whose two channels hold the same sound. */
  readonly channels: 1 | 2;
  readonly fileChannels: 1 | 2;
  readonly durationMs: number;
  /** By channel, then by time. */
  readonly windows: readonly HeardWindow[];
  /** Where each channel speaks, without what came over from the other. */
  readonly speech: readonly (readonly SpeechRegion[])[];
  readonly loudness: readonly LoudnessCurve[];
  /** What the voices of a single channel sound like. */
  readonly voices: VoicePrints | undefined;
  /** The decoded blocks, where they fit into `keepBytes`. */
  readonly kept: readonly (readonly Int16Array[])[] | undefined;
}

/**
 * Listens to a recording as it is decoded: voice activity finds the speech of each channel, windows are packed, the engine
 * recognises them. Decoding and voice activity run ahead of the engine by a few windows, so that it is never idle and
 * memory does not grow with the recording. A window that was answered in an earlier try is not recognised again.
 * The first failure of a part ends all of it and passes through unchanged; so does the signal's reason.
 */
export async function listen(
  deps: ListenDeps,
  input: ListenInput,
  settings: ListenSettings = defaultListenSettings,
): Promise<Heard> {
  const stop = new AbortController();
  const signal = AbortSignal.any([input.signal, stop.signal]);
  signal.throwIfAborted();
  const audio = await deps.decoder.open(input.recording, input.limits, signal);
  const hearing = hearingOf(rememberAnswers(deps.recogniser, deps.answers, input.callId), input.language, input.prompt);
  const queue = new WindowQueue(settings, signal);
  const workers = Array.from({ length: settings.concurrency }, () => recogniseAll(queue, signal));
  const workersDone = Promise.all(workers);
  const fail = (error: unknown): never => {
    stop.abort(error);
    throw error;
  };
  const ears = new Ears(audio.channels, settings);
  const reading = readAloud(audio, deps.voiceActivity, ears, {
    signal,
    onBlock: input.onBlock,
    onWindow: (channel, window) => queue.put({ channel, window, hear: hearing.announce(channel, window).hear }),
  }).then(() => queue.close());
  const [read, worked] = await Promise.allSettled([reading.catch(fail), workersDone.catch(fail)]);
  input.signal.throwIfAborted();
  if (worked.status === 'rejected') throw stop.signal.reason;
  if (read.status === 'rejected') throw stop.signal.reason;
  const oneVoice = audio.channels === 2 && ears.sameOnBoth;
  const windows = worked.value.flat().filter((window) => !oneVoice || window.channel === 0);
  return {
    container: audio.container,
    codec: audio.codec,
    sourceSampleRate: audio.sourceSampleRate,
    fileChannels: audio.channels,
    channels: oneVoice ? 1 : audio.channels,
    durationMs: Math.round(ears.loudness[0]!.samples / 16),
    windows: windows.toSorted((a, b) => a.channel - b.channel || a.startMs - b.startMs),
    speech: ears.speech,
    loudness: oneVoice ? ears.loudness.slice(0, 1) : ears.loudness,
    voices: oneVoice || audio.channels === 1 ? ears.voices : undefined,
    kept: ears.kept,
  };
}

/** A recording's sound without its words, for a call whose transcript came with it. */
export type HeardSound = Pick<Heard, 'channels' | 'fileChannels' | 'durationMs' | 'loudness' | 'kept'>;

/** Decodes a recording for its sound alone: loudness, the sound analysis of `onBlock`, the samples of a short call. */
export async function listenToSound(
  decoder: AudioDecoder,
  input: Pick<ListenInput, 'recording' | 'limits' | 'signal' | 'onBlock'>,
  settings: ListenSettings = defaultListenSettings,
): Promise<HeardSound> {
  const audio = await decoder.open(input.recording, input.limits, input.signal);
  const ears = new Ears(audio.channels, settings);
  for await (const block of audio.blocks) {
    input.signal.throwIfAborted();
    ears.hear(block);
    input.onBlock?.(block);
  }
  const oneVoice = audio.channels === 2 && ears.sameOnBoth;
  return {
    channels: oneVoice ? 1 : audio.channels,
    fileChannels: audio.channels,
    durationMs: Math.round(ears.loudness[0]!.samples / 16),
    loudness: oneVoice ? ears.loudness.slice(0, 1) : ears.loudness,
    kept: ears.kept,
  };
}

/** Reads a recording to its end: every block to the ears and to voice activity, every window on as soon as it is sure. */
async function readAloud(
  audio: DecodedAudio,
  voiceActivity: VoiceActivity,
  ears: Ears,
  on: {
    readonly signal: AbortSignal;
    readonly onBlock: ListenInput['onBlock'];
    onWindow(channel: 0 | 1, window: PackedWindow): Promise<void>;
  },
): Promise<void> {
  const streams = await Promise.all(ears.packers.map(() => voiceActivity.open()));
  const pack = async (certain: readonly (readonly SpeechRegion[])[], block: readonly Int16Array[] | undefined) => {
    for (const [index, packer] of ears.packers.entries()) {
      const own = ears.withoutBleed(index, certain[index]!);
      const regions = block === undefined ? ears.edges[index]!.end(own) : ears.edges[index]!.push(own);
      ears.speech[index]!.push(...regions);
      const windows = block === undefined ? packer.end(regions) : packer.push(block[index]!, regions);
      for (const window of windows) {
        ears.hearVoices(index, window);
        await on.onWindow(index as 0 | 1, ears.cleaned(index, window));
      }
    }
  };
  for await (const block of audio.blocks) {
    on.signal.throwIfAborted();
    ears.hear(block);
    on.onBlock?.(block);
    await pack(await Promise.all(streams.map((stream, index) => stream.push(block[index]!))), block);
  }
  await pack(await Promise.all(streams.map((stream) => stream.end())), undefined);
}

/** What is taken from every block beside speech: loudness, the sound itself while it fits, whether both channels are one. */
class Ears {
  readonly packers: readonly WindowPacker[];
  readonly loudness: readonly LoudnessCurve[];
  readonly edges: readonly RegionEdges[];
  readonly voices = new VoicePrints();
  kept: (readonly Int16Array[])[] | undefined = [];
  readonly speech: readonly SpeechRegion[][];
  readonly #bleed = new BleedFinder();
  readonly #keepBytes: number;
  #keptBytes = 0;
  #difference = 0;
  #energy = 0;

  constructor(channels: 1 | 2, settings: ListenSettings) {
    this.packers = Array.from({ length: channels }, () => new WindowPacker(settings.windows));
    this.loudness = this.packers.map(() => new LoudnessCurve());
    this.edges = this.loudness.map((own, channel) => new RegionEdges(own, this.loudness[1 - channel]));
    this.speech = this.packers.map(() => []);
    this.#keepBytes = settings.keepBytes;
  }

  hear(block: readonly Int16Array[]): void {
    for (const [channel, samples] of block.entries()) this.loudness[channel]!.push(samples);
    if (block.length === 2) {
      this.#compare(block[0]!, block[1]!);
      this.#bleed.push(block);
    }
    for (const samples of block) this.#keptBytes += samples.byteLength;
    if (this.#keptBytes > this.#keepBytes) this.kept = undefined;
    this.kept?.push(block.map((samples) => samples.slice()));
  }

  /** What is speech of this channel's own, without what came over from the other. */
  withoutBleed(channel: number, regions: readonly SpeechRegion[]): readonly SpeechRegion[] {
    if (this.packers.length === 1) return regions;
    return regions.flatMap((region) => this.#bleed.divide(channel as 0 | 1, region).speech);
  }

  /** The window with silence where its channel carries the other's voice: the engine is not to hear it, between words neither. */
  cleaned(channel: number, window: PackedWindow): PackedWindow {
    if (this.packers.length === 2) this.#bleed.silence(channel as 0 | 1, window);
    return window;
  }

  hearVoices(channel: number, window: PackedWindow): void {
    if (channel === 0 && (this.packers.length === 1 || this.sameOnBoth)) this.voices.hear(window.samples, window.start);
  }

  /** True while both channels hold the same sound (a mono line written twice): they differ by less than -30 dB. */
  get sameOnBoth(): boolean {
    return this.packers.length === 2 && this.#energy > 0 && this.#difference * 1000 < this.#energy;
  }

  #compare(left: Int16Array, right: Int16Array): void {
    for (let i = 0; i < left.length; i += 4) {
      const a = left[i]!;
      const b = right[i]!;
      this.#difference += (a - b) * (a - b);
      this.#energy += a * a + b * b;
    }
  }
}

interface Waiting {
  readonly channel: 0 | 1;
  readonly window: PackedWindow;
  readonly hear: (signal: AbortSignal) => Promise<HeardPiece[]>;
}

/** Windows on their way to the engine, in order; whoever puts waits while it is full. */
class WindowQueue {
  readonly #limit: number;
  readonly #signal: AbortSignal;
  readonly #waiting: Waiting[] = [];
  #closed = false;
  #wake: (() => void)[] = [];

  constructor(settings: ListenSettings, signal: AbortSignal) {
    this.#limit = Math.max(1, settings.waitingWindows);
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wakeAll(), { once: true });
  }

  async put(waiting: Waiting): Promise<void> {
    while (this.#waiting.length >= this.#limit) await this.#change();
    this.#signal.throwIfAborted();
    this.#waiting.push(waiting);
    this.#wakeAll();
  }

  async take(): Promise<Waiting | undefined> {
    for (;;) {
      this.#signal.throwIfAborted();
      const next = this.#waiting.shift();
      if (next !== undefined) {
        this.#wakeAll();
        return next;
      }
      if (this.#closed) return undefined;
      await this.#change();
    }
  }

  close(): void {
    this.#closed = true;
    this.#wakeAll();
  }

  async #change(): Promise<void> {
    this.#signal.throwIfAborted();
    await new Promise<void>((resolve) => this.#wake.push(resolve));
    this.#signal.throwIfAborted();
  }

  #wakeAll(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}

async function recogniseAll(queue: WindowQueue, signal: AbortSignal): Promise<HeardWindow[]> {
  const heard: HeardWindow[] = [];
  for (let next = await queue.take(); next !== undefined; next = await queue.take()) {
    for (const piece of await next.hear(signal)) {
      heard.push({
        channel: next.channel,
        startMs: Math.round(piece.window.start / 16),
        endMs: Math.round(piece.window.end / 16),
        speech: regionsInMs(piece.window.speech),
        answer: piece.answer,
        language: piece.language,
      });
    }
  }
  return heard;
}
