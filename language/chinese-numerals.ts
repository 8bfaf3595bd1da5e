import { type Decimal, decimal, sum, times } from './decimal.ts';

const digitValues: Readonly<Record<string, number>> = {
  零: 0,
  〇: 0,
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  幺: 1,
  壹: 1,
  贰: 2,
  叁: 3,
  肆: 4,
  伍: 5,
  陆: 6,
  柒: 7,
  捌: 8,
  玖: 9,
};
const smallMultipliers: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000, 拾: 10, 佰: 100, 仟: 1000 };
const largeMultipliers: Readonly<Record<string, number>> = { 万: 10_000, 亿: 100_000_000 };

export const numeralClass = '零〇一二两三四五六七八九幺十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟';

export const chineseDigit = (character: string): number | undefined => digitValues[character];

/** Digits read one by one, as a string; undefined when a multiplier stands among them. */
export function chineseDigits(text: string): string | undefined {
  let digits = '';
  for (const character of text) {
    const digit = digitValues[character];
    if (digit === undefined) return undefined;
    digits += digit;
  }
  return digits;
}

/**
 * The value of a Chinese numeral with multipliers (一万三千六百二十, 两百五, 十二, 三万五), optionally with 点 and digits.
 * Undefined where it is no well-formed numeral.
 */
export function chineseNumeral(text: string): Decimal | undefined {
  const [whole = '', fraction, ...rest] = text.split('点');
  if (rest.length > 0) return undefined;
  const value = wholeValue(whole);
  if (value === undefined) return undefined;
  if (fraction === undefined) return decimal(value);
  const digits = chineseDigits(fraction);
  if (digits === undefined || digits === '') return undefined;
  return sum(decimal(value), decimal(Number(digits), digits.length));
}

function wholeValue(text: string): number | undefined {
  if (text === '') return undefined;
  const plain = chineseDigits(text);
  if (plain !== undefined) return plain.length > 15 ? undefined : Number(plain);
  let total = 0;
  let section = 0;
  let digit: number | undefined;
  let lastMultiplier = 0;
  let afterZero = false;
  for (const character of text) {
    const value = digitValues[character];
    const small = smallMultipliers[character];
    const large = largeMultipliers[character];
    if (value !== undefined) {
      if (digit !== undefined && digit !== 0) return undefined;
      afterZero = value === 0;
      digit = value === 0 ? undefined : value;
    } else if (small !== undefined) {
      if (digit === undefined && !(small === 10 && (section === 0 || afterZero || lastMultiplier > 10))) return undefined;
      section += (digit ?? 1) * small;
      digit = undefined;
      lastMultiplier = small;
      afterZero = false;
    } else if (large !== undefined) {
      section += digit ?? 0;
      if (section === 0 && total === 0) return undefined;
      total = large === 100_000_000 ? (total + section) * large : total + section * large;
      section = 0;
      digit = undefined;
      lastMultiplier = large;
      afterZero = false;
    } else return undefined;
  }
  // 一万三 is 13,000 and 两百五 is 250: a last digit without its multiplier stands for the next lower place.
  if (digit !== undefined) section += !afterZero && lastMultiplier >= 100 ? digit * (lastMultiplier / 10) : digit;
  return total + section;
}

export { times };
