export interface DayCount {
  readonly date: string;
  readonly count: number;
}

const dayMs = 86_400_000;
const mostDays = 400;

/**
 * Every day from the first to the last one counted, those without a call with 0. Over more than 400 days the days with calls
 * alone, so that a single old recording does not press all others into a line.
 */
export function everyDay(counted: readonly DayCount[]): readonly DayCount[] {
  const first = counted[0];
  const last = counted.at(-1);
  if (first === undefined || last === undefined) return [];
  const start = Date.parse(`${first.date}T00:00:00Z`);
  const length = Math.round((Date.parse(`${last.date}T00:00:00Z`) - start) / dayMs) + 1;
  if (!(length > 0 && length <= mostDays)) return counted;
  const counts = new Map(counted.map(({ date, count }) => [date, count]));
  return Array.from({ length }, (_, index) => {
    const date = new Date(start + index * dayMs).toISOString().slice(0, 10);
    return { date, count: counts.get(date) ?? 0 };
  });
}
