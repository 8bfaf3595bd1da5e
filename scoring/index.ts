export { fitsCall } from './fits-call.ts';
export { type ReadRubric, readRubric, type ReadRubricOptions, rubricHash } from './read-rubric.ts';
export { rubricJsonSchema } from './rubric-file.ts';
export type { RubricProblem } from './rubric-problem.ts';
export * from './rubric.ts';
export {
  type Contribution,
  type CriticalClass,
  criticalClasses,
  type Score,
  scoreOf,
  type ScorePolicy,
  type VerdictName,
  verdictNames,
} from './score.ts';
export { sharedLists } from './shared-lists.ts';
