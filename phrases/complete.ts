import type { BilingualText } from '../services/kernel/index.ts';
import type { Expected } from './expression-reader.ts';
import type { TokenKind } from './lexer.ts';
import type { ListSet } from './lists.ts';
import { expectedAtEnd } from './parser.ts';
import { SourceText } from './source-text.ts';
import { classNames, type MeterName, type Unit } from './tree.ts';
import { unitWords } from './words-of-grammar.ts';

export interface CompletionOptions {
  readonly lists?: ListSet;
  /** Keywords of this language come first; those of the other are offered once they are typed. */
  readonly language?: 'zh' | 'en';
}

export interface Completion {
  /** What to put in place of the text from `from` to `to`. */
  readonly text: string;
  readonly kind: 'phrase' | 'operator' | 'scope' | 'list' | 'class' | 'measure' | 'count' | 'unit' | 'punctuation';
  /** Code units of the text, as in a text field's selection. */
  readonly from: number;
  readonly to: number;
  readonly meaning: BilingualText;
}

type Offer = Omit<Completion, 'from' | 'to'> & { readonly language?: 'zh' | 'en' };

/** A word that is being typed: it is replaced, not added to. */
const unfinished = /(?:[@#][\p{L}\p{M}〇0-9_-]*|[\p{L}\p{M}〇][\p{L}\p{M}〇0-9]*)$/u;

/**
 * What can be written at a cursor (code units) so that the expression can still be finished. Nothing inside quotes, and nothing
 * where the text before the cursor is already wrong.
 */
export function completeExpression(text: string, cursor: number, options: CompletionOptions = {}): readonly Completion[] {
  const before = text.slice(0, cursor);
  const word = /[前后]\d+$/u.test(before) ? '' : (unfinished.exec(before)?.[0] ?? '');
  const from = before.length - word.length;
  const expected = expectedAtEnd(new SourceText(before.slice(0, from)));
  const language = options.language ?? (/\p{Script=Han}/u.test(before) ? 'zh' : 'en');
  const typed = word.normalize('NFKC').toLowerCase();
  // A word right behind a digit is read as its unit; with a space between only if it is one.
  const behindDigit = /\d(\s*)$/u.exec(before.slice(0, from).normalize('NFKC'));
  const isNext = (offer: Offer): boolean => {
    const leading = /^[\p{L}\p{M}]+/u.exec(offer.text)?.[0];
    if (behindDigit !== null && offer.kind !== 'unit' && leading !== undefined) {
      if (behindDigit[1] === '' || unitWords.has(leading)) return false;
    }
    if (typed !== '') return offer.text.toLowerCase().startsWith(typed) && offer.text.toLowerCase() !== typed;
    return offer.language === undefined || offer.language === language;
  };
  return offersFor(expected, options.lists ?? {})
    .filter(isNext)
    .sort((a, b) => rank(a, language) - rank(b, language))
    .map(({ text: offered, kind, meaning }) => ({ text: offered, kind, from, to: cursor, meaning }));
}

function rank(offer: Offer, language: 'zh' | 'en'): number {
  return offer.language === undefined || offer.language === language ? 0 : 1;
}

function offersFor(expected: Expected, lists: ListSet): readonly Offer[] {
  const asked = (kind: TokenKind): boolean => expected.kinds.has(kind);
  const offers: Offer[] = [];
  const primary = asked('string');
  if (primary) offers.push({ text: '"', kind: 'phrase', meaning: { zh: '原话', en: 'the words said' } });
  if (asked('~')) offers.push({ text: '~"', kind: 'phrase', meaning: { zh: '听起来像的话', en: 'what sounds like it' } });
  if (asked('list')) {
    for (const name of Object.keys(lists).sort()) {
      offers.push({ text: `@${name}`, kind: 'list', meaning: { zh: '词表', en: 'a list' } });
    }
  }
  if (asked('class'))
    for (const name of classNames) offers.push({ text: `#${name}`, kind: 'class', meaning: classMeanings[name] });
  if (asked('speaker')) offers.push(...speakerOffers(primary));
  if (asked('end')) offers.push(...endOffers);
  if (asked('meter')) offers.push(...meterOffers(primary));
  if (asked('count')) offers.push(...countOffers);
  for (const [kind, each] of operatorOffers) if (asked(kind)) offers.push(...each);
  if (asked('join') && asked('not')) offers.push(...notJoinOffers);
  if (asked('compare')) {
    for (const text of ['>', '>=', '<', '<=', '='])
      offers.push({ text, kind: 'punctuation', meaning: { zh: '比较', en: 'compare' } });
  }
  if (asked('unit')) offers.push(...unitOffers(expected.units));
  for (const text of ['(', ')', ':', '/'] as const) {
    if (asked(text)) offers.push({ text, kind: 'punctuation', meaning: punctuationMeanings[text] });
  }
  return offers;
}

const punctuationMeanings = {
  '(': { zh: '左括号', en: 'opening bracket' },
  ')': { zh: '右括号', en: 'closing bracket' },
  ':': { zh: '范围到此', en: 'end of the scope' },
  '/': { zh: '距离或比值', en: 'distance or ratio' },
} as const;

export const classMeanings = {
  number: { zh: '数字', en: 'a number' },
  percent: { zh: '百分比', en: 'a percentage' },
  money: { zh: '金额', en: 'an amount of money' },
  date: { zh: '日期', en: 'a date' },
  phone: { zh: '电话号码', en: 'a telephone number' },
  card: { zh: '卡号', en: 'a card number' },
  idcard: { zh: '身份证号', en: 'an identity number' },
  affirm: { zh: '肯定的回答', en: 'a yes' },
  negate: { zh: '否定的回答', en: 'a no' },
  question: { zh: '问句', en: 'a question' },
} as const satisfies Record<(typeof classNames)[number], BilingualText>;

/** An offer in each language with one meaning. */
function both(kind: Offer['kind'], en: string, zh: string, meaning: BilingualText): readonly Offer[] {
  return [
    { text: en, kind, meaning, language: 'en' },
    { text: zh, kind, meaning, language: 'zh' },
  ];
}

function speakerOffers(scope: boolean): readonly Offer[] {
  const colon = scope ? ':' : '';
  return [
    ...both('scope', `agent${colon}`, `坐席${colon}`, { zh: '坐席说的', en: 'said by the agent' }),
    ...both('scope', `customer${colon}`, `客户${colon}`, { zh: '客户说的', en: 'said by the customer' }),
    ...both('scope', `anyone${colon}`, `任何人${colon}`, { zh: '谁说的都算', en: 'whoever says it' }),
  ];
}

const endOffers: readonly Offer[] = [
  ...both('scope', 'first 20s:', '前20秒:', { zh: '开头 20 秒内', en: 'in the first 20 seconds' }),
  ...both('scope', 'last 20s:', '后20秒:', { zh: '最后 20 秒内', en: 'in the last 20 seconds' }),
  ...both('operator', 'first', '首次', { zh: '最早的一次', en: 'the earliest hit' }),
  ...both('operator', 'last', '末次', { zh: '最晚的一次', en: 'the latest hit' }),
];

const meterNames: readonly (readonly [MeterName, string, BilingualText, 'event' | 'value', boolean])[] = [
  ['silence', '静默', { zh: '无人说话的一段', en: 'a stretch in which nobody speaks' }, 'event', false],
  ['hold', '保持', { zh: '等待音乐', en: 'music on hold' }, 'event', false],
  ['response', '应答', { zh: '多久才回应', en: 'the delay before an answer' }, 'event', true],
  ['overtalk', '抢话', { zh: '对方说话时开口', en: 'starting while the other speaks' }, 'event', true],
  ['pace', '语速', { zh: '一轮的语速', en: 'the pace of one turn' }, 'event', true],
  ['rate', '平均语速', { zh: '全通语速', en: 'the pace over the call' }, 'value', true],
  ['talk', '通话占比', { zh: '说话占比', en: 'the share of talk' }, 'value', true],
  ['turns', '话轮数', { zh: '话轮数', en: 'how many turns' }, 'value', true],
  ['words', '字数', { zh: '字数', en: 'how many words' }, 'value', true],
  ['length', '时长', { zh: '通话时长', en: 'how long the call is' }, 'value', false],
];

function meterOffers(eventsToo: boolean): readonly Offer[] {
  return meterNames
    .filter(([, , , type]) => eventsToo || type === 'value')
    .flatMap(([en, zh, meaning, , spoken]) =>
      both('measure', spoken ? `${en}(agent) >` : `${en} >`, spoken ? `${zh}(坐席) >` : `${zh} >`, meaning),
    );
}

const countOffers: readonly Offer[] = [
  ...both('count', 'count(', '次数(', { zh: '出现几次', en: 'how often it is heard' }),
  ...both('count', 'kinds(', '种数(', { zh: '出现几种', en: 'how many different ones are heard' }),
];

const operatorOffers: readonly (readonly [TokenKind, readonly Offer[]])[] = [
  ['and', both('operator', 'and', '且', { zh: '两者都有', en: 'both' })],
  ['or', both('operator', 'or', '或', { zh: '其中之一', en: 'either' })],
  ['not', both('operator', 'not', '非', { zh: '没有', en: 'not there' })],
  [
    'join',
    [
      ...both('operator', 'before', '之前', { zh: '先于', en: 'starts earlier' }),
      ...both('operator', 'after', '之后', { zh: '后于', en: 'starts later' }),
      ...both('operator', 'near', '附近', { zh: '相距不远', en: 'not far from' }),
    ],
  ],
  ['outside', both('operator', 'outside', '之外', { zh: '不在其中', en: 'not inside' })],
];

const notJoinOffers: readonly Offer[] = [
  ...both('operator', 'not near', '非 附近', { zh: '附近没有', en: 'with none near it' }),
  ...both('operator', 'not before', '非 之前', { zh: '其后没有', en: 'with none after it' }),
  ...both('operator', 'not after', '非 之后', { zh: '其前没有', en: 'with none before it' }),
];

function unitOffers(units: readonly (Unit | undefined)[]): readonly Offer[] {
  const names: Readonly<Record<Unit, readonly [string, string, BilingualText]>> = {
    s: ['s', '秒', { zh: '秒', en: 'seconds' }],
    min: ['min', '分钟', { zh: '分钟', en: 'minutes' }],
    ms: ['ms', '毫秒', { zh: '毫秒', en: 'milliseconds' }],
    '%': ['%', '%', { zh: '百分比', en: 'per cent' }],
    words: ['words', '字', { zh: '字（英文词、整数也算一个）', en: 'words (a Han character or a whole number is one)' }],
    turns: ['turns', '轮', { zh: '话轮', en: 'turns' }],
    cpm: ['cpm', 'cpm', { zh: '字每分钟', en: 'characters a minute' }],
    wpm: ['wpm', 'wpm', { zh: '英文词每分钟', en: 'English words a minute' }],
  };
  return units
    .filter((unit) => unit !== undefined)
    .flatMap((unit) => {
      const [en, zh, meaning] = names[unit];
      return en === zh ? [{ text: en, kind: 'unit' as const, meaning }] : both('unit', en, zh, meaning);
    });
}
