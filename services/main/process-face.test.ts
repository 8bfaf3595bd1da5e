import { afterEach, describe, expect, test } from 'vitest';
import { openProcessFace, type ProcessState } from './process-face.ts';

const token = 'a token of at least 24 characters';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const face of open.splice(0)) await face.close();
});

async function face(state: Partial<ProcessState>): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const whole: ProcessState = {
    live: () => true,
    ready: async () => ({ ready: true, reasons: [] }),
    metrics: async () => 'plumbline_up 1\n',
    ...state,
  };
  const opened = await openProcessFace({ host: '127.0.0.1', port: 0, token }, whole);
  open.push(opened);
  return (path, init) => fetch(`http://127.0.0.1:${opened.port}${path}`, init);
}

describe('what a process says of itself', () => {
  test('alive and ready are two things; why it is not ready is said', async () => {
    const get = await face({ ready: async () => ({ ready: false, reasons: ['The database does not answer.'] }) });
    expect((await get('/health/live')).status).toBe(200);
    const ready = await get('/health/ready');
    expect([ready.status, await ready.json()]).toEqual([503, { ready: false, reasons: ['The database does not answer.'] }]);
  });

  test('one that is beyond help says so', async () => {
    const get = await face({ live: () => false });
    expect((await get('/health/live')).status).toBe(503);
  });

  test('a state that cannot be found out is not ready, and nobody learns why', async () => {
    const get = await face({ ready: () => Promise.reject(new Error('password of the database')) });
    const ready = await get('/health/ready');
    expect([ready.status, await ready.text()]).toEqual([503, '{"ready":false}']);
  });

  test('metrics ask for the token, health does not; nothing else is there', async () => {
    const get = await face({});
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    const metrics = await get('/metrics', { headers: { authorization: `Bearer ${token}` } });
    expect(await metrics.text()).toBe('plumbline_up 1\n');
    expect((await get('/api/v1/calls')).status).toBe(404);
    expect((await get('/health/ready', { method: 'POST' })).status).toBe(405);
  });
});
