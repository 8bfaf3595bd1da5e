import type { JudgeBudget, JudgeWaits } from '../../scoring/index.ts';

/** How many calls are put into the lane at once when the judge answers again. */
const page = 200;
/** The longest pause between two attempts, in turns. */
const longestPause = 60;
/** After so many turns a call that was put into the lane and neither answered nor missed is put there again. */
const patience = 10;

/**
 * Sees to it that calls whose judge was away are asked about again. One call goes first; when the judge missed it once more, the
 * next attempt waits twice as long; when it was answered, the others follow, a page a turn. All that must last lies in the store:
 * a restart begins with one call again.
 */
export class JudgeReturn {
  readonly #waits: Pick<JudgeWaits, 'waiting'>;
  readonly #budget: Pick<JudgeBudget, 'allows'>;
  readonly #scoreAgain: (callIds: readonly string[]) => Promise<unknown>;
  /** What was put into the lane, with how often the judge had been missed then. */
  readonly #sent = new Map<string, number>();
  #atOnce = 1;
  #pause = 0;
  #resting = 0;
  #waited = 0;

  /** `scoreAgain` puts calls into the low lane. */
  constructor(
    waits: Pick<JudgeWaits, 'waiting'>,
    budget: Pick<JudgeBudget, 'allows'>,
    scoreAgain: (callIds: readonly string[]) => Promise<unknown>,
  ) {
    this.#waits = waits;
    this.#budget = budget;
    this.#scoreAgain = scoreAgain;
  }

  /** One look. @returns how many calls were put into the lane */
  async turn(): Promise<number> {
    if (this.#resting > 0) {
      this.#resting -= 1;
      return 0;
    }
    const waiting = await this.#waits.waiting(page);
    if (waiting.some(({ callId, missed }) => missed > (this.#sent.get(callId) ?? missed))) {
      this.#begin(1);
      this.#pause = Math.min(longestPause, Math.max(1, this.#pause * 2));
      this.#resting = this.#pause;
      return 0;
    }
    if (waiting.some(({ callId }) => this.#sent.has(callId)) && this.#waited < patience) {
      this.#waited += 1;
      return 0;
    }
    if (this.#sent.size > 0) {
      this.#begin(this.#waited < patience ? page : 1);
      this.#pause = 0;
    }
    const next = waiting.slice(0, this.#atOnce);
    if (next.length === 0 || !(await this.#budget.allows())) return 0;
    await this.#scoreAgain(next.map(({ callId }) => callId));
    for (const { callId, missed } of next) this.#sent.set(callId, missed);
    return next.length;
  }

  #begin(atOnce: number): void {
    this.#sent.clear();
    this.#waited = 0;
    this.#atOnce = atOnce;
  }
}
