import {
  chineseDateAt,
  type CalendarReading,
  clockAt,
  type DateParts,
  englishClockAt,
  englishDateAt,
  isMonth,
} from './calendar.ts';
import { chineseDigit, numeralClass } from './chinese-numerals.ts';
import { compareDecimals, type Decimal, decimal, negative, shifted, sum, times } from './decimal.ts';
import { englishNumeral, numeralWords, wordsFrom } from './english-numerals.ts';
import { digitGroups, fraction, half, markedAmount, portion, several } from './number-forms.ts';
import { chineseReading, englishReading, isPhone, type Reading, writtenReading } from './number-reading.ts';
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
