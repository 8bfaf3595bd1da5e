import { type Kysely, type RawBuilder, sql } from 'kysely';

/** The table of one generation of the index. */
export const documentTable = (generation: number): RawBuilder<unknown> => sql.id('search', `document_${generation}`);

/**
 * One row a call: facts to filter, sort and count by, its terms, and the words as the matcher reads them. An erased call's row
 * keeps its revision and nothing else. A changed column is a new generation: the index is made again, not moved.
 */
export async function createDocumentTable(db: Kysely<unknown>, generation: number): Promise<void> {
  const table = documentTable(generation);
  const index = (name: string): RawBuilder<unknown> => sql.id(`document_${generation}_${name}`);
  await sql`
    create table ${table} (
      call_id text collate "C" primary key,
      revision bigint not null,
      erased boolean not null default false,
      state text,
      at bigint,
      started_at bigint,
      received_at bigint,
      source text,
      name text,
      title text,
      agent_id text,
      agent_name text,
      team text,
      queue text,
      direction text,
      product text,
      language text,
      duration_ms integer,
      score integer,
      score_facts jsonb,
      customer integer,
      business integer,
      compliance integer,
      needs_review integer,
      verdicts text[],
      terms tsvector,
      form bytea
    )
  `.execute(db);
  await sql`create index ${index('at')} on ${table} (at desc, call_id desc) where not erased`.execute(db);
  await sql`create index ${index('score')} on ${table} (score nulls last, at desc, call_id desc) where not erased`.execute(db);
  await sql`create index ${index('duration')} on ${table} (duration_ms desc, at desc, call_id desc) where not erased`.execute(db);
  await sql`create index ${index('verdicts')} on ${table} using gin (verdicts)`.execute(db);
  await sql`create index ${index('terms')} on ${table} using gin (terms)`.execute(db);
}

export async function dropDocumentTable(db: Kysely<unknown>, generation: number): Promise<void> {
  await sql`drop table if exists ${documentTable(generation)}`.execute(db);
}
