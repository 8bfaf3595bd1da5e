import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { holdHome } from '../../services/adapters/data-home/hold.ts';
import { type Database, type DatabaseAddress, openDatabase } from '../../services/adapters/postgres/database.ts';
import { startEmbeddedServer } from '../../services/adapters/postgres/embedded-server.ts';
import { migrate } from '../../services/adapters/postgres/migrate.ts';
import { makeCertificate } from './certificate.ts';
import { freePort, hasContainerEngine, startComposed } from './own-process.ts';

export interface TestDatabase {
  readonly address: DatabaseAddress;
  readonly database: Database;
  /** Closes the connections and drops it. */
  drop(): Promise<void>;
}

export interface TestPostgres {
  /** Reaches the server's own `postgres` database. */
  readonly address: DatabaseAddress;
  /** A fresh, migrated database, cloned from a template. */
  newDatabase(options?: { connections?: number }): Promise<TestDatabase>;
  /** A fresh one without any schema. */
  newEmptyDatabase(): Promise<TestDatabase>;
  /** The server goes away at once (SIGINT) and comes back on the same data and address; undefined where it is not ours. */
  readonly restart: (() => Promise<void>) | undefined;
  stop(): Promise<void>;
}

/** A way to a PostgreSQL for tests; `missing` says why there is none here. */
export interface TestServer {
  readonly name: string;
  readonly missing: string | undefined;
  start(): Promise<TestPostgres>;
}

const debian = '/usr/lib/postgresql/15/bin';
const urlFromOutside = process.env['PLUMBLINE_TEST_DATABASE_URL'];
const noUrl =
  urlFromOutside === undefined && !existsSync(debian) && !hasContainerEngine()
    ? 'no PLUMBLINE_TEST_DATABASE_URL, no container engine, and no PostgreSQL 15 in its usual place'
    : undefined;

/**
 * Every kind of PostgreSQL that the product runs on; suites run on each. One that is missing is skipped by name, and with
 * `CI=true` that is a failure of its suite.
 */
export const testServers: readonly TestServer[] = [
  { name: 'PostgreSQL 18, own child process', missing: undefined, start: () => startTestPostgres() },
  { name: 'PostgreSQL by URL', missing: process.env['CI'] === 'true' ? undefined : noUrl, start: startByUrl },
];

/** PostgreSQL 15 with TLS and a certificate of its own; why there is none here, else. */
export const secureServer = {
  missing: existsSync(debian) ? undefined : 'no PostgreSQL 15 in its usual place',
  start: async (): Promise<{ readonly url: string; readonly caFile: string; stop(): Promise<void> }> => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-tls-'));
    const { keyFile, certFile } = makeCertificate(folder);
    const user = postgresAccount();
    for (const file of [folder, keyFile, certFile]) if (user !== undefined) chownSync(file, user.uid, user.gid);
    const { address, stop } = await startDebian([`ssl=on`, `ssl_cert_file=${certFile}`, `ssl_key_file=${keyFile}`]);
    return {
      url: 'url' in address ? address.url : '',
      caFile: certFile,
      stop: async () => {
        await stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

/** The product's own PostgreSQL on a throw-away folder. `settings` go to the server, as `name=value`. */
export async function startTestPostgres(options: { settings?: readonly string[] } = {}): Promise<TestPostgres> {
  const home = mkdtempSync(join(tmpdir(), 'plumbline test '));
  const hold = holdHome(home, () => new Date());
  const server = await startEmbeddedServer({
    hold,
    database: 'postgres',
    settings: options.settings ?? ['fsync=off', 'shared_buffers=32MB'],
  });
  return serverAt(server.address, async () => {
    await server.stop();
    hold.release();
    rmSync(home, { recursive: true, force: true });
  });
}

async function startByUrl(): Promise<TestPostgres> {
  if (urlFromOutside !== undefined) return serverAt({ url: urlFromOutside }, () => Promise.resolve());
  if (noUrl !== undefined) throw new Error(noUrl);
  if (hasContainerEngine()) {
    const port = await freePort();
    const { stop } = await startComposed('postgres', { PLUMBLINE_POSTGRES_PORT: String(port) });
    return serverAt({ url: `postgresql://app@127.0.0.1:${port}/postgres` }, stop);
  }
  return startDebian();
}

async function startDebian(more: readonly string[] = []): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-test-'));
  const user = postgresAccount();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const run = (program: string, parameters: readonly string[]): ChildProcess =>
    spawn(join(debian, program), parameters, { cwd: '/', stdio: 'ignore', env: { PATH: debian, LC_ALL: 'C' }, ...user });
  const initdb = run('initdb', ['-D', data, '-U', 'app', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']);
  if ((await endOf(initdb)) !== 0) throw new Error('initdb failed');
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'fsync=off', 'shared_buffers=32MB', 'max_connections=60', ...more];
  const serve = async (): Promise<{ stop(): Promise<void> }> => {
    const server = run('postgres', ['-D', data, '-p', String(port), '-k', folder, ...settings.flatMap((each) => ['-c', each])]);
    const end = endOf(server);
    try {
      await untilAnswers(address, server);
    } catch (error) {
      server.kill('SIGQUIT');
      throw error;
    }
    return {
      stop: async () => {
        server.kill('SIGINT');
        await end;
      },
    };
  };
  const address = { url: `postgresql://app@127.0.0.1:${port}/postgres` };
  let serving = await serve();
  return serverAt(
    address,
    async () => {
      await serving.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    async () => {
      await serving.stop();
      serving = await serve();
    },
  );
}

/** PostgreSQL refuses root: root runs it as Debian's own account for it. */
function postgresAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('there is no account postgres to run PostgreSQL as');
  return { uid: Number(uid), gid: Number(gid) };
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code));
  });
}

