import { foldText } from './fold.ts';
import { type NumberSpan, numbersInFolded } from './numbers.ts';

/** Every number in a text, in order, without overlap. Offsets are code units of the text as given. */
export function numbersIn(given: string): NumberSpan[] {
  const folded = foldText(given);
  return numbersInFolded(folded.text).map((span) => ({ ...span, start: folded.start(span.start), end: folded.end(span.end) }));
}
