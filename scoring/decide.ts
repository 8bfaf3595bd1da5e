import type { BilingualText } from '../services/kernel/index.ts';
import { applyingBecause, notApplicableBecause } from './because.ts';
import { placesText, reasonText, short } from './explain.ts';
import type { JudgeFinding } from './judge-finding.ts';
import { both, type Kleene, not } from './kleene.ts';
import { apart, type Heard, type Reading, unionOf, withoutUnintelligible } from './reading.ts';
import type { Criterion, Rubric } from './rubric.ts';
import type { VerdictName } from './score.ts';
import type { ScriptReading } from './script-reading.ts';
import { type Evidence, type EvidenceRole, type NearMiss, type Proof, proofOf, type Searched, type Verdict } from './verdict.ts';

/** What a person said of a criterion; it stands, whatever the machine finds later. */
export interface Decision {
  readonly criterion: string;
  readonly verdict: 'met' | 'unmet' | 'not_applicable';
  /** Who, as an opaque id. */
  readonly by?: string;
  /** For people to read; in the language of whoever wrote it. */
  readonly note?: string;
  /** Times that points are to be deducted, where the criterion deducts for each hit. */
  readonly hits?: number;
  readonly evidence?: readonly Evidence[];
}

/** All that is known of one criterion of one call. */
export interface Situation {
  readonly criterion: Criterion;
  readonly rubric: Rubric;
  /** From the first to the last word. */
  readonly whole: Searched;
  readonly applies: Reading | undefined;
  readonly met: Reading | undefined;
  /** Already by setting: see `guarded`. */
  readonly unmet: Reading | undefined;
  readonly mustComeBefore: Reading | undefined;
  readonly script: ScriptReading | undefined;
  /** Whether there is wording in the call's language for everything that the criterion asks. */
  readonly worded: boolean;
  /** What a judge found; `none` while no judge is configured, undefined while it was not asked yet. */
  readonly judge: JudgeFinding | 'none' | undefined;
  readonly decision: Decision | undefined;
}

/** A verdict with what it does to the score. Points in 1/10,000. */
export interface Decided {
  readonly verdict: Verdict;
  readonly earned: number;
  readonly earnedAtWorst: number;
  /** Only a person can answer, and nobody has. */
  readonly open: boolean;
  /** The machine's own verdict where a person's stands over it. */
  readonly machine?: VerdictName;
  readonly outOfPlace: boolean;
}

/** The verdict table, its rows from the top: the first that fits decides. */
export function decide(situation: Situation): Decided {
  const machine = decideByMachine(situation);
  return situation.decision === undefined ? machine : decideByPerson(situation, situation.decision, machine);
}

/** Whether a judge has something to say here: the rules, if there are any, came to perhaps. */
export function wantsJudge(situation: Situation): boolean {
  if (situation.criterion.judge === undefined || situation.decision !== undefined) return false;
  return decideByRule(situation).verdict.verdict === 'needs_review';
}

function decideByPerson(situation: Situation, decision: Decision, machine: Decided): Decided {
  const { criterion } = situation;
  const note = decision.note === undefined ? '' : short(decision.note, 200);
  const because = {
    zh: note === '' ? '由人工判定' : `由人工判定，说明：${note}`,
    en: note === '' ? 'a person decided it' : `a person decided it, noting: ${note}`,
  };
  const own = decision.evidence ?? [];
  const kept = own.length > 0 ? own : machine.verdict.evidence;
  const searched = machine.verdict.searched ?? situation.whole;
  const counted = decision.hits ?? Math.max(1, countHits(situation.unmet));
  const earned =
    decision.verdict === 'met' ? criterion.points : decision.verdict === 'unmet' ? afterDeduction(criterion, counted) : 0;
  return {
    verdict: {
      verdict: decision.verdict,
      reason: reasonText(criterion, situation.rubric, decision.verdict, because),
      decidedBy: 'person',
      ...proofOf(kept, searched, machine.verdict.nearMisses),
    },
    earned,
    earnedAtWorst: earned,
    open: false,
    machine: machine.verdict.verdict,
    outOfPlace: machine.outOfPlace && decision.verdict === 'unmet',
  };
}

function decideByMachine(situation: Situation): Decided {
  const byRule = decideByRule(situation);
  const { judge, criterion } = situation;
  if (criterion.judge === undefined || byRule.verdict.verdict !== 'needs_review') return byRule;
  if (judge === undefined || judge === 'none') return byRule;
  return decideByJudge(situation, judge, byRule);
}

