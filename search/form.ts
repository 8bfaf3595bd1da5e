import { type PreparedTranscript, prepareTranscript, type SpokenTranscript } from '../phrases/index.ts';

/** A call's words as the matcher needs them, in as few bytes as may be. */
export function packForm({ language, durationMs, turns, sounds }: SpokenTranscript): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ language, durationMs, turns, sounds }));
}

/** The prepared transcript of a packed form. */
export function unpackForm(form: Uint8Array): PreparedTranscript {
  return prepareTranscript(JSON.parse(new TextDecoder().decode(form)) as SpokenTranscript);
}
