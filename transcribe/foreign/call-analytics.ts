import { z } from 'zod';
import type { Layout, Speaker, Transcript, Turn, Word } from '../transcript.ts';
import { malformed, readBy, withoutWords } from './refused-transcript.ts';
import { languageOfTag, speakerOfLabel } from './speaker-names.ts';

const format = 'Amazon Transcribe Call Analytics';
const ms = z.number().nonnegative();

const itemSchema = z.looseObject({
  Type: z.string().optional(),
  Content: z.string(),
  /** A number, or a number in a string. */
  Confidence: z.union([z.number(), z.string()]).nullish(),
  BeginOffsetMillis: ms.optional(),
  EndOffsetMillis: ms.optional(),
});

const documentSchema = z.looseObject({
  JobStatus: z.string().optional(),
  LanguageCode: z.string().optional(),
  Transcript: z.array(
    z.looseObject({
      Content: z.string(),
      BeginOffsetMillis: ms,
      EndOffsetMillis: ms,
      ParticipantRole: z.string().optional(),
      ParticipantId: z.string().optional(),
      Items: z.array(itemSchema).nullish(),
    }),
  ),
  ConversationCharacteristics: z.looseObject({ TotalConversationDurationMillis: ms.optional() }).optional(),
});

export function looksLikeCallAnalytics(value: unknown): boolean {
  const transcript = (value as { Transcript?: unknown } | null)?.Transcript;
  return Array.isArray(transcript) || (value as { JobStatus?: unknown } | null)?.JobStatus !== undefined;
}

/** Amazon Transcribe Call Analytics, after the call (also Amazon Connect Contact Lens, which names participants by id). */
export function readCallAnalytics(value: unknown, layout: Layout): Transcript {
  const document = readBy(format, documentSchema, value);
  if (document.JobStatus !== undefined && document.JobStatus !== 'COMPLETED') {
    throw malformed(format, '$.JobStatus', {
      zh: '任务未完成，应为 COMPLETED',
      en: 'the job is not finished, expected COMPLETED',
    });
  }
  const turns = document.Transcript.filter((segment) => segment.Content.trim() !== '').map((segment, index): Turn => {
    const role = segment.ParticipantRole ?? segment.ParticipantId;
    const speaker: Speaker = role === undefined ? 'unknown' : speakerOfLabel(role);
    const words = wordsOf(segment.Items ?? []);
    const startMs = Math.round(segment.BeginOffsetMillis);
    return {
      id: `t${index + 1}`,
      speaker,
      speakerConfidence: speaker === 'unknown' ? 0 : 1,
      channel: speaker === 'unknown' ? 0 : channelOf(speaker, layout),
      startMs,
      endMs: Math.max(startMs, Math.round(segment.EndOffsetMillis)),
      text: segment.Content.trim(),
      ...(words.length === 0 ? {} : { words }),
    };
  });
  if (turns.length === 0) throw withoutWords(format);
  const last = turns.reduce((end, turn) => Math.max(end, turn.endMs), 0);
  return {
    version: 1,
    language: languageOfTag(document.LanguageCode) ?? 'und',
    durationMs: Math.max(last, Math.round(document.ConversationCharacteristics?.TotalConversationDurationMillis ?? 0)),
    layout,
    turns,
    engine: { name: 'amazon-transcribe-call-analytics' },
  };
}

export function channelOf(speaker: Speaker, layout: Layout): 0 | 1 {
  if (layout === 'mono') return 0;
  return (speaker === 'customer') === (layout === 'agent-left') ? 1 : 0;
}

/** Words with the punctuation that follows them; items without times (punctuation) have none of their own. */
function wordsOf(items: readonly z.output<typeof itemSchema>[]): Word[] {
  const words: Word[] = [];
  for (const item of items) {
    const last = words.at(-1);
    if (item.Type === 'punctuation' || item.BeginOffsetMillis === undefined) {
      if (last !== undefined) words[words.length - 1] = { ...last, text: last.text + item.Content.trim() };
      continue;
    }
    const startMs = Math.round(item.BeginOffsetMillis);
    const confidence = Number(item.Confidence ?? Number.NaN);
    words.push({
      text: item.Content.trim(),
      startMs,
      endMs: Math.max(startMs, Math.round(item.EndOffsetMillis ?? startMs)),
      ...(Number.isFinite(confidence) ? { confidence: Math.round(Math.min(1, Math.max(0, confidence)) * 1000) / 1000 } : {}),
    });
  }
  return words;
}
