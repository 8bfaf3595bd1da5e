import { foldText } from './fold.ts';
import { type TokenKind, words } from './tokens.ts';

/**
 * A text for comparing: NFKC, lower case, simplified, contractions in full, hyphens as spaces, no punctuation. Han characters
 * stand without spaces between them, words and digits with one.
 */
export function normaliseText(given: string): string {
  let out = '';
  let last: TokenKind | undefined;
  for (const { kind, text } of words(foldText(given))) {
    const written = kind === 'redacted' ? `⟦${text}⟧` : text;
    out += last === undefined || (kind === 'han' && last === 'han') ? written : ` ${written}`;
    last = kind;
  }
  return out;
}
