/** A stretch of a text that stands for itself. Code units; `end` is exclusive and stands before the mark or word that ends it. */
export interface Clause {
  readonly start: number;
  readonly end: number;
}

const breaks = /[。！？；，!?;]|(?<!\d)[.,](?!\d)|[.,](?=\s|$)|(?:但是|但|不过|而且|所以|因为)|\b(?:but|and|so|because)\b/giu;

/** The clauses of a text, by 。！？；， and by but, and, so, because and their Chinese words; 、 does not end one. */
export function clauses(text: string): Clause[] {
  const found: Clause[] = [];
  let start = 0;
  const close = (end: number): void => {
    if (text.slice(start, end).trim() !== '') found.push({ start, end });
  };
  for (const match of text.matchAll(breaks)) {
    close(match.index);
    // A conjunction opens its clause; a mark ends the one before.
    start = /^\p{L}/u.test(match[0]) ? match.index : match.index + match[0].length;
  }
  close(text.length);
  return found;
}