function decideByJudge(situation: Situation, judge: JudgeFinding, byRule: Decided): Decided {
  const { criterion, whole } = situation;
  const proof = proofOf(judge.evidence, whole, byRule.verdict.nearMisses);
  const made = build(situation, judge.verdict, judge.reason, proof, { outOfPlace: false, sure: 0, possible: 0 });
  const verdict: Verdict = { ...made.verdict, decidedBy: 'judge' };
  return judge.verdict === 'needs_review'
    ? { ...byRule, verdict }
    : {
        ...made,
        verdict,
        earned: judge.verdict === 'met' ? criterion.points : 0,
        earnedAtWorst: judge.verdict === 'met' ? criterion.points : 0,
      };
}

// --- the rules ---

function decideByRule(situation: Situation): Decided {
  const { criterion, whole } = situation;
  if (criterion.peopleOnly) {
    const because = { zh: '这一项只由人判定，还没有人回答', en: 'this is for people alone to answer, and nobody has yet' };
    return { ...build(situation, 'needs_review', because, proofOf([], whole), nothingCounted), open: true };
  }
  if (!situation.worded) {
    const because = { zh: '评分表没有这通电话所用语言的说法', en: 'the rubric has no wording in the language of this call' };
    return build(situation, 'needs_review', because, proofOf([], whole), nothingCounted);
  }
  const applies = situation.applies === undefined ? undefined : withoutUnintelligible(situation.applies);
  if (applies?.value === 'no') {
    return build(
      situation,
      'not_applicable',
      notApplicableBecause(situation, applies),
      proofOf([], applies.searched, applies.nearMisses),
      nothingCounted,
    );
  }
  return decideApplying(situation, applies);
}

export type Order = 'ignored' | 'kept' | 'broken' | 'doubtful';
const nothingCounted = { outOfPlace: false, sure: 0, possible: 0 };

function decideApplying(situation: Situation, applies: Reading | undefined): Decided {
  const unmet = situation.unmet === undefined ? undefined : withoutUnintelligible(situation.unmet);
  const order = orderOf(situation);
  const kept: Kleene = order === 'broken' ? 'no' : order === 'doubtful' ? 'perhaps' : 'yes';
  const done0 = doneValue(situation);
  const done = both(both(done0, kept), not(unmet?.value ?? 'no'));
  const counted = {
    outOfPlace: order === 'broken' && done0 !== 'no',
    sure: apart(unmet?.sure ?? []).length,
    possible: apart(unmet?.possible ?? [], unmet?.sure ?? []).length,
  };
  const proof = applyingProof(situation, applies, unmet, done, order);
  const because = applyingBecause(situation, unmet, done, order);
  if (applies?.value === 'perhaps') {
    const places = placesText(applies.possible);
    if (done === 'yes') {
      return build(
        situation,
        'met',
        {
          zh: `${because.zh}；是否适用并不确定（${places.zh}）`,
          en: `${because.en}; whether it applied is not sure (${places.en})`,
        },
        proof,
        counted,
      );
    }
    return build(
      situation,
      'needs_review',
      {
        zh: `是否适用并不确定（${places.zh}）；如果适用：${because.zh}`,
        en: `whether it applied is not sure (${places.en}); if it did: ${because.en}`,
      },
      proof,
      counted,
    );
  }
  const verdict: VerdictName = done === 'yes' ? 'met' : done === 'no' ? 'unmet' : 'needs_review';
  return build(situation, verdict, because, proof, counted);
}

/** (met_when or script; a judge that must be asked is perhaps; otherwise yes). */
function doneValue({ met, script, criterion }: Situation): Kleene {
  if (met !== undefined) return met.value;
  if (script !== undefined) return script.value;
  return criterion.judge !== undefined ? 'perhaps' : 'yes';
}

/** Whether what was done came before the first time of what it must come before. */
function orderOf(situation: Situation): Order {
  const thing = situation.mustComeBefore === undefined ? undefined : withoutUnintelligible(situation.mustComeBefore);
  if (thing === undefined || doneValue(situation) === 'no') return 'ignored';
  const surely = earliest(thing.sure);
  const possibly = earliest(thing.possible);
  if (surely === undefined && possibly === undefined) return 'ignored';
  const done = doneMoments(situation);
  if (surely !== undefined) {
    if (done.sure !== undefined && done.sure < surely) return 'kept';
    return done.possible !== undefined && done.possible < surely ? 'doubtful' : 'broken';
  }
  return done.sure !== undefined && done.sure < (possibly ?? 0) ? 'kept' : 'doubtful';
}

