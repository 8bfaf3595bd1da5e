import { candidateQuery, compileRules, type ListSet, parseExpression, type RuleResult, type RuleSet } from '../phrases/index.ts';
import type { VerdictName } from '../scoring/index.ts';
import type { SearchFilters } from './filters.ts';
import { unpackForm } from './form.ts';
import { type SentenceHit, sentenceHits } from './hit-sentence.ts';
import type { CallFacts, Found, IndexQuery, IndexSort, SearchIndex, SortKey } from './ports.ts';
import { termQuery } from './terms.ts';

export interface SearchDeps {
  readonly index: SearchIndex;
  readonly lists: ListSet;
}

export const searchSorts = ['newest', 'oldest', 'score', 'duration', 'match'] as const;
/** `match`: the best hits first, then the most, then the newest. */
export type SearchSort = (typeof searchSorts)[number];

export interface SearchRequest {
  /** Empty: every call of the filters. */
  readonly expression: string;
  readonly filters: SearchFilters;
}

export interface SearchPage extends SearchRequest {
  readonly sort: SearchSort;
  /** Calls. */
  readonly limit: number;
  readonly after?: SearchCursor | undefined;
}

/** Where a page ended. */
export interface SearchCursor {
  readonly key: SortKey;
  /** For `match`: the best score and the number of hits of the last call. */
  readonly match?: readonly [number, number] | undefined;
}

export interface FoundCall {
  readonly facts: CallFacts;
  readonly value: 'yes' | 'perhaps';
  /** The first of them. */
  readonly hits: readonly SentenceHit[];
  readonly hitCount: number;
  readonly verdict?: VerdictName | undefined;
}

export interface SearchCounts {
  /** The index's own answer is exact; otherwise its candidates are verified one by one. */
  readonly certain: boolean;
  readonly calls: number;
  /** Null where nothing was verified. */
  readonly hits: number | null;
  /** False: there are at least so many. */
  readonly exact: boolean;
  readonly candidates: number | null;
}

export interface SearchResult {
  readonly calls: readonly FoundCall[];
  readonly next: SearchCursor | undefined;
  readonly counts: SearchCounts;
}

/** So many candidates are verified before an answer says "at least". */
export const verifiedAtOnce = 1_000;
/** Hits shown of one call. */
const hitsShown = 20;
/** Forms fetched in one go. */
const batch = 100;

/** A search compiled: what to ask of the index, and how to verify. */
export interface CompiledSearch {
  readonly query: IndexQuery;
  /** Undefined: the expression is empty, and every call of the filters is found. */
  readonly rules: RuleSet | undefined;
  readonly certain: boolean;
}

/** @throws PhraseError for an expression that cannot be read */
export function compileSearch(lists: ListSet, { expression, filters }: SearchRequest): CompiledSearch {
  if (expression.trim() === '') return { query: { terms: { kind: 'all' }, filters }, rules: undefined, certain: true };
  const { tree } = parseExpression(expression, { lists });
  const { query, certain } = candidateQuery(tree, lists);
  return {
    query: { terms: termQuery(query), filters },
    rules: compileRules([{ id: 'search', expression: tree }], { lists }),
    certain,
  };
}

/**
 * What the matcher says of a call. Speech that nobody understood makes no call a hit: nothing could be shown.
 */
export function verify(rules: RuleSet, form: Uint8Array, hitLimit = hitsShown): Verified | undefined {
  const prepared = unpackForm(form);
  const [result] = rules.match(prepared);
  if (result === undefined || result.value === 'no' || result.onlyUnintelligible) return undefined;
  return {
    value: result.value,
    hitCount: result.hits.length + result.possible.length,
    best: bestOf(result),
    hits: () => sentenceHits(prepared, result, hitLimit),
  };
}

export interface Verified {
  readonly value: 'yes' | 'perhaps';
  readonly hitCount: number;
  /** Score of the best hit; 0 where there is none. */
  readonly best: number;
  hits(): readonly SentenceHit[];
}

const bestOf = ({ hits, possible }: RuleResult): number =>
  (hits.length > 0 ? hits : possible).reduce((best, { score }) => Math.max(best, score), 0);

/** A page of calls in which an expression is found, with how many there are. */
export async function searchCalls(deps: SearchDeps, page: SearchPage): Promise<SearchResult> {
  const search = compileSearch(deps.lists, page);
  if (search.rules === undefined || (search.certain && page.sort !== 'match')) return certainPage(deps, search, page);
  return verifiedPage(deps, search, search.rules, page);
}

