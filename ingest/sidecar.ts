import type { BilingualText } from '../services/kernel/index.ts';
import type { CallMetadata } from './call-metadata.ts';
import { readMetadata } from './metadata-fields.ts';

const stem = (name: string): string => name.replace(/\.[^./]+$/, '');

/** Where the metadata of a recording may lie beside it, most particular first. */
export function sidecarNames(recording: string): string[] {
  return [...new Set([`${recording}.json`, `${stem(recording)}.meta.json`, `${stem(recording)}.json`])];
}

/** Where a transcript of a recording may lie beside it: it is then read instead of recognising. */
export function transcriptNames(recording: string): string[] {
  return [`${stem(recording)}.transcript.json`, `${stem(recording)}.vtt`];
}

/** Files of a source that describe others and are no recordings of their own. */
export function isCompanion(name: string): boolean {
  return /(\.json|\.vtt|\.csv|\.ok|\.md|\.txt|\.ya?ml)$/i.test(name) || name.split('/').some((part) => part.startsWith('.'));
}

/** Reads a sidecar (a JSON object). Undefined where it is no JSON object: the recording is then taken without. */
export function readSidecar(
  text: string,
  zoneOffset = '+00:00',
): { metadata: CallMetadata; problems: BilingualText[] } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { metadata, problems } = readMetadata(Object.entries(value), zoneOffset);
  return { metadata, problems: problems.map(({ message }) => message) };
}
