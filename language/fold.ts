import { simplify } from './simplify.ts';

/**
 * A text in the one form that everything here reads: Unicode NFKC, lower case, simplified Han, straight apostrophes, plain
 * spaces. Offsets are code units; `start(i)` and `end(i)` lead from a place in `text` back to the text as given.
 */
export interface Folded {
  readonly text: string;
  /** Where in the given text the unit at this place begins. */
  readonly start: (at: number) => number;
  /** Where in the given text what ends before this place ends. */
  readonly end: (at: number) => number;
}

const apostrophes = /[’‘ʼ＇`´]/g;
const spaces = /[\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]/g;

const plain = (text: string): string => text.replace(apostrophes, "'").replace(spaces, ' ').normalize('NFKC').toLowerCase();

const itself = (at: number): number => at;

/** The same text is folded for its words, its clauses, its negators and its questions: the last ones are kept. */
const kept = new Map<string, Folded>();
const mostKept = 2_000;
const longestKept = 500;

export function foldText(given: string): Folded {
  if (given.length > longestKept) return fold(given);
  let folded = kept.get(given);
  if (folded === undefined) {
    if (kept.size >= mostKept) kept.clear();
    folded = fold(given);
    kept.set(given, folded);
  }
  return folded;
}

function fold(given: string): Folded {
  const whole = plain(given);
  // Compositions and special cases may keep the length and yet move units: only a text without them keeps its places.
  if (whole.length === given.length && !/\p{M}/u.test(given)) return { text: simplify(whole), start: itself, end: itself };
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const match of given.matchAll(/\P{M}\p{M}*|\p{M}+/gu)) {
    const folded = plain(match[0]);
    text += folded;
    for (let unit = 0; unit < folded.length; unit += 1) {
      starts.push(match.index);
      ends.push(match.index + match[0].length);
    }
  }
  return {
    text: simplify(text),
    start: (at) => starts[at] ?? given.length,
    end: (at) => (at === 0 ? 0 : (ends[at - 1] ?? given.length)),
  };
}
