import { Converter } from 'opencc-js';

/**
 * How transcripts are scored: errors are the fewest edits between what was said and what was written, after both are
 * brought to one notation (as the open English and Chinese scorers do): case and punctuation out, contractions opened,
 * numerals to digits, traditional to simplified. Apart from the product's own language library on purpose.
 */
export interface Errors {
  readonly edits: number;
  /** Words (English) or characters (Chinese) of the reference. */
  readonly length: number;
}

export type ScoredLanguage = 'zh' | 'en';

export function errorsOf(reference: string, hypothesis: string, language: ScoredLanguage): Errors {
  const tokens = language === 'zh' ? chineseTokens : englishTokens;
  const expected = tokens(reference);
  return { edits: editDistance(expected, tokens(hypothesis)), length: expected.length };
}

/** Levenshtein distance over tokens. */
export function editDistance(a: readonly string[], b: readonly string[]): number {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, token] of a.entries()) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j += 1)
      row.push(Math.min(before[j + 1]! + 1, row[j]! + 1, before[j]! + (token === b[j] ? 0 : 1)));
    before = row;
  }
  return before[b.length]!;
}

const simplified = Converter({ from: 't', to: 'cn' });
const chineseDigits: Readonly<Record<string, string>> = {
  零: '0',
  〇: '0',
  一: '1',
  二: '2',
  两: '2',
  三: '3',
  四: '4',
  五: '5',
  六: '6',
  七: '7',
  八: '8',
  九: '9',
  幺: '1',
};

/** Every character is a token, Latin letters and digits too. */
export function chineseTokens(text: string): string[] {
  const plain = simplified(text.normalize('NFKC'))
    .toLowerCase()
    .replace(/(?<=\d),(?=\d{3})/gu, '')
    .replace(/[^\p{L}\p{N}\p{M}]/gu, '')
    .replace(/[零〇一二两三四五六七八九十百千万亿幺]+/gu, (numeral: string) => chineseNumber(numeral) ?? numeral);
  return [...plain];
}

function chineseNumber(numeral: string): string | undefined {
  if (!/[十百千万亿]/u.test(numeral)) return [...numeral].map((character) => chineseDigits[character]!).join('');
  let whole = 0;
  let section = 0;
  let digit: number | undefined;
  let unit = 0;
  for (const character of numeral) {
    if (character in chineseDigits) {
      if (digit !== undefined && digit !== 0) return undefined;
      digit = Number(chineseDigits[character]);
      continue;
    }
    const value = { 十: 10, 百: 100, 千: 1000, 万: 1e4, 亿: 1e8 }[character]!;
    if (value >= 1e4) {
      section += digit ?? 0;
      if (section === 0) return undefined;
      whole += section * value;
      section = 0;
    } else {
      if (digit === undefined && value !== 10) return undefined;
      section += (digit ?? 1) * value;
    }
    digit = undefined;
    unit = value;
  }
  // 一百八 is 180
  const last = digit ?? 0;
  const tail = last !== 0 && unit >= 100 && numeral.at(-2) !== '零' && numeral.at(-2) !== '〇' ? last * (unit / 10) : last;
  return String(whole + section + tail);
}

