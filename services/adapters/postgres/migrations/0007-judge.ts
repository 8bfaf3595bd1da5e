import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What judges found, by all that it depends on, and what they cost a day. */
export const judge: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table scoring.judge_finding (
    key text primary key,
    call_id text not null,
    finding jsonb not null
  )`,
  'create index judge_finding_call on scoring.judge_finding (call_id)',
  `create table scoring.judge_day (
    day integer primary key,
    spent_micros bigint not null
  )`,
];
