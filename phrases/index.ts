import { languageVersion } from '../language/index.ts';

export { type AlignedWord, alignPhrase, type AlignOptions, type PhraseAlignment } from './align-phrase.ts';
export { admits, callTerms, type CallTerms, type CandidateQuery, candidateQuery, type Candidates } from './candidates.ts';
export { type Completion, type CompletionOptions, completeExpression } from './complete.ts';
export { explainExpression } from './explain.ts';
export type { Setting, Value } from './found.ts';
export { formatExpression } from './format.ts';
export {
  type Hit,
  type HitPlace,
  hitPlaces,
  type HitsV1,
  type HitV1,
  type NearMiss,
  type RuleResult,
  type Searched,
  toHitsV1,
  type UnheardStretch,
} from './hits.ts';
export { limits } from './limits.ts';
export type { ListSet, PhraseList } from './lists.ts';
export { packPrepared } from './pack.ts';
export { parseExpression, type ParseOptions } from './parse.ts';
export { PhraseError } from './phrase-error.ts';
export { preparedOf, PreparedTranscript, prepareTranscript } from './prepare.ts';
export { type CompileOptions, compileRules, type Rule, type RuleResults, RuleSet } from './rule-set.ts';
export type { SpokenSound, SpokenTranscript, SpokenTurn, SpokenWord } from './transcript.ts';
export type * from './tree.ts';
export { unpackPrepared } from './unpack.ts';
export { type Doubt, type Guard, type Why, whyText } from './why.ts';

/** Part of every recipe that matches phrases: raised with every change of what an expression finds. */
export const phrasesVersion = `0.2.0 (language ${languageVersion})`;
