import { isAlias, isMap, isNode, isPair, isScalar, type Node, parseDocument, type Scalar, visit, type YAMLError } from 'yaml';
import type { BilingualText } from '../services/kernel/index.ts';

export type Path = readonly (string | number)[];

/** Lines and columns count from 1; columns in code points. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlProblem extends Place {
  readonly text: BilingualText;
}

const mostAliases = 200;
const aliasText: BilingualText = {
  zh: '这个引用（*）没有对应的锚点（&），或者引用了它自己，或者引用太多',
  en: 'this alias (*) has no anchor (&) before it, lies in what it stands for, or is one of too many',
};

/** A YAML text with the place of everything in it. */
export class YamlSource {
  readonly #text: string;
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #value: unknown;
  readonly problems: readonly YamlProblem[];

  constructor(text: string) {
    this.#text = text;
    this.#document = parseDocument(text, { prettyErrors: false, uniqueKeys: true, strict: true });
    const broken = this.#document.errors.map((error) => ({ ...this.#at(error.pos[0]), text: textOf(error) }));
    this.problems = broken.length > 0 ? broken : this.#aliasProblems();
    this.#value = this.problems.length > 0 ? undefined : (this.#document.toJS({ maxAliasCount: -1 }) as unknown);
  }

  /** The value as plain data, aliases resolved; undefined where there are problems. */
  value(): unknown {
    return this.#value;
  }

  /** An alias stands for something that is given before it, and not for what it lies in; there are not many. */
  #aliasProblems(): readonly YamlProblem[] {
    const problems: YamlProblem[] = [];
    let count = 0;
    visit(this.#document, {
      Alias: (_, alias, path) => {
        const meant = alias.resolve(this.#document);
        count += 1;
        if (meant === undefined || path.includes(meant) || count > mostAliases)
          problems.push({ ...this.#at(alias.range?.[0] ?? 0), text: aliasText });
      },
    });
    return problems;
  }

  /** Where the value at a path begins; where there is none, what would hold it. */
  place(path: Path): Place {
    const node = this.#deepest(path);
    return this.#at(node?.range?.[0] ?? 0);
  }

  /** Where the key of a mapping stands; its value's place when it is not found. */
  keyPlace(path: Path): Place {
    const key = path.at(-1);
    const map = this.#node(path.slice(0, -1));
    if (isMap(map)) {
      const pair = map.items.find((each) => isPair(each) && isScalar(each.key) && String(each.key.value) === String(key));
      if (pair !== undefined && isNode(pair.key)) return this.#at(pair.key.range?.[0] ?? 0);
    }
    return this.place(path);
  }

  /** The place of a line and column inside a text value, as the file shows it. */
  placeInside(path: Path, line: number, column: number): Place {
    const node = this.#node(path);
    const start = node?.range?.[0];
    if (!isScalar(node) || start === undefined || typeof node.value !== 'string') return this.place(path);
    const offset = offsetInside(this.#text, node as Scalar<string>, start, line, column);
    return offset === undefined ? this.place(path) : this.#at(offset);
  }

  #node(path: Path): Node | undefined {
    let node: unknown = this.#document.contents;
    for (const part of path) {
      if (isAlias(node)) node = node.resolve(this.#document);
      if (!isNode(node) || !('get' in node)) return undefined;
      node = (node as { get(key: unknown, keep: true): unknown }).get(part, true);
    }
    return isNode(node) ? node : undefined;
  }

  #deepest(path: Path): Node | undefined {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = this.#node(path.slice(0, length));
      if (node !== undefined) return node;
    }
    return undefined;
  }

  /** Counted here: the parser's own counter stops where it stops reading. */
  #at(offset: number): Place {
    const before = this.#text.slice(0, offset);
    const from = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: Array.from(before.slice(from)).length + 1 };
  }
}

/** Offset in the file of a code point inside a scalar; undefined where the scalar's form hides it. */
function offsetInside(text: string, node: Scalar<string>, start: number, line: number, column: number): number | undefined {
  if (node.type === 'BLOCK_LITERAL') {
    const lines = text.slice(start).split('\n');
    const written = lines[line];
    const meant = node.value.split('\n')[line - 1];
    if (written === undefined || meant === undefined) return undefined;
    const indent = written.indexOf(meant);
    const before = lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0);
    return (
      start +
      before +
      Math.max(0, indent) +
      Array.from(meant)
        .slice(0, column - 1)
        .join('').length
    );
  }
  if (line !== 1 || node.type === 'BLOCK_FOLDED') return undefined;
  let at = node.type === 'PLAIN' ? start : start + 1;
  for (let left = column - 1; left > 0; left -= 1) {
    if (at >= (node.range?.[1] ?? at)) return undefined;
    if (text[at] === '\n') return undefined;
    if (node.type === 'QUOTE_SINGLE' && text.startsWith("''", at)) at += 2;
    else if (node.type === 'QUOTE_DOUBLE' && text[at] === '\\') at += escapeLength(text[at + 1]);
    else at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}

function escapeLength(letter: string | undefined): number {
  return letter === 'x' ? 4 : letter === 'u' ? 6 : letter === 'U' ? 10 : 2;
}

const sentences: Readonly<Record<string, BilingualText>> = {
  DUPLICATE_KEY: { zh: '同一个键写了两次', en: 'this key is given twice' },
  BAD_INDENT: { zh: '缩进不对：同一层的内容要对齐', en: 'the indentation is off: entries of one level start in the same column' },
  TAB_AS_INDENT: { zh: '缩进只能用空格，不能用制表符', en: 'indent with spaces, not with tabs' },
  MISSING_CHAR: {
    zh: '少了一个字符：引号、括号或冒号没有写完',
    en: 'a character is missing: a quote, bracket or colon is not closed',
  },
  BLOCK_IN_FLOW: { zh: '方括号或花括号没有写完', en: 'a bracket or brace is not closed' },
  MULTILINE_IMPLICIT_KEY: {
    zh: '键要写在一行里；可能是上一行少了引号',
    en: 'a key stands on one line; a quote may be missing above',
  },
  IMPOSSIBLE: { zh: '这里读不懂', en: 'this cannot be read' },
};

/** YAML's own messages quote the file; ours do not. */
function textOf(error: YAMLError): BilingualText {
  return (
    sentences[error.code] ?? {
      zh: '这不是有效的 YAML；含有冒号、井号、@ 或引号的文字要放在引号里',
      en: 'this is no valid YAML; text with a colon, #, @ or quotes in it belongs in quotes',
    }
  );
}
