import { chineseDigit, chineseNumeralAt } from './chinese-numerals.ts';
import { type Decimal, decimal, decimalText } from './decimal.ts';
import type { NumberSpan } from './numbers.ts';

const symbols: Readonly<Record<string, string>> = {
  CNY: '¥',
  USD: '$',
  EUR: '€',
  GBP: '£',
  JPY: 'JPY¥',
  HKD: 'HK$',
  AUD: 'A$',
  CAD: 'CA$',
  TWD: 'TWD',
};
const measures: ReadonlyMap<string, string> = new Map(
  Object.entries({
    千克: 'kg',
    公斤: 'kg',
    克: 'g',
    毫克: 'mg',
    千米: 'km',
    公里: 'km',
    厘米: 'cm',
    毫米: 'mm',
    平方米: 'm²',
    平方公里: 'km²',
    立方米: 'm³',
    毫升: 'ml',
    摄氏度: '°C',
    度: '°',
    千瓦时: 'kWh',
    千瓦: 'kW',
  }),
);
const perHour = '每小时';
const measureWords = [...measures.keys()].toSorted((a, b) => b.length - a.length).join('|');

/** How a Chinese number is written; undefined where it stays as it was said. `said` is the span's folded text. */
export function writtenChinese(span: NumberSpan, said: string): string | undefined {
  if (span.kind === 'date') return writtenDate(span, said);
  if (span.kind === 'time') return writtenTime(span, said);
  if (span.unit === 'fraction') {
    const form = writtenFraction(said.replace('负', ''));
    return form === undefined || !said.startsWith('负') ? form : `-${form}`;
  }
  if (said.startsWith('负')) {
    const rest = chineseNumeralAt(said, 1);
    const digit = chineseDigit(said[1] ?? '');
    if (rest?.value !== undefined) return `-${numeral(rest.value, said.slice(1, rest.end))}${said.slice(rest.end)}`;
    return digit === undefined ? undefined : `-${digit}${said.slice(2)}`;
  }
  if (span.digits !== undefined) return span.digits;
  const [low, high] = span.values;
  if (low === undefined) return undefined;
  if (span.kind === 'percent' && /^[百千万]分/.test(said))
    return high === undefined ? `${decimalText(low)}%` : `${decimalText(low)}~${decimalText(high)}%`;
  const read = chineseNumeralAt(said, 0);
  const end = read?.end ?? (/^[零一二两三四五六七八九]/.test(said) ? 1 : undefined);
  if (end === undefined) return undefined;
  if (high !== undefined && span.vague) return guess(low, high, said, end, span);
  if (high !== undefined) return withUnit(`${decimalText(low)}~${decimalText(high)}`, said.slice(unitStart(said)), span);
  if (span.vague) return undefined;
  if (end === 1 && (span.unit === 'item' || span.unit === 'count') && chineseDigit(said[0] ?? '') !== undefined) return undefined;
  if (span.kind === 'money' && said.slice(end).includes('块')) return piecewise(said);
  if (span.kind === 'money') return withUnit(decimalText(low), said.slice(end), span);
  const value = read?.value ?? decimal(chineseDigit(said[0] ?? '') ?? 0);
  return `${numeral(value, said.slice(0, end))}${said.slice(end)}`;
}

/** Where the unit begins that a range ends with. */
function unitStart(said: string): number {
  let at = said.length;
  while (at > 0 && !/[零〇一二两三四五六七八九十百千万亿\d]/.test(said[at - 1] ?? '')) at -= 1;
  return at;
}

function withUnit(number: string, unit: string, span: NumberSpan): string {
  const symbol = span.kind === 'money' && !unit.startsWith('块') ? symbols[span.unit ?? ''] : undefined;
  return symbol === undefined ? `${number}${unit}` : `${symbol}${number}`;
}

/** 三五千 is 3000~5000, 三四万 3~4万, 十五六 15-6. */
function guess(low: Decimal, high: Decimal, said: string, end: number, span: NumberSpan): string | undefined {
  if (low.places > 0 || high.places > 0) return undefined;
  const large = said.slice(0, end).endsWith('万') ? 10_000 : said.slice(0, end).endsWith('亿') ? 100_000_000 : 1;
  const [l, h] = [low.units / large, high.units / large];
  const suffix = large === 1 ? '' : large === 10_000 ? '万' : '亿';
  const pair = chineseDigit(said[0] ?? '') !== undefined && chineseDigit(said[1] ?? '') !== undefined;
  const place = h - l;
  return withUnit(`${l}${pair ? `~${h}` : `-${h % (place * 10)}`}${suffix}`, said.slice(end), span);
}

