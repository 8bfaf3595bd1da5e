import type { CallMetadata } from '../ingest/index.ts';
import { type Recipe, recipeHashOf, resultIdOf, sha256, canonicalJson, type Tx } from '../services/kernel/index.ts';
import type { Transcript } from '../transcribe/index.ts';
import type { Decision } from './decide.ts';
import { fitsCall } from './fits-call.ts';
import type { DecisionStore, PublishedRubric, RubricStore, ScoredCall, StoredScorecard } from './ports.ts';
import { askJudge, type Judged, type JudgedCall, type JudgeDeps, judgeRecipe } from './judge.ts';
import { type JudgeCost, sumOfCosts } from './judge-finding.ts';
import { criteriaOf, type Rubric } from './rubric.ts';
import { criteriaForJudge, type ScoreOptions, scoreTranscript, transcriptHash } from './score-transcript.ts';
import type { Scorecard } from './scorecard.ts';
import { scoringVersion } from './version.ts';

/** Scores a transcript, here or elsewhere: with the same result, since nothing else decides it. */
export interface Scorer {
  score(rubric: Rubric, transcript: Transcript, options: ScoreOptions): Promise<Scorecard>;
  /** Ids of the criteria that a judge should be asked about. */
  forJudge(rubric: Rubric, transcript: Transcript, options: ScoreOptions): Promise<readonly string[]>;
}

const here: Scorer = {
  score: async (rubric, transcript, options) => scoreTranscript(rubric, transcript, options),
  forJudge: async (rubric, transcript, options) => criteriaForJudge(rubric, transcript, options).map(({ id }) => id),
};

export interface ScoreCallDeps {
  /** Not given: in this thread. */
  readonly scorer?: Scorer;
  readonly rubrics: Pick<RubricStore, 'current'>;
  readonly decisions?: DecisionStore;
  /** Asked about what rules leave open; without one those criteria go to people. */
  readonly judge?: JudgeDeps;
  /** Told what the judge cost for a call. */
  readonly onJudgeCost?: (callId: string, cost: JudgeCost) => void;
}

export interface ScoreCallInput {
  readonly callId: string;
  readonly metadata: CallMetadata;
}

/** Everything that the scorecards of a call depend on, beside its transcript. Made before the work, kept with the result. */
export interface ScoringPlan {
  readonly recipe: Recipe;
  readonly recipeHash: string;
}

/** A call as it was scored just now. */
export interface FreshlyScored extends ScoredCall {
  /** How the judge is to be asked again, where there is one. */
  readonly judge?: { readonly missedBefore: number; readonly missed: boolean };
}

/**
 * What a call would be scored by now: the published rubrics that fit it, what people decided, the versions of the code.
 * `transcript` is the transcript's content hash.
 */
export async function planScoring(deps: ScoreCallDeps, input: ScoreCallInput, transcript: string): Promise<ScoringPlan> {
  return (await choose(deps, input, transcript)).plan;
}

interface Chosen {
  readonly plan: ScoringPlan;
  readonly rubrics: readonly { readonly published: PublishedRubric; readonly decisions: readonly Decision[] }[];
  readonly missed: number;
}

async function choose(deps: ScoreCallDeps, input: ScoreCallInput, transcript: string): Promise<Chosen> {
  const [rubrics, missed = 0] = await Promise.all([chosenFor(deps, input), deps.judge?.waits?.missed(input.callId)]);
  const recipe: Recipe = {
    transcript,
    scoring: scoringVersion,
    rubrics: rubrics.map(({ published }) => [published.rubricId, published.version, published.hash]),
    decisions: rubrics.map(({ decisions }) => hashOfDecisions(decisions)),
    ...judgeOf(deps, missed),
  };
  return { plan: { recipe, recipeHash: recipeHashOf(recipe) }, rubrics, missed };
}

function judgeOf({ judge }: ScoreCallDeps, missed: number): Recipe {
  if (judge === undefined) return {};
  return { judge: judgeRecipe(judge), ...(missed === 0 ? {} : { missed }) };
}

