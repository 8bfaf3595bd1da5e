import { z } from 'zod';
import type { RecognisedSegment, RecognisedWindow, RecognisedWord } from '../../../transcribe/index.ts';
import { languageCode } from './language-code.ts';

const number = z.number().nullish().catch(undefined);

const wordSchema = z
  .looseObject({
    word: z.string().optional(),
    text: z.string().optional(),
    start: number,
    end: number,
    probability: number,
    confidence: number,
    score: number,
  })
  .refine(({ word, text }) => word !== undefined || text !== undefined);

const segmentSchema = z.looseObject({
  text: z.string(),
  start: number,
  end: number,
  avg_logprob: number,
  no_speech_prob: number,
  compression_ratio: number,
  words: z.array(wordSchema).nullish(),
});

/** Read loosely: endpoints of this interface differ in what they leave out. */
export const answerSchema = z.looseObject({
  text: z.string(),
  language: z.string().nullish(),
  segments: z.array(segmentSchema).nullish(),
  words: z.array(wordSchema).nullish(),
});

export type Answer = z.infer<typeof answerSchema>;

/**
 * An endpoint's answer as the port gives it. Times are whole milliseconds within the window, words in order and never
 * running backwards; an answer of text alone becomes one segment over the whole window. Words and segments keep the space
 * that they begin with (it tells pieces of a word from words); segments that come without get one.
 */
export function readAnswer(answer: Answer, durationMs: number): RecognisedWindow {
  const segments: RecognisedSegment[] = [];
  let reached = 0;
  for (const segment of answer.segments ?? []) {
    const startMs = milliseconds(segment.start, durationMs, reached);
    const endMs = Math.max(startMs, milliseconds(segment.end, durationMs, durationMs));
    segments.push({
      text: segment.text,
      startMs,
      endMs,
      averageLogProbability: segment.avg_logprob ?? undefined,
      noSpeechProbability: segment.no_speech_prob ?? undefined,
      compressionRatio: segment.compression_ratio ?? undefined,
    });
    reached = endMs;
  }
  const text = answer.text.trim();
  if (segments.length === 0 && text !== '') segments.push({ text, startMs: 0, endMs: durationMs });
  const given = answer.words ?? (answer.segments ?? []).flatMap(({ words }) => words ?? []);
  return { language: languageCode(answer.language), text, segments: spaced(segments), words: readWords(given, durationMs) };
}

function milliseconds(seconds: number | null | undefined, durationMs: number, otherwise: number): number {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return otherwise;
  return Math.min(durationMs, Math.max(0, Math.round(seconds * 1000)));
}

function readWords(given: readonly z.infer<typeof wordSchema>[], durationMs: number): RecognisedWord[] {
  const words: RecognisedWord[] = [];
  let startReached = 0;
  let endReached = 0;
  for (const [index, word] of given.entries()) {
    const text = word.word ?? word.text ?? '';
    if (text.trim() === '') continue;
    const startMs = Math.max(startReached, milliseconds(word.start, durationMs, endReached));
    const next = given[index + 1]?.start;
    const endMs = Math.max(startMs, milliseconds(word.end, durationMs, milliseconds(next, durationMs, startMs)));
    const confidence = word.probability ?? word.confidence ?? word.score ?? undefined;
    const isNumber = confidence !== undefined && !Number.isNaN(confidence);
    words.push({ text, startMs, endMs, confidence: isNumber ? Math.min(1, Math.max(0, confidence)) : undefined });
    startReached = startMs;
    endReached = endMs;
  }
  return words;
}

const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/** The space between two stretches of text that do not bring their own: none beside Chinese or Japanese. */
function spaceBetween(before: string, after: string): string {
  const [last, first] = [before.at(-1) ?? ' ', after[0] ?? ' '];
  return /\s/u.test(last) || /\s/u.test(first) || withoutSpaces.test(last) || withoutSpaces.test(first) ? '' : ' ';
}

/** Segments with the space between them that their joined text has. */
function spaced(segments: readonly RecognisedSegment[]): RecognisedSegment[] {
  return segments.map((segment, index) => ({
    ...segment,
    text: spaceBetween(segments[index - 1]?.text ?? '', segment.text) + segment.text,
  }));
}

/** The answers for the pieces of one window, laid end to end. */
export function joinAnswers(
  parts: readonly { readonly offsetMs: number; readonly answer: RecognisedWindow }[],
): RecognisedWindow {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) return only.answer;
  const moved = <T extends { startMs: number; endMs: number }>(items: readonly T[], by: number): T[] =>
    items.map((item) => ({ ...item, startMs: item.startMs + by, endMs: item.endMs + by }));
  return {
    language:
      parts.find(({ answer }) => answer.text !== '' && answer.language !== undefined)?.answer.language ?? only?.answer.language,
    text: parts.map(({ answer }) => answer.text).reduce((whole, next) => whole + spaceBetween(whole, next) + next, ''),
    segments: spaced(parts.flatMap(({ offsetMs, answer }) => moved(answer.segments, offsetMs))),
    words: parts.flatMap(({ offsetMs, answer }) => moved(answer.words, offsetMs)),
  };
}
