/** A number as it was written or said, in the text of one turn. Offsets are code units. */
export interface NumberItem {
  readonly type: 'number';
  readonly start: number;
  readonly end: number;
  /** Its digits as they would be written; `X` for the last place of an identity number. */
  readonly digits: string;
  readonly style: 'arabic' | 'han' | 'english';
  /** How much there is of something (amount, date, time, share, ordinal), rather than digits one by one. */
  readonly quantity: 'no' | 'spelled' | 'measured';
}

/** What may stand between the digits of one number without ending it: marks, fillers, "then". */
export interface GapItem {
  readonly type: 'gap';
  readonly start: number;
  readonly end: number;
}

export interface WordItem {
  readonly type: 'word';
  readonly start: number;
  readonly end: number;
  /** The digit that recognisers are known to write as this word. */
  readonly like: string | undefined;
  /** `like`, and seldom meant as the word. */
  readonly rare: boolean;
  readonly han: boolean;
}

export type Item = NumberItem | GapItem | WordItem;

const hanDigits: Readonly<Record<string, string>> = {
  零: '0',
  〇: '0',
  '○': '0',
  一: '1',
  幺: '1',
  壹: '1',
  二: '2',
  两: '2',
  贰: '2',
  三: '3',
  叁: '3',
  四: '4',
  肆: '4',
  五: '5',
  伍: '5',
  六: '6',
  陆: '6',
  七: '7',
  柒: '7',
  八: '8',
  捌: '8',
  九: '9',
  玖: '9',
  洞: '0',
  拐: '7',
  勾: '9',
};
const hanPowers: Readonly<Record<string, number>> = {
  十: 10,
  拾: 10,
  百: 100,
  佰: 100,
  千: 1000,
  仟: 1000,
  万: 10_000,
  亿: 100_000_000,
};

/**
 * What recognisers write for a digit said alone, by sound. The first list of each is rarely a word of its own in a call; the
 * second is, and only counts between digits.
 */
const hanLikes: Readonly<Record<string, readonly [rare: string, common: string]>> = {
  0: ['铃玲灵凌', '林另领令'],
  1: ['妖油腰邀摇遥谣药衣医伊亿', '有要由又右以依已'],
  2: ['耳尔', '而儿'],
  3: ['伞叁', '山散'],
  4: ['斯肆', '是事式似死时市士世思'],
  5: ['吴舞', '无午武我物务'],
  6: ['溜牛扭柳', '流留刘'],
  7: ['柒妻棋', '期其级起气齐西'],
  8: ['巴扒芭', '吧把爸拔发'],
  9: ['酒玖', '久就旧救'],
  X: ['插', '场差茶查察'],
};
const hanLike = new Map<string, { digit: string; rare: boolean }>();
for (const [digit, [rare, common]] of Object.entries(hanLikes)) {
  for (const character of rare) hanLike.set(character, { digit, rare: true });
  for (const character of common) hanLike.set(character, { digit, rare: false });
}
const englishLike: Readonly<Record<string, string>> = {
  for: '4',
  fore: '4',
  to: '2',
  too: '2',
  won: '1',
  wan: '1',
  ate: '8',
  tree: '3',
  free: '3',
  fife: '5',
  hive: '5',
  sex: '6',
  sick: '6',
  sicks: '6',
  eights: '8',
  ones: '1',
  twos: '2',
  threes: '3',
  fours: '4',
  fives: '5',
  sixes: '6',
  sevens: '7',
  nines: '9',
  zeros: '0',
  zeroes: '0',
  own: '1',
  all: '0',
  row: '0',
  hero: '0',
  ex: 'X',
  eggs: 'X',
};

const englishUnits = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const englishTens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const englishPowers: Readonly<Record<string, number>> = {
  hundred: 100,
  thousand: 1000,
  million: 1_000_000,
  billion: 1_000_000_000,
};
const englishValues = new Map<string, number>([
  ...englishUnits.map((word, value): [string, number] => [word, value]),
  ...englishTens.flatMap((word, tens): [string, number][] => (word === '' ? [] : [[word, tens * 10]])),
  ['oh', 0],
  ['o', 0],
  ['nought', 0],
  ['naught', 0],
  ['aught', 0],
  ['fourty', 40],
]);
const multiples: Readonly<Record<string, number>> = { double: 2, triple: 3, treble: 3, quadruple: 4 };

