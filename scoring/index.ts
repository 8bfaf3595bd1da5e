export type { Decision } from './decide.ts';
export { type Agreement, diffScorecards, type MovedVerdict, type ScorecardDiff, type ScorecardPair } from './diff-scorecards.ts';
export { askedText } from './explain.ts';
export { fitsCall } from './fits-call.ts';
export type { JudgeCost, JudgeFinding } from './judge-finding.ts';
export { askJudge, type Judged, type JudgedCall, type JudgeDeps, judgeRecipe } from './judge.ts';
export type { JudgeWaits, WaitingCall } from './judge-waits.ts';
export type { JudgeQuestion, JudgeRequest } from './judge-prompt.ts';
export * from './ports.ts';
export { type ReadRubric, readRubric, type ReadRubricOptions, rubricHash } from './read-rubric.ts';
export { rubricJsonSchema } from './rubric-file.ts';
export type { RubricProblem } from './rubric-problem.ts';
export * from './rubric.ts';
export {
  type FreshlyScored,
  keepWaiting,
  planScoring,
  scoreCall,
  type ScoreCallDeps,
  type ScoreCallInput,
  type Scorer,
  type ScoringPlan,
  scoreWithJudge,
} from './score-call.ts';
export { criteriaForJudge, type ScoreOptions, scoreTranscript, transcriptHash } from './score-transcript.ts';
export {
  type Contribution,
  type CriticalClass,
  criticalClasses,
  perPoint,
  type Score,
  scoreOf,
  type ScorePolicy,
  type VerdictName,
  verdictNames,
} from './score.ts';
export { type Scorecard, scorecardSchema, type ScoredCriterion } from './scorecard.ts';
export { sharedListTitles } from './shared-list-titles.ts';
export { sharedLists } from './shared-lists.ts';
export type { Evidence, NearMiss, Proof, Searched, Verdict } from './verdict.ts';
export { scoringVersion } from './version.ts';
