/** A stretch of an expression: lines and columns count from 1, columns in code points of the text as it was typed. */
export interface SourceSpan {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** One past the last character. */
  readonly endColumn: number;
}

const replacements: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '「': '"',
  '」': '"',
  '’': "'",
  '≥': '>=',
  '≤': '<=',
};

/** A base character with what composes onto it: such a cluster is normalised as one, so that places can be mapped back. */
const cluster = /[ᄀ-ᇿ]+|[^](?:[\p{M}ﾞﾟ]+)?/gu;

/**
 * An expression as the grammar reads it (NFKC, one kind of quote, `>=` for ≥), with the way back to the text as typed:
 * people type with an input method on, and an error must point at what they see.
 */
export class SourceText {
  readonly typed: string;
  /** Code points of the normalised text. */
  readonly characters: readonly string[];
  readonly #starts: readonly number[];
  readonly #ends: readonly number[];
  readonly #lineStarts: readonly number[];
  readonly #typedCharacters: readonly string[];

  constructor(typed: string) {
    this.typed = typed;
    const characters: string[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    const typedCharacters = Array.from(typed);
    let at = 0;
    for (const [raw] of typed.matchAll(cluster)) {
      const length = Array.from(raw).length;
      for (const normal of raw.normalize('NFKC')) {
        for (const character of replacements[normal] ?? normal) {
          characters.push(character);
          starts.push(at);
          ends.push(at + length);
        }
      }
      at += length;
    }
    starts.push(at);
    ends.push(at);
    const lineStarts = [0];
    typedCharacters.forEach((character, index) => {
      if (character === '\n') lineStarts.push(index + 1);
    });
    this.characters = characters;
    this.#starts = starts;
    this.#ends = ends;
    this.#lineStarts = lineStarts;
    this.#typedCharacters = typedCharacters;
  }

  /** How many code points were typed. */
  get typedLength(): number {
    return this.#typedCharacters.length;
  }

  /** The normalised characters from `start` to before `end`. */
  slice(start: number, end: number): string {
    return this.characters.slice(start, end).join('');
  }

  /** Where normalised characters `start` to before `end` stand in the text as typed. */
  span(start: number, end: number): SourceSpan {
    const from = this.#place(this.#starts[start] ?? this.typedLength);
    const to = this.#place(end > start ? (this.#ends[end - 1] ?? this.typedLength) : (this.#starts[start] ?? this.typedLength));
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  /** The first normalised character that comes at or after the typed code point `typedIndex`. */
  fromTyped(typedIndex: number): number {
    let index = 0;
    while (index < this.characters.length && (this.#starts[index] ?? 0) < typedIndex) index += 1;
    return index;
  }

  /** The typed code point at which normalised character `index` begins. */
  toTyped(index: number): number {
    return this.#starts[index] ?? this.typedLength;
  }

  /** The text as typed with stretches (normalised places) replaced; stretches must not overlap. */
  replaced(edits: readonly { readonly start: number; readonly end: number; readonly text: string }[]): string {
    let out = '';
    let at = 0;
    for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
      const start = this.#starts[edit.start] ?? this.typedLength;
      const end = edit.end > edit.start ? (this.#ends[edit.end - 1] ?? this.typedLength) : start;
      out += this.#typedCharacters.slice(at, start).join('') + edit.text;
      at = end;
    }
    return out + this.#typedCharacters.slice(at).join('');
  }

  #place(typedIndex: number): { line: number; column: number } {
    let line = 0;
    while (line + 1 < this.#lineStarts.length && (this.#lineStarts[line + 1] ?? 0) <= typedIndex) line += 1;
    return { line: line + 1, column: typedIndex - (this.#lineStarts[line] ?? 0) + 1 };
  }
}
