import { type Ask, mayAnswer } from './asks.ts';
import type { ReadTurn } from './digit-runs.ts';
import type { SensitiveKind } from './number-labels.ts';
import type { Span } from './written-secrets.ts';

const number = '(?:\\d{1,4}|[零〇一二三四五六七八九十]{1,4})';
const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const units = 'oh|zero|one|two|three|four|five|six|seven|eight|nine';
const teens = 'ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen';
const tens = 'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety';
const spoken = `(?:${units}|${teens}|${tens}|hundred|thousand)`;
const spokenYear = `(?:\\d{4}|'?\\d{2}(?!\\d)|${spoken}(?:[\\s-]+(?:and\\s+)?${spoken}){0,4})`;
const day = `(?:\\d{1,2}(?:st|nd|rd|th)?|(?:(?:twenty|thirty)[\\s-]+)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth|\\w+teenth|twentieth|thirtieth|${teens}|${tens}|${units})`;

/** Month and year with their names: 二零二九年八月, 8月29年, "August twenty nine", 08/29. A day makes it another date. */
const monthAndYear = new RegExp(
  [
    `${number}\\s*年\\s*${number}\\s*月(?:份)?(?!\\s*${number}\\s*[日号])`,
    `${number}\\s*月(?:份)?[的，,\\s]*${number}\\s*年?(?!\\s*[日号])`,
    `\\b${month}\\b\\.?,?\\s+(?:of\\s+)?${spokenYear}`,
    '(?<!\\d)(?:0?[1-9]|1[0-2])\\s*[/-]\\s*(?:20)?[2-4]\\d(?!\\d)',
  ].join('|'),
  'giu',
);

/** A day of a year, or the year alone where it is named as one. */
const dayAndYear = new RegExp(
  [
    `(?:${number}\\s*年(?:的)?\\s*)?${number}\\s*月(?:份)?\\s*${number}(?:\\s*[日号])?`,
    `${number}\\s*年(?:${number}\\s*月)?`,
    `(?:\\bthe\\s+)?\\b${day}\\s+(?:of\\s+)?\\b${month}\\b\\.?,?(?:\\s+${spokenYear})?`,
    `\\b${month}\\b\\.?\\s+(?:the\\s+)?${day}\\b,?(?:\\s+${spokenYear})?`,
    '(?<!\\d)\\d{1,4}\\s*[-/.]\\s*\\d{1,2}\\s*[-/.]\\s*\\d{1,4}(?!\\d)',
  ].join('|'),
  'giu',
);

/** Dates that are secret by what they are called or asked for: a card's expiry, a birth date. Every other date stays. */
export function labelledDates(turns: readonly ReadTurn[], asks: readonly Ask[]): Span[] {
  return [...datesOf('expiry', monthAndYear, turns, asks), ...datesOf('dob', dayAndYear, turns, asks)];
}

function datesOf(kind: SensitiveKind, pattern: RegExp, turns: readonly ReadTurn[], asks: readonly Ask[]): Span[] {
  const named = ({ labels }: { readonly labels: readonly { readonly kind: string }[] }): boolean =>
    labels.some((label) => label.kind === kind);
  const asked = asks.some(named);
  return turns.flatMap((turn) =>
    (asked || named(turn) ? [...turn.text.matchAll(pattern)] : []).flatMap((match) => {
      const start = match.index;
      const end = start + match[0].length;
      const own = turn.labels.findLast((label) => label.end <= start);
      const labelled = own?.kind === kind && start - own.end <= 24;
      const answers = own === undefined && asks.some((ask) => isAnswer(ask, kind, turn));
      return labelled || answers ? [{ turn, start, end, kind, confidence: labelled ? 900 : 800 }] : [];
    }),
  );
}

/** Said by the other within a few turns of the question. */
function isAnswer(ask: Ask, kind: SensitiveKind, turn: ReadTurn): boolean {
  return (
    ask.labels.some((label) => label.kind === kind) &&
    mayAnswer(ask, turn.voice) &&
    turn.index >= ask.turn.index &&
    turn.index - ask.turn.index <= 4 &&
    turn.turn.startMs - ask.turn.turn.endMs < 15_000
  );
}
