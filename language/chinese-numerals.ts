import { type Decimal, decimal, readDecimal, sum, times } from './decimal.ts';

const digitValues: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ 零: 0, 〇: 0, 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 幺: 1 },
    ...{ 壹: 1, 贰: 2, 叁: 3, 肆: 4, 伍: 5, 陆: 6, 柒: 7, 捌: 8, 玖: 9 },
  }),
);
const smallMultipliers: ReadonlyMap<string, number> = new Map(
  Object.entries({ 十: 10, 百: 100, 千: 1000, 拾: 10, 佰: 100, 仟: 1000 }),
);
const largeMultipliers: ReadonlyMap<string, number> = new Map(
  Object.entries({ 万: 10_000, 亿: 100_000_000, 兆: 1_000_000_000_000 }),
);

/** Characters that a numeral is made of, for character classes. */
export const numeralClass = '零〇一二两三四五六七八九幺十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟';

export const chineseDigit = (character: string): number | undefined => digitValues.get(character);
const isMultiplier = (character: string): boolean => smallMultipliers.has(character) || largeMultipliers.has(character);

/** What stands at a place of a text as a Chinese numeral. */
export interface ChineseNumeral {
  readonly end: number;
  /** Undefined where it is vague (几十, 二十多) or beyond safe integers. */
  readonly value: Decimal | undefined;
  /** 七八(百), 两三(万): a value between two. */
  readonly upTo?: Decimal;
  readonly vague: boolean;
  /** Digits read singly, with their leading zeros. */
  readonly digits?: string;
  /** It was said with 十 百 千 万 亿, or as a decimal. */
  readonly structured: boolean;
  /** The last large multiplier, and the value before it: 3到5万 is 30,000 to 50,000. */
  readonly large?: number;
}

/** What is counted in guesses: 三四天, 七八个, 一两年. */
const counted = /^(?:[个天块次位人家张岁元倍遍周]|年(?![级月])|分钟|小时|秒|块|元|美[元金]|英镑|欧元|港[币元]|公[斤里]|千[克米])/;

/** The numeral that begins here: digits read singly, multipliers, decimals, `3.5万`; undefined where none does. */
export function chineseNumeralAt(text: string, at: number): ChineseNumeral | undefined {
  const first = text[at] ?? '';
  if (/\d/.test(first)) return writtenMultiple(text, at);
  let run = 0;
  while (digitValues.has(text[at + run] ?? '')) run += 1;
  const next = text[at + run] ?? '';
  if (run === 2 && (isMultiplier(next) || counted.test(text.slice(at + 2, at + 5)))) {
    const pair = pairAt(text, at);
    if (pair !== undefined) return pair;
  }
  // 二两 is a weight: 两 stands in longer strings alone.
  if (run <= 3 && text[at + run - 1] === '两' && run > 1) run -= 1;
  if (run >= 2 && !isMultiplier(next)) {
    if (next === '点' && digitValues.has(text[at + run + 1] ?? '') && run <= 3 && first !== '零') return undefined;
    return digitString(text.slice(at, at + run), at + run);
  }
  if (run > 2) return digitString(text.slice(at, at + run - 1), at + run - 1);
  return structured(text, at);
}

function digitString(said: string, end: number): ChineseNumeral {
  const digits = [...said].map((character) => digitValues.get(character) ?? 0).join('');
  return { end, value: readDecimal(digits), vague: false, digits, structured: false };
}

/** `3.5万`, `20多万`, `3千`: digits with a multiplier behind them; plain digits are read elsewhere. */
function writtenMultiple(text: string, at: number): ChineseNumeral | undefined {
  const written = /\d+(?:,\d{3})*(?:\.\d+)?/y;
  written.lastIndex = at;
  const match = written.exec(text);
  if (match === null) return undefined;
  let end = at + match[0].length;
  let value = readDecimal(match[0]);
  let large: number | undefined;
  const vague = /[多余几]/.test(text[end] ?? '') && isMultiplier(text[end + 1] ?? '');
  if (vague) end += 1;
  for (;;) {
    const by: number | undefined = smallMultipliers.get(text[end] ?? '') ?? largeMultipliers.get(text[end] ?? '');
    if (by === undefined) break;
    value = value === undefined ? undefined : times(value, by);
    if (by >= 10_000) large = by;
    end += 1;
    // 3万5千, 5万2
    if (by >= 1000 && /\d/.test(text[end] ?? '')) {
      const rest = writtenMultiple(text, end);
      if (rest?.value !== undefined && value !== undefined && rest.structured && rest.value.units < by) {
        value = sum(value, rest.value);
        end = rest.end;
        break;
      }
      const single = /\d(?![\d.,])/y;
      single.lastIndex = end;
      const digit = single.exec(text);
      if (digit !== null && value !== undefined) {
        value = sum(value, decimal(Number(digit[0]) * (by / 10)));
        end += 1;
      }
      break;
    }
  }
  if (end === at + match[0].length) return undefined;
  return { end, value: vague ? undefined : value, vague, structured: true, ...(large === undefined ? {} : { large }) };
}

