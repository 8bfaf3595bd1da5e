import { type CompiledSearch, compileSearch, type SearchRequest } from './compile-search.ts';
import { compareMatch, type MatchRank, rankOf } from './match-rank.ts';
import type { CallFacts, Found, IndexSort, SearchIndex, SortKey } from './ports.ts';
import type { ListSet, RuleSet } from '../phrases/index.ts';
import type { VerdictName } from '../scoring/index.ts';
import type { SentenceHit } from './hit-sentence.ts';
import { type VerifiedCall, verifiedCalls, verifyWithHits } from './verify-calls.ts';

export interface SearchDeps {
  readonly index: SearchIndex;
  readonly lists: ListSet;
}

export const searchSorts = ['newest', 'oldest', 'score', 'duration', 'match'] as const;
/** `match`: the best hits first, then the most, then the newest. */
export type SearchSort = (typeof searchSorts)[number];

export interface SearchPage extends SearchRequest {
  readonly sort: SearchSort;
  /** Calls. */
  readonly limit: number;
  readonly after?: SearchCursor | undefined;
}

/** Where a page ended. */
export interface SearchCursor {
  readonly key: SortKey;
  /** For `match`. */
  readonly rank?: MatchRank | undefined;
}

export interface FoundCall {
  readonly facts: CallFacts;
  readonly value: 'yes' | 'perhaps';
  /** The first of them, by time. */
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
  /** Null where the index's answer is exact. */
  readonly candidates: number | null;
}

export interface SearchResult {
  readonly calls: readonly FoundCall[];
  readonly next: SearchCursor | undefined;
  /** Later pages of candidates count only what they looked at. */
  readonly counts: SearchCounts;
  /** Where counting goes on, when the counts are not exact: the last candidate that was looked at. */
  readonly uncounted: { readonly sort: IndexSort; readonly after: SortKey } | undefined;
}

/** So many candidates are verified before an answer says "at least". */
export const verifiedAtOnce = 1_000;
/** More candidates than this are counted by the index, while they are verified. */
const countedOnTheWay = 250;
/** A page is given up unfilled after so many candidates; the next one goes on there. */
const verifiedAtMost = 20_000;

/**
 * A page of calls in which an expression is found, with how many there are. A page may hold fewer calls than asked for and
 * still have a next one.
 * @throws PhraseError for an expression that cannot be read
 */
export async function searchCalls(deps: SearchDeps, page: SearchPage): Promise<SearchResult> {
  const search = compileSearch(deps.lists, page);
  const { rules } = search;
  if (rules === undefined || (search.certain && page.sort !== 'match')) return certainPage(deps, search, page);
  if (page.sort === 'match') return matchPage(deps, search, rules, page);
  return verifiedPage(deps, search, rules, page.sort, page);
}

async function certainPage({ index }: SearchDeps, { query, rules }: CompiledSearch, page: SearchPage): Promise<SearchResult> {
  const order = { sort: indexSort(page.sort), after: page.after?.key };
  const counting = index.count(query);
  counting.catch(() => undefined);
  const found: Found[] = [];
  for await (const some of index.find(query, order, page.limit + 1, { forms: rules !== undefined })) found.push(...some);
  const shown = found.slice(0, page.limit);
  const last = shown.at(-1);
  const calls = await counting;
  return {
    calls: shown.map((each) => foundCall(each, rules)),
    next: found.length > shown.length && last !== undefined ? { key: last.key } : undefined,
    counts: { certain: true, calls, hits: null, exact: true, candidates: null },
    uncounted: undefined,
  };
}

/** A call with its hits; where there is nothing to listen for, without. */
export function foundCall({ facts, verdict, form }: Found, rules: RuleSet | undefined, hitLimit = hitsShown): FoundCall {
  const heard = rules === undefined || form === undefined ? undefined : verifyWithHits(rules, form, hitLimit);
  return {
    facts,
    value: heard?.verified.value ?? 'yes',
    hits: heard?.hits ?? [],
    hitCount: heard?.verified.hitCount ?? 0,
    ...(verdict === undefined ? {} : { verdict }),
  };
}

