import { type Ask, mayAnswer } from './asks.ts';
import { isLight, isPlain, type ReadTurn } from './digit-runs.ts';
import type { FoundNumber } from './find-numbers.ts';
import { merged, type ChannelSpeech, type RawMute, type TimeSpan } from './mute-spans.ts';
import type { Label } from './number-labels.ts';
import type { WordItem } from './number-items.ts';

// What a recogniser lost cannot be found in its text. When one of these was asked for, the answer is muted as sound.
const guarded: ReadonlySet<Label['kind']> = new Set(['card', 'cvv', 'pin', 'code', 'idcard']);

/** The answer is muted for so long at most. */
const longestAnswerMs = 20_000;
/** An answer that has not begun by then is none. */
const longestWaitMs = 30_000;
/** Every word at least so sure (1/1000), else the answer was not recognised well. */
const sureWord = 0.6;
/** Sound without words that is shorter holds no number. */
const shortestLossMs = 400;

/**
 * Sound to mute because a card number, CVV, PIN, code or identity number was asked for: the answerer's speech up to the next
 * plainly non-digit words or 20 s, but for what is plainly no digit; nothing where the number came whole and every word sure.
 */
export function askedForMutes(turns: readonly ReadTurn[], asks: readonly Ask[], speech: readonly ChannelSpeech[]): RawMute[] {
  return asks.flatMap((ask) => (ask.labels.some(({ kind }) => guarded.has(kind)) ? mutesOf(ask, turns, asks, speech) : []));
}

function mutesOf(ask: Ask, turns: readonly ReadTurn[], asks: readonly Ask[], speech: readonly ChannelSpeech[]): RawMute[] {
  if (isWellHeard(ask)) return [];
  const voices = turns.filter((turn) => mayAnswer(ask, turn.voice));
  // A voice of which nothing was recognised has no turns: its channel is heard all the same.
  const heard = speech.map((region) => region.channel).filter((channel) => channel !== ask.turn.turn.channel);
  const channels = [...new Set([...voices.map(({ turn }) => turn.channel), ...heard])];
  const next = asks.find((other) => other.atMs > ask.atMs && other.turn.voice === ask.turn.voice)?.atMs ?? Infinity;
  return channels.flatMap((channel) => {
    const answers = voices.filter(
      ({ turn }) => turn.channel === channel && turn.endMs > ask.atMs && turn.startMs < ask.turn.turn.endMs + longestWaitMs,
    );
    const sounds = soundsOf(channel, answers, speech).filter(
      (span) => span.endMs > ask.atMs && span.startMs < Math.min(next, ask.turn.turn.endMs + longestWaitMs),
    );
    const begin = sounds[0];
    if (begin === undefined) return [];
    const from = Math.max(ask.atMs, begin.startMs);
    const numbersEnd = ask.answers.reduce((latest, { run }) => Math.max(latest, run.endMs), 0);
    const plain = answers.flatMap((answer) => plainStretches(answer));
    const stop = plain.find(({ startMs }) => numbersEnd > 0 && startMs >= numbersEnd)?.startMs ?? Infinity;
    const to = Math.max(numbersEnd, Math.min(from + longestAnswerMs, next, stop, movedOn(ask, turns, numbersEnd)));
    return without(
      sounds.map((span) => ({ startMs: Math.max(from, span.startMs), endMs: Math.min(to, span.endMs) })),
      plain,
    )
      .filter(({ startMs, endMs }) => endMs - startMs >= shortestLossMs)
      .map((span) => ({ ...span, channel, interpolated: false }));
  });
}

/** When who asked goes on to something else, once the number was given in its length: a doubtful word alone keeps no answer open. */
function movedOn(ask: Ask, turns: readonly ReadTurn[], numbersEnd: number): number {
  if (ask.answers.length === 0 || !ask.answers.every((answer) => answer.whole)) return Infinity;
  const next = turns.find((each) => each.voice === ask.turn.voice && each.turn.startMs >= numbersEnd && !isLight(each));
  return next?.turn.startMs ?? Infinity;
}

/** The number came whole, and no word of it is doubtful. */
function isWellHeard(ask: Ask): boolean {
  const kinds = new Set(ask.labels.filter(({ kind }) => guarded.has(kind)).map(({ kind }) => kind));
  const whole = new Set<string>(
    ask.answers.filter((answer) => answer.whole && answer.run.numbers.every(isSure)).map(({ kind }) => kind),
  );
  return [...kinds].every((kind) => whole.has(kind)) && ask.answers.every((answer) => answer.whole);
}

function isSure({ turn, item }: FoundNumber['run']['numbers'][number]): boolean {
  const { startMs, endMs } = turn.times(item.start, item.end);
  const words = (turn.turn.words ?? []).filter((word) => word.startMs < endMs && word.endMs > startMs);
  return words.every((word) => word.confidence === undefined || word.confidence >= sureWord);
}

/** Where a channel is heard: as the voice activity says, else where its turns are. */
function soundsOf(channel: number, answers: readonly ReadTurn[], speech: readonly ChannelSpeech[]): TimeSpan[] {
  const heard = speech.filter((region) => region.channel === channel);
  return merged(heard.length > 0 ? heard : answers.map(({ turn }) => turn));
}

/** When a turn says words that are plainly no digits. */
function plainStretches(turn: ReadTurn): TimeSpan[] {
  const stretches: TimeSpan[] = [];
  let words: WordItem[] = [];
  const close = (): void => {
    const [first, last] = [words[0], words.at(-1)];
    if (first !== undefined && last !== undefined && isPlain(words)) {
      const { startMs, endMs, interpolated } = turn.times(first.start, last.end);
      if (!interpolated || turn.turn.words === undefined) stretches.push({ startMs, endMs });
    }
    words = [];
  };
  for (const item of turn.items) {
    if (item.type === 'word') words.push(item);
    else if (item.type === 'number' && item.quantity !== 'measured') close();
  }
  close();
  return stretches;
}

function without(spans: readonly TimeSpan[], holes: readonly TimeSpan[]): TimeSpan[] {
  let left = [...spans];
  for (const hole of holes)
    left = left.flatMap((span) =>
      hole.endMs <= span.startMs || hole.startMs >= span.endMs
        ? [span]
        : [
            { startMs: span.startMs, endMs: hole.startMs },
            { startMs: hole.endMs, endMs: span.endMs },
          ].filter(({ startMs, endMs }) => endMs > startMs),
    );
  return left;
}
