import type { PreparedTranscript } from './prepare.ts';
import type { RawHit } from './raw-hit.ts';
import { judgeSpan, spansIn, type TolerantPhrase } from './tolerant.ts';

/** Many tolerant phrases over a call. */
export class TolerantFilter {
  readonly #phrases: readonly TolerantPhrase[];

  constructor(phrases: readonly TolerantPhrase[]) {
    this.#phrases = phrases;
  }

  /** Every span that sounds like a phrase, judged: by phrase, then by place. */
  find(prepared: PreparedTranscript, found: (phrase: number, hit: RawHit) => void): void {
    this.#phrases.forEach((phrase, index) => {
      for (const run of prepared.runs) {
        for (const span of spansIn(phrase, run, 0, run.spoken.length)) found(index, judgeSpan(phrase, run, span));
      }
    });
  }
}