/**
 * Scores a call by every published rubric whose `for:` fits: none, one or several, the first by order as the headline.
 * Deterministic but for what a judge says; writes nothing. A judge that fails is a reason for review, never an error.
 */
export async function scoreCall(
  deps: ScoreCallDeps,
  input: ScoreCallInput,
  transcript: Transcript,
  signal: AbortSignal = new AbortController().signal,
): Promise<FreshlyScored> {
  const hash = transcriptHash(transcript);
  const { plan, rubrics, missed } = await choose(deps, input, hash);
  const scorecards: StoredScorecard[] = [];
  const judgings: Judged[] = [];
  for (const { published, decisions } of rubrics) {
    const { rubricId, version, rubric } = published;
    const options = { callId: input.callId, version, decisions, metadata: input.metadata };
    const { card, judged } = await scoreWithJudge(deps, rubric, { callId: input.callId, transcript }, options, signal);
    if (judged !== undefined) judgings.push(judged);
    const recipe = recipeHashOf({
      transcript: hash,
      scoring: scoringVersion,
      rubric: [rubricId, version, published.hash],
      decisions: hashOfDecisions(decisions),
      ...judgeOf(deps, missed),
    });
    scorecards.push({
      scorecardId: resultIdOf(input.callId, recipe),
      callId: input.callId,
      rubricId,
      rubricHash: published.hash,
      headline: scorecards.length === 0,
      card,
    });
  }
  const scored = { callId: input.callId, recipeHash: plan.recipeHash, scorecards };
  if (deps.judge === undefined) return scored;
  deps.onJudgeCost?.(input.callId, sumOfCosts(judgings.map(({ cost }) => cost)));
  return { ...scored, judge: { missedBefore: missed, missed: judgings.some((each) => each.missed) } };
}

/** In the transaction that keeps the scorecards: a call whose judge was missed waits to be asked about again. */
export async function keepWaiting({ judge }: Pick<ScoreCallDeps, 'judge'>, tx: Tx, scored: FreshlyScored): Promise<void> {
  if (judge?.waits === undefined || scored.judge === undefined) return;
  const { missed, missedBefore } = scored.judge;
  if (missed) await judge.waits.wait(tx, scored.callId, missedBefore + 1);
  else if (missedBefore > 0) await judge.waits.answered(tx, scored.callId);
}

/** Scores a call by one rubric; where there is a judge, it is asked about what rules leave open. */
export async function scoreWithJudge(
  { judge, scorer = here }: Pick<ScoreCallDeps, 'judge' | 'scorer'>,
  rubric: Rubric,
  call: JudgedCall,
  options: ScoreOptions,
  signal: AbortSignal,
): Promise<{ readonly card: Scorecard; readonly judged?: Judged }> {
  if (judge === undefined) return { card: await scorer.score(rubric, call.transcript, options) };
  const asked = new Set(await scorer.forJudge(rubric, call.transcript, options));
  const questions = criteriaOf(rubric).flatMap(({ id, judge: task }) =>
    task === undefined || !asked.has(id) ? [] : [{ criterion: id, task }],
  );
  const judged = await askJudge(judge, call, questions, signal);
  return { card: await scorer.score(rubric, call.transcript, { ...options, judge: judged.findings }), judged };
}

async function chosenFor(
  { rubrics, decisions }: ScoreCallDeps,
  { callId, metadata }: ScoreCallInput,
): Promise<readonly { published: PublishedRubric; decisions: readonly Decision[] }[]> {
  const fitting = (await rubrics.current())
    .filter(({ rubric }) => fitsCall(rubric, metadata))
    .toSorted((a, b) => a.rubric.order - b.rubric.order || (a.rubricId < b.rubricId ? -1 : 1));
  return Promise.all(
    fitting.map(async (published) => ({
      published,
      decisions: (await decisions?.decisionsFor(callId, published.rubricId)) ?? [],
    })),
  );
}

function hashOfDecisions(decisions: readonly Decision[]): string {
  return sha256(canonicalJson([...decisions].sort((a, b) => (a.criterion < b.criterion ? -1 : 1))));
}
