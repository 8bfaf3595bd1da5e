import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Contribution, perPoint, type Score, scoreOf, type ScorePolicy, type WeightedSection } from './score.ts';

const share: ScorePolicy = {
  method: 'share',
  pass: 80,
  bands: [
    { name: 'excellent', from: 95 },
    { name: 'good', from: 85 },
    { name: 'pass', from: 80 },
  ],
};
const points: ScorePolicy = { method: 'points', start: 100 * perPoint, floor: 0, ceiling: 100 * perPoint, bands: [] };
const opening: WeightedSection = { id: 'opening', weight: 20 * perPoint };
const conduct: WeightedSection = { id: 'conduct', weight: 60 * perPoint };

interface Row extends Partial<Omit<Contribution, 'points' | 'earned' | 'earnedAtWorst'>> {
  points?: number;
  earned?: number;
  worst?: number;
}

function row({ points: of = 10, earned, worst, ...rest }: Row): Contribution {
  const verdict = rest.verdict ?? 'met';
  const now = earned ?? (verdict === 'met' ? of : 0);
  return {
    section: 'conduct',
    verdict,
    bonus: false,
    open: false,
    ...rest,
    points: of * perPoint,
    earned: now * perPoint,
    earnedAtWorst: (worst ?? (verdict === 'needs_review' ? 0 : now)) * perPoint,
  };
}

const score = (policy: ScorePolicy, ...rows: Row[]): Score => scoreOf(policy, [opening, conduct], rows.map(row));

describe('worked by hand, share', () => {
  test('sections by weight: 10 of 20 at weight 20 and 30 of 40 at weight 60 is (20 x 0.5 + 60 x 0.75) / 80 = 68.75', () => {
    const result = score(
      share,
      { section: 'opening', verdict: 'met' },
      { section: 'opening', verdict: 'unmet' },
      { points: 30 },
      { points: 10, verdict: 'unmet' },
    );
    expect(result).toMatchObject({
      percent: 68.75,
      beforeCritical: 68.75,
      provisional: false,
      low: 68.75,
      high: 68.75,
      band: 'below',
      passed: false,
    });
  });

  test('a third is 33.33 and two thirds are 66.67: rounded half up, once', () => {
    expect(score(share, {}, { verdict: 'unmet' }, { verdict: 'unmet' }).percent).toBe(33.33);
    expect(score(share, {}, {}, { verdict: 'unmet' }).percent).toBe(66.67);
    expect(score(share, { points: 1 }, { points: 7, verdict: 'unmet' }).percent).toBe(12.5);
    expect(score(share, { points: 1 }, { points: 799, verdict: 'unmet' }).percent).toBe(0.13);
  });

  test('what does not apply leaves both sums, and a section without anything possible leaves the weights', () => {
    expect(score(share, { section: 'opening', verdict: 'not_applicable' }, {}, { verdict: 'unmet' }).percent).toBe(50);
  });

  test('a bonus adds to what was earned and may pass 100', () => {
    expect(score(share, { points: 10 }, { points: 5, bonus: true }).percent).toBe(150);
    expect(score(share, { points: 10 }, { points: 5, bonus: true, verdict: 'unmet' }).percent).toBe(100);
  });

  test('in review leaves both sums and opens a range; the band is open where the range spans two', () => {
    const result = score(share, { points: 30 }, { points: 10, verdict: 'needs_review' });
    expect(result).toMatchObject({ percent: 100, provisional: true, low: 75, high: 100, band: null, passed: null });
  });

  test('a range within one band has that band', () => {
    expect(score(share, { points: 99 }, { points: 1, verdict: 'needs_review' })).toMatchObject({
      low: 99,
      band: 'excellent',
      passed: true,
    });
  });

  test('deducted for each hit: 10 points at 5 a hit lose 5 for one; a possible hit moves the low end alone', () => {
    const result = score(share, { verdict: 'unmet', earned: 5, worst: 0 });
    expect(result).toMatchObject({ percent: 50, low: 0, high: 50, provisional: true });
  });

  test('a critical error sets the call to zero; the score before it is kept', () => {
    const critical = { class: 'compliance', sets: 'call' } as const;
    expect(score(share, { points: 30 }, { verdict: 'unmet', critical })).toMatchObject({
      percent: 0,
      beforeCritical: 75,
      band: 'below',
    });
    expect(score(share, { points: 30 }, { points: 0, verdict: 'unmet', critical })).toMatchObject({
      percent: 0,
      beforeCritical: 100,
    });
  });

  test('one that sets its section to zero leaves the others: (20 x 1 + 60 x 0) / 80 = 25', () => {
    const critical = { class: 'customer', sets: 'section' } as const;
    expect(score(share, { section: 'opening' }, { points: 30 }, { verdict: 'unmet', critical })).toMatchObject({
      percent: 25,
      beforeCritical: 81.25,
    });
  });

  test('a critical one in review: the zero enters the low end alone, and the score before it keeps its own range', () => {
    const critical = { class: 'compliance', sets: 'call' } as const;
    expect(score(share, { points: 30 }, { points: 10, verdict: 'needs_review', critical })).toMatchObject({
      percent: 100,
      low: 0,
      high: 100,
      provisional: true,
      beforeCritical: 100,
      beforeCriticalLow: 75,
      beforeCriticalHigh: 100,
      band: null,
    });
  });

  test('nothing possible at all: no percentage', () => {
    expect(score(share, { verdict: 'not_applicable' })).toMatchObject({
      percent: null,
      low: null,
      high: null,
      provisional: false,
      band: null,
    });
    expect(score(share, { verdict: 'needs_review' })).toMatchObject({
      percent: null,
      low: 0,
      high: 100,
      provisional: true,
      band: null,
    });
  });

  test('what only people answer is outside the score until they have', () => {
    expect(score(share, {}, { verdict: 'needs_review', open: true })).toMatchObject({
      percent: 100,
      low: 100,
      provisional: false,
    });
  });
});

