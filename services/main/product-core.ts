import { mkdir, readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type HomeHold, holdHome } from '../adapters/data-home/hold.ts';
import { openFileStore, openScratch, readOrMakeKeys } from '../adapters/file-store/index.ts';
import { PostgresCallStore, postgresCallGate } from '../adapters/postgres/call-store.ts';
import { postgresAudit } from '../adapters/postgres/audit.ts';
import { sealAudit } from '../adapters/postgres/audit-seal.ts';
import { postgresDataKeys } from '../adapters/postgres/data-keys.ts';
import { type Database, openDatabase } from '../adapters/postgres/database.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../adapters/postgres/embedded-server.ts';
import { PostgresJudgeCache, PostgresJudgeWaits } from '../adapters/postgres/judge-store.ts';
import { migrate } from '../adapters/postgres/migrate.ts';
import { postgresRuntimeStore } from '../adapters/postgres/runtime-store.ts';
import { PostgresSearchIndex } from '../adapters/postgres/search-index.ts';
import { PostgresDecisionStore, PostgresRubricStore, PostgresScorecardStore } from '../adapters/postgres/scoring-store.ts';
import { PostgresTranscriptStore } from '../adapters/postgres/transcript-store.ts';
import { encryptedRawStore, masterKeyWrapping } from '../adapters/raw-store/index.ts';
import {
  completeErasures,
  type DeliverDeps,
  deliver,
  type DeliveredFile,
  deliverSpooled,
  type DeliverResult,
  eraseCall,
  type EraseDeps,
  inspectRecording,
  type Scratch,
  type SpooledFile,
} from '../../ingest/index.ts';
import { packageRoot, type ObjectStore, type RawStore, type Settings, systemClock } from '../kernel/index.ts';
import {
  createRuntime,
  diskGuard,
  type Log,
  type Runtime,
  type RuntimeOptions,
  shutDown,
  type ShutdownStep,
} from '../runtime/index.ts';
import { readRubric, rubricHash } from '../../scoring/index.ts';
import type { SearchIndex } from '../../search/index.ts';
import type { Redactor } from '../../transcribe/index.ts';
import { openAudioParts } from './audio-parts.ts';
import { inspectTranscript } from './inspect-transcript.ts';
import { judgeReturn, openJudge } from './judge.ts';
import { runInLoneChild } from './lone-child.ts';
import { openLog } from './product-log.ts';
import { openRecogniser } from './recogniser.ts';
import { scoreAgain } from './score-again.ts';
import { rebuildWhenOutdated } from './search-rebuild.ts';
import { stagesOf } from './stages.ts';
import { keepUp } from './upkeep.ts';

/** Everything of the product but its HTTP face, in this process. */
export interface ProductCore {
  readonly settings: Settings;
  readonly log: Log;
  readonly calls: PostgresCallStore;
  readonly transcripts: PostgresTranscriptStore;
  readonly rubrics: PostgresRubricStore;
  readonly scorecards: PostgresScorecardStore;
  readonly searchIndex: SearchIndex;
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly raw: RawStore;
  readonly scratch: Scratch;
  readonly audit: ReturnType<typeof postgresAudit>;
  readonly runtime: Runtime;
  deliver(file: DeliveredFile): Promise<DeliverResult>;
  deliverSpooled(file: Omit<DeliveredFile, 'bytes'>, spooled: SpooledFile): Promise<DeliverResult>;
  /** The last answer of the disk guard, for callers that cannot wait. */
  accepting(): boolean;
  /** Erases a call for good, whatever is under way for it; false when there is none. */
  erase(callId: string): Promise<boolean>;
  /** Stops in order; `before` are steps that come first (the HTTP face). */
  close(before?: readonly ShutdownStep[]): Promise<void>;
}

export interface CoreOptions {
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hear and score what is delivered. Without it only the stores are open. */
  readonly working: boolean;
  note(text: string): void;
  /**
   * Another redactor than the product's: only code that assembles a product can give one, no setting and no variable. Tests
   * take the redactor away to show that they would find what it hides.
   */
  readonly redactor?: Redactor;
}

