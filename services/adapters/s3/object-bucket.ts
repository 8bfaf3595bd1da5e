import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import {
  type ByteRange,
  type Bytes,
  checkObjectName,
  checkObjectPrefix,
  cutRange,
  dependencyAway,
  type ObjectInfo,
  type ObjectStore,
} from '../../kernel/index.ts';
import { isMissing, s3Failure, statusOf } from './s3-failure.ts';

export interface ObjectBucketOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Stands before every name; empty or ending in a slash. */
  readonly prefix?: string;
  /** A body that streams is held back up to this size, then sent in parts of it. At least 5 MiB. Default 8 MiB. */
  readonly partBytes?: number;
  /** Told when the bucket keeps versions of a deleted object under a lock, with how many. */
  readonly onKept?: (versions: number) => void;
}

/** An object store in a bucket, and addresses that let others read an object for a while. */
export interface ObjectBucket extends ObjectStore {
  /** An address that answers with the object for so many seconds, without any key. */
  presign(name: string, seconds: number, contentType: string): Promise<string>;
}

const smallestPart = 5 * 1024 ** 2;
const resumes = 3;

/**
 * Objects in an S3 bucket. A put is conditional on the server (`If-None-Match: *`), for long bodies at the end of a multipart
 * upload that is aborted when anything fails. In a bucket that keeps versions a delete takes every version away; what a lock
 * holds is hidden behind a delete marker and goes when its time is over.
 */
export function objectBucket(options: ObjectBucketOptions): ObjectBucket {
  return new S3Bucket(options);
}

class S3Bucket implements ObjectBucket {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #partBytes: number;
  readonly #onKept: (versions: number) => void;
  #versioned: Promise<boolean> | undefined;

  constructor({ client, bucket, prefix = '', partBytes = 8 * 1024 ** 2, onKept = () => undefined }: ObjectBucketOptions) {
    if (partBytes < smallestPart) throw new RangeError('the parts of an upload have 5 MiB at least');
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#partBytes = partBytes;
    this.#onKept = onKept;
  }

  async put(name: string, body: Bytes): Promise<'created' | 'exists'> {
    const at = this.#at(name);
    if (body instanceof Uint8Array) return this.#putWhole(at, body);
    if ((await this.stat(name)) !== undefined) return 'exists';
    const parts = inParts(body, this.#partBytes);
    const first = await parts.next();
    const second = first.done === true ? first : await parts.next();
    if (second.done === true) return this.#putWhole(at, first.value ?? new Uint8Array(0));
    return this.#putLong(
      at,
      (async function* () {
        yield first.value ?? new Uint8Array(0);
        yield second.value;
        yield* parts;
      })(),
    );
  }

  async stat(name: string): Promise<ObjectInfo | undefined> {
    try {
      const head = await this.#client.send(new HeadObjectCommand(this.#at(name)));
      return { name, sizeBytes: head.ContentLength ?? 0 };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw s3Failure(error);
    }
  }

  async read(name: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined> {
    const at = this.#at(name);
    cutRange(range, Number.MAX_SAFE_INTEGER);
    const whole = range === undefined || (range.start === 0 && range.end === Number.POSITIVE_INFINITY);
    if (!whole && (range.end <= range.start || range.start >= Number.MAX_SAFE_INTEGER))
      return (await this.stat(name)) === undefined ? undefined : nothing();
    try {
      const first = await this.#open(at, whole ? undefined : range);
      return first === undefined ? nothing() : this.#pieces(at, first);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw s3Failure(error);
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    checkObjectPrefix(prefix);
    let next: string | undefined;
    do {
      const page = await this.#asked(() =>
        this.#client.send(
          new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: this.#prefix + prefix, ContinuationToken: next }),
        ),
      );
      // S3 lists in the order of bytes, and names are ASCII: the order of names.
      for (const { Key, Size } of page.Contents ?? [])
        if (Key !== undefined) yield { name: Key.slice(this.#prefix.length), sizeBytes: Size ?? 0 };
      next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (next !== undefined);
  }

  async delete(name: string): Promise<void> {
    const at = this.#at(name);
    await this.#asked(async () => {
      if (await this.#keepsVersions()) await this.#deleteVersions(at);
      else await this.#client.send(new DeleteObjectCommand(at));
    });
  }

  async presign(name: string, seconds: number, contentType: string): Promise<string> {
    const command = new GetObjectCommand({ ...this.#at(name), ResponseContentType: contentType });
    return this.#asked(() => getSignedUrl(this.#client, command, { expiresIn: seconds }));
  }

  #at(name: string): { Bucket: string; Key: string } {
    checkObjectName(name);
    return { Bucket: this.#bucket, Key: this.#prefix + name };
  }

  async #asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw s3Failure(error);
    }
  }

  async #putWhole(at: { Bucket: string; Key: string }, body: Uint8Array): Promise<'created' | 'exists'> {
    for (let attempt = 1; ; attempt++)
      try {
        await this.#client.send(new PutObjectCommand({ ...at, Body: body, ContentLength: body.length, IfNoneMatch: '*' }));
        return 'created';
      } catch (error) {
        if (statusOf(error) === 412) return 'exists';
        // Another conditional put of the same name was under way: whether it came to its end shows at the next try.
        if (statusOf(error) === 409 && attempt < 5) continue;
        throw s3Failure(error);
      }
  }

  async #putLong(at: { Bucket: string; Key: string }, parts: AsyncIterable<Uint8Array>): Promise<'created' | 'exists'> {
    const { UploadId } = await this.#asked(() => this.#client.send(new CreateMultipartUploadCommand(at)));
    const upload = { ...at, UploadId };
    try {
      const done: { PartNumber: number; ETag: string | undefined }[] = [];
      for await (const Body of parts) {
        const PartNumber = done.length + 1;
        const { ETag } = await this.#asked(() => this.#client.send(new UploadPartCommand({ ...upload, PartNumber, Body })));
        done.push({ PartNumber, ETag });
      }
      const complete = new CompleteMultipartUploadCommand({ ...upload, IfNoneMatch: '*', MultipartUpload: { Parts: done } });
      await this.#client.send(complete);
      return 'created';
    } catch (error) {
      // Whatever went wrong is said; an upload that cannot be aborted now goes by the bucket's own rule for those.
      await this.#client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
      if (statusOf(error) === 412) return 'exists';
      throw s3Failure(error);
    }
  }