async function certainPage({ index }: SearchDeps, { query, rules }: CompiledSearch, page: SearchPage): Promise<SearchResult> {
  const order = { sort: indexSort(page.sort), after: page.after?.key };
  const counting = index.count(query);
  const found: Found[] = [];
  for await (const some of index.find(query, order, page.limit + 1)) found.push(...some);
  const shown = found.slice(0, page.limit);
  const forms = rules === undefined ? new Map<string, Uint8Array>() : await index.forms(shown.map(({ facts }) => facts.callId));
  const calls = shown.map((each) => {
    const form = forms.get(each.facts.callId);
    return foundCall(each, rules === undefined || form === undefined ? undefined : verify(rules, form));
  });
  const last = shown.at(-1);
  return {
    calls,
    next: found.length > shown.length && last !== undefined ? { key: last.key } : undefined,
    counts: { certain: true, calls: await counting, hits: null, exact: true, candidates: null },
  };
}

function foundCall({ facts, verdict }: Found, verified: Verified | undefined): FoundCall {
  return {
    facts,
    value: verified?.value ?? 'yes',
    hits: verified?.hits() ?? [],
    hitCount: verified?.hitCount ?? 0,
    ...(verdict === undefined ? {} : { verdict }),
  };
}

const indexSort = (sort: SearchSort): IndexSort => (sort === 'match' ? 'newest' : sort);

export interface VerifiedCall {
  readonly found: Found;
  readonly verified: Verified;
}

/** Candidates in order that the matcher finds something in; `seen` counts what was looked at. */
export async function* verifiedCalls(
  { index }: SearchDeps,
  query: IndexQuery,
  rules: RuleSet,
  order: { readonly sort: IndexSort; readonly after?: SortKey | undefined },
  seen: { candidates: number } = { candidates: 0 },
  limit?: number,
): AsyncGenerator<VerifiedCall, void> {
  for await (const some of index.find(query, order, limit)) {
    for (let at = 0; at < some.length; at += batch) {
      const part = some.slice(at, at + batch);
      const forms = await index.forms(part.map(({ facts }) => facts.callId));
      for (const found of part) {
        seen.candidates += 1;
        const form = forms.get(found.facts.callId);
        const verified = form === undefined ? undefined : verify(rules, form);
        if (verified !== undefined) yield { found, verified };
      }
    }
  }
}

async function verifiedPage(deps: SearchDeps, search: CompiledSearch, rules: RuleSet, page: SearchPage): Promise<SearchResult> {
  const counting = deps.index.count(search.query);
  const seen = { candidates: 0 };
  let all: VerifiedCall[] = [];
  const order = { sort: indexSort(page.sort), after: page.sort === 'match' ? undefined : page.after?.key };
  for await (const each of verifiedCalls(deps, search.query, rules, order, seen)) {
    all.push(each);
    if (seen.candidates >= verifiedAtOnce && all.length > page.limit) break;
  }
  const candidates = await counting;
  const exact = page.after === undefined || page.sort === 'match' ? seen.candidates >= candidates : false;
  const calls = all.length;
  const hits = all.reduce((sum, { verified }) => sum + verified.hitCount, 0);
  if (page.sort === 'match') all = afterMatch(all.toSorted(byMatch), page.after);
  const shown = all.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    calls: shown.map(({ found, verified }) => foundCall(found, verified)),
    next: all.length > shown.length && last !== undefined ? cursorOf(page.sort, last) : undefined,
    counts: { certain: search.certain, calls, hits, exact, candidates },
  };
}

function cursorOf(sort: SearchSort, { found, verified }: VerifiedCall): SearchCursor {
  return sort === 'match' ? { key: found.key, match: [verified.best, verified.hitCount] } : { key: found.key };
}

function byMatch(a: VerifiedCall, b: VerifiedCall): number {
  return compareMatch([a.verified.best, a.verified.hitCount], a.found.key, [b.verified.best, b.verified.hitCount], b.found.key);
}

function compareMatch(a: readonly [number, number], aKey: SortKey, b: readonly [number, number], bKey: SortKey): number {
  return b[0] - a[0] || b[1] - a[1] || bKey.at - aKey.at || (aKey.callId < bKey.callId ? 1 : aKey.callId > bKey.callId ? -1 : 0);
}

function afterMatch(sorted: VerifiedCall[], after: SearchCursor | undefined): VerifiedCall[] {
  if (after?.match === undefined) return sorted;
  const { match, key } = after;
  return sorted.filter(({ found, verified }) => compareMatch([verified.best, verified.hitCount], found.key, match, key) > 0);
}