/** Hits shown of one call. */
const hitsShown = 20;

export const indexSort = (sort: SearchSort): IndexSort => (sort === 'match' ? 'newest' : sort);

/** Candidates in order, verified: a first page goes on to the thousandth to count, a later one ends when it is full. */
async function verifiedPage(
  deps: SearchDeps,
  { query, certain }: CompiledSearch,
  rules: RuleSet,
  sort: IndexSort,
  page: SearchPage,
): Promise<SearchResult> {
  const isFirst = page.after === undefined;
  // Asked for only where it cannot be counted on the way.
  let counting: Promise<number> | undefined;
  const enough = isFirst ? verifiedAtOnce : 0;
  const all: VerifiedCall[] = [];
  let candidates = 0;
  let last: SortKey | undefined;
  let ended = true;
  const reading = isFirst ? {} : { batch: Math.min(250, 3 * (page.limit + 1)) };
  for await (const some of verifiedCalls(deps.index, query, rules, { sort, after: page.after?.key }, reading)) {
    candidates += some.candidates;
    all.push(...some.calls);
    last = some.last;
    if (isFirst && counting === undefined && candidates >= countedOnTheWay) {
      counting = deps.index.count(query);
      counting.catch(() => undefined);
    }
    if ((candidates >= enough && all.length > page.limit) || candidates >= verifiedAtMost) {
      ended = false;
      break;
    }
  }
  const shown = all.slice(0, page.limit);
  const lastShown = shown.at(-1);
  const more = all.length > shown.length && lastShown !== undefined ? lastShown.found.key : ended ? undefined : last;
  const known = await counting;
  const exact = isFirst && ended;
  return {
    calls: shown.map(({ found }) => foundCall(found, rules)),
    next: more === undefined ? undefined : { key: more },
    counts: { certain, ...tally(all), exact, candidates: isFirst ? Math.max(known ?? 0, candidates) : null },
    uncounted: isFirst && !exact && last !== undefined ? { sort, after: last } : undefined,
  };
}

function tally(all: readonly VerifiedCall[]): { calls: number; hits: number } {
  return { calls: all.length, hits: all.reduce((sum, { verified }) => sum + verified.hitCount, 0) };
}

/** The best of the newest thousand candidates first; who wants more of them narrows the search. */
async function matchPage(
  deps: SearchDeps,
  { query, certain }: CompiledSearch,
  rules: RuleSet,
  page: SearchPage,
): Promise<SearchResult> {
  const isFirst = page.after === undefined;
  const counting = deps.index.count(query);
  counting.catch(() => undefined);
  const all: VerifiedCall[] = [];
  let candidates = 0;
  let last: SortKey | undefined;
  for await (const some of verifiedCalls(deps.index, query, rules, { sort: 'newest' }, { limit: verifiedAtOnce })) {
    candidates += some.candidates;
    all.push(...some.calls);
    last = some.last;
  }
  const known = await counting;
  const exact = candidates >= known;
  const { after } = page;
  const ranked = all
    .map((each) => ({ each, rank: rankOf(each) }))
    .filter(({ rank, each }) => after?.rank === undefined || compareMatch(rank, each.found.key, after.rank, after.key) > 0)
    .toSorted((a, b) => compareMatch(a.rank, a.each.found.key, b.rank, b.each.found.key));
  const shown = ranked.slice(0, page.limit);
  const end = shown.at(-1);
  return {
    calls: shown.map(({ each: { found } }) => foundCall(found, rules)),
    next: ranked.length > shown.length && end !== undefined ? { key: end.each.found.key, rank: end.rank } : undefined,
    counts: { certain, ...tally(all), exact, candidates: known },
    uncounted: isFirst && !exact && last !== undefined ? { sort: 'newest', after: last } : undefined,
  };
}
