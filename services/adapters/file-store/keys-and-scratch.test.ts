import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { packageRoot } from '../../kernel/index.ts';
import { bytesOf, inPieces } from '../../../test/contracts/object-store.ts';
import { memoryRawStore } from '../memory/raw-store.ts';
import { openScratch, readOrMakeKeyFile, readOrMakeKeys } from './index.ts';

const home = mkdtempSync(join(tmpdir(), 'plumbline-keys-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the keys of an installation', () => {
  test('are made once, at random, for this user alone, and stay', async () => {
    const folder = join(home, 'first');
    const keys = await readOrMakeKeys(folder);
    expect(keys.masterKey).toHaveLength(32);
    expect(Buffer.from(keys.masterKey).equals(keys.installationKey)).toBe(false);
    expect(await readOrMakeKeys(folder)).toEqual(keys);
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(folder, 'keys'))) expect(statSync(join(folder, 'keys', name)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['installation.key', 'master.key']);
  });

  test('are the same for all who make them at once', async () => {
    const file = join(home, 'race', 'master.key');
    const keys = await Promise.all(Array.from({ length: 12 }, () => readOrMakeKeyFile(file)));
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
  });

  test('a damaged file, or one that others can read, stops the start and says which', async () => {
    const file = join(home, 'bad.key');
    writeFileSync(file, 'not a key', { mode: 0o600 });
    await expect(readOrMakeKeyFile(file)).rejects.toMatchObject({
      code: 'key-file.damaged',
      message: expect.stringContaining(file),
    });
    const open = join(home, 'open.key');
    await readOrMakeKeyFile(open);
    chmodSync(open, 0o644);
    await expect(readOrMakeKeyFile(open)).rejects.toMatchObject({ code: 'key-file.open' });
  });
});

describe('the scratch for what is arriving', () => {
  const body = Buffer.alloc(300_000, 'four one one one ');
  const limits = { maxBytes: 1_000_000 };

  test('gives size, hash and any stretch again, and streams on into the raw store', async () => {
    const scratch = await openScratch(join(home, 'scratch'));
    const spooled = await scratch.spool(inPieces(body, 777), limits);
    expect(spooled.sizeBytes).toBe(body.length);
    expect(spooled.sha256).toBe(createHash('sha256').update(body).digest('hex'));
    expect((await bytesOf(spooled.read())).equals(body)).toBe(true);
    expect((await bytesOf(spooled.read(65_530, 65_550))).equals(body.subarray(65_530, 65_550))).toBe(true);
    expect((await bytesOf(spooled.read(299_990))).equals(body.subarray(299_990))).toBe(true);
    const raw = memoryRawStore();
    await raw.put('call', 'recording', spooled.read());
    expect((await bytesOf(await raw.read('call', 'recording'))).equals(body)).toBe(true);
    await spooled.close();
    await spooled.close();
    expect(() => spooled.read()).toThrow(TypeError);
  });

  test('has no name on the disk while it is used, and what lies on the disk is unreadable', async () => {
    const folder = join(home, 'nameless');
    const scratch = await openScratch(folder);
    const probe = await open(join(home, 'probe'), 'w');
    const prototype = Object.getPrototypeOf(probe) as { write: (...args: unknown[]) => Promise<unknown> };
    await probe.close();
    const write = prototype.write;
    const written: Buffer[] = [];
    const spy = vi.spyOn(prototype, 'write').mockImplementation(function (this: unknown, ...args: unknown[]) {
      expect(readdirSync(folder)).toEqual([]);
      written.push(Buffer.from(args[0] as Uint8Array));
      return write.apply(this, args);
    });
    const spooled = await scratch.spool(inPieces(body, 5000), limits);
    spy.mockRestore();
    expect(Buffer.concat(written).length).toBeGreaterThan(body.length);
    expect(Buffer.concat(written).includes('four')).toBe(false);
    await spooled.close();
  });

  test('what is too large is refused while it arrives, and nothing stays', async () => {
    const folder = join(home, 'limit');
    const scratch = await openScratch(folder);
    await expect(scratch.spool(inPieces(body, 5000), { maxBytes: 250_000 })).rejects.toMatchObject({
      refusal: { code: 'audio.too-large' },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is emptied when it is opened', async () => {
    const folder = join(home, 'emptied');
    await openScratch(folder);
    writeFileSync(join(folder, 'left-over'), 'x');
    await openScratch(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('holds a large recording in flat memory', () => {
    const result = spawnSync(
      process.execPath,
      ['--expose-gc', join(packageRoot, 'test', 'chaos', 'spool-much.ts'), join(home, 'much'), '64'],
      {
        encoding: 'utf8',
      },
    );
    expect(result.stderr).toBe('');
    const { sizeBytes, grownBytes } = JSON.parse(result.stdout) as { sizeBytes: number; grownBytes: number };
    expect(sizeBytes).toBe(64 * 1024 ** 2);
    expect(grownBytes).toBeLessThan(8 * 1024 ** 2);
  });

  test('the key file is text that a person can keep', () => {
    expect(readFileSync(join(home, 'first', 'keys', 'master.key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  });
});
