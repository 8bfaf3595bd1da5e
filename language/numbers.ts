import { chineseDigits, chineseNumeral, numeralClass } from './chinese-numerals.ts';
import { type Decimal, decimal, readDecimal, sum, times } from './decimal.ts';
import { readEnglishNumber } from './english-numerals.ts';

export type NumberKind = 'number' | 'percent' | 'money' | 'date' | 'digits';

/** A number that was said or written. Offsets are code units of the text as given. */
export interface NumberSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: NumberKind;
  /** One value, two for `3到5%`; none where it is vague (十几, 七八个). */
  readonly values: readonly Decimal[];
  readonly vague: boolean;
  /** Digits read singly, leading zeros kept; undefined for a quantity. */
  readonly digits: string | undefined;
  readonly unit: string | undefined;
  /** For dates: the parts that are named. */
  readonly date?: { readonly year?: number; readonly month?: number; readonly day?: number } | undefined;
}

const N = `[${numeralClass}]`;
/** Words in which a numeral is none. */
const notNumbers =
  /一下子?|一定|一点儿?|一起|一样|一直|一些|一般|一旦|一边|一共|一切|一致|一向|一会儿?|一时|一律|一块儿|一路|一方面|一并|一概|一经|唯一|统一|万一|之一|第一时间|千万(?=别|不|要|记)|十分(?!钟)|万分|百般|万能|三番|七上八下|乱七八糟|不管三七二十一|九成|一两(?=句|天|个|次)|说一说|看一看|听一听|试一试|等一等|一声|一听|一看|一说|再一次|一家|一站式|一手|一律|零钱|零售|零食|零花|两者|两边|百姓|千方百计|万事|亿万/g;

const zhUnits: readonly (readonly [RegExp, string, NumberKind])[] = [
  [/^(?:块钱|元钱|块|元|圆)/, 'CNY', 'money'],
  [/^(?:美元|美金|美刀)/, 'USD', 'money'],
  [/^(?:港币|港元)/, 'HKD', 'money'],
  [/^(?:加元|加币)/, 'CAD', 'money'],
  [/^(?:欧元)/, 'EUR', 'money'],
  [/^(?:英镑)/, 'GBP', 'money'],
  [/^(?:个百分点|个点|%|％)/, 'percent', 'percent'],
  [/^(?:个工作日)/, 'working_day', 'number'],
  [/^(?:天)/, 'day', 'number'],
  [/^(?:个月)/, 'month', 'number'],
  [/^(?:年期|年)/, 'year', 'number'],
  [/^(?:个小时|小时)/, 'hour', 'number'],
  [/^(?:分钟)/, 'minute', 'number'],
  [/^(?:秒钟|秒)/, 'second', 'number'],
  [/^折/, 'discount', 'number'],
  [/^期/, 'instalment', 'number'],
  [/^(?:次|遍|回)/, 'count', 'number'],
  [/^(?:个|笔|张|位|份|套|户|名|条|项|家|件|人|岁|倍|级|分)/, 'item', 'number'],
  [/^点(?=[^零一二三四五六七八九]|$)/, 'hour', 'number'],
];

/** Every number in a text, in order, without overlap: Chinese, English, digits, with units, percentages, money and dates. */
export function numbersIn(text: string): NumberSpan[] {
  const spans: NumberSpan[] = [];
  const blocked = blockedPlaces(text);
  let at = 0;
  while (at < text.length) {
    const span = blocked[at] === 1 ? undefined : numberAt(text, at, blocked);
    if (span === undefined) at += 1;
    else {
      spans.push(span);
      at = span.end;
    }
  }
  return spans;
}

function blockedPlaces(text: string): Uint8Array {
  const blocked = new Uint8Array(text.length + 1);
  for (const match of text.matchAll(notNumbers)) blocked.fill(1, match.index, match.index + match[0].length);
  return blocked;
}

const startsZh = new RegExp(`^(?:百分之)?(?:${N}|\\d|半|几)`, 'u');
const numeralZh = new RegExp(`^${N}+(?:点${N}+)?`, 'u');

