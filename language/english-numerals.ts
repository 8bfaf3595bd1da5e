import { type Decimal, decimal, sum, times } from './decimal.ts';
import type { NumberSpan } from './numbers.ts';

const ones: Readonly<Record<string, number>> = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
};
const teens: Readonly<Record<string, number>> = {
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
};
const tens: Readonly<Record<string, number>> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fourty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
const scales: Readonly<Record<string, number>> = { hundred: 100, thousand: 1000, million: 1_000_000, billion: 1_000_000_000 };

const units: Readonly<Record<string, readonly [string, NumberSpan['kind']]>> = {
  percent: ['percent', 'percent'],
  dollars: ['USD', 'money'],
  dollar: ['USD', 'money'],
  pounds: ['GBP', 'money'],
  pound: ['GBP', 'money'],
  yuan: ['CNY', 'money'],
  euros: ['EUR', 'money'],
  days: ['day', 'number'],
  day: ['day', 'number'],
  months: ['month', 'number'],
  month: ['month', 'number'],
  years: ['year', 'number'],
  year: ['year', 'number'],
  hours: ['hour', 'number'],
  hour: ['hour', 'number'],
  minutes: ['minute', 'number'],
  minute: ['minute', 'number'],
  seconds: ['second', 'number'],
  times: ['count', 'number'],
};

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function wordsFrom(text: string, at: number): Word[] {
  const words: Word[] = [];
  const pattern = /[a-z]+(?:'[a-z]+)?/giy;
  let position = at;
  while (words.length < 24) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) break;
    words.push({ text: match[0].toLowerCase(), start: match.index, end: match.index + match[0].length });
    const gap = /^[\s,-]+/.exec(text.slice(pattern.lastIndex));
    if (gap === null) break;
    position = pattern.lastIndex + gap[0].length;
  }
  return words;
}

const isDigit = (word: string): boolean => word in ones || word === 'oh' || word === 'o';

/** The English number that begins at this place: quantity, digits read singly, year or percentage. */
export function readEnglishNumber(text: string, at: number): NumberSpan | undefined {
  const words = wordsFrom(text, at);
  return digitString(words) ?? quantity(words);
}

/** `five zero two one`, `oh seven double seven`: at least two digits. */
function digitString(words: readonly Word[]): NumberSpan | undefined {
  let digits = '';
  let index = 0;
  let end = 0;
  while (index < words.length) {
    const word = words[index]?.text ?? '';
    const next = words[index + 1]?.text ?? '';
    if ((word === 'double' || word === 'triple') && isDigit(next)) {
      digits += String(ones[next] ?? 0).repeat(word === 'double' ? 2 : 3);
      end = words[index + 1]?.end ?? end;
      index += 2;
    } else if (isDigit(word)) {
      // `one` before a scale is a quantity.
      if (next in scales) break;
      digits += String(ones[word] ?? 0);
      end = words[index]?.end ?? end;
      index += 1;
    } else break;
  }
  const first = words[0]?.text;
  if (digits.length < 2 || first === undefined || (first === 'oh' && digits.length < 3) || first === 'o') return undefined;
  return {
    start: words[0]?.start ?? 0,
    end,
    kind: digits.length > 4 ? 'digits' : 'number',
    values: digits.length > 15 ? [] : [decimal(Number(digits))],
    vague: false,
    digits,
    unit: undefined,
  };
}

function quantity(words: readonly Word[]): NumberSpan | undefined {
  let index = 0;
  let total = 0;
  let section: Decimal = decimal(0);
  let seen = 0;
  let lastValue = Number.POSITIVE_INFINITY;
  let end = 0;
  let isBig = false;
  while (index < words.length) {
    const word = words[index]?.text ?? '';
    const value = ones[word] ?? teens[word] ?? tens[word];
    if (value !== undefined && (value < lastValue || seen === 0)) {
      section = sum(section, decimal(value));
      lastValue = word in tens ? 10 : value < 10 ? 0 : 1;
    } else if (value !== undefined && seen === 1 && lastValue === 1 && (word in tens || word in teens)) {
      // nineteen eighty four, twenty ten
      section = sum(times(section, 100), decimal(value));
      lastValue = word in tens ? 10 : 0;
    } else if (word === 'hundred' && seen > 0) {
      section = times(section, 100);
      lastValue = 100;
      isBig = true;
    } else if (word in scales && seen > 0) {
      total += times(section, scales[word] ?? 1).units;
      section = decimal(0);
      lastValue = scales[word] ?? 1;
      isBig = true;
    } else if (word === 'and' && isBig && seen > 0 && isNumeral(words[index + 1]?.text)) {
      index += 1;
      continue;
    } else if (word === 'point' && seen > 0 && isDigit(words[index + 1]?.text ?? '')) {
      let fraction = '';
      while (isDigit(words[index + 1]?.text ?? '')) {
        index += 1;
        fraction += String(ones[words[index]?.text ?? ''] ?? 0);
      }
      section = sum(section, decimal(Number(fraction), fraction.length));
      end = words[index]?.end ?? end;
      index += 1;
      break;
    } else if (word === 'and' && seen > 0 && words[index + 1]?.text === 'a' && words[index + 2]?.text === 'half') {
      section = sum(section, decimal(5, 1));
      end = words[index + 2]?.end ?? end;
      index += 3;
      break;
    } else break;
    end = words[index]?.end ?? end;
    seen += 1;
    index += 1;
  }
  if (seen === 0) return undefined;
  const percent = words[index]?.text === 'per' && words[index + 1]?.text === 'cent';
  const unit = percent ? (['percent', 'percent'] as const) : units[words[index]?.text ?? ''];
  // one, second, a alone are no numbers: they need a unit.
  if (unit === undefined && seen === 1 && (words[0]?.text ?? '') in ones) return undefined;
  if (unit !== undefined) end = words[percent ? index + 1 : index]?.end ?? end;
  return {
    start: words[0]?.start ?? 0,
    end,
    kind: unit?.[1] ?? 'number',
    values: [sum(decimal(total), section)],
    vague: false,
    digits: undefined,
    unit: unit?.[0],
  };
}

const isNumeral = (word: string | undefined): boolean => word !== undefined && (word in ones || word in teens || word in tens);
