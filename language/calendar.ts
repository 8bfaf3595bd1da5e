import { numeralClass, readWhole } from './chinese-numerals.ts';
import { englishNumeral, wordsFrom } from './english-numerals.ts';

/** The parts of a date that were named. */
export interface DateParts {
  readonly year?: number;
  readonly month?: number;
  readonly day?: number;
}

export interface CalendarReading {
  readonly end: number;
  readonly date?: DateParts;
  /** Minutes since midnight as the clock was read: 三点 and 下午三点 are both 180. Seconds are kept apart. */
  readonly minutes?: number;
  readonly seconds?: number;
}

const n = String.raw`(?:\d{1,2}|[${numeralClass}]{1,3})`;
const year = String.raw`(\d{4}|\d{2}|[零〇一二三四五六七八九]{4}|[零〇一二三四五六七八九]{2}|[一二两]千零?[零一二三四五六七八九十]{0,3})`;
const gap = String.raw`\s?`;
const chineseDates: readonly RegExp[] = [
  new RegExp(`${year}${gap}年${gap}(${n})${gap}月份?(?:${gap}(${n})${gap}[日号])?`, 'y'),
  new RegExp(`()(${n})${gap}月份?${gap}(${n})${gap}[日号](?!线|楼)`, 'y'),
  new RegExp(`()(?<!个)(${n})${gap}月(?!亮|薪|供|费|结|球|嫂|饼)份?()`, 'y'),
  new RegExp(`()()(${n})${gap}(?:号(?![线码楼店院窗门台机房桌厅口])|日(?![内元均前后线常]))`, 'y'),
  new RegExp(`(\\d{4}|[零〇一二三四五六七八九]{4}|[一二两]千零[零一二三四五六七八九十]{1,3})${gap}年(?![期内后前]|以)()()`, 'y'),
];
const isoDate = /(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d.])/y;
const clock = /(\d{1,2})[:](\d{2})(?:[:](\d{2}))?(?![\d:])/y;

function makeDate(end: number, y: string | undefined, m: string | undefined, d: string | undefined): CalendarReading | undefined {
  const part = (said: string | undefined): number | undefined => {
    if (said === undefined || said === '') return undefined;
    if (/^[零〇一二三四五六七八九]{2,}$/.test(said)) return Number([...said].map((each) => readWhole(each) ?? 0).join(''));
    return readWhole(said) ?? -1;
  };
  const [years, month, day] = [part(y), part(m), part(d)];
  if (years === -1 || month === -1 || day === -1) return undefined;
  if (month !== undefined && (month < 1 || month > 12)) return undefined;
  if (day !== undefined && (day < 1 || day > 31)) return undefined;
  if (years === undefined && month === undefined && day === undefined) return undefined;
  return {
    end,
    date: {
      ...(years === undefined ? {} : { year: years }),
      ...(month === undefined ? {} : { month }),
      ...(day === undefined ? {} : { day }),
    },
  };
}

/** A date that begins here: 二零二四年三月五号, 3月5日, 五号, 2024-03-05. */
export function chineseDateAt(text: string, at: number): CalendarReading | undefined {
  isoDate.lastIndex = at;
  const iso = isoDate.exec(text);
  if (iso !== null) {
    const read = makeDate(at + iso[0].length, iso[1], iso[2], iso[3]);
    if (read !== undefined) return read;
  }
  for (const pattern of chineseDates) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) continue;
    const read = makeDate(at + match[0].length, match[1], match[2], match[3]);
    if (read !== undefined) return read;
  }
  return undefined;
}