  /** Undefined when the range begins behind the end. */
  async #open(at: { Bucket: string; Key: string }, range: ByteRange | undefined, etag?: string): Promise<Opened | undefined> {
    const last = range === undefined || range.end === Number.POSITIVE_INFINITY ? '' : String(Math.trunc(range.end) - 1);
    try {
      const { Body, ETag, ContentLength } = await this.#client.send(
        new GetObjectCommand({
          ...at,
          ...(range === undefined ? {} : { Range: `bytes=${range.start}-${last}` }),
          ...(etag === undefined ? {} : { IfMatch: etag }),
        }),
      );
      if (Body === undefined || ContentLength === undefined) throw new Error('the object store sent no body');
      const start = range?.start ?? 0;
      return { body: Body as AsyncIterable<Uint8Array>, etag: ETag, start, end: start + ContentLength };
    } catch (error) {
      if (statusOf(error) === 416) return undefined;
      throw error;
    }
  }

  /** A connection that breaks in the middle (the reader may take minutes) is taken up again where it broke. */
  async *#pieces(at: { Bucket: string; Key: string }, first: Opened): AsyncGenerator<Uint8Array> {
    let position = first.start;
    let opened: Opened | undefined = first;
    for (let broken = 0; ; broken++)
      try {
        opened ??= await this.#open(at, { start: position, end: first.end }, first.etag);
        for await (const piece of opened?.body ?? []) {
          position += piece.length;
          yield piece;
        }
        if (position === first.end) return;
        throw dependencyAway('object-store', 'An object ends before the size that it had when it was opened.');
      } catch (error) {
        const failure = s3Failure(error);
        const over = statusOf(error) === 412 || isMissing(error);
        if (over || broken >= resumes) throw failure instanceof Error ? awayUnlessOurs(failure) : failure;
        opened = undefined;
      }
  }

  #keepsVersions(): Promise<boolean> {
    this.#versioned ??= this.#client
      .send(new GetBucketVersioningCommand({ Bucket: this.#bucket }))
      .then(({ Status }) => Status !== undefined)
      .catch((error: unknown) => {
        this.#versioned = undefined;
        // Servers without versions, and roles that may not ask.
        if (statusOf(error) === 501 || statusOf(error) === 403 || statusOf(error) === 405) return false;
        throw error;
      });
    return this.#versioned;
  }

  async #deleteVersions(at: { Bucket: string; Key: string }): Promise<void> {
    let [key, version]: [string | undefined, string | undefined] = [undefined, undefined];
    let kept = 0;
    const markers: string[] = [];
    do {
      const page: ListObjectVersionsCommandOutput = await this.#client.send(
        new ListObjectVersionsCommand({ Bucket: at.Bucket, Prefix: at.Key, KeyMarker: key, VersionIdMarker: version }),
      );
      for (const { Key, VersionId } of page.Versions ?? [])
        if (Key === at.Key && VersionId !== undefined && !(await this.#deleteVersion(at, VersionId))) kept++;
      for (const { Key, VersionId } of page.DeleteMarkers ?? [])
        if (Key === at.Key && VersionId !== undefined) markers.push(VersionId);
      const more = page.IsTruncated === true && (page.NextKeyMarker ?? '') <= at.Key;
      [key, version] = more ? [page.NextKeyMarker, page.NextVersionIdMarker] : [undefined, undefined];
    } while (key !== undefined);
    if (kept > 0) {
      this.#onKept(kept);
      if (await this.#exists(at)) await this.#client.send(new DeleteObjectCommand(at));
    } else for (const marker of markers) await this.#deleteVersion(at, marker);
  }

  async #exists(at: { Bucket: string; Key: string }): Promise<boolean> {
    try {
      await this.#client.send(new HeadObjectCommand(at));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** False when a lock holds it. */
  async #deleteVersion(at: { Bucket: string; Key: string }, VersionId: string): Promise<boolean> {
    try {
      await this.#client.send(new DeleteObjectCommand({ ...at, VersionId }));
      return true;
    } catch (error) {
      if (isMissing(error)) return true;
      const status = statusOf(error);
      if (status === 403 || status === 400) return false;
      throw error;
    }
  }
}

interface Opened {
  readonly body: AsyncIterable<Uint8Array>;
  readonly etag: string | undefined;
  /** Inclusive start, exclusive end, in the object. */
  readonly start: number;
  readonly end: number;
}

/** A stream that breaks throws whatever its socket says. */
function awayUnlessOurs(error: Error): Error {
  return error.name === 'Failure' ? error : dependencyAway('object-store', 'The object store broke off an answer.', error);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The body in pieces of exactly `size` bytes, but the last. */
async function* inParts(body: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, undefined> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (let piece of body) {
    while (bytes + piece.length >= size) {
      const room = size - bytes;
      held.push(piece.subarray(0, room));
      yield Buffer.concat(held);
      piece = piece.subarray(room);
      held = [];
      bytes = 0;
    }
    // The giver may use its buffer again.
    if (piece.length > 0) held.push(Uint8Array.from(piece));
    bytes += piece.length;
  }
  if (bytes > 0) yield Buffer.concat(held);
  return undefined;
}