/** 万 and 亿 stay where they make a long number short: 两千万, 1亿2300. */
function numeral(value: Decimal, said: string): string {
  const coefficient = /^(.+点.+)([万亿]+)$/.exec(said);
  if (coefficient !== null) {
    const head = chineseNumeralAt(coefficient[1] ?? '', 0);
    if (head?.value !== undefined) return `${decimalText(head.value)}${coefficient[2]}`;
  }
  const point = said.indexOf('点');
  if (point >= 0) {
    // 1.50 keeps the digits that were said.
    const digits = [...said.slice(point + 1)].map((each) => chineseDigit(each) ?? each).join('');
    return `${decimalText(value).split('.')[0]}.${digits}`;
  }
  if (value.places > 0 || value.units < 1_000_000) return decimalText(value);
  const parts: string[] = [];
  let rest = value.units;
  for (const [name, by] of [
    ['兆', 1_000_000_000_000],
    ['亿', 100_000_000],
  ] as const) {
    const count = Math.floor(rest / by);
    if (count > 0) parts.push(`${count}${name}`);
    rest -= count * by;
  }
  const tenThousands = Math.floor(rest / 10_000);
  if (tenThousands >= 100) parts.push(`${tenThousands}万`, rest % 10_000 === 0 ? '' : String(rest % 10_000));
  else if (rest > 0) parts.push(String(rest));
  return parts.join('');
}

/** 十二块五毛 is 12块5毛: the words of money stay. */
const piecewise = (said: string): string => {
  let out = '';
  for (let at = 0; at < said.length;) {
    const read = chineseNumeralAt(said, at);
    const digit = chineseDigit(said[at] ?? '');
    if (read?.value !== undefined && read.structured) {
      out += numeral(read.value, said.slice(at, read.end));
      at = read.end;
    } else {
      out += digit ?? said[at];
      at += 1;
    }
  }
  return out;
};

function writtenFraction(said: string): string | undefined {
  const [below = '', above = ''] = said.split('分之');
  const whole = (text: string): string | undefined => {
    const digit = text.length === 1 ? chineseDigit(text) : undefined;
    const read = chineseNumeralAt(text, 0)?.value;
    return digit === undefined ? (read === undefined ? undefined : decimalText(read)) : String(digit);
  };
  const [d, n] = [whole(below), whole(above)];
  return d === undefined || n === undefined ? undefined : `${n}/${d}`;
}

function writtenDate({ date }: NumberSpan, said: string): string {
  const { year, month, day } = date ?? {};
  const two = (part: number): string => String(part).padStart(2, '0');
  const years = year === undefined ? [] : [year < 100 ? two(year) : String(year)];
  if (month !== undefined && (day !== undefined || year !== undefined))
    return [...years, two(month), ...(day === undefined ? [] : [two(day)])].join('/') + (said.endsWith('份') ? '份' : '');
  const mark = /[年日号月份]+$/.exec(said)?.[0] ?? '';
  return `${year ?? month ?? day ?? ''}${mark}`;
}

function writtenTime({ values }: NumberSpan, said: string): string {
  const [minutes, seconds] = values.map(({ units }) => units);
  const hour = Math.floor((minutes ?? 0) / 60);
  const two = (part: number): string => String(part).padStart(2, '0');
  if (/[点时]$/.test(said) && seconds === undefined) return `${hour}${said.slice(-1)}`;
  const hours = hour === 0 ? '00' : String(hour);
  return `${hours}:${two((minutes ?? 0) % 60)}${seconds === undefined ? '' : `:${two(seconds)}`}`;
}

const number = String.raw`-?\d+(?:\.\d+)?(?:~\d+(?:\.\d+)?|-\d+)?`;
const rules: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [new RegExp(`${perHour}(${number})(?:千米|公里)`, 'g'), (_, n = '') => `${n}km/h`],
  [new RegExp(`(${number})(?:千米|公里)${perHour}`, 'g'), (_, n = '') => `${n}km/h`],
  [
    new RegExp(`(${number})(${measureWords})(?![数量过假纪日])`, 'g'),
    (_, n = '', unit = '') => `${n}${measures.get(unit) ?? unit}`,
  ],
  [/(?:上午|早上|早晨|凌晨|清晨)(\d{1,2}:\d{2}(?::\d{2})?)/g, (_, time = '') => `${time}a.m.`],
  [/(?:下午|晚上|傍晚|夜里)(\d{1,2}:\d{2}(?::\d{2})?)/g, (_, time = '') => `${time}p.m.`],
];

/** Units and parts of the day around numbers that are written already. */
export const polishedChinese = (text: string): string => rules.reduce((done, [pattern, by]) => done.replace(pattern, by), text);
