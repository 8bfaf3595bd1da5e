import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** An erasure stays open until nobody can be at work on its call any more. */
export const erasure: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'alter table ingest.tombstone add column busy_at bigint not null default 0, add column complete_at bigint',
  'create index tombstone_open on ingest.tombstone (busy_at) where complete_at is null',
];
