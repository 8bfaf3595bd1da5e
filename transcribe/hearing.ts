import type { RecognisedWindow, Recogniser } from './ports.ts';
import { runsAway } from './inventions.ts';
import { quietestPoint } from './loudness.ts';
import { expectedLanguages, isExpected, languageCode, sureness } from './spoken-languages.ts';
import type { PackedWindow } from './windows.ts';

/** A window, or a part of one, as it was recognised. */
export interface HeardPiece {
  readonly window: PackedWindow;
  readonly answer: RecognisedWindow;
  readonly language: string | undefined;
}

/** Has one call's windows recognised, each in the right language. */
export interface Hearing {
  /** To be called for every window in the order of its channel; `hear` may then be called in any order and at once. */
  announce(channel: 0 | 1, window: PackedWindow): { hear(signal: AbortSignal): Promise<HeardPiece[]> };
}

/** Speech of a channel that is listened to without a language given, before its language counts as known. */
const probeSamples = 20 * 16_000;
const agreed = 0.9;
/**
 * An answer this much less sure than the channel's first ones is doubtful. (Whisper made to hear one language as another
 * translates it, rather surely: 0.35 to 0.6 where the right language gives 0.75 to 0.95.)
 */
const doubtfulBy = 0.15;
const doubtfulFrom = 0.45;
const doubtfulTo = 0.7;
const clearlyBetter = 0.05;

/**
 * How windows are recognised. With a language given, each is asked once in it. With `auto` the first 20 s of speech of each
 * channel are recognised without one; where they agree, the rest of the channel is recognised in that language, and a window
 * whose answer is doubtful is asked again freely. Where they do not agree, both languages are spoken: every window is
 * recognised in each, and the surer answer stays. What an engine takes for a language that no call is expected in is treated
 * likewise. An answer that runs away into repeats is asked for again, cut a little differently.
 */
export function hearingOf(recogniser: Recogniser, language: string, prompt?: string): Hearing {
  const ask = async (window: PackedWindow, given: string | undefined, signal: AbortSignal): Promise<HeardPiece> => {
    const answer = await recogniser.recognise({ samples: window.samples, sampleRate: 16_000, language: given, prompt }, signal);
    return { window, answer, language: given ?? languageCode(answer.language) };
  };
  /**
   * At temperature 0 an engine repeats its mistakes: a runaway answer stays one for the same samples. A tenth of a second off
   * the start, or two halves, make other samples of the same speech.
   */
  async function mended(piece: HeardPiece, signal: AbortSignal): Promise<HeardPiece[]> {
    if (!runsAway(piece.answer)) return [piece];
    for (const cut of [trimmed(piece.window), halves(piece.window)]) {
      const pieces: HeardPiece[] = [];
      for (const window of cut) pieces.push(await ask(window, piece.language, signal));
      if (pieces.length > 0 && !pieces.some(({ answer }) => runsAway(answer))) return pieces;
    }
    return [piece];
  }

  if (language !== 'auto') {
    return {
      announce: (_channel, window) => ({ hear: async (signal) => await mended(await ask(window, language, signal), signal) }),
    };
  }
  const votes = [new LanguageVote(), new LanguageVote()] as const;

  async function freely(window: PackedWindow, signal: AbortSignal): Promise<HeardPiece> {
    const piece = await ask(window, undefined, signal);
    if (isExpected(piece.language) || isEmpty(piece)) return piece;
    return await surest(window, signal, { piece, sureness: sureness(piece.answer) - 3 * clearlyBetter });
  }

  /** Asks in every expected language; the first of equally sure ones stays. */
  async function surest(
    window: PackedWindow,
    signal: AbortSignal,
    known?: { piece: HeardPiece; sureness: number },
  ): Promise<HeardPiece> {
    let best = known;
    for (const expected of expectedLanguages) {
      const piece = await ask(window, expected, signal);
      const sure = sureness(piece.answer);
      if (best === undefined || sure > best.sureness) best = { piece, sureness: sure };
    }
    return best!.piece;
  }

  async function knownAs(window: PackedWindow, known: KnownLanguage, signal: AbortSignal): Promise<HeardPiece> {
    const first = await ask(window, known.language, signal);
    if (isEmpty(first) || sureness(first.answer) >= known.doubtful) return first;
    const second = await freely(window, signal);
    const better = second.language !== known.language && sureness(second.answer) > sureness(first.answer) + clearlyBetter;
    return better ? second : first;
  }

  return {
    announce(channel, window) {
      const vote = votes[channel];
      const cast = vote.probe(speechSamples(window));
      if (cast === undefined) {
        return {
          async hear(signal) {
            const known = await vote.outcome();
            if (known === 'nothing') return await mended(await freely(window, signal), signal);
            return await mended(known === 'both' ? await surest(window, signal) : await knownAs(window, known, signal), signal);
          },
        };
      }
      return {
        async hear(signal) {
          let piece: HeardPiece | undefined;
          try {
            piece = await freely(window, signal);
            return await mended(piece, signal);
          } finally {
            cast(
              piece === undefined || isEmpty(piece) ? undefined : { language: piece.language, sureness: sureness(piece.answer) },
            );
          }
        },
      };
    },
  };
}

