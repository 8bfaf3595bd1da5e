import { type Kysely, type RawBuilder, sql } from 'kysely';
import { byCount, criteriaOfEntries, type FacetCounts, type FacetOptions, type ValueCounts } from '../../../search/index.ts';

const dayMs = 86_400_000;
/** A hundred per cent belongs to the last step. */
const scoreSteps = 10;

const dimensions = ['day', 'team', 'agent_id', 'queue', 'direction', 'product', 'language', 'source', 'step'] as const;
type Dimension = (typeof dimensions)[number];

interface GroupRow extends Record<Dimension, string | number | null> {
  grouped: number;
  calls: number;
  agent_name: string | null;
  customer: number;
  business: number;
  compliance: number;
  harmless: number;
  review: number;
}

/** All facets of the rows that fulfil a condition: one pass for the facts, one for the verdicts. */
export async function facetsFrom(
  db: Kysely<unknown>,
  table: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
  { zoneOffsetMs }: FacetOptions,
): Promise<FacetCounts> {
  const columns = sql.join(dimensions.map((each) => sql.id(each)));
  const [groups, verdicts] = await Promise.all([
    sql<GroupRow>`
      select grouping(${columns}) as grouped, ${columns}, count(*) as calls, max(agent_name collate "C") as agent_name,
             count(*) filter (where customer > 0) as customer, count(*) filter (where business > 0) as business,
             count(*) filter (where compliance > 0) as compliance,
             count(*) filter (where customer + business + compliance = 0) as harmless,
             count(*) filter (where needs_review > 0) as review
      from (select (at + ${zoneOffsetMs}::bigint) / ${dayMs} as day, team, agent_id, agent_name, queue, direction, product, language, source,
                   case when score >= 1000 then ${scoreSteps - 1} else score / 100 end as step, customer, business, compliance, needs_review
            from ${table} where ${condition}) as call
      group by grouping sets ((), ${sql.join(dimensions.map((each) => sql`(${sql.id(each)})`))})
    `.execute(db),
    sql<{ entry: string; calls: number }>`
      select entry, count(*) as calls from ${table} cross join unnest(verdicts) as said (entry) where ${condition} group by entry
    `.execute(db),
  ]);
  const all = groups.rows.find(({ grouped }) => grouped === allGrouped);
  const of = (dimension: Dimension): GroupRow[] => groups.rows.filter(({ grouped }) => grouped === groupedBy(dimension));
  return {
    calls: all?.calls ?? 0,
    date: of('day')
      .map(({ day, calls }) => ({ date: new Date(Number(day) * dayMs).toISOString().slice(0, 10), count: calls }))
      .toSorted((a, b) => (a.date < b.date ? -1 : 1)),
    team: valuesOf(of('team'), 'team'),
    agent: of('agent_id')
      .map(({ agent_id, agent_name, calls }) => ({
        value: textOf(agent_id),
        name: agent_id === null ? null : agent_name,
        count: calls,
      }))
      .toSorted(byCount),
    queue: valuesOf(of('queue'), 'queue'),
    direction: valuesOf(of('direction'), 'direction'),
    product: valuesOf(of('product'), 'product'),
    language: valuesOf(of('language'), 'language'),
    source: valuesOf(of('source'), 'source'),
    score: of('step')
      .filter(({ step }) => step !== null)
      .map(({ step, calls }) => ({ from: Number(step) * 100, to: (Number(step) + 1) * 100, count: calls }))
      .toSorted((a, b) => a.from - b.from),
    critical: {
      customer: all?.customer ?? 0,
      business: all?.business ?? 0,
      compliance: all?.compliance ?? 0,
      none: all?.harmless ?? 0,
    },
    criteria: criteriaOfEntries(verdicts.rows.map(({ entry, calls }) => [entry, calls])),
    needsReview: all?.review ?? 0,
  };
}

/** `grouping` sets a bit for each column that is not grouped by, the first column's highest. */
const allGrouped = 2 ** dimensions.length - 1;
const groupedBy = (dimension: Dimension): number => allGrouped - 2 ** (dimensions.length - 1 - dimensions.indexOf(dimension));

const textOf = (value: string | number | null): string | null => (value === null ? null : String(value));

const valuesOf = (rows: readonly GroupRow[], dimension: Dimension): ValueCounts =>
  rows.map((row) => ({ value: textOf(row[dimension]), count: row.calls })).toSorted(byCount);
