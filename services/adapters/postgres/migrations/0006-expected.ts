import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What manifests say should arrive, and the ways to what arrived by day and by external id. */
export const expected: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table ingest.expected (
    source text not null,
    name text not null,
    external_id text,
    segment text,
    started_at bigint,
    expected_at bigint not null,
    manifest_sha256 text not null,
    primary key (source, name)
  )`,
  'create index expected_day on ingest.expected ((coalesce(started_at, expected_at)))',
  'create index expected_external on ingest.expected (source, external_id)',
  "create index call_started on ingest.call (((metadata->>'startedAt')::bigint))",
  "create index call_external on ingest.call (source, (metadata->>'externalId'))",
];
