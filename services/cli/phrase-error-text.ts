import type { PhraseError } from '../../phrases/index.ts';

/** One line with the column, for a person at a terminal. */
export function phraseErrorText(error: PhraseError, expression: string): string {
  const shown = expression.length > 120 ? `${expression.slice(0, 117)}...` : expression;
  return `expression: ${error.text.en} (in ${JSON.stringify(shown)})`;
}
