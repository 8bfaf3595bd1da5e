import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type HomeHold, holdHome } from '../adapters/data-home/hold.ts';
import { openScratch } from '../adapters/file-store/index.ts';
import { type PostgresCallStore, postgresCallGate } from '../adapters/postgres/call-store.ts';
import { postgresAudit } from '../adapters/postgres/audit.ts';
import { sealAudit } from '../adapters/postgres/audit-seal.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../adapters/postgres/embedded-server.ts';
import { PostgresJudgeCache, PostgresJudgeWaits } from '../adapters/postgres/judge-store.ts';
import { migrate } from '../adapters/postgres/migrate.ts';
import { postgresRuntimeStore } from '../adapters/postgres/runtime-store.ts';
import type { PostgresDecisionStore, PostgresRubricStore, PostgresScorecardStore } from '../adapters/postgres/scoring-store.ts';
import type { PostgresTranscriptStore } from '../adapters/postgres/transcript-store.ts';
import type { KafkaBus } from '../adapters/kafka/index.ts';
import type { ObjectBucket } from '../adapters/s3/index.ts';
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
import { type ObjectStore, type RawStore, type Settings, SettingsError, type Stage, systemClock } from '../kernel/index.ts';
import {
  createRuntime,
  runtimeMetrics,
  diskGuard,
  type Log,
  type Runtime,
  type RuntimeOptions,
  shutDown,
  type ShutdownStep,
} from '../runtime/index.ts';
import type { SearchIndex } from '../../search/index.ts';
import type { Redactor } from '../../transcribe/index.ts';
import { openAudioParts } from './audio-parts.ts';
import { type Duties, storesAlone, wholeProduct } from './duties.ts';
import { busOf, startEventFlow } from './event-flow.ts';
import { inspectTranscript } from './inspect-transcript.ts';
import { installationKeys } from './installation-keys.ts';
import { judgeReturn, openJudge } from './judge.ts';
import { runInLoneChild } from './lone-child.ts';
import { openLog, outputLog } from './product-log.ts';
import { contextStores, databaseOf, namedDatabase, openObjects, openSearchIndex } from './product-stores.ts';
import { publishRubrics } from './publish-rubrics.ts';
import { openRecogniser } from './recogniser.ts';
import { scoreAgain } from './score-again.ts';
import { rebuildWhenOutdated } from './search-rebuild.ts';
import { stagesOf } from './stages.ts';
import { inTurn, keepUp } from './upkeep.ts';

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
  /** The bucket behind `objects`, where there is one. */
  readonly bucket: ObjectBucket | undefined;
  /** Kafka, where the settings name it. */
  readonly bus: KafkaBus | undefined;
  /** Why this process cannot take its part in the flow of events now, for people; undefined when it does. */
  trouble(): string | undefined;
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
  /** What this process does where it is one of several. Default: all of it, or with `working` false nothing. */
  readonly duties?: Duties;
  /** Something that this process cannot do without gave up for good: it has to end. */
  onCrash?(error: unknown): void;
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
  const duties = dutiesOf(options);
  const own = ownFolder(settings, duties);
  await mkdir(own, { recursive: true, mode: 0o700 });
  const hold = holdHome(own, () => new Date());
  const closing: ShutdownStep[] = [{ name: 'hold', stop: async () => hold.release() }];
  const log = duties.split ? outputLog(settings, duties.process) : await openLog(settings, duties.process);
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
  const duties = dutiesOf(options);
  const own = ownFolder(settings, duties);
  const named = namedDatabase(settings);
  if (named === undefined && duties.split)
    throw new SettingsError('settings: database.url: needed where the product runs as several processes');
  const server = named === undefined ? await startEmbeddedServer({ hold }) : undefined;
  if (server !== undefined) closing.unshift({ name: 'database server', stop: () => server.stop() });
  const database = databaseOf(settings, named ?? (server as EmbeddedServer).address, duties.process);
  closing.unshift({ name: 'database connections', stop: () => database.close() });
  if (!duties.split) await migrate(database);

  const keys = await installationKeys(settings, !duties.split || settings.objects.s3 === undefined);
  const { objects: files, raw, bucket } = await openObjects(settings, database, keys.wrapping, { sweeps: !duties.split, log });
  const scratch = await openScratch(join(own, 'scratch'));
  const index = openSearchIndex(settings, database, log);
  closing.unshift(...index.closing);
  const stores = { ...contextStores(database), searchIndex: index.searchIndex };
  const { calls } = stores;
  const judged = new PostgresJudgeCache(database);
  const waits = new PostgresJudgeWaits(database);
  if (!duties.split) await publishRubrics(settings, database, stores.rubrics);

  const disk = diskGuard({
    folder: settings.home,
    minFreeBytes: settings.disk.minFreeBytes,
    minFreePercent: settings.disk.minFreePercent,
  });
  const bus = busOf(settings, log);
  const planned = await openStages(
    options,
    { own, relaysToJobs: duties.relays && bus === undefined },
    stores,
    database,
    raw,
    files,
    log,
    closing,
  );
  const works = planned.stages.filter(({ name }) => duties.stages.some((stage) => stage === name));
  const store = postgresRuntimeStore(database, postgresCallGate(calls));
  const metrics = runtimeMetrics();
  const runtime = createRuntime({
    store,
    metrics,
    stages: works,
    plans: planned.stages,
    ...(planned.runAlone === undefined ? {} : { runAlone: planned.runAlone }),
    owner: `${settings.instance ?? hostname()}:${own}`,
    log,
    disk,
    relays: duties.relays && bus === undefined,
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
  // Where there are several processes of a kind, one at a time does what is no job.
  const upkeep = (name: string, begin: () => ShutdownStep): ShutdownStep =>
    duties.split ? inTurn(name, (work, until) => database.lead(name, work, until), begin, log) : begin();
  if (duties.keepsHouse) {
    // Stopped after the runtime: what the last work left is sealed and deleted as well.
    const seal = { name: 'audit seal', everyMs: 3_000, work: () => sealAll(database) };
    closing.unshift(upkeep(seal.name, () => keepUp(seal, log)));
    const erasures = { name: 'erasures', everyMs: 30_000, work: () => completeErasures(erasing) };
    closing.unshift(upkeep(erasures.name, () => keepUp(erasures, log)));
  }
  const runs = options.working || duties.split;
  const flow =
    bus !== undefined && (works.length > 0 || duties.relays)
      ? startEventFlow(bus, {
          settings,
          database,
          store,
          raw,
          log,
          metrics,
          stages: works,
          relays: duties.relays,
          makesTopics: !duties.split,
          crashed: (error) => {
            log.fatal({ error }, 'the bus gave up on this process');
            options.onCrash?.(error);
          },
        })
      : undefined;
  if (flow !== undefined) closing.unshift(flow.sending);
  else if (bus !== undefined) closing.unshift({ name: 'event bus', stop: () => bus.close() });
  if (runs) {
    await runtime.start();
    closing.unshift({ name: 'runtime', stop: () => runtime.stop(), patienceMs: 60_000 });
  }
  if (flow !== undefined) closing.unshift(flow.hearing);
  if (duties.looksAfter.includes('index'))
    closing.unshift(upkeep('search index', () => rebuildWhenOutdated({ ...stores, objects: files }, log)));
  if (duties.looksAfter.includes('judge')) {
    const asksAgain = judgeReturn(settings, database, (callIds) => scoreAgain({ ...stores, runtime }, callIds));
    if (asksAgain !== undefined) {
      const again = { name: 'judge', everyMs: settings.judge.againMs, work: () => asksAgain.turn() };
      closing.unshift(upkeep(again.name, () => keepUp(again, log)));
    }
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
    bucket,
    bus,
    trouble: () => flow?.trouble(),
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

const dutiesOf = ({ duties, working }: CoreOptions): Duties => duties ?? (working ? wholeProduct : storesAlone);

/** Where a process keeps what nobody else may touch: the data folder, or below its name in it. */
const ownFolder = ({ home }: Settings, { split, process }: Duties): string => (split ? join(home, process) : home);

/**
 * The stages that this process works on, and those that it plans for others. Only who hears recordings, or plans that, has a
 * recogniser.
 */
async function openStages(
  options: CoreOptions,
  { own, relaysToJobs }: { readonly own: string; readonly relaysToJobs: boolean },
  stores: Pick<ProductCore, 'calls' | 'transcripts' | 'rubrics' | 'scorecards' | 'searchIndex'> & {
    decisions: PostgresDecisionStore;
  },
  database: Database,
  raw: RawStore,
  objects: ObjectStore,
  log: Log,
  closing: ShutdownStep[],
): Promise<{ stages: readonly Stage[]; runAlone?: NonNullable<RuntimeOptions['runAlone']> }> {
  const { settings, environment, note, redactor } = options;
  const duties = dutiesOf(options);
  if (duties.stages.length === 0 && !relaysToJobs) return { stages: [] };
  const deps = { settings, ...stores, raw, objects, ...openJudge(settings, database, log) };
  if (!duties.stages.includes('transcribe') && !relaysToJobs) return { stages: stagesOf(deps) };
  if (settings.recogniser.baseUrl === undefined && !duties.stages.includes('transcribe'))
    throw new SettingsError('settings: recogniser.baseUrl: needed where the relay and transcribe are processes of their own');
  const { recogniser, address, stop } = await openRecogniser(
    { ...settings, home: own },
    environment,
    note,
    (event) => log.info(event, 'recogniser'),
    new AbortController().signal,
  );
  closing.unshift({ name: 'recogniser', stop });
  const scratchFolder = join(own, 'scratch-audio');
  await mkdir(scratchFolder, { recursive: true, mode: 0o700 });
  const audio = await openAudioParts(recogniser, raw, objects, scratchFolder, redactor);
  closing.unshift({ name: 'voice activity', stop: async () => audio.close() });
  return { stages: stagesOf({ ...deps, hearing: audio.hearing }), runAlone: runInLoneChild(settings, address) };
}
