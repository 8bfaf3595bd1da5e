import {
  chineseDateAt,
  type CalendarReading,
  clockAt,
  type DateParts,
  englishClockAt,
  englishDateAt,
  isMonth,
} from './calendar.ts';
import { chineseDigit, chineseNumeralAt, numeralClass } from './chinese-numerals.ts';
import { compareDecimals, type Decimal, decimal, negative, readDecimal, shifted, sum, times } from './decimal.ts';
import { englishNumeral, numeralWords, wordsFrom } from './english-numerals.ts';
import { notNumbers } from './not-numbers.ts';
import { currencyMarkAt, type Unit, unitAt } from './number-units.ts';

export type NumberKind = 'number' | 'percent' | 'money' | 'date' | 'time' | 'phone' | 'digits';

/** A number that was said or written. Offsets are code units of the text as given. */
export interface NumberSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: NumberKind;
  /**
   * One value; two for 3到5% and 七八个 (the latter vague); none where it is vague without bounds (十几) or has more than 15 digits.
   * A date is yyyymmdd with 0 for what was not named; a time of day minutes since midnight as the clock was read; a fraction
   * (unit `fraction`) its numerator and denominator in lowest terms; 万分之五 and 千分之三 are percentages.
   */
  readonly values: readonly Decimal[];
  /** A guess or a range in itself: it equals no phrase. */
  readonly vague: boolean;
  /** Digits read singly or written, leading zeros kept; undefined for a quantity. */
  readonly digits: string | undefined;
  /** CNY, USD, percent, day, working_day, month, year, hour, minute, discount, instalment, count, item, ordinal, fraction, … */
  readonly unit: string | undefined;
  /** Of a date: the parts that are named. */
  readonly date?: DateParts | undefined;
}

interface Reading {
  readonly end: number;
  readonly values: readonly Decimal[];
  readonly vague: boolean;
  readonly digits?: string | undefined;
  /** One digit, or `one`: a number only with a unit or a word before it that asks for one. */
  readonly weak: boolean;
  readonly large?: number | undefined;
  readonly ordinal?: boolean;
  readonly written?: boolean;
}

const candidate = new RegExp(`[${numeralClass}半几数负\\d¥￥$€£]|(?<!(?!\\p{Script=Han})[\\p{L}\\p{M}])[a-z]+`, 'gu');
/** Words that begin a number though they are none: july, the (twenty fifth), quarter (past one), rmb (5). */
const opening = /^(?:us|hk|rmb|cny|usd|hkd|the|quarter)$/;

/**
 * Every number in a text that was folded (`foldText`), in order, without overlap: Chinese, English and written, with units,
 * percentages, money, dates, times, telephone numbers and strings of digits.
 */
export function numbersInFolded(text: string): NumberSpan[] {
  const spans: NumberSpan[] = [];
  let blocked: Uint8Array | undefined;
  let looked = false;
  candidate.lastIndex = 0;
  for (let match = candidate.exec(text); match !== null; match = candidate.exec(text)) {
    const at = match.index;
    const [found] = match;
    if (/^[a-z]/.test(found) && !numeralWords.has(found) && !isMonth(found) && !opening.test(found)) continue;
    if (!looked) {
      blocked = notNumbers(text);
      looked = true;
    }
    if (blocked?.[at] === 1) continue;
    const span = numberAt(text, at, found);
    if (span === undefined) {
      if (/\d/.test(found)) candidate.lastIndex = pastDigits(text, at);
      continue;
    }
    const end = cutAtBlocked(blocked, span);
    if (end < span.end) {
      const shorter = numberAt(text.slice(0, end), at, found);
      if (shorter !== undefined) spans.push(shorter);
      candidate.lastIndex = end;
      continue;
    }
    spans.push(span);
    candidate.lastIndex = Math.max(span.end, at + 1);
  }
  return spans;
}

