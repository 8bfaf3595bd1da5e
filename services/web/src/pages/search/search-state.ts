import type { components } from '../../api/openapi.d.ts';

export type SearchFilters = components['schemas']['SearchFilters'];
export type Verdict = NonNullable<SearchFilters['criterion']>['verdicts'][number];
export type CriticalFilter = NonNullable<SearchFilters['critical']>[number];
export type CallState = NonNullable<SearchFilters['states']>[number];

export const sorts = ['newest', 'oldest', 'score', 'duration', 'match'] as const;
export type Sort = (typeof sorts)[number];

export const verdicts: readonly Verdict[] = ['unmet', 'needs_review', 'met', 'not_applicable'];
export const criticalFilters: readonly CriticalFilter[] = ['compliance', 'customer', 'business', 'none'];
const callStates: readonly CallState[] = ['received', 'transcribed', 'scored', 'failed', 'erased'];

/** Groups of the filter panel that are lists of values ticked. */
export const valueFilters = ['teams', 'agents', 'queues', 'directions', 'products', 'languages', 'sources'] as const;
export type ValueFilter = (typeof valueFilters)[number];

/** All that a search is, as it stands in the address: a link shows what its sender saw. */
export interface SearchState {
  /** The expression; empty: every call of the filters. */
  readonly q: string;
  readonly f: SearchFilters;
  readonly sort: Sort;
  /** The place where the page before ended, with how many calls and hits were on the pages before. */
  readonly after?: { readonly cursor: string; readonly calls: number; readonly hits: number };
  /** The row that stands out: a call, or one hit of it. */
  readonly open?: { readonly callId: string; readonly startMs?: number };
}

/** What TanStack keeps of it in the address: only what differs from an empty search. */
export interface SearchParams {
  q?: string;
  f?: SearchFilters;
  sort?: Sort;
  after?: string;
  open?: string;
}

/** A state from an address that anybody may have written: what makes no sense in it is left out. */
export function readSearchState(params: Readonly<Record<string, unknown>>): SearchState {
  const after = readAfter(params['after']);
  const open = readOpen(params['open']);
  return {
    q: asText(params['q']),
    f: readFilters(params['f']),
    sort: sorts.find((each) => each === params['sort']) ?? 'newest',
    ...(after === undefined ? {} : { after }),
    ...(open === undefined ? {} : { open }),
  };
}

export function searchParams({ q, f, sort, after, open }: SearchState): SearchParams {
  return {
    ...(q === '' ? {} : { q }),
    ...(Object.keys(f).length === 0 ? {} : { f }),
    ...(sort === 'newest' ? {} : { sort }),
    ...(after === undefined ? {} : { after: `${after.calls}.${after.hits}.${after.cursor}` }),
    ...(open === undefined ? {} : { open: open.startMs === undefined ? open.callId : `${open.callId}.${open.startMs}` }),
  };
}

/** Another question begins at its first page, with nothing open. */
export function asked(state: SearchState, change: Partial<Pick<SearchState, 'q' | 'f' | 'sort'>>): SearchState {
  const { after: _after, open: _open, ...rest } = state;
  return { ...rest, ...change };
}