const fillers = new Set(
  'um uh uhm er erm ah eh hm hmm mm mhm yeah ok okay so then and next dash hyphen minus slash stroke space comma like followed by double triple treble'.split(
    ' ',
  ),
);
const hanFiller = /那个|然后|就是|接着|后面|再来|空格|横杠|斜杠|杠|嗯|呃|额|啊|哦|噢|唔|哎|诶|呢|再|减/u;

// In this order: dates, times, addresses of machines, grouped and decimal amounts; digits; Chinese numerals; fillers; Latin words.
const pieces = new RegExp(
  [
    String.raw`(?<date>(?<![\d])(?:(?:19|20)\d\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])|(?:3[01]|[12]\d|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])[-/.](?:19|20)\d\d)(?![\d]))`,
    String.raw`(?<time>(?<![\d:])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d:]))`,
    String.raw`(?<machine>(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]))`,
    String.raw`(?<grouped>(?<![\d,.-])\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,2})?(?![\d,-]))`,
    String.raw`(?<decimal>(?<![\d.-])\d{1,9}\.\d{1,4}(?![\d.-]))`,
    String.raw`(?<arabic>[0-9０-９]+)`,
    String.raw`(?<repeated>[二两三四五六七八九十3-9]个[零一二三四五六七八九幺0-9](?![零一二三四五六七八九十百千万亿点个0-9]))`,
    String.raw`(?<han>[零〇○一幺壹二两贰三叁四肆五伍六陆七柒八捌九玖洞拐勾十拾百佰千仟万亿]+)`,
    `(?<filler>${hanFiller.source})`,
    String.raw`(?<latin>\p{Script=Latin}[\p{Script=Latin}'’]*)`,
    String.raw`(?<character>\p{L})`,
    String.raw`(?<mark>[^\p{L}\p{N}]+)`,
    String.raw`(?<other>.)`,
  ].join('|'),
  'gsu',
);

const unitsAfter =
  /^\s?(?:块钱|[元块毛角万千百亿]|分(?!别|期|钟)|美元|美金|港币|港元|欧元|英镑|加元|日元|人民币|厘|%|％|‰|个百分点|个|天|年|月|日|号(?![是为码])|点|时|岁|次|笔|期|折|倍|名(?!字)|位|家|层|楼|路|张|条|份|周|分钟|小时|秒|多|左右|以上|以下|以内|股|手|克|公里|米)/u;
