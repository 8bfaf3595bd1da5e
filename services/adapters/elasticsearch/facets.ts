import type { estypes } from '@elastic/elasticsearch';
import { byCount, criteriaOfEntries, type FacetCounts, type FacetOptions, type ValueCounts } from '../../../search/index.ts';

/** Different values that are counted at most; more than any centre has teams, agents or criteria. */
const mostValues = 10_000;
const scoreSteps = 10;
const facts = ['team', 'queue', 'direction', 'product', 'language', 'source'] as const;

type Aggregations = Record<string, estypes.AggregationsAggregationContainer>;

/** Every facet in one request. Each value's count is exact: all shards give all of their values. */
export function facetsAsked({ zoneOffsetMs }: FacetOptions): Aggregations {
  const values = (field: string): Aggregations => ({
    [field]: { terms: { field, size: mostValues } },
    [`no_${field}`]: { missing: { field } },
  });
  return {
    // A day of the centre begins this much before the day of UTC.
    day: { date_histogram: { field: 'at', fixed_interval: '1d', offset: `${-zoneOffsetMs}ms`, min_doc_count: 1 } },
    ...Object.assign({}, ...facts.map(values)),
    agent_id: {
      terms: { field: 'agent_id', size: mostValues },
      aggs: { name: { terms: { field: 'agent_name', size: 1, order: { _key: 'desc' } } } },
    },
    no_agent_id: { missing: { field: 'agent_id' } },
    score: {
      range: {
        field: 'score',
        ranges: Array.from({ length: scoreSteps }, (_, step) => ({
          from: step * 100,
          // A hundred per cent belongs to the last step.
          to: step === scoreSteps - 1 ? 1_001 : (step + 1) * 100,
        })),
      },
    },
    critical: { terms: { field: 'critical', size: 10 } },
    verdicts: { terms: { field: 'verdicts', size: 5 * mostValues } },
    review: { filter: { range: { needs_review: { gte: 1 } } } },
  };
}

interface Bucket {
  readonly key: string | number;
  readonly from?: number;
  readonly doc_count: number;
  readonly name?: { readonly buckets: readonly Bucket[] };
}
type Answer = Record<string, { readonly buckets?: readonly Bucket[]; readonly doc_count?: number } | undefined>;

/** The answer of `facetsAsked`. */
export function facetsOf(calls: number, aggregations: unknown, { zoneOffsetMs }: FacetOptions): FacetCounts {
  const answer = (aggregations ?? {}) as Answer;
  const buckets = (name: string): readonly Bucket[] => answer[name]?.buckets ?? [];
  const countOf = (name: string, key: string): number => buckets(name).find((each) => each.key === key)?.doc_count ?? 0;
  const missing = (field: string): number => answer[`no_${field}`]?.doc_count ?? 0;
  const values = (field: (typeof facts)[number]): ValueCounts =>
    withNone<ValueCounts[number]>(
      buckets(field).map(({ key, doc_count: count }) => ({ value: String(key), count })),
      { value: null, count: missing(field) },
    );
  return {
    calls,
    date: buckets('day').map(({ key, doc_count: count }) => ({
      date: new Date(Number(key) + zoneOffsetMs).toISOString().slice(0, 10),
      count,
    })),
    team: values('team'),
    agent: withNone<FacetCounts['agent'][number]>(
      buckets('agent_id').map(({ key, name, doc_count: count }): FacetCounts['agent'][number] => {
        const called = name?.buckets[0]?.key;
        return { value: String(key), name: called === undefined ? null : String(called), count };
      }),
      { value: null, name: null, count: missing('agent_id') },
    ),
    queue: values('queue'),
    direction: values('direction'),
    product: values('product'),
    language: values('language'),
    source: values('source'),
    score: buckets('score')
      .filter(({ doc_count: count }) => count > 0)
      .map(({ from = 0, doc_count: count }) => ({ from, to: from + 100, count })),
    critical: {
      customer: countOf('critical', 'customer'),
      business: countOf('critical', 'business'),
      compliance: countOf('critical', 'compliance'),
      none: countOf('critical', 'none'),
    },
    criteria: criteriaOfEntries(buckets('verdicts').map(({ key, doc_count: calls }) => [String(key), calls])),
    needsReview: answer['review']?.doc_count ?? 0,
  };
}

function withNone<T extends { readonly value: string | null; readonly count: number }>(values: readonly T[], none: T): T[] {
  return (none.count > 0 ? [...values, none] : [...values]).toSorted(byCount);
}
