import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ExpectedRecording } from '../../ingest/index.ts';
import { sharedLists } from '../../scoring/index.ts';
import { BackgroundCounts } from '../../search/index.ts';
import { readSettings, sha256 } from '../kernel/index.ts';
import { readRubric } from '../../scoring/index.ts';
import { MemoryCallStore } from '../adapters/memory/call-store.ts';
import { MemoryRubricStore } from '../adapters/memory/scoring.ts';
import { MemorySearchIndex } from '../adapters/memory/search-index.ts';
import { memoryAnswers } from '../adapters/memory/answers.ts';
import { memoryRawStore } from '../adapters/memory/raw-store.ts';
import { MemoryUploadStore } from '../adapters/memory/upload-store.ts';
import { MemoryTransactions } from '../adapters/memory/transaction.ts';
import { createApi } from './app.ts';
import type { ApiDeps, AuditEntry, Health } from './ports.ts';

const home = '/nowhere';
const transactions = new MemoryTransactions();
const calls = new MemoryCallStore();
const audit: AuditEntry[] = [];
const unexpected: unknown[] = [];
const callId = 'c'.repeat(32);
const rendition = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
const stored = new Map<string, Uint8Array>([
  ['calls/x/rendition/abc', rendition],
  ['calls/x/transcript/def', Buffer.from('{"version":1}')],
]);
let accepting = true;
const expected: ExpectedRecording[] = [];

const rubrics = new MemoryRubricStore({ now: () => 1_760_000_000_000 });
const shelf = (): Omit<ApiDeps['rubrics'], 'tryOn'> => ({
  current: () => rubrics.current(),
  versions: (id) => rubrics.versions(id),
  version: (id, version) => rubrics.version(id, version),
});
const figures: ApiDeps['figures'] = {
  flow: async () => ({
    expected: { announced: 5, arrived: 4 },
    received: 7,
    files: { accepted: 4, duplicate: 1, conflict: 0, refused: 1, erased: 1 },
    calls: { total: 4, waiting: 1, oldestWaitingMs: 9, transcribed: 0, scored: 2, noRubric: 0, failed: 1, erased: 0 },
    final: 1,
    needsReview: 0,
    failedBy: [{ code: 'audio.silent', text: { zh: '静音', en: 'silent' }, count: 1, replayable: 0 }],
  }),
  teams: async () => [],
  criticalRates: async () => [{ date: '2026-10-12', scored: 3, customer: 0, business: 0, compliance: 1 }],
  sources: async () => [],
};

const search = { index: new MemorySearchIndex(), lists: sharedLists };

