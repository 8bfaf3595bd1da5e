import { negatorsIn, tokenise } from '../language/index.ts';
import type { Turn } from '../transcribe/index.ts';
import type { Evidence } from './verdict.ts';

/** Of the quote's words at least this share must be there, in order; in thousandths. */
const needed = 900;
/** A quote of a word or two proves nothing, unless it is all that was said. */
const leastWords = 3;

/**
 * Finds a quote in a turn: the same words but for one in ten, with the same negators and the same numbers. Gives the words of
 * the transcript, never those of the quote; undefined when it is not there.
 */
export function findQuote(turn: Turn, quote: string): Evidence | undefined {
  const wanted = tokenise(quote).filter(({ filler }) => !filler);
  const said = tokenise(turn.text).filter(({ filler }) => !filler);
  if (wanted.length === 0 || wanted.length > 400) return undefined;
  if (wanted.length < leastWords && wanted.length < said.length) return undefined;
  const place = nearest(
    wanted.map(({ text }) => text),
    said.map(({ text }) => text),
  );
  if (place === undefined || place.cost * 1000 > wanted.length * (1000 - needed)) return undefined;
  const words = said.slice(place.from, place.to);
  const [first, last] = [words[0], words.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const text = turn.text.slice(first.start, last.end);
  if (!sameMeaningWords(quote, text)) return undefined;
  const at = (offset: number): number =>
    turn.startMs + Math.round(((turn.endMs - turn.startMs) * offset) / Math.max(1, turn.text.length));
  return {
    turnId: turn.id,
    speaker: turn.speaker,
    startMs: at(first.start),
    endMs: at(last.end),
    text,
    score: Math.round(1000 - (place.cost * 1000) / wanted.length) / 1000,
    of: 'judge',
  };
}

/** One word in ten may differ, but never a *not*, and never a number. */
function sameMeaningWords(quote: string, text: string): boolean {
  const negators = (of: string): string =>
    negatorsIn(of)
      .map((each) => each.text)
      .join(' ');
  const numbers = (of: string): string =>
    tokenise(of)
      .filter(({ kind }) => kind === 'number')
      .map((each) => each.text)
      .join(' ');
  return negators(quote) === negators(text) && numbers(quote) === numbers(text);
}

/** The stretch of `said` that reads `wanted` with the fewest words changed, left out or added (Sellers 1980); the earliest, shortest. */
function nearest(
  wanted: readonly string[],
  said: readonly string[],
): { readonly from: number; readonly to: number; readonly cost: number } | undefined {
  let cost = wanted.map((_, index) => index + 1);
  let start = wanted.map(() => 0);
  let best: { from: number; to: number; cost: number } | undefined;
  for (let j = 0; j < said.length; j += 1) {
    const [nextCost, nextStart]: [number[], number[]] = [[], []];
    for (let i = 0; i < wanted.length; i += 1) {
      const diagonal = i === 0 ? 0 : (cost[i - 1] ?? 0);
      const diagonalStart = i === 0 ? j : (start[i - 1] ?? j);
      const options = [
        { cost: diagonal + (wanted[i] === said[j] ? 0 : 1), start: diagonalStart },
        { cost: (i === 0 ? 0 : (nextCost[i - 1] ?? 0)) + 1, start: i === 0 ? j + 1 : (nextStart[i - 1] ?? j) },
        { cost: (cost[i] ?? 0) + 1, start: start[i] ?? 0 },
      ];
      const least = options.reduce((a, b) => (b.cost < a.cost ? b : a));
      nextCost.push(least.cost);
      nextStart.push(least.start);
    }
    [cost, start] = [nextCost, nextStart];
    const total = cost.at(-1) ?? wanted.length;
    const from = start.at(-1) ?? 0;
    if (from <= j && (best === undefined || total < best.cost)) best = { from, to: j + 1, cost: total };
  }
  return best;
}
