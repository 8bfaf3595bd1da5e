import { compileSearch, type SearchRequest } from './compile-search.ts';
import type { FacetCounts, FacetOptions } from './ports.ts';
import { type SearchDeps, verifiedAtOnce } from './search-calls.ts';
import { verifiedCalls } from './verify-calls.ts';

export interface SearchFacets {
  /** False: counted over the newest thousand candidates. */
  readonly exact: boolean;
  readonly facets: FacetCounts;
}

/** How the calls of a search spread over what is known of them. */
export async function searchFacets(deps: SearchDeps, request: SearchRequest, options: FacetOptions): Promise<SearchFacets> {
  const { query, rules, certain } = compileSearch(deps.lists, request);
  if (rules === undefined || certain) return { exact: true, facets: await deps.index.facets(query, options) };
  let candidates = 0;
  const callIds: string[] = [];
  // One more than is verified tells whether there are more.
  for await (const some of verifiedCalls(deps.index, query, rules, { sort: 'newest' }, { limit: verifiedAtOnce + 1 })) {
    candidates += some.candidates;
    callIds.push(...some.calls.map(({ found }) => found.facts.callId));
  }
  return { exact: candidates <= verifiedAtOnce, facets: await deps.index.facets({ callIds }, options) };
}
