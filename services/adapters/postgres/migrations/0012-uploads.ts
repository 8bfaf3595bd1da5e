import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Files that arrive in pieces, and answers that are given again under their key. */
export const uploads: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table ingest.upload (
    upload_id text primary key,
    size_bytes bigint not null,
    created_at bigint not null,
    delivery_id text
  )`,
  `create table access.answer (
    key text primary key,
    request_hash text not null,
    begun_at timestamptz not null default clock_timestamp(),
    status integer,
    body jsonb
  )`,
  'create index answer_begun on access.answer (begun_at)',
];
