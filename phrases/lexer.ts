import type { SourceText } from './source-text.ts';
import type { ClassName, Comparison, MeterName, Unit } from './tree.ts';
import { classNames } from './tree.ts';
import { type Keyword, keywords, meterWords, scopeCharacters, unitWords } from './words-of-grammar.ts';

type TokenBody =
  | { readonly kind: 'string' | 'bare'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number; readonly digits: string }
  | { readonly kind: 'unit'; readonly unit: Unit }
  | { readonly kind: 'list'; readonly name: string }
  | { readonly kind: 'class'; readonly name: ClassName }
  | { readonly kind: 'meter'; readonly name: MeterName; readonly text: string }
  | { readonly kind: 'compare'; readonly compare: Comparison }
  | { readonly kind: '(' | ')' | ':' | '/' | '~' | 'eof' }
  /** What no token begins with; the parser says what is wrong with it. */
  | {
      readonly kind: 'bad';
      readonly reason: 'character' | 'string' | 'unit' | 'class' | 'list' | 'number' | 'dangling';
      readonly text: string;
    }
  | Keyword;

/** A token with its place in the normalised text: `start` to before `end`. */
export type Token = TokenBody & { readonly start: number; readonly end: number };
export type TokenKind = Token['kind'];

const letter = /^[\p{L}\p{M}〇]$/u;
const digit = /^[0-9]$/;
const latin = /^[\p{Script=Latin}]$/u;
const space = /^[\s\p{Z}\p{Cf}]$/u;
const listBody = /^[\p{L}\p{M}〇0-9_-]$/u;

/** Reads a whole expression into tokens; never fails: what it cannot read is a `bad` token. */
export function tokensOf(source: SourceText): readonly Token[] {
  const lexer = new Lexer(source.characters);
  const tokens: Token[] = [];
  for (;;) {
    const token = lexer.next(tokens.at(-1));
    tokens.push(token);
    if (token.kind === 'eof') break;
  }
  return tokens.map((token, index) => asMeter(token, tokens[index + 1]));
}

/** A meter's name is a keyword only before `(`, `/` or a comparison. */
function asMeter(token: Token, following: Token | undefined): Token {
  if (token.kind !== 'bare') return token;
  const name = meterWords.get(token.text.toLowerCase());
  if (name === undefined) return token;
  if (following?.kind !== '(' && following?.kind !== '/' && following?.kind !== 'compare') return token;
  return { kind: 'meter', name, text: token.text, start: token.start, end: token.end };
}

class Lexer {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(characters: readonly string[]) {
    this.#characters = characters;
  }

  next(previous: Token | undefined): Token {
    while (this.#is(space)) this.#at += 1;
    const start = this.#at;
    const body = this.#body(previous);
    return { ...body, start, end: this.#at };
  }

  #is(pattern: RegExp, offset = 0): boolean {
    const character = this.#characters[this.#at + offset];
    return character !== undefined && pattern.test(character);
  }

  #body(previous: Token | undefined): TokenBody {
    const character = this.#characters[this.#at];
    if (character === undefined) return { kind: 'eof' };
    if (digit.test(character)) return this.#number();
    if (character === '%' && previous?.kind === 'number') {
      this.#at += 1;
      return { kind: 'unit', unit: '%' };
    }
    if (letter.test(character)) return this.#word(previous);
    if (character === '"') return this.#string();
    if (character === '@') return this.#list();
    if (character === '#') return this.#class();
    this.#at += 1;
    switch (character) {
      case '(':
      case ')':
      case ':':
      case '/':
      case '~':
        return { kind: character };
      case '|':
        if (this.#characters[this.#at] === '|') this.#at += 1;
        return { kind: 'or' };
      case '&':
        if (this.#characters[this.#at] === '&') this.#at += 1;
        return { kind: 'and' };
      case '!':
        return { kind: 'not' };
      case '>':
      case '<':
      case '=':
        if (this.#characters[this.#at] === '=') {
          this.#at += 1;
          return { kind: 'compare', compare: character === '=' ? '=' : `${character}=` };
        }
        return { kind: 'compare', compare: character };
      default:
        return { kind: 'bad', reason: 'character', text: character };
    }
  }

  #number(): TokenBody {
    const start = this.#at;
    while (this.#is(digit)) this.#at += 1;
    if (this.#is(/^\.$/) && this.#is(digit, 1)) {
      this.#at += 1;
      while (this.#is(digit)) this.#at += 1;
    }
    const digits = this.#characters.slice(start, this.#at).join('');
    const [whole = '', fraction = ''] = digits.split('.');
    if (whole.length > 9 || fraction.length > 6) return { kind: 'bad', reason: 'number', text: digits };
    return { kind: 'number', value: Number(digits), digits };
  }

  /** Letters, Han and digits; one apostrophe with Latin letters after it (`don't`). */
  #wordText(): string {
    const start = this.#at;
    while (this.#is(letter) || (this.#at > start && this.#is(digit))) this.#at += 1;
    if (this.#is(/^'$/) && this.#is(latin, 1)) {
      this.#at += 1;
      while (this.#is(latin)) this.#at += 1;
    }
    return this.#characters.slice(start, this.#at).join('');
  }

  #word(previous: Token | undefined): TokenBody {
    const start = this.#at;
    const scope = scopeCharacters.get(this.#characters[start] ?? '');
    const glued = previous?.kind === 'number' && previous.end === start;
    if (scope !== undefined && !glued && this.#is(digit, 1)) {
      this.#at += 1;
      return scope;
    }
    const text = this.#wordText();
    const lower = text.toLowerCase();
    if (previous?.kind === 'number') {
      const unit = unitWords.get(lower);
      if (unit !== undefined) return { kind: 'unit', unit };
      if (glued) return { kind: 'bad', reason: 'unit', text };
    }
    return keywords.get(lower) ?? { kind: 'bare', text };
  }

  #string(): TokenBody {
    this.#at += 1;
    let text = '';
    for (;;) {
      const character = this.#characters[this.#at];
      if (character === undefined) return { kind: 'bad', reason: 'string', text };
      this.#at += 1;
      if (character === '"') return { kind: 'string', text };
      if (character !== '\\') text += character;
      else if (this.#at < this.#characters.length) {
        text += this.#characters[this.#at] ?? '';
        this.#at += 1;
      }
    }
  }

  #list(): TokenBody {
    this.#at += 1;
    const start = this.#at;
    if (!this.#is(letter)) return { kind: 'bad', reason: 'list', text: '' };
    while (this.#is(listBody)) this.#at += 1;
    return { kind: 'list', name: this.#characters.slice(start, this.#at).join('') };
  }

  #class(): TokenBody {
    this.#at += 1;
    const start = this.#at;
    while (this.#is(letter) || this.#is(digit)) this.#at += 1;
    const text = this.#characters.slice(start, this.#at).join('');
    const name = classNames.find((each) => each === text.toLowerCase());
    return name === undefined ? { kind: 'bad', reason: 'class', text } : { kind: 'class', name };
  }
}
