import type { CallState } from '../ingest/index.ts';
import type { CriticalClass, VerdictName } from '../scoring/index.ts';

/** What calls a search looks at. Everything given must hold; of several values in one list, one. */
export interface SearchFilters {
  /** By the call's own start, else when it was received: from this moment (UTC milliseconds) ... */
  readonly from?: number | undefined;
  /** ... to before this one. */
  readonly to?: number | undefined;
  readonly teams?: readonly string[] | undefined;
  /** Agents' ids. */
  readonly agents?: readonly string[] | undefined;
  readonly queues?: readonly string[] | undefined;
  readonly directions?: readonly string[] | undefined;
  readonly products?: readonly string[] | undefined;
  readonly languages?: readonly string[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly states?: readonly CallState[] | undefined;
  readonly minDurationMs?: number | undefined;
  readonly maxDurationMs?: number | undefined;
  /** Of the headline scorecard, in tenths of a per cent; a call without a score is outside. */
  readonly minScore?: number | undefined;
  readonly maxScore?: number | undefined;
  readonly criterion?: CriterionFilter | undefined;
  /** Calls with at least one critical error of a class; `none`: without any. */
  readonly critical?: readonly (CriticalClass | 'none')[] | undefined;
  /** Whether a person must decide something. */
  readonly needsReview?: boolean | undefined;
}

/** Calls of which a criterion of a current scorecard has one of these verdicts; of any rubric where none is named. */
export interface CriterionFilter {
  readonly rubricId?: string | undefined;
  readonly criterionId: string;
  readonly verdicts: readonly VerdictName[];
}
