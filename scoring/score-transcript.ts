import type { CallMetadata } from '../ingest/index.ts';
import { canonicalJson, sha256 } from '../services/kernel/index.ts';
import type { Transcript } from '../transcribe/index.ts';
import { languagesOf } from './call-languages.ts';
import { type Decided, decide, type Decision, type Situation, wantsJudge } from './decide.ts';
import { askedText } from './explain.ts';
import { fitsCall } from './fits-call.ts';
import { type JudgeFinding, sumOfCosts } from './judge-finding.ts';
import { listen } from './listen.ts';
import { rubricHash } from './read-rubric.ts';
import { criteriaOf, type Criterion, type Rubric } from './rubric.ts';
import { type Contribution, criticalClasses, perPoint, scoreOf } from './score.ts';
import type { Scorecard, ScoredCriterion } from './scorecard.ts';
import type { StepFinding } from './script-reading.ts';
import type { Evidence } from './verdict.ts';
import { scoringVersion } from './version.ts';

export interface ScoreOptions {
  /** Asked by the rubric's `for:`; where nothing is given the rubric is taken to be for this call. */
  readonly metadata?: CallMetadata;
  /** Where the transcript does not carry it. */
  readonly callId?: string;
  /** The version under which the rubric was published; 0 is a draft. */
  readonly version?: number;
  /** What people decided; it stands. */
  readonly decisions?: readonly Decision[];
  /** What a judge found, by criterion. Not given: no judge is configured. */
  readonly judge?: ReadonlyMap<string, JudgeFinding>;
}

/**
 * Scores a call by a rubric: a verdict with its proof for every criterion, and the score. The same input gives the same
 * bytes: no clock, no chance. A rubric that is not for the call (by `metadata`) gives a scorecard without criteria.
 */
export function scoreTranscript(rubric: Rubric, transcript: Transcript, options: ScoreOptions = {}): Scorecard {
  const fits = options.metadata === undefined || fitsCall(rubric, options.metadata);
  const judged = options.judge;
  const situations = fits ? situationsOf(rubric, transcript, options) : [];
  const decided = situations.map((situation) => ({
    situation,
    decided: decide({ ...situation, judge: judged === undefined ? 'none' : judged.get(situation.criterion.id) }),
  }));
  const { sections, ...score } = scoreOf(
    rubric.score,
    rubric.sections,
    decided.map(({ situation, decided: each }) => contributionOf(situation.criterion, each)),
  );
  return {
    version: 1,
    callId: options.callId ?? transcript.callId ?? '',
    rubric: { id: rubric.id, version: options.version ?? 0, hash: rubricHash(rubric), title: { ...rubric.title } },
    transcript: { hash: transcriptHash(transcript), ...(transcript.engine === undefined ? {} : { engine: transcript.engine }) },
    made: { scoring: scoringVersion },
    fits,
    languages: [...languagesOf(transcript)],
    score,
    critical: criticalOf(decided),
    sections: fits ? sections.map((each) => ({ ...each, title: titleOf(rubric, each.id) })) : [],
    criteria: decided.map(({ situation, decided: each }) => criterionOf(situation, each, judged?.get(situation.criterion.id))),
    ...costOf(judged),
  };
}

function costOf(judged: ScoreOptions['judge']): Pick<Scorecard, 'judge'> {
  const costs = [...(judged?.values() ?? [])].flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  if (costs.length === 0) return {};
  const { micros, asked, answered } = sumOfCosts(costs);
  return { judge: { costMicros: micros, askedTokens: asked, answeredTokens: answered } };
}

/** The criteria of a call that a judge should be asked about: it was not decided by rule or by a person. */
export function criteriaForJudge(rubric: Rubric, transcript: Transcript, options: ScoreOptions = {}): readonly Criterion[] {
  if (options.metadata !== undefined && !fitsCall(rubric, options.metadata)) return [];
  return situationsOf(rubric, transcript, options)
    .filter(wantsJudge)
    .map(({ criterion }) => criterion);
}

/** SHA-256 over the canonical JSON of a transcript. */
export function transcriptHash(transcript: Transcript): string {
  let hash = hashes.get(transcript);
  if (hash === undefined) {
    hash = sha256(canonicalJson(transcript));
    hashes.set(transcript, hash);
  }
  return hash;
}

/** A transcript never changes. */
const hashes = new WeakMap<Transcript, string>();

