import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { wrappedKeyStoreContract } from '../../../test/contracts/wrapped-key-store.ts';
import { type TestDatabase, type TestPostgres, testServers } from '../../../test/servers/postgres.ts';
import { Failure } from '../../kernel/index.ts';
import { postgresAudit } from './audit.ts';
import { sealAudit, verifyAudit } from './audit-seal.ts';
import { postgresDataKeys } from './data-keys.ts';
import { type Database, inside, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

for (const server of testServers)
  describe.skipIf(server.missing !== undefined)(server.missing ?? server.name, () => {
    let postgres: TestPostgres;
    let shared: TestDatabase;
    let database: Database;
    beforeAll(async () => {
      postgres = await server.start();
      shared = await postgres.newDatabase();
      ({ database } = shared);
    });
    afterAll(async () => {
      await shared?.drop();
      await postgres?.stop();
    });
    const reader = () => database.reader<unknown>();

    describe('transactions', () => {
      test('are all or nothing, and hand on what was thrown', async () => {
        await sql`create table public.line (text text primary key)`.execute(reader());
        const insert = (tx: Parameters<typeof inside>[0], text: string) =>
          sql`insert into public.line values (${text})`.execute(inside(tx));
        const failure = new Failure({ code: 'test.no', message: 'No.', retryable: false });
        await expect(
          database.inTransaction(async (tx) => {
            await insert(tx, 'half');
            throw failure;
          }),
        ).rejects.toBe(failure);
        expect(await database.inTransaction(async (tx) => (await insert(tx, 'whole'), 7))).toBe(7);
        expect((await sql`select text from public.line`.execute(reader())).rows).toEqual([{ text: 'whole' }]);
      });

      test('that collide are done again, and both come true', async () => {
        await sql`create table public.account (name text primary key, amount int)`.execute(reader());
        await sql`insert into public.account values ('a', 0), ('b', 0)`.execute(reader());
        let runs = 0;
        const both = (first: string, second: string): Promise<void> =>
          database.inTransaction(async (tx) => {
            runs++;
            await sql`update public.account set amount = amount + 1 where name = ${first}`.execute(inside(tx));
            await new Promise((resolve) => setTimeout(resolve, 200));
            await sql`update public.account set amount = amount + 1 where name = ${second}`.execute(inside(tx));
          });
        await Promise.all([both('a', 'b'), both('b', 'a')]);
        // On a slow machine the second attempts may collide as well.
        expect(runs).toBeGreaterThanOrEqual(3);
        expect((await sql`select amount from public.account`.execute(reader())).rows).toEqual([{ amount: 2 }, { amount: 2 }]);
      });
    });

    test('what is run again and again is prepared, and still right after the schema changed under it', async () => {
      await sql`create table public.wide (name text primary key)`.execute(reader());
      await sql`insert into public.wide values ('a')`.execute(reader());
      const row = (name: string) =>
        database.inTransaction(
          async (tx) => (await sql`select * from public.wide where name = ${name}`.execute(inside(tx))).rows[0],
        );
      for (let time = 0; time < 8; time++) expect(await row('a')).toEqual({ name: 'a' });
      const kept = await sql`select statement from pg_prepared_statements where statement like '%public.wide where%'`.execute(
        reader(),
      );
      expect(kept.rows).toHaveLength(1);
      await sql`alter table public.wide add column size int default 3`.execute(reader());
      for (let time = 0; time < 3; time++) expect(await row('a')).toEqual({ name: 'a', size: 3 });
      expect(await row('b')).toBeUndefined();
    });

    test('big integers are numbers, and one that does not fit is an error', async () => {
      const { rows } = await sql`select 9007199254740991::bigint as n, count(*) as c from runtime.job`.execute(reader());
      expect(rows).toEqual([{ n: 9_007_199_254_740_991, c: 0 }]);
      await expect(sql`select 9007199254740993::bigint as n`.execute(reader())).rejects.toThrow();
    });

    describe('a database that is away', () => {
      const away = { name: 'Failure', retryable: true, failureCause: 'dependency', dependency: 'database' };

      test('is a dependency, whether nobody listens, the session ends or a statement takes too long', async () => {
        for (const address of [
          { url: 'postgresql://nobody@127.0.0.1:1/none' },
          { socketFolder: '/no/such/folder', user: 'u', database: 'd' },
        ]) {
          const none = openDatabase({ address });
          await expect(sql`select 1`.execute(none.reader())).rejects.toMatchObject(away);
          await none.close();
        }
        const killed = database.inTransaction(async (tx) => {
          const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(inside(tx));
          await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(reader());
          await sql`select 1`.execute(inside(tx));
        });
        await expect(killed).rejects.toMatchObject(away);
        expect((await sql`select 1 as one`.execute(reader())).rows).toEqual([{ one: 1 }]);
        const hasty = openDatabase({ address: shared.address, connections: 1, statementTimeoutMs: 50 });
        await expect(sql`select pg_sleep(5)`.execute(hasty.reader())).rejects.toMatchObject(away);
        await hasty.close();
      });

      test('a server that is started again is used again, by who asks, listens and leads', async ({ skip }) => {
        if (postgres.restart === undefined) return skip();
        const [heard, led, stop] = [[] as string[], [] as string[], new AbortController()];
        const listening = await database.listen('restart_channel', (payload) => heard.push(payload));
        const leading = database.lead(
          'restart',
          async (signal) => {
            led.push('led');
            await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          },
          stop.signal,
        );
        await vi.waitFor(() => expect(led).toHaveLength(1), 20_000);
        await postgres.restart();
        await vi.waitFor(async () => {
          await sql`select pg_notify('restart_channel', 'after')`.execute(reader());
          expect(heard).toContain('after');
          expect(led.length).toBeGreaterThan(1);
        }, 30_000);
        stop.abort();
        await leading;
        await listening.close();
      });

      test('of several one leads; when its session is ended another does, and it learns of it', async () => {
        const stop = new AbortController();
        const log: string[] = [];
        const leader = (name: string): Promise<void> =>
          database.lead(
            'test',
            async (signal) => {
              log.push(`${name} leads`);
              await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
              log.push(`${name} ends`);
            },
            stop.signal,
          );
        const both = [leader('one'), leader('two')];
        await vi.waitFor(() => expect(log).toHaveLength(1), 20_000);
        const [first] = log[0]?.split(' ') ?? [];
        await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
          and database = (select oid from pg_database where datname = current_database())`.execute(reader());
        await vi.waitFor(() => expect(log.filter((line) => line.endsWith('leads')).length).toBeGreaterThan(1), 20_000);
        expect(log).toContain(`${first} ends`);
        stop.abort();
        await Promise.all(both);
        expect(log.filter((line) => line.endsWith('leads')).length).toBe(log.filter((line) => line.endsWith('ends')).length);
      });

      test('who listens is connected again by itself', async () => {
        const heard: string[] = [];
        const listening = await database.listen('test_channel', (payload) => heard.push(payload));
        const say = (text: string) => sql`select pg_notify('test_channel', ${text})`.execute(reader());
        await say('before');
        await vi.waitFor(() => expect(heard).toContain('before'), 10_000);
        await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%-listen' and datname = current_database()`.execute(
          reader(),
        );
        await vi.waitFor(async () => {
          await say('after');
          expect(heard).toContain('after');
        }, 20_000);
        await listening.close();
      });
    });

    describe('the history of schemas', () => {
      test('is complete after a start, changes nothing at the next, and several may start at once', async () => {
        const { rows } = await sql<{ name: string }>`select name from migration.kysely_migration order by name`.execute(reader());
        expect(rows.map(({ name }) => name)).toEqual(Object.keys(migrations).toSorted());
        expect(await Promise.all([migrate(database), migrate(database), migrate(database)])).toEqual([[], [], []]);
      });

      test('a step that fails leaves the schema as it was, and does not quote', async () => {
        const history = {
          ...migrations,
          '9998-first': {
            up: (db: Parameters<NonNullable<(typeof migrations)[string]>['up']>[0]) =>
              sql`create table public.first (a int)`.execute(db).then(() => undefined),
          },
          '9999-second': {
            up: (db: Parameters<NonNullable<(typeof migrations)[string]>['up']>[0]) =>
              sql`select '王小明'::int`.execute(db).then(() => undefined),
          },
        };
        const error = await migrate(database, history).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'database.migration-failed' });
        expect((error as Error).message).toContain('9999-second');
        expect((error as Error).message).not.toContain('王小明');
        expect((await sql`select to_regclass('public.first') as there`.execute(reader())).rows).toEqual([{ there: null }]);
      });
    });

    describe('the trail', () => {
      const entry = {
        at: 1_764_000_000_123,
        who: 'local',
        action: 'read',
        kind: 'call',
        objectId: 'ab',
        allowed: true,
        from: '127.0.0.1',
      };

      test('is only ever added to, on its own or with what it tells of', async () => {
        const audit = postgresAudit(database);
        await audit.record(entry);
        await expect(
          database.inTransaction(async (tx) => {
            await audit.recordInside(tx, { ...entry, objectId: undefined });
            throw new Failure({ code: 'test.no', message: 'No.', retryable: false });
          }),
        ).rejects.toThrow('No.');
        const { rows } = await sql<{
          at: Date;
        }>`select at, who, action, kind, object_id, allowed, origin from access.audit`.execute(reader());
        expect(rows).toEqual([
          {
            at: new Date(entry.at),
            who: 'local',
            action: 'read',
            kind: 'call',
            object_id: 'ab',
            allowed: true,
            origin: '127.0.0.1',
          },
        ]);
        for (const change of ["update access.audit set who = 'x'", 'delete from access.audit', 'truncate access.audit cascade'])
          await expect(sql.raw(change).execute(reader())).rejects.toMatchObject({ name: 'Failure' });
        expect((await sql`select 1 from access.audit`.execute(reader())).rows).toHaveLength(1);
      });
    });

    describe('the chain over the trail', () => {
      const entry = {
        at: 1_764_000_000_000,
        who: 'local',
        action: 'read',
        kind: 'call',
        objectId: 'ab',
        allowed: true,
        from: '::1',
      };
      const trail = async (count: number) => {
        const { database: own } = await postgres.newDatabase({ connections: 4 });
        const audit = postgresAudit(own);
        for (let i = 0; i < count; i++) await audit.record({ ...entry, at: entry.at + i, objectId: `call${i}` });
        return { own, audit };
      };

      test('covers what is sealed, tells of the tail, and several sealers make one chain', async () => {
        const { own, audit } = await trail(5);
        expect(await verifyAudit(own)).toMatchObject({ sealed: 0, unsealed: 5, broken: undefined });
        expect(await sealAudit(own, 2)).toBe(2);
        await Promise.all([sealAudit(own), sealAudit(own), sealAudit(own)]);
        await audit.record(entry);
        const verdict = await verifyAudit(own);
        expect(verdict).toMatchObject({ sealed: 5, unsealed: 1, broken: undefined });
        await sealAudit(own);
        expect((await verifyAudit(own)).head).not.toBe(verdict.head);
      });

      test.each([
        ['an entry that was changed', "update access.audit set who = 'nobody' where seq = 3", { seq: 3, how: 'changed' }],
        [
          'an entry that was taken out with its seal',
          'delete from access.audit_seal where seq = 3; delete from access.audit where seq = 3',
          { seq: undefined, how: 'removed' },
        ],
        [
          'an entry that was taken out',
          'alter table access.audit_seal drop constraint audit_seal_seq_fkey; delete from access.audit where seq = 3',
          { seq: 3, how: 'removed' },
        ],
        [
          'an entry that was put between',
          `update access.audit_seal set position = position + 101 where position >= 3;
           update access.audit_seal set position = position - 100 where position > 100;
           insert into access.audit (at, who, action, kind, allowed, origin) values (now(), 'local', 'read', 'call', true, '::1');
           insert into access.audit_seal select 3, max(seq), decode(repeat('00', 32), 'hex') from access.audit`,
          { seq: 6, how: 'added' },
        ],
        [
          'a seal that was replaced',
          "update access.audit_seal set hash = decode(repeat('00', 32), 'hex') where position = 3",
          { seq: 3, how: 'changed' },
        ],
        [
          'two that changed places',
          'update access.audit_seal set seq = 100 - seq where position in (3, 4)',
          { seq: 97, how: 'removed' },
        ],
      ])('shows %s', async (_what, tampering, broken) => {
        const { own } = await trail(5);
        await sealAudit(own);
        await sql`alter table access.audit disable trigger all`.execute(own.reader());
        await sql`alter table access.audit_seal disable trigger all`.execute(own.reader());
        for (const statement of tampering.split(';')) await sql.raw(statement).execute(own.reader());
        expect(await verifyAudit(own)).toMatchObject({ sealed: 2, broken: { place: 3, ...broken } });
      });
    });

    wrappedKeyStoreContract(server.name, async () => {
      const { database: own } = await postgres.newDatabase({ connections: 4 });
      // It goes with its database, when the server is stopped.
      return postgresDataKeys(own);
    });
  });