function cutAtBlocked(blocked: Uint8Array | undefined, span: NumberSpan): number {
  if (blocked !== undefined) for (let at = span.start; at < span.end; at += 1) if (blocked[at] === 1) return at;
  return span.end;
}

function pastDigits(text: string, at: number): number {
  let end = at;
  while (/[\d.,]/.test(text[end] ?? '')) end += 1;
  return Math.max(end, at + 1);
}

function numberAt(text: string, at: number, found: string): NumberSpan | undefined {
  const mark = currencyMarkAt(text, at);
  if (mark !== undefined) return markedAmount(text, at, mark);
  if (/[¥￥$€£]/.test(found)) return undefined;
  if (found === '负' || found === 'minus' || found === 'negative') return negated(text, at, found);
  if (/^[a-z]/.test(found)) {
    const date =
      englishDateAt(text, at) ?? (numeralWords.has(found) || found === 'quarter' ? englishClockAt(text, at) : undefined);
    if (date !== undefined) return calendarSpan(at, date);
    return found === 'the' || !numeralWords.has(found) ? undefined : assembled(text, at, englishReading(text, at));
  }
  if (/\d/.test(found)) {
    if (/[a-z]/.test(text[at - 1] ?? '')) return undefined;
    return (
      calendar(at, chineseDateAt(text, at) ?? clockAt(text, at) ?? englishDateAt(text, at) ?? englishClockAt(text, at)) ??
      digitGroups(text, at) ??
      assembled(text, at, chineseReading(text, at) ?? writtenReading(text, at))
    );
  }
  if (found === '半') return half(text, at);
  if (found === '几' || found === '数') return several(text, at);
  if (
    /[周期拜初]/.test(text[at - 1] ?? '') &&
    chineseDigit(found) !== undefined &&
    /(?:周|星期|礼拜|初)$/.test(text.slice(Math.max(0, at - 2), at))
  )
    return undefined;
  return (
    calendar(at, chineseDateAt(text, at)) ??
    portion(text, at) ??
    calendar(at, clockAt(text, at)) ??
    fraction(text, at) ??
    assembled(text, at, chineseReading(text, at))
  );
}

const calendar = (at: number, read: CalendarReading | undefined): NumberSpan | undefined =>
  read === undefined ? undefined : calendarSpan(at, read);

function calendarSpan(start: number, { end, date, minutes = 0, seconds }: CalendarReading): NumberSpan {
  if (date !== undefined) {
    const value = (date.year ?? 0) * 10_000 + (date.month ?? 0) * 100 + (date.day ?? 0);
    return { start, end, kind: 'date', values: [decimal(value)], vague: false, digits: undefined, unit: 'date', date };
  }
  const values = seconds === undefined ? [decimal(minutes)] : [decimal(minutes), decimal(seconds)];
  return { start, end, kind: 'time', values, vague: false, digits: undefined, unit: 'oclock' };
}

function negated(text: string, at: number, found: string): NumberSpan | undefined {
  let from = at + found.length;
  while (text[from] === ' ') from += 1;
  const next = /[a-z]+|./y;
  next.lastIndex = from;
  const word = next.exec(text)?.[0];
  if (word === undefined || (found !== '负' && from === at + found.length)) return undefined;
  const span =
    chineseDigit(word) === undefined
      ? numberAt(text, from, word)
      : assembled(text, from, { ...chineseReading(text, from), weak: false } as Reading);
  if (span === undefined || span.kind === 'date' || span.kind === 'time') return undefined;
  return { ...span, start: at, values: span.values.map(negative), digits: undefined };
}

/* What a numeral says, before its unit is looked at. */

function chineseReading(text: string, at: number): Reading | undefined {
  const read = chineseNumeralAt(text, at);
  if (read === undefined) return undefined;
  const values = [read.value, read.upTo].filter((value) => value !== undefined);
  const { end, vague, digits, large } = read;
  if (digits !== undefined) return joinedDigits(text, at, { end, digits });
  return { end, values, vague, weak: !read.structured, large };
}

