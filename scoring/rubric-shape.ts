import type { z } from 'zod';
import type { BilingualText } from '../services/kernel/index.ts';
import { rubricFileSchema, type RubricFile, rubricJsonSchema } from './rubric-file.ts';
import { nearest, pathText, type RubricProblem } from './rubric-problem.ts';
import type { Path, YamlSource } from './yaml-source.ts';

export interface Shaped {
  /** What could be read once the parts with problems were left out; undefined when nothing sensible remains. */
  readonly file: RubricFile | undefined;
  readonly problems: readonly RubricProblem[];
  /** Where something of `file` stands in the text. */
  origin(path: Path): Path;
  /** Whether a part of this was left out: then nothing more can be said about it. */
  cut(path: Path): boolean;
}

/** Checks the shape of a rubric file, and goes on with the rest of it when a part is wrong, so that all problems show at once. */
export function shapeRubric(source: YamlSource): Shaped {
  const value = structuredClone(source.value());
  const problems: RubricProblem[] = [];
  const left: Path[] = [];
  const shape = (file: RubricFile | undefined): Shaped => ({
    file,
    problems,
    origin: (path) => originOf(left, path),
    cut: (path) => left.some((each) => startsWith(each, path)),
  });
  for (let round = 0; round < 10; round += 1) {
    const result = rubricFileSchema.safeParse(value);
    if (result.success) return shape(result.data);
    if (round === 0) problems.push(...result.error.issues.flatMap((issue) => problemsOf(issue, source, value)));
    const away = outermost(result.error.issues.flatMap(pathsOf).map((path) => present(value, path)));
    if (away.some((path) => path.length === 0)) break;
    for (const path of away) {
      left.push(originOf(left, path));
      remove(value, path);
    }
  }
  return shape(undefined);
}

type Issue = z.core.$ZodIssue;

function pathsOf(issue: Issue): readonly Path[] {
  const path = issue.path as Path;
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
}

function problemsOf(issue: Issue, source: YamlSource, value: unknown): readonly RubricProblem[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...source.keyPlace([...path, key]),
      path: pathText([...path, key]),
      text: unknownKey(key, knownKeys(path)),
    }));
  }
  const place = issue.code === 'invalid_key' ? source.keyPlace(path) : source.place(path);
  return [{ ...place, path: pathText(path), text: sentenceOf(issue, valueAt(value, path)) }];
}

function unknownKey(key: string, known: readonly string[]): BilingualText {
  const near = nearest(key, known);
  return {
    zh: `没有名为 ${key} 的字段${near === undefined ? '' : `，是不是要写 ${near}？`}`,
    en: `there is no field ${key} here${near === undefined ? '' : `; did you mean ${near}?`}`,
  };
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | false;
  readonly anyOf?: readonly SchemaNode[];
}

/** The fields that a mapping of the file may have. */
function knownKeys(path: Path): readonly string[] {
  let nodes: readonly SchemaNode[] = [rubricJsonSchema()];
  for (const part of path) nodes = nodes.flatMap((node) => childrenOf(node, part));
  return nodes.flatMap((node) => [node, ...(node.anyOf ?? [])]).flatMap(({ properties }) => Object.keys(properties ?? {}));
}

function childrenOf(node: SchemaNode, part: string | number): readonly SchemaNode[] {
  const forms = [node, ...(node.anyOf ?? [])];
  return forms.flatMap((form) => {
    if (typeof part === 'number') return form.items === undefined ? [] : [form.items];
    const named = form.properties?.[part] ?? (form.additionalProperties === false ? undefined : form.additionalProperties);
    return named === undefined ? [] : [named];
  });
}

const kinds: Readonly<Record<string, BilingualText>> = {
  string: { zh: '文字（数字开头或含符号时请加引号）', en: 'a text (in quotes where it could be read as a number)' },
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: 'true 或 false', en: 'true or false' },
  array: { zh: '列表', en: 'a list' },
  object: { zh: '一组字段', en: 'a group of fields' },
  record: { zh: '一组字段', en: 'a group of fields' },
};

