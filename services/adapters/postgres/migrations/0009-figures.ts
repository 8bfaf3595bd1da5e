import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What lists and figures ask of a scorecard, beside the scorecard, so that they need not read every card; and calls by day. */
export const figures: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const generated = (name: string, type: string, expression: string): string =>
  `add column ${name} ${type} generated always as (${expression}) stored`;

const statements = [
  `alter table scoring.scorecard
    ${[
      generated('percent_tenths', 'integer', "round((card->'score'->>'percent')::numeric * 10)::integer"),
      generated('provisional', 'boolean', "(card->'score'->>'provisional')::boolean"),
      generated('critical_customer', 'integer', "(card->'critical'->>'customer')::integer"),
      generated('critical_business', 'integer', "(card->'critical'->>'business')::integer"),
      generated('critical_compliance', 'integer', "(card->'critical'->>'compliance')::integer"),
      generated(
        'needs_review',
        'integer',
        `jsonb_array_length(jsonb_path_query_array(card, '$.criteria[*] ? (@.verdict == "needs_review")'))`,
      ),
      'add column made_at timestamptz not null default clock_timestamp()',
    ].join(',\n    ')}`,
  "create index call_day on ingest.call ((coalesce((metadata->>'startedAt')::bigint, received_at)))",
];