/** Digits said singly go on over commas, spaces and fillers: 八零，幺二. */
function joinedDigits(text: string, at: number, first: { readonly end: number; readonly digits: string }): Reading {
  let { end, digits } = first;
  const gap = /[\s,、.\-嗯啊呃]{1,3}(?=[零〇一二三四五六七八九幺])/y;
  for (;;) {
    gap.lastIndex = end;
    const match = gap.exec(text);
    if (match === null) break;
    const next = chineseNumeralAt(text, end + match[0].length);
    if (next?.digits === undefined) {
      const single = text[end + match[0].length] ?? '';
      const after = text[end + match[0].length + 1] ?? '';
      if (digits.length < 3 || chineseDigit(single) === undefined || /\p{Script=Han}/u.test(after)) break;
      digits += String(chineseDigit(single));
      end += match[0].length + 1;
      continue;
    }
    digits += next.digits;
    ({ end } = next);
  }
  const value = readDecimal(digits);
  return { end, values: value === undefined ? [] : [value], vague: false, digits, weak: false };
}

function writtenReading(text: string, at: number): Reading | undefined {
  const written = /\d+(?:,\d{3}(?!\d))*(?:\.\d+)?/y;
  written.lastIndex = at;
  const match = written.exec(text);
  if (match === null) return undefined;
  let end = at + match[0].length;
  let value = readDecimal(match[0]);
  let digits = /^\d+$/.test(match[0]) ? match[0] : undefined;
  const scale = /\s?(hundred|thousand|million|billion|trillion|k|m)(?![a-z])/y;
  scale.lastIndex = end;
  const by = scale.exec(text);
  const factor =
    by === null
      ? undefined
      : { hundred: 100, thousand: 1000, k: 1000, m: 1_000_000, million: 1_000_000, billion: 1e9, trillion: 1e12 }[by[1] ?? ''];
  let large: number | undefined;
  if (by !== null && factor !== undefined && (by[1] ?? '').length > 1) {
    value = value === undefined ? undefined : times(value, factor);
    end += by[0].length;
    digits = undefined;
    large = factor;
  }
  const nth = /(?:st|nd|rd|th)(?![a-z])/y;
  nth.lastIndex = end;
  if (nth.test(text))
    return { end: end + 2, values: value === undefined ? [] : [value], vague: false, weak: false, ordinal: true };
  const vague = /[多余几](?=[个块元天年次位人岁])/y;
  vague.lastIndex = end;
  if (vague.test(text)) return { end: end + 1, values: [], vague: true, weak: false };
  if (text[end] === '-' && digits !== undefined && /\d/.test(text[end + 1] ?? '') && digits.length > 4) return undefined;
  // 5G and 3D are names.
  if (/[a-z]/.test(text[end] ?? '') && unitAt(text, end) === undefined && factor === undefined) return undefined;
  return { end, values: value === undefined ? [] : [value], vague: false, digits, weak: false, large, written: true };
}

function englishReading(text: string, at: number): Reading | undefined {
  const words = wordsFrom(text, at);
  const numeral = englishNumeral(words);
  if (numeral === undefined) return undefined;
  const end = words[numeral.words - 1]?.end ?? at;
  const { value, vague, digits, weak, large, ordinal } = numeral;
  return { end, values: value === undefined ? [] : [value], vague, digits, weak, large, ordinal };
}

/* Units, tails and ranges. */

const introduced =
  /(?:第|工号|尾号|编号|号码|卡号|账号|密码|后四位|前四位|验证码)(?:是|为|:)?$|(?:number|no\.?|ending in|ending|extension|code)\s*(?:is\s*)?$/;
const joiner = /\s?(?:到|至|~|—|–|-|to(?=\s))\s?/y;

