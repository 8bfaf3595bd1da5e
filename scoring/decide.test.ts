import { describe, expect, test } from 'vitest';
import { decide, type Decided, type Situation, wantsJudge } from './decide.ts';
import { combine, guarded, type Heard, opposite, type Reading, type Setting } from './reading.ts';
import { readRubric } from './read-rubric.ts';
import { criteriaOf } from './rubric.ts';
import type { ScriptReading, StepFinding } from './script-reading.ts';
import type { Searched } from './verdict.ts';

const whole: Searched = { speaker: 'anyone', startMs: 1000, endMs: 101_000 };
const agent: Searched = { speaker: 'agent', startMs: 1000, endMs: 101_000 };
const noWhy = { zh: '原话一致', en: 'the same words' };

function heard(at: number, text = '保证收益', setting: Setting = 'plain'): Heard {
  return { turnId: `t${at}`, speaker: 'agent', startMs: at * 1000, endMs: at * 1000 + 900, text, score: 1, setting, why: noWhy };
}

function reading(parts: Partial<Reading> = {}): Reading {
  const sure = parts.sure ?? [];
  const possible = parts.possible ?? [];
  const value = parts.value ?? (sure.length > 0 ? 'yes' : possible.length > 0 ? 'perhaps' : 'no');
  return {
    value,
    sure,
    possible,
    against: [],
    nearMisses: [],
    searched: agent,
    onlyUnintelligible: false,
    unintelligible: [],
    ...parts,
  };
}

const yes = (at = 10, text = '您好'): Reading => reading({ sure: [heard(at, text)] });
const perhaps = (at = 10, text = '您好'): Reading => reading({ possible: [heard(at, text)] });
const no = (): Reading => reading();
/** No, but for speech that nobody understood. */
const unheard = (): Reading =>
  reading({ value: 'perhaps', onlyUnintelligible: true, unintelligible: [{ ...agent, startMs: 50_000 }] });

function situation(criterion: string, parts: Partial<Situation> = {}): Situation {
  const yaml = `rubric: r\nscripts: { s: { steps: [{ id: a, say: 风险提示 }] } }\nsections: [{ id: s, criteria: [{ id: c, question: { zh: 问什么, en: Asked what }, ${criterion} }] }]`;
  const result = readRubric(yaml);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  const [first] = criteriaOf(result.rubric);
  if (first === undefined) throw new Error('no criterion');
  return {
    criterion: first,
    rubric: result.rubric,
    whole,
    applies: undefined,
    met: undefined,
    unmet: undefined,
    mustComeBefore: undefined,
    script: undefined,
    worded: true,
    judge: 'none',
    decision: undefined,
    ...parts,
  };
}

const metCriterion = 'points: 10, met_when: 您好';
const unmetCriterion = 'points: 10, unmet_when: 保证收益';
const bothCriterion = 'points: 10, met_when: 您好, unmet_when: 保证收益';

function verdict(decided: Decided): string {
  return decided.verdict.verdict;
}

describe('a person decided: theirs, never recomputed', () => {
  test.each(['met', 'unmet', 'not_applicable'] as const)('%s stands over what the machine finds', (said) => {
    const decided = decide(
      situation(metCriterion, { met: yes(), decision: { criterion: 'c', verdict: said, by: 'p1', note: '听了两遍' } }),
    );
    expect(decided).toMatchObject({ verdict: { verdict: said, decidedBy: 'person' }, machine: 'met' });
    expect(decided.verdict.reason.zh).toContain('听了两遍');
    expect(decided.earned).toBe(said === 'met' ? 100_000 : 0);
  });
});

describe('people_only', () => {
  test('is open, needs a person and is outside the score', () => {
    expect(decide(situation('points: 5, people_only: true'))).toMatchObject({ open: true, verdict: { verdict: 'needs_review' } });
  });
  test('counts once a person answered', () => {
    const decided = decide(situation('points: 5, people_only: true', { decision: { criterion: 'c', verdict: 'met' } }));
    expect(decided).toMatchObject({ open: false, earned: 50_000, verdict: { verdict: 'met', decidedBy: 'person' } });
  });
});

