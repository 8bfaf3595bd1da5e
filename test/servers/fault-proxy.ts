import { createServer, type Server, Socket } from 'node:net';

/** `pass`: as if it were not there · `refuse`: connections are closed · `busy`: HTTP 503 to everything · slow: so many ms before each answer begins. */
export type Fault = 'pass' | 'refuse' | 'busy' | { readonly slowMs: number };

export interface FaultProxy {
  readonly port: number;
  /** From now on. Open connections are cut when the fault is not `pass` or slow. */
  fail(fault: Fault): void;
  /** Connections made since the start. */
  readonly connections: () => number;
  stop(): Promise<void>;
}

/**
 * Stands before a real server on loopback and fails as it is told. It does not understand what passes, so signatures over the
 * host name stay right as long as the client signs the proxy's.
 */
export async function startFaultProxy(target: { readonly host?: string; readonly port: number }): Promise<FaultProxy> {
  let fault: Fault = 'pass';
  let made = 0;
  const open = new Set<Socket>();
  const server: Server = createServer((client) => {
    made += 1;
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => undefined);
    if (fault === 'refuse') {
      client.destroy();
      return;
    }
    if (fault === 'busy') {
      answerBusy(client);
      return;
    }
    const upstream = new Socket();
    open.add(upstream);
    upstream.on('close', () => {
      open.delete(upstream);
      client.destroy();
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
    upstream.connect(target.port, target.host ?? '127.0.0.1');
    client.pipe(upstream);
    upstream.on('data', (part: Buffer) => {
      const delay = typeof fault === 'object' ? fault.slowMs : 0;
      if (delay === 0) {
        if (!client.write(part)) {
          upstream.pause();
          client.once('drain', () => upstream.resume());
        }
        return;
      }
      upstream.pause();
      setTimeout(() => {
        client.write(part);
        upstream.resume();
      }, delay);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    fail: (next) => {
      fault = next;
      if (next === 'refuse' || next === 'busy') for (const socket of open) socket.destroy();
    },
    connections: () => made,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Reads whatever is asked and answers 503, over and over. */
function answerBusy(client: Socket): void {
  client.on('data', () => {
    client.end('HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  });
}
