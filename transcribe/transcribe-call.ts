import { canonicalJson, type ObjectStore, type Recipe, recipeHashOf, resultIdOf, sha256 } from '../services/kernel/index.ts';
import { readTranscript } from './foreign/read-transcript.ts';
import {
  defaultListenSettings,
  type Heard,
  type HeardSound,
  listen,
  type ListenDeps,
  type ListenSettings,
  listenToSound,
} from './listen.ts';
import { regionsInMs } from './heard-word.ts';
import type { MuteSpan } from './mute.ts';
import type { DecodeLimits, Recording, RenditionEncoder, SpeechRegion, StoredTranscript } from './ports.ts';
import { analyseSounds, type SoundAnalyser } from './sounds.ts';
import type { ChannelSpeech } from './redaction/index.ts';
import { makeRendition, type RenditionObjects } from './rendition.ts';
import { type SpeechMetrics, speechMetrics } from './speech-metrics.ts';
import { languageOfTurns } from './spoken-languages.ts';
import type { Sound, Transcript } from './transcript.ts';
import type { TranscriptPlan } from './transcript-recipe.ts';
import { writeDown } from './write-down.ts';
import { simplifiedTurn } from './written-turns.ts';

/** Hides what must not be kept. Everything of a call that outlives its work is made after it. */
export interface Redactor {
  readonly version: string;
  redact(transcript: Transcript, context: { readonly speech: readonly ChannelSpeech[] }): Redacted | Promise<Redacted>;
}

interface Redacted {
  readonly transcript: Transcript;
  readonly muteSpans: readonly MuteSpan[];
}

export interface TranscribeDeps extends ListenDeps {
  readonly redactor: Redactor;
  /** Undefined where nothing can encode: calls then have no rendition. */
  readonly encoder: RenditionEncoder | undefined;
  readonly objects: ObjectStore;
}

export interface TranscribeInput {
  readonly callId: string;
  /** Undefined for a call that came as a transcript alone. */
  readonly recording: Recording | undefined;
  /** The bytes of a transcript that came with the call: it is read instead of recognising the recording. */
  readonly foreign?: Uint8Array | undefined;
  readonly limits: DecodeLimits;
  readonly plan: TranscriptPlan;
  readonly recipe: Recipe;
  readonly signal: AbortSignal;
}

/** What was made of a call; everything in it is redacted, and everything but the row is stored. */
export interface Transcribed {
  readonly row: StoredTranscript;
  readonly transcript: Transcript;
  readonly metrics: SpeechMetrics;
}

/**
 * From a call's recording (or the transcript that came with it) to its redacted transcript, metrics, playback rendition and
 * peaks, each stored under a name that its input decides. Raw words exist only in the stored window answers and in memory.
 * Taken up again it recognises only what has no answer yet, and leaves the same bytes.
 * @throws Refused for input that can never work, Failure for the rest; the signal's reason when it aborts
 */
export async function transcribeCall(
  deps: TranscribeDeps,
  input: TranscribeInput,
  settings: ListenSettings = defaultListenSettings,
): Promise<Transcribed> {
  const { heard, raw, speech } =
    input.foreign === undefined ? await hearCall(deps, input, settings) : await read(deps, input, input.foreign, settings);
  const { transcript: redacted, muteSpans } = await deps.redactor.redact(raw, { speech });
  const transcript = withHearing(redacted, raw);
  const metrics = speechMetrics(transcript, heard?.loudness ?? []);
  const [stored, measured, rendition] = await Promise.all([
    store(deps.objects, input.callId, 'transcript', transcript),
    store(deps.objects, input.callId, 'metrics', metrics),
    heard === undefined ? { renditionObject: undefined, peaksObject: undefined } : renditionOf(deps, input, heard, muteSpans),
  ]);
  input.signal.throwIfAborted();
  const recipeHash = recipeHashOf(input.recipe);
  return {
    row: {
      transcriptId: resultIdOf(input.callId, recipeHash),
      callId: input.callId,
      recipeHash,
      contentHash: stored.hash,
      object: stored.name,
      ...rendition,
      metricsObject: measured.name,
      language: transcript.language,
      durationMs: transcript.durationMs,
    },
    transcript,
    metrics,
  };
}

/** What a redactor does not rebuild because it holds no words: where nothing was understood, where words were left out. */
function withHearing(redacted: Transcript, raw: Transcript): Transcript {
  return {
    ...redacted,
    ...(raw.unintelligible === undefined ? {} : { unintelligible: raw.unintelligible }),
    ...(raw.dropped === undefined ? {} : { dropped: raw.dropped }),
  };
}

