import type { BilingualText } from '../services/kernel/index.ts';
import { fail, foundText, grammarWords, type Repair } from './complaint.ts';
import { formatExpression, quoted } from './format.ts';
import { type Token, type TokenKind, tokensOf } from './lexer.ts';
import { limits } from './limits.ts';
import { saysNothing } from './phrase-text.ts';
import { SourceText } from './source-text.ts';
import {
  type Distance,
  isEventMeter,
  type JoinOperator,
  type Measure,
  type Meter,
  type Scope,
  type Tolerance,
  type Tree,
  type Unit,
} from './tree.ts';
import { nearlyUnits, unitWords } from './words-of-grammar.ts';

/** Reads an expression; `placeOf` tells where a node stands in the text as typed. */
export function readExpression(text: string): { readonly tree: Tree; readonly placeOf: PlaceOf } {
  const parser = new Parser(new SourceText(text), true);
  return { tree: parser.whole(), placeOf: (tree) => parser.placeOf(tree) };
}

/** Line, column and end column of a node of a tree that was just read. */
export type PlaceOf = (tree: Tree) => { readonly line: number; readonly column: number; readonly endColumn: number } | undefined;

/** Whether a text is an expression at all; used to offer only suggestions that parse. */
function parses(text: string): boolean {
  try {
    new Parser(new SourceText(text), false).whole();
    return true;
  } catch {
    return false;
  }
}

/** What the parser asked for at the end of an unfinished expression. */
export interface Expected {
  readonly kinds: ReadonlySet<TokenKind>;
  /** The units that would fit, where a unit may stand; undefined among them: none. */
  readonly units: readonly (Unit | undefined)[];
}

/** What may stand at the end of `source`; nothing when something before the end is wrong. Used for completion. */
export function expectedAtEnd(source: SourceText): Expected {
  const parser = new Parser(source, false);
  try {
    parser.whole();
  } catch {
    // What it asked for at the end is the answer, whether the rest made sense or not.
  }
  return parser.askedAtEnd();
}

interface Part {
  readonly tree: Tree;
  /** Normalised characters `start` to before `end`. */
  readonly start: number;
  readonly end: number;
}

const timeUnits: readonly Unit[] = ['s', 'min', 'ms'];
const distanceUnits: readonly (Unit | undefined)[] = ['s', 'min', 'ms', 'words', 'turns', undefined];
const scopeUnits: readonly Unit[] = ['s', 'min', 'ms', '%', 'words', 'turns'];

class Parser {
  readonly #source: SourceText;
  readonly #tokens: readonly Token[];
  readonly #suggest: boolean;
  readonly #places = new Map<Tree, Part>();
  #at = 0;
  #depth = 0;
  #phrases = 0;
  /** The scopes that hold at this place of the chain. */
  #held: readonly Scope[] = [];
  /** The kinds asked for at token `#askedAt`, and who asked. */
  #asked = new Set<TokenKind>();
  #askedAt = 0;
  #askedUnits: readonly (Unit | undefined)[] = [];

  constructor(source: SourceText, suggest: boolean) {
    this.#source = source;
    this.#suggest = suggest;
    this.#tokens = tokensOf(source);
  }

  placeOf(tree: Tree): { readonly line: number; readonly column: number; readonly endColumn: number } | undefined {
    const part = this.#places.get(tree);
    return part === undefined ? undefined : this.#source.span(part.start, part.end);
  }

  askedAtEnd(): Expected {
    const atEnd = this.#tokens[this.#askedAt]?.kind === 'eof';
    return { kinds: atEnd ? this.#asked : new Set(), units: atEnd ? this.#askedUnits : [] };
  }

  whole(): Tree {
    if (this.#source.typedLength > limits.characters) {
      const from = this.#source.fromTyped(limits.characters);
      this.#fail('limit.characters', from, this.#source.characters.length, {
        zh: `表达式最长 ${limits.characters} 个字符`,
        en: `an expression of at most ${limits.characters} characters`,
      });
    }
    const part = this.#or();
    if (this.#token().kind !== 'eof') this.#unexpected();
    return part.tree;
  }

  // --- or, and, not ---

