import { compileSearch, type SearchRequest } from './compile-search.ts';
import { compareMatch, rankOf } from './match-rank.ts';
import { foundCall, type FoundCall, indexSort, type SearchDeps, type SearchSort } from './search-calls.ts';
import { type VerifiedCall, verifiedCalls } from './verify-calls.ts';

export interface SearchExport extends SearchRequest {
  readonly sort: SearchSort;
  /** Only these of the calls found. */
  readonly callIds?: readonly string[] | undefined;
}

/**
 * Every call of a search in its order, each with all its hits. In the order of matches all are found before the first is given.
 * @throws PhraseError for an expression that cannot be read
 */
export async function* exportCalls(deps: SearchDeps, asked: SearchExport): AsyncGenerator<FoundCall, void> {
  const { query, rules } = compileSearch(deps.lists, asked);
  const wanted = asked.callIds === undefined ? undefined : new Set(asked.callIds);
  const order = { sort: indexSort(asked.sort) };
  if (rules === undefined) {
    for await (const some of deps.index.find(query, order))
      for (const found of some) if (wanted?.has(found.facts.callId) !== false) yield foundCall(found, undefined);
    return;
  }
  const ranked: VerifiedCall[] = [];
  for await (const { calls } of verifiedCalls(deps.index, query, rules, order))
    for (const each of calls) {
      if (wanted?.has(each.found.facts.callId) === false) continue;
      if (asked.sort === 'match') ranked.push(each);
      else yield foundCall(each.found, rules, Number.POSITIVE_INFINITY);
    }
  ranked.sort((a, b) => compareMatch(rankOf(a), a.found.key, rankOf(b), b.found.key));
  for (const { found } of ranked) yield foundCall(found, rules, Number.POSITIVE_INFINITY);
}
