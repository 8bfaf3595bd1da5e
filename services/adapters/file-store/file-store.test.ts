import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { packageRoot } from '../../kernel/index.ts';
import { bytesOf, objectStoreContract } from '../../../test/contracts/object-store.ts';
import { rawStoreContract } from '../../../test/contracts/raw-store.ts';
import { MemoryWrappedKeyStore } from '../memory/wrapped-key-store.ts';
import { encryptedRawStore, masterKeyWrapping } from '../raw-store/index.ts';
import { openFileStore } from './index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const home = mkdtempSync(join(tmpdir(), 'plumbline file store '));
let opened = 0;
const emptyFolder = (): string => join(home, `${++opened}`);
afterAll(() => rmSync(home, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

objectStoreContract('files', () => openFileStore(emptyFolder()));
rawStoreContract('files', async () => {
  const objects = await openFileStore(emptyFolder());
  const keys = new MemoryWrappedKeyStore();
  return { raw: encryptedRawStore({ objects, keys, wrapping: masterKeyWrapping(randomBytes(32)) }), objects, keys };
});

function everythingBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name));
}

describe('objects as files', () => {
  test('files are for this user alone, folders too', async () => {
    const root = emptyFolder();
    const store = await openFileStore(root);
    await store.put('calls/1/audio', Buffer.from('x'));
    const modes = [root, ...everythingBelow(root)].map((each) => {
      const info = statSync(each);
      return `${info.isDirectory() ? 'folder' : 'file'} ${(info.mode & 0o777).toString(8)}`;
    });
    expect(new Set(modes)).toEqual(new Set(['folder 700', 'file 600']));
  });

  test('what a crash left half written is gone after the next start; whole objects stay', async () => {
    const root = emptyFolder();
    const first = await openFileStore(root);
    await first.put('kept', Buffer.from('whole'));
    writeFileSync(join(root, 'temporary', 'left-over'), 'half');
    const again = await openFileStore(root);
    expect(readdirSync(join(root, 'temporary'))).toEqual([]);
    expect((await bytesOf(await again.read('kept'))).toString()).toBe('whole');
  });

  test('deleting the last object of a folder removes the folder, and puts that race with it succeed', async () => {
    const root = emptyFolder();
    const store = await openFileStore(root);
    for (let round = 0; round < 10; round++) {
      await store.put('calls/1/a', Buffer.from('a'));
      const [, put] = await Promise.all([store.delete('calls/1/a'), store.put(`calls/1/b${round}`, Buffer.from('b'))]);
      expect(put).toBe('created');
      await store.delete(`calls/1/b${round}`);
    }
    expect(readdirSync(join(root, 'objects'))).toEqual([]);
  });

  test('a full disk is a wait for the object store, and leaves nothing under the name', async () => {
    const root = emptyFolder();
    const store = await openFileStore(root);
    const probe = await open(join(home, 'probe'), 'w');
    const prototype = Object.getPrototypeOf(probe) as { write: (...args: unknown[]) => Promise<unknown> };
    await probe.close();
    let writes = 0;
    const write = prototype.write;
    const spy = vi.spyOn(prototype, 'write').mockImplementation(function (this: unknown, ...args: unknown[]) {
      if (++writes === 2) throw Object.assign(new Error(`ENOSPC: no space left on device, write ${root}`), { code: 'ENOSPC' });
      return write.apply(this, args);
    });
    const body = async function* () {
      yield Buffer.alloc(1000);
      yield Buffer.alloc(1000);
    };
    const failure = await store.put('calls/1/audio', body()).catch((error: unknown) => error);
    spy.mockRestore();
    expect(failure).toMatchObject({
      code: 'object-store.full',
      retryable: true,
      failureCause: 'dependency',
      dependency: 'object-store',
    });
    expect((failure as Error).message).not.toContain(root);
    expect(everythingBelow(root).filter((each) => statSync(each).isFile())).toEqual([]);
    expect(await store.put('calls/1/audio', body())).toBe('created');
  });

  test('a process killed at any instant leaves whole objects and no others', async () => {
    const root = emptyFolder();
    for (let round = 0; round < Math.ceil(3 * scale); round++) {
      const child = spawn(process.execPath, [join(packageRoot, 'test', 'chaos', 'put-until-killed.ts'), root, `${round}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const putSoFar = await new Promise<string[]>((resolve, reject) => {
        const lines: string[] = [];
        const killer = { at: 5 + ((round * 7) % 20) };
        child.on('error', reject);
        child.stdout.on('data', (data: Buffer) => {
          lines.push(...data.toString().split('\n'));
          if (lines.length >= killer.at) child.kill('SIGKILL');
        });
        child.on('exit', () => resolve(lines.filter((line) => /^[0-9a-f]{64}$/.test(line))));
      });
      const store = await openFileStore(root);
      expect(readdirSync(join(root, 'temporary'))).toEqual([]);
      const found = new Set<string>();
      for await (const { name } of store.list('')) {
        const sha = createHash('sha256')
          .update(await bytesOf(await store.read(name)))
          .digest('hex');
        expect(name.endsWith(sha)).toBe(true);
        found.add(sha);
      }
      expect(putSoFar.length).toBeGreaterThan(0);
      expect(putSoFar.filter((sha) => !found.has(sha))).toEqual([]);
    }
  });
});
