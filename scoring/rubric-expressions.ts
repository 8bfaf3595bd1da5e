import type { BilingualText } from '../services/kernel/index.ts';
import { type ListSet, parseExpression, PhraseError, type Tree } from '../phrases/index.ts';
import type { Say } from './read-rubric.ts';
import type { ExpressionFile, RubricFile } from './rubric-file.ts';
import { pathText } from './rubric-problem.ts';
import type { Expression, Wording } from './rubric.ts';
import type { Path } from './yaml-source.ts';

/** The expressions of a file, read. */
export interface ExpressionReader {
  /** The expression at a path; undefined where there is none. */
  read(path: Path): Expression | undefined;
  /** The rubric's own lists, and the shared ones that its expressions name, directly or through another list. */
  usedLists(): Readonly<Record<string, readonly string[]>>;
}

type Lists = Readonly<Record<string, readonly string[]>>;

/** Parses every expression of the file, with its own lists over the shared ones, and says where one cannot be read. */
export function checkExpressions(file: RubricFile, shared: Lists, say: Say): ExpressionReader {
  const own = file.lists ?? {};
  const lists = checkLists(own, shared, say);
  const expressions = new Map<string, Expression>();
  const named = new Set<string>();
  for (const [path, value] of expressionsOf(file)) {
    const read = (text: string, at: Path): Wording | undefined => {
      const problem = problemWith(text, lists);
      if (problem !== undefined) {
        say(at, sentence(problem), problem);
        return undefined;
      }
      const { tree } = parseExpression(text);
      for (const name of listNames(tree)) named.add(name);
      return { text, tree };
    };
    if (typeof value === 'string') {
      const any = read(value, path);
      if (any !== undefined) expressions.set(pathText(path), { any });
      continue;
    }
    if (value.zh === undefined && value.en === undefined) {
      say(path, { zh: '至少写一种语言的表达式', en: 'give the expression in at least one language' });
      continue;
    }
    const zh = value.zh === undefined ? undefined : read(value.zh, [...path, 'zh']);
    const en = value.en === undefined ? undefined : read(value.en, [...path, 'en']);
    expressions.set(pathText(path), { ...(zh === undefined ? {} : { zh }), ...(en === undefined ? {} : { en }) });
  }
  return {
    read: (path) => expressions.get(pathText(path)),
    usedLists: () => {
      const all: Lists = { ...shared, ...own };
      const used = reachable(all, [...named, ...Object.keys(own)]);
      return Object.fromEntries([...used].sort().map((name) => [name, all[name] ?? []]));
    },
  };
}

/** Reads every entry of the rubric's lists. One that cannot be read is said once, here, and is left out of what is checked after. */
function checkLists(own: Lists, shared: Lists, say: Say): ListSet {
  const all: Record<string, readonly string[]> = { ...shared };
  for (const [name, entries] of Object.entries(own)) {
    const good = entries.filter((entry, index) =>
      entryReads(entry, (error, inside) => say(['lists', name, index], sentence(error), inside)),
    );
    all[name] = good.length > 0 ? good : ['plumbline'];
  }
  const listed: ListSet = { ...all };
  for (const name of Object.keys(own)) {
    const problem = problemWith(`@${name}`, listed);
    if (problem !== undefined) {
      say(['lists', name], sentence(problem), 'key');
      all[name] = ['plumbline'];
    }
  }
  return all;
}

type Inside = { readonly line: number; readonly column: number } | undefined;

function entryReads(entry: string, say: (error: PhraseError, inside: Inside) => void): boolean {
  const expression = opensExpression.test(entry);
  const problem = problemWith(expression ? entry : `"${entry.replaceAll(/["\\]/g, '')}"`, undefined);
  if (problem !== undefined) say(problem, expression ? problem : undefined);
  return problem === undefined;
}

const opensExpression = /^\s*[~～@＠#＃"“”「」＂]/u;

function problemWith(text: string, lists: ListSet | undefined): PhraseError | undefined {
  try {
    parseExpression(text, lists === undefined ? {} : { lists });
    return undefined;
  } catch (error) {
    if (error instanceof PhraseError) return error;
    throw error;
  }
}

/** The sentence of a phrase error without its place: the place that counts is the one in the file. */
function sentence(error: PhraseError): BilingualText {
  return {
    zh: error.text.zh.replace(/^第 ?\d+ ?行[，,]? ?第 ?\d+ ?列[：:] ?/, ''),
    en: error.text.en.replace(/^line \d+, column \d+: /, ''),
  };
}

/** Every list that these lead to, themselves included. */
function reachable(lists: Lists, names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name) || !Object.hasOwn(lists, name)) continue;
    seen.add(name);
    for (const entry of lists[name] ?? []) {
      if (opensExpression.test(entry) && problemWith(entry, undefined) === undefined)
        open.push(...listNames(parseExpression(entry).tree));
    }
  }
  return seen;
}

/** The lists that an expression names itself. */
function listNames(tree: Tree): readonly string[] {
  switch (tree.kind) {
    case 'list':
      return [tree.name];
    case 'or':
    case 'and':
      return tree.parts.flatMap(listNames);
    case 'not':
    case 'pick':
    case 'scoped':
    case 'count':
    case 'kinds':
      return listNames(tree.of);
    case 'join':
      return [tree.first, ...tree.rest.map(({ part }) => part)].flatMap(listNames);
    case 'outside':
      return [tree.first, ...tree.rest].flatMap(listNames);
    case 'notjoin':
      return [tree.left, tree.right].flatMap(listNames);
    default:
      return [];
  }
}

/** Every expression of a file with its path. */
function* expressionsOf(file: RubricFile): Generator<readonly [Path, ExpressionFile]> {
  for (const [index, section] of file.sections.entries()) {
    for (const [at, criterion] of section.criteria.entries()) {
      for (const field of ['applies_when', 'met_when', 'unmet_when', 'must_come_before'] as const) {
        const value = criterion[field];
        if (value !== undefined) yield [['sections', index, 'criteria', at, field], value];
      }
    }
  }
  for (const [name, script] of Object.entries(file.scripts ?? {})) {
    for (const [index, step] of script.steps.entries()) {
      if (step.heard_when !== undefined) yield [['scripts', name, 'steps', index, 'heard_when'], step.heard_when];
    }
  }
}
