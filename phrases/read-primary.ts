import { edit, grammarWords, type Repair } from './complaint.ts';
import type { ExpressionReader, Part } from './expression-reader.ts';
import { formatExpression, quoted } from './format.ts';
import type { TokenKind } from './lexer.ts';
import { saysNothing } from './phrase-text.ts';
import { countable, isPlace } from './places.ts';
import { readComparison, readMeasure } from './read-measure.ts';
import { readNumber } from './read-number.ts';
import type { Tolerance, Tree } from './tree.ts';

const primaryStarts: readonly TokenKind[] = ['string', 'bare', '~', 'list', 'class', 'meter', 'count', 'kinds', '('];

/** Whether a primary starts here; remembers every kind of start as asked for. */
export function asksPrimary(reader: ExpressionReader): boolean {
  let found = false;
  for (const kind of primaryStarts) found = reader.is(kind) || found;
  return found;
}

/** A phrase, a list, a class, a measure, a count, a pick or brackets. */
export function readPrimary(reader: ExpressionReader): Part {
  asksPrimary(reader);
  reader.is('end');
  reader.is('speaker');
  const token = reader.token();
  switch (token.kind) {
    case 'string':
    case 'bare':
      return readPhrase(reader, undefined, token.start);
    case '~':
      return readTolerant(reader);
    case 'list':
      reader.advance();
      reader.countPhrase(token);
      return reader.part({ kind: 'list', name: token.name }, token.start, token.end);
    case 'class':
      reader.advance();
      return reader.part({ kind: 'class', name: token.name }, token.start, token.end);
    case 'meter':
      return readMeasure(reader);
    case 'count':
    case 'kinds':
      return readCount(reader, token.kind);
    case 'end':
      return readPick(reader);
    case '(': {
      reader.advance();
      const inner = reader.inner();
      reader.expect(')', grammarWords.close, [[edit(reader.peek(-1).end, reader.peek(-1).end, ')')]]);
      return { tree: inner.tree, start: token.start, end: reader.peek(-1).end };
    }
    default:
      return reader.unexpected();
  }
}

function readPick(reader: ExpressionReader): Part {
  const token = reader.token();
  if (token.kind !== 'end' || token.as === 'scope') return reader.unexpected();
  reader.advance();
  const next = reader.token();
  if (next.kind === 'not') {
    reader.fail('phrase.not', next.start, next.end, grammarWords.place, [
      [edit(token.start, token.start, 'not '), edit(next.start, reader.peek(1).start, '')],
    ]);
  }
  const of = reader.deeper(() => readPrimary(reader));
  const { which } = token;
  if (!isPlace(of.tree)) {
    const repairs: Repair[] = [];
    if (of.tree.kind === 'and') {
      repairs.push([edit(of.start, of.end, `(${formatExpression({ kind: 'or', parts: of.tree.parts })})`)]);
    }
    repairs.push([edit(token.start, of.start, '')]);
    reader.fail('phrase.place', of.start, of.end, grammarWords.place, repairs);
  }
  return reader.part({ kind: 'pick', which, of: of.tree }, token.start, of.end);
}

function readPhrase(reader: ExpressionReader, tolerant: Tolerance | undefined, start: number): Part {
  const token = reader.token();
  if (token.kind !== 'string' && token.kind !== 'bare') return reader.unexpected();
  reader.advance();
  if (saysNothing(token.text)) {
    reader.fail('phrase.empty', token.start, token.end, grammarWords.words, [[edit(token.start, token.end, '"A"')]]);
  }
  reader.countPhrase(token);
  const tree: Tree = { kind: 'phrase', text: token.text };
  return reader.part(tolerant === undefined ? tree : { ...tree, tolerant }, start, token.end);
}

function readTolerant(reader: ExpressionReader): Part {
  const start = reader.token().start;
  reader.advance();
  let tolerant: Tolerance = {};
  const number = reader.token();
  reader.is('number');
  if (number.kind === 'number') {
    reader.advance();
    if (number.value < 0.5 || number.value > 0.99) {
      const percent = number.value >= 50 && number.value <= 99 ? number.value / 100 : undefined;
      const nearest = percent ?? (number.value < 0.5 ? 0.5 : 0.99);
      reader.fail('phrase.floor', number.start, number.end, grammarWords.floor, [
        [edit(number.start, number.end, String(nearest))],
      ]);
    }
    const floor = number.value;
    tolerant = { floor };
  }
  reader.is('string');
  reader.is('bare');
  reader.is('list');
  const token = reader.token();
  if (token.kind === 'list') {
    reader.advance();
    reader.countPhrase(token);
    return reader.part({ kind: 'list', name: token.name, tolerant }, start, token.end);
  }
  if (token.kind === 'string' || token.kind === 'bare') return readPhrase(reader, tolerant, start);
  if (token.kind === 'bad') return reader.unexpected();
  reader.fail('phrase.tilde', token.start, token.end, grammarWords.tolerantPhrase, [
    [edit(start, token.start, '')],
    [edit(token.start, token.end, quoted(reader.source.slice(token.start, token.end)))],
    [edit(token.start, token.start, '"A" ')],
  ]);
}

function readCount(reader: ExpressionReader, kind: 'count' | 'kinds'): Part {
  const start = reader.token().start;
  reader.advance();
  reader.expect('(', grammarWords.open, [
    [edit(reader.token().start, reader.token().end, `(${reader.source.slice(reader.token().start, reader.token().end)}) >= 1`)],
    [edit(start, reader.peek(-1).end, quoted(reader.source.slice(start, reader.peek(-1).end)))],
  ]);
  const of = reader.inner();
  reader.expect(')', grammarWords.close, [[edit(reader.peek(-1).end, reader.peek(-1).end, ')')]]);
  const end = reader.peek(-1).end;
  if (!countable(of.tree)) {
    reader.fail('phrase.place', of.start, of.end, grammarWords.countable, [
      [edit(start, comparisonEnd(reader), reader.source.slice(of.start, of.end))],
    ]);
  }
  const compare = readComparison(reader, end);
  const number = readNumber(reader);
  if (!Number.isInteger(number.value)) {
    reader.fail('phrase.whole', number.start, reader.peek(-1).end, grammarWords.whole, [
      [edit(number.start, reader.peek(-1).end, String(Math.round(number.value)))],
    ]);
  }
  return reader.part({ kind, of: of.tree, compare, value: number.value }, start, reader.peek(-1).end);
}

/** Where the comparison after a count would end; for a suggestion only. */
function comparisonEnd(reader: ExpressionReader): number {
  if (reader.token().kind !== 'compare') return reader.peek(-1).end;
  return reader.peek(1).kind === 'number' ? reader.peek(1).end : reader.token().end;
}
