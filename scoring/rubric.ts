import type { Tree } from '../phrases/index.ts';
import type { BilingualText } from '../services/kernel/index.ts';
import type { CriticalClass, CriticalReach, ScorePolicy, WeightedSection } from './score.ts';

export const rubricLanguages = ['zh', 'en'] as const;
export type RubricLanguage = (typeof rubricLanguages)[number];

/** An expression of the phrase language, read. */
export interface Wording {
  readonly text: string;
  readonly tree: Tree;
}

/** One wording for calls of every language, or one for each language. */
export type Expression = { readonly any: Wording } | { readonly zh?: Wording; readonly en?: Wording };

/** What a judge is asked of a call. */
export interface JudgeTask {
  readonly question: string;
  readonly lookFor: string | undefined;
  readonly notApplicableWhen: string | undefined;
}

export interface Criterion {
  readonly id: string;
  readonly section: string;
  /** What an inspector would ask; undefined where the rubric asks nothing in words. */
  readonly question: BilingualText | undefined;
  /** In 1/10,000. */
  readonly points: number;
  readonly bonus: boolean;
  readonly critical: { readonly class: CriticalClass; readonly sets: CriticalReach } | undefined;
  readonly appliesWhen: Expression | undefined;
  readonly metWhen: Expression | undefined;
  readonly unmetWhen: Expression | undefined;
  /** In 1/10,000 a sure hit of `unmetWhen`. */
  readonly deductPerHit: number | undefined;
  readonly script: string | undefined;
  readonly mustComeBefore: Expression | undefined;
  readonly judge: JudgeTask | undefined;
  readonly peopleOnly: boolean;
}

export interface Section extends WeightedSection {
  readonly title: BilingualText;
  readonly criteria: readonly Criterion[];
}

export interface ScriptStep {
  readonly id: string;
  readonly title: BilingualText | undefined;
  /** Variants by language; none where only `heardWhen` recognises the step. */
  readonly say: { readonly zh: readonly string[]; readonly en: readonly string[] };
  /** Another way to recognise that the step was said, where meaning is what counts. */
  readonly heardWhen: Expression | undefined;
  readonly speaker: 'agent' | 'customer';
  readonly required: boolean;
  /** The answer that the customer must give of their own. */
  readonly customerAnswers: 'affirm' | 'negate' | 'any' | undefined;
  /** Latest time from the call's first words, in milliseconds. */
  readonly withinMs: number | undefined;
}

export interface Script {
  readonly id: string;
  readonly title: BilingualText | undefined;
  readonly wording: 'verbatim' | 'meaning';
  /** Whether the steps must come in the order in which they are written. */
  readonly inOrder: boolean;
  /** What it is where some required steps were said and others were missed. */
  readonly whenIncomplete: 'unmet' | 'needs_review';
  readonly steps: readonly ScriptStep[];
}

/** A rubric as it was read: complete, checked, and the same for every spelling of the file that means the same. */
export interface Rubric {
  readonly id: string;
  readonly title: BilingualText;
  readonly languages: readonly RubricLanguage[];
  /** Globs by the name of a field of the call's metadata; every one must fit. */
  readonly for: Readonly<Record<string, readonly string[]>>;
  /** Of several rubrics that fit a call the one with the lowest order gives the headline. */
  readonly order: number;
  readonly score: ScorePolicy;
  /** The lists of the rubric, and those shared ones that it names. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly sections: readonly Section[];
  readonly scripts: Readonly<Record<string, Script>>;
}

export function criteriaOf(rubric: Rubric): readonly Criterion[] {
  return rubric.sections.flatMap(({ criteria }) => criteria);
}