/** A time of day that begins here: 10:30, 八点零五分, 三点半, 九点, 十二点一刻. */
export function clockAt(text: string, at: number): CalendarReading | undefined {
  clock.lastIndex = at;
  const written = clock.exec(text);
  if (written !== null) {
    const [hour, minute, second] = [
      Number(written[1]),
      Number(written[2]),
      written[3] === undefined ? undefined : Number(written[3]),
    ];
    if (hour > 24 || minute > 59) return undefined;
    return { end: at + written[0].length, minutes: hour * 60 + minute, ...(second === undefined ? {} : { seconds: second }) };
  }
  const hours = new RegExp(String.raw`(\d{1,2}|[零一二两三四五六七八九十]{1,3})(点钟?|时(?![候间常刻期]))`, 'y');
  hours.lastIndex = at;
  const match = hours.exec(text);
  if (match === null) return undefined;
  const hour = readWhole(match[1] ?? '');
  if (hour === undefined || hour > 24) return undefined;
  let end = at + match[0].length;
  const rest = text.slice(end, end + 8);
  if (match[2] === '点钟') return { end, minutes: hour * 60 };
  if (rest.startsWith('半')) return { end: end + 1, minutes: hour * 60 + 30 };
  if (rest.startsWith('整')) return { end: end + 1, minutes: hour * 60 };
  const quarter = /^([一三])刻/.exec(rest);
  if (quarter !== null) return { end: end + 2, minutes: hour * 60 + (quarter[1] === '一' ? 15 : 45) };
  const minute = /^(?:过|零)?(\d{1,2}|[零一二三四五六七八九十]{1,3})(分(?![之期钟])钟?)?/.exec(rest);
  const minutes = minute === null ? undefined : readMinutes(minute[1] ?? '');
  if (minute !== null && minutes !== undefined && minutes < 60) {
    const isTime = minute[2] !== undefined || /十|^\d{2}$/.test(minute[1] ?? '');
    if (isTime) {
      end += minute[0].length;
      const second = /^(\d{1,2}|[零一二三四五六七八九十]{1,3})秒/.exec(text.slice(end, end + 5));
      const seconds = second === null ? undefined : readMinutes(second[1] ?? '');
      if (second === null || seconds === undefined) return { end, minutes: hour * 60 + minutes };
      return { end: end + second[0].length, minutes: hour * 60 + minutes, seconds };
    }
    return undefined;
  }
  if (match[2] === '时' || /^[零一二两三四五六七八九\d]/.test(rest)) return undefined;
  // 三点 alone is a time; 一点 is 一点 (a little) unless a part of the day or 到 stands before it.
  return { end, minutes: hour * 60 };
}

const readMinutes = (said: string): number | undefined => (/^零.$/.test(said) ? readWhole(said.slice(1)) : readWhole(said));

const months = new Map(
  'january february march april may june july august september october november december'
    .split(' ')
    .flatMap((name, index) => [[name, index + 1] as const, [name.slice(0, 3), index + 1] as const]),
);
months.set('sept', 9);

/** Whether a word may begin an English date. */
export const isMonth = (word: string): boolean => months.has(word);

const writtenDay =
  /\s*(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?(?![\d:.%])(?!\s*(?:percent|dollars|days|times|years|months|weeks|hours|minutes|people|more|or|to|business|working|accounts|million|thousand)\b)/y;
const writtenYear = /\s*,?\s*(\d{4})(?!\d)/y;

function dayAt(text: string, at: number): { value: number; end: number } | undefined {
  writtenDay.lastIndex = at;
  const written = writtenDay.exec(text);
  if (written !== null) return valid(Number(written[1]), at + written[0].length);
  const words = wordsFrom(text, at, 6);
  const skip = words[0]?.text === 'the' ? 1 : 0;
  const numeral = englishNumeral(words.slice(skip));
  if (numeral?.value === undefined || numeral.pair !== undefined || numeral.value.places > 0) return undefined;
  return valid(numeral.value.units, words[skip + numeral.words - 1]?.end ?? at);
}

const valid = (value: number, end: number): { value: number; end: number } | undefined =>
  value >= 1 && value <= 31 ? { value, end } : undefined;

function yearAt(text: string, at: number): { value: number; end: number } | undefined {
  writtenYear.lastIndex = at;
  const written = writtenYear.exec(text);
  if (written !== null) return { value: Number(written[1]), end: at + written[0].length };
  // A comma may stand before the year.
  const words = wordsFrom(text, at, 8).map((word, index) => (index === 0 ? { ...word, apart: false } : word));
  const skip = words[0]?.text === 'of' || words[0]?.text === 'in' ? 1 : 0;
  const numeral = englishNumeral(words.slice(skip));
  const value = numeral?.value?.units;
  if (numeral === undefined || value === undefined || value < 1500 || value > 2100 || numeral.value?.places !== 0)
    return undefined;
  return { value, end: words[skip + numeral.words - 1]?.end ?? at };
}

/** A date in English words or digits: march the third, July 25th 2012, the twenty fifth of July, 25 July. */
export function englishDateAt(text: string, at: number): CalendarReading | undefined {
  const name = /[a-z]+/y;
  name.lastIndex = at;
  const first = name.exec(text)?.[0];
  const month = first === undefined ? undefined : months.get(first);
  if (first !== undefined && month !== undefined) {
    const after = at + first.length + (text[at + first.length] === '.' ? 1 : 0);
    const day = dayAt(text, after);
    const year = yearAt(text, day?.end ?? after);
    if (day === undefined && year === undefined) return undefined;
    // may and march are words of their own: only a day beside them makes a date
    return {
      end: year?.end ?? day?.end ?? after,
      date: { ...(year === undefined ? {} : { year: year.value }), month, ...(day === undefined ? {} : { day: day.value }) },
    };
  }
  const day = dayAt(text, at);
  if (day === undefined) return undefined;
  const of = /(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]+)/y;
  of.lastIndex = day.end;
  const match = of.exec(text);
  const named = match === null ? undefined : months.get(match[1] ?? '');
  if (match === null || named === undefined) return undefined;
  const end = day.end + match[0].length;
  const year = yearAt(text, end);
  // `you, 3 may say so`: may is a month beside an ordinal, an `of` or a year.
  if (
    match[1] === 'may' &&
    year === undefined &&
    !/(?:st|nd|rd|th)\s/.test(`${text.slice(at, day.end)}${match[0]}`) &&
    !match[0].includes(' of ')
  )
    return undefined;
  return { end: year?.end ?? end, date: { ...(year === undefined ? {} : { year: year.value }), month: named, day: day.value } };
}

