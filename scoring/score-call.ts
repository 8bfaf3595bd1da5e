import type { CallMetadata } from '../ingest/index.ts';
import { type Recipe, recipeHashOf, resultIdOf, sha256, canonicalJson } from '../services/kernel/index.ts';
import type { Transcript } from '../transcribe/index.ts';
import type { Decision } from './decide.ts';
import { fitsCall } from './fits-call.ts';
import type { DecisionStore, PublishedRubric, RubricStore, ScoredCall, StoredScorecard } from './ports.ts';
import { scoreTranscript, transcriptHash } from './score-transcript.ts';
import { scoringVersion } from './version.ts';

export interface ScoreCallDeps {
  readonly rubrics: Pick<RubricStore, 'current'>;
  readonly decisions?: DecisionStore;
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
  };
  return { recipe, recipeHash: recipeHashOf(recipe) };
}

/**
 * Scores a call by every published rubric whose `for:` fits it: none, one or several, the first by order as the headline.
 * Deterministic; writes nothing.
 */
export async function scoreCall(deps: ScoreCallDeps, input: ScoreCallInput, transcript: Transcript): Promise<ScoredCall> {
  const hash = transcriptHash(transcript);
  const chosen = await chosenFor(deps, input);
  const { recipeHash } = await planScoring(deps, input, hash);
  const scorecards = chosen.map(({ published, decisions }, index): StoredScorecard => {
    const { rubricId, version } = published;
    const recipe = recipeHashOf({
      transcript: hash,
      scoring: scoringVersion,
      rubric: [rubricId, version, published.hash],
      decisions: hashOfDecisions(decisions),
    });
    return {
      scorecardId: resultIdOf(input.callId, recipe),
      callId: input.callId,
      rubricId,
      rubricHash: published.hash,
      headline: index === 0,
      card: scoreTranscript(published.rubric, transcript, { callId: input.callId, version, decisions, metadata: input.metadata }),
    };
  });
  return { callId: input.callId, recipeHash, scorecards };
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