/** 七八百, 两三万, 三五千: two digits before a multiplier are a guess between them. */
function pairAt(text: string, at: number): ChineseNumeral | undefined {
  const low = digitValues.get(text[at] ?? '') ?? 0;
  const high = digitValues.get(text[at + 1] ?? '') ?? 0;
  if (!(low > 0 && (high === low + 1 || (low === 3 && high === 5)))) return undefined;
  let by = 1;
  let end = at + 2;
  let large: number | undefined;
  while (isMultiplier(text[end] ?? '')) {
    const factor = smallMultipliers.get(text[end] ?? '') ?? largeMultipliers.get(text[end] ?? '') ?? 1;
    if (factor >= 10_000) large = factor;
    by *= factor;
    end += 1;
  }
  return {
    end,
    value: times(decimal(low), by),
    upTo: decimal(high * by),
    vague: true,
    structured: true,
    ...(large === undefined ? {} : { large }),
  };
}

interface Section {
  total: number;
  section: number;
  /** The last multiplier within the section, and the last large one. */
  small: number;
  large: number;
  end: number;
  said: number;
  upTo: number | undefined;
}

function structured(text: string, from: number): ChineseNumeral | undefined {
  const read = wholeAt(text, from);
  if (read === undefined) return undefined;
  let { end } = read;
  let value: Decimal | undefined = Number.isSafeInteger(read.total) ? decimal(read.total) : undefined;
  let large = read.large === Number.POSITIVE_INFINITY ? undefined : read.large;
  let said = read.said;
  if (read.upTo !== undefined)
    return { end, value, upTo: decimal(read.upTo), vague: true, structured: true, ...(large === undefined ? {} : { large }) };
  if (text[end] === '点' && digitValues.has(text[end + 1] ?? '')) {
    let fraction = '';
    let to = end + 1;
    while (digitValues.has(text[to] ?? '')) fraction += String(digitValues.get(text[to++] ?? ''));
    // 八点零五分 and 三点二十 are times of day.
    if (!(/^[十]/.test(text[to] ?? '') || (fraction.startsWith('0') && fraction.length === 2 && text[to] === '分'))) {
      value = value === undefined || fraction.length > 9 ? undefined : sum(value, decimal(Number(fraction), fraction.length));
      end = to;
      said += 2;
      const by =
        largeMultipliers.get(text[end] ?? '') ??
        (/[百千]/.test(text[end] ?? '') ? smallMultipliers.get(text[end] ?? '') : undefined);
      if (by !== undefined && large === undefined) {
        value = value === undefined ? undefined : times(value, by);
        large = by >= 10_000 ? by : undefined;
        end += 1;
        if (text[end] === '亿' && by === 10_000) {
          value = value === undefined ? undefined : times(value, 100_000_000);
          end += 1;
        }
      }
    }
  }
  // 二十多, 三百余, 十几, 一千来(块)
  const tail = /[多余几]|来(?=[个块元天年万岁次位])/y;
  tail.lastIndex = end;
  const more = read.small < 10_000 || large !== undefined ? tail.exec(text) : null;
  if (more !== null && (read.small !== Number.POSITIVE_INFINITY || large !== undefined)) {
    end += more[0].length;
    while (isMultiplier(text[end] ?? '')) end += 1;
    return { end, value: undefined, vague: true, structured: true };
  }
  return { end, value, vague: false, structured: said > 1, ...(large === undefined ? {} : { large }) };
}