  #or(): Part {
    const parts = [this.#and()];
    while (this.#is('or')) {
      this.#advance();
      parts.push(this.#and());
    }
    return this.#several('or', parts);
  }

  #and(): Part {
    const parts = [this.#unit()];
    for (;;) {
      if (this.#is('and')) {
        this.#advance();
        parts.push(this.#unit());
      } else if (this.#startsUnit()) parts.push(this.#unit());
      else return this.#several('and', parts);
    }
  }

  #several(kind: 'or' | 'and', parts: readonly Part[]): Part {
    const [first] = parts;
    if (first !== undefined && parts.length === 1) return first;
    return this.#part({ kind, parts: parts.map((part) => part.tree) }, parts[0]?.start ?? 0, parts.at(-1)?.end ?? 0);
  }

  #startsUnit(): boolean {
    const starts = [this.#is('not'), this.#asksPrimary(), this.#is('end'), this.#is('speaker')];
    return starts.includes(true);
  }

  #unit(): Part {
    if (!this.#is('not')) return this.#chain();
    const start = this.#token().start;
    if (this.#peek(1).kind === 'join') this.#missingLeft();
    this.#advance();
    const of = this.#deeper(() => this.#unit());
    return this.#part({ kind: 'not', of: of.tree }, start, of.end);
  }

  // --- chains ---

  #chain(): Part {
    if (this.#token().kind === 'join' || this.#token().kind === 'outside') this.#missingLeft();
    this.#held = [];
    const first = this.#scopedPart();
    if (this.#is('join')) return this.#joined(first);
    if (this.#is('outside')) return this.#outside(first);
    if (this.#is('not') && this.#peek(1).kind === 'join') return this.#notJoined(first);
    return first;
  }

  #joined(first: Part): Part {
    const token = this.#token();
    if (token.kind !== 'join') return first;
    const operator = token.operator;
    const rest: { distance?: Distance; part: Tree }[] = [];
    let last = first;
    for (let next = this.#token(); next.kind === 'join'; next = this.#token()) {
      if (next.operator !== operator) this.#mixed(first, last, next);
      this.#advance();
      const distance = this.#distance();
      const operatorEnd = this.#peek(-1).end;
      this.#refuseNot(next.start, operatorEnd);
      last = this.#scopedPart();
      this.#requirePlace(first, first, last, operator, distance, next);
      this.#requirePlace(last, first, last, operator, distance, next);
      rest.push(distance === undefined ? { part: last.tree } : { distance, part: last.tree });
    }
    this.#refuseMixing(first, last);
    return this.#part({ kind: 'join', operator, first: first.tree, rest }, first.start, last.end);
  }

  #outside(first: Part): Part {
    const rest: Tree[] = [];
    let last = first;
    while (this.#is('outside')) {
      const operator = this.#token();
      this.#advance();
      last = this.#scopedPart();
      this.#requirePlace(first, first, last, 'outside', undefined, operator);
      this.#requirePlace(last, first, last, 'outside', undefined, operator);
      rest.push(last.tree);
    }
    this.#refuseMixing(first, last);
    return this.#part({ kind: 'outside', first: first.tree, rest }, first.start, last.end);
  }

  #notJoined(left: Part): Part {
    const not = this.#token();
    this.#advance();
    const token = this.#token();
    if (token.kind !== 'join') return left;
    this.#advance();
    const distance = this.#distance();
    const right = this.#scopedPart();
    const operator = { ...token, start: not.start };
    this.#requirePlace(left, left, right, token.operator, distance, operator);
    this.#requirePlace(right, left, right, token.operator, distance, operator);
    this.#refuseMixing(left, right);
    const tree: Tree = { kind: 'notjoin', operator: token.operator, left: left.tree, right: right.tree };
    return this.#part(distance === undefined ? tree : { ...tree, distance }, left.start, right.end);
  }

  #distance(): Distance | undefined {
    if (!this.#is('/')) return undefined;
    this.#advance();
    const { value, start } = this.#number();
    const unit = this.#unitOf(fittingUnits(distanceUnits, value)) ?? 'words';
    const end = this.#peek(-1).end;
    if (unit === '%' || unit === 'cpm' || unit === 'wpm') {
      this.#fail('phrase.distance', start, end, grammarWords.distance, [[edit(start, end, `${value}s`)]]);
    }
    this.#requireWhole(value, unit, start, end);
    return { value, unit };
  }

  /** A join's left side is missing: `near "a"`. */
  #missingLeft(): never {
    const token = this.#token();
    const word = this.#source.slice(token.start, token.end);
    this.#fail('phrase.left', token.start, token.end, grammarWords.part, [
      [edit(token.start, token.start, 'A ')],
      [edit(token.start, token.end, quoted(word))],
    ]);
  }