const deps = (environment: Record<string, string> = {}): ApiDeps => ({
  settings: readSettings({ HOME: home, ...environment }),
  clock: { now: () => 1_760_000_000_000 },
  version: '0',
  calls,
  objects: {
    put: () => Promise.reject(new Error('the API does not write objects')),
    stat: async (name) => (stored.has(name) ? { name, sizeBytes: stored.get(name)?.length ?? 0 } : undefined),
    read: async (name, range) => {
      const bytes = stored.get(name)?.subarray(range?.start, range?.end);
      return bytes === undefined
        ? undefined
        : (async function* () {
            yield bytes;
          })();
    },
    list: () => {
      throw new Error('the API does not list objects');
    },
    delete: () => Promise.reject(new Error('the API does not delete objects')),
  },
  search,
  searchCounts: new BackgroundCounts(search, { now: () => 1_760_000_000_000 }, Buffer.from('test')),
  audit: { record: async (entry) => void audit.push(entry) },
  spool: async (bytes) => {
    const parts: Uint8Array[] = [];
    for await (const part of bytes) parts.push(part);
    const all = Buffer.concat(parts);
    return {
      sizeBytes: all.length,
      sha256: sha256(all),
      close: async () => {},
      async *read() {
        yield all;
      },
    };
  },
  deliverSpooled: async (file, spooled) => {
    if (spooled.sizeBytes === 0)
      return {
        deliveryId: 'd',
        state: 'refused',
        callId: undefined,
        isNew: true,
        refusal: { code: 'audio.empty', text: { zh: '空文件', en: 'empty' } },
      };
    return {
      deliveryId: `${file.name}:${file.metadata.agentId ?? ''}:${spooled.sizeBytes}`,
      state: 'accepted',
      callId,
      isNew: true,
      refusal: undefined,
    };
  },
  currentTranscript: async (id) =>
    id === callId
      ? {
          transcriptId: 't',
          object: 'calls/x/transcript/def',
          renditionObject: 'calls/x/rendition/abc',
          peaksObject: undefined,
          metricsObject: undefined,
          language: 'zh',
          durationMs: 61_000,
        }
      : undefined,
  scorecards: async () => [],
  rubrics: { ...shelf(), tryOn: async () => ({ missing: 'transcript' }) },
  figures,
  uploads: { uploads: new MemoryUploadStore(), raw: memoryRawStore(), deliver: () => Promise.reject(new Error('not here')) },
  answers: memoryAnswers(),
  changes: { end: async () => '0', since: async () => [], forget: async () => undefined },
  scorecardHistory: async () => undefined,
  correctSpeakers: async (_id, swapped, seen) =>
    seen === undefined || seen === 1 ? { revision: swapped ? 2 : 1, changed: swapped } : { refused: 'other-revision' },
  retryCall: async (id) => (id === callId ? 0 : undefined),
  expect: async (recordings) => void expected.push(...recordings),
  publishRubric: async (yaml) =>
    yaml.startsWith('rubric:')
      ? { rubricId: 'r', version: 1, hash: 'h' }
      : { errors: [{ line: 1, column: 1, path: '', text: { zh: '不是评分表', en: 'not a rubric' } }] },
  backfill: async () => 3,
  dead: {
    list: async () => ({ letters: [], next: undefined }),
    get: async () => undefined,
    replay: async () => false,
  },
  health: async (): Promise<Health> => ({
    ready: true,
    accepting,
    reasons: accepting ? [] : ['The disk is nearly full.'],
    stages: [],
    dead: 0,
  }),
  metrics: async () => 'plumbline_up 1\n',
});

const open = async (environment: Record<string, string> = {}): Promise<NestFastifyApplication> =>
  createApi(deps(environment), (error) => unexpected.push(error));

const local = { host: '127.0.0.1:8484' };

