import type { CallMetadata } from '../ingest/index.ts';
import { type Recipe, recipeHashOf, resultIdOf, sha256, canonicalJson } from '../services/kernel/index.ts';
import type { Transcript } from '../transcribe/index.ts';
import type { Decision } from './decide.ts';
import { fitsCall } from './fits-call.ts';
import type { DecisionStore, PublishedRubric, RubricStore, ScoredCall, StoredScorecard } from './ports.ts';
import { askJudge, type Judged, type JudgedCall, type JudgeDeps, judgeRecipe } from './judge.ts';
import type { Rubric } from './rubric.ts';
import { criteriaForJudge, type ScoreOptions, scoreTranscript, transcriptHash } from './score-transcript.ts';
import { scoringVersion } from './version.ts';

export interface ScoreCallDeps {
  readonly rubrics: Pick<RubricStore, 'current'>;
  readonly decisions?: DecisionStore;
  /** Asked about what rules leave open; without one those criteria go to people. */
  readonly judge?: JudgeDeps;
  /** Told what the judge cost for a call, in millionths. */
  readonly onJudgeCost?: (callId: string, costMicros: number) => void;
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

/**
 * What a call would be scored by now: the published rubrics that fit it, what people decided, the versions of the code.
 * `transcript` is the transcript's content hash.
 */
export async function planScoring(deps: ScoreCallDeps, input: ScoreCallInput, transcript: string): Promise<ScoringPlan> {
  const chosen = await chosenFor(deps, input);
  const recipe: Recipe = {
    transcript,
    scoring: scoringVersion,
    rubrics: chosen.map(({ published }) => [published.rubricId, published.version, published.hash]),
    decisions: chosen.map(({ decisions }) => hashOfDecisions(decisions)),
    ...(deps.judge === undefined ? {} : { judge: judgeRecipe(deps.judge) }),
  };
  return { recipe, recipeHash: recipeHashOf(recipe) };
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
): Promise<ScoredCall> {
  const hash = transcriptHash(transcript);
  const chosen = await chosenFor(deps, input);
  const { recipeHash } = await planScoring(deps, input, hash);
  const scorecards: StoredScorecard[] = [];
  let costMicros = 0;
  for (const { published, decisions } of chosen) {
    const { rubricId, version, rubric } = published;
    const options = { callId: input.callId, version, decisions, metadata: input.metadata };
    const judged =
      deps.judge === undefined
        ? undefined
        : await judgedBy(deps.judge, rubric, { callId: input.callId, transcript }, options, signal);
    costMicros += judged?.costMicros ?? 0;
    const recipe = recipeHashOf({
      transcript: hash,
      scoring: scoringVersion,
      rubric: [rubricId, version, published.hash],
      decisions: hashOfDecisions(decisions),
      ...(deps.judge === undefined ? {} : { judge: judgeRecipe(deps.judge) }),
    });
    scorecards.push({
      scorecardId: resultIdOf(input.callId, recipe),
      callId: input.callId,
      rubricId,
      rubricHash: published.hash,
      headline: scorecards.length === 0,
      card: scoreTranscript(rubric, transcript, judged === undefined ? options : { ...options, judge: judged.findings }),
    });
  }
  if (deps.judge !== undefined) deps.onJudgeCost?.(input.callId, costMicros);
  return { callId: input.callId, recipeHash, scorecards };
}

async function judgedBy(
  judge: JudgeDeps,
  rubric: Rubric,
  call: JudgedCall,
  options: ScoreOptions,
  signal: AbortSignal,
): Promise<Judged> {
  const questions = criteriaForJudge(rubric, call.transcript, options).flatMap(({ id, judge: task }) =>
    task === undefined ? [] : [{ criterion: id, task }],
  );
  return askJudge(judge, call, questions, signal);
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