/** Whether two states ask the same question, wherever one stands in its answer. */
export function sameQuestion(a: SearchState, b: SearchState): boolean {
  return a.q === b.q && a.sort === b.sort && JSON.stringify(a.f) === JSON.stringify(b.f);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function readAfter(value: unknown): SearchState['after'] {
  const found = /^(\d{1,9})\.(\d{1,9})\.([\w-]{1,480})$/u.exec(asText(value));
  if (found === null) return undefined;
  return { calls: Number(found[1]), hits: Number(found[2]), cursor: found[3] ?? '' };
}

function readOpen(value: unknown): SearchState['open'] {
  const found = /^([0-9a-f]{32})(?:\.(\d{1,9}))?$/u.exec(asText(value));
  if (found?.[1] === undefined) return undefined;
  return found[2] === undefined ? { callId: found[1] } : { callId: found[1], startMs: Number(found[2]) };
}

/** In one order of fields, so that equal filters are equal texts. */
export function readFilters(value: unknown): SearchFilters {
  if (typeof value !== 'object' || value === null) return {};
  const given = value as Readonly<Record<string, unknown>>;
  const filters: SearchFilters = {};
  const from = day(given['from']);
  const to = day(given['to']);
  if (from !== undefined) filters.from = from;
  if (to !== undefined) filters.to = to;
  for (const name of valueFilters) {
    const values = texts(given[name]);
    if (values.length > 0) filters[name] = values;
  }
  for (const [name, most] of [
    ['minDurationMs', 1_000_000_000],
    ['maxDurationMs', 1_000_000_000],
    ['minScore', 100],
    ['maxScore', 100],
  ] as const) {
    const number = given[name];
    if (typeof number === 'number' && number >= 0 && number <= most)
      filters[name] = name.endsWith('Ms') ? Math.round(number) : number;
  }
  const criterion = readCriterion(given['criterion']);
  if (criterion !== undefined) filters.criterion = criterion;
  const critical = some(criticalFilters, given['critical']);
  if (critical.length > 0) filters.critical = critical;
  if (typeof given['needsReview'] === 'boolean') filters.needsReview = given['needsReview'];
  const states = some(callStates, given['states']);
  if (states.length > 0) filters.states = states;
  return filters;
}

function readCriterion(value: unknown): SearchFilters['criterion'] {
  if (typeof value !== 'object' || value === null) return undefined;
  const { rubricId, criterionId, verdicts: wanted } = value as Readonly<Record<string, unknown>>;
  if (typeof criterionId !== 'string' || criterionId === '' || criterionId.length > 200) return undefined;
  const known = some(verdicts, wanted);
  return {
    ...(typeof rubricId === 'string' && rubricId !== '' && rubricId.length <= 200 ? { rubricId } : {}),
    criterionId,
    verdicts: known.length > 0 ? known : [...verdicts],
  };
}

function day(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/u.test(value) ? value : undefined;
}

function texts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const kept = value.map(asText).filter((text) => text !== '' && text.length <= 300);
  return [...new Set(kept)].slice(0, 200);
}

function some<T extends string>(known: readonly T[], value: unknown): T[] {
  return Array.isArray(value) ? known.filter((each) => value.includes(each)) : [];
}

/** How many groups of the panel hold something back: what "clear" clears. */
export function activeFilters(filters: SearchFilters): number {
  const { from, to, minDurationMs, maxDurationMs, minScore, maxScore, criterion, ...others } = filters;
  const pairs = [
    [from, to],
    [minDurationMs, maxDurationMs],
    [minScore, maxScore],
  ];
  return (
    pairs.filter((pair) => pair.some((each) => each !== undefined)).length +
    (criterion !== undefined && criterion.verdicts.length < verdicts.length ? 1 : 0) +
    Object.values(others).filter((each) => each !== undefined).length
  );
}

/** A value ticked or unticked in a group; a group without a tick filters nothing. */
export function toggled<T extends string>(ticked: readonly T[] | undefined, value: T): T[] | undefined {
  const now = ticked?.includes(value) === true ? ticked.filter((each) => each !== value) : [...(ticked ?? []), value];
  return now.length === 0 ? undefined : now;
}

/** Filters with some fields set, and those that are undefined taken out. */
export function withFilters(
  filters: SearchFilters,
  change: { [K in keyof SearchFilters]?: SearchFilters[K] | undefined },
): SearchFilters {
  return readFilters({ ...filters, ...change });
}

/** The filters without what one group of the panel says: what that group's own counts are taken over. */
export function withoutGroup(filters: SearchFilters, group: FacetGroup): SearchFilters {
  const { [group]: _group, ...rest } = filters as Record<string, unknown>;
  if (group === 'from') return readFilters({ ...rest, to: undefined });
  if (group === 'minScore') return readFilters({ ...rest, maxScore: undefined });
  if (group === 'criterion' && filters.criterion !== undefined)
    return readFilters({ ...rest, criterion: { ...filters.criterion, verdicts: [] } });
  return readFilters(rest);
}

/** Groups whose counts the server gives; `from` stands for the dates, `minScore` for the scores. */
export type FacetGroup = 'from' | ValueFilter | 'criterion' | 'critical' | 'minScore' | 'needsReview';

/** The groups that hold something back now. */
export function activeGroups(filters: SearchFilters): readonly FacetGroup[] {
  const groups: FacetGroup[] = ['from', ...valueFilters, 'criterion', 'critical', 'minScore', 'needsReview'];
  const now = JSON.stringify(readFilters(filters));
  return groups.filter((group) => JSON.stringify(withoutGroup(filters, group)) !== now);
}
