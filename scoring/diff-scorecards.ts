import { fraction, roundHalfUp } from './fraction.ts';
import { verdictNames, type VerdictName } from './score.ts';
import type { Scorecard, ScoredCriterion } from './scorecard.ts';

/** The same call under two versions of a rubric. */
export interface ScorecardPair {
  /** How the call is named to whoever reads the comparison. */
  readonly call: string;
  readonly before: Scorecard;
  readonly after: Scorecard;
}

/** One side of a verdict that moved. */
export type VerdictSide = Pick<ScoredCriterion, 'verdict' | 'evidence' | 'searched' | 'reason' | 'earned' | 'possible'>;

export interface MovedVerdict {
  readonly call: string;
  readonly criterion: string;
  /** Undefined where one version does not have the criterion. */
  readonly before: VerdictSide | undefined;
  readonly after: VerdictSide | undefined;
  /** Unmet and critical under the newer version, and not under the older. */
  readonly newlyCritical: boolean;
}

export interface Agreement {
  /** Verdicts compared: criteria that both versions have, over all calls. */
  readonly compared: number;
  readonly agreed: number;
  /** agreed / compared, null where nothing was compared. Four decimals. */
  readonly share: number | null;
  /** Cohen's kappa over the four verdicts; null where one verdict alone was ever given (chance explains everything). */
  readonly kappa: number | null;
}

export interface ScorecardDiff {
  readonly version: 1;
  readonly calls: number;
  readonly agreement: Agreement;
  readonly byCriterion: readonly ({ readonly criterion: string } & Agreement)[];
  readonly moved: readonly MovedVerdict[];
  readonly score: {
    /** Calls with a percentage under both. */
    readonly compared: number;
    /** Means in percent with two decimals; null where nothing was compared. */
    readonly before: number | null;
    readonly after: number | null;
    readonly shift: number | null;
    readonly byCall: readonly { readonly call: string; readonly before: number | null; readonly after: number | null }[];
  };
  readonly newlyCritical: number;
  readonly noLongerCritical: number;
}

/**
 * Compares the scorecards of the same calls under two versions of a rubric: every verdict that moved with both evidences,
 * agreement and Cohen's kappa (Cohen 1960), the shift of the score, and what became critical.
 */
export function diffScorecards(pairs: readonly ScorecardPair[]): ScorecardDiff {
  const moved: MovedVerdict[] = [];
  const seen: { criterion: string; before: VerdictName; after: VerdictName }[] = [];
  let noLongerCritical = 0;
  for (const { call, before, after } of pairs) {
    const older = new Map(before.criteria.map((each) => [each.id, each]));
    const newer = new Map(after.criteria.map((each) => [each.id, each]));
    for (const criterion of new Set([...older.keys(), ...newer.keys()])) {
      const [a, b] = [older.get(criterion), newer.get(criterion)];
      if (a !== undefined && b !== undefined) seen.push({ criterion, before: a.verdict, after: b.verdict });
      if (isCritical(a) && !isCritical(b)) noLongerCritical += 1;
      const newlyCritical = isCritical(b) && !isCritical(a);
      if (a?.verdict === b?.verdict && !newlyCritical) continue;
      moved.push({ call, criterion, before: sideOf(a), after: sideOf(b), newlyCritical });
    }
  }
  const criteria = [...new Set(seen.map(({ criterion }) => criterion))];
  return {
    version: 1,
    calls: pairs.length,
    agreement: agreementOf(seen),
    byCriterion: criteria.map((criterion) => ({
      criterion,
      ...agreementOf(seen.filter((each) => each.criterion === criterion)),
    })),
    moved,
    score: scoreShift(pairs),
    newlyCritical: moved.filter((each) => each.newlyCritical).length,
    noLongerCritical,
  };
}

function isCritical(each: ScoredCriterion | undefined): boolean {
  return each !== undefined && each.critical !== undefined && each.verdict === 'unmet';
}

function sideOf(each: ScoredCriterion | undefined): VerdictSide | undefined {
  if (each === undefined) return undefined;
  const { verdict, evidence, searched, reason, earned, possible } = each;
  return { verdict, evidence, searched, reason, earned, possible };
}

/** kappa = (observed - expected) / (1 - expected), in whole numbers: (n agreed - sum ab) / (n n - sum ab). */
function agreementOf(pairs: readonly { before: VerdictName; after: VerdictName }[]): Agreement {
  const compared = pairs.length;
  const agreed = pairs.filter(({ before, after }) => before === after).length;
  const chance = verdictNames.reduce((sum, name) => {
    const a = pairs.filter(({ before }) => before === name).length;
    const b = pairs.filter(({ after }) => after === name).length;
    return sum + a * b;
  }, 0);
  const rest = compared * compared - chance;
  return {
    compared,
    agreed,
    share: compared === 0 ? null : decimals(agreed, compared, 10_000),
    kappa: rest === 0 ? null : decimals(compared * agreed - chance, rest, 10_000),
  };
}

function scoreShift(pairs: readonly ScorecardPair[]): ScorecardDiff['score'] {
  const byCall = pairs.map(({ call, before, after }) => ({ call, before: before.score.percent, after: after.score.percent }));
  const both = byCall.flatMap(({ before, after }) => (before === null || after === null ? [] : [{ before, after }]));
  const hundredths = (pick: (each: { before: number; after: number }) => number): number =>
    both.reduce((sum, each) => sum + Math.round(pick(each) * 100), 0);
  const mean = (sum: number): number | null => (both.length === 0 ? null : Number(roundHalfUp(fraction(sum, both.length))) / 100);
  const [before, after] = [hundredths((each) => each.before), hundredths((each) => each.after)];
  return { compared: both.length, before: mean(before), after: mean(after), shift: mean(after - before), byCall };
}

function decimals(top: number, bottom: number, scale: number): number {
  return Number(roundHalfUp(fraction(top * scale, bottom))) / scale;
}
