import { between, type Fraction, fraction, over, plus, roundHalfUp, times, zero } from './fraction.ts';

export const criticalClasses = ['customer', 'business', 'compliance'] as const;
/** Whom a critical error harms (COPC counts them apart). */
export type CriticalClass = (typeof criticalClasses)[number];

/** What a critical error sets to zero. */
export type CriticalReach = 'call' | 'section';

export const verdictNames = ['met', 'unmet', 'not_applicable', 'needs_review'] as const;
export type VerdictName = (typeof verdictNames)[number];

/** Points and weights are integers of 1/10,000: 2.5 points are 25,000. */
export const perPoint = 10_000;

export type ScorePolicy = {
  /** From this percentage on a call passes; none: nothing is said about passing. */
  readonly pass?: number | undefined;
  /** Names by the lowest percentage that earns them, highest first. */
  readonly bands: readonly { readonly name: string; readonly from: number }[];
} & (
  | { readonly method: 'share' }
  | { readonly method: 'points'; readonly start: number; readonly floor: number; readonly ceiling: number }
);

/** What one criterion brings to the score. All points in 1/10,000. */
export interface Contribution {
  readonly section: string;
  readonly verdict: VerdictName;
  readonly points: number;
  readonly bonus: boolean;
  readonly critical?: { readonly class: CriticalClass; readonly sets: CriticalReach } | undefined;
  /** Earned as it stands; read where the verdict is met or unmet. */
  readonly earned: number;
  /** Earned if everything in doubt went against the agent. */
  readonly earnedAtWorst: number;
  /** Only a person can answer, and nobody has: outside the score. */
  readonly open: boolean;
}

export interface WeightedSection {
  readonly id: string;
  /** In 1/10,000; read by the method `share` alone. */
  readonly weight: number;
}

export interface SectionScore {
  readonly id: string;
  /** Null where nothing was possible. Before and after critical errors. */
  readonly percent: number | null;
  readonly beforeCritical: number | null;
  readonly earned: number;
  readonly possible: number;
}

export interface Score {
  readonly percent: number | null;
  /** What it would be without the zero of a critical error, with a range of its own. */
  readonly beforeCritical: number | null;
  readonly beforeCriticalLow: number | null;
  readonly beforeCriticalHigh: number | null;
  readonly provisional: boolean;
  readonly low: number | null;
  readonly high: number | null;
  readonly band: string | null;
  /** Null where nothing is asked or the range spans the mark. */
  readonly passed: boolean | null;
  readonly sections: readonly SectionScore[];
}

/** The band of a score below every named one. */
export const belowBands = 'below';

interface Settled {
  readonly section: string;
  readonly verdict: 'met' | 'unmet' | 'not_applicable';
  readonly points: number;
  readonly bonus: boolean;
  readonly earned: number;
  readonly zeroes: CriticalReach | undefined;
}

interface Reckoned {
  /** Of 1, or in points of 100 for the method `points`; null where nothing was possible. */
  readonly total: Fraction | null;
  readonly before: Fraction | null;
  readonly sections: readonly { id: string; ratio: Fraction | null; before: Fraction | null; earned: number; possible: number }[];
}

/**
 * The score of a call. What needs review leaves both sums; `low` counts it as unmet (critical ones setting their zero) and
 * `high` as met with nothing deducted. Percentages have two decimals: integers of 1/10,000, exact until the one rounding.
 */
export function scoreOf(
  policy: ScorePolicy,
  sections: readonly WeightedSection[],
  contributions: readonly Contribution[],
): Score {
  const counted = contributions.filter(({ open }) => !open);
  const now = reckon(
    policy,
    sections,
    counted.filter(({ verdict }) => verdict !== 'needs_review').map((each) => settle(each, 'now')),
  );
  const worst = reckon(
    policy,
    sections,
    counted.map((each) => settle(each, 'worst')),
  );
  const best = reckon(
    policy,
    sections,
    counted.map((each) => settle(each, 'best')),
  );
  const percent = percentOf(now.total);
  const [low, high] = range(percent, percentOf(worst.total), percentOf(best.total));
  const beforeCritical = percentOf(now.before);
  const [beforeCriticalLow, beforeCriticalHigh] = range(beforeCritical, percentOf(worst.before), percentOf(best.before));
  const lowBand = bandOf(policy, low);
  return {
    percent,
    beforeCritical,
    beforeCriticalLow,
    beforeCriticalHigh,
    provisional: low !== high,
    low,
    high,
    band: lowBand === bandOf(policy, high) && percent !== null ? lowBand : null,
    passed: passedOf(policy, percent, low, high),
    sections: now.sections.map(({ id, ratio, before, earned, possible }) => ({
      id,
      percent: percentOf(ratio),
      beforeCritical: percentOf(before),
      earned: earned / perPoint,
      possible: possible / perPoint,
    })),
  };
}

