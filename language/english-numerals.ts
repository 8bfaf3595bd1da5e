import { type Decimal, decimal, readDecimal, sum, times } from './decimal.ts';

const table = (words: string, first: number, step: number): [string, number][] =>
  words.split(' ').map((word, index) => [word, first + index * step]);
const ones = new Map(table('one two three four five six seven eight nine', 1, 1));
const zeros = new Map([...'zero oh o nought naught'.split(' ')].map((word) => [word, 0] as const));
const teens = new Map(table('ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen', 10, 1));
const tens = new Map([...table('twenty thirty forty fifty sixty seventy eighty ninety', 20, 10), ['fourty', 40]]);
const scales = new Map([
  ['thousand', 1000],
  ['grand', 1000],
  ['million', 1_000_000],
  ['billion', 1_000_000_000],
  ['trillion', 1_000_000_000_000],
]);
const ordinals = new Map([
  ...table('first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth', 1, 1),
  ...table('fifteenth sixteenth seventeenth eighteenth nineteenth', 15, 1),
  ...table('twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth', 20, 10),
]);

/** Every word that may begin or go on a number, for a quick look. */
export const numeralWords: ReadonlySet<string> = new Set([
  ...ones.keys(),
  ...zeros.keys(),
  ...teens.keys(),
  ...tens.keys(),
  ...scales.keys(),
  ...ordinals.keys(),
  ...'hundred double triple point half a an minus negative several few couple niner dozen'.split(' '),
]);

/** A word with its place in the text. */
export interface PlacedWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** A comma stands before it. */
  readonly apart: boolean;
}

