export * from './ports.ts';
export * from './transcript.ts';
export { buildPeaks, type Peaks, type PeaksBuilder, peaksSchema, readPeaks } from './peaks.ts';
export type { MuteSpan } from './mute.ts';
export { mute } from './mute.ts';
export { defaultListenSettings, type ListenSettings } from './listen.ts';
export { defaultWindowParameters, type WindowParameters } from './windows.ts';
export { windowAnswerName } from './window-answers.ts';
export { type SpeechMetrics, speechMetrics, speechMetricsSchema } from './speech-metrics.ts';
export { type TranscriptCorrections, type TranscriptPlan, transcriptRecipe } from './transcript-recipe.ts';
export {
  hearCall,
  type HeardAndRaw,
  type Redactor,
  transcribeCall,
  type Transcribed,
  type TranscribeDeps,
  type TranscribeInput,
} from './transcribe-call.ts';
export {
  type ForeignFormat,
  foreignFormats,
  type ForeignTranscript,
  looksLikeTranscript,
  readTranscript,
} from './foreign/read-transcript.ts';
export { analyseSounds, type HeardSound, type SoundAnalyser } from './sounds.ts';
export {
  type ChannelSpeech,
  type RedactedTranscript,
  redactedSchema,
  type RedactionOptions,
  redactorVersion,
  redactText,
  redactTranscript,
  type SensitiveKind,
  sensitiveKinds,
  type TimeSpan,
} from './redaction/index.ts';