const contractions: readonly (readonly [RegExp, string])[] = [
  [/\bwon't\b/gu, 'will not'],
  [/\bcan't\b/gu, 'can not'],
  [/\bcannot\b/gu, 'can not'],
  [/\blet's\b/gu, 'let us'],
  [/\bwanna\b/gu, 'want to'],
  [/\bgonna\b/gu, 'going to'],
  [/\bgotta\b/gu, 'got to'],
  [/\bmr\b/gu, 'mister'],
  [/\bmrs\b/gu, 'missus'],
  [/\bdr\b/gu, 'doctor'],
  [/n't\b/gu, ' not'],
  [/'re\b/gu, ' are'],
  [/'s\b/gu, ' is'],
  [/'d\b/gu, ' would'],
  [/'ll\b/gu, ' will'],
  [/'ve\b/gu, ' have'],
  [/'m\b/gu, ' am'],
  [/\bokay\b/gu, 'ok'],
  [/\be-?mail\b/gu, 'email'],
];

export function englishTokens(text: string): string[] {
  let plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’‘]/gu, "'")
    .replace(/[[(][^\])]*[\])]/gu, ' ')
    .replace(/\b(hmm|mm|mhm|mmm|uh|um|er|erm)\b/gu, ' ')
    .replace(/(?<=\d),(?=\d{3})/gu, '')
    .replace(
      /([$£€])(\d+(?:\.\d+)?)/gu,
      (_, sign: string, amount: string) => `${amount} ${sign === '$' ? 'dollars' : sign === '£' ? 'pounds' : 'euros'}`,
    )
    .replace(/%/gu, ' percent ')
    .replace(/\b(\w+) and a half\b/gu, (half, number: string) => (number in small ? `${number} point five` : half));
  for (const [pattern, opened] of contractions) plain = plain.replace(pattern, opened);
  const words = plain
    .replace(/(?<=\p{L})-(?=\p{L})/gu, ' ')
    .replace(/(?<=\d)(?=\p{L})|(?<=\p{L})(?=\d)/gu, ' ')
    .replace(/\.(?!\d)/gu, ' ')
    .replace(/\p{Script=Han}/gu, ' $& ')
    .replace(/[^\p{L}\p{N}.\s]/gu, ' ')
    .split(/\s+/u)
    .filter((word) => word !== '');
  return joinDigits(numeralsToDigits(words));
}

const small: Readonly<Record<string, number>> = {
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
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
const multipliers: Readonly<Record<string, number>> = { hundred: 100, thousand: 1000, million: 1e6, billion: 1e9 };

/** Spoken numbers as digits; digits said one by one make one string. */
function numeralsToDigits(words: readonly string[]): string[] {
  const out: string[] = [];
  let at = 0;
  while (at < words.length) {
    const read = readNumber(words, at);
    if (read === undefined) {
      out.push(words[at]!);
      at += 1;
    } else {
      out.push(read.digits);
      at = read.next;
    }
  }
  return out;
}

function readNumber(words: readonly string[], start: number): { digits: string; next: number } | undefined {
  let at = start;
  let digits = '';
  let total = 0;
  let current: number | undefined;
  let composed = false;
  const flush = () => {
    if (current !== undefined || total > 0) digits += String(total + (current ?? 0));
    total = 0;
    current = undefined;
    composed = false;
  };
  for (; at < words.length; at += 1) {
    const word = words[at]!;
    const afterDigit = at > start;
    if (word in small || ((word === 'oh' || word === 'o') && (afterDigit || nextIsDigit(words, at)))) {
      const value = small[word] ?? 0;
      if (current !== undefined && composed && current % 10 === 0 && current % 100 >= 20 && value > 0 && value < 10)
        current += value;
      else if (current !== undefined && composed && current % 100 === 0 && value > 0) current += value;
      else {
        flush();
        current = value;
      }
      composed = false;
    } else if (word in tens) {
      if (current !== undefined && composed && current % 100 === 0) current += tens[word]!;
      else {
        flush();
        current = tens[word]!;
      }
      composed = true;
    } else if (word in multipliers && (current !== undefined || word === 'hundred')) {
      const value = multipliers[word]!;
      if (value === 100) current = (current ?? 1) * 100;
      else {
        total += (current ?? 1) * value;
        current = 0;
      }
      composed = true;
    } else if ((word === 'double' || word === 'triple') && (words[at + 1] ?? '') in small) {
      flush();
      digits += String(small[words[at + 1]!]).repeat(word === 'double' ? 2 : 3);
      at += 1;
    } else if (word === 'and' && composed && isNumberWord(words[at + 1])) continue;
    else if (word === 'point' && at > start && isNumberWord(words[at + 1])) {
      flush();
      digits += '.';
    } else break;
  }
  flush();
  return at === start || digits === '' ? undefined : { digits, next: at };
}

const isNumberWord = (word: string | undefined) => word !== undefined && (word in small || word in tens);
const nextIsDigit = (words: readonly string[], at: number) => (small[words[at + 1] ?? ''] ?? 99) < 10;

/** Digits written in groups are one number, as when they were said one by one. */
function joinDigits(words: readonly string[]): string[] {
  const out: string[] = [];
  for (const word of words) {
    const last = out.at(-1);
    if (last !== undefined && /^\d+$/u.test(last) && /^\d+$/u.test(word)) out[out.length - 1] = last + word;
    else out.push(word);
  }
  return out;
}
