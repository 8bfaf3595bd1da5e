import type { BilingualText } from '../services/kernel/index.ts';
import { limits } from './limits.ts';
import { PhraseError } from './phrase-error.ts';
import type { SourceSpan } from './source-text.ts';
import { classNames, type Unit } from './tree.ts';

/** Edits of the text as typed that make an expression of it. */
export type Repair = readonly { readonly start: number; readonly end: number; readonly text: string }[];

/** The edit that puts `text` in the place of normalised characters `start` to before `end`. */
export function edit(start: number, end: number, text: string): Repair[number] {
  return { start, end, text };
}

const unitNames = 's, min, ms, %, words, turns, cpm, wpm, 秒, 分钟, 毫秒, 字, 词, 轮';

/** What the grammar asks for, in words. */
export const grammarWords = {
  part: {
    zh: '短语、@词表、#类别、指标、count(…) 或括号',
    en: 'a phrase, an @list, a #class, a measure, count(…) or brackets',
  },
  partOrOperator: {
    zh: '短语、运算词（and or not before after near outside）或结尾',
    en: 'a phrase, an operator (and or not before after near outside) or the end',
  },
  partAfterUnit: {
    zh: '单位之后还要有短语；若它就是要找的词，请加引号',
    en: 'a phrase after the unit; quotes if the word itself is what to look for',
  },
  place: {
    zh: '有位置的内容：短语、词表、类别、事件、另一条链，或它们的 or',
    en: 'a place: a phrase, a list, a class, an event, another chain, or an or of these',
  },
  countable: {
    zh: '可以计数的内容：短语、词表、类别、事件或链',
    en: 'what can be counted: phrases, lists, classes, events or chains',
  },
  words: { zh: '至少一个词', en: 'at least one word' },
  brackets: {
    zh: '一条链只用一种运算词，混用要加括号',
    en: 'one operator a chain; brackets where two are mixed',
  },
  colon: { zh: '冒号 “:”', en: 'a colon ":"' },
  open: { zh: '左括号 “(”', en: 'an opening bracket "("' },
  close: { zh: '右括号 “)”', en: 'a closing bracket ")"' },
  quote: { zh: '结束的引号', en: 'a closing quote' },
  compare: { zh: '比较符 > >= < <= =', en: 'a comparison > >= < <= =' },
  number: { zh: '数字', en: 'a number' },
  shortNumber: { zh: '不超过九位整数、六位小数的数字', en: 'a number of at most nine digits and six decimals' },
  whole: { zh: '整数', en: 'a whole number' },
  floor: { zh: '0.50 到 0.99 的相似度', en: 'a floor from 0.50 to 0.99' },
  tolerantPhrase: { zh: '~ 之后是短语或 @词表', en: 'a phrase or an @list after ~' },
  unit: { zh: `单位 ${unitNames}`, en: `a unit: ${unitNames}` },
  distance: { zh: '距离单位：秒、毫秒、分钟、字或轮', en: 'a distance in s, min, ms, words or turns' },
  scopeUnit: { zh: '数字后的单位：秒、毫秒、分钟、%、字或轮', en: 'a unit after the number: s, min, ms, %, words or turns' },
  meter: {
    zh: '指标 silence hold response overtalk pace rate talk turns words length',
    en: 'a measure: silence hold response overtalk pace rate talk turns words length',
  },
  valueMeter: { zh: '全通数值 rate talk turns words length', en: 'values of the whole call: rate talk turns words length' },
  noSpeaker: { zh: '这个指标不分说话人', en: 'no speaker: this measure belongs to the call' },
  speaker: { zh: 'agent、customer 或 anyone', en: 'agent, customer or anyone' },
  scope: {
    zh: '范围：坐席 客户 任何人，或 前20秒 后3轮',
    en: 'a scope: agent, customer, anyone, or first 20s, last 3turns',
  },
  className: { zh: `类别 ${classNames.join(' ')}`, en: `a class: ${classNames.join(' ')}` },
  classes: classNames as readonly string[],
  listName: { zh: '@ 之后是词表名（字母或汉字开头）', en: 'a list name after @, beginning with a letter or a Han character' },
  listKnown: { zh: '已有的词表', en: 'a list that exists' },
  listOpen: { zh: '不互相包含的词表', en: 'lists that do not contain themselves' },
  listFilled: { zh: '至少有一个词条的词表', en: 'a list with at least one entry' },
  phraseLimit: {
    zh: `词表展开后不超过 ${limits.phrases} 个短语`,
    en: `at most ${limits.phrases} phrases after lists are expanded`,
  },
  depthLimit: { zh: `嵌套不超过 ${limits.depth} 层`, en: `at most ${limits.depth} levels of nesting` },
  unitsOf(units: readonly (Unit | undefined)[]): BilingualText {
    const named = units.filter((unit) => unit !== undefined);
    const bare = units.includes(undefined);
    if (named.length === 0) return { zh: '不带单位的数字', en: 'a number without a unit' };
    return {
      zh: `单位 ${named.join('、')}${bare ? '，或不带单位' : ''}`,
      en: `the unit ${named.join(' or ')}${bare ? ', or none' : ''}`,
    };
  },
} as const;

/** What stood there instead. */
export function foundText(text: string): BilingualText {
  if (text === '') return { zh: '表达式在这里结束', en: 'the expression ends here' };
  const short = Array.from(text).length > 24 ? `${Array.from(text).slice(0, 24).join('')}…` : text;
  return { zh: `这里是 ${short}`, en: `here stands ${short}` };
}

/** Throws the error for one place of an expression. */
export function fail(details: {
  readonly code: string;
  readonly span: Pick<SourceSpan, 'line' | 'column' | 'endColumn'>;
  readonly expected: BilingualText;
  readonly found: BilingualText;
  readonly meant: string | undefined;
}): never {
  const { code, span, expected, found, meant } = details;
  throw new PhraseError({
    code,
    line: span.line,
    column: span.column,
    endColumn: span.endColumn,
    expected,
    meant,
    text: {
      zh: `第 ${span.line} 行第 ${span.column} 列：${found.zh}；这里应为${expected.zh}。${meant === undefined ? '' : `是否想写：${meant}`}`,
      en: `line ${span.line}, column ${span.column}: ${found.en}; expected ${expected.en}.${meant === undefined ? '' : ` Did you mean: ${meant}`}`,
    },
  });
}
