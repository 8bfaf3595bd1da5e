import { ExpressionReader, type Expected, type Part } from './expression-reader.ts';
import { limits } from './limits.ts';
import { missingLeft, readChain } from './read-chain.ts';
import { asksPrimary } from './read-primary.ts';
import { SourceText } from './source-text.ts';
import type { Tree } from './tree.ts';

/** Reads an expression; `placeOf` tells where a node stands in the text as typed. */
export function readExpression(text: string): { readonly tree: Tree; readonly placeOf: PlaceOf } {
  const reader = new ExpressionReader(new SourceText(text), readOr, parses);
  return { tree: readWhole(reader), placeOf: (tree) => reader.placeOf(tree) };
}

/** Line, column and end column of a node of a tree that was just read. */
export type PlaceOf = (tree: Tree) => { readonly line: number; readonly column: number; readonly endColumn: number } | undefined;

/** Whether a text is an expression at all; used to offer only suggestions that parse. */
function parses(text: string): boolean {
  try {
    readWhole(new ExpressionReader(new SourceText(text), readOr));
    return true;
  } catch {
    return false;
  }
}

/** What may stand at the end of `source`; nothing when something before the end is wrong. Used for completion. */
export function expectedAtEnd(source: SourceText): Expected {
  const reader = new ExpressionReader(source, readOr);
  try {
    readWhole(reader);
  } catch {
    // What it asked for at the end is the answer, whether the rest made sense or not.
  }
  return reader.askedAtEnd();
}

/** The tree of the whole text, with nothing left over. */
function readWhole(reader: ExpressionReader): Tree {
  if (reader.source.typedLength > limits.characters) {
    const from = reader.source.fromTyped(limits.characters);
    reader.fail('limit.characters', from, reader.source.characters.length, {
      zh: `表达式最长 ${limits.characters} 个字符`,
      en: `an expression of at most ${limits.characters} characters`,
    });
  }
  const part = readOr(reader);
  if (reader.token().kind !== 'eof') reader.unexpected();
  return part.tree;
}

function readOr(reader: ExpressionReader): Part {
  const parts = [readAnd(reader)];
  while (reader.is('or')) {
    reader.advance();
    parts.push(readAnd(reader));
  }
  return several(reader, 'or', parts);
}

function readAnd(reader: ExpressionReader): Part {
  const parts = [readTerm(reader)];
  for (;;) {
    if (reader.is('and')) {
      reader.advance();
      parts.push(readTerm(reader));
    } else if (startsTerm(reader)) parts.push(readTerm(reader));
    else return several(reader, 'and', parts);
  }
}

function several(reader: ExpressionReader, kind: 'or' | 'and', parts: readonly Part[]): Part {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  return reader.part({ kind, parts: parts.map((part) => part.tree) }, parts[0]?.start ?? 0, parts.at(-1)?.end ?? 0);
}

function startsTerm(reader: ExpressionReader): boolean {
  const starts = [reader.is('not'), asksPrimary(reader), reader.is('end'), reader.is('speaker')];
  return starts.includes(true);
}

function readTerm(reader: ExpressionReader): Part {
  if (!reader.is('not')) return readChain(reader);
  const start = reader.token().start;
  if (reader.peek(1).kind === 'join') missingLeft(reader);
  reader.advance();
  const of = reader.deeper(() => readTerm(reader));
  return reader.part({ kind: 'not', of: of.tree }, start, of.end);
}