  /** `"a" near not "b"`: the `not` belongs before the operator. */
  #refuseNot(operatorStart: number, operatorEnd: number): void {
    const token = this.#token();
    if (token.kind !== 'not') return;
    this.#fail('phrase.not', token.start, token.end, grammarWords.place, [
      [edit(operatorStart, operatorStart, 'not '), edit(operatorEnd, token.end, '')],
    ]);
  }

  #refuseMixing(first: Part, last: Part): void {
    const token = this.#token();
    const notJoin = token.kind === 'not' && this.#peek(1).kind === 'join';
    if (token.kind === 'join' || token.kind === 'outside' || notJoin) this.#mixed(first, last, token);
  }

  /** One operator a chain: `"a" before "b" near "c"`. */
  #mixed(first: Part, last: Part, operator: Token): never {
    this.#fail('phrase.mixed', operator.start, operator.end, grammarWords.brackets, [
      [edit(first.start, first.start, '('), edit(last.end, last.end, ')')],
    ]);
  }

  /** What an operator joins are places; anything else is refused with its rewrite. */
  #requirePlace(
    part: Part,
    left: Part,
    right: Part,
    operator: JoinOperator | 'outside',
    distance: Distance | undefined,
    token: Token,
  ): void {
    if (isPlace(part.tree)) return;
    const other = part === left ? right : left;
    const whole = left.start === 0 && right.end === this.#source.characters.length;
    const replaceBy = (tree: Tree): Repair => {
      const text = formatExpression(tree);
      return [edit(left.start, right.end, whole ? text : `(${text})`)];
    };
    const repairs: Repair[] = [];
    const inner = part.tree;
    if (inner.kind === 'not' && operator !== 'outside') {
      const tree: Tree = { kind: 'notjoin', operator, left: other.tree, right: inner.of };
      repairs.push(replaceBy(distance === undefined ? tree : { ...tree, distance }));
    }
    if (inner.kind === 'and' && operator !== 'outside') {
      const joined = inner.parts.map((each): Tree => {
        const step = (to: Tree): { distance?: Distance; part: Tree } =>
          distance === undefined ? { part: to } : { distance, part: to };
        return part === left
          ? { kind: 'join', operator, first: each, rest: [step(other.tree)] }
          : { kind: 'join', operator, first: other.tree, rest: [step(each)] };
      });
      repairs.push(replaceBy({ kind: 'and', parts: joined }));
    }
    repairs.push([edit(token.start, right === part ? part.start : this.#distanceEnd(token, right), 'and ')]);
    this.#fail('phrase.place', part.start, part.end, grammarWords.place, repairs);
  }

  #distanceEnd(operator: Token, right: Part): number {
    return Math.max(operator.end, right.start);
  }

  // --- scopes and primaries ---

  /** A part under the scopes that hold from its left: one of a kind replaces its like, the other kind adds. */
  #scopedPart(): Part {
    const start = this.#token().start;
    let held = this.#held;
    for (let scope = this.#scope(); scope !== undefined; scope = this.#scope()) held = withScope(held, scope);
    if (held.length === 0) return this.#primary();
    const token = this.#token();
    if (token.kind === 'not') {
      this.#fail('phrase.not', token.start, token.end, grammarWords.part, [
        [edit(start, start, 'not '), edit(token.start, this.#peek(1).start, '')],
      ]);
    }
    const of = this.#primary();
    this.#held = held;
    return this.#part({ kind: 'scoped', scopes: held, of: of.tree }, start, of.end);
  }

  #scope(): Scope | undefined {
    const token = this.#token();
    if (token.kind === 'speaker') {
      this.#advance();
      this.#expect(':', grammarWords.colon, [
        [edit(this.#peek(-1).end, this.#peek(-1).end, ':')],
        [edit(token.start, token.end, quoted(this.#source.slice(token.start, token.end)))],
      ]);
      return { kind: 'speaker', speaker: token.speaker };
    }
    if (token.kind !== 'end' || token.as === 'pick') return undefined;
    if (token.as === 'both' && this.#peek(1).kind !== 'number') return undefined;
    this.#advance();
    const { value, start } = this.#number();
    const unit = this.#unitOf(fittingUnits(scopeUnits, value));
    const end = this.#peek(-1).end;
    if (unit === undefined || unit === 'cpm' || unit === 'wpm') {
      this.#fail('phrase.unit', start, end, grammarWords.scopeUnit, [
        [edit(start, end, `${value}s`)],
        [edit(start, end, `${value}s:`)],
      ]);
    }
    this.#requireWhole(value, unit, start, end);
    this.#expect(':', grammarWords.colon, [[edit(end, end, ':')]]);
    return { kind: 'place', end: token.which, amount: { value, unit } };
  }

  #asksPrimary(): boolean {
    let found = false;
    for (const kind of primaryStarts) found = this.#is(kind) || found;
    return found;
  }

  #primary(): Part {
    this.#asksPrimary();
    this.#is('end');
    this.#is('speaker');
    const token = this.#token();
    switch (token.kind) {
      case 'string':
      case 'bare':
        return this.#phrase(undefined, token.start);
      case '~':
        return this.#tolerant();
      case 'list':
        this.#advance();
        this.#countPhrase(token);
        return this.#part({ kind: 'list', name: token.name }, token.start, token.end);
      case 'class':
        this.#advance();
        return this.#part({ kind: 'class', name: token.name }, token.start, token.end);
      case 'meter':
        return this.#measure();
      case 'count':
      case 'kinds':
        return this.#count(token.kind);
      case 'end':
        return this.#pick();
      case '(': {
        this.#advance();
        const inner = this.#deeper(() => this.#or());
        this.#expect(')', grammarWords.close, [[edit(this.#peek(-1).end, this.#peek(-1).end, ')')]]);
        return { tree: inner.tree, start: token.start, end: this.#peek(-1).end };
      }
      default:
        return this.#unexpected();
    }
  }

  #pick(): Part {
    const token = this.#token();
    if (token.kind !== 'end' || token.as === 'scope') return this.#unexpected();
    this.#advance();
    const next = this.#token();
    if (next.kind === 'not') {
      this.#fail('phrase.not', next.start, next.end, grammarWords.place, [
        [edit(token.start, token.start, 'not '), edit(next.start, this.#peek(1).start, '')],
      ]);
    }
    const of = this.#deeper(() => this.#primary());
    const { which } = token;
    if (!isPlace(of.tree)) {
      const repairs: Repair[] = [];
      if (of.tree.kind === 'and') {
        repairs.push([edit(of.start, of.end, `(${formatExpression({ kind: 'or', parts: of.tree.parts })})`)]);
      }
      repairs.push([edit(token.start, of.start, '')]);
      this.#fail('phrase.place', of.start, of.end, grammarWords.place, repairs);
    }
    return this.#part({ kind: 'pick', which, of: of.tree }, token.start, of.end);
  }

  #phrase(tolerant: Tolerance | undefined, start: number): Part {
    const token = this.#token();
    if (token.kind !== 'string' && token.kind !== 'bare') return this.#unexpected();
    this.#advance();
    if (saysNothing(token.text)) {
      this.#fail('phrase.empty', token.start, token.end, grammarWords.words, [[edit(token.start, token.end, '"A"')]]);
    }
    this.#countPhrase(token);
    const tree: Tree = { kind: 'phrase', text: token.text };
    return this.#part(tolerant === undefined ? tree : { ...tree, tolerant }, start, token.end);
  }

  #tolerant(): Part {
    const start = this.#token().start;
    this.#advance();
    let tolerant: Tolerance = {};
    const number = this.#token();
    this.#is('number');
    if (number.kind === 'number') {
      this.#advance();
      if (number.value < 0.5 || number.value > 0.99) {
        const percent = number.value >= 50 && number.value <= 99 ? number.value / 100 : undefined;
        const nearest = percent ?? (number.value < 0.5 ? 0.5 : 0.99);
        this.#fail('phrase.floor', number.start, number.end, grammarWords.floor, [
          [edit(number.start, number.end, String(nearest))],
        ]);
      }
      const floor = number.value;
      tolerant = { floor };
    }
    this.#is('string');
    this.#is('bare');
    this.#is('list');
    const token = this.#token();
    if (token.kind === 'list') {
      this.#advance();
      this.#countPhrase(token);
      return this.#part({ kind: 'list', name: token.name, tolerant }, start, token.end);
    }
    if (token.kind === 'string' || token.kind === 'bare') return this.#phrase(tolerant, start);
    if (token.kind === 'bad') return this.#unexpected();
    this.#fail('phrase.tilde', token.start, token.end, grammarWords.tolerantPhrase, [
      [edit(start, token.start, '')],
      [edit(token.start, token.end, quoted(this.#source.slice(token.start, token.end)))],
      [edit(token.start, token.start, '"A" ')],
    ]);
  }

  #count(kind: 'count' | 'kinds'): Part {
    const start = this.#token().start;
    this.#advance();
    this.#expect('(', grammarWords.open, [
      [edit(this.#token().start, this.#token().end, `(${this.#source.slice(this.#token().start, this.#token().end)}) >= 1`)],
      [edit(start, this.#peek(-1).end, quoted(this.#source.slice(start, this.#peek(-1).end)))],
    ]);
    const of = this.#deeper(() => this.#or());
    this.#expect(')', grammarWords.close, [[edit(this.#peek(-1).end, this.#peek(-1).end, ')')]]);
    const end = this.#peek(-1).end;
    if (!countable(of.tree)) {
      this.#fail('phrase.place', of.start, of.end, grammarWords.countable, [
        [edit(start, this.#comparisonEnd(), this.#source.slice(of.start, of.end))],
      ]);
    }
    const compare = this.#comparison(end);
    const number = this.#number();
    if (!Number.isInteger(number.value)) {
      this.#fail('phrase.whole', number.start, this.#peek(-1).end, grammarWords.whole, [
        [edit(number.start, this.#peek(-1).end, String(Math.round(number.value)))],
      ]);
    }
    return this.#part({ kind, of: of.tree, compare, value: number.value }, start, this.#peek(-1).end);
  }

  /** Where the comparison after a count would end; for a suggestion only. */
  #comparisonEnd(): number {
    if (this.#token().kind !== 'compare') return this.#peek(-1).end;
    return this.#peek(1).kind === 'number' ? this.#peek(1).end : this.#token().end;
  }

  // --- measures ---

  #measure(): Part {
    const start = this.#token().start;
    const meter = this.#meter();
    let per: Meter | undefined;
    if (this.#is('/')) {
      this.#advance();
      if (this.#token().kind !== 'meter') {
        const token = this.#token();
        this.#fail('phrase.meter', token.start, token.end, grammarWords.meter, [
          [edit(this.#peek(-1).start, token.end, '')],
          [edit(token.start, token.end, 'rate(customer)')],
          [edit(token.start, token.end, 'rate(customer) > 1.3')],
        ]);
      }
      const perStart = this.#token().start;
      per = this.#meter();
      for (const [each, from] of [
        [meter, start],
        [per, perStart],
      ] as const) {
        if (!isEventMeter(each.name)) continue;
        this.#fail('phrase.ratio', from, this.#peek(-1).end, grammarWords.valueMeter, [
          [edit(start, this.#peek(-1).end, 'rate(agent) / rate(customer)')],
        ]);
      }
    }
    const compare = this.#comparison(this.#peek(-1).end, meter, per);
    const number = this.#number();
    const fitting = per === undefined ? unitsOf(meter.name) : [undefined];
    const unit = this.#unitOf(fitting);
    const end = this.#peek(-1).end;
    this.#requireUnit(fitting, number.value, unit, number.start, end);
    const tree: Measure = { kind: 'measure', meter, compare, value: number.value };
    return this.#part({ ...tree, ...(per === undefined ? {} : { per }), ...(unit === undefined ? {} : { unit }) }, start, end);
  }

  #meter(): Meter {
    const token = this.#token();
    if (token.kind !== 'meter') return this.#unexpected();
    this.#advance();
    if (!this.#is('(')) return { name: token.name };
    this.#advance();
    this.#is('speaker');
    const speaker = this.#token();
    if (speaker.kind !== 'speaker') {
      this.#fail('phrase.speaker', speaker.start, speaker.end, grammarWords.speaker, [
        [edit(speaker.start, speaker.end, 'agent')],
        [edit(speaker.start, speaker.end, 'agent)')],
        [edit(speaker.start, speaker.start, 'agent')],
        [edit(token.start, token.end, quoted(token.text))],
      ]);
    }
    this.#advance();
    this.#expect(')', grammarWords.close, [[edit(speaker.end, speaker.end, ')')]]);
    if (token.name === 'silence' || token.name === 'hold' || token.name === 'length') {
      this.#fail('phrase.meter', token.start, this.#peek(-1).end, grammarWords.noSpeaker, [
        [edit(token.end, this.#peek(-1).end, '')],
      ]);
    }
    return { name: token.name, speaker: speaker.speaker };
  }

  #comparison(end: number, meter?: Meter, per?: Meter): Measure['compare'] {
    const token = this.#token();
    this.#is('compare');
    if (token.kind === 'compare') {
      this.#advance();
      return token.compare;
    }
    const usual = meter === undefined ? ' >= 1' : per === undefined ? ` > ${usualValue(meter)}` : ' > 1.3';
    this.#fail('phrase.compare', token.start, token.end, grammarWords.compare, [
      [edit(end, end, ' >=')],
      [edit(end, end, usual)],
      [edit(token.start, token.end, '>=')],
    ]);
  }

  #requireUnit(allowed: readonly (Unit | undefined)[], value: number, unit: Unit | undefined, start: number, end: number): void {
    if (allowed.includes(unit)) return;
    const repairs = allowed.map((each): Repair => [edit(start, end, `${value}${each ?? ''}`)]);
    this.#fail('phrase.unit', start, end, grammarWords.unitsOf(allowed), repairs);
  }

  // --- small things ---

  #number(): { readonly value: number; readonly start: number } {
    this.#is('number');
    const token = this.#token();
    if (token.kind !== 'number') {
      if (token.kind === 'bad' && token.reason === 'number') this.#unexpected();
      this.#fail('phrase.number', token.start, token.end, grammarWords.number, [
        [edit(token.start, token.end, '5')],
        [edit(token.start, token.end, '5s')],
        [edit(token.start, token.start, '5s ')],
        [edit(token.start, token.start, '5s: ')],
        [edit(token.start, token.start, '1')],
      ]);
    }
    this.#advance();
    return { value: token.value, start: token.start };
  }

  #unitOf(fitting: readonly (Unit | undefined)[]): Unit | undefined {
    this.#is('unit');
    this.#askedUnits = fitting;
    const token = this.#token();
    if (token.kind === 'bad' && token.reason === 'unit') this.#unexpected();
    if (token.kind !== 'unit') return undefined;
    this.#advance();
    return token.unit;
  }

  #requireWhole(value: number, unit: Unit, start: number, end: number): void {
    if ((unit !== 'words' && unit !== 'turns') || Number.isInteger(value)) return;
    this.#fail('phrase.whole', start, end, grammarWords.whole, [[edit(start, end, `${Math.round(value)}${unit}`)]]);
  }

  #countPhrase(token: Token): void {
    this.#phrases += 1;
    if (this.#phrases > limits.phrases) {
      this.#fail('limit.phrases', token.start, token.end, grammarWords.phraseLimit);
    }
  }

  #deeper(parse: () => Part): Part {
    this.#depth += 1;
    const held = this.#held;
    if (this.#depth > limits.depth) {
      this.#fail('limit.depth', this.#token().start, this.#token().end, grammarWords.depthLimit);
    }
    const part = parse();
    this.#depth -= 1;
    this.#held = held;
    return part;
  }

  #part(tree: Tree, start: number, end: number): Part {
    const part = { tree, start, end };
    this.#places.set(tree, part);
    return part;
  }

  #token(): Token {
    return this.#peek(0);
  }

  #peek(by: number): Token {
    const token = this.#tokens[Math.min(this.#at + by, this.#tokens.length - 1)];
    if (token === undefined) throw new RangeError('the token stream always ends with eof');
    return token;
  }

  #advance(): void {
    this.#at = Math.min(this.#at + 1, this.#tokens.length - 1);
  }

  /** Whether the next token is of this kind; remembers that it was asked for, for messages and completion. */
  #is(kind: TokenKind): boolean {
    if (this.#askedAt !== this.#at) {
      this.#askedAt = this.#at;
      this.#asked = new Set();
    }
    this.#asked.add(kind);
    return this.#token().kind === kind;
  }

  #expect(kind: TokenKind, expected: BilingualText, repairs: readonly Repair[]): void {
    if (this.#is(kind)) {
      this.#advance();
      return;
    }
    const token = this.#token();
    if (token.kind === 'bad') this.#unexpected();
    this.#fail('phrase.expected', token.start, token.end, expected, repairs);
  }

  /** A token that cannot stand here, with repairs that fit what it is. */
  #unexpected(): never {
    const token = this.#token();
    const { start, end } = token;
    const typed = this.#source.slice(start, end);
    const asQuoted: Repair = [edit(start, end, quoted(typed))];
    const dropped: Repair = [edit(start, end, '')];
    if (token.kind === 'bad') return this.#bad(token);
    if (token.kind === 'eof') {
      if (this.#at === 0) return this.#fail('phrase.end', start, end, grammarWords.part, [[edit(start, end, 'A')]]);
      const previous = this.#peek(-1);
      if (previous.kind === 'unit' && this.#peek(-2).end < previous.start) {
        // `near/5 字`: the word is taken as the unit, and then the phrase is missing.
        const word = this.#source.slice(previous.start, previous.end);
        return this.#fail('phrase.end', previous.start, previous.end, grammarWords.partAfterUnit, [
          [edit(previous.start, previous.end, quoted(word))],
          [edit(end, end, ' A')],
        ]);
      }
      const repairs: Repair[] = [[edit(end, end, ' A')], [edit(previous.start, end, '')]];
      return this.#fail('phrase.end', start, end, grammarWords.part, repairs);
    }
    if (token.kind === ':' && this.#at > 0) {
      const name = this.#peek(-1);
      return this.#fail('phrase.scope', name.start, name.end, grammarWords.scope, [
        [edit(name.start, name.end, guessSpeaker(this.#source.slice(name.start, name.end)))],
        dropped,
      ]);
    }
    const repairs: Repair[] =
      token.kind === ')' || token.kind === 'or' || token.kind === 'and'
        ? [dropped, [edit(start, start, 'A ')], asQuoted]
        : token.kind === 'number' || token.kind === 'unit'
          ? [this.#quotedNumber(), asQuoted, dropped]
          : [asQuoted, dropped];
    return this.#fail(
      'phrase.unexpected',
      start,
      end,
      token.kind === 'or' || token.kind === 'and'
        ? grammarWords.part
        : this.#at === 0
          ? grammarWords.part
          : grammarWords.partOrOperator,
      repairs,
    );
  }

  /** A number outside a distance is part of what was said: `保证 5 %`. */
  #quotedNumber(): Repair {
    const from = this.#token();
    const next = this.#peek(1);
    const to = next.kind === 'unit' || (next.kind === 'bad' && next.reason === 'unit') ? next : from;
    return [edit(from.start, to.end, quoted(this.#source.slice(from.start, to.end)))];
  }

  #bad(token: Extract<Token, { kind: 'bad' }>): never {
    const { start, end } = token;
    switch (token.reason) {
      case 'string':
        return this.#fail('phrase.string', start, end, grammarWords.quote, [[edit(end, end, '"')]]);
      case 'class':
        return this.#fail('phrase.class', start, end, grammarWords.className, [
          [edit(start, end, `#${nearestOf(token.text, grammarWords.classes)}`)],
        ]);
      case 'list':
        return this.#fail('phrase.listName', start, end, grammarWords.listName, [
          [edit(end, end, 'A')],
          [edit(start, end, '')],
          [edit(start, this.#peek(1).end, `@A${this.#source.slice(this.#peek(1).start, this.#peek(1).end)}`)],
        ]);
      case 'number':
        return this.#fail('phrase.number', start, end, grammarWords.shortNumber, [
          [edit(start, end, quoted(token.text))],
          [edit(start, end, '999999999')],
          [edit(start, end, '0.5')],
        ]);
      case 'unit': {
        const number = this.#peek(-1);
        const unit = nearlyUnits.get(token.text.toLowerCase()) ?? nearestOf(token.text.toLowerCase(), [...unitWords.keys()], 's');
        return this.#fail('phrase.unit', start, end, grammarWords.unit, [
          [edit(start, end, unit)],
          [edit(start, end, quoted(token.text))],
          [edit(number.start, end, quoted(this.#source.slice(number.start, end)))],
          [edit(start, end, `${unit}:`)],
        ]);
      }
      default:
        return this.#fail('phrase.character', start, end, this.#at === 0 ? grammarWords.part : grammarWords.partOrOperator, [
          [edit(start, end, ',，、;；'.includes(token.text) ? ' or ' : ' ')],
          [edit(start, end, '')],
          [edit(start, end, '"A"')],
        ]);
    }
  }

  #fail(code: string, start: number, end: number, expected: BilingualText, repairs: readonly Repair[] = []): never {
    let meant: string | undefined;
    if (this.#suggest) {
      const whole = this.#source.typedLength <= 200 ? [quoted(this.#source.typed.normalize('NFKC'))] : [];
      meant = [...repairs.map((repair) => this.#source.replaced(repair)), ...whole].find(parses);
    }
    return fail({ code, span: this.#source.span(start, end), expected, meant, found: foundText(this.#source.slice(start, end)) });
  }
}

const primaryStarts: readonly TokenKind[] = ['string', 'bare', '~', 'list', 'class', 'meter', 'count', 'kinds', '('];

/** Words and turns are counted in whole numbers. */
function fittingUnits(units: readonly (Unit | undefined)[], value: number): readonly (Unit | undefined)[] {
  return Number.isInteger(value) ? units : units.filter((unit) => unit !== 'words' && unit !== 'turns' && unit !== undefined);
}

/** The scopes with one more: it replaces its like; the speaker stands first. */
function withScope(scopes: readonly Scope[], scope: Scope): readonly Scope[] {
  const others = scopes.filter((each) => each.kind !== scope.kind);
  return scope.kind === 'speaker' ? [scope, ...others] : [...others, scope];
}

function edit(start: number, end: number, text: string): Repair[number] {
  return { start, end, text };
}

/** Phrase, list, class, event measure, another chain, or an `or` of these. */
export function isPlace(tree: Tree): boolean {
  switch (tree.kind) {
    case 'phrase':
    case 'list':
    case 'class':
    case 'join':
    case 'outside':
    case 'notjoin':
    case 'pick':
      return true;
    case 'measure':
      return tree.per === undefined && isEventMeter(tree.meter.name);
    case 'or':
      return tree.parts.every(isPlace);
    case 'scoped':
      return isPlace(tree.of);
    default:
      return false;
  }
}

/** What has spans to count: `not`, counts and values of the whole call have none. */
function countable(tree: Tree): boolean {
  if (tree.kind === 'and') return tree.parts.some(countable);
  if (tree.kind === 'or') return tree.parts.every(countable);
  if (tree.kind === 'scoped') return countable(tree.of);
  return isPlace(tree);
}

function unitsOf(name: Meter['name']): readonly (Unit | undefined)[] {
  switch (name) {
    case 'pace':
    case 'rate':
      return ['cpm', 'wpm'];
    case 'talk':
      return ['%'];
    case 'turns':
      return [undefined, 'turns'];
    case 'words':
      return [undefined, 'words'];
    default:
      return timeUnits;
  }
}

function usualValue(meter: Meter): string {
  const [unit] = unitsOf(meter.name);
  return unit === undefined ? '10' : unit === 'cpm' ? '300 cpm' : unit === '%' ? '60%' : '15s';
}

function guessSpeaker(name: string): string {
  if (/客服|座席|坐席|员工|专员|staff|rep|seller|agen|advis/iu.test(name)) return 'agent';
  if (/顾客|用户|客人|client|caller|user|cust/iu.test(name)) return 'customer';
  return 'anyone';
}

/** The entry with the fewest edits from `text`; `otherwise` when nothing is near. */
function nearestOf(text: string, entries: readonly string[], otherwise?: string): string {
  let best = otherwise ?? entries[0] ?? '';
  let bestCost = otherwise === undefined ? Number.POSITIVE_INFINITY : 3;
  for (const entry of entries) {
    const cost = editDistance(text, entry);
    if (cost < bestCost) {
      best = entry;
      bestCost = cost;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