function settle(each: Contribution, outlook: 'now' | 'worst' | 'best'): Settled {
  const { section, points, bonus, critical } = each;
  const review = each.verdict === 'needs_review';
  const verdict = each.verdict === 'needs_review' ? (outlook === 'best' ? 'met' : 'unmet') : each.verdict;
  const earned = outlook === 'worst' ? each.earnedAtWorst : review ? points : each.earned;
  return { section, verdict, points, bonus, earned, zeroes: verdict === 'unmet' ? critical?.sets : undefined };
}

function reckon(policy: ScorePolicy, sections: readonly WeightedSection[], settled: readonly Settled[]): Reckoned {
  const applicable = settled.filter(({ verdict }) => verdict !== 'not_applicable');
  const zeroed = new Set(applicable.filter(({ zeroes }) => zeroes === 'section').map(({ section }) => section));
  const rows = sections.map(({ id, weight }) => {
    const mine = applicable.filter(({ section }) => section === id);
    const earned = sum(mine.map((each) => each.earned));
    const possible = sum(mine.map(({ bonus, points }) => (bonus ? 0 : points)));
    const before = possible === 0 ? null : fraction(earned, possible);
    return { id, weight, earned, possible, before, ratio: before !== null && zeroed.has(id) ? zero : before };
  });
  const before = policy.method === 'share' ? byWeight(rows, 'before') : byPoints(policy, applicable, new Set());
  const after = policy.method === 'share' ? byWeight(rows, 'ratio') : byPoints(policy, applicable, zeroed);
  const callZeroed = applicable.some(({ zeroes }) => zeroes === 'call');
  return { before, total: after !== null && callZeroed ? zero : after, sections: rows };
}

/** Sections by weight, over those in which something was possible. */
function byWeight(
  rows: readonly { weight: number; before: Fraction | null; ratio: Fraction | null }[],
  which: 'before' | 'ratio',
): Fraction | null {
  let total = zero;
  let weights = 0;
  for (const row of rows) {
    const ratio = row[which];
    if (ratio === null) continue;
    total = plus(total, times(fraction(row.weight), ratio));
    weights += row.weight;
  }
  return weights === 0 ? null : over(total, fraction(weights));
}

/** From `start`, bonus added and losses taken off, between floor and ceiling; a zeroed section loses all it has. */
function byPoints(
  policy: { readonly start: number; readonly floor: number; readonly ceiling: number },
  applicable: readonly Settled[],
  zeroed: ReadonlySet<string>,
): Fraction | null {
  const asked = applicable.filter(({ bonus, points }) => !bonus && points > 0);
  if (asked.length === 0) return null;
  const lost = sum(asked.map(({ points, earned, section }) => (zeroed.has(section) ? points : points - earned)));
  const gained = sum(applicable.filter(({ bonus, section }) => bonus && !zeroed.has(section)).map(({ earned }) => earned));
  const of100 = fraction(100 * perPoint);
  const points = between(fraction(policy.start + gained - lost), fraction(policy.floor), fraction(policy.ceiling));
  return over(points, of100);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function percentOf(part: Fraction | null): number | null {
  return part === null ? null : Number(roundHalfUp(times(part, fraction(10_000)))) / 100;
}

/** With a bonus over 100 per cent, leaving a criterion out can beat meeting it: the range holds what stands now as well. */
function range(now: number | null, worst: number | null, best: number | null): [low: number | null, high: number | null] {
  if (worst === null || best === null) return [worst, best];
  return [Math.min(worst, now ?? worst), Math.max(best, now ?? best)];
}

function bandOf(policy: ScorePolicy, percent: number | null): string | null {
  if (percent === null || policy.bands.length === 0) return null;
  return policy.bands.find(({ from }) => percent >= from)?.name ?? belowBands;
}

function passedOf(policy: ScorePolicy, percent: number | null, low: number | null, high: number | null): boolean | null {
  const { pass } = policy;
  if (pass === undefined || percent === null || low === null || high === null) return null;
  const least = low >= pass;
  return least === high >= pass ? least : null;
}