export interface HeardAndRaw {
  readonly heard: HeardSound | undefined;
  readonly raw: Transcript;
  /** Where each channel is heard to speak. */
  readonly speech: readonly ChannelSpeech[];
}

/**
 * Recognises a recording into its raw transcript. Raw: it may be redacted or measured, and nothing else; it is not to be kept.
 * @throws Refused for input that can never work, Failure for the rest; the signal's reason when it aborts
 */
export async function hearCall(
  deps: ListenDeps,
  input: Pick<TranscribeInput, 'callId' | 'recording' | 'limits' | 'plan' | 'signal'>,
  settings: ListenSettings = defaultListenSettings,
): Promise<HeardAndRaw> {
  const { plan, recording, callId, limits, signal } = input;
  if (recording === undefined) throw new TypeError('hearCall: a call has a recording or a transcript');
  const sounds = soundsWhile();
  const heard: Heard = await listen(
    deps,
    { callId, recording, limits, language: plan.language, prompt: plan.prompt, signal, onBlock: sounds.onBlock },
    plan.windows === undefined ? settings : { ...settings, windows: plan.windows },
  );
  const raw = writeDown(heard, {
    callId,
    layout: plan.layout,
    language: plan.language,
    swapSpeakers: plan.corrections?.swapSpeakers,
    sounds: sounds.found(heard.channels, heard.speech),
    engine: deps.recogniser.engine,
    prompt: plan.prompt,
  });
  const speech = heard.speech.flatMap((regions, channel) => regionsInMs(regions).map((region) => ({ ...region, channel })));
  return { heard, raw, speech };
}

async function read(
  deps: TranscribeDeps,
  input: TranscribeInput,
  foreign: Uint8Array,
  settings: ListenSettings,
): Promise<HeardAndRaw> {
  const { plan, recording, callId, limits, signal } = input;
  const { transcript } = readTranscript(foreign, { layout: plan.layout });
  const sounds = soundsWhile();
  const heard =
    recording === undefined
      ? undefined
      : await listenToSound(deps.decoder, { recording, limits, signal, onBlock: sounds.onBlock }, settings);
  const turns = transcript.turns.map((turn) => swapped(simplifiedTurn(turn), plan.corrections?.swapSpeakers === true));
  const language =
    languageOfTurns(turns) ?? (transcript.language === 'und' && plan.language !== 'auto' ? plan.language : transcript.language);
  const raw: Transcript = {
    ...transcript,
    callId,
    language,
    durationMs: Math.max(transcript.durationMs, heard?.durationMs ?? 0),
    turns,
    sounds: heard === undefined ? (transcript.sounds ?? []) : [...sounds.found(heard.channels)],
  };
  return { heard, raw, speech: [] };
}

function swapped(turn: Transcript['turns'][number], swap: boolean): Transcript['turns'][number] {
  if (!swap || turn.speaker === 'system' || turn.speaker === 'unknown') return turn;
  return { ...turn, speaker: turn.speaker === 'agent' ? 'customer' : 'agent' };
}

/** Sound analysis that starts with the first block, when the number of channels is known. */
function soundsWhile() {
  let analysis: SoundAnalyser | undefined;
  return {
    onBlock(block: readonly Int16Array[]): void {
      analysis ??= analyseSounds(block.length === 2 ? 2 : 1);
      analysis.push(block);
    },
    found: (channels: 1 | 2, speech?: readonly (readonly SpeechRegion[])[]): readonly Sound[] =>
      (analysis?.end(speech) ?? []).filter((sound) => sound.channel < channels),
  };
}

async function store(
  objects: ObjectStore,
  callId: string,
  kind: string,
  value: unknown,
): Promise<{ name: string; hash: string }> {
  const bytes = new TextEncoder().encode(canonicalJson(value));
  const hash = sha256(bytes);
  const name = `calls/${callId}/${kind}/${hash}`;
  await objects.put(name, bytes);
  return { name, hash };
}

async function renditionOf(
  deps: TranscribeDeps,
  input: TranscribeInput,
  heard: HeardSound,
  muteSpans: readonly MuteSpan[],
): Promise<RenditionObjects> {
  const { plan, recording, callId, limits, signal } = input;
  return await makeRendition(deps, {
    callId,
    audioSha256: plan.audioSha256 ?? '',
    channels: heard.fileChannels,
    kept: heard.kept,
    decode: async () => (await deps.decoder.open(recording!, limits, signal)).blocks,
    muteSpans,
    signal,
  });
}
