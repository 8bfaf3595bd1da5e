import { z } from 'zod';
import { wordsOf } from '../heard-word.ts';
import { siftInventions } from '../inventions.ts';
import { turnsOfOneChannel } from '../one-channel.ts';
import type { RecognisedWindow } from '../ports.ts';
import type { Layout, Transcript, Turn } from '../transcript.ts';
import { writtenTurns } from '../written-turns.ts';
import { channelOf } from './call-analytics.ts';
import { readBy, withoutWords } from './refused-transcript.ts';
import { languageOfTag, rolesOfLabels } from './speaker-names.ts';

const format = 'Whisper verbose JSON';
const seconds = z.number().nonnegative();
const probability = z.number().nullish();

const wordSchema = z.looseObject({
  word: z.string(),
  start: seconds.optional(),
  end: seconds.optional(),
  probability,
  score: probability,
});

const documentSchema = z.looseObject({
  language: z.string().nullish(),
  duration: z.union([seconds, z.string()]).nullish(),
  segments: z.array(
    z.looseObject({
      start: seconds,
      end: seconds,
      text: z.string(),
      avg_logprob: z.number().nullish(),
      no_speech_prob: z.number().nullish(),
      compression_ratio: z.number().nullish(),
      speaker: z.string().nullish(),
      words: z.array(wordSchema).nullish(),
    }),
  ),
  words: z.array(wordSchema).nullish(),
});
type Document = z.output<typeof documentSchema>;

export function looksLikeWhisper(value: unknown): boolean {
  const segments = (value as { segments?: unknown } | null)?.segments;
  return Array.isArray(segments);
}

/**
 * What Whisper and OpenAI's transcription endpoint write as verbose JSON, with words or without. Where segments name their
 * speaker (as WhisperX does), each is a turn; else both people are on one channel, and who speaks is guessed from the wording.
 */
export function readWhisperVerbose(value: unknown, layout: Layout): Transcript {
  const document = readBy(format, documentSchema, value);
  const lastMs = Math.round(1000 * document.segments.reduce((end, segment) => Math.max(end, segment.end), 0));
  const durationMs = Math.max(lastMs, Math.round(1000 * (Number(document.duration ?? 0) || 0)));
  const named = document.segments.some((segment) => (segment.speaker ?? '') !== '');
  const turns = named ? namedTurns(document, layout) : guessedTurns(document, durationMs);
  if (turns.length === 0) throw withoutWords(format);
  return {
    version: 1,
    language: languageOfTag(document.language ?? undefined) ?? 'und',
    durationMs,
    layout: named ? layout : 'mono',
    turns,
    engine: { name: 'whisper' },
  };
}

function answerOf(document: Document): RecognisedWindow {
  const words = document.words ?? document.segments.flatMap((segment) => segment.words ?? []);
  let reached = 0;
  return {
    language: document.language ?? undefined,
    text: '',
    segments: document.segments.map((segment) => ({
      text: segment.text,
      startMs: Math.round(segment.start * 1000),
      endMs: Math.round(Math.max(segment.start, segment.end) * 1000),
      averageLogProbability: segment.avg_logprob ?? undefined,
      noSpeechProbability: segment.no_speech_prob ?? undefined,
      compressionRatio: segment.compression_ratio ?? undefined,
    })),
    words: words.map((word) => {
      const startMs = word.start === undefined ? reached : Math.round(word.start * 1000);
      reached = Math.max(startMs, word.end === undefined ? startMs : Math.round(word.end * 1000));
      return { text: word.word, startMs, endMs: reached, confidence: word.probability ?? word.score ?? undefined };
    }),
  };
}

function guessedTurns(document: Document, durationMs: number): Turn[] {
  const answer = answerOf(document);
  const words = wordsOf(answer, { channel: 0, startMs: 0, endMs: durationMs, speech: [] });
  return writtenTurns(turnsOfOneChannel(siftInventions(words, answer.segments).kept));
}

function namedTurns(document: Document, layout: Layout): Turn[] {
  const roles = rolesOfLabels(document.segments.map(({ speaker, text }) => ({ label: speaker ?? undefined, text })));
  const turns: Turn[] = [];
  for (const segment of document.segments) {
    const answer = answerOf({ ...document, segments: [segment], words: segment.words ?? [] });
    const startMs = Math.round(segment.start * 1000);
    const words = wordsOf(answer, {
      channel: 0,
      startMs: 0,
      endMs: Math.max(startMs, Math.round(segment.end * 1000)),
      speech: [],
    });
    const kept = siftInventions(words, answer.segments).kept;
    if (kept.length === 0) continue;
    const { speaker, confidence } = roles.get(segment.speaker ?? '') ?? { speaker: 'unknown' as const, confidence: 0 };
    const channel = speaker === 'unknown' ? 0 : channelOf(speaker, layout);
    const [turn] = writtenTurns([
      {
        channel,
        speaker,
        speakerConfidence: confidence,
        startMs: kept[0]!.startMs,
        endMs: kept.reduce((end, word) => Math.max(end, word.endMs), 0),
        words: kept,
      },
    ]);
    turns.push({ ...turn!, id: `t${turns.length + 1}` });
  }
  return turns;
}
