import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { askCounts, askSearch } from './search-api.ts';
import type { SearchResult } from './result-rows.ts';
import type { SearchFilters, SearchState } from './search-state.ts';

/** Calls a page. */
export const pageCalls = 20;

/** One page of the answer. It stays as it was asked for: rows never move under the pointer because calls arrive. */
export function useSearch({ q, f, sort, after }: SearchState): UseQueryResult<SearchResult> {
  return useQuery({
    queryKey: ['search', 'page', q, f, sort, after?.cursor ?? null],
    queryFn: ({ signal }) => askSearch({ expression: q, filters: f, sort, limit: pageCalls, after: after?.cursor }, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  });
}

export interface Counts {
  readonly calls: number;
  readonly hits: number | null;
  readonly exact: boolean;
  /** The rest is being counted. */
  readonly counting: boolean;
}

/** How much was found; what an answer says "at least" of is counted on in the background. */
export function useCounts(result: SearchResult | undefined): Counts | undefined {
  const id = result?.counts.exact === false ? result.countId : null;
  const { data } = useQuery({
    queryKey: ['search', 'count', id],
    queryFn: ({ signal }) => askCounts(id ?? '', signal),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.exact === true || state.status === 'error' ? false : 1_000),
    retry: 2,
  });
  if (result === undefined) return undefined;
  const { calls, hits, exact } = result.counts;
  if (exact || data === undefined) return { calls, hits, exact, counting: id !== null };
  return { calls: Math.max(calls, data.calls), hits: data.hits, exact: data.exact, counting: !data.exact };
}

/** How many calls the filters leave to search through. */
export function useScope(filters: SearchFilters): number | undefined {
  return useQuery({
    queryKey: ['search', 'scope', filters],
    queryFn: ({ signal }) => askSearch({ expression: '', filters, sort: 'newest', limit: 1 }, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  }).data?.counts.calls;
}