function assembled(text: string, at: number, read: Reading | undefined): NumberSpan | undefined {
  if (read === undefined) return undefined;
  const before = text.slice(Math.max(0, at - 12), at);
  const unit = read.ordinal === true || before.endsWith('第') ? undefined : unitOf(text, read);
  const range = rangeFrom(text, at, read, unit);
  if (range !== undefined) return range;
  if (read.weak && unit === undefined && !introduced.test(before)) return undefined;
  if (read.ordinal === true) {
    if (read.weak) return undefined;
    return { start: at, end: read.end, kind: 'number', values: read.values, vague: false, digits: undefined, unit: 'ordinal' };
  }
  if (before.endsWith('第'))
    return {
      start: at,
      end: read.end,
      kind: 'number',
      values: read.values,
      vague: read.vague,
      digits: undefined,
      unit: 'ordinal',
    };
  if (unit === undefined) return plain(at, read);
  const scaled = withUnit(text, read, unit);
  return {
    start: at,
    end: scaled.end,
    kind: unit.kind,
    values: scaled.values,
    vague: read.vague,
    digits: undefined,
    unit: scaled.unit ?? unit.name,
  };
}

function plain(at: number, { end, values, vague, digits }: Reading): NumberSpan {
  const kind = digits === undefined ? 'number' : isPhone(digits) ? 'phone' : digits.length > 4 ? 'digits' : 'number';
  return { start: at, end, kind, values, vague, digits, unit: undefined };
}

const isPhone = (digits: string): boolean => /^(?:(?:86)?1[3-9]\d{9}|0(?:10|2\d|[3-9]\d{2})\d{7,8}|[48]00\d{7})$/.test(digits);

function unitOf(text: string, read: Reading): (Unit & { readonly end: number }) | undefined {
  const unit = unitAt(text, read.end);
  if (unit === undefined) return undefined;
  const { digits, values } = read;
  // Strings of digits are no quantities: 尾号三八二一的, 一二三四五天 is not said.
  if (
    digits !== undefined &&
    read.written !== true &&
    digits.length > 2 &&
    unit.kind !== 'money' &&
    unit.name !== 'year' &&
    unit.name !== 'second'
  ) {
    if (unit.name !== 'discount') return undefined;
  }
  if (unit.name === 'second' && text[unit.end - 1] === 'd' && values[0]?.units === 1) return unit;
  return unit;
}

interface Scaled {
  readonly end: number;
  readonly values: readonly Decimal[];
  readonly unit?: string;
}

function withUnit(text: string, read: Reading, unit: Unit & { readonly end: number }): Scaled {
  const [value] = read.values;
  if (value === undefined || read.vague) return { end: unit.end, values: read.values };
  if (unit.name === 'discount') return { end: unit.end, values: [discount(value, read)] };
  if (unit.kind === 'money') return withChange(text, value, unit, read);
  // 两年半, 一个半月 and 三个半小时
  if (
    text[unit.end] === '半' &&
    ['year', 'day', 'month', 'week', 'hour'].includes(unit.name) &&
    !/^半[天年个价额]/.test(text.slice(unit.end))
  )
    return { end: unit.end + 1, values: some(sum(value, decimal(5, 1))) };
  const and = /^个半(月|小时|钟头|星期)/.exec(text.slice(read.end));
  if (and !== null)
    return {
      end: read.end + and[0].length,
      values: some(sum(value, decimal(5, 1))),
      unit: and[1] === '月' ? 'month' : and[1] === '星期' ? 'week' : 'hour',
    };
  if (unit.name === 'basis_point') return { end: unit.end, values: [shifted(value, 2)], unit: 'percent' };
  return { end: unit.end, values: read.values };
}

const some = (value: Decimal | undefined): readonly Decimal[] => (value === undefined ? [] : [value]);

/** 八五折 and 85折 are 8.5 of ten; 八折 is 8. */
function discount(value: Decimal, { digits }: Reading): Decimal {
  return digits !== undefined && digits.length === 2 ? decimal(value.units, value.places + 1) : value;
}

