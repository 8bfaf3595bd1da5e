import { createHash, createHmac } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Readable, Transform } from 'node:stream';
import { z } from 'zod';
import { openFileStore } from '../adapters/file-store/index.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { migrate } from '../adapters/postgres/migrate.ts';
import { migrations } from '../adapters/postgres/migrations/index.ts';
import { callsWithDestroyedKey, type DumpedTable, dumpTables, erasedCalls, loadTables } from '../adapters/postgres/table-dump.ts';
import { canonicalJson, Failure, type ObjectStore } from '../kernel/index.ts';

/**
 * A backup folder. Objects are kept once for all snapshots, since they never change; a snapshot is the database at one moment.
 * Wrapped data keys lie beside the snapshots and only the newest are kept: a call that was erased after a snapshot cannot be
 * read from it any more, and a restore erases it again.
 *
 *   backup.json                  what this folder is, and of which installation
 *   objects/ raw/                file stores, as in a data folder
 *   keys.copy.gz                 the newest wrapped keys
 *   snapshots/<time>/            manifest.json and a file a table
 */
const files = { about: 'backup.json', keys: 'keys.copy.gz', snapshots: 'snapshots', manifest: 'manifest.json' };
const keyTable = 'access.data_key';

const aboutSchema = z.object({ version: z.literal(1), masterKey: z.string() });
const manifestSchema = z.object({
  version: z.literal(1),
  at: z.int(),
  migration: z.string(),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()), sha256: z.string(), bytes: z.int() })),
  objects: z.object({ count: z.int(), bytes: z.int() }),
  raw: z.object({ count: z.int(), bytes: z.int() }),
});
export type BackupManifest = z.output<typeof manifestSchema>;

/** What is backed up, or restored into. `raw` is the store beneath the raw store: its objects stay sealed. */
export interface BackedUp {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly raw: ObjectStore;
  /** Only its fingerprint gets into the backup: it must be kept elsewhere. */
  readonly masterKey: Uint8Array;
}

export interface MadeBackup {
  readonly snapshot: string;
  readonly tables: number;
  /** Objects that this backup added to the folder. */
  readonly newObjects: number;
  readonly objects: number;
}

const fingerprint = (masterKey: Uint8Array): string =>
  createHmac('sha256', masterKey).update('plumbline backup').digest('hex').slice(0, 32);

/**
 * Adds a snapshot to a backup folder; the product may run meanwhile. The snapshot of the database is taken first, so every
 * object that it names was there before and is copied after. Interrupted, it leaves no snapshot, and the next one goes on
 * with the objects that are there.
 */
export async function backUp(from: BackedUp, folder: string, now: number): Promise<MadeBackup> {
  await mkdir(join(folder, files.snapshots), { recursive: true, mode: 0o700 });
  await checkAbout(folder, from.masterKey, { make: true });
  const snapshot = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const draft = join(folder, files.snapshots, `.${snapshot}`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const tables: BackupManifest['tables'] = [];
  const migration = await dumpTables(from.database, async (table, content) => {
    const target = table.name === keyTable ? join(folder, `${files.keys}.new`) : join(draft, fileOf(table));
    tables.push({ name: table.name, columns: [...table.columns], ...(await writeZipped(content, target)) });
  });
  const stores = { objects: await openFileStore(join(folder, 'objects')), raw: await openFileStore(join(folder, 'raw')) };
  const objects = await copyObjects(from.objects, stores.objects);
  const raw = await copyObjects(from.raw, stores.raw);
  // What was erased is not kept: neither its objects, nor (by the newest keys alone) a way to read its raw data.
  await forgetErased(from.database, stores.objects);
  const manifest: BackupManifest = {
    version: 1,
    at: now,
    migration,
    tables,
    objects: { count: objects.count, bytes: objects.bytes },
    raw: { count: raw.count, bytes: raw.bytes },
  };
  await writeDurably(join(draft, files.manifest), `${canonicalJson(manifest)}\n`);
  await rename(join(folder, `${files.keys}.new`), join(folder, files.keys));
  await rename(draft, join(folder, files.snapshots, snapshot));
  return {
    snapshot,
    tables: tables.length,
    newObjects: objects.added + raw.added,
    objects: objects.count + raw.count,
  };
}

/** The snapshots of a backup folder, oldest first. */
export async function snapshotsOf(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, files.snapshots)).catch(() => {
    throw new Failure({ code: 'backup.not-one', message: `${folder} is no backup of this product.`, retryable: false });
  });
  return names.filter((name) => !name.startsWith('.')).toSorted();
}

