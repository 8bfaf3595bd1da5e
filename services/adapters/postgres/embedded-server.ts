import { type ChildProcess, spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Failure } from '../../kernel/index.ts';
import type { HomeHold } from '../data-home/hold.ts';
import { identityOf, isAlive, type ProcessIdentity } from '../data-home/process-identity.ts';
import type { DatabaseAddress } from './database.ts';
import { type EmbeddedBinaries, embeddedBinaries } from './embedded-binaries.ts';

/** The product's own PostgreSQL, a child process on a data folder. */
export interface EmbeddedServer {
  readonly address: DatabaseAddress;
  readonly pid: number;
  /** It was running already, left by a product that was killed. */
  readonly adopted: boolean;
  /** How it runs: as this user, in a user namespace, as another user. */
  readonly mode: EmbeddedBinaries['mode'];
  /** Ends sessions, writes everything to disk, waits until it is gone. */
  stop(): Promise<void>;
}

export interface EmbeddedServerOptions {
  readonly hold: HomeHold;
  /** Ways to run it that are not to be tried. */
  readonly refuse?: readonly EmbeddedBinaries['mode'][];
  /** Name of a database to make; `plumbline` when absent. */
  readonly database?: string;
  /** More `name=value` settings, after the product's own. */
  readonly settings?: readonly string[];
}

const superuser = 'plumbline';
const socketName = '.s.PGSQL.5432';
/** `sun_path` holds 108 bytes with its final zero. */
const longestSocketPath = 107;

/**
 * Starts PostgreSQL on `<home>/postgresql-<major>`, making the cluster first where there is none; takes over one that a killed
 * product left running on that folder, and never starts a second.
 * @throws Failure `database.*` that says what to do
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { home } = options.hold;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const binaries = embeddedBinaries(home, options.refuse);
  const data = join(home, `postgresql-${binaries.major}`);
  refuseOtherMajors(home, binaries.major);
  const logFile = join(home, 'postgresql.log');
  if (!existsSync(data)) await makeCluster(binaries, data, logFile);
  removeDrafts(home);
  giveTo(data, binaries.owner);
  const socketFolder = socketFolderOf(home, binaries.owner);
  const command = [...binaries.before, join(binaries.bin, 'postgres'), ...serverArguments(data, socketFolder, options.settings)];
  const address = { socketFolder, user: superuser, database: options.database ?? 'plumbline' };

  const { running, adopted } = await adoptOrLaunch({ command, binaries, data, logFile, address });
  try {
    await makeDatabase(address);
  } catch (error) {
    await end(running);
    throw error;
  }
  const stop = async (): Promise<void> => {
    await end(running);
    rmSync(join(home, 'postgresql.socket'), { force: true });
    rmSync(socketFolder, { recursive: true, force: true });
  };
  return { address, pid: running.pid, adopted, mode: binaries.mode, stop };
}

/** The address of the server that runs on a data folder, for a second process (`plumbline search`) beside the product. */
export function runningServer(home: string): DatabaseAddress | undefined {
  const folder = recordedSocketFolder(home);
  if (folder === undefined || !existsSync(join(folder, socketName))) return undefined;
  return { socketFolder: folder, user: superuser, database: 'plumbline' };
}

function serverArguments(data: string, socketFolder: string, more: readonly string[] = []): string[] {
  const settings = [
    'listen_addresses=',
    'unix_socket_permissions=0700',
    'max_connections=50',
    'shared_buffers=64MB',
    'work_mem=8MB',
    'maintenance_work_mem=64MB',
    'effective_cache_size=512MB',
    'max_wal_size=512MB',
    'wal_level=minimal',
    'max_wal_senders=0',
    'wal_compression=on',
    'max_worker_processes=2',
    'max_parallel_workers_per_gather=0',
    'max_logical_replication_workers=0',
    'io_method=sync',
    'jit=off',
    'autovacuum_max_workers=1',
    'autovacuum_naptime=10s',
    'timezone=UTC',
    'log_timezone=UTC',
    // What people said must not reach the log: no errors of statements (they quote values), no statements, no parameters.
    'log_min_messages=log',
    'log_min_error_statement=panic',
    'log_parameter_max_length=0',
    'log_parameter_max_length_on_error=0',
    'log_error_verbosity=terse',
    'log_autovacuum_min_duration=-1',
    'log_checkpoints=off',
    ...more,
  ];
  return ['-D', data, '-k', socketFolder, ...settings.flatMap((setting) => ['-c', setting])];
}

