import { chineseDigit, chineseNumeralAt } from './chinese-numerals.ts';
import { type Decimal, readDecimal, times } from './decimal.ts';
import { englishNumeral, wordsFrom } from './english-numerals.ts';
import { unitAt } from './number-units.ts';

/** What a numeral says, before its unit is looked at. */
export interface Reading {
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

/** Chinese numerals, or digits with a multiplier (3.5万). */
export function chineseReading(text: string, at: number): Reading | undefined {
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

/** Digits as they are written, with scales (2.5 million) and ordinals (3rd). */
export function writtenReading(text: string, at: number): Reading | undefined {
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

/** A number in English words. */
export function englishReading(text: string, at: number): Reading | undefined {
  const words = wordsFrom(text, at);
  const numeral = englishNumeral(words);
  if (numeral === undefined) return undefined;
  const end = words[numeral.words - 1]?.end ?? at;
  const { value, vague, digits, weak, large, ordinal } = numeral;
  return { end, values: value === undefined ? [] : [value], vague, digits, weak, large, ordinal };
}

/** Mobile, landline with area code, and service numbers. */
export const isPhone = (digits: string): boolean =>
  /^(?:(?:86)?1[3-9]\d{9}|0(?:10|2\d|[3-9]\d{2})\d{7,8}|[48]00\d{7})$/.test(digits);