/** Up to `most` words from a place on, as long as only spaces, hyphens or single commas stand between them. */
export function wordsFrom(text: string, at: number, most = 32): PlacedWord[] {
  const found: PlacedWord[] = [];
  const pattern = /([\s,-]{0,3})([a-z]+(?:'[a-z]+)?)(?!(?!\p{Script=Han})[\p{L}\p{M}])/uy;
  pattern.lastIndex = at;
  while (found.length < most) {
    const match = pattern.exec(text);
    if (match === null) break;
    const gap = match[1] ?? '';
    if (found.length > 0 && gap === '') break;
    if (gap.split(',').length > 2) break;
    const end = match.index + match[0].length;
    found.push({ text: match[2] ?? '', start: match.index + gap.length, end, apart: gap.includes(',') });
  }
  return found;
}

export interface EnglishNumeral {
  /** How many words it takes. */
  readonly words: number;
  readonly value: Decimal | undefined;
  readonly vague: boolean;
  /** Digits read singly, leading zeros kept. */
  readonly digits?: string;
  readonly ordinal: boolean;
  /** `one` or `second` alone: a number only beside a unit. */
  readonly weak: boolean;
  /** Two numbers below a hundred side by side (nineteen eighty four, two fifty): a year, a time or an amount. */
  readonly pair?: readonly [number, number];
  /** Said with hundred, thousand and the like, or a decimal. */
  readonly large?: number;
}

const digitOf = (word: string | undefined): number | undefined =>
  word === undefined ? undefined : word === 'niner' ? 9 : (ones.get(word) ?? zeros.get(word));
const below100Start = (word: string | undefined): boolean => word !== undefined && (teens.has(word) || tens.has(word));
const isScale = (word: string | undefined): boolean => word === 'hundred' || (word !== undefined && scales.has(word));

/** The number that begins with the first of these words; undefined where none does. */
export function englishNumeral(words: readonly PlacedWord[]): EnglishNumeral | undefined {
  const first = words[0]?.text ?? '';
  if (!numeralWords.has(first)) return undefined;
  const text = (index: number): string | undefined => (words[index]?.apart === true ? undefined : words[index]?.text);
  if (first === 'minus' || first === 'negative') return undefined;
  return vagueNumeral(text) ?? digitString(words) ?? quantity(text) ?? halves(text);
}

type Text = (index: number) => string | undefined;

function vagueNumeral(text: Text): EnglishNumeral | undefined {
  const vague = (count: number): EnglishNumeral => ({ words: count, value: undefined, vague: true, ordinal: false, weak: false });
  const start = text(0) === 'a' ? 1 : 0;
  if (text(start) === 'few' || text(start) === 'several' || text(start) === 'couple') {
    const at = start + (text(start + 1) === 'of' ? 2 : 1);
    if (isScale(text(at))) return vague(at + 1);
  }
  return undefined;
}

/** `five zero two one`, `oh seven double seven`, `four one one, one two`: at least two digits; groups may be read as tens. */
function digitString(words: readonly PlacedWord[]): EnglishNumeral | undefined {
  let digits = '';
  let index = 0;
  let single = 0;
  const word = (at: number): string => words[at]?.text ?? '';
  while (index < words.length) {
    const said = word(index);
    const next = word(index + 1);
    if (single > 0 && single < 2 && words[index]?.apart === true) break;
    const times = said === 'double' ? 2 : said === 'triple' || said === 'treble' ? 3 : 0;
    if (times > 0 && digitOf(next) !== undefined) {
      digits += String(digitOf(next)).repeat(times);
      single += times;
      index += 2;
    } else if (digitOf(said) !== undefined) {
      if (isScale(next) || (single === 0 && below100Start(next)) || next === 'point') break;
      digits += String(digitOf(said));
      single += 1;
      index += 1;
    } else if (single >= 2 && below100Start(said) && !isScale(next)) {
      const unit = tens.has(said) ? ones.get(next) : undefined;
      if (unit !== undefined && isScale(word(index + 2))) break;
      digits += String((teens.get(said) ?? tens.get(said) ?? 0) + (unit ?? 0));
      index += unit === undefined ? 1 : 2;
    } else break;
  }
  if (digits.length < 2 || single < 2 || /^o$/.test(word(0))) return undefined;
  if (word(0) === 'oh' && digits.length < 3) return undefined;
  return { words: index, value: readDecimal(digits), vague: false, digits, ordinal: false, weak: false };
}

function quantity(text: Text): EnglishNumeral | undefined {
  let index = 0;
  let total: Decimal = decimal(0);
  let current: Decimal = decimal(0);
  let last: 'none' | 'ones' | 'teens' | 'tens' | 'hundred' | 'scale' = 'none';
  let lastScale = Number.POSITIVE_INFINITY;
  let ordinal = false;
  let safe = true;
  let big = false;
  const add = (value: Decimal | undefined): Decimal => {
    if (value === undefined) safe = false;
    return value ?? decimal(0);
  };
  if ((text(0) === 'a' || text(0) === 'an') && isScale(text(1))) {
    current = decimal(1);
    last = 'ones';
    index = 1;
  }
  for (; ; index += 1) {
    const word = text(index) ?? '';
    const open = last === 'none' || last === 'hundred' || last === 'scale';
    const nth = ordinals.get(word);
    if (zeros.has(word) && word !== 'o' && last === 'none') {
      if (text(index + 1) !== 'point') {
        if (word !== 'zero') return undefined;
        index += 1;
        last = 'ones';
        break;
      }
      last = 'ones';
    } else if (ones.has(word) && (open || last === 'tens')) {
      current = add(sum(current, decimal(ones.get(word) ?? 0)));
      last = 'ones';
    } else if (teens.has(word) && open) {
      current = add(sum(current, decimal(teens.get(word) ?? 0)));
      last = 'teens';
    } else if (tens.has(word) && open) {
      current = add(sum(current, decimal(tens.get(word) ?? 0)));
      last = 'tens';
    } else if (word === 'hundred' && last !== 'none' && last !== 'hundred' && last !== 'scale') {
      current = add(times(current, 100));
      last = 'hundred';
      big = true;
    } else if (scales.has(word) && last !== 'none' && (scales.get(word) ?? 0) < lastScale && current.units > 0) {
      lastScale = scales.get(word) ?? 1;
      total = add(sum(total, add(times(current, lastScale))));
      current = decimal(0);
      last = 'scale';
      big = true;
    } else if (word === 'and' && (last === 'hundred' || last === 'scale') && continues(text(index + 1))) continue;
    else if (nth !== undefined && (open || (last === 'tens' && nth < 10))) {
      current = add(sum(current, decimal(nth)));
      ordinal = true;
      index += 1;
      break;
    } else if ((word === 'hundredth' || word === 'thousandth') && last !== 'none') {
      current = add(times(current, word === 'hundredth' ? 100 : 1000));
      ordinal = true;
      index += 1;
      break;
    } else break;
  }
  if (last === 'none' && !ordinal && text(0) !== 'point') return undefined;
  if (!ordinal && !big) {
    const pair = pairAt(text, index, current.units, last);
    if (pair !== undefined) return pair;
  }
  let decimals = false;
  if (!ordinal && text(index) === 'point' && digitOf(text(index + 1)) !== undefined) {
    let fraction = '';
    let at = index + 1;
    while (digitOf(text(at)) !== undefined && fraction.length < 12) fraction += String(digitOf(text(at++)));
    const read = decimal(Number(fraction), fraction.length);
    if (last === 'scale') total = add(sum(total, read));
    else current = add(sum(current, read));
    decimals = true;
    index = at;
    const by = text(index) === 'hundred' ? 100 : scales.get(text(index) ?? '');
    if (by !== undefined) {
      current = add(times(current, by));
      index += 1;
      big = true;
    }
  } else if (last === 'none' && !ordinal) return undefined;
  if (!ordinal && text(index) === 'and' && text(index + 1) === 'a' && text(index + 2) === 'half') {
    current = add(sum(current, decimal(5, 1)));
    index += 3;
    decimals = true;
    const by = scales.get(text(index) ?? '');
    if (by !== undefined) {
      current = add(times(current, by));
      index += 1;
    }
  }
  const value = safe ? sum(total, current) : undefined;
  if (!safe && value === undefined && !big) return undefined;
  const weak =
    !big && !decimals && index === 1 && (text(0) === 'one' || (ordinal && ['first', 'second', 'third'].includes(text(0) ?? '')));
  return {
    words: index,
    value,
    vague: false,
    ordinal,
    weak,
    ...(lastScale === Number.POSITIVE_INFINITY ? {} : { large: lastScale }),
  };
}

const continues = (word: string | undefined): boolean =>
  word !== undefined && (ones.has(word) || teens.has(word) || tens.has(word) || ordinals.has(word));

/** nineteen eighty four, nineteen oh five, twenty ten, two fifty: said side by side, written side by side. */
function pairAt(text: Text, at: number, high: number, last: string): EnglishNumeral | undefined {
  const next = text(at);
  if (next === undefined || high < 1 || high > 99) return undefined;
  let low: number | undefined;
  let count = at;
  const unit = ones.get(text(at + 1) ?? '');
  if ((next === 'oh' || next === 'o') && unit !== undefined && last !== 'ones') {
    low = unit;
    count += 2;
  } else if (teens.has(next)) {
    low = teens.get(next);
    count += 1;
  } else if (tens.has(next)) {
    low = (tens.get(next) ?? 0) + (unit ?? 0);
    count += unit === undefined ? 1 : 2;
  }
  if (low === undefined || isScale(text(count))) return undefined;
  return {
    words: count,
    value: decimal(high * 100 + low),
    vague: false,
    digits: `${high}${String(low).padStart(2, '0')}`,
    ordinal: false,
    weak: false,
    pair: [high, low],
  };
}

/** half a million; half a and half an before a unit are a half. */
function halves(text: Text): EnglishNumeral | undefined {
  if (text(0) !== 'half') return undefined;
  const article = text(1) === 'a' || text(1) === 'an' ? 2 : 1;
  const by = scales.get(text(article) ?? '');
  if (by !== undefined)
    return { words: article + 1, value: decimal(by / 2), vague: false, ordinal: false, weak: false, large: by };
  return { words: article, value: decimal(5, 1), vague: false, ordinal: false, weak: true };
}
