import { sql } from 'kysely';
import { type Database, inside } from '../../services/adapters/postgres/database.ts';
import type { CallGate } from '../../services/runtime/index.ts';

/** A table of calls as small as the runtime's tests need, and the gate over it. */
export async function makeStubCalls(database: Database): Promise<CallGate> {
  await sql`
    create table if not exists public.stub_call (
      call_id text primary key, revision bigint not null default 0, erased boolean not null default false, failed text
    )
  `.execute(database.reader());
  return stubCallGate();
}

export function stubCallGate(): CallGate {
  return {
    lockForFinish: async (tx, callId) => {
      const { rows } = await sql<{ erased: boolean }>`
        update public.stub_call set revision = revision + 1 where call_id = ${callId} returning erased
      `.execute(inside(tx));
      return rows[0] === undefined ? 'unknown' : rows[0].erased ? 'erased' : 'present';
    },
    erasedAmong: async (tx, callIds) => {
      const { rows } = await sql<{ call_id: string }>`
        select call_id from public.stub_call where erased and call_id = any(${[...callIds]}::text[])
      `.execute(inside(tx));
      return new Set(rows.map((row) => row.call_id));
    },
    markFailed: async (tx, callId, refusal) => {
      await sql`update public.stub_call set failed = ${refusal.code} where call_id = ${callId}`.execute(inside(tx));
    },
  };
}
