import type { NumberSpan } from '../language/index.ts';

/**
 * How a number sounds, said in the one usual way whatever it was written from: equal numbers sound the same, `4.8%` and
 * 百分之四点八, 8027 and 八零二七. What has no usual way keeps its words.
 */
export function spokenChinese(span: NumberSpan, text: string): string {
  if (span.vague) return chineseWords(text);
  if (isSpelled(span)) return spelledChinese(span.digits ?? '');
  if (span.date !== undefined) {
    const { year, month, day } = span.date;
    return [
      year === undefined ? '' : `${spelledChinese(String(year))}年`,
      month === undefined ? '' : `${chineseNumeral(month, 0)}月`,
      day === undefined ? '' : `${chineseNumeral(day, 0)}号`,
    ].join('');
  }
  const [first] = span.values;
  if (first === undefined) return chineseWords(text);
  if (span.kind === 'time') {
    const minutes = first.units % 60;
    return `${chineseNumeral(Math.floor(first.units / 60), 0)}点${minutes === 0 ? '' : `${chineseNumeral(minutes, 0)}分`}`;
  }
  if (span.unit !== undefined && !Object.hasOwn(chineseUnits, span.unit)) return chineseWords(text);
  const values = span.values.map(({ units, places }) => chineseNumeral(units, places)).join('到');
  return span.unit === 'percent' ? `百分之${values}` : values + (span.unit === undefined ? '' : (chineseUnits[span.unit] ?? ''));
}

export function spokenEnglish(span: NumberSpan, text: string): string {
  if (span.vague) return englishWords(text);
  if (isSpelled(span)) return spelledEnglish(span.digits ?? '');
  if (span.date !== undefined) {
    const { year, month, day } = span.date;
    return [
      month === undefined ? '' : (monthNames[month - 1] ?? ''),
      day === undefined ? '' : englishNumeral(day, 0),
      year === undefined ? '' : spelledEnglish(String(year)),
    ]
      .filter((part) => part !== '')
      .join(' ');
  }
  const [first] = span.values;
  if (first === undefined) return englishWords(text);
  if (span.kind === 'time') {
    const minutes = first.units % 60;
    return `${englishNumeral(Math.floor(first.units / 60), 0)}${minutes === 0 ? '' : ` ${englishNumeral(minutes, 0)}`}`;
  }
  if (span.unit !== undefined && !Object.hasOwn(englishUnits, span.unit)) return englishWords(text);
  const values = span.values.map(({ units, places }) => englishNumeral(units, places)).join(' to ');
  return span.unit === undefined ? values : `${values} ${englishUnits[span.unit] ?? ''}`.trim();
}

/** Digits that are read one by one. */
function isSpelled(span: NumberSpan): boolean {
  const { digits } = span;
  return digits !== undefined && (digits.length >= 3 || digits.startsWith('0') || span.values.length === 0);
}

const chineseUnits: Readonly<Record<string, string>> = {
  percent: '',
  CNY: '元',
  USD: '美元',
  HKD: '港币',
  CAD: '加元',
  EUR: '欧元',
  GBP: '英镑',
  day: '天',
  working_day: '个工作日',
  week: '周',
  month: '个月',
  year: '年',
  hour: '小时',
  minute: '分钟',
  second: '秒',
  discount: '折',
  instalment: '期',
  count: '次',
  item: '个',
  ordinal: '',
  age: '岁',
  times: '倍',
};

const englishUnits: Readonly<Record<string, string>> = {
  percent: 'percent',
  CNY: 'yuan',
  USD: 'dollars',
  HKD: 'hong kong dollars',
  CAD: 'canadian dollars',
  EUR: 'euros',
  GBP: 'pounds',
  day: 'days',
  working_day: 'working days',
  week: 'weeks',
  month: 'months',
  year: 'years',
  hour: 'hours',
  minute: 'minutes',
  second: 'seconds',
  count: 'times',
  item: '',
  ordinal: '',
};

