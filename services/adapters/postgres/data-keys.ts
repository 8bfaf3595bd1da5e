import { type Kysely, sql } from 'kysely';
import type { WrappedKeyStore } from '../../kernel/index.ts';
import type { Database } from './database.ts';

interface Tables {
  'access.data_key': { owner: string; wrapped: Buffer | null; destroyed_at: Date | null };
}

/** Wrapped data keys in `access.data_key`. A destroyed key keeps its row, so that none is made for that owner again. */
export function postgresDataKeys(database: Database): WrappedKeyStore {
  const db: Kysely<Tables> = database.reader<Tables>();
  const find = async (owner: string): Promise<Buffer | null | undefined> => {
    const row = await db.selectFrom('access.data_key').select('wrapped').where('owner', '=', owner).executeTakeFirst();
    return row === undefined ? undefined : row.wrapped;
  };
  return {
    getOrCreate: async (owner, make) => {
      const { rows } = await sql<{ wrapped: Buffer }>`
        insert into access.data_key (owner, wrapped) values (${owner}, ${Buffer.from(make())}) on conflict do nothing
        returning wrapped
      `.execute(db);
      return rows[0]?.wrapped ?? (await find(owner)) ?? undefined;
    },
    get: async (owner) => (await find(owner)) ?? undefined,
    destroy: async (owner) => {
      await sql`
        insert into access.data_key (owner, wrapped, destroyed_at) values (${owner}, null, clock_timestamp())
        on conflict (owner) do update set wrapped = null, destroyed_at = coalesce(access.data_key.destroyed_at, clock_timestamp())
      `.execute(db);
    },
  };
}
