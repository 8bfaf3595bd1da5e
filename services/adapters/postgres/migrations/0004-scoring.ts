import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Published rubrics, scorecards, which of them are current, and what people decided. */
export const scoring: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table scoring.rubric (
    rubric_id text not null,
    version integer not null,
    hash text not null unique,
    yaml text not null,
    rubric jsonb not null,
    published_at timestamptz not null default clock_timestamp(),
    primary key (rubric_id, version)
  )`,
  `create table scoring.current_rubric (
    rubric_id text primary key,
    version integer not null,
    foreign key (rubric_id, version) references scoring.rubric (rubric_id, version)
  )`,
  `create table scoring.scorecard (
    scorecard_id text primary key,
    call_id text not null,
    rubric_id text not null,
    rubric_hash text not null,
    headline boolean not null,
    card jsonb not null
  )`,
  'create index scorecard_call on scoring.scorecard (call_id)',
  `create table scoring.scored (
    call_id text not null,
    recipe_hash text not null,
    scorecard_ids text[] not null,
    primary key (call_id, recipe_hash)
  )`,
  `create table scoring.current (
    call_id text primary key,
    requested_recipe text not null,
    scored_recipe text
  )`,
  `create table scoring.decision (
    call_id text not null,
    rubric_id text not null,
    criterion text not null,
    decision jsonb not null,
    decided_at timestamptz not null default clock_timestamp(),
    primary key (call_id, rubric_id, criterion)
  )`,
];
