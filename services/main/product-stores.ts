import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ElasticSearchIndex } from '../adapters/elasticsearch/index.ts';
import { openFileStore } from '../adapters/file-store/index.ts';
import { PostgresCallStore } from '../adapters/postgres/call-store.ts';
import { postgresDataKeys } from '../adapters/postgres/data-keys.ts';
import { type Database, type DatabaseAddress, openDatabase } from '../adapters/postgres/database.ts';
import { PostgresDecisionStore, PostgresRubricStore, PostgresScorecardStore } from '../adapters/postgres/scoring-store.ts';
import { PostgresSearchIndex } from '../adapters/postgres/search-index.ts';
import { PostgresTranscriptStore } from '../adapters/postgres/transcript-store.ts';
import { encryptedRawStore } from '../adapters/raw-store/index.ts';
import { type ObjectBucket, objectBucket, s3Client } from '../adapters/s3/index.ts';
import { type KeyWrapping, type ObjectStore, type RawStore, type Settings, SettingsError } from '../kernel/index.ts';
import { describeError, type Log, type ShutdownStep } from '../runtime/index.ts';
import type { SearchIndex } from '../../search/index.ts';

/** The contexts' stores over one database. */
export const contextStores = (database: Database) => ({
  calls: new PostgresCallStore(database),
  transcripts: new PostgresTranscriptStore(database),
  rubrics: new PostgresRubricStore(database),
  scorecards: new PostgresScorecardStore(database),
  decisions: new PostgresDecisionStore(database),
});

/** Where the settings say the database is; undefined for the product's own. */
export function namedDatabase({ database: { url, tls } }: Settings): DatabaseAddress | undefined {
  return url === undefined ? undefined : { url, ...(tls === undefined ? {} : { tls }) };
}

/** Connections as the settings say. `process` is what the server's lists show. */
export function databaseOf(settings: Settings, address: DatabaseAddress, process: string): Database {
  const { poolSize, statementTimeoutMs } = settings.database;
  return openDatabase({
    address,
    connections: poolSize,
    statementTimeoutMs,
    applicationName: process === 'embedded' ? 'plumbline' : `plumbline-${process}`,
  });
}

/** Where objects lie, and where raw data lie, sealed. */
export interface ObjectPlaces {
  readonly objects: ObjectStore;
  readonly sealed: ObjectStore;
  /** The bucket behind `objects`, where there is one. */
  readonly bucket: ObjectBucket | undefined;
}

/** In the bucket of the settings, else in files of the data folder. */
export async function openObjectPlaces(
  settings: Settings,
  { sweeps, onKept }: { readonly sweeps: boolean; readonly onKept?: (versions: number) => void },
): Promise<ObjectPlaces> {
  const { s3 } = settings.objects;
  if (s3 === undefined)
    return {
      objects: await openFileStore(join(settings.home, 'objects'), { sweeps }),
      sealed: await openFileStore(join(settings.home, 'raw'), { sweeps }),
      bucket: undefined,
    };
  const { bucket: name, rawBucket = name, prefix, partBytes } = s3;
  const common = { client: s3Client(s3), partBytes, ...(onKept === undefined ? {} : { onKept }) };
  const bucket = objectBucket({ ...common, bucket: name, prefix: `${prefix}objects/` });
  return { objects: bucket, sealed: objectBucket({ ...common, bucket: rawBucket, prefix }), bucket };
}

/** Objects, and the raw store over what lies sealed. */
export async function openObjects(
  settings: Settings,
  database: Database,
  wrapping: KeyWrapping,
  { sweeps, log }: { readonly sweeps: boolean; readonly log: Log },
): Promise<{ readonly objects: ObjectStore; readonly raw: RawStore; readonly bucket: ObjectBucket | undefined }> {
  const { objects, sealed, bucket } = await openObjectPlaces(settings, {
    sweeps,
    onKept: (versions) =>
      log.warn({ versions }, 'a lock of the bucket keeps versions of an object that was deleted, until its time is over'),
  });
  return { objects, raw: encryptedRawStore({ objects: sealed, keys: postgresDataKeys(database), wrapping }), bucket };
}

/** The index of the settings, and the step that closes it. */
export function openSearchIndex(
  settings: Settings,
  database: Database,
  log: Log,
): { readonly searchIndex: SearchIndex; readonly closing: readonly ShutdownStep[] } {
  const index = searchEngineOf(settings);
  if (index === undefined) return { searchIndex: new PostgresSearchIndex(database), closing: [] };
  // Made where it is not there yet, as soon as the server answers: nothing else waits for that.
  const state = { closed: false, timer: undefined as NodeJS.Timeout | undefined };
  const prepare = (): void => {
    index.prepare().catch((error: unknown) => {
      if (state.closed) return;
      log.warn({ error: describeError(error) }, 'the search index could not be prepared; tried again');
      state.timer = setTimeout(prepare, 5_000).unref();
    });
  };
  prepare();
  const stop = async (): Promise<void> => {
    state.closed = true;
    clearTimeout(state.timer);
    await index.close();
  };
  return { searchIndex: index, closing: [{ name: 'search engine', stop }] };
}

/** The engine of the settings; undefined where the index is in the database. Nothing is asked of it yet. */
export function searchEngineOf({ index: { elasticsearch } }: Settings): ElasticSearchIndex | undefined {
  if (elasticsearch === undefined) return undefined;
  const { caFile, ...options } = elasticsearch;
  return new ElasticSearchIndex({ ...options, ...(caFile === undefined ? {} : { ca: authority(caFile) }) });
}

function authority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new SettingsError(`settings: index.elasticsearch.caFile: ${file} cannot be read`);
  }
}
