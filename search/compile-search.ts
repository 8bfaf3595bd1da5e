import { candidateQuery, compileRules, type ListSet, parseExpression, type RuleSet } from '../phrases/index.ts';
import type { SearchFilters } from './filters.ts';
import type { IndexQuery } from './ports.ts';
import { mayBeCut, termQuery } from './terms.ts';

export interface SearchRequest {
  /** Empty: every call of the filters. */
  readonly expression: string;
  readonly filters: SearchFilters;
}

/** A search compiled: what to ask of the index, and how to verify. */
export interface CompiledSearch {
  readonly query: IndexQuery;
  /** Undefined: the expression is empty, and every call of the filters is found. */
  readonly rules: RuleSet | undefined;
  /** The index's answer is exact. */
  readonly certain: boolean;
}

/** @throws PhraseError for an expression that cannot be read */
export function compileSearch(lists: ListSet, { expression, filters }: SearchRequest): CompiledSearch {
  if (expression.trim() === '') return { query: { terms: { kind: 'all' }, filters }, rules: undefined, certain: true };
  const { tree } = parseExpression(expression, { lists });
  const { query, certain } = candidateQuery(tree, lists);
  const terms = termQuery(query);
  return {
    query: { terms, filters },
    rules: compileRules([{ id: 'search', expression: tree }], { lists }),
    certain: certain && !mayBeCut(terms),
  };
}
