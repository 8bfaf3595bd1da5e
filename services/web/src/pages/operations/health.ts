import { ApiError, type Schemas } from '../../api/client.ts';

export type Health = Schemas['Health'];

/** How the product stands. Not being ready is an answer too, with its reasons. */
export async function readHealth(): Promise<Health> {
  const response = await fetch('/health/ready', { credentials: 'same-origin' }).catch(() => undefined);
  if (response === undefined) throw new ApiError(0, { title: 'The server does not answer.' });
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body === 'object' && body !== null && 'stages' in body) return body as Health;
  throw new ApiError(response.status, (body ?? {}) as object);
}
