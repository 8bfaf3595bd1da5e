import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { holdHome } from './hold.ts';
import { identityOf, isAlive } from './process-identity.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'plumbline hold '));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const now = (): Date => new Date('2026-11-25T10:00:00Z');

/** Runs a small program against the hold and gives what it printed; it stays alive until it is killed when `stay`. */
function holder(stay: boolean) {
  const program = `
    const { holdHome } = await import(${JSON.stringify(join(import.meta.dirname, 'hold.ts'))});
    try { holdHome(${JSON.stringify(home)}, () => new Date('2026-11-25T09:00:00Z')); console.log('held'); } catch (error) { console.log(error.code); }
    ${stay ? 'setInterval(() => {}, 1000);' : ''}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = new Promise<string>((resolve) =>
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())),
  );
  const end = new Promise((resolve) => child.once('exit', resolve));
  return { child, said, end };
}

describe('who holds a data folder', () => {
  test('the second is told who does, and since when', async () => {
    const first = holder(true);
    expect(await first.said).toBe('held');
    expect(() => holdHome(home, now)).toThrow(`in use by process ${first.child.pid} since 2026-11-25T09:00:00.000Z`);
    expect(() => holdHome(home, now)).toThrow(home);
    first.child.kill('SIGKILL');
    await first.end;
    // However it went, the folder is free.
    holdHome(home, now).release();
  });

  test('after a release it is free for the same process, too', () => {
    const hold = holdHome(home, now);
    expect(() => holdHome(home, now)).toThrow(`process ${process.pid}`);
    hold.release();
    holdHome(home, now).release();
  });

  test('of several that come after a dead holder one alone gets it', async () => {
    const dead = holder(true);
    await dead.said;
    dead.child.kill('SIGKILL');
    await dead.end;
    const many = Array.from({ length: 4 }, () => holder(true));
    const said = await Promise.all(many.map((each) => each.said));
    expect(said.filter((text) => text === 'held')).toHaveLength(1);
    expect(said.filter((text) => text === 'home.held')).toHaveLength(3);
    for (const { child } of many) child.kill('SIGKILL');
    await Promise.all(many.map(({ end }) => end));
  });

  test('a claim that a power cut left torn, or one of a number that is another program by now, holds nothing', () => {
    holdHome(home, now).release();
    const [claim = ''] = readdirSync(join(home, 'hold'));
    writeFileSync(join(home, 'hold', claim), '{"pid":');
    holdHome(home, now).release();
    const [next = ''] = readdirSync(join(home, 'hold'));
    const claimed = { pid: process.pid, started: 'another-boot:1', since: '2026-01-01T00:00:00Z', released: false };
    writeFileSync(join(home, 'hold', next), JSON.stringify(claimed));
    holdHome(home, now).release();
  });
});

describe('a process and its start', () => {
  test('this one lives, and one of another start does not', () => {
    const self = identityOf(process.pid);
    expect(self !== undefined && isAlive(self)).toBe(true);
    expect(isAlive({ pid: process.pid, started: 'another' })).toBe(false);
    expect(identityOf(2 ** 22 + 5)).toBeUndefined();
  });
});
