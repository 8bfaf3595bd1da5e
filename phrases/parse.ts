import { type ListSet, phrasesAfterExpansion } from './lists.ts';
import { readExpression } from './parser.ts';
import type { Tree } from './tree.ts';

export interface ParseOptions {
  /** When given, every list named must be in it, lists must not circle, and the phrase limit counts their entries. */
  readonly lists?: ListSet;
}

/** Reads an expression. Throws a `PhraseError` at the first place that cannot be read, with what was probably meant. */
export function parseExpression(text: string, options: ParseOptions = {}): { readonly tree: Tree } {
  const { tree, placeOf } = readExpression(text);
  if (options.lists !== undefined) phrasesAfterExpansion(tree, options.lists, placeOf);
  return { tree };
}
