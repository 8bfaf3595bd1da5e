import type { Ask } from './asks.ts';
import { mayAnswer } from './asks.ts';
import type { ReadTurn } from './digit-runs.ts';
import type { Span } from './written-secrets.ts';

const number = '(?:\\d{1,4}|[零〇一二三四五六七八九十]{1,4})';
const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const spoken = '(?:oh|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty)';

/** Month and year with their names: 二零二九年八月, 8月29年, "August twenty nine", "Aug 2029". A day makes it another date. */
const monthAndYear = new RegExp(
  [
    `${number}\\s*年\\s*${number}\\s*月(?:份)?(?!\\s*${number}\\s*[日号])`,
    `${number}\\s*月(?:份)?[的，,\\s]*${number}\\s*年?(?!\\s*[日号])`,
    `\\b${month}\\b\\.?,?\\s+(?:of\\s+)?(?:\\d{4}|\\d{2}(?!\\d)|${spoken}(?:[\\s-]+${spoken}){0,3})`,
    '(?<!\\d)(?:0?[1-9]|1[0-2])\\s*[/-]\\s*(?:20)?[2-4]\\d(?!\\d)',
  ].join('|'),
  'giu',
);

/** Card expiry dates that are written as dates: in reach of their label, or in the answer to the question for one. */
export function expiryDates(turns: readonly ReadTurn[], asks: readonly Ask[]): Span[] {
  return turns.flatMap((turn) =>
    [...turn.text.matchAll(monthAndYear)].flatMap((match) => {
      const end = match.index + match[0].length;
      const own = turn.labels.findLast((label) => label.end <= match.index);
      const labelled = own?.kind === 'expiry' && match.index - own.end <= 24;
      const asked = asks.some(
        (ask) =>
          ask.labels.some(({ kind }) => kind === 'expiry') &&
          mayAnswer(ask, turn.voice) &&
          turn.index >= ask.turn.index &&
          turn.turn.startMs - ask.turn.turn.endMs < 15_000 &&
          own === undefined,
      );
      return labelled || asked ? [{ turn, start: match.index, end, kind: 'expiry', confidence: labelled ? 900 : 800 }] : [];
    }),
  );
}
