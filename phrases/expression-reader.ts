import type { BilingualText } from '../services/kernel/index.ts';
import { fail, foundText, grammarWords, type Repair } from './complaint.ts';
import { quoted } from './format.ts';
import { type Token, type TokenKind, tokensOf } from './lexer.ts';
import { limits } from './limits.ts';
import type { SourceText } from './source-text.ts';
import type { Scope, Tree, Unit } from './tree.ts';
import { unexpected } from './unexpected-token.ts';

/** What was asked for at the end of an unfinished expression. */
export interface Expected {
  readonly kinds: ReadonlySet<TokenKind>;
  /** The units that would fit, where a unit may stand; undefined among them: none. */
  readonly units: readonly (Unit | undefined)[];
}

/** A node that was read, and its place. */
export interface Part {
  readonly tree: Tree;
  /** Normalised characters `start` to before `end`. */
  readonly start: number;
  readonly end: number;
}

/** Where the reading of an expression stands: its tokens, what was asked of them, what holds there and what was read. */
export class ExpressionReader {
  readonly source: SourceText;
  readonly #tokens: readonly Token[];
  readonly #inner: (reader: ExpressionReader) => Part;
  readonly #parses: ((text: string) => boolean) | undefined;
  readonly #places = new Map<Tree, Part>();
  #at = 0;
  #depth = 0;
  #phrases = 0;
  /** The scopes that hold at this place of the chain. */
  held: readonly Scope[] = [];
  /** The kinds asked for at token `#askedAt`. */
  #asked = new Set<TokenKind>();
  #askedAt = 0;
  #askedUnits: readonly (Unit | undefined)[] = [];

  /** `inner` reads what may stand in brackets; `parses` tells whether a text is an expression: without it errors suggest nothing. */
  constructor(source: SourceText, inner: (reader: ExpressionReader) => Part, parses?: (text: string) => boolean) {
    this.source = source;
    this.#inner = inner;
    this.#parses = parses;
    this.#tokens = tokensOf(source);
  }

  /** Where a node that was read stands in the text as typed. */
  placeOf(tree: Tree): { readonly line: number; readonly column: number; readonly endColumn: number } | undefined {
    const part = this.#places.get(tree);
    return part === undefined ? undefined : this.source.span(part.start, part.end);
  }

  /** What was asked for at the end of the text; nothing when reading stopped before it. */
  askedAtEnd(): Expected {
    const atEnd = this.#tokens[this.#askedAt]?.kind === 'eof';
    return { kinds: atEnd ? this.#asked : new Set(), units: atEnd ? this.#askedUnits : [] };
  }

  /** Whether nothing was read yet. */
  get atStart(): boolean {
    return this.#at === 0;
  }

  /** The next token. */
  token(): Token {
    return this.peek(0);
  }

  /** The token that stands `by` tokens on; the last is `eof`. */
  peek(by: number): Token {
    const token = this.#tokens[Math.min(this.#at + by, this.#tokens.length - 1)];
    if (token === undefined) throw new RangeError('the token stream always ends with eof');
    return token;
  }

  /** Steps over the next token. */
  advance(): void {
    this.#at = Math.min(this.#at + 1, this.#tokens.length - 1);
  }

  /** Whether the next token is of this kind; remembers that it was asked for, for messages and completion. */
  is(kind: TokenKind): boolean {
    if (this.#askedAt !== this.#at) {
      this.#askedAt = this.#at;
      this.#asked = new Set();
    }
    this.#asked.add(kind);
    return this.token().kind === kind;
  }

  /** Whether the next token is a unit; remembers which of them would fit. */
  isUnit(fitting: readonly (Unit | undefined)[]): boolean {
    this.#askedUnits = fitting;
    return this.is('unit');
  }

  /** Steps over a token of this kind, which must stand here. */
  expect(kind: TokenKind, expected: BilingualText, repairs: readonly Repair[]): void {
    if (this.is(kind)) {
      this.advance();
      return;
    }
    const token = this.token();
    if (token.kind === 'bad') this.unexpected();
    this.fail('phrase.expected', token.start, token.end, expected, repairs);
  }

  /** Refuses the token that stands here. */
  unexpected(): never {
    return unexpected(this);
  }

  /** What stands in brackets, one level deeper. */
  inner(): Part {
    return this.deeper(() => this.#inner(this));
  }

  /** Reads one level deeper; the scopes that hold inside end with it. */
  deeper(parse: () => Part): Part {
    this.#depth += 1;
    const held = this.held;
    if (this.#depth > limits.depth) {
      this.fail('limit.depth', this.token().start, this.token().end, grammarWords.depthLimit);
    }
    const part = parse();
    this.#depth -= 1;
    this.held = held;
    return part;
  }

  /** What was read, with its place. */
  part(tree: Tree, start: number, end: number): Part {
    const part = { tree, start, end };
    this.#places.set(tree, part);
    return part;
  }

  /** Counts a phrase or list towards the limit. */
  countPhrase(token: Token): void {
    this.#phrases += 1;
    if (this.#phrases > limits.phrases) {
      this.fail('limit.phrases', token.start, token.end, grammarWords.phraseLimit);
    }
  }

  /** Refuses normalised characters `start` to before `end`, with the first of the repairs that makes an expression. */
  fail(code: string, start: number, end: number, expected: BilingualText, repairs: readonly Repair[] = []): never {
    let meant: string | undefined;
    if (this.#parses !== undefined) {
      const whole = this.source.typedLength <= 200 ? [quoted(this.source.typed.normalize('NFKC'))] : [];
      meant = [...repairs.map((repair) => this.source.replaced(repair)), ...whole].find(this.#parses);
    }
    return fail({ code, span: this.source.span(start, end), expected, meant, found: foundText(this.source.slice(start, end)) });
  }
}