/**
 * Opens the product on its data folder: holds it, starts what it needs, brings the database to this version's schema.
 * @throws Failure `home.held` when another process has the folder
 */
export async function openProductCore(options: CoreOptions): Promise<ProductCore> {
  const { settings } = options;
  await mkdir(settings.home, { recursive: true, mode: 0o700 });
  const hold = holdHome(settings.home, () => new Date());
  const closing: ShutdownStep[] = [{ name: 'hold', stop: async () => hold.release() }];
  const log = await openLog(settings, 'embedded');
  try {
    return await openHeld(options, hold, log, closing);
  } catch (error) {
    await shutDown(closing, log);
    throw error;
  }
}

/** `closing` grows as things open: the newest stops first. */
async function openHeld(options: CoreOptions, hold: HomeHold, log: Log, closing: ShutdownStep[]): Promise<ProductCore> {
  const { settings } = options;
  const server = settings.database.url === undefined ? await startEmbeddedServer({ hold }) : undefined;
  if (server !== undefined) closing.unshift({ name: 'database server', stop: () => server.stop() });
  const database = openDatabase({ address: addressOf(settings, server) });
  closing.unshift({ name: 'database connections', stop: () => database.close() });
  await migrate(database);

  const keys = await readOrMakeKeys(settings.home);
  const files = await openFileStore(join(settings.home, 'objects'));
  const raw = encryptedRawStore({
    objects: await openFileStore(join(settings.home, 'raw')),
    keys: postgresDataKeys(database),
    wrapping: masterKeyWrapping(keys.masterKey),
  });
  const scratch = await openScratch(join(settings.home, 'scratch'));
  const calls = new PostgresCallStore(database);
  const stores = {
    calls,
    transcripts: new PostgresTranscriptStore(database),
    rubrics: new PostgresRubricStore(database),
    scorecards: new PostgresScorecardStore(database),
    decisions: new PostgresDecisionStore(database),
    searchIndex: new PostgresSearchIndex(database),
  };
  const judged = new PostgresJudgeCache(database);
  const waits = new PostgresJudgeWaits(database);
  await publishRubrics(settings, database, stores.rubrics);

  const disk = diskGuard({
    folder: settings.home,
    minFreeBytes: settings.disk.minFreeBytes,
    minFreePercent: settings.disk.minFreePercent,
  });
  const work = options.working ? await openStages(options, stores, database, raw, files, log, closing) : undefined;
  const runtime = createRuntime({
    store: postgresRuntimeStore(database, postgresCallGate(calls)),
    stages: work?.stages ?? [],
    ...(work === undefined ? {} : { runAlone: work.runAlone }),
    owner: `${hostname()}:${settings.home}`,
    log,
    disk,
    relays: options.working,
  });
  const erasing: EraseDeps = {
    calls,
    acceptance: { accept: (write) => runtime.accept(write) },
    raw,
    objects: files,
    clock: systemClock,
    forget: async (tx, callId) => {
      await stores.scorecards.erase(tx, callId);
      await judged.erase(tx, callId);
      await waits.erase(tx, callId);
      await stores.transcripts.erase(tx, callId);
    },
    unindex: async (callId) => {
      const erased = await calls.get(callId);
      if (erased?.state === 'erased') await stores.searchIndex.erase(callId, erased.revision);
    },
    isWorkedOn: (callId) => runtime.isWorkedOn(callId),
  };
  if (options.working) {
    // Stopped after the runtime: what the last work left is sealed and deleted as well.
    closing.unshift(keepUp({ name: 'audit seal', everyMs: 3_000, work: () => sealAll(database) }, log));
    closing.unshift(keepUp({ name: 'erasures', everyMs: 30_000, work: () => completeErasures(erasing) }, log));
    await runtime.start();
    closing.unshift({ name: 'runtime', stop: () => runtime.stop(), patienceMs: 60_000 });
    closing.unshift(rebuildWhenOutdated({ ...stores, objects: files }, log));
    const asksAgain = judgeReturn(settings, database, (callIds) => scoreAgain({ ...stores, runtime }, callIds));
    if (asksAgain !== undefined)
      closing.unshift(keepUp({ name: 'judge', everyMs: settings.judge.againMs, work: () => asksAgain.turn() }, log));
  }

  const deliverDeps: DeliverDeps = {
    calls,
    raw,
    scratch,
    acceptance: { accept: (write) => runtime.accept(write) },
    installationKey: keys.installationKey,
    clock: systemClock,
    inspect: inspectRecording,
    inspectTranscript,
  };
  let accepting = (await disk.check()).accepting;
  const watching = setInterval(() => void disk.check().then((state) => (accepting = state.accepting)), 2000);
  watching.unref();
  return {
    settings,
    log,
    ...stores,
    database,
    objects: files,
    raw,
    scratch,
    audit: postgresAudit(database),
    runtime,
    deliver: (file) => deliver(deliverDeps, file),
    deliverSpooled: (file, spooled) => deliverSpooled(deliverDeps, file, spooled),
    accepting: () => accepting,
    erase: (callId) => eraseCall(erasing, callId),
    close: async (before = []) => {
      clearInterval(watching);
      await shutDown([...before, ...closing], log);
    },
  };
}

