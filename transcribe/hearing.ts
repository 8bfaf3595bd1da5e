import type { RecognisedWindow, Recogniser } from './ports.ts';
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
/** An answer under this sureness is asked again without the language that the channel is known for. */
const doubtful = 0.5;
const clearlyBetter = 0.05;

/**
 * How windows are recognised. With a language given, each is asked once in it. With `auto` the first 20 s of speech of each
 * channel are recognised without one; where they agree, the rest of the channel is recognised in that language, and a window
 * whose answer is doubtful is asked again freely. Where they do not agree, every window tells for itself. What an engine
 * takes for a language that no call is expected in is recognised as each of the expected ones, and the surest answer stays.
 */
export function hearingOf(recogniser: Recogniser, language: string, prompt?: string): Hearing {
  const ask = (window: PackedWindow, given: string | undefined, signal: AbortSignal) =>
    recogniser.recognise({ samples: window.samples, sampleRate: 16_000, language: given, prompt }, signal);
  if (language !== 'auto') {
    return {
      announce: (_channel, window) => ({
        hear: async (signal) => [{ window, answer: await ask(window, language, signal), language }],
      }),
    };
  }
  const votes = [new LanguageVote(), new LanguageVote()] as const;

  async function freely(window: PackedWindow, signal: AbortSignal): Promise<HeardPiece> {
    const answer = await ask(window, undefined, signal);
    const heardAs = languageCode(answer.language);
    if (isExpected(heardAs) || answer.text.trim() === '') return { window, answer, language: heardAs };
    let best: HeardPiece = { window, answer, language: heardAs };
    let bestSureness = sureness(answer) - 3 * clearlyBetter;
    for (const expected of expectedLanguages) {
      const again = await ask(window, expected, signal);
      if (sureness(again) > bestSureness) {
        best = { window, answer: again, language: expected };
        bestSureness = sureness(again);
      }
    }
    return best;
  }

  async function knownAs(window: PackedWindow, known: string, signal: AbortSignal): Promise<HeardPiece> {
    const answer = await ask(window, known, signal);
    const first = { window, answer, language: known };
    if (answer.text.trim() === '' || sureness(answer) >= doubtful) return first;
    const second = await freely(window, signal);
    return second.language !== known && sureness(second.answer) > sureness(answer) + clearlyBetter ? second : first;
  }

  return {
    announce(channel, window) {
      const vote = votes[channel];
      const cast = vote.probe(speechSamples(window));
      if (cast !== undefined) {
        return {
          async hear(signal) {
            let heardAs: string | undefined;
            try {
              const piece = await freely(window, signal);
              heardAs = piece.answer.text.trim() === '' ? undefined : piece.language;
              return [piece];
            } finally {
              cast(heardAs);
            }
          },
        };
      }
      return {
        async hear(signal) {
          const known = await vote.outcome();
          return [known === undefined ? await freely(window, signal) : await knownAs(window, known, signal)];
        },
      };
    },
  };
}

function speechSamples(window: PackedWindow): number {
  return window.speech.reduce((sum, region) => sum + region.end - region.start, 0);
}

/** What the first windows of a channel say of its language. Depends on which windows these are, never on who answers first. */
class LanguageVote {
  readonly #ballots: Promise<{ language: string | undefined; weight: number }>[] = [];
  #probed = 0;

  /** A way to cast the window's vote, or undefined once enough speech is probed. */
  probe(weight: number): ((language: string | undefined) => void) | undefined {
    if (this.#probed >= probeSamples) return undefined;
    this.#probed += weight;
    const { promise, resolve } = Promise.withResolvers<{ language: string | undefined; weight: number }>();
    this.#ballots.push(promise);
    return (language) => resolve({ language, weight });
  }

  /** The language that the probes agree on. */
  async outcome(): Promise<string | undefined> {
    const sums = new Map<string, number>();
    let all = 0;
    for (const { language, weight } of await Promise.all(this.#ballots)) {
      if (language === undefined) continue;
      sums.set(language, (sums.get(language) ?? 0) + weight);
      all += weight;
    }
    for (const [language, weight] of sums) if (weight >= agreed * all) return language;
    return undefined;
  }
}
