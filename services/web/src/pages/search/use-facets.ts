import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { components } from '../../api/openapi.d.ts';
import { askFacets, askPass } from './search-api.ts';
import { activeGroups, type FacetGroup, type SearchFilters, withoutGroup } from './search-state.ts';

export type FacetCounts = components['schemas']['SearchFacets'];

export interface Facets {
  /** The counts for one group: taken without what the group itself filters. Undefined until they are known. */
  readonly of: (group: FacetGroup) => FacetCounts | undefined;
  /** False: at least so many. */
  readonly exact: boolean;
}

/** Facets over all filters once, and once more for every group that filters, without that group. */
export function useFacets(expression: string, filters: SearchFilters, enabled: boolean): Facets {
  const groups = useMemo(() => activeGroups(filters), [filters]);
  const asked = [filters, ...groups.map((group) => withoutGroup(filters, group))];
  const answers = useQueries({
    queries: asked.map((of) => ({
      queryKey: ['search', 'facets', expression, of],
      queryFn: ({ signal }: { signal: AbortSignal }) => askFacets(expression, of, signal),
      placeholderData: keepPreviousData,
      staleTime: 30_000,
      enabled,
    })),
  });
  const whole = answers[0]?.data;
  return {
    of: (group) => {
      const index = groups.indexOf(group);
      return (index === -1 ? undefined : answers[index + 1]?.data) ?? whole;
    },
    exact: answers.every(({ data }) => data?.exact !== false),
  };
}

/** The score that passes, where all scores that are counted can be read by one rubric: the one chosen, else the only one there is. */
export function usePass(facets: Facets, filters: SearchFilters): number | undefined {
  const rubrics = new Set(facets.of('minScore')?.criteria.map(({ rubricId }) => rubricId));
  const [only] = rubrics.size === 1 ? rubrics : [];
  const rubricId = filters.criterion?.rubricId ?? only;
  const { data } = useQuery({
    queryKey: ['rubric', rubricId, 'pass'],
    queryFn: ({ signal }) => askPass(rubricId ?? '', signal),
    enabled: rubricId !== undefined,
    staleTime: 300_000,
  });
  return data ?? undefined;
}
