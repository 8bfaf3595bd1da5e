import { Refused } from '../../services/kernel/index.ts';
import type { Layout, Transcript } from '../transcript.ts';
import { looksLikeCallAnalytics, readCallAnalytics } from './call-analytics.ts';
import { malformed, unknownFormat } from './refused-transcript.ts';
import { looksLikeTranscriptV1, readTranscriptV1 } from './transcript-v1.ts';
import { looksLikeWebVtt, readWebVtt } from './web-vtt.ts';
import { looksLikeWhisper, readWhisperVerbose } from './whisper-verbose.ts';

export const foreignFormats = ['transcript.v1', 'amazon-call-analytics', 'whisper-verbose', 'webvtt'] as const;
export type ForeignFormat = (typeof foreignFormats)[number];

export interface ForeignTranscript {
  readonly format: ForeignFormat;
  /** Raw: not yet simplified nor redacted. */
  readonly transcript: Transcript;
}

/**
 * Reads a transcript that another system wrote, whichever of the known formats it is in. `layout` says on which side of a
 * stereo recording the agent is, where the file does not tell. Throws `Refused` (`transcript.unknown-format`,
 * `transcript.malformed` with the place, `transcript.empty`); no message quotes content.
 */
export function readTranscript(
  bytes: Uint8Array | string,
  options: { readonly layout?: Layout | undefined } = {},
): ForeignTranscript {
  const text = typeof bytes === 'string' ? bytes : decoded(bytes);
  const layout = options.layout ?? 'agent-left';
  if (looksLikeWebVtt(text)) return { format: 'webvtt', transcript: readWebVtt(text, layout) };
  if (!/^\uFEFF?\s*[{[]/u.test(text)) throw unknownFormat();
  const value = parsed(text);
  if (looksLikeTranscriptV1(value)) return { format: 'transcript.v1', transcript: readTranscriptV1(value, options.layout) };
  if (looksLikeCallAnalytics(value)) return { format: 'amazon-call-analytics', transcript: readCallAnalytics(value, layout) };
  if (looksLikeWhisper(value)) return { format: 'whisper-verbose', transcript: readWhisperVerbose(value, layout) };
  throw unknownFormat();
}

/** True where the first bytes of a file can only be a transcript, not a recording. */
export function looksLikeTranscript(head: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(head);
  return looksLikeWebVtt(text) || /^\uFEFF?\s*\{\s*("|$)/u.test(text);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Refused(
      { code: 'transcript.not-utf8', text: { zh: '文字稿不是 UTF-8 编码。', en: 'The transcript is not UTF-8 text.' } },
      cause,
    );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, '')) as unknown;
  } catch {
    // the parser's message quotes the text around the error: it stays out
    throw malformed('JSON', '$', { zh: '不是完整的 JSON', en: 'this is not whole JSON' });
  }
}