function numberAt(text: string, at: number, blocked: Uint8Array): NumberSpan | undefined {
  const rest = text.slice(at, at + 80);
  if (startsZh.test(rest)) {
    const previous = text[at - 1] ?? '';
    if (/\d/.test(rest[0] ?? '') && /[\p{L}\d]/u.test(previous) && /[a-z\d]/i.test(previous)) return undefined;
    return dateAt(rest, at) ?? percentAt(rest, at) ?? quantityAt(text, rest, at, blocked);
  }
  if (/^[a-z]/i.test(rest) && !/[a-z0-9]/i.test(text[at - 1] ?? '')) return readEnglishNumber(text, at);
  return undefined;
}

function dateAt(rest: string, at: number): NumberSpan | undefined {
  const num = `(?:\\d{1,4}|${N}{1,4})`;
  const match =
    new RegExp(`^(${num})年(?:(${num})月(?:(${num})[日号])?)?(?![期内])`, 'u').exec(rest) ??
    new RegExp(`^()(${num})月(?:(${num})[日号])?(?!份?的?利)`, 'u').exec(rest) ??
    new RegExp(`^()()(${num})[日号](?!线|码|楼)`, 'u').exec(rest);
  if (match === null) return undefined;
  const part = (value: string | undefined): number | undefined =>
    value === undefined || value === '' ? undefined : readWhole(value);
  const [year, month, day] = [part(match[1]), part(match[2]), part(match[3])];
  if (month === undefined && day === undefined && (year === undefined || !/^(\d{4}|.{4})$/u.test(match[1] ?? '')))
    return undefined;
  if (month !== undefined && (month < 1 || month > 12)) return undefined;
  if (day !== undefined && (day < 1 || day > 31)) return undefined;
  if (year !== undefined && year < 60 && (match[1]?.length ?? 0) < 2) return undefined;
  return {
    start: at,
    end: at + match[0].length,
    kind: 'date',
    values: [decimal((year ?? 0) * 10_000 + (month ?? 0) * 100 + (day ?? 0))],
    vague: false,
    digits: undefined,
    unit: 'date',
    date: {
      ...(year === undefined ? {} : { year }),
      ...(month === undefined ? {} : { month }),
      ...(day === undefined ? {} : { day }),
    },
  };
}

const readWhole = (text: string): number | undefined => {
  if (/^\d+$/.test(text)) return Number(text);
  const value = chineseNumeral(text);
  return value === undefined || value.places > 0 ? undefined : value.units;
};

function percentAt(rest: string, at: number): NumberSpan | undefined {
  const written =
    /^(\d[\d,]*(?:\.\d+)?)(?:\s*(?:[到至~\-—]|to)\s*(\d[\d,]*(?:\.\d+)?))?\s*(?:%|％|percent\b|per cent\b|个百分点|个点)/iu.exec(
      rest,
    );
  const spoken = new RegExp(`^百分之(${N}+(?:点${N}+)?)(?:[到至](?:百分之)?(${N}+(?:点${N}+)?))?`, 'u').exec(rest);
  const match = written ?? spoken;
  if (match === null) return undefined;
  const read = (text: string | undefined): Decimal | undefined =>
    text === undefined ? undefined : written === null ? chineseNumeral(text) : readDecimal(text);
  const [low, high] = [read(match[1]), read(match[2])];
  if (low === undefined) return undefined;
  return {
    start: at,
    end: at + match[0].length,
    kind: 'percent',
    values: high === undefined ? [low] : [low, high],
    vague: false,
    digits: undefined,
    unit: 'percent',
  };
}

const vague = new RegExp(
  `^(?:${N}+[几多来余](?=[个块元天年万千百次岁号]|$)|几${N}+|(?:一两|两三|三四|四五|五六|六七|七八|八九)(?=[个块元天年万千百次岁]|十|百))[个]?`,
  'u',
);

