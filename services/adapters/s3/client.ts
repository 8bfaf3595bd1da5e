import { S3Client } from '@aws-sdk/client-s3';

/** How a server is reached; as in the settings `objects.s3` and `bucketSources`. */
export interface S3Place {
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly pathStyle: boolean;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** A client with time limits; three attempts a request, later ones are the caller's. */
export function s3Client({ region, endpoint, pathStyle, accessKeyId, secretAccessKey, timeoutMs = 30_000 }: S3Place): S3Client {
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined ? {} : { credentials: { accessKeyId, secretAccessKey } }),
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 64 },
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    },
  });
}