const dayPart = /\s*(o'?\s?clock|[ap]\.?\s?m\b\.?)/y;

/** 2pm, 3 o'clock, ten thirty a m, half past three, quarter to six: clock times that say that they are. */
export function englishClockAt(text: string, at: number): CalendarReading | undefined {
  const digits = /(\d{1,2})(?![\d:.,])/y;
  digits.lastIndex = at;
  const written = digits.exec(text);
  if (written !== null) return clockRead(text, at + written[0].length, Number(written[1]), 0);
  const words = wordsFrom(text, at, 6);
  const past = /^(?:half|quarter|a quarter)$/.exec(words[0]?.text === 'a' ? `a ${words[1]?.text}` : (words[0]?.text ?? ''));
  if (past !== null) {
    const skip = words[0]?.text === 'a' ? 2 : 1;
    const side = words[skip]?.text;
    const numeral =
      side === 'past' || side === 'to' || side === 'till' ? englishNumeral(words.slice(skip + 1, skip + 2)) : undefined;
    const hour = numeral?.value?.units;
    if (hour === undefined || hour < 1 || hour > 12) return undefined;
    const minutes = past[0] === 'half' ? 30 : 15;
    return {
      end: words[skip + 1]?.end ?? at,
      minutes: side === 'past' ? hour * 60 + minutes : ((hour + 11) % 12) * 60 + 60 - minutes,
    };
  }
  const hourly = /([a-z]+)\s+o'?\s?clock/y;
  hourly.lastIndex = at;
  const sharp = hourly.exec(text);
  const hours = sharp === null ? undefined : englishNumeral(words.slice(0, 1))?.value?.units;
  if (sharp !== null && hours !== undefined && hours >= 1 && hours <= 12)
    return { end: at + sharp[0].length, minutes: hours * 60 };
  const numeral = englishNumeral(words);
  if (numeral?.value === undefined || numeral.ordinal) return undefined;
  const side = words[numeral.words]?.text;
  if ((side === 'past' || side === 'till') && numeral.value.units < 60 && numeral.digits === undefined) {
    const next = englishNumeral(words.slice(numeral.words + 1, numeral.words + 2))?.value?.units;
    if (next !== undefined && next >= 1 && next <= 12) {
      const minutes = side === 'past' ? next * 60 + numeral.value.units : ((next + 11) % 12) * 60 + 60 - numeral.value.units;
      return { end: words[numeral.words + 1]?.end ?? at, minutes };
    }
  }
  const end = words[numeral.words - 1]?.end ?? at;
  if (numeral.pair !== undefined) return clockRead(text, end, numeral.pair[0], numeral.pair[1]);
  return numeral.digits === undefined && numeral.value.places === 0 ? clockRead(text, end, numeral.value.units, 0) : undefined;
}

function clockRead(text: string, end: number, hour: number, minutes: number): CalendarReading | undefined {
  dayPart.lastIndex = end;
  if (hour < 1 || hour > 12 || minutes > 59 || !dayPart.test(text)) return undefined;
  const oclock = /\s*o'?\s?clock/y;
  oclock.lastIndex = end;
  const match = oclock.exec(text);
  return { end: match === null ? end : end + match[0].length, minutes: hour * 60 + minutes };
}
