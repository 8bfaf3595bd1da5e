import { chineseDigit } from './chinese-numerals.ts';
import { foldText } from './fold.ts';

/** One digit of a run, with the place in the text that says it; the digits of `double seven` and `eleven` share one. */
export interface RunDigit {
  /** `0` to `9`, or `X` (the check digit of identity numbers). */
  readonly digit: string;
  readonly start: number;
  readonly end: number;
  /** A likely mishearing (妖 for 幺, `for` among digits). */
  readonly uncertain: boolean;
  /** Which of the texts it stands in, for runs over several. */
  readonly piece: number;
}

/** Digits said or written one after another, whatever stands between them. */
export interface DigitRun {
  readonly digits: string;
  /** In the piece of the first digit, and in that of the last. */
  readonly start: number;
  readonly end: number;
  readonly parts: readonly RunDigit[];
}

const words = (said: string, first = 0): [string, string][] =>
  said.split(' ').map((word, index) => [word, String(first + index)]);
const english: ReadonlyMap<string, string> = new Map([
  ...words('zero one two three four five six seven eight nine'),
  ...words('ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen', 10),
  ...[...'oh o nought naught'.split(' ')].map((word): [string, string] => [word, '0']),
  ['niner', '9'],
]);
const tens: ReadonlyMap<string, string> = new Map(
  words('twenty thirty forty fifty sixty seventy eighty ninety', 2).map(([word, digit]) => [word, digit]),
);
const repeats: ReadonlyMap<string, number> = new Map([
  ['double', 2],
  ['triple', 3],
  ['treble', 3],
  ['quadruple', 4],
]);

/** What recognisers write for single digits among digits: by sound, 幺 foremost. */
const misheard: ReadonlyMap<string, string> = new Map(
  Object.entries({
    1: '妖腰要油有邀遥药耀又右以移已',
    0: '领灵另林临凌铃',
    2: '而儿耳',
    3: '伞山散',
    4: '是死思事似',
    5: '吴无舞',
    6: '流留刘',
    7: '期其起骑妻',
    8: '把吧巴',
    9: '就酒久旧',
  }).flatMap(([digit, characters]) => [...characters].map((character): [string, string] => [character, digit])),
);
const misheardEnglish: ReadonlyMap<string, string> = new Map([
  ['won', '1'],
  ['to', '2'],
  ['too', '2'],
  ['tree', '3'],
  ['for', '4'],
  ['fore', '4'],
  ['sex', '6'],
  ['ate', '8'],
  ['aid', '8'],
  ['nein', '9'],
]);
const checkDigit = new Set(['x', 'ex', '叉']);

const element = /(\d)|([a-z]+(?:'[a-z]+)?)|(\p{Script=Han})|([\s,、。.\-–—·:/()]+)|./gsu;
const between = /^(?:嗯|啊|呃|额|哦|唔|uh|um|er|ah|mm|hmm|erm|dash|space)$/;

/**
 * Runs of at least `least` digits, however they are said or written: 4111-1111, 四一一一 幺, `four one double seven`, `oh`,
 * `forty one eleven`, with spaces, marks and fillers between them (the word `and` divides). What is probably a misheard digit
 * counts, as uncertain, only between digits. Offsets are code units of the text as given.
 */
export function digitRuns(text: string, least = 2): DigitRun[] {
  return digitRunsAcross([text], least);
}

/** The same over several texts read as one, such as the turns of a speaker: a run may begin in one and end in another. */
export function digitRunsAcross(pieces: readonly string[], least = 2): DigitRun[] {
  const runs: DigitRun[] = [];
  let open: RunDigit[] = [];
  /** How many of the open run are certain. */
  let certain = 0;
  let repeat = 0;
  let repeatStart = 0;
  const close = (): void => {
    const parts = withoutStrays(open);
    const [first, last] = [parts[0], parts.at(-1)];
    if (first !== undefined && last !== undefined && parts.length >= least)
      runs.push({ digits: parts.map(({ digit }) => digit).join(''), start: first.start, end: last.end, parts });
    open = [];
    certain = 0;
    repeat = 0;
  };
  pieces.forEach((given, piece) => {
    const folded = foldText(given);
    for (const match of folded.text.matchAll(element)) {
      const [whole, written, word, han, gap] = match;
      if (gap !== undefined) continue;
      const start = folded.start(match.index);
      const end = folded.end(match.index + whole.length);
      const put = (digits: string, uncertain: boolean): void => {
        const from = repeat > 0 ? repeatStart : start;
        const all = repeat > 0 ? digits.repeat(repeat) : digits;
        for (const digit of all) open.push({ digit, start: from, end, uncertain, piece });
        if (!uncertain) certain += all.length;
        repeat = 0;
      };
      if (written !== undefined) put(written, false);
      else if (word !== undefined) {
        const value = english.get(word);
        const ten = tens.get(word);
        const last = open.at(-1);
        if (repeats.has(word)) {
          repeat = repeats.get(word) ?? 0;
          repeatStart = start;
        } else if (value !== undefined) {
          // forty one is 41, not 401
          if (
            last !== undefined &&
            last.digit === '0' &&
            openTen(folded.text, match.index) &&
            value.length === 1 &&
            value !== '0'
          )
            open[open.length - 1] = { ...last, digit: value, end };
          else put(value, false);
        } else if (ten !== undefined) put(`${ten}0`, false);
        else if (word === 'hundred' && open.length > 0) put('00', false);
        else if (checkDigit.has(word) && certain >= 14) put('X', false);
        else if (certain >= 2 && misheardEnglish.has(word)) put(misheardEnglish.get(word) ?? '', true);
        else if (!between.test(word)) close();
      } else if (han !== undefined) {
        const value = chineseDigit(han);
        if (value !== undefined) put(String(value), false);
        else if (checkDigit.has(han) && certain >= 3) put('X', false);
        else if (certain >= 2 && misheard.has(han)) put(misheard.get(han) ?? '', true);
        else if (!between.test(han)) close();
      } else close();
    }
  });
  close();
  return runs;
}

const openTen = (text: string, at: number): boolean =>
  /(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[\s-]$/.test(text.slice(Math.max(0, at - 8), at));

/** Uncertain digits count between certain ones; two side by side are words. */
function withoutStrays(parts: readonly RunDigit[]): readonly RunDigit[] {
  let [from, to] = [0, parts.length];
  while (from < to && parts[from]?.uncertain === true) from += 1;
  while (to > from && parts[to - 1]?.uncertain === true) to -= 1;
  for (let at = from + 1; at < to; at += 1) {
    const [a, b] = [parts[at - 1], parts[at]];
    if (a?.uncertain === true && b?.uncertain === true && a.start !== b.start) return withoutStrays(parts.slice(from, at - 1));
  }
  return parts.slice(from, to);
}