describe('applies_when', () => {
  const criterion = `${metCriterion}, applies_when: 理财`;
  test('no: not applicable, and the evidence is the stretch that was searched', () => {
    const decided = decide(situation(criterion, { applies: no(), met: no() }));
    expect(decided.verdict).toMatchObject({ verdict: 'not_applicable', evidence: [], searched: agent });
    expect(decided.verdict.reason.en).toContain('what the agent said between 0:01 and 1:41');
  });
  test('perhaps, and done: met, and it says that whether it applied is not sure', () => {
    const decided = decide(situation(criterion, { applies: perhaps(5, '理才'), met: yes() }));
    expect(verdict(decided)).toBe('met');
    expect(decided.verdict.reason.en).toContain('whether it applied is not sure');
    expect(decided.verdict.reason.zh).toContain('是否适用并不确定');
  });
  test.each([
    ['not done', no()],
    ['perhaps done', perhaps()],
  ])('perhaps, and %s: a person decides, and both readings are shown', (_, met) => {
    const decided = decide(situation(criterion, { applies: perhaps(5, '理才'), met }));
    expect(verdict(decided)).toBe('needs_review');
    expect(decided.verdict.evidence.map(({ of }) => of)).toContain('applies_when');
    expect(decided.verdict.reason.en).toMatch(/whether it applied is not sure.*if it did: /);
  });
  test('speech that nobody understood is no sign that it applies', () => {
    expect(verdict(decide(situation(criterion, { applies: unheard(), met: no() })))).toBe('not_applicable');
  });
});

describe('it applies; done = (met_when or script) and not (unmet_when)', () => {
  test.each([
    [metCriterion, yes(), undefined, 'met'],
    [metCriterion, no(), undefined, 'unmet'],
    [metCriterion, perhaps(), undefined, 'needs_review'],
    [metCriterion, unheard(), undefined, 'needs_review'],
    [unmetCriterion, undefined, no(), 'met'],
    [unmetCriterion, undefined, yes(), 'unmet'],
    [unmetCriterion, undefined, perhaps(), 'needs_review'],
    [bothCriterion, yes(), no(), 'met'],
    [bothCriterion, yes(), yes(), 'unmet'],
    [bothCriterion, no(), perhaps(), 'unmet'],
    [bothCriterion, perhaps(), no(), 'needs_review'],
    [bothCriterion, perhaps(), yes(), 'unmet'],
    [bothCriterion, yes(), perhaps(), 'needs_review'],
  ] as const)('%s', (criterion, met, unmet, expected) => {
    expect(verdict(decide(situation(criterion, { met, unmet })))).toBe(expected);
  });

  test('something missing says what was wanted and where it was looked for', () => {
    const { reason, searched } = decide(situation(metCriterion, { met: no() })).verdict;
    expect(reason.zh).toBe('“问什么”不符合：在坐席 0:01–1:41 的讲话里没有听到“您好”。');
    expect(reason.en).toBe('“Asked what” – not met: in what the agent said between 0:01 and 1:41 nothing like “您好” was heard.');
    expect(searched).toEqual(agent);
  });

  test('something that should not have been said is shown with its moment and its words', () => {
    const { reason, evidence } = decide(situation(unmetCriterion, { unmet: yes(31, '这个保证收益') })).verdict;
    expect(reason.zh).toBe('“问什么”不符合：坐席在 0:31 说“这个保证收益”。');
    expect(evidence).toMatchObject([{ turnId: 't31', text: '这个保证收益', of: 'unmet_when' }]);
  });
});

describe('a hit of unmet_when by how it was said', () => {
  const said = (setting: Setting): Reading => guarded(reading({ sure: [heard(20, '保证收益', setting)] }));
  test('denied: not counted, noted', () => {
    const decided = decide(situation(unmetCriterion, { unmet: said('denied') }));
    expect(decided.verdict).toMatchObject({ verdict: 'met', nearMisses: [{ turnId: 't20', text: '保证收益' }] });
    expect(decided.verdict.reason.zh).toContain('是否定的说法，不计');
  });
  test.each(['asked', 'supposed', 'reported'] as const)('%s: possible', (setting) => {
    const decided = decide(situation(unmetCriterion, { unmet: said(setting) }));
    expect(decided.verdict).toMatchObject({ verdict: 'needs_review', evidence: [{ possible: true }] });
  });
  test('plain: sure', () => {
    expect(verdict(decide(situation(unmetCriterion, { unmet: said('plain') })))).toBe('unmet');
  });
  test('a plain one beside a denied one still counts', () => {
    const unmet = guarded(reading({ sure: [heard(20, '保证收益', 'denied'), heard(40)] }));
    expect(decide(situation(unmetCriterion, { unmet })).verdict).toMatchObject({
      verdict: 'unmet',
      evidence: [{ turnId: 't40' }],
      nearMisses: [{ turnId: 't20' }],
    });
  });
});

test('unmet_when no, only unintelligible speech in doubt: met, noted', () => {
  const decided = decide(situation(unmetCriterion, { unmet: unheard() }));
  expect(verdict(decided)).toBe('met');
  expect(decided.verdict.reason.en).toContain('from 0:50 on something could not be understood');
});

