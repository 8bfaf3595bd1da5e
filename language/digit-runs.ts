import { chineseDigit } from './chinese-numerals.ts';

/** One digit of a run. */
export interface RunDigit {
  readonly digit: string;
  readonly start: number;
  readonly end: number;
  /** A likely mishearing (妖 for 幺) stands there. */
  readonly uncertain: boolean;
}

/** Digits said or written one after another, whatever stands between them. */
export interface DigitRun {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
  readonly parts: readonly RunDigit[];
}

const english: Readonly<Record<string, string>> = {
  zero: '0',
  oh: '0',
  o: '0',
  nought: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  niner: '9',
};
/** What recognisers write for 幺 and other single digits inside a run of digits. */
const misheard: Readonly<Record<string, string>> = {
  妖: '1',
  腰: '1',
  要: '1',
  油: '1',
  有: '1',
  邀: '1',
  领: '0',
  灵: '0',
  另: '0',
  叉: 'X',
  x: 'X',
};

const element = /(double|triple)\s+([a-z]+)|([a-z]+)|(\d)|([\u3400-\u9fff])|([\s,，、.。\-–—·:：]+)|(.)/giu;
const between = /^(?:嗯|啊|呃|额|哦|uh|um|er|and)$/i;

/** Runs of at least `least` digits, however they are said or written: 4111-1111, 四一一一幺, `four one double seven`. */
export function digitRuns(text: string, least = 2): DigitRun[] {
  const runs: DigitRun[] = [];
  let parts: RunDigit[] = [];
  const close = (): void => {
    while (parts.at(-1)?.uncertain === true) parts.pop();
    while (parts[0]?.uncertain === true) parts.shift();
    const [first, last] = [parts[0], parts.at(-1)];
    if (first !== undefined && last !== undefined && parts.length >= least)
      runs.push({ digits: parts.map(({ digit }) => digit).join(''), start: first.start, end: last.end, parts });
    parts = [];
  };
  for (const match of text.matchAll(element)) {
    const [whole, double, doubled, word, digit, han, gap] = match;
    const start = match.index;
    const end = start + whole.length;
    const put = (value: string, uncertain = false): void => void parts.push({ digit: value, start, end, uncertain });
    if (gap !== undefined) continue;
    if (digit !== undefined) put(digit);
    else if (double !== undefined) {
      const value = english[doubled?.toLowerCase() ?? ''];
      if (value === undefined) close();
      else for (let count = double.toLowerCase() === 'double' ? 2 : 3; count > 0; count--) put(value);
    } else if (word !== undefined) {
      const value = english[word.toLowerCase()];
      if (value !== undefined) put(value);
      else if (word.toLowerCase() === 'x' && parts.length >= 3) put('X');
      else if (!between.test(word)) close();
    } else if (han !== undefined) {
      const value = chineseDigit(han);
      if (value !== undefined) put(String(value));
      else if (parts.length > 0 && misheard[han] !== undefined) put(misheard[han] ?? '', han !== '叉');
      else if (!between.test(han)) close();
    } else close();
  }
  close();
  return runs;
}
