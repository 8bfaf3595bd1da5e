import { S3ServiceException } from '@aws-sdk/client-s3';
import { dependencyAway, Failure } from '../../kernel/index.ts';

/** What the server's refusals mean where it is not the object that is the trouble: a person has to look at settings and rights. */
const misconfigured = new Map([
  ['AccessDenied', 'may not do this; look at its rights on the bucket'],
  ['AllAccessDisabled', 'may not do this; look at its rights on the bucket'],
  ['Forbidden', 'may not do this; look at its rights on the bucket'],
  ['InvalidAccessKeyId', 'is not known there; look at the access key'],
  ['SignatureDoesNotMatch', 'has a wrong secret; look at the access key'],
  ['ExpiredToken', 'has credentials that ran out'],
  ['RequestTimeTooSkewed', 'has a clock that is wrong'],
  ['NoSuchBucket', 'finds no such bucket; look at the settings'],
  ['PermanentRedirect', 'asks in the wrong region; look at the settings'],
  ['AuthorizationHeaderMalformed', 'asks in the wrong region; look at the settings'],
]);

const networkTrouble =
  /^(E[A-Z]+|TimeoutError|NetworkingError|RequestTimeout|RequestTimeoutException|AbortError|CredentialsProviderError)$/;

/** HTTP status of what the SDK threw, where the server answered at all. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

export function isMissing(error: unknown): boolean {
  // A missing bucket is no missing object.
  return error instanceof S3ServiceException && error.name !== 'NoSuchBucket' && statusOf(error) === 404;
}

/**
 * The SDK's errors name buckets, keys and hosts: what leaves here is ours. Whatever is wrong with the store itself is a wait for
 * the dependency `object-store`, also rights and settings: no call dies of those. A refusal of one object alone is its failure.
 */
export function s3Failure(error: unknown): unknown {
  if (error instanceof Failure || error instanceof TypeError || error instanceof RangeError) return error;
  const { name, code } = namesOf(error);
  const status = statusOf(error);
  const trouble = misconfigured.get(name) ?? (status === 401 || status === 403 ? misconfigured.get('AccessDenied') : undefined);
  if (trouble !== undefined)
    return new Failure({
      code: 'object-store.denied',
      message: `This process ${trouble} (${name}); work goes on by itself when that is mended.`,
      retryable: true,
      failureCause: 'dependency',
      dependency: 'object-store',
      cause: error,
    });
  if (name === 'SlowDown' || status === 429 || status === 503)
    return dependencyAway('object-store', `The object store asks for patience (${name}).`, error, retryAfterOf(error));
  if ((status !== undefined && status >= 500) || status === 408 || status === 409)
    return dependencyAway('object-store', `The object store cannot do it now (${name}).`, error);
  if (status === undefined && (networkTrouble.test(name) || networkTrouble.test(code)))
    return dependencyAway('object-store', `The object store does not answer (${code === '' ? name : code}).`, error);
  if (!(error instanceof S3ServiceException)) return error;
  return new Failure({
    code: 'object-store.refused',
    message: `The object store refused an object (${name}, ${status ?? 'no answer'}).`,
    retryable: false,
    cause: error,
  });
}

function namesOf(error: unknown): { name: string; code: string } {
  if (!(error instanceof Error)) return { name: '', code: '' };
  const { code } = error as Error & { code?: unknown };
  return { name: error.name, code: typeof code === 'string' ? code : '' };
}

function retryAfterOf(error: unknown): number | undefined {
  const response = error instanceof S3ServiceException ? error.$response : undefined;
  const seconds = Number((response as { headers?: Record<string, string> } | undefined)?.headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3_600) * 1000 : undefined;
}
