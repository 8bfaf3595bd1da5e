import type { Turn, Word } from '../transcript.ts';

/** A word of a turn and where its text stands in the turn's text. */
export interface PlacedWord {
  readonly word: Word;
  readonly start: number;
  readonly end: number;
}

/** When the characters from `start` to `end` were said, in milliseconds. */
export type CharacterTimes = (start: number, end: number) => { startMs: number; endMs: number; interpolated: boolean };

const sound = /[\p{L}\p{N}]/u;

/**
 * Where each word stands in the text, or undefined when words and text do not say the same: then the words cannot be trusted
 * to hold nothing that the text does not.
 */
export function placeWords(text: string, words: readonly Word[] | undefined): PlacedWord[] | undefined {
  if (words === undefined) return undefined;
  const placed: PlacedWord[] = [];
  const lower = text.toLowerCase();
  let cursor = 0;
  for (const word of words) {
    const wanted = word.text.trim().toLowerCase();
    if (wanted === '') continue;
    const bare = wanted.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
    let start = lower.indexOf(wanted, cursor);
    let length = wanted.length;
    if (start < 0 || sound.test(text.slice(cursor, start))) {
      if (bare === '') continue;
      start = lower.indexOf(bare, cursor);
      length = bare.length;
    }
    if (start < 0 || sound.test(text.slice(cursor, start))) return undefined;
    placed.push({ word, start, end: start + length });
    cursor = start + length;
  }
  return sound.test(text.slice(cursor)) || lower.length !== text.length ? undefined : placed;
}

/** Times from the words where there are some, else spread evenly over the turn's text. */
export function characterTimes(turn: Turn): CharacterTimes {
  const words = placeWords(turn.text, turn.words);
  const length = Math.max(1, turn.text.length);
  const duration = turn.endMs - turn.startMs;
  if (words === undefined || words.length === 0)
    return (start, end) => ({
      startMs: Math.floor(turn.startMs + (duration * start) / length),
      endMs: Math.ceil(turn.startMs + (duration * end) / length),
      interpolated: true,
    });
  return (start, end) => {
    const said = words.filter((each) => each.start < end && each.end > start);
    const before = words.findLast((each) => each.end <= start);
    const after = words.find((each) => each.start >= end);
    const startMs = said[0]?.word.startMs ?? before?.word.endMs ?? turn.startMs;
    const endMs = said.reduce(
      (latest, { word }) => Math.max(latest, word.endMs),
      said.length > 0 ? 0 : (after?.word.startMs ?? turn.endMs),
    );
    return { startMs, endMs: Math.max(startMs, endMs), interpolated: false };
  };
}
