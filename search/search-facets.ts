import { compileSearch, type SearchDeps, type SearchRequest, verifiedAtOnce, verifiedCalls } from './search-calls.ts';
import type { FacetCounts, FacetOptions } from './ports.ts';

export interface SearchFacets {
  /** False: counted over the calls verified so far, newest first. */
  readonly exact: boolean;
  readonly facets: FacetCounts;
}

/** How the calls of a search spread over what is known of them. */
export async function searchFacets(deps: SearchDeps, request: SearchRequest, options: FacetOptions): Promise<SearchFacets> {
  const { query, rules, certain } = compileSearch(deps.lists, request);
  if (rules === undefined || certain) return { exact: true, facets: await deps.index.facets(query, options) };
  const counting = deps.index.count(query);
  const seen = { candidates: 0 };
  const callIds: string[] = [];
  for await (const { found } of verifiedCalls(deps, query, rules, { sort: 'newest' }, seen, verifiedAtOnce))
    callIds.push(found.facts.callId);
  return { exact: seen.candidates >= (await counting), facets: await deps.index.facets({ callIds }, options) };
}