describe('deduct_per_hit d, n sure hits: unmet, max(0, points - d n)', () => {
  const criterion = 'points: 10, unmet_when: 保证收益, deduct_per_hit: 4';
  const hits = (sure: number, possible = 0): Reading =>
    reading({
      sure: Array.from({ length: sure }, (_, i) => heard(10 + i)),
      possible: Array.from({ length: possible }, (_, i) => heard(50 + i)),
    });
  test.each([
    [1, 0, 60_000, 60_000],
    [2, 0, 20_000, 20_000],
    [3, 0, 0, 0],
    [1, 1, 60_000, 20_000],
  ])('%i sure and %i possible earn %i, at worst %i', (sure, possible, earned, earnedAtWorst) => {
    expect(decide(situation(criterion, { unmet: hits(sure, possible) }))).toMatchObject({
      verdict: { verdict: 'unmet' },
      earned,
      earnedAtWorst,
    });
  });
  test('only possible hits: a person decides', () => {
    expect(decide(situation(criterion, { unmet: hits(0, 1) }))).toMatchObject({
      verdict: { verdict: 'needs_review' },
      earnedAtWorst: 60_000,
    });
  });
  test('no hit: met, nothing deducted', () => {
    expect(decide(situation(criterion, { unmet: hits(0) }))).toMatchObject({ verdict: { verdict: 'met' }, earned: 100_000 });
  });
  test('a person who finds it unmet deducts for the hits that there are, or for as many as they say', () => {
    const decision = { criterion: 'c', verdict: 'unmet' } as const;
    expect(decide(situation(criterion, { unmet: hits(2), decision })).earned).toBe(20_000);
    expect(decide(situation(criterion, { unmet: hits(2), decision: { ...decision, hits: 1 } })).earned).toBe(60_000);
  });
});

describe('must_come_before', () => {
  const criterion = `${metCriterion}, must_come_before: 推荐`;
  const order = (met: Reading, mustComeBefore: Reading): Decided => decide(situation(criterion, { met, mustComeBefore }));
  test('the thing never happens: order ignored', () => {
    expect(verdict(order(yes(90), no()))).toBe('met');
  });
  test('done before its first sure hit: kept', () => {
    expect(verdict(order(yes(10), yes(20, '推荐')))).toBe('met');
    expect(verdict(order(yes(10), reading({ sure: [heard(20)], possible: [heard(5)] })))).toBe('met');
  });
  test('done after it: unmet, out of place, both shown', () => {
    const decided = order(yes(30), yes(20, '推荐这款'));
    expect(decided).toMatchObject({ outOfPlace: true, verdict: { verdict: 'unmet' } });
    expect(decided.verdict.evidence.map(({ of }) => of)).toEqual(['must_come_before', 'met_when']);
    expect(decided.verdict.reason.zh).toContain('说得太晚');
  });
  test('only possible hits, and order would matter: a person decides', () => {
    expect(verdict(order(yes(30), perhaps(20, '推荐')))).toBe('needs_review');
    expect(verdict(order(yes(10), perhaps(20, '推荐')))).toBe('met');
  });
  test('not done at all: unmet for that alone', () => {
    expect(order(no(), yes(20))).toMatchObject({ outOfPlace: false, verdict: { verdict: 'unmet' } });
  });
});

describe('script', () => {
  const criterion = 'points: 10, script: s';
  const step = (parts: Partial<StepFinding>): StepFinding => ({
    id: 'a',
    state: 'said',
    completeness: 1,
    required: true,
    should: '风险提示',
    evidence: [{ turnId: 't1', speaker: 'agent', startMs: 3000, endMs: 4000, text: '风险提示', score: 1, of: 'script' }],
    tokens: [],
    value: 'yes',
    ...parts,
  });
  const script = (value: ScriptReading['value'], parts: Partial<StepFinding> = {}): ScriptReading => ({
    value,
    completeness: 1,
    steps: [step({ value, ...parts })],
    doneMs: { sure: 3000, possible: 3000 },
  });
  test('all said, in order, on time, answers as asked: met', () => {
    expect(verdict(decide(situation(criterion, { script: script('yes') })))).toBe('met');
  });
  test('a step missed is unmet, and the sentence names it and what was searched', () => {
    const trouble = { zh: '没有说“风险提示”', en: '“风险提示” was not said' };
    const decided = decide(situation(criterion, { script: script('no', { state: 'missed', evidence: [], trouble }) }));
    expect(decided.verdict).toMatchObject({ verdict: 'unmet', searched: whole });
    expect(decided.verdict.reason.zh).toContain('没有说“风险提示”');
  });
  test('a step in doubt: a person decides', () => {
    expect(
      verdict(
        decide(
          situation(criterion, {
            script: script('perhaps', { state: 'partly', trouble: { zh: '只说了一部分', en: 'said in part' } }),
          }),
        ),
      ),
    ).toBe('needs_review');
  });
  test('said after what it must come before: unmet, out of place', () => {
    const decided = decide(
      situation(`${criterion}, must_come_before: 推荐`, { script: script('yes'), mustComeBefore: yes(2, '推荐') }),
    );
    expect(decided).toMatchObject({ outOfPlace: true, verdict: { verdict: 'unmet' } });
  });
  test('no wording in the language of the call: a person decides', () => {
    const decided = decide(situation(criterion, { worded: false, script: script('no') }));
    expect(decided.verdict).toMatchObject({ verdict: 'needs_review', searched: whole });
    expect(decided.verdict.reason.en).toContain('no wording in the language of this call');
  });
});

