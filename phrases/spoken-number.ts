import type { NumberSpan } from '../language/index.ts';

/** A number as it was said, with the words it was read from. */
export interface SpokenNumber {
  readonly span: NumberSpan;
  /** The text it was read from. */
  readonly text: string;
  /** How it sounds: Chinese numerals or English words, digits spelled out. */
  readonly spoken: string;
}

/** `same`; the value without its unit; a pair that sounds alike; or another number. */
export type NumberLikeness = 'same' | 'unit' | 'sound' | 'other';

/** Whether a number that was said is the one that a phrase names. A vague one (十几) equals no phrase. */
export function likenessOf(wanted: SpokenNumber, said: SpokenNumber): NumberLikeness {
  if (wanted.span.vague || said.span.vague) return 'other';
  const value = sameValue(wanted.span, said.span);
  const unit = unitLikeness(wanted.span, said.span);
  if (unit === 'other') return 'other';
  if (value) return unit;
  return soundsAlike(wanted, said) ? 'sound' : 'other';
}

function sameValue(wanted: NumberSpan, said: NumberSpan): boolean {
  if (wanted.date !== undefined && said.date !== undefined) return sameDate(wanted.date, said.date);
  const digits = [wanted.digits, said.digits];
  if (isString(wanted) || isString(said)) {
    const [a, b] = digits;
    if (a !== undefined && b !== undefined) return a === b;
    if (a?.startsWith('0') === true || b?.startsWith('0') === true) return false;
  }
  const values = said.date === undefined ? said.values : dateParts(said.date).map((units) => ({ units, places: 0 }));
  const asked = wanted.date === undefined ? wanted.values : dateParts(wanted.date).map((units) => ({ units, places: 0 }));
  if (asked.length === 0) return false;
  return asked.every((value) => values.some((each) => each.units === value.units && each.places === value.places));
}

/** Digits read singly: compared whole, leading zeros kept. */
function isString(span: NumberSpan): boolean {
  return span.kind === 'digits' || (span.digits?.startsWith('0') === true && span.digits.length > 1);
}

type DateParts = NonNullable<NumberSpan['date']>;

/** Dates compare the parts that both name. */
function sameDate(a: DateParts, b: DateParts): boolean {
  let shared = 0;
  for (const part of ['year', 'month', 'day'] as const) {
    const [x, y] = [a[part], b[part]];
    if (x === undefined || y === undefined) continue;
    if (x !== y) return false;
    shared += 1;
  }
  return shared > 0;
}

/** A date's parts as plain numbers, for a recogniser that lost 月 or 号. */
function dateParts(date: DateParts): readonly number[] {
  return [date.year, date.month, date.day].filter((part) => part !== undefined);
}

function unitLikeness(wanted: NumberSpan, said: NumberSpan): 'same' | 'unit' | 'other' {
  if (wanted.unit === said.unit || wanted.unit === undefined) return 'same';
  return said.unit === undefined ? 'unit' : 'other';
}

/** 四 and 十, fifteen and fifty: pairs that a line does not keep apart. */
function soundsAlike(wanted: SpokenNumber, said: SpokenNumber): boolean {
  const blur = (text: string): string =>
    text
      .replaceAll('十', '四')
      .replaceAll('幺', '一')
      .replaceAll(/\b(thir|four|for|fif|six|seven|eigh|nine)(?:teen|ty)\b/gu, '$1ty')
      .replaceAll('forty', 'fourty');
  return blur(wanted.spoken) === blur(said.spoken);
}

const chineseDigits = '零一二三四五六七八九';

/** How a number sounds in Chinese: `4.8%` is 百分之四点八. Digits read singly (from three on) are spelled; other words stay. */
export function spokenChinese(text: string, digits: string | undefined): string {
  if (digits !== undefined && digits.length >= 3) return spelledChinese(digits);
  return text
    .replaceAll(',', '')
    .replaceAll(/(\d+(?:\.\d+)?)\s*%/gu, '百分之$1')
    .replaceAll(/\d+(?:\.\d+)?/gu, (digits) => readChinese(digits));
}

function readChinese(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const read = whole.length > 4 || (whole.length > 1 && whole.startsWith('0')) ? spelledChinese(whole) : readSmall(Number(whole));
  return fraction === undefined ? read : `${read}点${spelledChinese(fraction)}`;
}

function spelledChinese(digits: string): string {
  return [...digits].map((digit) => chineseDigits[Number(digit)] ?? '').join('');
}

/** 0 to 9,999 with multipliers. */
function readSmall(value: number): string {
  if (value < 10) return chineseDigits[value] ?? '';
  let out = '';
  let zero = false;
  for (const [unit, name] of [
    [1000, '千'],
    [100, '百'],
    [10, '十'],
    [1, ''],
  ] as const) {
    const digit = Math.floor(value / unit) % 10;
    if (digit === 0) {
      zero = out !== '';
      continue;
    }
    if (zero) out += '零';
    zero = false;
    out += unit === 10 && digit === 1 && out === '' ? '十' : `${chineseDigits[digit] ?? ''}${name}`;
  }
  return out;
}

const below20 =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** How a number sounds in English: `4.8%` is four point eight percent. Digits read singly (from three on) are spelled. */
export function spokenEnglish(text: string, digits: string | undefined): string {
  if (digits !== undefined && digits.length >= 3) return spelledEnglish(digits);
  return text
    .toLowerCase()
    .replaceAll(/(\d),(?=\d{3})/gu, '$1')
    .replaceAll(/\$\s*(\d+(?:\.\d+)?)/gu, '$1 dollars')
    .replaceAll(/£\s*(\d+(?:\.\d+)?)/gu, '$1 pounds')
    .replaceAll('%', ' percent ')
    .replaceAll(/\d+(?:\.\d+)?/gu, (digits) => ` ${readEnglish(digits)} `)
    .replaceAll(/[^a-z ]/gu, ' ')
    .replaceAll(/ +/gu, ' ')
    .trim();
}

function readEnglish(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const read =
    whole.length > 4 || (whole.length > 1 && whole.startsWith('0')) ? spelledEnglish(whole) : readSmallEnglish(Number(whole));
  return fraction === undefined ? read : `${read} point ${spelledEnglish(fraction)}`;
}

function spelledEnglish(digits: string): string {
  return [...digits].map((digit) => below20[Number(digit)] ?? '').join(' ');
}

function readSmallEnglish(value: number): string {
  if (value < 20) return below20[value] ?? '';
  if (value < 100)
    return `${tens[Math.floor(value / 10) - 2] ?? ''} ${value % 10 === 0 ? '' : readSmallEnglish(value % 10)}`.trim();
  if (value < 1000) {
    return `${below20[Math.floor(value / 100)] ?? ''} hundred ${value % 100 === 0 ? '' : readSmallEnglish(value % 100)}`.trim();
  }
  return `${readSmallEnglish(Math.floor(value / 1000))} thousand ${value % 1000 === 0 ? '' : readSmallEnglish(value % 1000)}`.trim();
}
