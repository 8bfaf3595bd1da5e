import type { SpokenTurn } from './transcript.ts';

/** When each word of a turn was said, in whole milliseconds, and how sure the recogniser was (thousandths, -1: it gave none). */
export interface WordTimes {
  readonly startMs: Int32Array;
  readonly endMs: Int32Array;
  readonly confidence: Int16Array;
  /** Interpolated by characters: the turn's words carry no times. */
  readonly approximate: boolean;
}

interface Piece {
  readonly start: number;
  readonly end: number;
}

const content = /[\p{L}\p{N}]/u;

/**
 * Times for stretches of a turn's text (code units, in order). Where the recogniser gave words, each stretch takes the times of
 * the words that it covers; else it takes its share of the turn, by characters.
 */
export function timesOf(turn: SpokenTurn, pieces: readonly Piece[]): WordTimes {
  const startMs = new Int32Array(pieces.length);
  const endMs = new Int32Array(pieces.length);
  const confidence = new Int16Array(pieces.length).fill(-1);
  const words = turn.words ?? [];
  const wordAt = words.length === 0 ? undefined : alignWords(turn.text, words);
  const contentBefore = contentCounts(turn.text);
  const total = contentBefore[turn.text.length] ?? 0;
  const length = Math.max(0, turn.endMs - turn.startMs);
  const share = (at: number): number => {
    const before = contentBefore[at] ?? 0;
    return total === 0 ? Math.round(turn.startMs) : Math.round(turn.startMs + (length * before) / total);
  };
  let approximate = wordAt === undefined;
  pieces.forEach((piece, index) => {
    const from = wordAt === undefined ? undefined : firstWord(wordAt, piece);
    const to = wordAt === undefined ? undefined : lastWord(wordAt, piece);
    const first = from === undefined ? undefined : words[from.word];
    const last = to === undefined ? undefined : words[to.word];
    if (from === undefined || to === undefined || first === undefined || last === undefined) {
      startMs[index] = share(piece.start);
      endMs[index] = share(piece.end);
      approximate = true;
      return;
    }
    startMs[index] = inWord(first, from.at, from.of);
    endMs[index] = inWord(last, to.at, to.of);
    confidence[index] = meanConfidence(words.slice(from.word, to.word + 1).map((word) => word.confidence));
  });
  return { startMs, endMs, confidence, approximate };
}

/** A place inside a word that covers several stretches: its share by characters. */
function inWord(word: { readonly startMs: number; readonly endMs: number }, at: number, of: number): number {
  return Math.round(word.startMs + (of === 0 ? 0 : ((word.endMs - word.startMs) * at) / of));
}

function meanConfidence(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return -1;
  return Math.round((known.reduce((sum, value) => sum + value, 0) * 1000) / known.length);
}

function contentCounts(text: string): Int32Array {
  const counts = new Int32Array(text.length + 1);
  for (let at = 0; at < text.length; at += 1) counts[at + 1] = (counts[at] ?? 0) + (content.test(text[at] ?? '') ? 1 : 0);
  return counts;
}

interface CharacterWord {
  /** The word each code unit of the text belongs to, -1 for none. */
  readonly word: Int32Array;
  /** Which content character of that word it is, and how many the word has. */
  readonly at: Int32Array;
  readonly of: Int32Array;
}

/** Lays the recogniser's words along the turn's text; a word that is not found where it should be is passed over. */
function alignWords(text: string, words: readonly { readonly text: string }[]): CharacterWord {
  const word = new Int32Array(text.length).fill(-1);
  const at = new Int32Array(text.length);
  const of = new Int32Array(text.length);
  const places: number[] = [];
  const letters: string[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (!content.test(character)) continue;
    places.push(index);
    letters.push(character.toLowerCase());
  }
  let next = 0;
  words.forEach((each, number) => {
    const own = [...each.text].filter((character) => content.test(character)).map((character) => character.toLowerCase());
    if (own.length === 0) return;
    const found = findFrom(letters, own, next);
    if (found < 0) return;
    own.forEach((_, offset) => {
      const place = places[found + offset];
      if (place === undefined) return;
      word[place] = number;
      at[place] = offset;
      of[place] = own.length;
    });
    next = found + own.length;
  });
  return { word, at, of };
}

/** Not far ahead: a word that the text lacks must not swallow what follows. */
function findFrom(letters: readonly string[], own: readonly string[], from: number): number {
  const last = Math.min(letters.length - own.length, from + 12);
  for (let start = from; start <= last; start += 1) {
    if (own.every((letter, offset) => letters[start + offset] === letter)) return start;
  }
  return -1;
}

interface InWord {
  readonly word: number;
  readonly at: number;
  readonly of: number;
}

function firstWord(along: CharacterWord, piece: Piece): InWord | undefined {
  for (let index = piece.start; index < piece.end; index += 1) {
    const word = along.word[index] ?? -1;
    if (word >= 0) return { word, at: along.at[index] ?? 0, of: along.of[index] ?? 0 };
  }
  return undefined;
}

function lastWord(along: CharacterWord, piece: Piece): InWord | undefined {
  for (let index = piece.end - 1; index >= piece.start; index -= 1) {
    const word = along.word[index] ?? -1;
    if (word >= 0) return { word, at: (along.at[index] ?? 0) + 1, of: along.of[index] ?? 0 };
  }
  return undefined;
}