function quantityAt(text: string, rest: string, at: number, blocked: Uint8Array): NumberSpan | undefined {
  const isVague = vague.exec(rest);
  if (isVague !== null)
    return {
      start: at,
      end: at + isVague[0].length,
      kind: 'number',
      values: [],
      vague: true,
      digits: undefined,
      unit: undefined,
    };
  const written = /^\d[\d,]*(?:\.\d+)?/.exec(rest);
  const half = /^半(?=年|个月|天|小时|个小时)/.exec(rest);
  const numeral = half === null ? (written ?? numeralZh.exec(rest)) : half;
  if (numeral === null) return undefined;
  let body = numeral[0];
  for (let index = 1; index < body.length; index++) if (blocked[at + index] === 1) body = body.slice(0, index);
  if (body.endsWith('点')) body = body.slice(0, -1);
  if (written !== null) return writtenQuantity(body.replace(/,$/, ''), rest, at);
  return spokenQuantity(text, body, rest, at);
}

function writtenQuantity(body: string, rest: string, at: number): NumberSpan | undefined {
  let value = readDecimal(body);
  let length = body.length;
  const multiplier = /^\s*([万亿千百])/u.exec(rest.slice(length));
  if (multiplier !== null && value !== undefined) {
    value = times(value, { 万: 10_000, 亿: 100_000_000, 千: 1000, 百: 100 }[multiplier[1] ?? ''] ?? 1);
    length += multiplier[0].length;
  }
  const unit = unitAfter(rest.slice(length));
  const currency = /^\s*(dollars?|pounds?|yuan|euros?)\b/i.exec(rest.slice(length));
  const digits = /^\d+$/.test(body) && multiplier === null ? body : undefined;
  if (value === undefined && digits === undefined) return undefined;
  return {
    start: at,
    end: at + length + (unit?.length ?? 0) + (currency?.[0].length ?? 0),
    kind: unit?.kind ?? (currency === null ? (digits !== undefined && digits.length > 4 ? 'digits' : 'number') : 'money'),
    values: value === undefined ? [] : [value],
    vague: false,
    digits: unit === undefined && currency === null ? digits : undefined,
    unit: unit?.name ?? (currency === null ? undefined : currencyOf(currency[1] ?? '')),
  };
}

const currencyOf = (word: string): string =>
  /^d/i.test(word) ? 'USD' : /^p/i.test(word) ? 'GBP' : /^y/i.test(word) ? 'CNY' : 'EUR';

function unitAfter(rest: string): { name: string; kind: NumberKind; length: number } | undefined {
  for (const [pattern, name, kind] of zhUnits) {
    const match = pattern.exec(rest);
    if (match !== null) return { name, kind, length: match[0].length };
  }
  return undefined;
}

function spokenQuantity(text: string, body: string, rest: string, at: number): NumberSpan | undefined {
  const digits = chineseDigits(body);
  const before = text.slice(Math.max(0, at - 3), at);
  const introduced = /(第|工号|尾号|编号|百分之|号码)是?$/u.test(before);
  const unit = unitAfter(rest.slice(body.length));
  const single = [...body].length === 1 && body !== '半';
  if (single && unit === undefined && !introduced) return undefined;
  const value = body === '半' ? decimal(5, 1) : chineseNumeral(body);
  let end = at + body.length + (unit?.length ?? 0);
  let total = value;
  // 二十块五, 三块八毛
  if (unit?.name === 'CNY' && value !== undefined) {
    const tail = new RegExp(`^([${numeralClass}])(?:毛|角)?(?![${numeralClass}万千百十])`, 'u').exec(text.slice(end, end + 3));
    const tenth = tail === null ? undefined : chineseDigits(tail[1] ?? '');
    if (tail !== null && tenth !== undefined && /(块|块钱)$/u.test(rest.slice(0, end - at))) {
      total = sum(value, decimal(Number(tenth), 1));
      end += tail[0].length;
    }
  }
  if (total === undefined && digits === undefined) return undefined;
  const isString = digits !== undefined && digits.length >= 2 && unit === undefined;
  return {
    start: at,
    end,
    kind: unit?.kind ?? (isString && (digits?.length ?? 0) > 4 ? 'digits' : 'number'),
    values: total === undefined ? [] : [total],
    vague: false,
    digits: isString || (digits !== undefined && introduced) ? digits : undefined,
    unit: unit?.name,
  };
}
