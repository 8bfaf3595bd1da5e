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

export interface ProductObjects {
  readonly objects: ObjectStore;
  readonly raw: RawStore;
  /** The bucket behind `objects`, where there is one. */
  readonly bucket: ObjectBucket | undefined;
}

/** Objects and raw data: in the bucket of the settings, else in files of the data folder. */
export async function openObjects(
  settings: Settings,
  database: Database,
  wrapping: KeyWrapping,
  { sweeps, log }: { readonly sweeps: boolean; readonly log: Log },
): Promise<ProductObjects> {
  const keys = postgresDataKeys(database);
  const { s3 } = settings.objects;
  if (s3 === undefined) {
    const objects = await openFileStore(join(settings.home, 'objects'), { sweeps });
    const rawFiles = await openFileStore(join(settings.home, 'raw'), { sweeps });
    return { objects, raw: encryptedRawStore({ objects: rawFiles, keys, wrapping }), bucket: undefined };
  }
  const { bucket: name, rawBucket = name, prefix, partBytes } = s3;
  const client = s3Client(s3);
  const onKept = (versions: number): void =>
    log.warn({ versions }, 'a lock of the bucket keeps versions of an object that was deleted, until its time is over');
  const bucket = objectBucket({ client, bucket: name, prefix: `${prefix}objects/`, partBytes, onKept });
  const rawObjects = objectBucket({ client, bucket: rawBucket, prefix, partBytes, onKept });
  return { objects: bucket, raw: encryptedRawStore({ objects: rawObjects, keys, wrapping }), bucket };
}

/** The index of the settings, and the step that closes it. */
export function openSearchIndex(
  settings: Settings,
  database: Database,
  log: Log,
): { readonly searchIndex: SearchIndex; readonly closing: readonly ShutdownStep[] } {
  const { elasticsearch } = settings.index;
  if (elasticsearch === undefined) return { searchIndex: new PostgresSearchIndex(database), closing: [] };
  const { caFile, ...options } = elasticsearch;
  const index = new ElasticSearchIndex({ ...options, ...(caFile === undefined ? {} : { ca: authority(caFile) }) });
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

function authority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new SettingsError(`settings: index.elasticsearch.caFile: ${file} cannot be read`);
  }
}