const formats: Readonly<Record<string, BilingualText>> = {
  id: {
    zh: '名称只能用小写字母、数字、- 和 _，并以字母或数字开头',
    en: 'a name has lower case letters, digits, - and _, and begins with a letter or digit',
  },
  list: {
    zh: '词表名以字母或汉字开头，只能含字母、汉字、数字、- 和 _',
    en: 'the name of a list begins with a letter and has letters, digits, - and _',
  },
  decimals: { zh: '最多四位小数', en: 'at most four decimals' },
  duration: { zh: '要写成 30s、2min、30秒 这样的时长', en: 'a duration such as 30s or 2min is expected' },
};

/** Our own sentence for an issue: what is expected there, never what the file says. */
function sentenceOf(issue: Issue, value: unknown): BilingualText {
  if (value === undefined && issue.path.length > 0) {
    const name = String(issue.path.at(-1));
    return { zh: `缺少 ${name}`, en: `${name} is missing` };
  }
  switch (issue.code) {
    case 'invalid_type':
      return expected(kinds[issue.expected] ?? { zh: issue.expected, en: issue.expected });
    case 'invalid_value':
      return expected({ zh: issue.values.join('、'), en: `one of ${issue.values.join(', ')}` });
    case 'too_small':
    case 'too_big':
      return bound(issue);
    case 'invalid_format':
    case 'custom':
      return formats[issue.message] ?? { zh: '写法不对', en: 'this is not written as expected' };
    case 'invalid_key': {
      const name = issue.issues[0]?.message ?? '';
      return formats[name] ?? { zh: '名称不对', en: 'this is not a valid name' };
    }
    case 'invalid_union':
      return expected({ zh: '文字、列表或 { zh: …, en: … }', en: 'a text, a list or { zh: ..., en: ... }' });
    default:
      return { zh: '写法不对', en: 'this is not written as expected' };
  }
}

function expected(what: BilingualText): BilingualText {
  return { zh: `这里应为${what.zh}`, en: `${what.en} is expected here` };
}

function bound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): BilingualText {
  const counted = issue.origin === 'string' || issue.origin === 'array';
  const small = issue.code === 'too_small';
  const limit = small ? issue.minimum : issue.maximum;
  if (counted && small) return { zh: '这里不能为空', en: 'this must not be empty' };
  if (counted) return { zh: `这里太长，最多 ${limit}`, en: `this is too long: at most ${limit}` };
  return small ? { zh: `不能小于 ${limit}`, en: `at least ${limit}` } : { zh: `不能大于 ${limit}`, en: `at most ${limit}` };
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string | number, unknown>)[part];
  }
  return at;
}

function startsWith(path: Path, head: Path): boolean {
  return head.every((part, index) => path[index] === part);
}

/** What can be taken away at a path: of a missing part, what should hold it. */
function present(value: unknown, path: Path): Path {
  let at = path;
  while (at.length > 0 && valueAt(value, at) === undefined) at = at.slice(0, -1);
  return at;
}

/** Without those that lie inside another; in an order in which taking one away moves none that follows. */
function outermost(paths: readonly Path[]): readonly Path[] {
  const unique = new Map(paths.map((path) => [JSON.stringify(path), path])).values();
  const all = [...unique];
  return all
    .filter((path) => !all.some((other) => other !== path && other.length < path.length && startsWith(path, other)))
    .sort((a, b) => compare(b, a));
}

function compare(a: Path, b: Path): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const [left, right] = [a[index], b[index]];
    if (left === right) continue;
    if (typeof left === 'number' && typeof right === 'number') return left - right;
    return String(left) < String(right) ? -1 : 1;
  }
  return a.length - b.length;
}

function remove(value: unknown, path: Path): void {
  const holder = valueAt(value, path.slice(0, -1));
  if (Array.isArray(holder)) holder.splice(Number(path.at(-1)), 1);
  else if (typeof holder === 'object' && holder !== null) delete (holder as Record<string, unknown>)[String(path.at(-1))];
}

/** The place in the text of what stands at `path` now that `left` (places in the text) are gone. */
function originOf(left: readonly Path[], path: Path): Path {
  const origin: (string | number)[] = [];
  for (const part of path) {
    if (typeof part === 'string') {
      origin.push(part);
      continue;
    }
    const gone = left
      .filter((each) => each.length === origin.length + 1 && startsWith(each, origin))
      .map((each) => Number(each.at(-1)))
      .sort((a, b) => a - b);
    let index = part;
    for (const each of gone) if (each <= index) index += 1;
    origin.push(index);
  }
  return origin;
}
