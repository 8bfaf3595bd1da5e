import { expect, test } from 'vitest';
import { diffScorecards, type ScorecardPair } from './diff-scorecards.ts';
import type { VerdictName } from './score.ts';
import type { Scorecard } from './scorecard.ts';

function card(percent: number | null, verdicts: Record<string, VerdictName>, critical: readonly string[] = []): Scorecard {
  const bilingual = { zh: '', en: '' };
  return {
    version: 1,
    callId: 'c',
    rubric: { id: 'r', version: 1, hash: 'h', title: bilingual },
    transcript: { hash: 't' },
    made: { scoring: 's' },
    fits: true,
    languages: ['zh'],
    score: {
      percent,
      beforeCritical: percent,
      beforeCriticalLow: percent,
      beforeCriticalHigh: percent,
      provisional: false,
      low: percent,
      high: percent,
      band: null,
      passed: null,
    },
    critical: { customer: 0, business: 0, compliance: 0, nonCritical: 0, unconfirmed: 0, inReview: 0 },
    sections: [],
    criteria: Object.entries(verdicts).map(([id, verdict]) => ({
      id,
      section: 's',
      question: bilingual,
      verdict,
      earned: 0,
      possible: 10,
      bonus: false,
      ...(critical.includes(id) ? { critical: 'compliance' as const } : {}),
      evidence: [{ turnId: 't1', speaker: 'agent', startMs: 1, endMs: 2, text: id, score: 1 }],
      reason: { zh: id, en: id },
      decidedBy: 'rule' as const,
    })),
  };
}

const pair = (call: string, before: Scorecard, after: Scorecard): ScorecardPair => ({ call, before, after });

test('kappa by hand: 10 verdicts, 7 agree; met 6 and 5, unmet 4 and 5: (0.7 - 0.5) / 0.5 = 0.4', () => {
  const verdicts = (unmet: readonly number[]) =>
    Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`c${i}`, unmet.includes(i) ? 'unmet' : 'met'] as const)) as Record<
      string,
      VerdictName
    >;
  const diff = diffScorecards([pair('a', card(60, verdicts([0, 1, 2, 3])), card(50, verdicts([0, 1, 2, 8, 9])))]);
  expect(diff.agreement).toEqual({ compared: 10, agreed: 7, share: 0.7, kappa: 0.4 });
  expect(diff.moved.map(({ criterion }) => criterion)).toEqual(['c3', 'c8', 'c9']);
});

test('where only one verdict was ever given agreement says nothing over chance', () => {
  expect(diffScorecards([pair('a', card(100, { x: 'met' }), card(100, { x: 'met' }))]).agreement).toEqual({
    compared: 1,
    agreed: 1,
    share: 1,
    kappa: null,
  });
});

test('every verdict that moved is shown with both evidences; a criterion of one version alone too', () => {
  const diff = diffScorecards([pair('a', card(100, { x: 'met', old: 'met' }), card(0, { x: 'unmet', fresh: 'met' }, ['x']))]);
  expect(diff.moved).toMatchObject([
    {
      call: 'a',
      criterion: 'x',
      before: { verdict: 'met', evidence: [{ text: 'x' }] },
      after: { verdict: 'unmet', evidence: [{ text: 'x' }] },
      newlyCritical: true,
    },
    { criterion: 'old', after: undefined },
    { criterion: 'fresh', before: undefined },
  ]);
  expect(diff.newlyCritical).toBe(1);
});

test('an unmet criterion that became critical is newly critical; one that is so no longer is counted', () => {
  const [plain, critical] = [card(0, { x: 'unmet' }), card(0, { x: 'unmet' }, ['x'])];
  expect(diffScorecards([pair('a', plain, critical)])).toMatchObject({ newlyCritical: 1, noLongerCritical: 0 });
  expect(diffScorecards([pair('a', critical, plain)])).toMatchObject({ newlyCritical: 0, noLongerCritical: 1 });
});

test('the score shift is over calls that have a percentage under both', () => {
  const diff = diffScorecards([
    pair('a', card(80, { x: 'met' }), card(70.01, { x: 'met' })),
    pair('b', card(90, { x: 'met' }), card(90, { x: 'met' })),
    pair('c', card(null, { x: 'not_applicable' }), card(10, { x: 'met' })),
  ]);
  expect(diff.score).toMatchObject({ compared: 2, before: 85, after: 80.01, shift: -4.99 });
});
