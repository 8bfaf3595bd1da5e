/** One day's count of calls with an error of a class, out of the calls that were scored on that day. */
export interface DayCount {
  readonly date: string;
  readonly scored: number;
  readonly found: number;
}

export interface ControlPoint {
  readonly date: string;
  readonly scored: number;
  readonly found: number;
  /** For 1,000 calls; undefined on a day without scored calls. */
  readonly rate: number | undefined;
  /** Limits at three standard deviations for this day's own number of calls, for 1,000 calls; undefined without calls. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly out: boolean;
}

export interface ControlChart {
  readonly points: readonly ControlPoint[];
  /** All errors over all calls of the days, for 1,000 calls; undefined when nothing was scored. */
  readonly mean: number | undefined;
  readonly scored: number;
  readonly found: number;
}

/** Fewer days than this say nothing about what is usual: no limits are drawn then. */
export const leastDays = 8;

/**
 * A p-chart (Shewhart; Montgomery, Introduction to Statistical Quality Control, "variable sample size"): the limits of a day are
 * p ± 3·√(p(1−p)/n) with that day's own n, where p is the share over all days; a limit under zero is zero.
 */
export function controlChart(days: readonly DayCount[]): ControlChart {
  const scored = days.reduce((sum, day) => sum + day.scored, 0);
  const found = days.reduce((sum, day) => sum + day.found, 0);
  const share = scored === 0 ? undefined : found / scored;
  const enough = days.filter((day) => day.scored > 0).length >= leastDays;
  const points = days.map(({ date, scored: n, found: x }): ControlPoint => {
    if (n === 0 || share === undefined)
      return { date, scored: n, found: x, rate: undefined, low: undefined, high: undefined, out: false };
    const rate = (x / n) * 1000;
    if (!enough) return { date, scored: n, found: x, rate, low: undefined, high: undefined, out: false };
    const spread = 3 * Math.sqrt((share * (1 - share)) / n);
    const low = Math.max(0, share - spread) * 1000;
    const high = Math.min(1, share + spread) * 1000;
    return { date, scored: n, found: x, rate, low, high, out: rate < low || rate > high };
  });
  return { points, mean: share === undefined ? undefined : share * 1000, scored, found };
}

/** A round top for an axis that starts at 0, and its steps: 1, 2 or 5 times a power of ten, three to five of them. */
export function roundAxis(most: number): { readonly top: number; readonly steps: readonly number[] } {
  if (!(most > 0)) return { top: 1, steps: [0, 1] };
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? 10 * power;
  const count = Math.ceil(most / step - 1e-9);
  return { top: count * step, steps: Array.from({ length: count + 1 }, (_, index) => index * step) };
}