/** The whole part: 一万三千六百二十, 两百五, 十二, 三万五, 一百一十; stops before the first character that does not fit. */
function wholeAt(text: string, from: number): Section | undefined {
  const s: Section = {
    total: 0,
    section: 0,
    small: Number.POSITIVE_INFINITY,
    large: Number.POSITIVE_INFINITY,
    end: from,
    said: 0,
    upTo: undefined,
  };
  let afterZero = false;
  let afterLarge = false;
  for (;;) {
    const character = text[s.end] ?? '';
    const digit = digitValues.get(character);
    const next = text[s.end + 1] ?? '';
    if (digit === 0) {
      const goesOn = digitValues.has(next) && digitValues.get(next) !== 0;
      if (s.said === 0 && !(next === '点')) return undefined;
      if (s.said > 0 && !(goesOn || next === '十')) break;
      if (s.said === 0) return { ...s, end: s.end + 1, said: 1 };
      afterZero = true;
      s.end += 1;
      continue;
    }
    if (digit !== undefined) {
      // 一千克, 十千米: kilo
      const kilo = next === '千' && /[克米瓦]/.test(text[s.end + 2] ?? '');
      const by = kilo ? undefined : smallMultipliers.get(next);
      if (by !== undefined && by < s.small) {
        s.section += digit * by;
        s.small = by;
        s.said += 2;
        s.end += 2;
      } else if (largeMultipliers.has(next) && s.small > 1) {
        s.section += digit;
        s.small = 1;
        s.said += 1;
        s.end += 1;
      } else {
        // 七百三四十
        const guess = digitValues.get(next);
        const tenth = smallMultipliers.get(text[s.end + 2] ?? '');
        if (guess === digit + 1 && tenth !== undefined && tenth < s.small && s.said > 0) {
          const base = s.total + s.section;
          return { ...s, total: base + digit * tenth, upTo: base + guess * tenth, end: s.end + 3 };
        }
        if (by !== undefined && s.said > 0) break;
        const place =
          afterZero || s.said === 0 ? 1 : afterLarge ? s.large / 10 : s.small < Number.POSITIVE_INFINITY ? s.small / 10 : 1;
        if (place < 1) break;
        // 十七八, 三四十五六(万): a guess between two
        const second = digitValues.get(next);
        if (
          second !== undefined &&
          s.said > 0 &&
          second === digit + 1 &&
          !digitValues.has(text[s.end + 2] ?? '') &&
          !smallMultipliers.has(text[s.end + 2] ?? '')
        ) {
          const base = s.total + s.section;
          const by2 = largeMultipliers.get(text[s.end + 2] ?? '') ?? 1;
          return {
            ...s,
            total: (base + digit * place) * by2,
            upTo: (base + second * place) * by2,
            end: s.end + (by2 > 1 ? 3 : 2),
            large: by2 > 1 ? by2 : s.large,
          };
        }
        if (second !== undefined && s.said > 0 && place > 1) break;
        s.section += digit * place;
        s.small = 0;
        s.said += 1;
        s.end += 1;
        break;
      }
      afterZero = false;
      afterLarge = false;
      continue;
    }
    const small = smallMultipliers.get(character);
    if (small !== undefined) {
      const opens =
        s.said === 0
          ? small === 10 || /[万亿元块]/.test(next)
          : small === 10 && (afterZero || s.small > 10) && (digitValues.has(next) || afterZero || s.small === 100);
      if (!opens || small >= s.small) break;
      s.section += small;
      s.small = small;
      s.said += 2;
      s.end += 1;
      afterZero = false;
      afterLarge = false;
      continue;
    }
    const large = largeMultipliers.get(character);
    if (large === undefined) break;
    if (s.section === 0 && (s.total === 0 || !afterLarge)) break;
    if (large > s.large) s.total = (s.total + s.section) * large;
    else if (large === s.large) break;
    else s.total += s.section * large;
    s.section = 0;
    s.small = Number.POSITIVE_INFINITY;
    s.large = large;
    s.said += 2;
    s.end += 1;
    afterLarge = true;
    afterZero = false;
  }
  if (s.said === 0) return undefined;
  s.total += s.section;
  return s;
}

/** Reads a whole text as one plain whole number in Chinese numerals or digits; undefined where it is none. */
export function readWhole(text: string): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const read = text.length === 1 && digitValues.has(text) ? undefined : chineseNumeralAt(text, 0);
  if (text.length === 1 && digitValues.has(text)) return digitValues.get(text);
  return read === undefined || read.end !== text.length || read.vague || read.value === undefined || read.value.places > 0
    ? undefined
    : read.value.units;
}
