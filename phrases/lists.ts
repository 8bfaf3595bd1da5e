import { fail, grammarWords } from './complaint.ts';
import { limits } from './limits.ts';
import { PhraseError } from './phrase-error.ts';
import { type PlaceOf, readExpression } from './parser.ts';
import type { Tolerance, Tree } from './tree.ts';

/** A named list as it stands in one version. */
export interface PhraseList {
  readonly version?: number | string;
  /** One phrase an entry, unless it begins with `~`, `@`, `#` or a quote: then it is an expression. */
  readonly entries: readonly string[];
}

/** Lists by name, without the `@`. */
export interface ListSet {
  readonly [name: string]: PhraseList | readonly string[];
}

/** One entry of a list, read. */
export interface ListEntry {
  readonly text: string;
  readonly tree: Tree;
}

const nowhere = { line: 1, column: 1, endColumn: 1 };
const expressionEntry = /^\s*[~～@＠#＃"“”「」＂]/u;

/** The entries of a list as they are written; undefined when there is no such list. */
export function entriesOf(lists: ListSet, name: string): readonly string[] | undefined {
  if (!Object.hasOwn(lists, name)) return undefined;
  const list = lists[name];
  if (list === undefined) return undefined;
  return isPlain(list) ? list : list.entries;
}

function isPlain(list: PhraseList | readonly string[]): list is readonly string[] {
  return Array.isArray(list);
}

/**
 * The entries of a list as expressions; `~@list` makes plain entries tolerant, and leaves those alone that are expressions.
 * Throws a `PhraseError` when the list is missing or an entry does not parse.
 */
export function readEntries(lists: ListSet, name: string, tolerant: Tolerance | undefined): readonly ListEntry[] {
  const entries = entriesOf(lists, name);
  if (entries === undefined) return missing(name, lists, nowhere);
  return entries.map((text) => ({ text, tree: readEntry(name, text, tolerant) }));
}

function readEntry(name: string, text: string, tolerant: Tolerance | undefined): Tree {
  if (expressionEntry.test(text)) {
    try {
      return readExpression(text).tree;
    } catch (cause) {
      if (!(cause instanceof PhraseError)) throw cause;
      throw inList(name, cause);
    }
  }
  const written = text.normalize('NFKC').trim();
  try {
    readExpression(`"${written.replaceAll(/["\\]/g, '')}"`);
  } catch (cause) {
    if (cause instanceof PhraseError) throw inList(name, cause);
    throw cause;
  }
  return tolerant === undefined ? { kind: 'phrase', text: written } : { kind: 'phrase', text: written, tolerant };
}

function inList(name: string, error: PhraseError): PhraseError {
  return new PhraseError({
    code: error.code,
    line: error.line,
    column: error.column,
    endColumn: error.endColumn,
    expected: error.expected,
    meant: error.meant,
    text: { zh: `词表 @${name} 的词条：${error.text.zh}`, en: `an entry of @${name}: ${error.text.en}` },
  });
}

/**
 * How many phrases an expression has after its lists are expanded. Throws for a list that is missing, empty or circles,
 * and over the limit.
 */
export function phrasesAfterExpansion(tree: Tree, lists: ListSet, placeOf: PlaceOf = () => undefined): number {
  const known = new Map<string, number>();
  const opened: string[] = [];

  const ofList = (name: string, at: ReturnType<PlaceOf>): number => {
    const place = at ?? nowhere;
    const before = known.get(name);
    if (before !== undefined) return before;
    if (opened.includes(name)) {
      return fail({
        code: 'list.circle',
        span: place,
        expected: grammarWords.listOpen,
        meant: undefined,
        found: { zh: `词表 @${name} 包含它自己`, en: `the list @${name} contains itself` },
      });
    }
    const entries = entriesOf(lists, name);
    if (entries === undefined) return missing(name, lists, place);
    if (entries.length === 0) {
      return fail({
        code: 'list.empty',
        span: place,
        expected: grammarWords.listFilled,
        meant: undefined,
        found: { zh: `词表 @${name} 是空的`, en: `the list @${name} is empty` },
      });
    }
    opened.push(name);
    let sum = 0;
    for (const entry of readEntries(lists, name, undefined)) sum += of(entry.tree, place);
    opened.pop();
    known.set(name, sum);
    return sum;
  };

  const of = (node: Tree, inherited?: ReturnType<PlaceOf>): number => {
    const place = placeOf(node) ?? inherited;
    if (node.kind === 'phrase') return 1;
    if (node.kind === 'list') return ofList(node.name, place);
    let sum = 0;
    for (const part of partsOf(node)) {
      sum += of(part, place);
      if (sum > limits.phrases) {
        fail({
          code: 'limit.phrases',
          span: place ?? nowhere,
          expected: grammarWords.phraseLimit,
          meant: undefined,
          found: { zh: '短语太多', en: 'too many phrases' },
        });
      }
    }
    return sum;
  };

  const sum = of(tree);
  if (sum > limits.phrases) {
    fail({
      code: 'limit.phrases',
      span: placeOf(tree) ?? nowhere,
      expected: grammarWords.phraseLimit,
      meant: undefined,
      found: { zh: '短语太多', en: 'too many phrases' },
    });
  }
  return sum;
}

function missing(name: string, lists: ListSet, span: { line: number; column: number; endColumn: number }): never {
  const names = Object.keys(lists);
  const near = names.find((each) => each.toLowerCase() === name.toLowerCase()) ?? names.find((each) => close(each, name));
  return fail({
    code: 'list.missing',
    span,
    expected: grammarWords.listKnown,
    meant: near === undefined ? undefined : `@${near}`,
    found: { zh: `没有词表 @${name}`, en: `there is no list @${name}` },
  });
}

/** Same but for one letter added, lost or a plural. */
function close(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  return short.slice(at) === long.slice(at + 1) || short.slice(at + 1) === long.slice(at + 1);
}

/** The direct parts of a node, left to right. */
export function partsOf(tree: Tree): readonly Tree[] {
  switch (tree.kind) {
    case 'or':
    case 'and':
      return tree.parts;
    case 'not':
    case 'pick':
    case 'scoped':
    case 'count':
    case 'kinds':
      return [tree.of];
    case 'join':
      return [tree.first, ...tree.rest.map((step) => step.part)];
    case 'outside':
      return [tree.first, ...tree.rest];
    case 'notjoin':
      return [tree.left, tree.right];
    default:
      return [];
  }
}
