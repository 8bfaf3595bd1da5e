import { chineseDigit, chineseNumeralAt } from './chinese-numerals.ts';
import { compareDecimals, decimal, readDecimal, shifted } from './decimal.ts';
import { chineseReading, isPhone, type Reading, writtenReading } from './number-reading.ts';
import { unitAt } from './number-units.ts';
import type { NumberSpan } from './numbers.ts';

export function markedAmount(
  text: string,
  at: number,
  mark: { readonly name: string; readonly end: number },
): NumberSpan | undefined {
  const read = chineseReading(text, mark.end) ?? writtenReading(text, mark.end);
  if (read === undefined || read.values.length === 0) return undefined;
  const unit = unitAt(text, read.end);
  const end = unit?.kind === 'money' ? unit.end : read.end;
  return { start: at, end, kind: 'money', values: read.values, vague: read.vague, digits: undefined, unit: mark.name };
}

const portionMark = /(百分之?|千分之|万分之)/y;

/** 百分之二点六, 百分之三到五, 千分之三, 万分之五, 百分百, 百分之百; 三成五. */
export function portion(text: string, at: number): NumberSpan | undefined {
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
export function fraction(text: string, at: number): NumberSpan | undefined {
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
export function half(text: string, at: number): NumberSpan | undefined {
  if (/[一大多前后上下过近两三四五六七八九十\d个年]/.test(text[at - 1] ?? '') && !/[前后]/.test(text[at - 1] ?? ''))
    return undefined;
  const match = /^半(年(?!报)|个月|月|个小时|小时|个钟头|个点|个百分点|分钟|折)/.exec(text.slice(at, at + 6));
  const name = match === null ? undefined : halfOf[match[1] ?? ''];
  if (match === null || name === undefined) return undefined;
  const kind = name === 'percent' ? 'percent' : 'number';
  return { start: at, end: at + match[0].length, kind, values: [decimal(5, 1)], vague: false, digits: undefined, unit: name };
}

/** 几十, 几百万, 数千: vague. */
export function several(text: string, at: number): NumberSpan | undefined {
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
export function digitGroups(text: string, at: number): NumberSpan | undefined {
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
