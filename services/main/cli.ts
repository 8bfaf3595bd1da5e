// The plumbline command: composition root of everything that a terminal starts.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { processTerminal } from '../cli/terminal.ts';
import { runCommand } from '../cli/program.ts';
import type { CliRoots } from '../cli/roots.ts';
import { Failure, homeOf, packageRoot, readSettings, SettingsError } from '../kernel/index.ts';
import { makeBackup, refuseUnfinishedRestore, restoreBackup } from './backup-command.ts';
import { doctor } from './doctor.ts';
import { runEmbedded } from './embedded.ts';
import { openEars } from './ears.ts';
import { ownProduct } from './own-product.ts';
import { openProductCore } from './product-core.ts';
import { RubricFileError } from './publish-rubrics.ts';
import { RunningProduct, runningAddress } from './running-product.ts';

const environment = process.env;
const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // A second signal does not wait for an ordered stop.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });

const roots: CliRoots = {
  version,
  environment,
  readFile: (path) => readFile(resolve(path)),
  writeFile: async (path, bytes) => {
    await mkdir(dirname(resolve(path)), { recursive: true });
    await writeFile(resolve(path), bytes);
  },
  settings: async ({ settingsFile, home }) => {
    const named = home === undefined ? environment : { ...environment, PLUMBLINE_HOME: resolve(home) };
    const file = settingsFile ?? join(homeOf(named), 'settings.yaml');
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (settingsFile === undefined && error.code === 'ENOENT') return undefined;
      throw new SettingsError(`${file}: the settings cannot be read`);
    });
    const settings = readSettings(named, text === undefined ? undefined : { name: file, text });
    return { ...settings, home: resolve(home ?? settings.home) };
  },
  ears: (settings, onNote) => openEars(settings, environment, onNote, stop.signal),
  product: async (settings, { working }, onNote) => {
    refuseUnfinishedRestore(settings.home);
    try {
      return ownProduct(await openProductCore({ settings, environment, working, note: onNote }));
    } catch (error) {
      const address = error instanceof Failure && error.code === 'home.held' ? await runningAddress(settings.home) : undefined;
      if (address === undefined) throw error;
      return new RunningProduct(address, settings);
    }
  },
  backup: (settings, folder) => makeBackup(settings, folder, Date.now()),
  restore: (settings, folder, snapshot) => restoreBackup(settings, environment, folder, snapshot),
  doctor: (settings) => doctor(settings, environment),
  start: async (settings, ui) => {
    refuseUnfinishedRestore(settings.home);
    return runEmbedded(settings, environment, version, ui, stop.signal);
  },
};

try {
  process.exitCode = await runCommand(process.argv.slice(2), roots, processTerminal(), stop.signal);
} catch (error) {
  if (error instanceof RubricFileError) {
    console.error(`plumbline: ${error.message}`);
    process.exitCode = 2;
  } else throw error;
}
// What a library left open (timers, sockets of a client) must not keep a finished command alive.
process.exit();
