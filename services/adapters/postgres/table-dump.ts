import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { Failure } from '../../kernel/index.ts';
import type { Database } from './database.ts';

/** One table of the product, and the columns that a dump holds (what the database computes itself is left out). */
export interface DumpedTable {
  /** `schema.table`. */
  readonly name: string;
  readonly columns: readonly string[];
}

// Not `search`: an index is made again from the rest, in whatever tables the product has for it by then.
const schemas = ['ingest', 'transcribe', 'scoring', 'review', 'access', 'runtime'];

/**
 * All tables in one snapshot: `take` gets them in name order, each as a stream in the text form of COPY, which every later
 * PostgreSQL reads. Nobody is kept from writing meanwhile.
 * @returns the newest migration of the snapshot
 */
export async function dumpTables(
  database: Database,
  take: (table: DumpedTable, content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<string> {
  return database.withClient(async (client) => {
    await client.query('begin transaction isolation level repeatable read read only');
    await client.query('set local statement_timeout = 0');
    await client.query('set local idle_in_transaction_session_timeout = 0');
    const { rows } = await client.query<{ name: string }>('select max(name) as name from migration.kysely_migration');
    for (const table of await tablesOf(client))
      await take(table, client.query(copyTo(`copy ${quoted(table.name)} (${columnsOf(table)}) to stdout`)));
    await client.query('commit');
    return rows[0]?.name ?? '';
  });
}

/**
 * Puts a dump into an empty database that has the dump's schema, in one transaction. `open` gives a table's content; a table
 * that the dump does not have stays empty.
 * @throws Failure `restore.not-empty` when anything is there already
 */
export async function loadTables(
  database: Database,
  dumped: readonly DumpedTable[],
  open: (table: DumpedTable) => AsyncIterable<Uint8Array>,
): Promise<void> {
  await database.withClient(async (client) => {
    await client.query('begin');
    await client.query('set local statement_timeout = 0');
    const tables = await inOrderOfReference(client);
    for (const { name } of tables) {
      const { rows } = await client.query<{ there: boolean }>(`select exists (select 1 from ${quoted(name)}) as there`);
      if (rows[0]?.there === true)
        throw new Failure({
          code: 'restore.not-empty',
          message: 'This product is not empty. A backup is restored into an empty one: name another data folder.',
          retryable: false,
        });
    }
    for (const { name } of tables) {
      const table = dumped.find((each) => each.name === name);
      if (table === undefined) continue;
      await pipeline(open(table), client.query(copyFrom(`copy ${quoted(name)} (${columnsOf(table)}) from stdin`)));
    }
    await setCounters(client);
    await client.query('commit');
  });
}

/** Calls that were erased, by their tombstones. */
export function erasedCalls(database: Database): Promise<string[]> {
  return callIds(database, 'select call_id from ingest.tombstone order by 1');
}

/** Calls that are there and whose data key was destroyed: an erasure that a dump from before it has undone. */
export function callsWithDestroyedKey(database: Database): Promise<string[]> {
  return callIds(
    database,
    `select c.call_id from ingest.call c join access.data_key k on k.owner = c.call_id
      where k.wrapped is null and not exists (select 1 from ingest.tombstone t where t.call_id = c.call_id) order by 1`,
  );
}

async function callIds(database: Database, query: string): Promise<string[]> {
  const { rows } = await database.withClient((client) => client.query<{ call_id: string }>(query));
  return rows.map(({ call_id: callId }) => callId);
}

const quoted = (name: string): string => name.split('.').map(pg.escapeIdentifier).join('.');
const columnsOf = ({ columns }: DumpedTable): string => columns.map(pg.escapeIdentifier).join(', ');

async function tablesOf(client: pg.PoolClient): Promise<DumpedTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select t.table_schema || '.' || t.table_name as name,
            array_agg(c.column_name::text order by c.ordinal_position) as columns
       from information_schema.tables t
       join information_schema.columns c using (table_schema, table_name)
      where t.table_schema = any($1) and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
      group by 1 order by 1`,
    [schemas],
  );
  return rows;
}

/** Tables so that each comes after those that it refers to. */
async function inOrderOfReference(client: pg.PoolClient): Promise<DumpedTable[]> {
  const tables = await tablesOf(client);
  const { rows } = await client.query<{ referring: string; referred: string }>(
    `select fn.nspname || '.' || f.relname as referring, tn.nspname || '.' || t.relname as referred
       from pg_constraint k
       join pg_class f on f.oid = k.conrelid join pg_namespace fn on fn.oid = f.relnamespace
       join pg_class t on t.oid = k.confrelid join pg_namespace tn on tn.oid = t.relnamespace
      where k.contype = 'f' and k.conrelid <> k.confrelid`,
  );
  const ordered: DumpedTable[] = [];
  const visit = (table: DumpedTable): void => {
    if (ordered.includes(table)) return;
    for (const { referring, referred } of rows)
      if (referring === table.name) {
        const other = tables.find(({ name }) => name === referred);
        if (other !== undefined) visit(other);
      }
    ordered.push(table);
  };
  tables.forEach(visit);
  return ordered;
}

/** Counters go on where the loaded rows end. */
async function setCounters(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ schema: string; table: string; column: string }>(
    `select table_schema as schema, table_name as table, column_name as column from information_schema.columns
      where table_schema = any($1) and (is_identity = 'YES' or column_default like 'nextval(%')`,
    [schemas],
  );
  for (const { schema, table, column } of rows)
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), coalesce(max(${pg.escapeIdentifier(column)}), 0) + 1, false)
         from ${quoted(`${schema}.${table}`)}`,
      [quoted(`${schema}.${table}`), column],
    );
}
