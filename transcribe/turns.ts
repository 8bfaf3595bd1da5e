import { type HeardWord, textOf } from './heard-word.ts';
import type { Layout, Speaker } from './transcript.ts';

/** A stretch of one speaker, before it has an id. Words in time order. */
export interface Utterance {
  readonly channel: 0 | 1;
  readonly speaker: Speaker;
  /** 1/1000. */
  readonly speakerConfidence: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly words: readonly HeardWord[];
}

/** A speaker who pauses this long begins a new turn. */
const ownPauseMs = 1500;
/** A pause this long is a place where the other may take the turn. */
const yieldPauseMs = 250;
/** Speech of one channel with shorter pauses is one run. */
const runPauseMs = 500;

/** Who speaks on a channel of a recording with one person a channel. */
export function speakerOf(layout: Layout, channel: 0 | 1): Speaker {
  if (layout === 'mono') return 'unknown';
  return (layout === 'agent-left') === (channel === 0) ? 'agent' : 'customer';
}

/**
 * Turns of a recording with one person a channel, by time, overlap kept. A channel's words are one turn until the speaker
 * pauses for 1.5 s, or pauses and the other takes the turn there. A back-channel of the other (嗯, uh-huh) takes no turn: it
 * is a short turn of its own, inside the turn that goes on.
 */
export function turnsOfChannels(
  words: readonly [readonly HeardWord[], readonly HeardWord[]],
  layout: Layout,
  isBackchannel: (text: string) => boolean,
): Utterance[] {
  const runs = words.map((own) => splitAtPauses(own, runPauseMs)) as [HeardWord[][], HeardWord[][]];
  const starts = runs.map((own) => own.filter((run) => !isBackchannel(textOf(run))).map((run) => run[0]!.startMs)) as [
    number[],
    number[],
  ];
  const utterances: Utterance[] = [];
  for (const channel of [0, 1] as const) {
    const others = starts[1 - channel]!;
    let current: HeardWord[] = [];
    const close = () => {
      if (current.length > 0) utterances.push(utterance(channel, speakerOf(layout, channel), 1000, current));
      current = [];
    };
    let reached = 0;
    for (const word of words[channel]) {
      const pause = word.startMs - reached;
      if (
        current.length > 0 &&
        (pause >= ownPauseMs || (pause >= yieldPauseMs && anyBetween(others, reached - 400, word.startMs - 50)))
      )
        close();
      current.push(word);
      reached = Math.max(current.length === 1 ? 0 : reached, word.endMs);
    }
    close();
  }
  return inTimeOrder(utterances);
}

export function utterance(channel: 0 | 1, speaker: Speaker, speakerConfidence: number, words: readonly HeardWord[]): Utterance {
  return {
    channel,
    speaker,
    speakerConfidence,
    startMs: words[0]!.startMs,
    endMs: words.reduce((latest, word) => Math.max(latest, word.endMs), 0),
    words,
  };
}

/** The order that turn ids follow. */
export function inTimeOrder<T extends { startMs: number; endMs: number; channel: number }>(turns: readonly T[]): T[] {
  return turns.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs || a.channel - b.channel);
}

/** Words in time order, split where the speaker is silent for at least `pauseMs`. */
function splitAtPauses<T extends { startMs: number; endMs: number }>(words: readonly T[], pauseMs: number): T[][] {
  const runs: T[][] = [];
  let reached = 0;
  for (const word of words) {
    const last = runs.at(-1);
    if (last === undefined || word.startMs - reached >= pauseMs) runs.push([word]);
    else last.push(word);
    reached = last === undefined ? word.endMs : Math.max(reached, word.endMs);
  }
  return runs;
}

function anyBetween(sorted: readonly number[], from: number, to: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length && sorted[low]! <= to;
}