async function untilAnswers(address: DatabaseAddress, server: ChildProcess): Promise<void> {
  for (let waited = 0; waited < 60_000 && server.exitCode === null; waited += 50) {
    const database = openDatabase({ address, connections: 1 });
    try {
      await sql`select 1`.execute(database.reader());
      return;
    } catch {
      await sleep(50);
    } finally {
      await database.close();
    }
  }
  throw new Error('PostgreSQL does not answer');
}

function named(address: DatabaseAddress, name: string): DatabaseAddress {
  if (!('url' in address)) return { ...address, database: name };
  const url = new URL(address.url);
  url.pathname = `/${name}`;
  return { url: url.href };
}

async function withMaintenance(address: DatabaseAddress, statement: string): Promise<void> {
  const database = openDatabase({ address, connections: 1, statementTimeoutMs: 60_000 });
  try {
    await sql.raw(statement).execute(database.reader());
  } finally {
    await database.close();
  }
}

function serverAt(address: DatabaseAddress, stop: () => Promise<void>, restart?: () => Promise<void>): TestPostgres {
  // Several test processes may use one server that was given from outside.
  const mark = `plumbline_test_${process.pid}_${Date.now().toString(36)}`;
  let template: Promise<string> | undefined;
  let count = 0;
  const made = new Set<string>();
  const makeTemplate = async (): Promise<string> => {
    const name = `${mark}_template`;
    await withMaintenance(address, `create database ${name}`);
    made.add(name);
    const database = openDatabase({ address: named(address, name), connections: 1 });
    try {
      await migrate(database);
    } finally {
      await database.close();
    }
    return name;
  };
  const drop = async (name: string): Promise<void> => {
    await withMaintenance(address, `drop database if exists ${name} with (force)`);
    made.delete(name);
  };
  const fresh = async (from: string, connections: number): Promise<TestDatabase> => {
    const name = `${mark}_${++count}`;
    await withMaintenance(address, `create database ${name} ${from}`);
    made.add(name);
    const database = openDatabase({ address: named(address, name), connections });
    return {
      address: named(address, name),
      database,
      drop: async () => {
        await database.close();
        await drop(name);
      },
    };
  };
  return {
    address,
    restart,
    newDatabase: async (options = {}) => {
      template ??= makeTemplate();
      return fresh(`template ${await template}`, options.connections ?? 8);
    },
    newEmptyDatabase: () => fresh('', 2),
    stop: async () => {
      for (const name of made) await drop(name);
      await stop();
    },
  };
}
