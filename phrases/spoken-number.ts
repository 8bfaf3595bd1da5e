import type { NumberSpan } from '../language/index.ts';
import { spokenChinese, spokenEnglish } from './number-sounds.ts';

/** A number as it was said, with the words it was read from. */
export interface SpokenNumber {
  readonly span: NumberSpan;
  /** The text it was read from. */
  readonly text: string;
  /** How it sounds: Chinese numerals or English words, digits spelled out. */
  readonly spoken: string;
  /** The same with what a line does not keep apart made one: 四 and 十, fifteen and fifty. */
  readonly blurred: string;
}

/** A number read from a text, with how it sounds in the language it was said in. */
export function spokenNumber(span: NumberSpan, text: string, language: 'zh' | 'en'): SpokenNumber {
  const spoken = language === 'en' ? spokenEnglish(span, text) : spokenChinese(span, text);
  return { span, text, spoken, blurred: blurred(spoken) };
}

/** `same`; the value without its unit; a pair that sounds alike; or another number. */
export type NumberLikeness = 'same' | 'unit' | 'sound' | 'other';

/** Whether a number that was said is the one that a phrase names. A vague one (十几) equals no phrase. */
export function likenessOf(wanted: SpokenNumber, said: SpokenNumber): NumberLikeness {
  if (wanted.span.vague || said.span.vague) return 'other';
  const value = sameValue(wanted.span, said.span);
  const unit = unitLikeness(wanted.span, said.span);
  if (unit === 'other') return 'other';
  if (value) return unit;
  return wanted.blurred === said.blurred ? 'sound' : 'other';
}

function sameValue(wanted: NumberSpan, said: NumberSpan): boolean {
  if (wanted.date !== undefined && said.date !== undefined) return sameDate(wanted.date, said.date);
  const digits = [wanted.digits, said.digits];
  if (isString(wanted) || isString(said)) {
    const [a, b] = digits;
    if (a !== undefined && b !== undefined) return a === b;
    if (a?.startsWith('0') === true || b?.startsWith('0') === true) return false;
  }
  const [asked, values] = [valuesBeside(wanted, said), valuesBeside(said, wanted)];
  if (asked.length === 0) return false;
  return asked.every((value) => values.some((each) => each.units === value.units && each.places === value.places));
}

/** What a number is worth beside another: a date or a time of day beside a bare number is its parts, for a lost 号 or 点. */
function valuesBeside(span: NumberSpan, other: NumberSpan): NumberSpan['values'] {
  if (span.kind === other.kind) return span.values;
  if (span.date !== undefined) return dateParts(span.date).map((units) => ({ units, places: 0 }));
  if (span.kind !== 'time') return span.values;
  return span.values.flatMap(({ units }) => (units % 60 === 0 ? [{ units: units / 60, places: 0 }] : []));
}

/** Digits read singly: compared whole, leading zeros kept. */
function isString(span: NumberSpan): boolean {
  return span.kind === 'digits' || (span.digits?.startsWith('0') === true && span.digits.length > 1);
}

type DateParts = NonNullable<NumberSpan['date']>;

/** Dates compare the parts that both name. */
function sameDate(a: DateParts, b: DateParts): boolean {
  let shared = 0;
  for (const part of ['year', 'month', 'day'] as const) {
    const [x, y] = [a[part], b[part]];
    if (x === undefined || y === undefined) continue;
    if (x !== y) return false;
    shared += 1;
  }
  return shared > 0;
}

/** A date's parts as plain numbers, for a recogniser that lost 月 or 号. */
function dateParts(date: DateParts): readonly number[] {
  return [date.year, date.month, date.day].filter((part) => part !== undefined);
}

function unitLikeness(wanted: NumberSpan, said: NumberSpan): 'same' | 'unit' | 'other' {
  if (wanted.unit === said.unit || wanted.unit === undefined) return 'same';
  return said.unit === undefined ? 'unit' : 'other';
}

function blurred(spoken: string): string {
  return spoken
    .replaceAll('十', '四')
    .replaceAll('幺', '一')
    .replaceAll(/\b(thir|four|for|fif|six|seven|eigh|nine)(?:teen|ty)\b/gu, '$1ty')
    .replaceAll('forty', 'fourty');
}