/** 二十块五, 三块八毛六, 五元六角, five dollars and forty cents. */
function withChange(text: string, value: Decimal, unit: Unit & { readonly end: number }, read: Reading): Scaled {
  const rest = text.slice(unit.end, unit.end + 6);
  const said = text.slice(read.end, unit.end);
  const jiao = new RegExp(
    `^([零〇一二两三四五六七八九]|\\d)[毛角](?:([一二三四五六七八九]|\\d)分?(?![${numeralClass}\\d个]))?`,
  ).exec(rest);
  const fen = new RegExp(`^零?([一二三四五六七八九]|\\d)分(?![钟期之])`).exec(rest);
  const bare = new RegExp(`^([一二三四五六七八九]|\\d)(?![${numeralClass}\\d点个位张份笔天年块元种次])`).exec(rest);
  const digit = (said: string | undefined): number => (said === undefined ? 0 : (chineseDigit(said) ?? Number(said)));
  if (jiao !== null)
    return { end: unit.end + jiao[0].length, values: some(sum(value, decimal(digit(jiao[1]) * 10 + digit(jiao[2]), 2))) };
  if (fen !== null && /[元块]$/.test(said))
    return { end: unit.end + fen[0].length, values: some(sum(value, decimal(digit(fen[1]), 2))) };
  if (bare !== null && said.endsWith('块'))
    return { end: unit.end + bare[0].length, values: some(sum(value, decimal(digit(bare[1]), 1))) };
  const cents = /^[a-z]/.test(said.trim()) ? centsAt(text, unit.end) : undefined;
  if (cents !== undefined) return { end: cents.end, values: some(sum(value, decimal(cents.value, 2))) };
  return { end: unit.end, values: read.values };
}

function centsAt(text: string, from: number): { readonly end: number; readonly value: number } | undefined {
  const words = wordsFrom(text, from, 6);
  const skip = words[0]?.text === 'and' ? 1 : 0;
  const numeral = englishNumeral(words.slice(skip));
  const value = numeral?.value?.units;
  const after = words[skip + (numeral?.words ?? 0)];
  if (value === undefined || value > 99 || (after?.text !== 'cents' && after?.text !== 'cent' && after?.text !== 'pence'))
    return undefined;
  return { end: after.end, value };
}

/** 3到5%, 三到五年, 5到10万, five to seven business days. */
function rangeFrom(
  text: string,
  at: number,
  low: Reading,
  unit: (Unit & { readonly end: number }) | undefined,
): NumberSpan | undefined {
  const from = unit?.end ?? low.end;
  joiner.lastIndex = from;
  const match = joiner.exec(text);
  const [least] = low.values;
  if (match === null || least === undefined || low.vague || low.ordinal === true) return undefined;
  const next = from + match[0].length;
  const high = /\d/.test(text[next] ?? '')
    ? (chineseReading(text, next) ?? writtenReading(text, next))
    : /[a-z]/.test(text[next] ?? '')
      ? englishReading(text, next)
      : chineseReading(text, next);
  const [most] = high?.values ?? [];
  if (high === undefined || most === undefined || high.vague || high.ordinal === true) return undefined;
  const upper = unitOf(text, high);
  if (unit !== undefined && upper !== undefined && unit.name !== upper.name) return undefined;
  if (unit !== undefined && upper === undefined) return undefined;
  const scaledLow =
    high.large !== undefined &&
    low.large === undefined &&
    compareDecimals(times(least, high.large) ?? least, most) < 0 &&
    /^\d|[^a-z]/.test(text[at] ?? '')
      ? (times(least, high.large) ?? least)
      : least;
  if (compareDecimals(scaledLow, most) >= 0) return undefined;
  const hyphen = /[-—–~]/.test(match[0]);
  if (hyphen && upper === undefined && ((low.digits?.length ?? 0) > 2 || (high.digits?.length ?? 0) > 2)) return undefined;
  if ((low.digits?.length ?? 0) > 4 || (high.digits?.length ?? 0) > 4) return undefined;
  if ((low.weak || high.weak) && upper === undefined && /^\s?to/.test(match[0])) return undefined;
  const scaled = upper === undefined ? { end: high.end, values: high.values } : withUnit(text, high, upper);
  return {
    start: at,
    end: scaled.end,
    kind: upper?.kind ?? 'number',
    values: [upper?.name === 'discount' ? discount(scaledLow, low) : scaledLow, ...scaled.values.slice(0, 1)],
    vague: false,
    digits: undefined,
    unit: upper?.name,
  };
}