const trimSamples = 1920;
const shortestHalf = 2 * 16_000;

function part(window: PackedWindow, start: number, end: number): PackedWindow {
  return {
    start,
    end,
    samples: window.samples.slice(start - window.start, end - window.start),
    speech: window.speech
      .filter((region) => region.start < end && region.end > start)
      .map((region) => ({ start: Math.max(start, region.start), end: Math.min(end, region.end) })),
  };
}

function trimmed(window: PackedWindow): PackedWindow[] {
  const start = window.start + trimSamples;
  return window.end - start < shortestHalf ? [] : [part(window, start, window.end)];
}

/** Two parts, cut at the quietest point of the middle half. */
function halves(window: PackedWindow): PackedWindow[] {
  const quarter = Math.floor(window.samples.length / 4);
  if (2 * quarter < shortestHalf) return [];
  const cut = window.start + quarter + quietestPoint(window.samples.subarray(quarter, 3 * quarter));
  return [part(window, window.start, cut), part(window, cut, window.end)].filter((half) => half.speech.length > 0);
}

const isEmpty = (piece: HeardPiece) => piece.answer.text.trim() === '';

function speechSamples(window: PackedWindow): number {
  return window.speech.reduce((sum, region) => sum + region.end - region.start, 0);
}

interface Ballot {
  readonly language: string | undefined;
  readonly sureness: number;
}

/** What a channel is spoken in, and under which sureness an answer in it is doubtful. */
interface KnownLanguage {
  readonly language: string;
  readonly doubtful: number;
}

/** What the first windows of a channel say of its language. Depends on which windows these are, never on who answers first. */
class LanguageVote {
  readonly #ballots: Promise<{ ballot: Ballot | undefined; weight: number }>[] = [];
  #probed = 0;

  /** A way to cast the window's vote, or undefined once enough speech is probed. */
  probe(weight: number): ((ballot: Ballot | undefined) => void) | undefined {
    if (this.#probed >= probeSamples) return undefined;
    this.#probed += weight;
    const { promise, resolve } = Promise.withResolvers<{ ballot: Ballot | undefined; weight: number }>();
    this.#ballots.push(promise);
    return (ballot) => resolve({ ballot, weight });
  }

  /** The language that the probes agree on; `both` where they do not; `nothing` where no probe held words. */
  async outcome(): Promise<KnownLanguage | 'both' | 'nothing'> {
    const sums = new Map<string, { weight: number; sureness: number }>();
    let all = 0;
    for (const { ballot, weight } of await Promise.all(this.#ballots)) {
      if (ballot?.language === undefined) continue;
      const sum = sums.get(ballot.language) ?? { weight: 0, sureness: 0 };
      sums.set(ballot.language, { weight: sum.weight + weight, sureness: sum.sureness + weight * ballot.sureness });
      all += weight;
    }
    if (all === 0) return 'nothing';
    for (const [language, sum] of sums) {
      if (sum.weight < agreed * all) continue;
      const usual = sum.sureness / sum.weight;
      return { language, doubtful: Math.min(doubtfulTo, Math.max(doubtfulFrom, usual - doubtfulBy)) };
    }
    return 'both';
  }
}
