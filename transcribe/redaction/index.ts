export type { ChannelSpeech, TimeSpan } from './mute-spans.ts';
export { type SensitiveKind, sensitiveKinds } from './number-labels.ts';
export {
  type RedactedTranscript,
  redactedSchema,
  type RedactionOptions,
  redactorVersion,
  redactText,
  redactTranscript,
} from './redact.ts';