function refuseOtherMajors(home: string, major: number): void {
  const other = readdirSync(home).find((name) => /^postgresql-\d+$/.test(name) && name !== `postgresql-${major}`);
  if (other === undefined || existsSync(join(home, `postgresql-${major}`))) return;
  throw new Failure({
    code: 'database.other-version',
    message: `The data folder holds ${other}, and this product brings PostgreSQL ${major}. Take a backup with the version before, and restore it here.`,
    retryable: false,
  });
}

/**
 * `initdb` into another name, then a rename: what is interrupted leaves no half cluster under the real one. The other name is
 * a new one each time, since the `initdb` of a product that was killed may still be at work.
 */
async function makeCluster(binaries: EmbeddedBinaries, data: string, logFile: string): Promise<void> {
  const draft = mkdtempSync(`${data}.new-`);
  chownSync(draft, binaries.owner.uid, binaries.owner.gid);
  const locale = ['--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const initdb = [join(binaries.bin, 'initdb'), '-D', draft, '-U', superuser, '--auth=trust', '--no-instructions', ...locale];
  const child = spawnProgram([...binaries.before, ...initdb], binaries, logFile);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0)
    throw new Failure({
      code: 'database.no-cluster',
      message: `PostgreSQL could not make its cluster under the data folder (${binaries.mode}, exit ${code}); postgresql.log there says why.`,
      retryable: false,
    });
  renameSync(draft, data);
}

function removeDrafts(home: string): void {
  for (const name of readdirSync(home).filter((each) => /^postgresql-\d+\.new-/.test(each)))
    rmSync(join(home, name), { recursive: true, force: true, maxRetries: 3 });
}

/** PostgreSQL wants its folder to be its own user's: after a change of the way it runs, everything changes hands. */
function giveTo(folder: string, owner: { uid: number; gid: number }): void {
  if (process.getuid?.() !== 0 || statSync(folder).uid === owner.uid) return;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, entry), owner.uid, owner.gid);
  chownSync(folder, owner.uid, owner.gid);
}

/** A 0700 folder with a short path: in the data folder where it fits, else under the system's temporary folder; noted in the data folder. */
function socketFolderOf(home: string, owner: { uid: number; gid: number }): string {
  const recorded = recordedSocketFolder(home);
  if (recorded !== undefined) {
    giveTo(recorded, owner);
    return recorded;
  }
  const inside = join(home, 'socket');
  const fits = Buffer.byteLength(join(inside, socketName)) <= longestSocketPath;
  const folder = fits ? inside : mkdtempSync(join(tmpdir(), 'plumbline-'));
  if (fits) {
    rmSync(inside, { recursive: true, force: true });
    mkdirSync(inside, { mode: 0o700 });
  }
  giveTo(folder, owner);
  writeFileSync(join(home, 'postgresql.socket'), folder, { mode: 0o600 });
  return folder;
}

function recordedSocketFolder(home: string): string | undefined {
  try {
    const folder = readFileSync(join(home, 'postgresql.socket'), 'utf8');
    const there = lstatSync(folder);
    const ours = process.getuid?.() === 0 || there.uid === process.getuid?.();
    return there.isDirectory() && ours && (there.mode & 0o077) === 0 ? folder : undefined;
  } catch {
    return undefined;
  }
}

function spawnProgram(command: readonly string[], binaries: EmbeddedBinaries, logFile: string): ChildProcess {
  const [program = '', ...rest] = command;
  const log = openSync(logFile, 'a', 0o600);
  try {
    // Detached: Ctrl-C in a terminal goes to the product alone, which stops its database last.
    return spawn(program, rest, {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      ...binaries.user,
    });
  } finally {
    closeSync(log);
  }
}

interface Launch {
  readonly command: readonly string[];
  readonly binaries: EmbeddedBinaries;
  readonly data: string;
  readonly logFile: string;
  readonly address: DatabaseAddress;
}

const launches = 5;

/**
 * One server on the folder, whatever an earlier life left there: a server that runs as we would start it is taken over, any
 * other is ended, sessions without a server are waited for. A start that fails is tried again: a server that was only just
 * being started by a killed product cannot be seen before it has the folder.
 */
