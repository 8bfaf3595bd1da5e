import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type HomeHold, holdHome } from '../adapters/data-home/hold.ts';
import { type DatabaseAddress, openDatabase } from '../adapters/postgres/database.ts';
import { runningServer, startEmbeddedServer } from '../adapters/postgres/embedded-server.ts';
import { Failure, type Settings } from '../kernel/index.ts';
import { type BackedUp, backUp, type MadeBackup, restore, snapshotsOf } from './backup.ts';
import { installationKeys } from './installation-keys.ts';
import { openProductCore } from './product-core.ts';
import { namedDatabase, openObjectPlaces } from './product-stores.ts';

const unfinished = (home: string): string => join(home, 'restore.unfinished');

/**
 * A restore that was interrupted leaves a product that must not run: calls that were erased may be back in it.
 * @throws Failure `restore.unfinished`
 */
export function refuseUnfinishedRestore(home: string): void {
  if (!existsSync(unfinished(home))) return;
  throw new Failure({
    code: 'restore.unfinished',
    message: `A restore into ${home} was interrupted. Remove that folder (but for keys/) and restore again.`,
    retryable: false,
  });
}

/** Adds a snapshot of the product on this data folder, which may run meanwhile. */
export async function makeBackup(settings: Settings, folder: string, now: number): Promise<MadeBackup> {
  refuseUnfinishedRestore(settings.home);
  if (namedDatabase(settings) === undefined && !existsSync(join(settings.home, 'keys', 'master.key')))
    throw new Failure({ code: 'backup.nothing', message: `There is no product in ${settings.home}.`, retryable: false });
  return withStores(settings, { beside: true }, (stores) => backUp(stores, resolve(folder), now));
}

/** Puts a snapshot (the newest where none is named) into an empty data folder. */
export async function restoreBackup(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
  snapshot: string | undefined,
): Promise<{ snapshot: string; calls: number; erased: number }> {
  const from = resolve(folder);
  const snapshots = await snapshotsOf(from);
  const chosen = snapshot ?? snapshots.at(-1);
  if (chosen === undefined || !snapshots.includes(chosen))
    throw new Failure({
      code: 'backup.no-snapshot',
      message: `There is no such snapshot. There are: ${snapshots.join(', ') || 'none'}.`,
      retryable: false,
    });
  await mkdir(settings.home, { recursive: true, mode: 0o700 });
  refuseUnfinishedRestore(settings.home);
  const erase = await withStores(settings, { beside: false }, async (stores) => {
    await writeFile(unfinished(settings.home), `${chosen}\n`, { mode: 0o600 });
    try {
      return await restore(from, chosen, stores);
    } catch (error) {
      // Refused before anything was changed.
      if (error instanceof Failure && !error.retryable) await rm(unfinished(settings.home), { force: true });
      throw error;
    }
  });
  const core = await openProductCore({ settings, environment, working: false, note: () => undefined });
  try {
    for (const callId of erase) await core.erase(callId);
    const { calls: byState } = await core.calls.counts();
    const calls = Object.entries(byState).reduce((sum, [state, count]) => (state === 'erased' ? sum : sum + count), 0);
    await rm(unfinished(settings.home), { force: true });
    return { snapshot: chosen, calls, erased: erase.length };
  } finally {
    await core.close();
  }
}

/** The stores of a data folder; its own database server is started where none runs. */
async function withStores<T>(
  settings: Settings,
  { beside }: { readonly beside: boolean },
  use: (stores: BackedUp) => Promise<T>,
): Promise<T> {
  const held = hold(settings, beside);
  const server =
    settings.database.url === undefined && held !== undefined ? await startEmbeddedServer({ hold: held }) : undefined;
  try {
    const database = openDatabase({ address: addressOf(settings, server?.address), connections: 3 });
    try {
      const { masterKey } = await installationKeys(settings, settings.objects.s3 === undefined);
      const { objects, sealed } = await openObjectPlaces(settings, { sweeps: held !== undefined });
      return await use({ database, objects, raw: sealed, masterKey });
    } finally {
      await database.close();
    }
  } finally {
    await server?.stop();
    held?.release();
  }
}

/** The hold on the folder, or none where a running product has it and we may work beside it. */
function hold(settings: Settings, beside: boolean): HomeHold | undefined {
  try {
    return holdHome(settings.home, () => new Date());
  } catch (error) {
    if (beside && error instanceof Failure && error.code === 'home.held') return undefined;
    throw error;
  }
}

function addressOf(settings: Settings, own: DatabaseAddress | undefined): DatabaseAddress {
  const address = namedDatabase(settings) ?? own ?? runningServer(settings.home);
  if (address === undefined)
    throw new Failure({
      code: 'database.away',
      message: "The running product's database cannot be reached; is it stopping?",
      retryable: true,
    });
  return address;
}
