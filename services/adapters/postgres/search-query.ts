import { type RawBuilder, sql } from 'kysely';
import {
  type CriterionFilter,
  type IndexQuery,
  type IndexSort,
  type SearchFilters,
  type SortKey,
  type TermQuery,
  verdictBeginning,
  verdictEntry,
} from '../../../search/index.ts';

type Condition = RawBuilder<unknown>;

/** What a row must satisfy; never true for an erased call. */
export function conditionOf({ terms, filters }: IndexQuery): Condition {
  return sql.join([sql`not erased`, ...termCondition(terms), ...filterConditions(filters)], sql` and `);
}

function termCondition(query: TermQuery): Condition[] {
  if (query.kind === 'all') return [];
  if (query.kind === 'none') return [sql`false`];
  return [sql`terms @@ ${tsquery(query)}::tsquery`];
}

/** In the syntax of tsquery, every term quoted. */
function tsquery(query: TermQuery): string {
  switch (query.kind) {
    case 'term':
      return `'${query.term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
    case 'and':
    case 'or':
      return `(${query.parts.map(tsquery).join(query.kind === 'and' ? ' & ' : ' | ')})`;
    default:
      throw new Error('all and none stand alone in a query over terms');
  }
}

const oneOf = (column: string, values: readonly string[] | undefined): Condition[] =>
  values === undefined || values.length === 0 ? [] : [sql`${sql.id(column)} = any(${[...values]}::text[])`];

const atLeast = (column: string, value: number | undefined): Condition[] =>
  value === undefined ? [] : [sql`${sql.id(column)} >= ${value}`];

const atMost = (column: string, value: number | undefined): Condition[] =>
  value === undefined ? [] : [sql`${sql.id(column)} <= ${value}`];

function filterConditions(filters: SearchFilters): Condition[] {
  return [
    ...atLeast('at', filters.from),
    ...(filters.to === undefined ? [] : [sql`at < ${filters.to}`]),
    ...oneOf('team', filters.teams),
    ...oneOf('agent_id', filters.agents),
    ...oneOf('queue', filters.queues),
    ...oneOf('direction', filters.directions),
    ...oneOf('product', filters.products),
    ...oneOf('language', filters.languages),
    ...oneOf('source', filters.sources),
    ...oneOf('state', filters.states),
    ...atLeast('duration_ms', filters.minDurationMs),
    ...atMost('duration_ms', filters.maxDurationMs),
    ...atLeast('score', filters.minScore),
    ...atMost('score', filters.maxScore),
    ...(filters.criterion === undefined ? [] : [sql`${hasVerdict(filters.criterion)}`]),
    ...criticalCondition(filters.critical),
    ...(filters.needsReview === undefined ? [] : [filters.needsReview ? sql`needs_review > 0` : sql`needs_review = 0`]),
  ];
}

function criticalCondition(critical: SearchFilters['critical']): Condition[] {
  if (critical === undefined || critical.length === 0) return [];
  const any = critical.map((each) => (each === 'none' ? sql`customer + business + compliance = 0` : sql`${sql.id(each)} > 0`));
  return [sql`(${sql.join(any, sql` or `)})`];
}

function entriesOf({ rubricId, criterionId, verdicts }: CriterionFilter): { whole: boolean; entries: string[] } {
  if (rubricId !== undefined)
    return { whole: true, entries: verdicts.map((verdict) => verdictEntry({ rubricId, criterionId, verdict })) };
  return { whole: false, entries: verdicts.map((verdict) => verdictBeginning(criterionId, verdict)) };
}

function hasVerdict(criterion: CriterionFilter): Condition {
  const { whole, entries } = entriesOf(criterion);
  if (whole) return sql`verdicts && ${entries}::text[]`;
  return sql`exists (select from unnest(verdicts) as said (entry) join unnest(${entries}::text[]) as wanted (beginning)
                     on starts_with(said.entry, wanted.beginning))`;
}

/** The stored verdict that the filter asks for; null without such a filter. */
export function verdictColumn(criterion: CriterionFilter | undefined): Condition {
  if (criterion === undefined) return sql`null::text`;
  const { whole, entries } = entriesOf(criterion);
  return sql`(select said.entry from unnest(verdicts) as said (entry) join unnest(${entries}::text[]) as wanted (beginning)
              on ${whole ? sql`said.entry = wanted.beginning` : sql`starts_with(said.entry, wanted.beginning)`}
              order by said.entry limit 1)`;
}

/** What a sort sorts by before time: null for the sorts by time alone. */
export const sortValue: Readonly<Record<IndexSort, 'score' | 'duration_ms' | null>> = {
  newest: null,
  oldest: null,
  score: 'score',
  duration: 'duration_ms',
};

export function orderOf(sort: IndexSort): Condition {
  switch (sort) {
    case 'newest':
      return sql`at desc, call_id desc`;
    case 'oldest':
      return sql`at, call_id`;
    case 'score':
      return sql`score nulls last, at desc, call_id desc`;
    case 'duration':
      return sql`duration_ms desc, at desc, call_id desc`;
  }
}

/** Rows that come after a place in an order. */
export function afterCondition(sort: IndexSort, { value, at, callId }: SortKey): Condition {
  const earlier = sql`(at, call_id) < (${at}::bigint, ${callId})`;
  switch (sort) {
    case 'newest':
      return earlier;
    case 'oldest':
      return sql`(at, call_id) > (${at}::bigint, ${callId})`;
    case 'score':
      if (value === null) return sql`score is null and ${earlier}`;
      return sql`(score > ${value} or score is null or (score = ${value} and ${earlier}))`;
    case 'duration':
      return sql`(duration_ms <= ${value} and (duration_ms < ${value} or ${earlier}))`;
  }
}