const sealsAtOnce = 1_000;

async function sealAll(database: Database): Promise<void> {
  while ((await sealAudit(database, sealsAtOnce)) === sealsAtOnce);
}

function addressOf(settings: Settings, server: EmbeddedServer | undefined): EmbeddedServer['address'] {
  if (settings.database.url !== undefined) return { url: settings.database.url };
  if (server === undefined) throw new Error('neither a database url nor a server');
  return server.address;
}

async function openStages(
  { settings, environment, note, redactor }: CoreOptions,
  stores: Pick<ProductCore, 'calls' | 'transcripts' | 'rubrics' | 'scorecards' | 'searchIndex'> & {
    decisions: PostgresDecisionStore;
  },
  database: Database,
  raw: RawStore,
  objects: ObjectStore,
  log: Log,
  closing: ShutdownStep[],
): Promise<{ stages: ReturnType<typeof stagesOf>; runAlone: NonNullable<RuntimeOptions['runAlone']> }> {
  const { recogniser, address, stop } = await openRecogniser(
    settings,
    environment,
    note,
    (event) => log.info(event, 'recogniser'),
    new AbortController().signal,
  );
  closing.unshift({ name: 'recogniser', stop });
  const scratchFolder = join(settings.home, 'scratch-audio');
  await mkdir(scratchFolder, { recursive: true, mode: 0o700 });
  const audio = await openAudioParts(recogniser, raw, objects, scratchFolder, redactor);
  closing.unshift({ name: 'voice activity', stop: async () => audio.close() });
  return {
    stages: stagesOf({ settings, ...stores, raw, objects, hearing: audio.hearing, ...openJudge(settings, database, log) }),
    runAlone: runInLoneChild(settings, address),
  };
}

/** The rubrics that come with the product; each says itself which calls it is for. */
async function shippedRubrics(): Promise<string[]> {
  const folder = join(packageRoot, 'rubrics');
  return (await readdir(folder))
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => join(folder, name));
}

/** Publishes the rubrics of the settings (else the shipped ones); a file that did not change makes no new version. */
async function publishRubrics(settings: Settings, database: Database, rubrics: PostgresRubricStore): Promise<void> {
  const files = settings.rubrics ?? (await shippedRubrics());
  for (const file of files) {
    const yaml = await readFile(file, 'utf8').catch(() => {
      throw new RubricFileError(`rubrics: ${file} cannot be read`);
    });
    const result = readRubric(yaml);
    if ('errors' in result) {
      const [first] = result.errors;
      throw new RubricFileError(
        `rubrics: ${file}:${first?.line ?? 1}:${first?.column ?? 1}: ${first?.text.en ?? 'not a rubric'}`,
      );
    }
    await database.inTransaction((tx) => rubrics.publish(tx, { hash: rubricHash(result.rubric), yaml, rubric: result.rubric }));
  }
}

/** A rubric of the settings that cannot be published stops the start and says where. */
export class RubricFileError extends Error {}
