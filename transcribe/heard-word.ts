import type { RecognisedWindow, SpeechRegion } from './ports.ts';

/** One word as the engine wrote it, placed in the recording. Times are milliseconds from the recording's start. */
export interface HeardWord {
  readonly channel: 0 | 1;
  readonly startMs: number;
  readonly endMs: number;
  /** With the punctuation that follows it, without space. */
  readonly text: string;
  /** True when it was written without space after the word before it. */
  readonly glued: boolean;
  /** 1/1000; undefined where the engine gives none. */
  readonly confidence: number | undefined;
  /** Which segment of the window's answer it came from. */
  readonly segment: number;
}

/** What surrounds a window's answer in the recording. */
export interface WindowPlace {
  readonly channel: 0 | 1;
  readonly startMs: number;
  readonly endMs: number;
  /** Speech inside the window, in milliseconds of the recording. */
  readonly speech: readonly { readonly startMs: number; readonly endMs: number }[];
}

/**
 * A window's words at their place in the recording. Spaces and punctuation come from the segments' text where the endpoint
 * strips them from its words; where it gives no words, times are spread over a segment's characters. Times outside the
 * window are cut to it, and a word that reaches into silence is cut to the speech that it belongs to.
 */
export function wordsOf(answer: RecognisedWindow, place: WindowPlace): HeardWord[] {
  const pieces = answer.words.length > 0 ? withLateStarts(writtenPieces(answer), place) : spreadPieces(answer);
  const words: HeardWord[] = [];
  let earliest = place.startMs;
  for (const piece of pieces) {
    if (piece.text === '') continue;
    const clamp = (ms: number) => Math.min(Math.max(Math.round(ms) + place.startMs, place.startMs), place.endMs);
    const start = Math.max(earliest, clamp(piece.startMs));
    const settled = settleInSpeech(start, Math.max(start, clamp(piece.endMs)), place.speech);
    earliest = Math.max(earliest, Math.min(settled.startMs, place.endMs));
    words.push({
      channel: place.channel,
      startMs: settled.startMs,
      endMs: settled.endMs,
      text: piece.text,
      glued: piece.glued,
      confidence: piece.confidence === undefined ? undefined : Math.round(Math.min(1, Math.max(0, piece.confidence)) * 1000),
      segment: piece.segment,
    });
  }
  return words;
}

interface Piece {
  readonly text: string;
  readonly glued: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly confidence: number | undefined;
  readonly segment: number;
}

/** Words with the spaces and punctuation that the segments' text has around them. */
function writtenPieces(answer: RecognisedWindow): Piece[] {
  const starts: number[] = [];
  let full = '';
  for (const { text } of answer.segments) {
    const apart = full !== '' && !/\s$/u.test(full) && !/^\s/u.test(text) && needsSpace(full, text);
    if (apart) full += ' ';
    starts.push(full.length);
    full += text;
  }
  const segmentAt = (offset: number) =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= offset),
    );
  const pieces: Piece[] = [];
  let cursor = 0;
  let lead = '';
  const attachToLast = (text: string) => {
    const last = pieces.pop();
    if (last !== undefined) pieces.push({ ...last, text: last.text + text });
  };
  for (const word of answer.words) {
    const text = word.text.trim();
    if (text === '') continue;
    const found = full.indexOf(text, cursor);
    const near = found >= 0 && found - cursor <= 24;
    const between = near ? full.slice(cursor, found) : '';
    const { trailing, opening } = splitPunctuation(between);
    if (trailing !== '') attachToLast(trailing);
    lead = opening;
    const spaced = /\s/u.test(between) || /^\s/u.test(word.text) || (!near && needsSpace(pieces.at(-1)?.text, text));
    if (near) cursor = found + text.length;
    pieces.push({
      text: lead + text,
      glued: !spaced,
      startMs: word.startMs,
      endMs: word.endMs,
      confidence: word.confidence,
      segment: near ? segmentAt(found) : (pieces.at(-1)?.segment ?? 0),
    });
  }
  const rest = full.slice(cursor).trim();
  if (rest !== '' && !/[\p{L}\p{N}]/u.test(rest)) attachToLast(rest);
  return pieces;
}

/** A sentence's first words stand this far from the rest when their time is wrong. */
const tornMs = 1000;
const mostTorn = 3;

/**
 * Recognisers give a sentence's first words the end of the sentence before, when a pause lies between the two. Up to three
 * words that are torn off so, over a pause in which nobody speaks, are moved to where speech goes on: they say whose turn it is.
 */
