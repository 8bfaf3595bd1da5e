export { type Completion, type CompletionOptions, completeExpression } from './complete.ts';
export { explainExpression } from './explain.ts';
export { formatExpression } from './format.ts';
export { limits } from './limits.ts';
export type { ListSet, PhraseList } from './lists.ts';
export { parseExpression, type ParseOptions } from './parse.ts';
export { PhraseError } from './phrase-error.ts';
export type * from './tree.ts';
