import { contractedParts } from './contractions.ts';
import { isFiller } from './fillers.ts';
import { type Folded, foldText } from './fold.ts';
import { decimalText } from './decimal.ts';
import { type NumberSpan, numbersInFolded } from './numbers.ts';

/** `han`: one Han character. `word`: one word in letters. `number`: a whole number. `redacted`: a typed word such as `⟦card⟧`. */
export type TokenKind = 'han' | 'word' | 'number' | 'redacted';

/**
 * One word as it is counted and matched. Offsets are code units of the text as given; tokens are in order and do not overlap.
 * A contraction is as many tokens as it has words (`won't`: `will`, `not`), each with its own part of the text.
 */
export interface Token {
  readonly kind: TokenKind;
  /** Normalised; of a redacted word its class (`card`); of a number its digits, or its values and unit (`5 percent`). */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly filler: boolean;
  /** Of a number: what it says. */
  readonly number?: NumberSpan;
  /**
   * Of a number: the words that make it up, so that its characters can be matched as well as its value. `百分之五` is one number
   * and four Han tokens, `twenty five` one number and two words, `8,000` one number and one part `8000`.
   */
  readonly parts?: readonly Token[];
}

const letters = /(?:(?!\p{Script=Han})[\p{L}\p{M}])+/u.source;
const word = new RegExp(
  String.raw`⟦([^⟦⟧\s]{1,40})⟧|\p{Script=Han}|${letters}(?:'${letters})*|\d+(?:,\d{3}(?!\d))*(?:\.\d+)?`,
  'gu',
);
const oneHan = /^\p{Script=Han}$/u;

/** The words of a text. Punctuation and spaces belong to no token; see `clauses` for what they divide. */
export function tokenise(given: string): Token[] {
  const folded = foldText(given);
  const flat = words(folded);
  const tokens: Token[] = [];
  let at = 0;
  for (const said of numbersInFolded(folded.text)) {
    const number = { ...said, start: folded.start(said.start), end: folded.end(said.end) };
    for (let token = flat[at]; token !== undefined && token.end <= number.start; token = flat[++at]) tokens.push(token);
    const parts: Token[] = [];
    for (let token = flat[at]; token !== undefined && token.start < number.end; token = flat[++at]) parts.push(token);
    if (parts.length === 0) continue;
    tokens.push({ kind: 'number', text: numberText(number), start: number.start, end: number.end, filler: false, number, parts });
  }
  return [...tokens, ...flat.slice(at)].map((token) =>
    token.kind === 'number' && token.number === undefined ? { ...token, kind: 'word' } : token,
  );
}

/** Equal for numbers that say the same, however they were said. */
function numberText({ digits, values, unit, vague }: NumberSpan): string {
  const value = digits ?? values.map(decimalText).join('~');
  return `${vague ? 'vague' : value}${unit === undefined ? '' : ` ${unit}`}`;
}

/** Characters, words and digits, numbers not yet joined. */
export function words(folded: Folded): Token[] {
  const { text } = folded;
  const tokens: Token[] = [];
  for (const match of text.matchAll(word)) {
    const found = match[0];
    const from = match.index;
    const to = from + found.length;
    const kind = match[1] !== undefined ? 'redacted' : oneHan.test(found) ? 'han' : /^\d/.test(found) ? 'number' : 'word';
    const parts = kind === 'word' ? contractedParts(found) : undefined;
    if (parts !== undefined) {
      for (const part of parts)
        tokens.push({
          kind: 'word',
          text: part.text,
          start: folded.start(from + part.start),
          end: folded.end(from + part.end),
          filler: false,
        });
      continue;
    }
    const touched = oneHan.test(text[from - 1] ?? '') || oneHan.test(text[to] ?? '');
    tokens.push({
      kind,
      text: match[1] ?? (kind === 'number' ? found.replaceAll(',', '') : found),
      start: folded.start(from),
      end: folded.end(to),
      filler: kind !== 'number' && kind !== 'redacted' && isFiller(found, !touched),
    });
  }
  return tokens;
}
