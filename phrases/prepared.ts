import type { Hearing } from './align.ts';
import type { SpeechContext } from './speech-context.ts';
import type { SpokenNumber } from './spoken-number.ts';
import type { SpokenTurn } from './transcript.ts';

export type WordKind = 'han' | 'latin' | 'number' | 'redacted';

/** One word as matched: a Han character, an English word, a number, or the typed word of a redacted stretch. */
export interface ReadWord {
  /** Code units of the text it was read from. */
  readonly start: number;
  readonly end: number;
  /** Normalised. */
  readonly text: string;
  readonly kind: WordKind;
  readonly filler: boolean;
  readonly number?: SpokenNumber;
}

/** One turn of a person. */
export interface PreparedTurn {
  readonly index: number;
  readonly turn: SpokenTurn;
  readonly speaker: string;
  /** The speaker is known well enough for a rule that asks for one. */
  readonly sure: boolean;
  readonly backchannel: boolean;
  /** Among the call's turns, back-channels left out; a back-channel has the number of the turn before it. */
  readonly number: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly approximate: boolean;
  /** Position in the run of its first word, and one past its last. */
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

/** Turns of one speaker over whose ends a phrase may run. */
export interface Run {
  readonly index: number;
  readonly speaker: string;
  readonly sure: boolean;
  readonly turns: readonly PreparedTurn[];
  readonly words: readonly ReadWord[];
  /** For each word: its turn, by place in `turns`. */
  readonly turnOf: Int32Array;
  readonly startMs: Int32Array;
  readonly endMs: Int32Array;
  /** Thousandths, -1: not given. */
  readonly confidence: Int16Array;
  /** Place of each word in the stream of all words. */
  readonly stream: Int32Array;
  /** Positions of the words that are no fillers. */
  readonly spoken: Int32Array;
  /** How those words sound. */
  readonly hearing: Hearing;
  readonly context: SpeechContext;
}

/** A stretch that nobody could understand. */
export interface Unintelligible {
  readonly turn: PreparedTurn;
  readonly startMs: number;
  readonly endMs: number;
}