describe('judge', () => {
  const criterion = 'points: 10, judge: { question: Was the agent kind? }';
  const finding = (parts: object) =>
    ({
      verdict: 'met',
      reason: { zh: '坐席先致歉', en: 'the agent apologised first' },
      evidence: [{ turnId: 't3', speaker: 'agent', startMs: 3000, endMs: 5000, text: 'so sorry', score: 1, of: 'judge' }],
      confidence: 1000,
      judge: { model: 'm', promptHash: 'h' },
      ...parts,
    }) as NonNullable<Exclude<Situation['judge'], 'none'>>;
  test('none configured: a person decides, and that is the reason', () => {
    const decided = decide(situation(criterion));
    expect(verdict(decided)).toBe('needs_review');
    expect(decided.verdict.reason.en).toContain('no judge is configured');
  });
  test('yes or no with a verified quote: met or unmet', () => {
    expect(decide(situation(criterion, { judge: finding({}) }))).toMatchObject({
      earned: 100_000,
      verdict: { verdict: 'met', decidedBy: 'judge', evidence: [{ turnId: 't3' }] },
    });
    expect(decide(situation(criterion, { judge: finding({ verdict: 'unmet' }) }))).toMatchObject({
      earned: 0,
      verdict: { verdict: 'unmet', decidedBy: 'judge' },
    });
  });
  test('not applicable: the evidence is the stretch that was searched', () => {
    expect(decide(situation(criterion, { judge: finding({ verdict: 'not_applicable', evidence: [] }) })).verdict).toMatchObject({
      verdict: 'not_applicable',
      searched: whole,
    });
  });
  test('quote not found, split, late, malformed, over budget: a person decides, with that reason', () => {
    const decided = decide(
      situation(criterion, {
        judge: finding({ verdict: 'needs_review', evidence: [], reason: { zh: '引文没有找到', en: 'quote not found' } }),
      }),
    );
    expect(decided.verdict.reason.en).toContain('quote not found');
    expect(verdict(decided)).toBe('needs_review');
  });
  test('rule and judge both given: the rule decides yes and no, the judge is asked on perhaps alone', () => {
    const ruled = 'points: 10, met_when: 抱歉, judge: { question: Was the agent kind? }';
    expect(wantsJudge(situation(ruled, { met: yes() }))).toBe(false);
    expect(wantsJudge(situation(ruled, { met: no() }))).toBe(false);
    expect(wantsJudge(situation(ruled, { met: perhaps() }))).toBe(true);
    const judge = finding({ verdict: 'unmet' });
    expect(decide(situation(ruled, { met: yes(), judge })).verdict).toMatchObject({ verdict: 'met', decidedBy: 'rule' });
    expect(decide(situation(ruled, { met: perhaps(), judge })).verdict).toMatchObject({ verdict: 'unmet', decidedBy: 'judge' });
  });
});

describe('readings taken together', () => {
  test('not: what was heard now speaks against it, and is the evidence', () => {
    const reading_ = opposite(yes(12, '不知道'));
    const decided = decide(situation('points: 10, met_when: not 不知道', { met: reading_ }));
    expect(decided.verdict).toMatchObject({ verdict: 'unmet', evidence: [{ turnId: 't12' }] });
  });
  test('and: no for one part is no, whatever the other', () => {
    expect(combine('and', [yes(), no()])).toMatchObject({ value: 'no', sure: [], possible: [] });
    expect(combine('and', [yes(), perhaps()])).toMatchObject({ value: 'perhaps', sure: [] });
    expect(combine('or', [no(), perhaps()])).toMatchObject({ value: 'perhaps' });
  });
});

test('no verdict goes without its proof: the type has no place for one', () => {
  // @ts-expect-error a verdict needs evidence, or the stretch that was searched
  const verdictWithoutProof: Decided['verdict'] = {
    verdict: 'met',
    reason: { zh: '', en: '' },
    decidedBy: 'rule',
    nearMisses: [],
  };
  // @ts-expect-error empty evidence needs the stretch that was searched
  const emptyEvidence: Decided['verdict'] = {
    verdict: 'met',
    reason: { zh: '', en: '' },
    decidedBy: 'rule',
    nearMisses: [],
    evidence: [],
  };
  expect([verdictWithoutProof, emptyEvidence]).toHaveLength(2);
});
