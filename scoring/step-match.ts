import { negatorsIn } from '../language/index.ts';
import { alignPhrase, type Guard, type PhraseAlignment, type PreparedTranscript } from '../phrases/index.ts';
import type { TokenDiff } from './script-reading.ts';

/** A place in a call where something like a script step was said. */
export interface StepMatch {
  /** The wording that was sought here; undefined where an expression heard it. */
  readonly wording: string | undefined;
  readonly turnId: string | null;
  readonly speaker: string;
  readonly speakerSure: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  /** Thousandths of the wording that were said. */
  readonly score: number;
  /** A negator or a number makes it another statement: it never counts as said. */
  readonly guard: Guard | undefined;
  /** Whether a negator or a number in it was not heard for sure. */
  readonly doubtful: boolean;
  readonly tokens: readonly TokenDiff[];
}

/** All places in which a wording was said, wholly or in part, by whoever it was. `least` in thousandths. */
export function stepMatches(prepared: PreparedTranscript, text: string, least: number): readonly StepMatch[] {
  return alignPhrase(prepared, text, { least, most: 12 }).map((place) => toMatch(place, text));
}

function toMatch(place: PhraseAlignment, wording: string): StepMatch {
  const { turnId, speaker, speakerSure, startMs, endMs, text, score, guard, doubts, words } = place;
  return {
    wording,
    turnId,
    speaker,
    speakerSure,
    startMs,
    endMs,
    text,
    score,
    guard,
    doubtful: doubts.some((doubt) => doubt !== 'speaker_unsure' && doubt !== 'rejected'),
    tokens: words.map(({ kind, should, said }) => ({
      kind,
      ...(should === undefined ? {} : { should }),
      ...(said === undefined ? {} : { said }),
    })),
  };
}

/** Words between two steps may be so far apart and still be one breath. */
const oneBreathMs = 600;

/**
 * Steps are often said in one breath: the negator in 理财产品不是存款 denies nothing in 存在投资风险 after it. A step is not
 * denied by a negator that another step's own words hold.
 */
export function withoutBorrowedNegators(
  match: StepMatch | undefined,
  others: readonly (StepMatch | undefined)[],
): StepMatch | undefined {
  if (match === undefined || (match.guard !== 'denied' && !match.doubtful)) return match;
  const borrowed = others.some(
    (other) =>
      other !== undefined &&
      other !== match &&
      other.guard === undefined &&
      other.speaker === match.speaker &&
      other.startMs < match.startMs &&
      match.startMs - other.endMs <= oneBreathMs &&
      negatorsIn(other.text).length > 0,
  );
  return borrowed && (match.guard === 'denied' || match.guard === undefined)
    ? { ...match, guard: undefined, doubtful: false }
    : match;
}
