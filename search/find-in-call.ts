import {
  compileRules,
  type ListSet,
  parseExpression,
  prepareTranscript,
  type SpokenTranscript,
  type Value,
} from '../phrases/index.ts';
import { type SentenceHit, sentenceHits } from './hit-sentence.ts';

export interface CallHits {
  readonly value: Value;
  readonly hits: readonly SentenceHit[];
  /** What came near and is none, with the reason. */
  readonly nearMisses: readonly SentenceHit[];
}

/**
 * What an expression finds in one call.
 * @throws PhraseError for an expression that cannot be read
 */
export function findInCall(lists: ListSet, transcript: SpokenTranscript, expression: string): CallHits {
  const { tree } = parseExpression(expression, { lists });
  const prepared = prepareTranscript(transcript);
  const [result] = compileRules([{ id: 'find', expression: tree }], { lists }).match(prepared);
  if (result === undefined) throw new Error('a rule set of one rule gave no result');
  return {
    value: result.onlyUnintelligible ? 'no' : result.value,
    hits: sentenceHits(prepared, result),
    nearMisses: sentenceHits(prepared, { hits: [], possible: result.nearMisses }),
  };
}
