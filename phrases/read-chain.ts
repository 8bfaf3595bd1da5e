import { edit, grammarWords, type Repair } from './complaint.ts';
import type { ExpressionReader, Part } from './expression-reader.ts';
import { formatExpression, quoted } from './format.ts';
import type { Token } from './lexer.ts';
import { isPlace } from './places.ts';
import { fittingUnits, readNumber, readUnit, requireWhole } from './read-number.ts';
import { readScopedPart } from './read-scope.ts';
import type { Distance, JoinOperator, Tree, Unit } from './tree.ts';

const distanceUnits: readonly (Unit | undefined)[] = ['s', 'min', 'ms', 'words', 'turns', undefined];

/** Parts joined by one operator, or a single part. */
export function readChain(reader: ExpressionReader): Part {
  if (reader.token().kind === 'join' || reader.token().kind === 'outside') missingLeft(reader);
  reader.held = [];
  const first = readScopedPart(reader);
  if (reader.is('join')) return readJoined(reader, first);
  if (reader.is('outside')) return readOutside(reader, first);
  if (reader.is('not') && reader.peek(1).kind === 'join') return readNotJoined(reader, first);
  return first;
}

function readJoined(reader: ExpressionReader, first: Part): Part {
  const token = reader.token();
  if (token.kind !== 'join') return first;
  const operator = token.operator;
  const rest: { distance?: Distance; part: Tree }[] = [];
  let last = first;
  for (let next = reader.token(); next.kind === 'join'; next = reader.token()) {
    if (next.operator !== operator) mixed(reader, first, last, next);
    reader.advance();
    const distance = readDistance(reader);
    const operatorEnd = reader.peek(-1).end;
    refuseNot(reader, next.start, operatorEnd);
    last = readScopedPart(reader);
    requirePlace(reader, first, first, last, operator, distance, next);
    requirePlace(reader, last, first, last, operator, distance, next);
    rest.push(distance === undefined ? { part: last.tree } : { distance, part: last.tree });
  }
  refuseMixing(reader, first, last);
  return reader.part({ kind: 'join', operator, first: first.tree, rest }, first.start, last.end);
}

function readOutside(reader: ExpressionReader, first: Part): Part {
  const rest: Tree[] = [];
  let last = first;
  while (reader.is('outside')) {
    const operator = reader.token();
    reader.advance();
    last = readScopedPart(reader);
    requirePlace(reader, first, first, last, 'outside', undefined, operator);
    requirePlace(reader, last, first, last, 'outside', undefined, operator);
    rest.push(last.tree);
  }
  refuseMixing(reader, first, last);
  return reader.part({ kind: 'outside', first: first.tree, rest }, first.start, last.end);
}

function readNotJoined(reader: ExpressionReader, left: Part): Part {
  const not = reader.token();
  reader.advance();
  const token = reader.token();
  if (token.kind !== 'join') return left;
  reader.advance();
  const distance = readDistance(reader);
  const right = readScopedPart(reader);
  const operator = { ...token, start: not.start };
  requirePlace(reader, left, left, right, token.operator, distance, operator);
  requirePlace(reader, right, left, right, token.operator, distance, operator);
  refuseMixing(reader, left, right);
  const tree: Tree = { kind: 'notjoin', operator: token.operator, left: left.tree, right: right.tree };
  return reader.part(distance === undefined ? tree : { ...tree, distance }, left.start, right.end);
}

function readDistance(reader: ExpressionReader): Distance | undefined {
  if (!reader.is('/')) return undefined;
  reader.advance();
  const { value, start } = readNumber(reader);
  const unit = readUnit(reader, fittingUnits(distanceUnits, value)) ?? 'words';
  const end = reader.peek(-1).end;
  if (unit === '%' || unit === 'cpm' || unit === 'wpm') {
    reader.fail('phrase.distance', start, end, grammarWords.distance, [[edit(start, end, `${value}s`)]]);
  }
  requireWhole(reader, value, unit, start, end);
  return { value, unit };
}

/** A join's left side is missing: `near "a"`. */
export function missingLeft(reader: ExpressionReader): never {
  const token = reader.token();
  const word = reader.source.slice(token.start, token.end);
  reader.fail('phrase.left', token.start, token.end, grammarWords.part, [
    [edit(token.start, token.start, 'A ')],
    [edit(token.start, token.end, quoted(word))],
  ]);
}

/** `"a" near not "b"`: the `not` belongs before the operator. */
function refuseNot(reader: ExpressionReader, operatorStart: number, operatorEnd: number): void {
  const token = reader.token();
  if (token.kind !== 'not') return;
  reader.fail('phrase.not', token.start, token.end, grammarWords.place, [
    [edit(operatorStart, operatorStart, 'not '), edit(operatorEnd, token.end, '')],
  ]);
}

function refuseMixing(reader: ExpressionReader, first: Part, last: Part): void {
  const token = reader.token();
  const notJoin = token.kind === 'not' && reader.peek(1).kind === 'join';
  if (token.kind === 'join' || token.kind === 'outside' || notJoin) mixed(reader, first, last, token);
}

/** One operator a chain: `"a" before "b" near "c"`. */
function mixed(reader: ExpressionReader, first: Part, last: Part, operator: Token): never {
  reader.fail('phrase.mixed', operator.start, operator.end, grammarWords.brackets, [
    [edit(first.start, first.start, '('), edit(last.end, last.end, ')')],
  ]);
}

/** What an operator joins are places; anything else is refused with its rewrite. */
function requirePlace(
  reader: ExpressionReader,
  part: Part,
  left: Part,
  right: Part,
  operator: JoinOperator | 'outside',
  distance: Distance | undefined,
  token: Token,
): void {
  if (isPlace(part.tree)) return;
  const other = part === left ? right : left;
  const whole = left.start === 0 && right.end === reader.source.characters.length;
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
  repairs.push([edit(token.start, right === part ? part.start : Math.max(token.end, right.start), 'and ')]);
  reader.fail('phrase.place', part.start, part.end, grammarWords.place, repairs);
}
