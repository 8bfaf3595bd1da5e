import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controlChart, type DayCount, leastDays, roundAxis } from './control-limits.ts';

const days = (counts: readonly (readonly [number, number])[]): DayCount[] =>
  counts.map(([scored, found], index) => ({ date: `2026-10-${String(index + 1).padStart(2, '0')}`, scored, found }));

describe('a chart of errors by day', () => {
  test('has limits that are wider on a day with fewer calls', () => {
    const { points, mean } = controlChart(days([...Array.from({ length: 9 }, () => [1000, 20] as const), [250, 5]]));
    expect(mean).toBeCloseTo(20, 6);
    // 0.02 ± 3·√(0.02·0.98/1000) and /250
    expect(points[0]?.high).toBeCloseTo(33.28, 2);
    expect(points[0]?.low).toBeCloseTo(6.72, 2);
    expect(points[9]?.high).toBeCloseTo(46.56, 2);
    expect(points[9]?.low).toBe(0);
  });

  test('names the day that is out of its limits, and no other', () => {
    const { points } = controlChart(days([...Array.from({ length: 20 }, () => [1000, 20] as const), [1000, 60]]));
    expect(points.map(({ out }, index) => (out ? index : -1)).filter((index) => index >= 0)).toEqual([20]);
  });

  test('leaves a day without calls empty, and draws no limits from a few days', () => {
    const { points } = controlChart(days([[0, 0], ...Array.from({ length: leastDays - 1 }, () => [100, 1] as const)]));
    expect(points[0]).toMatchObject({ rate: undefined, high: undefined, out: false });
    expect(points[1]).toMatchObject({ rate: 10, high: undefined, out: false });
  });

  test('never calls the mean out of limits', () => {
    const some = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: leastDays, maxLength: 28 });
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 10 }), (scored, found) => {
        const { points, mean } = controlChart(
          scored.map((n, index) => ({ date: String(index), scored: n, found: Math.min(n, found) })),
        );
        for (const { low, high } of points) {
          expect(low!).toBeLessThanOrEqual(mean! + 1e-9);
          expect(high!).toBeGreaterThanOrEqual(mean! - 1e-9);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('of no calls says nothing', () => {
    expect(controlChart(days([[0, 0]]))).toMatchObject({ mean: undefined, scored: 0, found: 0 });
  });
});

describe('an axis', () => {
  test.each([
    [4.1, 5, [0, 2, 4, 6]],
    [0.9, 1, [0, 0.5, 1]],
    [333, 400, [0, 100, 200, 300, 400]],
    [0, 1, [0, 1]],
  ])('up to %d has round steps', (most, _top, steps) => {
    expect(roundAxis(most).steps.map((step) => Math.round(step * 1000) / 1000)).toEqual(steps);
    expect(roundAxis(most).top).toBeGreaterThanOrEqual(most);
  });
});
