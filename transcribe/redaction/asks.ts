import type { DigitRun, PlacedNumber, ReadTurn } from './digit-runs.ts';
import { isLight, isPlain } from './digit-runs.ts';
import type { Label, SensitiveKind } from './number-labels.ts';
import type { WordItem } from './number-items.ts';

/** A place where somebody asks for a number, and what the answer gave so far. */
export interface Ask {
  readonly turn: ReadTurn;
  readonly labels: readonly Label[];
  /** End of the last word that names what is asked for. */
  readonly atMs: number;
  readonly answers: { readonly kind: SensitiveKind; readonly whole: boolean; readonly run: DigitRun }[];
}

/** An answer that has not begun this long after the question answers something else. */
const longestWaitMs = 30_000;

export function asksIn(turns: readonly ReadTurn[]): Ask[] {
  return turns.flatMap((turn) => {
    const labels = turn.labels.filter((label) => label.asked && !isGiven(turn, label));
    const last = labels.at(-1);
    return last === undefined ? [] : [{ turn, labels, atMs: turn.times(last.start, last.end).endMs, answers: [] }];
  });
}

/** "The three digits are 737": who says the number along with its name asks for nothing. */
function isGiven(turn: ReadTurn, label: Label): boolean {
  const after = turn.labels.find(({ start }) => start >= label.end)?.start ?? Infinity;
  return turn.items.some(
    (item) =>
      item.type === 'number' &&
      item.quantity === 'no' &&
      item.start >= label.end &&
      item.start < Math.min(after, label.end + 24) &&
      (item.digits.length > 1 || item.style === 'english'),
  );
}

/** Who answers: the other voice, and where voices cannot be told apart, anyone. */
export const mayAnswer = (ask: Ask, voice: string): boolean => voice !== ask.turn.voice || voice.startsWith('unknown');

/** The question that these digits answer, if one is open: nobody has gone on to something else since. */
export function openAsk(asks: readonly Ask[], turns: readonly ReadTurn[], run: DigitRun): Ask | undefined {
  const first = run.numbers[0]!;
  const ask = asks.findLast(
    (each) =>
      mayAnswer(each, run.voice) &&
      (each.turn === first.turn
        ? each.labels.at(-1)!.end <= first.item.start
        : each.turn.index < first.turn.index || each.atMs <= run.startMs) &&
      run.startMs >= each.turn.turn.startMs,
  );
  if (ask === undefined) return undefined;
  const lastAnswer = ask.answers.at(-1)?.run;
  const reference = lastAnswer === undefined ? ask.turn.turn.endMs : lastAnswer.endMs;
  if (run.startMs - reference > longestWaitMs) return undefined;
  const between = turns.slice(ask.turn.index + 1, first.turn.index);
  if (between.some((turn) => turn.voice === ask.turn.voice && turn.voice !== run.voice && !isLight(turn))) return undefined;
  if (lastAnswer === undefined) return ask;
  const whole = ask.answers.filter((answer) => answer.whole).length;
  if (whole >= ask.labels.length) return undefined;
  // What was not given whole may go on after an aside (wait, let me see), but not with a few digits.
  const wentOn = plainBetween(turns, run.voice, lastAnswer.numbers.at(-1)!, first);
  return wentOn && run.digits.length < 4 && ask.labels.length === 1 ? undefined : ask;
}

/** The run is the first that its voice says since the question, and nothing that is plainly something else came before it. */
export function isDirect(turns: readonly ReadTurn[], ask: Ask, run: DigitRun): boolean {
  const first = run.numbers[0]!;
  if (ask.answers.length > 0) return true;
  let words: WordItem[] = [];
  for (const turn of turns.slice(ask.turn.index, first.turn.index + 1)) {
    if (turn.voice !== run.voice) continue;
    for (const item of turn === first.turn ? turn.items.slice(0, first.itemIndex) : turn.items) {
      if (turn === ask.turn && item.start < ask.labels.at(-1)!.end) continue;
      if (item.type === 'number') return false;
      if (item.type === 'word') words.push(item);
      else words = [];
      if (isPlain(words)) return false;
    }
  }
  return true;
}

/** Whether the voice says something that plainly is no digit between two of its numbers. */
export function plainBetween(turns: readonly ReadTurn[], voice: string, from: PlacedNumber, to: PlacedNumber): boolean {
  let words: WordItem[] = [];
  for (const turn of turns.slice(from.turn.index, to.turn.index + 1)) {
    if (turn.voice !== voice) continue;
    const start = turn === from.turn ? from.itemIndex + 1 : 0;
    const end = turn === to.turn ? to.itemIndex : turn.items.length;
    for (const item of turn.items.slice(start, end)) {
      if (item.type === 'word') words.push(item);
      else if (item.type === 'number') words = [];
      if (isPlain(words)) return true;
    }
  }
  return false;
}