describe('worked by hand, points', () => {
  test('100 less the points of what was unmet, plus the bonus of what was met', () => {
    expect(score(points, { points: 30 }, { points: 8, verdict: 'unmet' }, { points: 3, bonus: true }).percent).toBe(95);
  });

  test('between floor and ceiling', () => {
    const policy: ScorePolicy = { ...points, floor: 40 * perPoint };
    expect(score(policy, { points: 90, verdict: 'unmet' }).percent).toBe(40);
    expect(score(policy, { points: 10 }, { points: 50, bonus: true }).percent).toBe(100);
  });

  test('a start of its own: 60, less 10, plus 20', () => {
    const policy: ScorePolicy = { ...points, start: 60 * perPoint };
    expect(score(policy, { verdict: 'unmet' }, { points: 20, bonus: true }).percent).toBe(70);
  });

  test('in review: low as unmet, high as nothing deducted', () => {
    expect(score(points, { points: 5 }, { points: 12, verdict: 'needs_review' })).toMatchObject({
      percent: 100,
      low: 88,
      high: 100,
    });
  });

  test('what does not apply costs nothing; a critical error is zero under any floor', () => {
    const policy: ScorePolicy = { ...points, floor: 40 * perPoint };
    const critical = { class: 'business', sets: 'call' } as const;
    expect(score(policy, { points: 5 }, { points: 50, verdict: 'not_applicable' }).percent).toBe(100);
    expect(score(policy, { points: 5 }, { verdict: 'unmet', critical })).toMatchObject({ percent: 0, beforeCritical: 90 });
  });
});

// --- properties ---

const runs = Math.max(20, Math.round(400 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1)));
const sections = ['a', 'b', 'c'];
const anyPoints = fc.integer({ min: 0, max: 400_000 });

const contribution: fc.Arbitrary<Contribution> = fc
  .record({
    section: fc.constantFrom(...sections),
    verdict: fc.constantFrom('met', 'unmet', 'not_applicable', 'needs_review' as const),
    points: anyPoints,
    bonus: fc.boolean(),
    critical: fc.option(
      fc.record({
        class: fc.constantFrom('customer', 'business', 'compliance' as const),
        sets: fc.constantFrom('call', 'section' as const),
      }),
      { nil: undefined },
    ),
    parts: fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })),
    open: fc.constant(false),
  })
  .map(({ parts, ...each }) => {
    const now = Math.floor((each.points * parts[0]) / 100);
    const worst = Math.floor((now * parts[1]) / 100);
    if (each.verdict === 'met') return { ...each, earned: each.points, earnedAtWorst: each.points };
    if (each.verdict === 'unmet') return { ...each, earned: now, earnedAtWorst: worst };
    return { ...each, earned: 0, earnedAtWorst: each.verdict === 'needs_review' ? worst : 0 };
  });