/**
 * Puts a snapshot into an empty product. Everything is checked against the manifest before it is used; interrupted, it is
 * done again from the start.
 * @returns ids of calls that must be erased again: their keys were destroyed after the snapshot
 * @throws Failure `backup.*`, `restore.not-empty`
 */
export async function restore(folder: string, snapshot: string, into: BackedUp): Promise<string[]> {
  await checkAbout(folder, into.masterKey, { make: false });
  const at = join(folder, files.snapshots, snapshot);
  const manifest = manifestSchema.safeParse(
    JSON.parse(await readFile(join(at, files.manifest), 'utf8').catch(() => 'null')) as unknown,
  ).data;
  if (manifest === undefined)
    throw new Failure({ code: 'backup.damaged', message: `The snapshot ${snapshot} has no manifest.`, retryable: false });
  if (!(manifest.migration in migrations))
    throw new Failure({
      code: 'backup.newer',
      message: `The snapshot ${snapshot} was made by a newer version of this product: restore it with that one.`,
      retryable: false,
    });
  const fileFor = (name: string): string => (name === keyTable ? join(folder, files.keys) : join(at, fileOf({ name })));
  for (const table of manifest.tables)
    // The newest keys are of a later moment than this snapshot: they have no sum here.
    if (table.name !== keyTable && (await sha256Of(fileFor(table.name))) !== table.sha256)
      throw new Failure({
        code: 'backup.damaged',
        message: `The table ${table.name} of the snapshot ${snapshot} is not as it was written.`,
        retryable: false,
      });
  const history = Object.entries(migrations).filter(([name]) => name <= manifest.migration);
  await migrate(into.database, Object.fromEntries(history));
  await copyObjects(await openFileStore(join(folder, 'objects'), { sweeps: false }), into.objects);
  await copyObjects(await openFileStore(join(folder, 'raw'), { sweeps: false }), into.raw);
  await loadTables(into.database, manifest.tables, (table) => unzipped(fileFor(table.name)));
  await migrate(into.database);
  return callsWithDestroyedKey(into.database);
}

const fileOf = ({ name }: Pick<DumpedTable, 'name'>): string => `${name}.copy.gz`;

async function checkAbout(folder: string, masterKey: Uint8Array, { make }: { make: boolean }): Promise<void> {
  const file = join(folder, files.about);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined && make) {
    await writeDurably(file, `${canonicalJson({ version: 1, masterKey: fingerprint(masterKey) })}\n`);
    return;
  }
  const about = text === undefined ? undefined : aboutSchema.safeParse(JSON.parse(text) as unknown).data;
  if (about === undefined)
    throw new Failure({ code: 'backup.not-one', message: `${folder} is no backup of this product.`, retryable: false });
  if (about.masterKey !== fingerprint(masterKey))
    throw new Failure({
      code: 'backup.other-key',
      message: make
        ? `The backup in ${folder} is of another installation (another master key): name another folder.`
        : 'The backup was made under another master key: put the keys of that installation (keys/ of its data folder) into the new data folder first.',
      retryable: false,
    });
}

async function copyObjects(from: ObjectStore, to: ObjectStore): Promise<{ count: number; bytes: number; added: number }> {
  const sums = { count: 0, bytes: 0, added: 0 };
  for await (const { name, sizeBytes } of from.list('')) {
    const there = await to.stat(name);
    if (there === undefined) {
      const content = await from.read(name);
      // Erased since it was listed.
      if (content === undefined) continue;
      await to.put(name, content);
      sums.added += 1;
    }
    sums.count += 1;
    sums.bytes += sizeBytes;
  }
  return sums;
}

async function forgetErased(database: Database, kept: ObjectStore): Promise<void> {
  for (const callId of await erasedCalls(database)) {
    const names: string[] = [];
    for await (const { name } of kept.list(`calls/${callId}/`)) names.push(name);
    for (const name of names) await kept.delete(name);
  }
}

async function writeZipped(content: AsyncIterable<Uint8Array>, target: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(
    Readable.from(content),
    createGzip({ level: 6 }),
    count,
    createWriteStream(target, { mode: 0o600, flush: true }),
  );
  return { sha256: hash.digest('hex'), bytes };
}

async function sha256Of(file: string): Promise<string | undefined> {
  if ((await stat(file).catch(() => undefined)) === undefined) return undefined;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const unzipped = (file: string): AsyncIterable<Uint8Array> => createReadStream(file).pipe(createGunzip());

async function writeDurably(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  const handle = await open(`${file}.new`, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