const monthNames = 'january february march april may june july august september october november december'.split(' ');
const digitNames = '零一二三四五六七八九';

/** A decimal in Chinese: 一万三千六百二十点五. */
function chineseNumeral(units: number, places: number): string {
  const [whole, fraction] = split(units, places);
  const read = whole < 100_000_000_000 ? chineseWhole(whole) : spelledChinese(String(whole));
  return `${units < 0 ? '负' : ''}${read}${fraction === '' ? '' : `点${spelledChinese(fraction)}`}`;
}

function split(units: number, places: number): readonly [whole: number, fraction: string] {
  const digits = String(Math.abs(units)).padStart(places + 1, '0');
  return places === 0 ? [Number(digits), ''] : [Number(digits.slice(0, -places)), digits.slice(-places)];
}

function chineseWhole(value: number): string {
  for (const [unit, name] of [
    [100_000_000, '亿'],
    [10_000, '万'],
  ] as const) {
    if (value < unit) continue;
    const rest = value % unit;
    const gap = rest > 0 && rest < unit / 10 ? '零' : '';
    return `${chineseWhole(Math.floor(value / unit))}${name}${rest === 0 ? '' : gap + chineseWhole(rest)}`;
  }
  return chineseBelowTenThousand(value);
}

function chineseBelowTenThousand(value: number): string {
  if (value < 10) return digitNames[value] ?? '';
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
    out += unit === 10 && digit === 1 && out === '' ? '十' : `${digitNames[digit] ?? ''}${name}`;
  }
  return out;
}

function spelledChinese(digits: string): string {
  return [...digits].map((digit) => digitNames[Number(digit)] ?? '').join('');
}

/** Words kept, digits among them read as numerals. */
function chineseWords(text: string): string {
  return text
    .replaceAll(/(?<=\d),(?=\d)/gu, '')
    .replaceAll(/(\d+)(?:\.(\d+))?/gu, (_, whole: string, fraction: string | undefined) =>
      whole.length > 15 ? spelledChinese(whole) : chineseNumeral(Number(whole + (fraction ?? '')), fraction?.length ?? 0),
    );
}

const below20 =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

function englishNumeral(units: number, places: number): string {
  const [whole, fraction] = split(units, places);
  const read = whole < 1_000_000_000_000 ? englishWhole(whole) : spelledEnglish(String(whole));
  return `${units < 0 ? 'minus ' : ''}${read}${fraction === '' ? '' : ` point ${spelledEnglish(fraction)}`}`;
}

function englishWhole(value: number): string {
  if (value < 20) return below20[value] ?? '';
  if (value < 100) return `${tens[Math.floor(value / 10) - 2] ?? ''}${value % 10 === 0 ? '' : ` ${englishWhole(value % 10)}`}`;
  for (const [unit, name] of [
    [1_000_000_000, 'billion'],
    [1_000_000, 'million'],
    [1000, 'thousand'],
    [100, 'hundred'],
  ] as const) {
    if (value < unit) continue;
    const rest = value % unit;
    return `${englishWhole(Math.floor(value / unit))} ${name}${rest === 0 ? '' : ` ${englishWhole(rest)}`}`;
  }
  return '';
}

function spelledEnglish(digits: string): string {
  return [...digits].map((digit) => below20[Number(digit)] ?? '').join(' ');
}

function englishWords(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/(?<=\d),(?=\d{3})/gu, '')
    .replaceAll(/(\d+)(?:\.(\d+))?/gu, (_, whole: string, fraction: string | undefined) =>
      whole.length > 15 ? spelledEnglish(whole) : ` ${englishNumeral(Number(whole + (fraction ?? '')), fraction?.length ?? 0)} `,
    )
    .replaceAll('%', ' percent ')
    .replaceAll(/[^a-z ]/gu, ' ')
    .replaceAll(/ +/gu, ' ')
    .trim();
}