/* Forms of their own. */

function markedAmount(text: string, at: number, mark: { readonly name: string; readonly end: number }): NumberSpan | undefined {
  const read = chineseReading(text, mark.end) ?? writtenReading(text, mark.end);
  if (read === undefined || read.values.length === 0) return undefined;
  const unit = unitAt(text, read.end);
  const end = unit?.kind === 'money' ? unit.end : read.end;
  return { start: at, end, kind: 'money', values: read.values, vague: read.vague, digits: undefined, unit: mark.name };
}

const portionMark = /(百分之?|千分之|万分之)/y;

/** 百分之二点六, 百分之三到五, 千分之三, 万分之五, 百分百, 百分之百; 三成五. */
function portion(text: string, at: number): NumberSpan | undefined {
  portionMark.lastIndex = at;
  const match = portionMark.exec(text);
  if (match !== null) {
    const places = match[1]?.startsWith('百') === true ? 0 : match[1]?.startsWith('千') === true ? 1 : 2;
    const read = shareAt(text, at + match[0].length);
    if (read === undefined) return undefined;
    const [low] = read.values;
    if (low === undefined)
      return { start: at, end: read.end, kind: 'percent', values: [], vague: true, digits: undefined, unit: 'percent' };
    const values = [low];
    let { end } = read;
    let { vague } = read;
    if (read.values[1] !== undefined) values.push(read.values[1]);
    const to = /\s?(?:到|至|~|-)\s?(?:百分之|千分之|万分之)?/y;
    to.lastIndex = end;
    const joined = to.exec(text);
    const high = joined === null ? undefined : shareAt(text, end + joined[0].length);
    if (high?.values[0] !== undefined && compareDecimals(low, high.values[0]) < 0) {
      values.push(high.values[0]);
      ({ end } = high);
      vague = high.vague;
    }
    return {
      start: at,
      end,
      kind: 'percent',
      values: values.map((value) => shifted(value, places)),
      vague,
      digits: undefined,
      unit: 'percent',
    };
  }
  const tenths = new RegExp(`([一二两三四五六七八九十])成([一二三四五六七八九])?(?![为功立长交员本熟分果都])`, 'y');
  tenths.lastIndex = at;
  const share = tenths.exec(text);
  if (share === null) return undefined;
  const whole = share[1] === '十' ? 10 : (chineseDigit(share[1] ?? '') ?? 0);
  const value = decimal(whole * 10 + (chineseDigit(share[2] ?? '') ?? 0));
  return {
    start: at,
    end: at + share[0].length,
    kind: 'percent',
    values: [value],
    vague: false,
    digits: undefined,
    unit: 'percent',
  };
}

function shareAt(text: string, at: number): Reading | undefined {
  if (text[at] === '百') return { end: at + 1, values: [decimal(100)], vague: false, weak: false };
  const pair = /([一二三四五六七八])([二三四五六七八九])(?![零一二三四五六七八九十点])/y;
  pair.lastIndex = at;
  const guess = pair.exec(text);
  const [low, high] = [chineseDigit(guess?.[1] ?? '') ?? 0, chineseDigit(guess?.[2] ?? '') ?? 0];
  if (guess !== null && high === low + 1) return { end: at + 2, values: [decimal(low), decimal(high)], vague: true, weak: false };
  const several = /几/y;
  several.lastIndex = at;
  if (several.test(text)) return { end: at + 1, values: [], vague: true, weak: false };
  return /\d/.test(text[at] ?? '') ? writtenReading(text, at) : chineseReading(text, at);
}