async function adoptOrLaunch(launch: Launch): Promise<{ running: ProcessIdentity; adopted: boolean }> {
  const { command, binaries, data, logFile, address } = launch;
  // The program's own arguments: what stands before them (`unshare ...`) is gone once it runs.
  const program = command.slice(binaries.before.length);
  for (let attempt = 1; ; attempt++) {
    const left = postmasterOf(data);
    if (left !== undefined) {
      if (sameArguments(left, program) && (await becomesReady(left, data, address))) return { running: left, adopted: true };
      await end(left);
    }
    await untilLeft(data, address);
    const running = await spawnServer(command, binaries, logFile);
    if (await becomesReady(running, data, address)) return { running, adopted: false };
    await end(running);
    if (attempt === launches)
      throw new Failure({
        code: 'database.did-not-start',
        message:
          "The product's own PostgreSQL does not start; postgresql.log in the data folder says why." +
          (binaries.mode === 'other-user-copy'
            ? ' It runs as another user than root, who must be able to reach that folder.'
            : ''),
        retryable: true,
      });
    await sleep(attempt * 100);
  }
}

async function spawnServer(command: readonly string[], binaries: EmbeddedBinaries, logFile: string): Promise<ProcessIdentity> {
  if (existsSync(logFile) && statSync(logFile).size > 10_000_000) truncateSync(logFile);
  const child = spawnProgram(command, binaries, logFile);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  child.unref();
  return identityOf(pid) ?? { pid, started: 'gone' };
}

/** The living postmaster of a data folder, whoever started it, also before it wrote its pid file. */
function postmasterOf(data: string): ProcessIdentity | undefined {
  const noted = pidInFile(data);
  for (const pid of [...(noted === undefined ? [] : [noted]), ...processesIn(data)]) {
    const line = argumentsOf(pid);
    if (line[line.indexOf('-D') + 1] === data) return identityOf(pid);
  }
  return undefined;
}

const pidInFile = (data: string): number | undefined => pidIn(join(data, 'postmaster.pid'));

/** The number in the first line of a lock file. */
function pidIn(lockFile: string): number | undefined {
  try {
    const pid = Math.abs(Number(readFileSync(lockFile, 'utf8').split('\n')[0]));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

function sameArguments(running: ProcessIdentity, command: readonly string[]): boolean {
  const line = argumentsOf(running.pid);
  return line.length === command.length && line.every((word, index) => word === command[index]);
}

/**
 * Waits until no session of an earlier server is left (without their server they end by themselves), then removes lock files
 * (of folder and socket) whose number belongs to some other program by now, or to a killed server that its parent has not yet buried: either would
 * keep PostgreSQL from starting.
 */
async function untilLeft(data: string, address: DatabaseAddress): Promise<void> {
  for (let waited = 0; processesIn(data).length > 0; waited += 20) {
    if (waited >= 30_000)
      throw new Failure({
        code: 'database.left-over',
        message: `Processes of an earlier PostgreSQL still work on the data folder (${processesIn(data).join(', ')}); end them and start again.`,
        retryable: true,
      });
    await sleep(20);
  }
  const locks = [join(data, 'postmaster.pid')];
  if ('socketFolder' in address) locks.push(join(address.socketFolder, `${socketName}.lock`));
  for (const lock of locks) {
    const pid = pidIn(lock);
    if (pid !== undefined && existsSync(`/proc/${pid}`)) rmSync(lock, { force: true });
  }
}

function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    });
}

/** Fast shutdown; after 60 s the immediate one, which recovers from its log at the next start. */
async function end(server: ProcessIdentity): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 60_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(server)) return;
    try {
      process.kill(server.pid, signal);
    } catch {
      // Gone in between: the loop sees it.
    }
    for (let waited = 0; waited < patienceMs && isAlive(server); waited += 20) await sleep(20);
  }
}

/** False when it ended, or is not ready after two minutes. */
async function becomesReady(server: ProcessIdentity, data: string, address: DatabaseAddress): Promise<boolean> {
  for (let waited = 0; waited < 120_000 && isAlive(server); waited += 20) {
    if (isReady(data) && (await answers(address))) return true;
    await sleep(20);
  }
  return false;
}

function isReady(data: string): boolean {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

async function answers(address: DatabaseAddress): Promise<boolean> {
  try {
    await withClient(address, (client) => client.query('select 1'));
    return true;
  } catch {
    return false;
  }
}

async function makeDatabase(address: DatabaseAddress): Promise<void> {
  if (!('socketFolder' in address)) return;
  const { database } = address;
  await withClient(address, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(database)}`);
  });
}

async function withClient<T>(address: DatabaseAddress, use: (client: pg.Client) => Promise<T>): Promise<T> {
  if (!('socketFolder' in address)) throw new TypeError('an embedded server is reached by its socket');
  const client = new pg.Client({
    host: address.socketFolder,
    user: address.user,
    database: 'postgres',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