function doneMoments({ met, script }: Situation): { sure?: number; possible?: number } {
  if (script !== undefined) return script.doneMs;
  const sure = earliest(met?.sure ?? []);
  const possible = earliest(met?.possible ?? []);
  return { ...(sure === undefined ? {} : { sure }), ...(possible === undefined ? {} : { possible }) };
}

function earliest(heard: readonly Heard[]): number | undefined {
  return heard.length === 0 ? undefined : Math.min(...heard.map(({ startMs }) => startMs));
}

// --- proof ---

function applyingProof(
  situation: Situation,
  applies: Reading | undefined,
  unmet: Reading | undefined,
  done: Kleene,
  order: Order,
): Proof {
  const { met, script, whole } = situation;
  const evidence: Evidence[] = [];
  if (applies?.value === 'perhaps') evidence.push(...evidenceOf(applies, 'applies_when'));
  if (met !== undefined && met.value !== 'no') evidence.push(...evidenceOf(met, 'met_when'));
  if (met?.value === 'no') evidence.push(...met.against.map((heard) => toEvidence(heard, 'met_when', false)));
  if (script !== undefined)
    evidence.push(...script.steps.flatMap((step) => [...step.evidence, ...(step.answer?.evidence ?? [])]));
  if (unmet !== undefined && unmet.value !== 'no') evidence.push(...evidenceOf(unmet, 'unmet_when'));
  const before = situation.mustComeBefore;
  if (before !== undefined && (order === 'broken' || order === 'doubtful'))
    evidence.push(...evidenceOf(before, 'must_come_before').slice(0, 3));
  const readings = [met, unmet].filter((each) => each !== undefined);
  const searched = readings.length === 0 || script !== undefined ? whole : unionOf(readings.map((each) => each.searched));
  const nearMisses: readonly NearMiss[] = [applies, met, unmet].flatMap((each) => each?.nearMisses ?? []);
  const proof = proofOf(evidence, searched, nearMisses);
  return done === 'yes' && proof.evidence.length > 0 ? proof : { ...proof, searched };
}

function evidenceOf(reading: Reading, of: EvidenceRole): readonly Evidence[] {
  return [
    ...apart(reading.sure).map((heard) => toEvidence(heard, of, false)),
    ...apart(reading.possible, reading.sure).map((heard) => toEvidence(heard, of, true)),
  ];
}

export function toEvidence(heard: Heard, of: EvidenceRole, possible: boolean): Evidence {
  const { turnId, speaker, startMs, endMs, text, score, why } = heard;
  return { turnId, speaker, startMs, endMs, text, score, of, why, ...(possible ? { possible: true as const } : {}) };
}

// --- what it does to the score ---

function build(
  situation: Situation,
  verdict: VerdictName,
  because: BilingualText,
  proof: Proof,
  counted: { readonly outOfPlace: boolean; readonly sure: number; readonly possible: number },
): Decided {
  const { criterion, rubric } = situation;
  const byHits = criterion.deductPerHit !== undefined && counted.sure + counted.possible > 0 && doneButForHits(situation);
  const none = byHits ? afterDeduction(criterion, Math.max(1, counted.sure)) : 0;
  const worst = byHits ? afterDeduction(criterion, Math.max(1, counted.sure + counted.possible)) : 0;
  const earned = verdict === 'met' ? criterion.points : verdict === 'unmet' ? none : 0;
  const earnedAtWorst = verdict === 'met' ? criterion.points : verdict === 'not_applicable' ? 0 : worst;
  return {
    verdict: { verdict, reason: reasonText(criterion, rubric, verdict, because), decidedBy: 'rule', ...proof },
    earned,
    earnedAtWorst,
    open: false,
    outOfPlace: counted.outOfPlace,
  };
}

/** Whether hits alone cost points here: what had to be done was done, and in time. */
function doneButForHits(situation: Situation): boolean {
  const order = orderOf(situation);
  return doneValue(situation) === 'yes' && order !== 'broken' && order !== 'doubtful';
}

function countHits(unmet: Reading | undefined): number {
  return unmet === undefined ? 0 : apart(unmet.sure).length + apart(unmet.possible, unmet.sure).length;
}

/** max(0, points - d n); without a deduction for each hit nothing is left. */
function afterDeduction({ deductPerHit, points }: Criterion, hits: number): number {
  return deductPerHit === undefined ? 0 : Math.max(0, points - deductPerHit * hits);
}
