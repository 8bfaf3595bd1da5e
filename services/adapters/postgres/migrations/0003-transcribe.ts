import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Transcripts (their content is in the object store), and which one is current. */
export const transcribe: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table transcribe.transcript (
    transcript_id text primary key,
    call_id text not null,
    recipe_hash text not null,
    content_hash text not null,
    object text not null,
    rendition_object text,
    peaks_object text,
    metrics_object text not null,
    language text not null,
    duration_ms integer not null
  )`,
  'create index transcript_call on transcribe.transcript (call_id)',
  `create table transcribe.current (
    call_id text primary key,
    requested_recipe text not null,
    transcript_id text references transcribe.transcript (transcript_id)
  )`,
];