function withLateStarts(pieces: readonly Piece[], place: WindowPlace): Piece[] {
  const out = [...pieces];
  for (let first = 1; first < out.length; first += 1) {
    if (out[first]!.segment === out[first - 1]!.segment) continue;
    const next = out.findIndex((piece, i) => i > first && i <= first + mostTorn && piece.startMs - out[i - 1]!.endMs >= tornMs);
    if (next < 0 || out[next]!.segment !== out[first]!.segment) continue;
    if (out[first]!.startMs - out[first - 1]!.endMs > 100) continue;
    const from = place.startMs + out[next - 1]!.endMs;
    const region = place.speech.find((each) => each.startMs > from && each.endMs > place.startMs + out[next]!.startMs);
    if (region === undefined) continue;
    const startMs = region.startMs - place.startMs;
    const each = Math.max(0, out[next]!.startMs - startMs) / (next - first);
    for (let i = first; i < next; i += 1) {
      out[i] = { ...out[i]!, startMs: startMs + (i - first) * each, endMs: startMs + (i - first + 1) * each };
    }
  }
  return out;
}

/** What stands between two words: marks that close the first, and those that open the second. */
function splitPunctuation(between: string): { trailing: string; opening: string } {
  const marks = between.replace(/\s+/gu, ' ');
  const opening = /[\p{Ps}\p{Pi}"'$£¥€#]*$/u.exec(marks.trimEnd() === marks ? marks : '')?.[0] ?? '';
  const trailing = marks.slice(0, marks.length - opening.length).trim();
  return { trailing: /[\p{L}\p{N}]/u.test(trailing) ? '' : trailing, opening };
}

const standsAlone = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;

/** Between two words of which neither touches the other with a Chinese character or mark. */
function needsSpace(before: string | undefined, text: string): boolean {
  if (before === undefined) return false;
  return !standsAlone.test(before.slice(-1)) && !standsAlone.test(text.slice(0, 1));
}

/** For endpoints that give segments alone: every character takes the same share of its segment's time. */
function spreadPieces(answer: RecognisedWindow): Piece[] {
  const pieces: Piece[] = [];
  answer.segments.forEach((segment, index) => {
    const text = segment.text;
    const perCharacter = (segment.endMs - segment.startMs) / Math.max(1, text.length);
    for (const match of text.matchAll(/[\p{Script=Han}][^\p{L}\p{N}\s]*|[^\s\p{Script=Han}]+/gu)) {
      const startMs = segment.startMs + match.index * perCharacter;
      pieces.push({
        text: match[0],
        glued: match.index > 0 ? !/\s/u.test(text[match.index - 1]!) : needsNoSpace(pieces.at(-1)?.text, match[0]),
        startMs,
        endMs: startMs + match[0].length * perCharacter,
        confidence:
          segment.averageLogProbability === undefined ? undefined : Math.exp(Math.min(0, segment.averageLogProbability)),
        segment: index,
      });
    }
  });
  return pieces;
}

function needsNoSpace(before: string | undefined, text: string): boolean {
  return before !== undefined && !needsSpace(before, text);
}

/** Sound that a recogniser may put before the voice activity's edge. */
const edgeMs = 100;

/**
 * Recognisers stretch words over the pause beside them. A word is cut to the speech it shares most time with (its edges
 * may reach 100 ms out of it); a word that touches no speech stays where it was written.
 */
function settleInSpeech(startMs: number, endMs: number, speech: WindowPlace['speech']): { startMs: number; endMs: number } {
  let best: { startMs: number; endMs: number } | undefined;
  let most = 0;
  for (const region of speech) {
    const from = Math.max(startMs, region.startMs - edgeMs);
    const to = Math.min(endMs, region.endMs + edgeMs);
    if (to - from > most) {
      most = to - from;
      best = { startMs: from, endMs: to };
    }
  }
  return best ?? { startMs, endMs };
}

/** Speech regions of one channel, from samples at 16 kHz to milliseconds. */
export function regionsInMs(regions: readonly SpeechRegion[]): { startMs: number; endMs: number }[] {
  return regions.map((region) => ({ startMs: Math.round(region.start / 16), endMs: Math.round(region.end / 16) }));
}

/** The text that words make, with the spaces they were written with. */
export function textOf(words: readonly Pick<HeardWord, 'text' | 'glued'>[]): string {
  let text = '';
  for (const word of words) text += text === '' || word.glued ? word.text : ` ${word.text}`;
  return text;
}