describe('the HTTP face', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    await transactions.inTransaction((tx) =>
      calls.insertCall(
        tx,
        {
          callId,
          source: 'upload',
          name: '<b>王女士</b>.wav',
          audioSha256: 'a'.repeat(64),
          sizeBytes: 3,
          metadata: { queue: '"wealth"' },
          recording: 'r',
          givenTranscript: undefined,
          recordingKind: 'audio',
        },
        5,
      ),
    );
    app = await open();
  });
  afterAll(() => app.close());

  const get = (url: string, headers: Record<string, string> = {}): ReturnType<NestFastifyApplication['inject']> =>
    app.inject({ url, headers: { ...local, ...headers } });

  test('lists calls and shows one', async () => {
    const list = (await get('/api/v1/calls')).json();
    expect(list.calls).toHaveLength(1);
    expect(list.calls[0]).toMatchObject({ callId, state: 'received', durationMs: 61_000, scores: [] });
    expect((await get(`/api/v1/calls/${callId}`)).json()).toMatchObject({ name: '<b>王女士</b>.wav' });
  });

  test('every error is a problem document that quotes nothing that was sent', async () => {
    const missing = await get(`/api/v1/calls/${'0'.repeat(32)}`);
    expect(missing.statusCode).toBe(404);
    expect(missing.headers['content-type']).toContain('application/problem+json');
    const bad = await get('/api/v1/calls?limit=SECRET');
    expect(bad.statusCode).toBe(422);
    expect(bad.json()).toMatchObject({ code: 'not-valid', errors: [{ path: 'limit' }] });
    expect(bad.body).not.toContain('SECRET');
    expect((await get('/api/v1/calls/SECRET')).body).not.toContain('SECRET');
    const nothing = await get('/no/such/SECRET');
    expect(nothing.statusCode).toBe(404);
    expect(nothing.json()).toMatchObject({ code: 'not-found', status: 404 });
    expect(nothing.body).not.toContain('SECRET');
  });

  test('audio is answered by range, and an unchanged object with 304', async () => {
    const whole = await get(`/api/v1/calls/${callId}/audio`);
    expect(whole.statusCode).toBe(200);
    expect(whole.rawPayload.equals(rendition)).toBe(true);
    const part = await get(`/api/v1/calls/${callId}/audio`, { range: 'bytes=10-19' });
    expect(part.statusCode).toBe(206);
    expect(part.headers['content-range']).toBe('bytes 10-19/1000');
    expect([...part.rawPayload]).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    const tail = await get(`/api/v1/calls/${callId}/audio`, { range: 'bytes=-5' });
    expect([...tail.rawPayload]).toEqual([...rendition.subarray(995)]);
    expect((await get(`/api/v1/calls/${callId}/audio`, { range: 'bytes=1000-' })).statusCode).toBe(416);
    expect((await get(`/api/v1/calls/${callId}/audio`, { 'if-none-match': String(whole.headers['etag']) })).statusCode).toBe(304);
  });

  test('what stands in the place of an id reaches the audit log only when it can be one', async () => {
    audit.length = 0;
    await get('/api/v1/calls/6222021234567894');
    await get('/api/v1/dead-letters/13800138000');
    expect(audit.map(({ kind, objectId }) => [kind, objectId])).toEqual([
      ['call', undefined],
      ['dead-letter', undefined],
    ]);
  });

  test('that somebody searched stands on the audit log, what for does not', async () => {
    audit.length = 0;
    for (const [url, payload] of [
      ['/api/v1/search', { expression: '"保证收益"' }],
      ['/api/v1/search/facets', { expression: '"保证收益"' }],
      ['/api/v1/search/export', { expression: '"保证收益"', format: 'csv' }],
    ] as const)
      expect((await app.inject({ method: 'POST', url, payload })).statusCode).toBe(200);
    await app.inject({ method: 'GET', url: `/api/v1/search/find?call=${'d'.repeat(32)}&expression=%E4%BF%9D%E8%AF%81` });
    expect(audit.map(({ action, kind, objectId }) => [action, kind, objectId])).toEqual([
      ['read', 'search', undefined],
      ['read', 'search', undefined],
      ['read', 'search-export', undefined],
      ['read', 'search', 'd'.repeat(32)],
    ]);
    expect(JSON.stringify(audit)).not.toContain('保证');
    const refused = await app.inject({ method: 'POST', url: '/api/v1/search', payload: { filters: { teams: ['a\u0000'] } } });
    expect(refused.statusCode).toBe(422);
  });

  test('each read of content stands on the audit log; health does not', async () => {
    audit.length = 0;
    await get(`/api/v1/calls/${callId}/transcript`);
    await get('/health/ready');
    expect(audit).toEqual([
      {
        at: 1_760_000_000_000,
        who: 'local',
        action: 'read',
        kind: 'transcript',
        objectId: callId,
        allowed: true,
        from: '127.0.0.1',
      },
    ]);
  });

  test('other hosts and pages of other origins get nothing', async () => {
    for (const host of ['plumbline.example:8484', '127.evil.example', 'localhost.evil.example'])
      expect((await app.inject({ url: '/api/v1/calls', headers: { host } })).statusCode, host).toBe(421);
    expect((await get('/api/v1/calls', { origin: 'http://evil.example' })).statusCode).toBe(403);
    expect((await get('/api/v1/calls', { origin: 'http://127.0.0.1:8484' })).statusCode).toBe(200);
    expect((await get('/api/v1/calls')).headers['access-control-allow-origin']).toBeUndefined();
  });

  const form = (
    parts: readonly { name: string; filename?: string; body: string }[],
  ): { payload: string; headers: Record<string, string> } => ({
    payload: `${parts
      .map(
        ({ name, filename, body }) =>
          `--xx\r\ncontent-disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n${body}\r\n`,
      )
      .join('')}--xx--\r\n`,
    headers: { ...local, 'content-type': 'multipart/form-data; boundary=xx' },
  });
  const upload = (
    parts: readonly { name: string; filename?: string; body: string }[],
  ): ReturnType<NestFastifyApplication['inject']> => app.inject({ method: 'POST', url: '/api/v1/recordings', ...form(parts) });

  test('an upload is taken with its metadata, wherever in the form that stands', async () => {
    const answer = await upload([
      { name: 'file', filename: 'call.wav', body: 'RIFF' },
      { name: 'metadata', body: '{"agentId":"a01","direction":"呼出"}' },
    ]);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({ deliveryId: 'call.wav:a01:4', state: 'accepted', callId, refusal: null, isNew: true });
  });

  test('a bad upload says what to do', async () => {
    expect((await upload([{ name: 'metadata', body: '{}' }])).statusCode).toBe(422);
    const bad = await upload([
      { name: 'file', filename: 'a.wav', body: 'RIFF' },
      { name: 'direction', body: 'sideways SECRET' },
    ]);
    expect(bad.json()).toMatchObject({
      status: 422,
      errors: [{ path: 'direction', message: 'direction must be inbound or outbound' }],
    });
    expect(bad.body).not.toContain('SECRET');
    const empty = await upload([{ name: 'file', filename: 'a.wav', body: '' }]);
    expect(empty.json()).toMatchObject({ status: 422, code: 'audio.empty', text: { zh: '空文件', en: 'empty' } });
    const plain = await app.inject({
      method: 'POST',
      url: '/api/v1/recordings',
      headers: { ...local, 'content-type': 'text/plain' },
      payload: 'x',
    });
    expect(plain.statusCode).toBe(415);
  });

  test('below the disk limit nothing is taken, and Retry-After says when to try again', async () => {
    accepting = false;
    const answer = await upload([{ name: 'file', filename: 'a.wav', body: 'RIFF' }]);
    accepting = true;
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('60');
    expect(answer.json()).toMatchObject({ code: 'not-accepting', title: 'The disk is nearly full.' });
  });

  test('a rubric is published or refused with every place that is wrong', async () => {
    const post = (payload: unknown): ReturnType<NestFastifyApplication['inject']> =>
      app.inject({ method: 'POST', url: '/api/v1/rubrics', headers: local, payload: payload as object });
    expect((await post({ yaml: 'rubric: r' })).json()).toEqual({ rubricId: 'r', version: 1, hash: 'h' });
    expect((await post({ yaml: 'nonsense' })).json()).toMatchObject({
      status: 422,
      errors: [{ path: '1:1', message: 'not a rubric' }],
    });
    expect((await post({ text: '' })).statusCode).toBe(422);
  });

  test('without its application a server says how to get it', async () => {
    const page = await get('/');
    expect(page.statusCode).toBe(503);
    expect(page.body).toContain('npm run build');
    expect(String(page.headers['content-security-policy'])).toContain("default-src 'none'");
  });

  test('the OpenAPI document is 3.1 and comes from the schemas that validate', async () => {
    const document = (await get('/api/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/calls',
        '/api/v1/calls/{id}/audio',
        '/api/v1/recordings',
        '/api/v1/ledger',
        '/api/v1/dead-letters/{id}/replay',
        '/metrics',
      ]),
    );
    expect(document.paths['/api/v1/calls'].get.parameters.map(({ name }: { name: string }) => name)).toEqual(['limit', 'after']);
    expect(document.components.schemas['Call'].properties.state.enum).toContain('scored');
  });

  const post = (url: string, payload: unknown): ReturnType<NestFastifyApplication['inject']> =>
    app.inject({
      method: 'POST',
      url,
      headers: { ...local, ...(typeof payload === 'string' ? { 'content-type': 'text/csv' } : {}) },
      payload: payload as string,
    });

  test('an expression is checked: its one spelling, its reading, or the column, what could stand there and what was meant', async () => {
    const good = (await post('/api/v1/phrases/check', { expression: 'agent:~"保证收益"' })).json();
    expect(good).toMatchObject({ ok: true, errors: [], certain: false });
    expect((await post('/api/v1/phrases/check', { expression: good.formatted })).json().formatted).toBe(good.formatted);
    expect((await post('/api/v1/phrases/explain', { expression: good.formatted })).json().reading).toEqual(good.reading);
    const expression = '客户: ~@promise';
    const bad = (await post('/api/v1/phrases/check', { expression })).json();
    expect(bad).toMatchObject({ ok: false, errors: [{ line: 1, column: 5, suggestion: { text: 's', from: 13, to: 13 } }] });
    const { text, from, to, whole } = bad.errors[0].suggestion;
    expect([...expression].toSpliced(from, to - from, ...text).join('')).toBe(whole);
    const unread = await post('/api/v1/phrases/format', { expression });
    expect(unread.statusCode).toBe(422);
    expect(unread.json()).toMatchObject({ code: 'phrase-not-valid', errors: [{ path: '1:5' }] });
  });

  test('completion counts code points, and finds a list by its title and by how its title sounds', async () => {
    const names = async (expression: string): Promise<string[]> =>
      (await post('/api/v1/phrases/complete', { expression, cursor: [...expression].length }))
        .json()
        .options.map((option: { text: string }) => option.text);
    for (const typed of ['greet', 'wenhou', 'why', '问候']) expect(await names(`~@${typed}`), typed).toContain('@greetings');
    expect(await names('~@wenhou')).not.toContain('@promises');
    const expression = '"𠮷" bef';
    expect((await post('/api/v1/phrases/complete', { expression, cursor: 7 })).json()).toMatchObject({ from: 4, to: 7 });
  });

  test('a rubric is checked line by line, published, listed by version and shown by number', async () => {
    const yaml =
      'rubric: cards\ntitle: { zh: 信用卡, en: Cards }\nsections: [{ id: s, criteria: [{ id: c, points: 2.5, met_when: "您好" }] }]\n';
    const wrong = (await post('/api/v1/rubrics/check', { yaml: yaml.replace('points', 'pionts') })).json();
    expect(wrong).toMatchObject({ ok: false, errors: [{ line: 3, path: 'sections.0.criteria.0.pionts' }] });
    const right = (await post('/api/v1/rubrics/check', { yaml })).json();
    expect(right).toMatchObject({
      ok: true,
      id: 'cards',
      rubric: { sections: [{ criteria: [{ number: '1.1', points: 2.5 }] }] },
    });
    const read = readRubric(yaml);
    if ('errors' in read) throw new Error('not a rubric');
    await transactions.inTransaction((tx) => rubrics.publish(tx, { yaml, rubric: read.rubric, hash: right.hash }));
    expect((await get('/api/v1/rubrics/cards')).json()).toMatchObject({
      title: right.title,
      versions: [{ version: 1, current: true }],
    });
    const current = (await get('/api/v1/rubrics/cards/versions/current')).json();
    expect(current).toEqual((await get('/api/v1/rubrics/cards/versions/1')).json());
    expect(current).toMatchObject({ yaml, rubric: right.rubric });
    for (const url of ['/api/v1/rubrics/none', '/api/v1/rubrics/cards/versions/2'])
      expect((await get(url)).statusCode, url).toBe(404);
  });

  test('the figures of some days: sums that hold and one that does not are both said', async () => {
    const flow = (await get('/api/v1/flow?from=2026-10-12&to=2026-10-13')).json();
    expect(flow).toMatchObject({ from: '2026-10-12', to: '2026-10-13', expected: 5, missing: 1 });
    expect(flow.sums.map(({ holds }: { holds: boolean }) => holds)).toEqual([true, true, true, false]);
    const rates = (await get('/api/v1/critical-rates?from=2026-10-12&to=2026-10-13')).json();
    expect(rates.days.map(({ date, scored }: { date: string; scored: number }) => [date, scored])).toEqual([
      ['2026-10-12', 3],
      ['2026-10-13', 0],
    ]);
    for (const query of ['from=2026-10-13&to=2026-10-12', 'from=2026-02-30', 'from=2020-01-01&to=2026-01-01'])
      expect((await get(`/api/v1/flow?${query}`)).statusCode, query).toBe(422);
  });

  test('a manifest in CSV: its good lines are expected, the others are named', async () => {
    const answer = await post('/api/v1/manifests?source=gateway', 'file,direction\na.wav,呼入\nb.wav,SECRET\n');
    expect(answer.json()).toMatchObject({ rows: 1, problems: [{ line: 3 }] });
    expect(answer.body).not.toContain('SECRET');
    expect(expected).toMatchObject([{ source: 'gateway', name: 'a.wav' }]);
    expect((await post('/api/v1/manifests', 'nothing here')).statusCode).toBe(422);
  });

  test('speakers are corrected on the revision that was looked at, and on no other', async () => {
    const put = (tag: string | undefined): ReturnType<NestFastifyApplication['inject']> =>
      app.inject({
        method: 'PUT',
        url: `/api/v1/calls/${callId}/speakers`,
        headers: { ...local, ...(tag === undefined ? {} : { 'if-match': tag }) },
        payload: { swapped: true },
      });
    const { etag } = (await get(`/api/v1/calls/${callId}`)).headers;
    const done = await put(etag);
    expect([done.statusCode, done.json()]).toEqual([202, { callId, revision: 2 }]);
    expect((await put('"5"')).statusCode).toBe(412);
    expect((await put(undefined)).statusCode).toBe(428);
  });

  test('a text with a NUL, or values nested without end, are refused before anybody looks at them', async () => {
    const deep = `{"expression":${'['.repeat(100_000)}1${']'.repeat(100_000)}}`;
    for (const payload of [deep, JSON.stringify({ expression: '"a\0b"' })]) {
      const answer = await app.inject({
        method: 'POST',
        url: '/api/v1/phrases/check',
        headers: { ...local, 'content-type': 'application/json' },
        payload,
      });
      expect([answer.statusCode, answer.json().code]).toEqual([422, 'not-valid']);
    }
  });

  test('what did not change is not sent again', async () => {
    for (const url of [
      `/api/v1/calls/${callId}`,
      `/api/v1/calls/${callId}/scorecards`,
      `/api/v1/calls/${callId}/transcript`,
      '/api/v1/rubrics/cards/versions/1',
    ]) {
      const { etag } = (await get(url)).headers;
      const again = await get(url, { 'if-none-match': String(etag) });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    }
  });

  test('nothing unexpected happened on the way', () => {
    expect(unexpected).toEqual([]);
  });
});

describe('a server with a token', () => {
  test('answers nobody without it, and its health to anybody', async () => {
    const token = 'x'.repeat(32);
    const app = await open({ PLUMBLINE_TOKEN: token });
    expect((await app.inject({ url: '/api/v1/calls', headers: local })).statusCode).toBe(401);
    expect(
      (await app.inject({ url: '/api/v1/calls', headers: { ...local, authorization: `Bearer ${'y'.repeat(32)}` } })).statusCode,
    ).toBe(401);
    expect((await app.inject({ url: '/api/v1/calls', headers: { ...local, authorization: `Bearer ${token}` } })).statusCode).toBe(
      200,
    );
    expect((await app.inject({ url: '/health/live', headers: local })).statusCode).toBe(200);
    await app.close();
  });
});
