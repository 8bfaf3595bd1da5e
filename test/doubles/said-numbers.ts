import fc from 'fast-check';
import type { Transcript, Turn, Word } from '../../transcribe/index.ts';

/** Numbers as people say them and machines write them, for tests of whatever must recognise them. */

const chinese = '零一二三四五六七八九';
const english = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** Ways of saying digits; `groups` cuts them where the speaker breathes. */
export const sayings: Readonly<Record<string, (groups: readonly string[]) => string>> = {
  'digits in one piece': (groups) => groups.join(''),
  'digits in groups': (groups) => groups.join(' '),
  'digits with hyphens': (groups) => groups.map((group) => [...group].join('-')).join(', '),
  'full-width digits': (groups) =>
    [...groups.join('')].map((digit) => (digit === 'X' ? 'X' : String.fromCodePoint(0xff10 + Number(digit)))).join(''),
  'Chinese, one by one': (groups) => groups.map(inChinese).join('，'),
  'Chinese with 幺 and fillers': (groups) => groups.map((group) => inChinese(group).replaceAll('一', '幺')).join('，嗯，'),
  'Chinese in one piece': (groups) => inChinese(groups.join('')),
  'English, one by one': (groups) =>
    groups.map((group) => [...group].map((digit) => (digit === 'X' ? 'x' : english[Number(digit)])).join(' ')).join(', '),
  'English with oh and double': (groups) => groups.map(withDoubles).join(', um, '),
};

function inChinese(digits: string): string {
  return [...digits].map((digit) => (digit === 'X' ? '叉' : chinese[Number(digit)])).join('');
}

function withDoubles(group: string): string {
  return group
    .replace(/(\d)\1/g, (_, digit: string) => ` double ${word(digit)} `)
    .replace(/\d/g, (digit) => ` ${word(digit)} `)
    .replaceAll('X', ' x ')
    .trim()
    .replaceAll(/\s+/g, ' ');
}

const word = (digit: string): string => (digit === '0' ? 'oh' : english[Number(digit)]!);

const digit = fc.integer({ min: 0, max: 9 }).map(String);
const digitsOf = (length: number): fc.Arbitrary<string> =>
  fc.array(digit, { minLength: length, maxLength: length }).map((all) => all.join(''));

/** Bank card numbers that pass Luhn's check, of issuers that there are. */
export const cardNumbers: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('4111', '5500', '3782', '6222', '6228', '3528', '2221'), fc.constantFrom(15, 16, 19))
  .chain(([prefix, length]) => digitsOf(length - 1 - prefix.length).map((rest) => withLuhn(prefix + rest)));

function withLuhn(digits: string): string {
  for (let check = 0; check < 10; check++) {
    const all = digits + String(check);
    let sum = 0;
    for (let index = 0; index < all.length; index++) {
      const value = Number(all[all.length - 1 - index]) * (index % 2 === 0 ? 1 : 2);
      sum += value > 9 ? value - 9 : value;
    }
    if (sum % 10 === 0) return all;
  }
  throw new Error('there is always a check digit');
}

/** Mainland identity numbers with the right check digit. */
export const identityNumbers: fc.Arbitrary<string> = fc
  .record({
    region: fc.constantFrom('110101', '310115', '440305', '510104'),
    year: fc.integer({ min: 1940, max: 2008 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
    serial: digitsOf(3),
  })
  .map(({ region, year, month, day, serial }) => {
    const body = `${region}${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}${serial}`;
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    return body + '10X98765432'[weights.reduce((sum, weight, index) => sum + weight * Number(body[index]), 0) % 11];
  });

/** Mainland mobile numbers. */
export const mobileNumbers: fc.Arbitrary<string> = fc
  .tuple(fc.integer({ min: 3, max: 9 }), digitsOf(9))
  .map(([second, rest]) => `1${second}${rest}`);

/** Digits cut into groups of two to six. */
export const grouped = (digits: string): fc.Arbitrary<string[]> =>
  fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 10, maxLength: 10 }).map((sizes) => groupsOf(digits, sizes));

function groupsOf(digits: string, sizes: readonly number[]): string[] {
  const groups: string[] = [];
  let at = 0;
  for (let index = 0; at < digits.length; index++) {
    groups.push(digits.slice(at, at + sizes[index % sizes.length]!));
    at += sizes[index % sizes.length]!;
  }
  return groups;
}

/** A call from lines such as `agent: 您好`, each after the one before; with words, each word has its own time. */
export function callOf(lines: readonly string[], options: { words?: boolean; confidence?: number } = {}): Transcript {
  let at = 1000;
  const turns = lines.map((line, index): Turn => {
    const [, speaker, text] = /^(agent|customer|unknown): (.*)$/su.exec(line)!;
    const startMs = at;
    const pieces = text!.match(/\p{Script=Han}[^\p{L}\p{N}\s]*|[^\s\p{Script=Han}]+/gu) ?? [];
    const words: Word[] = [];
    for (const piece of pieces) {
      const length = 120 + 60 * Math.min(6, piece.length);
      words.push({
        text: piece,
        startMs: at,
        endMs: at + length,
        ...(options.confidence === undefined ? {} : { confidence: options.confidence }),
      });
      at += length;
    }
    const turn: Turn = {
      id: `t${index + 1}`,
      speaker: speaker as Turn['speaker'],
      speakerConfidence: 1,
      channel: speaker === 'customer' ? 1 : 0,
      startMs,
      endMs: at,
      text: text!,
      ...(options.words === true ? { words } : {}),
    };
    at += 400;
    return turn;
  });
  return { version: 1, language: 'mixed', durationMs: at, layout: 'agent-left', turns };
}
