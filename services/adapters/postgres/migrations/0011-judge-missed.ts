import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Calls that were scored while the judge was away, and how often: they are asked about again. */
export const judgeMissed: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table scoring.judge_missed (
    call_id text primary key,
    missed integer not null check (missed > 0),
    waits_since timestamptz
  )`,
  'create index judge_missed_waits on scoring.judge_missed (waits_since, call_id) where waits_since is not null',
];
