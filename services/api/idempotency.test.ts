import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryAnswers } from '../adapters/memory/answers.ts';
import { readSettings } from '../kernel/index.ts';
import { createApi } from './app.ts';
import type { ApiDeps } from './ports.ts';
import { rates } from './rate-limit.ts';

describe('writes that are done once, and routes that cost something', () => {
  let published: string[] = [];
  let failing = false;
  let now = 1_760_000_000_000;
  let app: NestFastifyApplication;
  const deps = {
    settings: readSettings({ HOME: '/' }),
    clock: { now: () => now },
    version: '0',
    answers: memoryAnswers(),
    audit: { record: async () => undefined },
    rubrics: { current: async () => [] },
    publishRubric: async (yaml: string) => {
      if (failing) throw new Error('the database is away');
      published.push(yaml);
      if (yaml === 'bad') return { errors: [{ line: 1, column: 1, path: '', text: { zh: '错', en: 'wrong' } }] };
      return { rubricId: 'r', version: published.length, hash: 'h' };
    },
    calls: { list: async () => ({ calls: [], next: undefined }) },
  };
  beforeAll(async () => {
    app = await createApi(deps as unknown as ApiDeps, () => undefined);
  });
  afterAll(() => app.close());

  const publish = (yaml: string, key?: string): ReturnType<NestFastifyApplication['inject']> =>
    app.inject({
      method: 'POST',
      url: '/api/v1/rubrics',
      headers: { host: 'localhost:8484', ...(key === undefined ? {} : { 'idempotency-key': key }) },
      payload: { yaml },
    });

  test('the same key gives the first answer again, with its status, and nothing is done twice', async () => {
    const first = await publish('a', 'key 1'.replace(' ', '-'));
    const again = await publish('a', 'key-1');
    expect([first.statusCode, again.statusCode]).toEqual([201, 201]);
    expect(again.json()).toEqual(first.json());
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
    expect(published).toEqual(['a']);
    expect((await publish('a', 'key-2')).json().version).toBe(2);
    expect((await publish('a')).json().version).toBe(3);
  });

  test('the key of another request is refused; a refusal of the request is an answer too', async () => {
    published = [];
    const other = await publish('b', 'key-1');
    expect([other.statusCode, other.json().code]).toEqual([422, 'idempotency-key-reused']);
    for (let time = 0; time < 2; time++) {
      const refused = await publish('bad', 'key-3');
      expect([refused.statusCode, refused.json().code]).toEqual([422, 'rubric-not-valid']);
    }
    expect(published).toEqual(['bad']);
    expect((await publish('a', 'not a key')).statusCode).toBe(422);
  });

  test('what failed for other reasons can be tried again under the same key', async () => {
    failing = true;
    expect((await publish('c', 'key-4')).statusCode).toBe(500);
    failing = false;
    expect((await publish('c', 'key-4')).statusCode).toBe(201);
  });

  test('whoever asks too often is told when to come again, and others are not held up', async () => {
    now += 3_600_000;
    const ask = (url: string, remoteAddress = '10.0.0.1') =>
      app.inject({
        method: url.includes('session') ? 'POST' : 'GET',
        url,
        remoteAddress,
        headers: { host: 'localhost:8484' },
        payload: { token: 'x' },
      });
    const statuses: number[] = [];
    for (let time = 0; time <= rates.guess.burst; time++) statuses.push((await ask('/api/v1/session')).statusCode);
    expect(statuses.slice(0, -1).every((status) => status === 404)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    const refused = await ask('/api/v1/session');
    expect([refused.headers['retry-after'], refused.json().code]).toEqual(['5', 'too-many-requests']);
    expect((await ask('/api/v1/session', '10.0.0.2')).statusCode).toBe(404);
    expect((await ask('/api/v1/rubrics')).statusCode).toBe(200);
    now += 5_000;
    expect((await ask('/api/v1/session')).statusCode).toBe(404);
  });
});
