import type { BilingualText } from '../services/kernel/index.ts';
import type { VerdictName } from './score.ts';
import type { Evidence } from './verdict.ts';

/** What a judge's votes came to for one criterion, its quotes verified against the transcript. */
export interface JudgeFinding {
  readonly verdict: VerdictName;
  readonly reason: BilingualText;
  /** Quotes that were found in the turn and with the speaker that the judge named. */
  readonly evidence: readonly Evidence[];
  /** Share of the votes for the verdict, in thousandths. */
  readonly confidence: number;
  /** Model, prompt and question, as hashes and names: part of the proof. */
  readonly judge: { readonly model: string; readonly promptHash: string };
  /** Its share of what the votes cost, also where it comes from what was kept. */
  readonly cost?: JudgeCost;
}

/** What asking a judge costs. */
export interface JudgeCost {
  /** Millionths of the currency of its price. */
  readonly micros: number;
  /** Tokens of the questions and of the answers. */
  readonly asked: number;
  readonly answered: number;
}

export const noCost: JudgeCost = { micros: 0, asked: 0, answered: 0 };

export function sumOfCosts(costs: readonly JudgeCost[]): JudgeCost {
  return costs.reduce(
    (sum, each) => ({
      micros: sum.micros + each.micros,
      asked: sum.asked + each.asked,
      answered: sum.answered + each.answered,
    }),
    noCost,
  );
}

/** A cost over several questions in whole parts that add up to it: the first ones carry what is left over. */
export function sharesOfCost(cost: JudgeCost, count: number): readonly JudgeCost[] {
  const share = (of: number, index: number): number => Math.floor(of / count) + (index < of % count ? 1 : 0);
  return Array.from({ length: count }, (_, index) => ({
    micros: share(cost.micros, index),
    asked: share(cost.asked, index),
    answered: share(cost.answered, index),
  }));
}
