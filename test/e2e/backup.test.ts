import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../services/kernel/index.ts';
import { noteRunning } from '../../services/main/running-product.ts';
import { openProductInside, type ProductInside, writeSettings } from '../servers/product-inside.ts';
import { runPlumbline } from '../servers/product.ts';
import { type SpeechStub, startSpeechStub } from '../servers/speech-stub.ts';

const folder = mkdtempSync(join(tmpdir(), 'plumbline backup '));
const backup = join(folder, 'the backup');
let stub: SpeechStub;
let product: ProductInside;
let first: { callId: string };
let second: { callId: string };
let whole: string;

const command = (home: string, ...args: string[]) => runPlumbline(home, args, { PLUMBLINE_RECOGNISER_URL: stub.baseUrl });

async function deliver(sample: string, direction: 'inbound' | 'outbound'): Promise<{ callId: string }> {
  const { callId } = await product.core.deliver({
    source: 'test',
    name: `${sample}.flac`,
    metadata: { direction, queue: 'wealth-outbound' },
    bytes: (async function* () {
      yield readFileSync(join(packageRoot, 'samples', `${sample}.flac`));
    })(),
  });
  return { callId: callId ?? '' };
}

/** A new data folder that has the keys of the first, as an operator would lay them down. */
function newFolder(name: string, { withKeys }: { withKeys: boolean }): string {
  const home = join(folder, name);
  mkdirSync(home, { mode: 0o700 });
  writeSettings(home, { samples: false });
  if (withKeys) cpSync(join(product.home, 'keys'), join(home, 'keys'), { recursive: true });
  return home;
}

beforeAll(async () => {
  stub = await startSpeechStub();
  product = await openProductInside(folder, stub);
  writeSettings(product.home, {});
  await noteRunning(product.home, { url: product.url });
  first = await deliver('zh-02', 'outbound');
  second = await deliver('en-03', 'inbound');
  await product.settled();
  whole = (await command(product.home, 'export', '--canonical')).stdout;
}, 180_000);
afterAll(async () => {
  await product?.close();
  await stub?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a snapshot of a running product, restored elsewhere, gives the same bytes', async () => {
  const made = await command(product.home, 'backup', backup, '--json');
  expect(made.code).toBe(0);
  const said = JSON.parse(made.stdout) as { objects: number; newObjects: number };
  expect(said.objects).toBeGreaterThan(10);
  expect(said.newObjects).toBe(said.objects);

  const home = newFolder('restored', { withKeys: true });
  const restored = await command(home, 'restore', backup);
  expect(restored.stderr).toBe('');
  expect(restored.stdout).toMatch(/^Restored \d{8}T\d{6}Z: 2 calls\.$/m);
  const exported = await command(home, 'export', '--canonical');
  expect(exported.stdout.length).toBeGreaterThan(10_000);
  expect(exported.stdout).toBe(whole);
  // Reads of before are still provable, and the counters go on after them.
  expect((await command(home, 'audit', 'verify')).code).toBe(0);

  const again = await command(home, 'restore', backup);
  expect(again.code).toBe(2);
  expect(again.stderr).toMatch(/This product is not empty/);
  expect((await command(home, 'export', '--canonical')).stdout).toBe(whole);
}, 180_000);

test('without the master key of the installation nothing is restored', async () => {
  const home = newFolder('without keys', { withKeys: false });
  const refused = await command(home, 'restore', backup);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/made under another master key: put the keys/);
});

test('a table that was changed is found before anything is written', async () => {
  const broken = join(folder, 'broken');
  cpSync(backup, broken, { recursive: true });
  const snapshot = readdirSync(join(broken, 'snapshots'))[0] ?? '';
  truncateSync(join(broken, 'snapshots', snapshot, 'ingest.call.copy.gz'), 40);
  const home = newFolder('from the broken one', { withKeys: true });
  const refused = await command(home, 'restore', broken);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/The table ingest\.call of the snapshot \w+ is not as it was written/);
  // What is refused can be tried again with a good one.
  expect((await command(home, 'restore', backup)).code).toBe(0);
}, 120_000);

test('a call that was erased after a snapshot is erased again by its restore, and its recording cannot be read', async () => {
  expect(await product.core.erase(first.callId)).toBe(true);
  const made = JSON.parse((await command(product.home, 'backup', backup, '--json')).stdout) as { newObjects: number };
  expect(made.newObjects).toBe(0);
  expect(existsSync(join(backup, 'objects', 'objects', 'calls', first.callId))).toBe(
    existsSync(join(product.home, 'objects', 'objects', 'calls', first.callId)),
  );
  const snapshots = readdirSync(join(backup, 'snapshots')).toSorted();
  expect(snapshots).toHaveLength(2);
  const home = newFolder('after the erasure', { withKeys: true });
  const restored = await command(home, 'restore', backup, '--snapshot', snapshots[0] ?? '');
  expect(restored.stdout).toMatch(/: 1 calls\.\nErased again, since they were erased after that snapshot: 1 calls\.$/m);
  const exported = (await command(home, 'export', '--canonical')).stdout;
  expect(exported).toContain(second.callId);
  expect(exported).toBe((await command(product.home, 'export', '--canonical')).stdout);
}, 180_000);

test('a restore that was interrupted leaves a product that refuses to run', async () => {
  const home = newFolder('interrupted', { withKeys: true });
  writeFileSync(join(home, 'restore.unfinished'), 'x\n');
  for (const args of [['export', '--canonical'], ['start'], ['restore', backup]]) {
    const refused = await command(home, ...args);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/A restore into .* was interrupted/);
  }
});

test('the doctor looks at everything, and names what is away without a secret', async () => {
  const seen = await command(product.home, 'doctor', '--json');
  const { findings } = JSON.parse(seen.stdout) as { findings: { name: string; state: string; found: { en: string } }[] };
  expect(findings.map(({ name, state }) => [name, state])).toEqual(
    expect.arrayContaining([
      ['home', 'ok'],
      ['database', 'ok'],
      ['objects', 'ok'],
      ['judge', 'off'],
    ]),
  );
  expect(findings.find(({ name }) => name === 'database')?.found.en).toMatch(/^PostgreSQL 18.*, 0 jobs ready/);

  const away = await runPlumbline(product.home, ['doctor'], {
    PLUMBLINE_RECOGNISER_URL: 'http://127.0.0.1:9/v1',
    PLUMBLINE_RECOGNISER_KEY: 'a-secret-that-nobody-may-see',
    PLUMBLINE_DATABASE_URL: 'postgres://someone:hidden-word@127.0.0.1:9/none',
  });
  expect(away.code).toBe(1);
  expect(away.stdout).toMatch(/✗ recogniser +127\.0\.0\.1:9 does not answer/);
  expect(away.stdout).toMatch(/✗ database +not usable \(database\./);
  expect(away.stdout + away.stderr).not.toMatch(/a-secret|hidden-word/);
});