function situationsOf(rubric: Rubric, transcript: Transcript, options: ScoreOptions): readonly Situation[] {
  const decisions = new Map((options.decisions ?? []).map((decision) => [decision.criterion, decision]));
  const heard = listen(rubric, transcript);
  return criteriaOf(rubric).map((criterion): Situation => ({
    criterion,
    rubric,
    whole: heard.whole,
    ...heard.of(criterion),
    judge: undefined,
    decision: decisions.get(criterion.id),
  }));
}

function contributionOf(criterion: Criterion, { verdict, earned, earnedAtWorst, open }: Decided): Contribution {
  const { section, points, bonus, critical } = criterion;
  return { section, points, bonus, critical, verdict: verdict.verdict, earned, earnedAtWorst, open };
}

function criticalOf(all: readonly { situation: Situation; decided: Decided }[]): Scorecard['critical'] {
  const unmet = all.filter(({ decided }) => decided.verdict.verdict === 'unmet');
  const count = (name: (typeof criticalClasses)[number]): number =>
    unmet.filter(({ situation }) => situation.criterion.critical?.class === name).length;
  const critical = unmet.filter(({ situation }) => situation.criterion.critical !== undefined);
  return {
    customer: count('customer'),
    business: count('business'),
    compliance: count('compliance'),
    nonCritical: unmet.length - critical.length,
    unconfirmed: critical.filter(({ decided }) => decided.verdict.decidedBy !== 'person').length,
    inReview: all.filter(
      ({ situation, decided }) => situation.criterion.critical !== undefined && decided.verdict.verdict === 'needs_review',
    ).length,
  };
}

function criterionOf(
  { criterion, rubric, script }: Situation,
  decided: Decided,
  judge: JudgeFinding | undefined,
): ScoredCriterion {
  const { verdict } = decided;
  const { critical } = criterion;
  const applicable = verdict.verdict !== 'not_applicable';
  return {
    id: criterion.id,
    section: criterion.section,
    question: { ...askedText(criterion, rubric) },
    verdict: verdict.verdict,
    earned: decided.earned / perPoint,
    possible: applicable && !criterion.bonus ? criterion.points / perPoint : 0,
    bonus: criterion.bonus,
    ...(critical === undefined ? {} : { critical: critical.class, criticalSets: critical.sets }),
    ...(critical !== undefined && verdict.verdict === 'unmet' ? { confirmed: verdict.decidedBy === 'person' } : {}),
    evidence: verdict.evidence.map(shown),
    ...(verdict.searched === undefined ? {} : { searched: { ...verdict.searched } }),
    ...(verdict.nearMisses.length === 0
      ? {}
      : { nearMisses: verdict.nearMisses.map((each) => ({ ...each, why: { ...each.why } })) }),
    ...(decided.open ? { open: true as const } : {}),
    ...(decided.outOfPlace ? { outOfPlace: true as const } : {}),
    reason: { ...verdict.reason },
    decidedBy: verdict.decidedBy,
    ...(decided.machine === undefined ? {} : { machine: decided.machine }),
    ...(judge === undefined || verdict.decidedBy !== 'judge'
      ? {}
      : { judge: { ...judge.judge, confidence: judge.confidence / 1000 } }),
    ...(script === undefined || !applicable
      ? {}
      : {
          script: {
            completeness: script.completeness,
            steps: script.steps.map(stepOf),
          },
        }),
  };
}

function shown({ why, ...evidence }: Evidence): ScoredCriterion['evidence'][number] {
  return { ...evidence, ...(why === undefined ? {} : { why: { ...why } }) };
}

type ScoredStep = NonNullable<ScoredCriterion['script']>['steps'][number];

function stepOf({ id, state, completeness, required, should, answer, evidence, tokens, trouble }: StepFinding): ScoredStep {
  return {
    id,
    state,
    completeness,
    required,
    should,
    ...(answer === undefined ? {} : { answer: { ...answer, evidence: answer.evidence.map(shown) } }),
    evidence: evidence.map(shown),
    tokens: tokens.map((token) => ({ ...token })),
    ...(trouble === undefined ? {} : { trouble: { ...trouble } }),
  };
}

function titleOf(rubric: Rubric, id: string): { zh: string; en: string } {
  return rubric.sections.find((each) => each.id === id)?.title ?? { zh: id, en: id };
}
