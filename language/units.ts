import { tokenise } from './tokens.ts';

/** Han characters and English words of a text, for speaking rates. */
export function countUnits(text: string): { han: number; words: number } {
  let han = 0;
  let words = 0;
  let reached = -1;
  for (const token of tokenise(text)) {
    // The two words of a contraction (I'd, won't) touch: said as one.
    const contracted = token.kind === 'word' && token.start > 0 && token.start === reached;
    reached = token.kind === 'word' ? token.end : -1;
    if (token.kind === 'han') han += 1;
    else if (token.kind === 'word') words += contracted ? 0 : 1;
    else if (token.kind === 'number') {
      const said = text.slice(token.start, token.end);
      const spoken = said.match(/[\u3400-\u9fff]/gu)?.length ?? 0;
      if (spoken > 0) han += spoken;
      else words += said.match(/[a-z]+|\d+/giu)?.length ?? 1;
    }
  }
  return { han, words };
}

/** Syllables: one a Han character, vowel groups of an English word. */
export function syllableCount(text: string): number {
  let count = 0;
  for (const match of text.matchAll(/[\u3400-\u9fff]|[a-z]+(?:'[a-z]+)?|\d/giu)) {
    const piece = match[0];
    count += /^[a-z]/i.test(piece)
      ? Math.max(
          1,
          piece
            .toLowerCase()
            .replace(/e$/, '')
            .match(/[aeiouy]+/g)?.length ?? 1,
        )
      : 1;
  }
  return count;
}