const englishUnitsAfter =
  /^[\s-]?(?:dollars?|bucks?|pounds?|quid|euros?|yuan|rmb|cents?|pence|percent|per\s?cent|basis points?|points?|%|days?|weeks?|months?|years?|hours?|minutes?|mins?|seconds?|times?|o'?clock|a\.?m\.?\b|p\.?m\.?\b|working|business|people|shares?|units?|miles?|km|k\b|m\b|bn\b|grand|(?:canadian|us|hong kong|australian|american) dollars?)/iu;
const unitsBefore = /(?:[$£€¥￥]|百分之|千分之|第|星期|礼拜|周|rmb|usd|gbp|eur|hkd|cny)\s?$/iu;

/** Splits a turn's text into numbers, gaps and words, without a hole between them. */
export function itemsOf(text: string): Item[] {
  const items: Item[] = [];
  const latin: { start: number; end: number; word: string }[] = [];
  const flush = (): void => {
    if (latin.length > 0) items.push(...englishItems(text, latin));
    latin.length = 0;
  };
  for (const match of text.matchAll(pieces)) {
    const groups = match.groups!;
    const start = match.index;
    const end = start + match[0].length;
    if (groups['latin'] !== undefined) {
      latin.push({ start, end, word: match[0].toLowerCase().replaceAll('’', "'") });
      continue;
    }
    if (latin.length > 0 && groups['mark'] !== undefined && /^(?: |-)$/u.test(match[0])) continue;
    flush();
    if (groups['mark'] !== undefined || groups['filler'] !== undefined) items.push({ type: 'gap', start, end });
    else if (groups['han'] !== undefined) items.push(...hanItems(text, start, end));
    else if (match[0] === '叉') items.push({ type: 'number', start, end, digits: 'X', style: 'han', quantity: 'no' });
    else if (groups['repeated'] !== undefined) items.push(repeatedItem(text, start, end));
    else if (groups['arabic'] !== undefined) items.push(arabicItem(text, start, end));
    else if (groups['character'] !== undefined) {
      const like = hanLike.get(match[0]);
      items.push({
        type: 'word',
        start,
        end,
        like: like?.digit,
        rare: like?.rare === true,
        han: /\p{Script=Han}/u.test(match[0]),
      });
    } else if (groups['other'] !== undefined) items.push({ type: 'word', start, end, like: undefined, rare: false, han: false });
    else items.push({ type: 'number', start, end, digits: match[0].replace(/\D/gu, ''), style: 'arabic', quantity: 'measured' });
  }
  flush();
  return withMisheardDigits(withGaps(items));
}

/**
 * A word that sounds like a digit, written without a gap between digits (138妖2) or before several (妖38001), is that digit.
 */
function withMisheardDigits(items: readonly Item[]): Item[] {
  return items.map((item, index) => {
    if (item.type !== 'word' || item.like === undefined || !item.han) return item;
    const before = digitsOf(items[index - 1]);
    const after = digitsOf(items[index + 1]);
    const between = before > 0 && after > 0 && before + after >= 4;
    if (!between && !(item.rare && after >= 3)) return item;
    return { type: 'number', start: item.start, end: item.end, digits: item.like, style: 'han', quantity: 'no' };
  });
}

const digitsOf = (item: Item | undefined): number => (item?.type === 'number' && item.quantity === 'no' ? item.digits.length : 0);

/** The single spaces and hyphens between Latin words, which the walk above left out. */
function withGaps(items: readonly Item[]): Item[] {
  const all: Item[] = [];
  let reached = 0;
  for (const item of items) {
    if (item.start > reached) all.push({ type: 'gap', start: reached, end: item.start });
    all.push(item);
    reached = item.end;
  }
  return all;
}

function isMeasured(text: string, start: number, end: number, length: number): boolean {
  if (length > 9) return false;
  const after = text.slice(end, end + 20);
  const unit = unitsAfter.exec(after)?.[0].trim();
  // Digits one by one are no date and no count when there are many of them.
  if (unit !== undefined && (length <= 4 || /^(块钱|[元块万亿%％]|美元|美金|港币|欧元|英镑)/u.test(unit))) return true;
  if (englishUnitsAfter.test(after) && !/^\s?(?:k|m|am|pm)\p{L}/iu.test(after)) return true;
  return unitsBefore.test(text.slice(Math.max(0, start - 6), start));
}

/** 四个八: a digit so many times, unless it counts something (三个五块). */
function repeatedItem(text: string, start: number, end: number): Item {
  const [times, digit] = [text[start]!, text[end - 1]!].map((character) =>
    character === '十' ? '10' : (hanDigits[character] ?? character),
  );
  const quantity = isMeasured(text, start, end, 1) ? 'measured' : 'no';
  return { type: 'number', start, end, digits: digit!.repeat(Number(times)), style: 'han', quantity };
}

function arabicItem(text: string, start: number, end: number): Item {
  const digits = text.slice(start, end).normalize('NFKC');
  const before = text[start - 1] ?? '';
  const after = text.slice(end, end + 2);
  const attachedBefore = /[A-Za-z]/u.test(before) && !/(?:\d|^)[xX]$/u.test(text.slice(Math.max(0, start - 2), start));
  const attachedAfter = /^[A-Za-z]/u.test(after) && !/^[xX](?![A-Za-z])/u.test(after);
  // `R3`, `4G`, `23rd`, `SB4471`: a word with digits in it. Long ones are numbers whatever is glued to them.
  if ((attachedBefore || attachedAfter) && digits.length < 7)
    return /^(?:元|k\b)/iu.test(after)
      ? { type: 'number', start, end, digits, style: 'arabic', quantity: 'measured' }
      : { type: 'word', start, end, like: undefined, rare: false, han: false };
  return {
    type: 'number',
    start,
    end,
    digits,
    style: 'arabic',
    quantity: isMeasured(text, start, end, digits.length) ? 'measured' : 'no',
  };
}

function hanItems(text: string, start: number, end: number): Item[] {
  const written = text.slice(start, end);
  const decimal = /^点[零〇一二三四五六七八九]+/u.exec(text.slice(end))?.[0];
  const before = text.slice(Math.max(0, start - 3), start);
  if (/[十拾百佰千仟万亿]/u.test(written)) {
    const measured = decimal !== undefined || isMeasured(text, start, end, 1);
    const value = hanValue(written);
    return [
      {
        type: 'number',
        start,
        end,
        digits: value,
        style: 'han',
        quantity: measured ? 'measured' : value.length > 2 ? 'spelled' : 'no',
      },
    ];
  }
  const digits = [...written].map((character) => hanDigits[character]!).join('');
  const measured =
    (decimal !== undefined && digits.length <= 3) ||
    (/[零一二三四五六七八九]点$/u.test(before) && digits.length <= 4) ||
    (digits.length < 3 ? isMeasured(text, start, end, digits.length) : saidWhole(digits, text.slice(end, end + 1)));
  return [{ type: 'number', start, end, digits, style: 'han', quantity: measured ? 'measured' : 'no' }];
}

/** Three digits and more said one by one count nothing, but a year is said so (一九八五年), and rarely an amount. */
function saidWhole(digits: string, next: string): boolean {
  return (digits.length === 4 && next === '年') || (digits.length <= 6 && /^[元块万亿%％]/u.test(next));
}

/** Value of a Chinese numeral below 10^16, as digits. */
function hanValue(written: string): string {
  let total = 0;
  let section = 0;
  let digit = 0;
  for (const character of written) {
    const power = hanPowers[character];
    if (power === undefined) digit = digit * (digit === 0 ? 0 : 10) + Number(hanDigits[character]);
    else if (power < 10_000) {
      section += (digit === 0 ? 1 : digit) * power;
      digit = 0;
    } else {
      total = (total + section + digit) * power;
      section = 0;
      digit = 0;
    }
  }
  return String(total + section + digit);
}

interface LatinWord {
  readonly start: number;
  readonly end: number;
  readonly word: string;
}

/** English number words of one stretch that only spaces and hyphens divide. */
function englishItems(text: string, words: readonly LatinWord[]): Item[] {
  const items: Item[] = [];
  for (let index = 0; index < words.length;) {
    const taken = englishNumber(words, index);
    const first = words[index]!;
    if (taken === undefined) {
      const { word, start, end } = first;
      if (fillers.has(word)) items.push({ type: 'gap', start, end });
      else if (word === 'x') items.push({ type: 'number', start, end, digits: 'X', style: 'english', quantity: 'no' });
      else items.push({ type: 'word', start, end, like: englishLike[word], rare: false, han: false });
      index += 1;
      continue;
    }
    const end = words[index + taken.count - 1]!.end;
    const ordinal =
      /^[\s-](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b/iu.test(text.slice(end, end + 10)) &&
      taken.digits.endsWith('0');
    const measured = ordinal || isMeasured(text, first.start, end, 1);
    items.push({
      type: 'number',
      start: first.start,
      end,
      digits: taken.digits,
      style: 'english',
      quantity: measured ? 'measured' : taken.spelled ? 'spelled' : 'no',
    });
    index += taken.count;
  }
  return items;
}

function englishNumber(words: readonly LatinWord[], at: number): { count: number; digits: string; spelled: boolean } | undefined {
  const word = words[at]!.word;
  const times = multiples[word];
  if (times !== undefined) {
    const value = englishValues.get(words[at + 1]?.word ?? '');
    return value === undefined || value > 9 ? undefined : { count: 2, digits: String(value).repeat(times), spelled: false };
  }
  const value = englishValues.get(word);
  if (value === undefined)
    return englishPowers[word] === undefined ? undefined : { count: 1, digits: String(englishPowers[word]), spelled: true };
  let small = value;
  let count = 1;
  const unit = englishValues.get(words[at + 1]?.word ?? '');
  if (value >= 20 && unit !== undefined && unit >= 1 && unit <= 9) {
    small = value + unit;
    count = 2;
  }
  if (englishPowers[words[at + count]?.word ?? ''] === undefined) return { count, digits: String(small), spelled: false };
  return englishAmount(words, at, count, small);
}

/** "three hundred and twelve thousand": a number of hundreds and more. */
function englishAmount(
  words: readonly LatinWord[],
  at: number,
  count: number,
  first: number,
): { count: number; digits: string; spelled: boolean } {
  let total = 0;
  let section = first;
  let next = at + count;
  for (;;) {
    const word = words[next]?.word ?? '';
    const power = englishPowers[word];
    const value = englishValues.get(word);
    if (power === 100) section *= 100;
    else if (power !== undefined) {
      total += section * power;
      section = 0;
    } else if (value !== undefined && value > 0 && (section % 100 === 0 || (value < 10 && section % 10 === 0))) section += value;
    else if (word === 'and' && (englishValues.get(words[next + 1]?.word ?? '') ?? 0) > 0 && section % 100 === 0) {
      next += 1;
      continue;
    } else break;
    next += 1;
  }
  return { count: next - at, digits: String(total + section), spelled: true };
}
