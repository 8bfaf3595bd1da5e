import type { CriticalClass, StepState, VerdictName } from '../../marks/verdict.tsx';

/** The parts of `scorecard.v1` that the page shows; the document names the whole. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export interface Evidence {
  readonly turnId: string | null;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly score: number;
  readonly possible?: true;
  readonly why?: Bilingual;
}

export interface DiffToken {
  readonly kind: 'same' | 'sounds' | 'changed' | 'left_out' | 'added';
  readonly should?: string;
  readonly said?: string;
}

export interface ScriptStep {
  readonly id: string;
  readonly state: StepState;
  readonly completeness: number;
  readonly required: boolean;
  readonly should: string;
  readonly answer?: { readonly wanted: string; readonly heard: string; readonly evidence: readonly Evidence[] };
  readonly evidence: readonly Evidence[];
  readonly tokens: readonly DiffToken[];
  readonly trouble?: Bilingual;
}

export interface Criterion {
  readonly id: string;
  readonly section: string;
  readonly question: Bilingual;
  readonly verdict: VerdictName;
  readonly earned: number;
  readonly possible: number;
  readonly bonus: boolean;
  readonly critical?: CriticalClass;
  readonly criticalSets?: 'call' | 'section';
  readonly evidence: readonly Evidence[];
  readonly searched?: { readonly speaker: 'agent' | 'customer' | 'anyone'; readonly startMs: number; readonly endMs: number };
  readonly nearMisses?: readonly (Evidence & { readonly why: Bilingual })[];
  readonly open?: true;
  readonly reason: Bilingual;
  readonly decidedBy: 'rule' | 'judge' | 'person';
  readonly judge?: { readonly model: string; readonly confidence: number };
  readonly script?: { readonly completeness: number; readonly steps: readonly ScriptStep[] };
}

export interface Scorecard {
  readonly callId: string;
  readonly rubric: { readonly id: string; readonly version: number; readonly title: Bilingual };
  readonly fits: boolean;
  readonly score: {
    readonly percent: number | null;
    readonly beforeCritical: number | null;
    readonly beforeCriticalLow: number | null;
    readonly beforeCriticalHigh: number | null;
    readonly provisional: boolean;
    readonly low: number | null;
    readonly high: number | null;
    readonly band: string | null;
    readonly passed: boolean | null;
  };
  readonly critical: Readonly<Record<CriticalClass, number>>;
  readonly sections: readonly {
    readonly id: string;
    readonly title: Bilingual;
    readonly percent: number | null;
    readonly beforeCritical: number | null;
    readonly earned: number;
    readonly possible: number;
  }[];
  readonly criteria: readonly Criterion[];
}

/** A criterion with the number it has on the page: section, then place in it. */
export interface NumberedCriterion extends Criterion {
  readonly number: string;
}

export function numbered(card: Scorecard): NumberedCriterion[] {
  return card.sections.flatMap(({ id }, section) =>
    card.criteria
      .filter((criterion) => criterion.section === id)
      .map((criterion, place) => ({ ...criterion, number: `${section + 1}.${place + 1}` })),
  );
}

/** A stretch that plays: what proves a verdict, or where something was looked for in vain. */
export interface Stretch {
  readonly key: string;
  readonly criterion: NumberedCriterion;
  readonly startMs: number;
  readonly endMs: number;
  /** Empty: nothing was said there. */
  readonly text: string;
  readonly kind: 'evidence' | 'searched' | 'near';
}

/** What can be played of a criterion, in order of time; never nothing, since every verdict has evidence or a stretch searched. */
export function stretchesOf(criterion: NumberedCriterion): Stretch[] {
  const evidence = criterion.evidence.map(({ startMs, endMs, text }, at): Stretch => ({
    key: `${criterion.id}:${at}`,
    criterion,
    startMs,
    endMs,
    text,
    kind: 'evidence',
  }));
  if (evidence.length > 0) return onceEach(evidence).toSorted((a, b) => a.startMs - b.startMs);
  const { searched } = criterion;
  if (searched === undefined) return [];
  return [{ key: `${criterion.id}:s`, criterion, startMs: searched.startMs, endMs: searched.endMs, text: '', kind: 'searched' }];
}

/** The same words may prove two parts of a rule; they are played once. */
function onceEach(stretches: readonly Stretch[]): Stretch[] {
  const seen = new Set<string>();
  return stretches.filter(({ startMs, endMs, text }) => {
    const place = `${startMs} ${endMs} ${text}`;
    return !seen.has(place) && seen.add(place).size > 0;
  });
}

/** Why, in one sentence. The question and the verdict that a reason begins with stand above it on the page already. */
export function reasonOf({ question, reason }: Pick<Criterion, 'question' | 'reason'>, language: 'zh' | 'en'): string {
  const whole = reason[language];
  if (!whole.startsWith(`“${question[language]}”`)) return whole;
  const rest = whole.slice(question[language].length + 2);
  const why = /^[^：:]*[：:]\s*(?<why>.+)$/su.exec(rest)?.groups?.['why'] ?? whole;
  return why.charAt(0).toUpperCase() + why.slice(1);
}
