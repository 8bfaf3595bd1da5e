import { sql } from 'kysely';
import type { Answers, KeptAnswer } from '../../api/index.ts';
import type { Database } from './database.ts';

/** A request whose process ended in the middle of it may be done again after this. */
const abandonedAfter = '1 minute';
const kept = '24 hours';

/** `access.answer`: answers of writes by the hash of their key. */
export function postgresAnswers(database: Database): Answers {
  const db = database.reader<unknown>();
  return {
    begin: async (key, requestHash) => {
      await sql`
        delete from access.answer where key = any(array(
          select key from access.answer where begun_at < clock_timestamp() - ${sql.lit(kept)}::interval limit 100))
      `.execute(db);
      const { rows: begun } = await sql`
        insert into access.answer as known (key, request_hash) values (${key}, ${requestHash})
        on conflict (key) do update set begun_at = clock_timestamp()
          where known.status is null and known.request_hash = excluded.request_hash
            and known.begun_at < clock_timestamp() - ${sql.lit(abandonedAfter)}::interval
        returning 1
      `.execute(db);
      if (begun.length > 0) return 'begun';
      const { rows } = await sql<{ request_hash: string; status: number | null; body: unknown }>`
        select request_hash, status, body from access.answer where key = ${key}
      `.execute(db);
      const [row] = rows;
      // Abandoned or forgotten between the two statements: whoever tries again begins anew.
      if (row === undefined) return 'running';
      if (row.request_hash !== requestHash) return 'other';
      return row.status === null ? 'running' : { status: row.status, body: row.body };
    },
    end: async (key, { status, body }: KeptAnswer) => {
      await sql`
        update access.answer set status = ${status}, body = ${JSON.stringify(body)}::jsonb where key = ${key} and status is null
      `.execute(db);
    },
    abandon: async (key) => {
      await sql`delete from access.answer where key = ${key} and status is null`.execute(db);
    },
  };
}
