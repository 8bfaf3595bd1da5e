import { type Layout, type Transcript, transcriptSchema } from '../transcript.ts';
import { malformed, readBy, withoutWords } from './refused-transcript.ts';

const format = 'transcript.v1';

export function looksLikeTranscriptV1(value: unknown): boolean {
  return Array.isArray((value as { turns?: unknown } | null)?.turns);
}

/** Our own form, checked: unique turn ids, times that do not run backwards, nothing after the end of the call. */
export function readTranscriptV1(value: unknown, layout: Layout | undefined): Transcript {
  const transcript = readBy(format, transcriptSchema, value);
  if (transcript.turns.length === 0) throw withoutWords(format);
  const ids = new Set<string>();
  let endMs = transcript.durationMs;
  for (const [index, turn] of transcript.turns.entries()) {
    const place = `$.turns[${index}]`;
    if (ids.has(turn.id)) throw malformed(format, `${place}.id`, { zh: '话轮编号重复', en: 'another turn has the same id' });
    ids.add(turn.id);
    if (turn.endMs < turn.startMs)
      throw malformed(format, `${place}.endMs`, { zh: '结束时间早于开始时间', en: 'the end is before the start' });
    endMs = Math.max(endMs, turn.endMs);
    for (const [at, word] of (turn.words ?? []).entries()) {
      if (word.endMs < word.startMs)
        throw malformed(format, `${place}.words[${at}].endMs`, { zh: '结束时间早于开始时间', en: 'the end is before the start' });
    }
  }
  return { ...transcript, durationMs: endMs, layout: layout ?? transcript.layout };
}
