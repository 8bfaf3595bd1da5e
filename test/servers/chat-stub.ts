import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one request to the stub asked. */
export interface ChatRequest {
  readonly system: string;
  readonly user: string;
  readonly body: Record<string, unknown>;
  readonly authorization: string | undefined;
}

/** One answer: the text of the completion, or a fault. */
export type ChatAnswer =
  | { readonly text: string; readonly finish?: 'stop' | 'length' }
  | { readonly status: number; readonly retryAfter?: string }
  | { readonly hang: true }
  | { readonly raw: string };

export interface ChatStub {
  readonly baseUrl: string;
  readonly requests: readonly ChatRequest[];
  close(): Promise<void>;
}

/** An endpoint on loopback that speaks `/v1/chat/completions`; `answer` is asked for every request. Port 0: any that is free. */
export async function startChatStub(answer: (request: ChatRequest, index: number) => ChatAnswer, port = 0): Promise<ChatStub> {
  const requests: ChatRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
      const messages = body['messages'] as { role: string; content: string }[];
      const of = (role: string): string => messages.find((each) => each.role === role)?.content ?? '';
      const request = { system: of('system'), user: of('user'), body, authorization: incoming.headers.authorization };
      requests.push(request);
      const given = answer(request, requests.length - 1);
      if ('hang' in given) return;
      if ('raw' in given) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(given.raw);
      } else if ('status' in given) {
        const headers = given.retryAfter === undefined ? {} : { 'retry-after': given.retryAfter };
        response.writeHead(given.status, { 'content-type': 'application/json', ...headers }).end('{"error":{"message":"no"}}');
      } else {
        const choice = { index: 0, finish_reason: given.finish ?? 'stop', message: { role: 'assistant', content: given.text } };
        const usage = { prompt_tokens: 4000, completion_tokens: 600, total_tokens: 4600 };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 0, model: 'stub', choices: [choice], usage }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${own}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