/** 三分之二: the numerator and the denominator, in lowest terms. */
function fraction(text: string, at: number): NumberSpan | undefined {
  const below = chineseNumeralAt(text, at);
  if (below?.value === undefined || below.vague || below.value.places > 0 || !text.startsWith('分之', below.end))
    return undefined;
  const above = chineseNumeralAt(text, below.end + 2);
  if (above?.value === undefined || above.vague || above.value.places > 0 || below.value.units === 0) return undefined;
  const by = greatestDivisor(above.value.units, below.value.units);
  return {
    start: at,
    end: above.end,
    kind: 'number',
    values: [decimal(above.value.units / by), decimal(below.value.units / by)],
    vague: false,
    digits: undefined,
    unit: 'fraction',
  };
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

const halfOf: Readonly<Record<string, string>> = {
  年: 'year',
  个月: 'month',
  月: 'month',
  天: 'day',
  个小时: 'hour',
  小时: 'hour',
  个钟头: 'hour',
  个点: 'percent',
  个百分点: 'percent',
  折: 'discount',
  分钟: 'minute',
};

/** 半年, 半个月, 半小时, 半个点; 半 alone is a word. */
function half(text: string, at: number): NumberSpan | undefined {
  if (/[一大多前后上下过近两三四五六七八九十\d个年]/.test(text[at - 1] ?? '') && !/[前后]/.test(text[at - 1] ?? ''))
    return undefined;
  const match = /^半(年(?!报)|个月|月|个小时|小时|个钟头|个点|个百分点|分钟|折)/.exec(text.slice(at, at + 6));
  const name = match === null ? undefined : halfOf[match[1] ?? ''];
  if (match === null || name === undefined) return undefined;
  const kind = name === 'percent' ? 'percent' : 'number';
  return { start: at, end: at + match[0].length, kind, values: [decimal(5, 1)], vague: false, digits: undefined, unit: name };
}

/** 几十, 几百万, 数千: vague. */
function several(text: string, at: number): NumberSpan | undefined {
  const match = /^[几数][十百千万亿]+/.exec(text.slice(at, at + 6));
  if (match === null) return undefined;
  const unit = unitAt(text, at + match[0].length);
  return {
    start: at,
    end: unit?.end ?? at + match[0].length,
    kind: unit?.kind ?? 'number',
    values: [],
    vague: true,
    digits: undefined,
    unit: unit?.name,
  };
}

/** 6222 0213 4567, 021-5555-1234, 555-123-4567, +86 138 0000 0000, 1, 2, 3, 4: digits written in groups. */
function digitGroups(text: string, at: number): NumberSpan | undefined {
  const groups =
    /0\d{2,3}-\d{7,8}(?![\d-])|\d{3}\)\s?\d{3}-\d{4}(?![\d-])|\d{3,5}(?:[ -]\d{2,5}){1,6}(?!\d|\.\d|[%-])|\d(?:[ ,-]{1,2}\d(?!\d)){2,}(?!\d|\.\d|%)/y;
  groups.lastIndex = at;
  const match = groups.exec(text);
  if (match === null) return undefined;
  const digits = match[0].replaceAll(/\D/g, '');
  if (/^\d{3,}/.test(match[0]) && digits.length < 7) return undefined;
  const value = readDecimal(digits);
  return {
    start: at,
    end: at + match[0].length,
    kind:
      isPhone(digits) || (match[0].includes('-') && digits.length >= 7 && digits.length <= 12)
        ? 'phone'
        : digits.length > 4
          ? 'digits'
          : 'number',
    values: value === undefined ? [] : [value],
    vague: false,
    digits,
    unit: undefined,
  };
}
