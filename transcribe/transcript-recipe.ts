import type { Recipe } from '../services/kernel/index.ts';
import type { Recogniser, VoiceActivity } from './ports.ts';
import type { Layout } from './transcript.ts';
import { defaultWindowParameters, type WindowParameters } from './windows.ts';

/** Raised when a change here makes another transcript of the same answers. */
const transcriptionVersion = 1;

/** What a person changed about how a call is heard. */
export interface TranscriptCorrections {
  readonly swapSpeakers?: boolean | undefined;
}

/** Everything that decides how a call's transcript comes out. */
export interface TranscriptPlan {
  /** SHA-256 of the recording; undefined for a call that came as a transcript alone. */
  readonly audioSha256: string | undefined;
  /** SHA-256 of the transcript that came with the call; then nothing is recognised. */
  readonly foreignSha256?: string | undefined;
  readonly layout: Layout | undefined;
  /** `zh`, `en`, …, or `auto`. */
  readonly language: string;
  readonly prompt?: string | undefined;
  readonly corrections?: TranscriptCorrections | undefined;
  readonly windows?: WindowParameters | undefined;
}

/** The recipe of a transcript: equal recipes give equal transcripts from the stored window answers on. */
export function transcriptRecipe(
  plan: TranscriptPlan,
  versions: {
    readonly engine: Recogniser['engine'];
    readonly voiceActivity: VoiceActivity['version'];
    readonly redactor: string;
    readonly language: string;
  },
): Recipe {
  const windows = plan.windows ?? defaultWindowParameters;
  const heard =
    plan.foreignSha256 === undefined
      ? {
          engine: { name: versions.engine.name, model: versions.engine.model, version: versions.engine.version },
          voiceActivity: versions.voiceActivity,
          prompt: plan.prompt ?? null,
          windows: {
            joinSeconds: windows.joinSeconds,
            padSeconds: windows.padSeconds,
            maxSeconds: windows.maxSeconds,
            silenceSeconds: windows.silenceSeconds,
          },
        }
      : { foreign: plan.foreignSha256 };
  return {
    ...heard,
    transcription: transcriptionVersion,
    audio: plan.audioSha256 ?? null,
    layout: plan.layout ?? null,
    language: plan.language,
    redactor: versions.redactor,
    languageLibrary: versions.language,
    swapSpeakers: plan.corrections?.swapSpeakers === true,
  };
}
