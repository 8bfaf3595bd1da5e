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
}
