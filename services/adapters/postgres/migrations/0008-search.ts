import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createDocumentTable } from '../search-table.ts';

/** Call documents, a table a generation of the index: a rebuilt one grows beside the current one until they are switched. */
export const search: Migration = {
  up: async (db) => {
    await sql`
      create table search.generation (
        id integer primary key,
        state text not null check (state in ('current', 'building')),
        version text,
        begun_at timestamptz not null default clock_timestamp()
      )
    `.execute(db);
    await sql`create unique index generation_state on search.generation (state)`.execute(db);
    await sql`insert into search.generation (id, state) values (1, 'current')`.execute(db);
    await createDocumentTable(db, 1);
  },
};
