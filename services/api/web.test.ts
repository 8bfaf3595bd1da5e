import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../kernel/index.ts';
import { webFiles } from '../adapters/folder/web-files.ts';
import { createApi } from './app.ts';
import type { ApiDeps } from './ports.ts';

const token = 't'.repeat(32);
const now = 1_760_000_000_000;

describe('the built application and the session of its pages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline web '));
  const unexpected: unknown[] = [];
  let app: NestFastifyApplication;

  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>app</title>');
    writeFileSync(join(folder, 'assets/app-0f3a.js'), 'plain');
    writeFileSync(join(folder, 'assets/app-0f3a.js.br'), brotliCompressSync('pressed'));
    const deps = {
      settings: readSettings({ HOME: '/', PLUMBLINE_TOKEN: token }),
      clock: { now: () => now },
      version: '0',
      web: await webFiles(folder),
      audit: { record: async () => undefined },
      calls: { list: async () => ({ calls: [], next: undefined }) },
    };
    app = await createApi(deps as unknown as ApiDeps, (error) => unexpected.push(error));
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  const ask = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'POST' | 'DELETE' = 'GET', payload?: object) =>
    app.inject({ url, method, headers: { host: 'localhost:8484', ...headers }, ...(payload === undefined ? {} : { payload }) });

  test.each(['/', '/today', '/calls/0f?t=12', '/search?q=%E4%BF%9D'])('%s is a page of the application', async (url) => {
    const page = await ask(url);
    expect([page.statusCode, page.body]).toEqual([200, '<!doctype html><title>app</title>']);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.headers['cache-control']).toBe('no-cache');
  });

  test('a hashed file is kept for good, and comes compressed to whom can read that', async () => {
    const plain = await ask('/assets/app-0f3a.js');
    expect([plain.statusCode, plain.body]).toEqual([200, 'plain']);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const pressed = await ask('/assets/app-0f3a.js', { 'accept-encoding': 'gzip, br' });
    expect(pressed.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(brotliDecompressSync(pressed.rawPayload).toString()).toBe('pressed');
    expect(String(pressed.headers['content-type'])).toContain('javascript');
  });

  test.each([
    '/assets/gone-1.js',
    '/favicon.ico',
    '/api/v1/none',
    '/health/none',
    '/../package.json',
    '/%2e%2e/package.json',
    '/%zz',
  ])('%s is not answered with the application', async (url) => {
    const answer = await ask(url);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
  });

  test('the token buys a session that scripts cannot read; a forged or outlived one is none', async () => {
    expect((await ask('/api/v1/calls')).statusCode).toBe(401);
    expect((await ask('/api/v1/session', {}, 'POST', { token: 'wrong' })).statusCode).toBe(401);
    const begun = await ask('/api/v1/session', { origin: 'https://localhost:8484' }, 'POST', { token });
    expect(begun.statusCode).toBe(204);
    const cookie = String(begun.headers['set-cookie']);
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/']) expect(cookie).toContain(part);
    expect(cookie).not.toContain(token);
    const session = cookie.split(';')[0] ?? '';
    expect((await ask('/api/v1/calls', { cookie: `other=1; ${session}` })).statusCode).toBe(200);
    const [until = '', seal = ''] = (session.split('=')[1] ?? '').split('.');
    for (const forged of [`${Number(until) + 1}.${seal}`, `${until}.${'0'.repeat(64)}`, `${now - 1}.${seal}`, until, ''])
      expect((await ask('/api/v1/calls', { cookie: `plumbline_session=${forged}` })).statusCode, forged).toBe(401);
    expect(String((await ask('/api/v1/session', {}, 'DELETE')).headers['set-cookie'])).toContain('Max-Age=0');
  });

  test('a page on another port of this machine is another program', async () => {
    const origin = { origin: 'http://localhost:3000', authorization: `Bearer ${token}` };
    expect((await ask('/api/v1/session', origin, 'POST', { token })).statusCode).toBe(403);
    expect((await ask('/api/v1/calls', { ...origin, origin: 'http://localhost:8484' })).statusCode).toBe(200);
  });

  test('the document is rendered from here alone', async () => {
    const headers = { authorization: `Bearer ${token}` };
    const page = await ask('/api/docs', headers);
    expect(page.body).not.toMatch(/https?:\/\//);
    for (const [, path] of page.body.matchAll(/(?:src|href)="([^"]+)"/g))
      expect((await ask(path ?? '', headers)).statusCode, path).toBe(200);
    expect((await ask('/api/docs/package.json', headers)).statusCode).toBe(404);
    expect((await ask('/api/docs')).statusCode).toBe(401);
  });

  test('nothing unexpected happened on the way', () => expect(unexpected).toEqual([]));
});
