import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Calls, the delivery ledger, tombstones. */
export const ingest: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table ingest.call (
    call_id text primary key,
    source text not null,
    name text not null,
    audio_sha256 text not null,
    size_bytes bigint not null,
    metadata jsonb not null,
    recording text not null,
    given_transcript text,
    recording_kind text not null check (recording_kind in ('audio', 'transcript', 'audio-and-transcript')),
    revision bigint not null default 1,
    state text not null check (state in ('received', 'transcribed', 'scored', 'failed', 'erased')),
    refusal jsonb,
    received_at bigint not null
  )`,
  'create index call_audio on ingest.call (audio_sha256)',
  'create index call_received on ingest.call (received_at desc, call_id desc)',
  `create table ingest.delivery (
    delivery_id text primary key,
    source text not null,
    name text not null,
    size_bytes bigint not null,
    modified_at bigint,
    audio_sha256 text not null,
    state text not null check (state in ('accepted', 'duplicate', 'conflict', 'refused', 'erased')),
    call_id text references ingest.call (call_id),
    refusal jsonb,
    kept_as text,
    first_seen_at bigint not null,
    last_seen_at bigint not null,
    times integer not null default 1
  )`,
  'create index delivery_seen on ingest.delivery (source, name)',
  'create index delivery_call on ingest.delivery (call_id)',
  'create index delivery_first_seen on ingest.delivery (first_seen_at desc, delivery_id desc)',
  `create table ingest.tombstone (
    call_id text primary key,
    audio_sha256 text not null,
    erased_at timestamptz not null default clock_timestamp()
  )`,
  'create index tombstone_audio on ingest.tombstone (audio_sha256)',
];
