import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './openapi.d.ts';

export type Schemas = components['schemas'];
type Bilingual = { readonly zh: string; readonly en: string };

/** What the server said instead of an answer, or that it said nothing (`offline`). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** For people, where the server has a text for them. */
  readonly text: Bilingual | undefined;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly at: number;

  constructor(status: number, problem: Partial<{ title: string; code: string; text: Bilingual; errors: ApiError['errors'] }>) {
    super(problem.title ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? (status === 0 ? 'offline' : `http-${status}`);
    this.text = problem.text;
    this.errors = problem.errors ?? [];
    this.at = Date.now();
  }
}

/** Told of each 401: the page asks for the token once. */
export const whenTokenNeeded = new EventTarget();

const failing: Middleware = {
  async onResponse({ response }) {
    if (response.ok || response.status === 304) return undefined;
    const body: unknown = await response.json().catch(() => ({}));
    if (response.status === 401) whenTokenNeeded.dispatchEvent(new Event('needed'));
    throw new ApiError(response.status, body as ConstructorParameters<typeof ApiError>[1]);
  },
  onError() {
    return new ApiError(0, { title: 'The server does not answer.' });
  },
};

/** The HTTP face of the product, typed by its document; anything but an answer is an `ApiError`. */
export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '', credentials: 'same-origin' });
api.use(failing);

/** The answer's body. The client throws everything else, so there always is one. */
export async function answer<T>(asked: Promise<{ data?: T }>): Promise<T> {
  const { data } = await asked;
  return data as T;
}
