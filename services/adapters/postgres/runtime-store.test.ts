import { sql } from 'kysely';
import { describe } from 'vitest';
import { runtimeStoreContract } from '../../../test/contracts/runtime-store.ts';
import { makeStubCalls } from '../../../test/runtime/stub-calls.ts';
import { testServers } from '../../../test/servers/postgres.ts';
import { inside } from './database.ts';
import { postgresRuntimeStore } from './runtime-store.ts';

for (const server of testServers)
  describe.skipIf(server.missing !== undefined)(server.missing ?? server.name, () => {
    runtimeStoreContract(server.name, async () => {
      const postgres = await server.start();
      const { database } = await postgres.newDatabase();
      const store = postgresRuntimeStore(database, await makeStubCalls(database));
      const run = (statement: ReturnType<typeof sql>) => statement.execute(database.reader());
      await run(sql`create table public.note (at bigint generated always as identity, line text)`);
      return {
        store,
        addCall: async (callId) => void (await run(sql`insert into public.stub_call (call_id) values (${callId})`)),
        eraseCall: async (callId) => void (await run(sql`update public.stub_call set erased = true where call_id = ${callId}`)),
        revisionOf: async (callId) => {
          const { rows } = await sql<{ revision: number }>`
            select revision from public.stub_call where call_id = ${callId}`.execute(database.reader());
          return rows[0]?.revision ?? -1;
        },
        failureOf: async (callId) => {
          const { rows } = await sql<{ failed: string | null }>`
            select failed from public.stub_call where call_id = ${callId}`.execute(database.reader());
          return rows[0]?.failed ?? undefined;
        },
        note: async (tx, line) => void (await sql`insert into public.note (line) values (${line})`.execute(inside(tx))),
        notes: async () => {
          const { rows } = await sql<{ line: string }>`select line from public.note order by at`.execute(database.reader());
          return rows.map(({ line }) => line);
        },
        expire: async (lease) =>
          void (await run(sql`
            update runtime.job set leased_until = clock_timestamp() - interval '1 second'
            where id = ${lease.jobId} and lease_number = ${lease.number}`)),
        ripen: async () => {
          const past = sql`clock_timestamp() - interval '1 millisecond'`;
          await run(sql`update runtime.job set ready_at = ${past} where state = 'ready' and ready_at > clock_timestamp()`);
          await run(sql`update runtime.outbox set ready_at = ${past} where ready_at > clock_timestamp()`);
          await run(sql`update runtime.circuit set next_probe_at = ${past}`);
        },
        stop: async () => {
          await database.close();
          await postgres.stop();
        },
      };
    });
  });
