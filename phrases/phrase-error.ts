import type { BilingualText } from '../services/kernel/index.ts';

export interface PhraseErrorDetails {
  /** Stable and greppable, such as `phrase.unit`. */
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly expected: BilingualText;
  /** The whole expression as it was probably meant; it parses. */
  readonly meant?: string | undefined;
  readonly text: BilingualText;
}

/**
 * An expression that says nothing, with the place (line and column from 1, columns in code points of the text as typed),
 * what was expected there, and what was probably meant.
 */
export class PhraseError extends Error {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly expected: BilingualText;
  readonly meant: string | undefined;
  readonly text: BilingualText;

  constructor(details: PhraseErrorDetails) {
    super(`${details.line}:${details.column}: ${details.text.en}`);
    this.name = 'PhraseError';
    this.code = details.code;
    this.line = details.line;
    this.column = details.column;
    this.endColumn = details.endColumn;
    this.expected = details.expected;
    this.meant = details.meant;
    this.text = details.text;
  }
}
