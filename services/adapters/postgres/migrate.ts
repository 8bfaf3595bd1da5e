import { type Migration, Migrator } from 'kysely/migration';
import { sql } from 'kysely';
import { Failure } from '../../kernel/index.ts';
import type { Database } from './database.ts';
import { databaseFailure } from './error-mapping.ts';
import { migrations } from './migrations/index.ts';

/** Oldest server whose SQL we write. */
const oldestServer = 150_000;

/**
 * Brings the database to the newest schema in one transaction; processes that start at once wait for one another.
 * @returns names of the migrations that ran now
 * @throws Failure `database.too-old` or `database.migration-failed`
 */
export async function migrate(
  database: Database,
  history: Readonly<Record<string, Migration>> = migrations,
): Promise<readonly string[]> {
  const reader = database.reader<unknown>();
  const { rows } = await sql<{ version: number }>`select current_setting('server_version_num')::int as version`.execute(reader);
  if ((rows[0]?.version ?? 0) < oldestServer)
    throw new Failure({
      code: 'database.too-old',
      message: 'The database server is older than PostgreSQL 15.',
      retryable: false,
    });
  const migrator = new Migrator({
    db: reader,
    provider: { getMigrations: () => Promise.resolve({ ...history }) },
    migrationTableSchema: 'migration',
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results?.find(({ status }) => status === 'Error')?.migrationName ?? 'the history';
    const cause = databaseFailure(error);
    throw new Failure({
      code: 'database.migration-failed',
      message: `The database could not be brought to this version's schema (${failed}: ${cause instanceof Failure ? cause.message : cause.refusal.code})`,
      retryable: false,
      cause: error,
    });
  }
  return (results ?? []).map(({ migrationName }) => migrationName);
}
