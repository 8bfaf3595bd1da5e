import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, packageRoot, sha256 } from '../../kernel/index.ts';
import { moduleArguments, runCommand } from './command.ts';
import { holdFolder } from './folder-lock.ts';
import { fileSha256, firstWrongFile, looksComplete, sizeOf } from './model-folder.ts';
import { speechModels, type SpeechModel } from './models.ts';
import { findPython } from './python.ts';
import { fetchWeights } from './weights.ts';

/** Where the local recogniser is installed, ready to start. */
export interface SpeechHome {
  /** The speech folder under the data home. */
  readonly folder: string;
  /** The interpreter of the virtual environment. */
  readonly python: string;
  readonly modelName: string;
  readonly modelFolder: string;
  /** Names the weights and the packages: a part of every recipe that depends on recognition. */
  readonly version: string;
}

/** How far provisioning is. `done` and `total` are bytes for weights, packages for packages. */
export interface SpeechProgress {
  readonly step: 'waiting' | 'environment' | 'packages' | 'weights';
  readonly text: string;
  readonly done?: number;
  readonly total?: number;
}

export interface ProvisionOptions {
  /** The folder for all of it; `speechFolderOf` names the usual one. Made when missing. */
  readonly folder: string;
  /** `whisper-base` (many languages) or `whisper-tiny.en`; another name goes with `modelFolder`. */
  readonly model?: string | undefined;
  /** A folder that has the model's files already (a machine without a network, or a model of one's own). Used where it is. */
  readonly modelFolder?: string | undefined;
  /** The Python to use, a command or a path. Undefined: the first usable one. */
  readonly python?: string | undefined;
  readonly onProgress?: ((progress: SpeechProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The speech folder of a data home. */
export const speechFolderOf = (home: string): string => join(home, 'speech');

const requirements = join(packageRoot, 'services', 'speech', 'requirements.txt');

/**
 * Makes the local recogniser ready: a virtual environment with exactly the locked packages, and the weights, checked byte for
 * byte. What is there already is left alone and costs nothing; what a killed run left half done is cleared or gone on with.
 * Processes that provision the same folder wait for one another.
 * @throws Failure `speech.python-missing`, `speech.packages-missing`, `speech.weights-missing`, `speech.model-unknown` or
 *   `speech.model-damaged`, each one line that says what to do
 */
export async function provisionSpeech(options: ProvisionOptions): Promise<SpeechHome> {
  const there = await provisionedSpeech(options);
  if (there !== undefined) return there;
  const model = options.modelFolder === undefined ? knownModel(options.model) : undefined;
  if (options.modelFolder !== undefined) await checkOwnModel(options.modelFolder, options.model);
  const { folder, signal } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const progress = options.onProgress ?? (() => undefined);
  await holdFolder(
    folder,
    async () => {
      const python = await provideEnvironment(folder, options.python, progress, signal);
      if (model !== undefined && !looksComplete(modelFolderOf(folder, model), model)) {
        const text = `fetching the weights of ${model.name}`;
        mkdirSync(join(folder, 'models'), { recursive: true });
        await fetchWeights({
          model,
          folder: modelFolderOf(folder, model),
          staging: join(folder, `.fetching-${model.name}`),
          python,
          log: join(folder, 'provision.log'),
          signal,
          onBytes: (done, total) => progress({ step: 'weights', text, done, total }),
        });
      }
    },
    { signal, onWait: () => progress({ step: 'waiting', text: 'another process is installing the recogniser; waiting for it' }) },
  );
  const ready = await provisionedSpeech(options);
  if (ready === undefined) throw new Error('provisioned, and yet not there');
  return ready;
}

/** The recogniser if it is ready already. Fetches and writes nothing. */
export async function provisionedSpeech(
  options: Pick<ProvisionOptions, 'folder' | 'model' | 'modelFolder'>,
): Promise<SpeechHome | undefined> {
  const python = environmentPython(options.folder);
  if (python === undefined) return undefined;
  const lock = lockHash().slice(0, 12);
  if (options.modelFolder !== undefined) {
    const hash = await checkOwnModel(options.modelFolder, options.model);
    const modelName = options.model ?? 'whisper';
    return {
      folder: options.folder,
      python,
      modelName,
      modelFolder: options.modelFolder,
      version: `${hash.slice(0, 16)}-${lock}`,
    };
  }
  const model = knownModel(options.model);
  const modelFolder = modelFolderOf(options.folder, model);
  if (!looksComplete(modelFolder, model)) return undefined;
  const hash = model.files[0]?.sha256 ?? '';
  return { folder: options.folder, python, modelName: model.name, modelFolder, version: `${hash.slice(0, 16)}-${lock}` };
}

const modelFolderOf = (folder: string, model: SpeechModel): string => join(folder, 'models', model.name);

function knownModel(name = 'whisper-base'): SpeechModel {
  const model = speechModels.find((candidate) => candidate.name === name);
  if (model !== undefined) return model;
  const names = speechModels.map((candidate) => candidate.name).join(', ');
  throw new Failure({
    code: 'speech.model-unknown',
    retryable: false,
    message: `recogniser.model: the local recogniser has ${names}; another model needs recogniser.modelFolder or recogniser.baseUrl.`,
  });
}

/** Checks a folder of the operator's own and returns the hash of its weights. A known model's name means exactly that model. */
async function checkOwnModel(folder: string, name: string | undefined): Promise<string> {
  const damaged = (what: string): Failure =>
    new Failure({ code: 'speech.model-damaged', retryable: false, message: `recogniser.modelFolder: ${what}` });
  for (const file of ['model.bin', 'config.json', 'tokenizer.json'])
    if (sizeOf(join(folder, file)) === undefined) throw damaged(`the folder has no ${file}.`);
  if (['vocabulary.txt', 'vocabulary.json'].every((file) => sizeOf(join(folder, file)) === undefined))
    throw damaged('the folder has neither vocabulary.txt nor vocabulary.json.');
  const known = speechModels.find((candidate) => candidate.name === name);
  if (known !== undefined) {
    const wrong = await firstWrongFile(folder, known.files);
    if (wrong !== undefined)
      throw damaged(`${wrong} is not that of ${known.name}; copy it again, or give the model another name (recogniser.model).`);
    return known.files[0]?.sha256 ?? '';
  }
  return await fileSha256(join(folder, 'model.bin'));
}

function lockHash(): string {
  return sha256(readFileSync(requirements));
}

const environmentPrefix = (): string => `environment-${lockHash().slice(0, 12)}-`;

/** The interpreter of a complete environment for the present lock. */
function environmentPython(folder: string): string | undefined {
  for (const name of listFolder(folder)) {
    if (!name.startsWith(environmentPrefix())) continue;
    const python = join(folder, name, 'bin', 'python');
    // A link to an interpreter that was removed from the machine has no size.
    if (sizeOf(python) !== undefined) return python;
  }
  return undefined;
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * The environment is made under a name of its own and renamed when it works, so a name says that it is complete. Earlier and
 * unfinished ones are removed: only their own process could still want them, and it does not hold the folder.
 */
async function provideEnvironment(
  folder: string,
  command: string | undefined,
  progress: (progress: SpeechProgress) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  const there = environmentPython(folder);
  if (there !== undefined) return there;
  const python = await findPython(command, signal);
  for (const name of listFolder(folder))
    if (/^\.?environment-/.test(name)) rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  const log = join(folder, 'provision.log');
  writeFileSync(log, '', { mode: 0o600 });
  progress({ step: 'environment', text: `making a Python ${python.version} environment` });
  const making = join(folder, `.environment-${process.pid}`);
  const made = await runCommand(python.executable, ['-m', 'venv', making], { log, signal });
  signal?.throwIfAborted();
  const inside = join(making, 'bin', 'python');
  const works =
    made.exitCode === 0 &&
    (await installPackages(inside, log, progress, signal)) &&
    (await runCommand(inside, ['-c', 'import faster_whisper'], { log, signal })).exitCode === 0;
  signal?.throwIfAborted();
  if (!works) throw packagesMissing(log, python.version);
  const final = join(folder, `${environmentPrefix()}${python.version}`);
  renameSync(making, final);
  return join(final, 'bin', 'python');
}

async function installPackages(
  python: string,
  log: string,
  progress: (progress: SpeechProgress) => void,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const total = readFileSync(requirements, 'utf8').match(/^[a-z].*==/gm)?.length ?? 0;
  let done = 0;
  const text = 'installing the recogniser';
  progress({ step: 'packages', text, done, total });
  const args = ['install', '--require-hashes', '--no-deps', '--only-binary=:all:', '--no-input', '--no-compile'];
  const quiet = ['--disable-pip-version-check', '--progress-bar=off', '--requirement', requirements];
  const { exitCode } = await runCommand(python, moduleArguments('pip', [...args, ...quiet]), {
    log,
    signal,
    onOutput: (output) => {
      done = Math.min(total, done + (output.match(/^Collecting /gm)?.length ?? 0));
      progress({ step: 'packages', text, done, total });
    },
  });
  return exitCode === 0;
}

function packagesMissing(log: string, version: string): Failure {
  return new Failure({
    code: 'speech.packages-missing',
    retryable: true,
    failureCause: 'dependency',
    dependency: 'recogniser',
    message:
      `The local recogniser's Python packages could not be installed with Python ${version} (details: ${log}). Is the Python package index ` +
      'reachable, and is this Linux (glibc 2.28 or newer) or macOS? Start again, or set recogniser.baseUrl to an endpoint of your own.',
  });
}
