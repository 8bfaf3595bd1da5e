import { errors } from '@elastic/elasticsearch';
import { dependencyAway, Failure } from '../../kernel/index.ts';

const name = 'index';

/**
 * Everything the client throws, in our words. Away, busy, or not letting us in: retried until somebody mends it, and nothing
 * dies of it. A request that it does not understand is a bug of ours or a document that can never be indexed.
 */
export function indexFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof errors.ResponseError) {
    const status = error.statusCode ?? 0;
    if (status === 401 || status === 403)
      return dependencyAway(name, 'The search index refuses our credentials, or gives them too few rights.', error);
    if (status === 429) return dependencyAway(name, 'The search index is busy.', error, 2_000);
    if (status >= 500) return dependencyAway(name, `The search index failed (${status}).`, error);
    return new Failure({
      code: `index.${typeOf(error) ?? status}`,
      message: `The search index refused a request (${status}).`,
      retryable: false,
      cause: error,
    });
  }
  return dependencyAway(name, 'The search index cannot be reached.', error);
}

/** Elasticsearch's own name of an error; a fixed word, never content. */
function typeOf(error: errors.ResponseError): string | undefined {
  const type: unknown = (error.body as { error?: { type?: unknown } } | undefined)?.error?.type;
  return typeof type === 'string' && /^[a-z_]{1,80}$/.test(type) ? type : undefined;
}

/** True for an index or alias that is not there (any more). */
export function isGone(error: unknown): boolean {
  return error instanceof errors.ResponseError && error.statusCode === 404;
}

/** What became of one document of a bulk request. */
export interface BulkItem {
  readonly status: number;
  readonly type: string | undefined;
}

/**
 * The failure of a bulk request, if it has one. A version that is there already is done; a queue that is full is retried; a
 * document that cannot be indexed can never be, and says so without its content.
 */
export function bulkFailure(items: readonly BulkItem[]): Failure | undefined {
  const failed = items.filter(({ status }) => status >= 300 && status !== 409);
  const refused = failed.find(({ status }) => status >= 400 && status < 500 && status !== 429 && status !== 404);
  if (refused !== undefined)
    return new Failure({
      code: `index.${refused.type !== undefined && /^[a-z_]{1,80}$/.test(refused.type) ? refused.type : refused.status}`,
      message: `The search index refused a document (${refused.status}).`,
      retryable: false,
    });
  const busy = failed.find(({ status }) => status !== 404);
  return busy === undefined ? undefined : dependencyAway(name, `The search index did not take a document (${busy.status}).`);
}
