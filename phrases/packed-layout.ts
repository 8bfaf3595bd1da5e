import type { WordKind } from './prepared.ts';
import type { SpokenSound } from './transcript.ts';

/** Rows of a packed transcript. What finding nothing needs comes first; the rest is read when something is found. */
export const row = {
  /** For each run: words; then for all words in order of runs. */
  runWords: 0,
  /** Kind; whether it is a filler, and whether it is written otherwise than it is matched. */
  flags: 1,
  codes: 2,
  /** For each word that is no filler: how many sounds it has. */
  soundCounts: 3,
  soundPlaces: 4,
  soundWeights: 5,
  /** Names of the sounds that `soundPlaces` counts. */
  soundKeys: 6,
  /** Thousandths and one; 0: not given. */
  confidence: 7,
  /** Turn, start, end. */
  unintelligible: 8,
  /** From the start of the word before in its run, folded (`zigzag`); the first of a run in `runStarts`. */
  starts: 9,
  durations: 10,
  stream: 11,
  textStarts: 12,
  textLengths: 13,
  clauseOf: 14,
  /** One more than the negator. */
  negatorOf: 15,
  /** For each run: clauses; then a set of flags for each clause. */
  runClauses: 16,
  clauses: 17,
  /** Texts of all turns, one after another, and their ids. */
  turnTexts: 18,
  turnIds: 19,
  /** Names of speakers. */
  speakers: 20,
  /** Words that are written otherwise: which, how long, and the texts one after another. */
  oddPlaces: 21,
  oddLengths: 22,
  oddTexts: 23,
  /** Words that are numbers, each as JSON. */
  numberPlaces: 24,
  numberLengths: 25,
  numbers: 26,
  /** Duration, start and end of speech. */
  times: 27,
  /** JSON. */
  rest: 28,
  runStarts: 29,
  /** A row for each field of the turns. */
  turns: 30,
} as const;

export const kinds: readonly WordKind[] = ['han', 'latin', 'number', 'redacted'];
export const fillerFlag = 4;
export const oddFlag = 8;
export const clauseFlags = { supposed: 1, reported: 2, asked: 4, rejecting: 8 } as const;
export const answerShift = 4;
export const answers = ['none', 'unclear', 'affirm', 'negate'] as const;
export const turnFlags = { sure: 1, backchannel: 2, approximate: 4 } as const;

/** What is said of a turn in numbers; how its fields are laid out. */
export const turnFields = [
  'start',
  'length',
  'number',
  'firstWord',
  'lastWord',
  'flags',
  'run',
  'from',
  'words',
  'speaker',
  'id',
  'text',
] as const;
export type TurnField = (typeof turnFields)[number];

export interface Rest {
  readonly language: string;
  readonly sounds: readonly SpokenSound[];
  readonly systemSpeech: readonly (readonly [number, number])[];
}

export const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
export const unzigzag = (value: number): number => ((value >>> 1) ^ -(value & 1)) | 0;
