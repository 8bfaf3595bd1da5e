import type { Tx } from '../services/kernel/index.ts';
import type { Transcript } from './transcript.ts';

/** A recording that can be read from any place, any number of times. */
export interface Recording {
  readonly sizeBytes: number;
  read(start?: number, end?: number): AsyncIterable<Uint8Array>;
}

/** Caps on what one recording may cost; each is a refusal with its own code. */
export interface DecodeLimits {
  /** Default 4 h. */
  readonly maxDurationMs: number;
  /** Default 2 GiB. */
  readonly maxBytes: number;
  /** Longest wait for the decoder to give its next block: one that hangs is killed. Time in which nobody asks does not count. */
  readonly timeoutMs: number;
}

/** A recording as the pipeline hears it: 16 kHz, signed 16 bit, one block per channel and step. */
export interface DecodedAudio {
  readonly container: string;
  readonly codec: string;
  readonly channels: 1 | 2;
  readonly sourceSampleRate: number;
  /** Steps of equal length on every channel; the last may be shorter. Must be read to its end or aborted. */
  readonly blocks: AsyncIterable<readonly Int16Array[]>;
}

/** The only way from a foreign file to samples. Throws `Refused` for input that can never work, Failure for the rest. */
export interface AudioDecoder {
  readonly name: string;
  open(recording: Recording, limits: DecodeLimits, signal: AbortSignal): Promise<DecodedAudio>;
}

/** Makes the playback rendition (Ogg Opus, mono or two channels as given). Same samples, same encoder build: same bytes. */
export interface RenditionEncoder {
  readonly name: string;
  encode(channels: 1 | 2, blocks: AsyncIterable<readonly Int16Array[]>, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** A stretch in which somebody speaks, in samples at 16 kHz from the start; end exclusive. */
export interface SpeechRegion {
  readonly start: number;
  readonly end: number;
}

/**
 * One channel's voice activity, fed in order. Regions come in order too, each within a second of sound after its end, and
 * speech that does not stop comes in touching regions of at most 30 s: whoever listens need not hold more sound than that.
 */
export interface VoiceActivityStream {
  /** Regions that are certain by now. Any number of samples may be pushed at a time. */
  push(samples: Int16Array): Promise<readonly SpeechRegion[]>;
  /** What was still open. */
  end(): Promise<readonly SpeechRegion[]>;
}

export interface VoiceActivity {
  /** Goes into the recipe: model hash and parameters. */
  readonly version: string;
  open(): Promise<VoiceActivityStream>;
}

/** What is recognised in one go: at most 28 s of one channel. */
export interface SpeechWindow {
  readonly samples: Int16Array;
  readonly sampleRate: 16000;
  /** ISO 639-1, or undefined: let the engine detect. */
  readonly language: string | undefined;
  readonly prompt?: string | undefined;
}

export interface RecognisedWord {
  readonly text: string;
  /** Milliseconds from the window's start. */
  readonly startMs: number;
  readonly endMs: number;
  /** 0 to 1; undefined where the endpoint gives none. */
  readonly confidence?: number | undefined;
}

export interface RecognisedSegment {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly averageLogProbability?: number | undefined;
  readonly noSpeechProbability?: number | undefined;
  readonly compressionRatio?: number | undefined;
}

/** The engine's raw answer for one window; stored once, an input to everything after it. */
export interface RecognisedWindow {
  readonly language: string | undefined;
  readonly text: string;
  readonly segments: readonly RecognisedSegment[];
  /** Empty where the endpoint gives segments but no words: times are then interpolated. */
  readonly words: readonly RecognisedWord[];
}

/** Any engine that writes down speech. A dependency that is away throws a Failure of dependency `recogniser`. */
export interface Recogniser {
  /** Engine, model, version, parameters: goes into the recipe and into the stored answers' names. */
  readonly engine: { readonly name: string; readonly model: string; readonly version: string };
  recognise(window: SpeechWindow, signal: AbortSignal): Promise<RecognisedWindow>;
}

/** Stored raw answers by deterministic name: the checkpoint of a long call. */
export interface WindowAnswers {
  get(callId: string, name: string): Promise<RecognisedWindow | undefined>;
  put(callId: string, name: string, answer: RecognisedWindow): Promise<void>;
}

/** What the transcribe stage leaves of a call, all of it redacted. */
export interface StoredTranscript {
  readonly transcriptId: string;
  readonly callId: string;
  readonly recipeHash: string;
  readonly contentHash: string;
  /** Object name of the transcript's canonical JSON. */
  readonly object: string;
  readonly renditionObject: string | undefined;
  readonly peaksObject: string | undefined;
  readonly metricsObject: string;
  readonly language: string;
  readonly durationMs: number;
}

export interface TranscriptStore {
  /**
   * Notes the recipe last requested for the call; a result of it that is there already becomes current. True when another was
   * current until now.
   */
  request(tx: Tx, callId: string, recipeHash: string): Promise<boolean>;
  /** Inserts once (a repeat is a no-op) and makes it current if its recipe is the one last requested. */
  save(tx: Tx, row: StoredTranscript): Promise<void>;
  current(callId: string): Promise<StoredTranscript | undefined>;
  currentInside(tx: Tx, callId: string): Promise<StoredTranscript | undefined>;
  /** Every row of a call, and what was requested for it. The objects they name are deleted by whoever erases. */
  erase(tx: Tx, callId: string): Promise<void>;
}

/** Reads and writes the transcripts themselves (object store). */
export interface TranscriptContent {
  read(object: string): Promise<Transcript>;
}
