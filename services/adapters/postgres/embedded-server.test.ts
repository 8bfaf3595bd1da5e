import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { holdHome } from '../data-home/hold.ts';
import { identityOf } from '../data-home/process-identity.ts';
import { openDatabase } from './database.ts';
import { type EmbeddedServer, type EmbeddedServerOptions, runningServer, startEmbeddedServer } from './embedded-server.ts';

let folder: string;
let home: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline server '));
  home = join(folder, 'data home');
  mkdirSync(home, { mode: 0o700 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function withServer<T>(
  use: (server: EmbeddedServer) => Promise<T>,
  options: Partial<EmbeddedServerOptions> = {},
): Promise<T> {
  const hold = holdHome(home, () => new Date());
  try {
    const server = await startEmbeddedServer({ hold, ...options });
    try {
      return await use(server);
    } finally {
      await server.stop();
      expect(identityOf(server.pid)).toBeUndefined();
    }
  } finally {
    hold.release();
  }
}

async function ask<T>(server: EmbeddedServer, query: ReturnType<typeof sql<T>>): Promise<readonly T[]> {
  const database = openDatabase({ address: server.address, connections: 1 });
  try {
    return (await query.execute(database.reader())).rows;
  } finally {
    await database.close();
  }
}

/** Starts a server from a process of its own, which then dies of SIGKILL and leaves it. */
async function leaveServerBehind(): Promise<number> {
  const program = `
    const { holdHome } = await import(${JSON.stringify(join(import.meta.dirname, '../data-home/hold.ts'))});
    const { startEmbeddedServer } = await import(${JSON.stringify(join(import.meta.dirname, 'embedded-server.ts'))});
    const server = await startEmbeddedServer({ hold: holdHome(${JSON.stringify(home)}, () => new Date()) });
    console.log(server.pid);
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await new Promise((resolve) => child.once('close', resolve));
  return Number(said.trim());
}

describe('the product’s own PostgreSQL', () => {
  test('starts under a private folder with spaces in its name, answers on its socket alone, syncs, and keeps what it was given', async () => {
    // What an interrupted first start left.
    mkdirSync(join(home, 'postgresql-18.new-abc'));
    writeFileSync(join(home, 'postgresql-18.new-abc', 'PG_VERSION'), '18');
    await withServer(async (server) => {
      const [settings] = await ask(
        server,
        sql<
          Record<string, string>
        >`select current_setting('server_version_num')::int / 10000 as major, current_setting('fsync') as fsync,
          current_setting('synchronous_commit') as commit, current_setting('listen_addresses') as listens,
          current_setting('server_encoding') as encoding, current_setting('timezone') as zone`,
      );
      expect(settings).toEqual({ major: 18, fsync: 'on', commit: 'on', listens: '', encoding: 'UTF8', zone: 'UTC' });
      expect(readdirSync(home)).toContain('postgresql-18');
      expect(readdirSync(home).filter((name) => name.includes('.new'))).toEqual([]);
      const socketFolder = 'socketFolder' in server.address ? server.address.socketFolder : '';
      expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
      expect(runningServer(home)).toEqual(server.address);
      await ask(server, sql`create table kept as select '准绳' as word`);
    });
    expect(runningServer(home)).toBeUndefined();
    // A pid file that names some other living program by now does not keep it from starting.
    writeFileSync(join(home, 'postgresql-18', 'postmaster.pid'), `${process.pid}\n${join(home, 'postgresql-18')}\n1\n5432\n`);
    await withServer(async (server) => {
      expect(server.adopted).toBe(false);
      expect(await ask(server, sql`select word from kept`)).toEqual([{ word: '准绳' }]);
    });
  });

  test('a server left by a product that was killed is taken over, not doubled; one with other settings is stopped first', async () => {
    const pid = await leaveServerBehind();
    expect(identityOf(pid)).toBeDefined();
    await withServer(async (server) => {
      expect(server).toMatchObject({ pid, adopted: true });
      expect(await ask(server, sql`select 1 as one`)).toEqual([{ one: 1 }]);
    });
    expect(identityOf(pid)).toBeUndefined();

    const other = await leaveServerBehind();
    await withServer(
      async (server) => {
        expect(server.adopted).toBe(false);
        expect(identityOf(other)).toBeUndefined();
        expect(await ask(server, sql`select current_setting('max_connections') as most`)).toEqual([{ most: '33' }]);
      },
      { settings: ['max_connections=33'] },
    );
  });

  test('data of another major version is not touched, and the message says what to do', async () => {
    mkdirSync(join(home, 'postgresql-17'));
    await expect(withServer(() => Promise.resolve())).rejects.toThrow(/postgresql-17.*PostgreSQL 18.*backup/);
    renameSync(join(home, 'postgresql-17'), join(folder, 'gone'));
  });

  test('nothing of a statement that fails reaches the log of the server, nor the error that we throw; a long path gets a short socket', async () => {
    home = join(folder, 'a'.repeat(90));
    mkdirSync(home, { mode: 0o700 });
    const socketFolder = await withServer(async (server) => {
      await ask(server, sql`create table person (name text primary key, age int check (age < 200))`);
      const insert = (name: string, age: number) => ask(server, sql`insert into person values (${name}, ${age})`);
      await insert('王小明', 30);
      const errors = await Promise.all(
        [
          insert('王小明', 31),
          insert('李雷', 999),
          ask(server, sql`select ${'韩梅梅'}::int`),
          ask(server, sql.raw("select '韩梅梅'::int")),
        ].map((each) => each.catch((error: unknown) => error)),
      );
      for (const error of errors) expect(error).toMatchObject({ name: 'Failure', retryable: false });
      expect(errors.map((error) => (error as Error).message).join()).not.toMatch(/王小明|李雷|韩梅梅|999/);
      expect((errors[0] as Error).message).toContain('23505, person_pkey');
      return 'socketFolder' in server.address ? server.address.socketFolder : '';
    });
    expect(socketFolder.startsWith(home)).toBe(false);
    expect(existsSync(socketFolder)).toBe(false);
    expect(readFileSync(join(home, 'postgresql.log'), 'utf8')).not.toMatch(/王小明|李雷|韩梅梅|999/);
  });
});

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  test('it runs in a user namespace; refused that, as another user; refused that, from a copy; and changes hands each time', async () => {
    await withServer((server) => Promise.resolve(expect(server.mode).toBe('user-namespace')));
    await withServer(
      async (server) => {
        expect(server.mode).toBe('other-user');
        expect(statSync(join(home, 'postgresql-18')).uid).not.toBe(0);
        await ask(server, sql`create table kept as select 1 as one`);
      },
      { refuse: ['user-namespace'] },
    );
    // A copy runs without any right to pass through folders of root alone, and lies in the system's temporary folder.
    chmodSync(folder, 0o755);
    chmodSync(home, 0o755);
    vi.stubEnv('TMPDIR', folder);
    await withServer((server) => Promise.resolve(expect(server.mode).toBe('other-user-copy')), {
      refuse: ['user-namespace', 'other-user'],
    });
    vi.unstubAllEnvs();
    await withServer(async (server) => {
      expect(server.mode).toBe('user-namespace');
      expect(await ask(server, sql`select one from kept`)).toEqual([{ one: 1 }]);
    });
  });

  test('an ordinary user runs it directly', async () => {
    const account = ordinaryAccount();
    const { chownSync } = await import('node:fs');
    chmodSync(folder, 0o711);
    chownSync(home, account.uid, account.gid);
    const program = `
      const { holdHome } = await import(${JSON.stringify(join(import.meta.dirname, '../data-home/hold.ts'))});
      const { startEmbeddedServer } = await import(${JSON.stringify(join(import.meta.dirname, 'embedded-server.ts'))});
      const server = await startEmbeddedServer({ hold: holdHome(${JSON.stringify(home)}, () => new Date()) });
      console.log(server.mode);
      await server.stop();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      ...account,
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await new Promise((resolve) => child.once('close', resolve));
    expect(said.trim()).toBe('direct');
  });
});

function ordinaryAccount(): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((each) => each.split(':'))
    .find(([, , uid]) => Number(uid) > 0 && Number(uid) !== 65_534);
  return { uid: Number(line?.[2] ?? 1), gid: Number(line?.[3] ?? 1) };
}
