import { sql } from 'kysely';
import type { Database } from './database.ts';
import { migrations } from './migrations/index.ts';

/** What a database says of itself; counts and names of ours, never content. */
export interface DatabaseFacts {
  readonly version: string;
  /** The newest migration that ran; null in an empty database. */
  readonly migration: string | null;
  /** Migrations of this version that have not run. */
  readonly behind: number;
  readonly canCreate: boolean;
  readonly ready: number;
  readonly oldestReadySeconds: number | null;
  readonly outbox: number;
  readonly dead: number;
}

/** Asks a database for what an operator wants to know first. */
export async function databaseFacts(database: Database): Promise<DatabaseFacts> {
  const reader = database.reader<unknown>();
  const { rows } = await sql<{ version: string; can_create: boolean; migrated: boolean }>`
    select current_setting('server_version') as version,
           has_database_privilege(current_database(), 'create') as can_create,
           to_regclass('migration.kysely_migration') is not null and to_regclass('runtime.dead') is not null as migrated
  `.execute(reader);
  const first = rows[0];
  const all = Object.keys(migrations);
  if (first === undefined || !first.migrated)
    return {
      version: first?.version ?? '',
      migration: null,
      behind: all.length,
      canCreate: first?.can_create ?? false,
      ready: 0,
      oldestReadySeconds: null,
      outbox: 0,
      dead: 0,
    };
  const ran = await sql<{ name: string }>`select name from migration.kysely_migration order by name`.execute(reader);
  const counts = await sql<{ ready: number; oldest: number | null; outbox: number; dead: number }>`
    select (select count(*) from runtime.job where state = 'ready' and ready_at <= clock_timestamp())::int as ready,
           (select extract(epoch from clock_timestamp() - min(ready_at))::int from runtime.job
             where state = 'ready' and ready_at <= clock_timestamp()) as oldest,
           (select count(*) from runtime.outbox)::int as outbox,
           (select count(*) from runtime.dead)::int as dead
  `.execute(reader);
  const names = new Set(ran.rows.map(({ name }) => name));
  const of = counts.rows[0];
  return {
    version: first.version,
    migration: ran.rows.at(-1)?.name ?? null,
    behind: all.filter((name) => !names.has(name)).length,
    canCreate: first.can_create,
    ready: of?.ready ?? 0,
    oldestReadySeconds: of?.oldest ?? null,
    outbox: of?.outbox ?? 0,
    dead: of?.dead ?? 0,
  };
}
