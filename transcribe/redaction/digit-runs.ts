import type { Turn } from '../transcript.ts';
import { type Item, itemsOf, type NumberItem, type WordItem } from './number-items.ts';
import { type Label, labelsIn } from './number-labels.ts';
import { type CharacterTimes, characterTimes } from './character-times.ts';

/** A turn as the redactor reads it. */
export interface ReadTurn {
  readonly index: number;
  readonly turn: Turn;
  readonly text: string;
  /** Who speaks, as far as that is certain: digits of one voice make one number. */
  readonly voice: string;
  readonly items: readonly Item[];
  readonly labels: readonly Label[];
  readonly times: CharacterTimes;
}

export interface PlacedNumber {
  readonly turn: ReadTurn;
  readonly item: NumberItem;
  readonly itemIndex: number;
}

/** Digits that one voice says one after another, over fillers, marks, turns of its own and short remarks of the other. */
export interface DigitRun {
  readonly voice: string;
  readonly numbers: readonly PlacedNumber[];
  readonly digits: string;
  readonly startMs: number;
  readonly endMs: number;
}

export function readTurns(turns: readonly Turn[]): ReadTurn[] {
  return turns.map((turn, index) => ({
    index,
    turn,
    text: turn.text,
    voice: turn.speaker === 'unknown' || turn.speakerConfidence < 0.7 ? `unknown ${turn.channel}` : turn.speaker,
    items: itemsOf(turn.text),
    labels: labelsIn(turn.text),
    times: characterTimes(turn),
  }));
}

/** A turn that begins this long after the last digit goes on with the number no more. */
const longestPauseMs = 15_000;
/** Gaps (fillers, marks) in a row between two digits of one number. */
const mostGaps = 8;

/** Every run of digits that count nothing, in order of time. Also of a single digit: what they are is decided later. */
export function runsOf(turns: readonly ReadTurn[]): DigitRun[] {
  const runs: DigitRun[] = [];
  for (const voice of new Set(turns.map((each) => each.voice))) {
    let current: PlacedNumber[] = [];
    const close = (): void => {
      if (current.length > 0) runs.push(runOf(voice, current));
      current = [];
    };
    let last: ReadTurn | undefined;
    for (const turn of turns) {
      if (turn.voice !== voice) continue;
      if (last !== undefined && current.length > 0 && !goesOn(turns, last, turn)) close();
      last = turn;
      let gaps = 0;
      turn.items.forEach((item, itemIndex) => {
        if (item.type === 'gap') {
          gaps += 1;
          if (gaps > mostGaps) close();
        } else if (item.type === 'number' && belongs(item, current)) {
          current.push({ turn, item, itemIndex });
          gaps = 0;
        } else close();
      });
    }
    close();
  }
  return runs.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs || (a.voice < b.voice ? -1 : 1));
}

/** Digits one by one; the last place of an identity number after some; "nine hundred" only amid many digits. */
function belongs(item: NumberItem, current: readonly PlacedNumber[]): boolean {
  // Four are enough to know: a run may be very long.
  const before = digitsIn(current.slice(-4)).length;
  if (item.digits === 'X') return before >= 3;
  return (
    item.quantity === 'no' || (item.quantity === 'spelled' && item.style === 'english' && before >= 4 && item.digits.length <= 4)
  );
}

export function runOf(voice: string, numbers: readonly PlacedNumber[]): DigitRun {
  const first = numbers[0]!;
  const last = numbers.at(-1)!;
  return {
    voice,
    numbers,
    digits: digitsIn(numbers),
    startMs: first.turn.times(first.item.start, first.item.end).startMs,
    endMs: last.turn.times(last.item.start, last.item.end).endMs,
  };
}

const digitsIn = (numbers: readonly PlacedNumber[]): string => numbers.map(({ item }) => item.digits).join('');

/** Between two turns of one voice nothing was said that ends a number. */
function goesOn(turns: readonly ReadTurn[], from: ReadTurn, to: ReadTurn): boolean {
  if (to.turn.startMs - from.turn.endMs > longestPauseMs) return false;
  return turns.slice(from.index + 1, to.index).every((between) => between.voice === from.voice || isLight(between));
}

/** A short remark (好的您说, go ahead, 嗯) or a read-back: it changes no subject. */
export function isLight(turn: ReadTurn): boolean {
  let han = 0;
  let words = 0;
  for (const item of turn.items) {
    if (item.type === 'number' && item.quantity === 'measured') return false;
    if (item.type === 'word' && item.han) han += 1;
    else if (item.type === 'word') words += 1;
  }
  return han <= 6 && words <= 4 && !turn.labels.some(({ asked }) => asked);
}

/** Words that plainly are no digits: four Chinese characters or three others in a row, not mostly such as digits are misheard for. */
export function isPlain(words: readonly WordItem[]): boolean {
  const han = words.filter((word) => word.han);
  const others = words.length - han.length;
  const alike = words.filter((word) => word.like !== undefined).length;
  return (han.length >= 4 || others >= 3 || han.length / 4 + others / 3 >= 1) && alike * 2 <= words.length;
}
