import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What changed lately, for pages that are open: written by the database itself in the transaction that changes it. */
export const changes: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

/** Unlogged, and in a schema of its own that no backup holds: it tells of the last hour, and a page that missed some asks anew. */
const statements = [
  'create schema feed',
  `create unlogged table feed.change (
    txid xid8 not null default pg_current_xact_id(),
    seq bigint generated always as identity,
    at timestamptz not null default clock_timestamp(),
    kind text not null check (kind in ('call', 'delivery')),
    id text not null,
    state text not null,
    revision bigint,
    call_id text,
    primary key (txid, seq)
  ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)`,
  'create index change_at on feed.change (at)',
  `create function feed.note_call() returns trigger language plpgsql as $$
    begin
      insert into feed.change (kind, id, state, revision, call_id) values ('call', new.call_id, new.state, new.revision, new.call_id);
      return null;
    end $$`,
  `create function feed.note_delivery() returns trigger language plpgsql as $$
    begin
      insert into feed.change (kind, id, state, call_id) values ('delivery', new.delivery_id, new.state, new.call_id);
      return null;
    end $$`,
  'create trigger call_feed after insert or update on ingest.call for each row execute function feed.note_call()',
  `create trigger delivery_feed after insert or update of state on ingest.delivery
    for each row execute function feed.note_delivery()`,
];
