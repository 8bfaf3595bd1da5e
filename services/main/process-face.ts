import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Settings, SettingsError } from '../kernel/index.ts';

/** What a process says of itself. Nothing here is content. */
export interface ProcessState {
  /** False: it can only be ended and started again. */
  live(): boolean;
  ready(): Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
  /** Prometheus text. */
  metrics(): Promise<string>;
}

/** `/health/live`, `/health/ready` and `/metrics` of a process that has no other HTTP face; metrics ask for the token where one is set. */
export async function openProcessFace(
  { host, port, token }: Settings['http'],
  state: ProcessState,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response, state, token).catch(() => send(response, 503, { ready: false }));
  });
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new SettingsError(`settings: http.port: ${port} is taken by another program`) : error),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: ProcessState,
  token: string | undefined,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, { error: 'GET alone' });
  if (path === '/health/live') return send(response, state.live() ? 200 : 503, { live: state.live() });
  if (path === '/health/ready') {
    const ready = await state.ready();
    return send(response, ready.ready ? 200 : 503, ready);
  }
  if (path !== '/metrics') return send(response, 404, { error: 'there is no such page' });
  if (token !== undefined && !same(request.headers.authorization ?? '', `Bearer ${token}`))
    return send(response, 401, { error: 'this needs the token' });
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(await state.metrics());
}

function send(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

/** Compares in a time that does not tell how much was right. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
