import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** One schema a context; jobs, outbox, events, dead letters and circuits; data keys and the trail of reads. */
export const runtimeAndAccess: Migration = {
  up: async (db) => {
    for (const schema of ['ingest', 'transcribe', 'scoring', 'search', 'review', 'access', 'runtime'])
      await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
    for (const statement of [...runtimeTables, ...accessTables]) await sql.raw(statement).execute(db);
  },
};

/**
 * Rows of `outbox` and `job` live for seconds: they are cleaned by count, not by share of a table, or a queue that once was
 * long would be slow for ever.
 */
const shortLived =
  'autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 2000';

const runtimeTables = [
  `create table runtime.outbox (
    seq bigint generated always as identity primary key,
    event_id text not null,
    topic text not null,
    call_id text not null,
    event jsonb not null,
    lane smallint not null,
    attempts integer not null default 0,
    ready_at timestamptz not null default clock_timestamp()
  ) with (${shortLived})`,
  `create table runtime.event (
    id text primary key,
    topic text not null,
    call_id text not null,
    at timestamptz not null,
    lane smallint not null,
    event jsonb not null
  )`,
  'create index event_topic_at on runtime.event (topic, at)',
  'create index event_call on runtime.event (call_id)',
  `create table runtime.job (
    id text primary key,
    stage text not null,
    call_id text not null,
    recipe jsonb not null,
    recipe_hash text not null,
    lane smallint not null,
    traceparent text not null,
    state text not null check (state in ('ready', 'leased')),
    ready_at timestamptz not null,
    lease_number integer not null default 0,
    leased_until timestamptz,
    owner text,
    failures integer not null default 0,
    losses integer not null default 0,
    interruptions integer not null default 0,
    last_code text,
    last_message text,
    created_at timestamptz not null default clock_timestamp()
  ) with (${shortLived}, fillfactor = 70)`,
  "create index job_ready on runtime.job (stage, lane, ready_at) where state = 'ready'",
  "create index job_leased on runtime.job (leased_until) where state = 'leased'",
  'create index job_call on runtime.job (call_id)',
  `create table runtime.job_done (
    id text primary key,
    stage text not null,
    call_id text not null,
    outcome text not null check (outcome in ('done', 'refused', 'dropped')),
    code text,
    failures integer not null,
    losses integer not null,
    created_at timestamptz not null,
    finished_at timestamptz not null
  )`,
  `create table runtime.dead (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('job', 'event', 'unreadable', 'unknown-version')),
    stage text,
    call_id text,
    job_id text unique,
    job jsonb,
    event jsonb,
    lane smallint not null default 0,
    topic text,
    partition integer,
    "offset" bigint,
    raw_object text,
    code text not null,
    message text not null,
    failures integer not null,
    losses integer not null,
    died_at timestamptz not null default clock_timestamp(),
    unique (topic, partition, "offset")
  )`,
  `create table runtime.circuit (
    stage text not null,
    dependency text not null,
    code text not null,
    message text not null,
    opened_at timestamptz not null default clock_timestamp(),
    probes integer not null default 0,
    next_probe_at timestamptz not null,
    probe_job text,
    probe_until timestamptz,
    primary key (stage, dependency)
  )`,
];

const accessTables = [
  `create table access.data_key (
    owner text primary key,
    wrapped bytea,
    created_at timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
  )`,
  `create table access.audit (
    seq bigint generated always as identity primary key,
    at timestamptz not null,
    who text not null,
    action text not null,
    kind text not null,
    object_id text,
    allowed boolean not null,
    origin text not null
  )`,
  'create index audit_object on access.audit (kind, object_id)',
  `create table access.audit_seal (
    position bigint primary key,
    seq bigint not null unique references access.audit (seq),
    hash bytea not null
  )`,
  `create function access.refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'the trail is only ever added to'; end $$`,
  `create trigger audit_append_only before update or delete or truncate on access.audit
    for each statement execute function access.refuse_change()`,
  `create trigger audit_seal_append_only before update or delete or truncate on access.audit_seal
    for each statement execute function access.refuse_change()`,
];
