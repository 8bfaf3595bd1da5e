import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFacts } from '../adapters/postgres/facts.ts';
import { Failure, homeOf, packageRoot, readSettings, type Settings, SettingsError } from '../kernel/index.ts';
import { type Log, shutDown, type ShutdownStep } from '../runtime/index.ts';
import type { Duties } from './duties.ts';
import { openProcessFace, type ProcessState } from './process-face.ts';
import { openProductCore, type ProductCore } from './product-core.ts';
import { outputLog } from './product-log.ts';
import { databaseOf, namedDatabase } from './product-stores.ts';
import { RubricFileError } from './publish-rubrics.ts';

/** What a process does beside its stages, from when it is open until `stop` aborts. */
export interface Served {
  /** Comes first when the process stops: takes no more. */
  readonly closing: readonly ShutdownStep[];
  /** Ends by itself when `stop` aborts. */
  readonly work?: Promise<void>;
}

export interface ProcessStart {
  readonly duties: Duties;
  /** Other HTTP than the health of the process: it is given the port. */
  readonly ownHttp?: boolean;
  serve?(core: ProductCore, state: ProcessState, version: string, stop: AbortSignal): Promise<Served>;
}

/** A load balancer that sends requests here hears of the end before the door closes. */
const goodbyeMs = 3_000;

/**
 * Runs one of several processes to its end: settings, health, the database's schema, its part of the product, an ordered stop on
 * SIGTERM or SIGINT. Ends the Node process: 0 after a stop, 1 after a crash, 2 for settings that cannot be used.
 */
export async function runProcess(start: ProcessStart): Promise<never> {
  const code = await guarded(async () => {
    const settings = await processSettings();
    return run(start, settings);
  });
  process.exit(code);
}

/** Turns what was foreseen into one line on stderr and an exit code. */
export async function guarded(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SettingsError || error instanceof RubricFileError) {
      console.error(`plumbline: ${error.message}`);
      return 2;
    }
    if (error instanceof Failure) {
      console.error(`plumbline: ${error.message} (${error.code})`);
      return error.retryable ? 1 : 2;
    }
    throw error;
  }
}

/** Settings of a process: the file that `PLUMBLINE_SETTINGS` names, else the one in the data folder, with the environment over it. */
export async function processSettings(): Promise<Settings> {
  const environment = process.env;
  const named = environment['PLUMBLINE_SETTINGS'];
  const file = named === undefined || named === '' ? join(homeOf(environment), 'settings.yaml') : named;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (file !== named && error.code === 'ENOENT') return undefined;
    throw new SettingsError(`${file}: the settings cannot be read`);
  });
  const settings = readSettings(environment, text === undefined ? undefined : { name: file, text });
  return { ...settings, home: resolve(settings.home) };
}

/** The signal that SIGTERM and SIGINT abort; a second one does not wait for an ordered stop. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(130);
      stop.abort();
    });
  return stop.signal;
}

async function run({ duties, ownHttp = false, serve }: ProcessStart, settings: Settings): Promise<number> {
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  const log = outputLog(settings, duties.process);
  const crash = new AbortController();
  const stop = AbortSignal.any([stopSignal(), crash.signal]);
  let core: ProductCore | undefined;
  let waitsFor: string | undefined = 'The process starts.';
  const state: ProcessState = {
    live: () => !crash.signal.aborted,
    ready: async () => {
      if (core === undefined || stop.aborted) return { ready: false, reasons: [waitsFor ?? 'The process stops.'] };
      const health = await core.runtime.health();
      const trouble = core.trouble();
      const reasons = trouble === undefined ? health.reasons : [...health.reasons, trouble];
      return { ready: health.ready && trouble === undefined, reasons };
    },
    metrics: async () => (await core?.runtime.metricsText()) ?? '',
  };
  let face: { close(): Promise<void> } | undefined = await openProcessFace(settings.http, state);
  log.info({ version }, 'the process starts');
  try {
    await untilMigrated(settings, duties.process, log, stop, (reason) => (waitsFor = reason));
    if (stop.aborted) return 0;
    core = await openProductCore({
      settings,
      environment: process.env,
      working: true,
      duties,
      note: (text) => log.info(text),
      onCrash: () => crash.abort(),
    });
    waitsFor = undefined;
    if (ownHttp) {
      await face.close();
      face = undefined;
    }
    const served = await serve?.(core, state, version, stop);
    log.info('the process is at work');
    await new Promise<void>((done) => {
      if (stop.aborted) done();
      else stop.addEventListener('abort', () => done(), { once: true });
    });
    log.info('the process stops');
    if (ownHttp && !crash.signal.aborted) await sleep(goodbyeMs);
    await core.close([...(served?.closing ?? []), { name: 'sources', stop: async () => served?.work }]);
    core = undefined;
    return crash.signal.aborted ? 1 : 0;
  } finally {
    await shutDown([...(core === undefined ? [] : [{ name: 'core', stop: () => (core as ProductCore).close() }])], log);
    await face?.close();
  }
}

/** Waits until the database is there and has the schema that this version needs: another process migrates it. */
async function untilMigrated(
  settings: Settings,
  process: string,
  log: Log,
  stop: AbortSignal,
  waits: (reason: string) => void,
): Promise<void> {
  const address = namedDatabase(settings);
  if (address === undefined)
    throw new SettingsError('settings: database.url: needed where the product runs as several processes');
  const database = databaseOf({ ...settings, database: { ...settings.database, poolSize: 2 } }, address, process);
  try {
    for (let said = ''; !stop.aborted;) {
      let reason: string;
      try {
        const { behind } = await databaseFacts(database);
        if (behind === 0) return;
        reason = 'The database does not have the schema of this version yet: migrate has to run.';
      } catch (error) {
        if (!(error instanceof Failure) || !error.retryable) throw error;
        reason = error.message;
      }
      if (reason !== said) log.warn(reason);
      said = reason;
      waits(reason);
      await sleep(1_000, undefined, { signal: stop }).catch(() => undefined);
    }
  } finally {
    await database.close();
  }
}
