import { type LoudnessCurve, loudnessStepMs } from './loudness.ts';
import type { SpeechRegion } from './ports.ts';

/** How far an edge is moved at most. */
const reachMs = 1500;
/** Sound that pauses longer than this does not belong to the speech. */
const pauseMs = 120;
/** Speech is this far over the line's noise, */
const overNoiseTenths = 150;
/** and not much under the speech that it belongs to. */
const underSpeechTenths = 220;
/** What comes over from the other channel is that much under it. */
const bleedTenths = 100;
const noiseWindowMs = 30_000;
const samplesPerMs = 16;

/**
 * Moves the edges of speech regions to where the sound begins and ends. Voice activity is late at times: it misses the first
 * words of a turn that start softly, up to a second of them. Sound that adjoins a region, well over the line's noise and as
 * loud as speech, belongs to it. A region is given out when the 1.5 s after it are heard, so that the result does not hang on
 * the size of the blocks.
 */
export class RegionEdges {
  readonly #own: LoudnessCurve;
  readonly #other: LoudnessCurve | undefined;
  #waiting: SpeechRegion[] = [];
  #reached = 0;

  constructor(own: LoudnessCurve, other: LoudnessCurve | undefined) {
    this.#own = own;
    this.#other = other;
  }

  /** Regions that are certain by now, in order; gives those whose surroundings are heard. */
  push(regions: readonly SpeechRegion[]): SpeechRegion[] {
    this.#waiting.push(...regions);
    return this.#give(this.#own.samples - reachMs * samplesPerMs);
  }

  end(regions: readonly SpeechRegion[]): SpeechRegion[] {
    this.#waiting.push(...regions);
    return this.#give(Number.POSITIVE_INFINITY);
  }

  #give(upTo: number): SpeechRegion[] {
    const out: SpeechRegion[] = [];
    while (this.#waiting.length > 0 && this.#waiting[0]!.end <= upTo) {
      const region = this.#waiting.shift()!;
      const startMs = region.start / samplesPerMs;
      const endMs = region.end / samplesPerMs;
      const threshold = Math.max(
        this.#own.quietest(Math.max(0, startMs - noiseWindowMs), endMs) + overNoiseTenths,
        this.#own.between(startMs, endMs) - underSpeechTenths,
      );
      const earliest = Math.max(0, this.#reached, startMs - reachMs);
      const start = this.#walk(startMs, -1, threshold, earliest);
      const end = this.#walk(endMs, 1, threshold, Math.min(endMs + reachMs, this.#own.samples / samplesPerMs));
      const moved = {
        start: Math.max(this.#reached * samplesPerMs, start === startMs ? region.start : Math.round(start * samplesPerMs)),
        end: end === endMs ? region.end : Math.round(end * samplesPerMs),
      };
      // the region before may have been moved over all of it
      if (moved.end <= moved.start) continue;
      this.#reached = moved.end / samplesPerMs;
      out.push(moved);
    }
    return out;
  }

  /** From an edge outwards: the last step that is as loud as speech, with no longer pause before it. */
  #walk(fromMs: number, direction: 1 | -1, threshold: number, limitMs: number): number {
    let edge = fromMs;
    for (let at = fromMs; Math.abs(at - edge) <= pauseMs; at += direction * loudnessStepMs) {
      const next = at + direction * loudnessStepMs;
      if (direction < 0 ? next < limitMs : next > limitMs) break;
      const level = this.#own.between(Math.min(at, next), Math.max(at, next));
      const other = this.#other?.between(Math.min(at, next), Math.max(at, next)) ?? Number.NEGATIVE_INFINITY;
      if (level >= threshold && other - level < bleedTenths) edge = next;
    }
    return edge;
  }
}