const call = fc.array(contribution, { minLength: 0, maxLength: 25 });
const weights = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 3, maxLength: 3 });
const anyPolicy = fc.constantFrom(share, points, { ...points, start: 600_000, floor: 100_000, ceiling: 900_000 } as ScorePolicy);
const weighted = (of: readonly number[]): WeightedSection[] => sections.map((id, index) => ({ id, weight: of[index] ?? 1 }));

describe('properties', () => {
  test('the order of criteria and of sections does not matter', () => {
    fc.assert(
      fc.property(anyPolicy, weights, call, fc.func(fc.integer()), (policy, of, rows, key) => {
        const shuffled = rows.map((each, index) => ({ each, at: key(index) })).sort((a, b) => a.at - b.at);
        const other = scoreOf(
          policy,
          weighted(of).reverse(),
          shuffled.map(({ each }) => each),
        );
        const { sections: _a, ...left } = scoreOf(policy, weighted(of), rows);
        const { sections: _b, ...right } = other;
        expect(right).toEqual(left);
      }),
      { numRuns: runs },
    );
  });

  test('earning more never lowers a score', () => {
    fc.assert(
      fc.property(anyPolicy, weights, call, fc.nat(), (policy, of, rows, at) => {
        const index = rows.length === 0 ? 0 : at % rows.length;
        fc.pre(rows[index]?.verdict === 'unmet');
        const better = rows.map((each, i) =>
          i === index ? { ...each, verdict: 'met' as const, earned: each.points, earnedAtWorst: each.points } : each,
        );
        const before = scoreOf(policy, weighted(of), rows);
        const after = scoreOf(policy, weighted(of), better);
        expect(after.percent ?? 0).toBeGreaterThanOrEqual(before.percent ?? 0);
        expect(after.low ?? 0).toBeGreaterThanOrEqual(before.low ?? 0);
        expect(after.high ?? 0).toBeGreaterThanOrEqual(before.high ?? 0);
      }),
      { numRuns: runs },
    );
  });

  test('without a bonus a share lies between 0 and 100; points lie between floor and ceiling, or at a critical zero', () => {
    fc.assert(
      fc.property(weights, call, (of, rows) => {
        const plain = rows.map((each) => ({ ...each, bonus: false }));
        const { percent } = scoreOf(share, weighted(of), plain);
        if (percent !== null) {
          expect(percent).toBeGreaterThanOrEqual(0);
          expect(percent).toBeLessThanOrEqual(100);
        }
        const { beforeCritical } = scoreOf({ ...points, floor: 100_000, ceiling: 900_000 }, weighted(of), rows);
        if (beforeCritical !== null) {
          expect(beforeCritical).toBeGreaterThanOrEqual(10);
          expect(beforeCritical).toBeLessThanOrEqual(90);
        }
      }),
      { numRuns: runs },
    );
  });

  test('a criterion that does not apply changes nothing', () => {
    fc.assert(
      fc.property(anyPolicy, weights, call, contribution, (policy, of, rows, extra) => {
        const more = [...rows, { ...extra, verdict: 'not_applicable' as const }];
        expect(scoreOf(policy, weighted(of), more)).toEqual(scoreOf(policy, weighted(of), rows));
      }),
      { numRuns: runs },
    );
  });

  test('whatever people answer to what is in review, the final score lies in the range', () => {
    fc.assert(
      fc.property(anyPolicy, weights, call, fc.func(fc.boolean()), (policy, of, rows, met) => {
        const now = scoreOf(policy, weighted(of), rows);
        const answered = rows.map((each, index): Contribution => {
          if (each.verdict !== 'needs_review') return each;
          if (met(index)) return { ...each, verdict: 'met', earned: each.points, earnedAtWorst: each.points };
          return { ...each, verdict: 'unmet', earned: each.earnedAtWorst };
        });
        const final = scoreOf(policy, weighted(of), answered);
        if (final.percent === null) return;
        expect(now.low).not.toBeNull();
        expect(final.percent).toBeGreaterThanOrEqual(now.low ?? 0);
        expect(final.percent).toBeLessThanOrEqual(now.high ?? 0);
        expect(final.beforeCritical).toBeGreaterThanOrEqual(now.beforeCriticalLow ?? 0);
        expect(final.beforeCritical).toBeLessThanOrEqual(now.beforeCriticalHigh ?? 0);
      }),
      { numRuns: runs },
    );
  });
});
