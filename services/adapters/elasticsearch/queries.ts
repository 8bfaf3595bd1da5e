import type { estypes } from '@elastic/elasticsearch';
import {
  type IndexQuery,
  type IndexSort,
  type SearchFilters,
  type SortKey,
  type TermQuery,
  verdictBeginning,
  verdictEntry,
} from '../../../search/index.ts';
import { noScore } from './mapping.ts';

type Query = NonNullable<estypes.QueryDslQueryContainer>;

/** What a document must satisfy; never an erased one. Nothing is ranked: all of it filters. */
export function conditionOf({ terms, filters }: IndexQuery): Query {
  return { bool: { filter: [{ term: { erased: false } }, ...termCondition(terms), ...filterConditions(filters)] } };
}

function termCondition(query: TermQuery): Query[] {
  if (query.kind === 'all') return [];
  if (query.kind === 'none') return [{ match_none: {} }];
  return [ofTerms(query)];
}

function ofTerms(query: TermQuery): Query {
  switch (query.kind) {
    case 'all':
      return { match_all: {} };
    case 'none':
      return { match_none: {} };
    case 'term':
      return { term: { terms: query.term } };
    case 'and':
      return { bool: { filter: query.parts.map(ofTerms) } };
    case 'or': {
      // Many single terms in one clause: a clause each would meet the engine's limit.
      const single = query.parts.flatMap((part) => (part.kind === 'term' ? [part.term] : []));
      const other = query.parts.filter(({ kind }) => kind !== 'term').map(ofTerms);
      const any: Query[] = [...(single.length > 0 ? [{ terms: { terms: single } }] : []), ...other];
      return any.length === 1 ? (any[0] as Query) : { bool: { should: any, minimum_should_match: 1 } };
    }
  }
}

const oneOf = (field: string, values: readonly string[] | undefined): Query[] =>
  values === undefined || values.length === 0 ? [] : [{ terms: { [field]: [...values] } }];

function between(field: string, from: number | undefined, to: number | undefined): Query[] {
  if (from === undefined && to === undefined) return [];
  return [{ range: { [field]: { ...(from === undefined ? {} : { gte: from }), ...(to === undefined ? {} : { lte: to }) } } }];
}

function filterConditions(filters: SearchFilters): Query[] {
  return [
    ...between('at', filters.from, filters.to === undefined ? undefined : filters.to - 1),
    ...oneOf('team', filters.teams),
    ...oneOf('agent_id', filters.agents),
    ...oneOf('queue', filters.queues),
    ...oneOf('direction', filters.directions),
    ...oneOf('product', filters.products),
    ...oneOf('language', filters.languages),
    ...oneOf('source', filters.sources),
    ...oneOf('state', filters.states),
    ...between('duration_ms', filters.minDurationMs, filters.maxDurationMs),
    ...between('score', filters.minScore, filters.maxScore),
    ...(filters.criterion === undefined ? [] : [ofCriterion(filters.criterion)]),
    ...oneOf('critical', filters.critical),
    ...(filters.needsReview === undefined
      ? []
      : [{ range: { needs_review: filters.needsReview ? { gte: 1 } : { lte: 0 } } } satisfies Query]),
  ];
}

function ofCriterion({ rubricId, criterionId, verdicts }: NonNullable<SearchFilters['criterion']>): Query {
  if (rubricId !== undefined)
    return { terms: { verdicts: verdicts.map((verdict) => verdictEntry({ rubricId, criterionId, verdict })) } };
  const any = verdicts.map((verdict): Query => ({ prefix: { verdicts: { value: verdictBeginning(criterionId, verdict) } } }));
  return { bool: { should: any, minimum_should_match: 1 } };
}

/** The stored verdict that the filter asks for; of several the first. */
export function verdictAsked(criterion: SearchFilters['criterion'], entries: readonly string[]): string | undefined {
  if (criterion === undefined) return undefined;
  const { rubricId, criterionId, verdicts } = criterion;
  const fits = (entry: string): boolean =>
    verdicts.some((verdict) =>
      rubricId === undefined
        ? entry.startsWith(verdictBeginning(criterionId, verdict))
        : entry === verdictEntry({ rubricId, criterionId, verdict }),
    );
  return entries.filter(fits).toSorted()[0];
}

export function orderOf(sort: IndexSort): estypes.SortCombinations[] {
  const newest: estypes.SortCombinations[] = [{ at: 'desc' }, { call_id: 'desc' }];
  switch (sort) {
    case 'newest':
      return newest;
    case 'oldest':
      return [{ at: 'asc' }, { call_id: 'asc' }];
    case 'score':
      return [{ score_order: 'asc' }, ...newest];
    case 'duration':
      return [{ duration_ms: 'desc' }, ...newest];
  }
}

/** A place in an order as the engine continues from it. */
export function afterPlace(sort: IndexSort, { value, at, callId }: SortKey): estypes.SortResults {
  switch (sort) {
    case 'newest':
    case 'oldest':
      return [at, callId];
    case 'score':
      return [value ?? noScore, at, callId];
    case 'duration':
      return [value ?? 0, at, callId];
  }
}
