import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What people set right about how a call is heard; the way from a call to its dead letters and finished jobs. */
export const corrections: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  "alter table ingest.call add column corrections jsonb not null default '{}'",
  'create index dead_call on runtime.dead (call_id)',
  "create index job_done_refused on runtime.job_done (call_id) where outcome = 'refused'",
];
