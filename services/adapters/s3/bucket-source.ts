import { type _Object, DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { FolderFiles, ListedFile } from '../../../ingest/index.ts';
import { Failure } from '../../kernel/index.ts';
import { isMissing, s3Failure } from './s3-failure.ts';

export interface BucketSourceOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** What lies elsewhere is not looked at; names begin after it. */
  readonly prefix: string;
  readonly after: 'leave' | 'delete';
}

/** Objects of a page, beside those before that may belong to one of them. */
export interface BucketPage {
  readonly files: readonly ListedFile[];
  /** Where the next page begins; undefined after the last one. */
  readonly cursor: string | undefined;
}

/** Names that stand side by side in a listing belong together (a recording, its sidecar): so many are looked at again. */
const overlap = 20;
const pageSize = 1_000;

/**
 * A bucket into which others put recordings. An object is there whole or not at all, so nothing has to settle. It is listed a
 * page at a time, by a cursor, so that a bucket of any size takes the same memory.
 */
export class BucketSource implements FolderFiles {
  readonly #options: BucketSourceOptions;

  constructor(options: BucketSourceOptions) {
    this.#options = options;
  }

  /** A page of the listing from after a name, in name order; without one, the first. */
  async page(cursor?: string, carried: readonly ListedFile[] = []): Promise<BucketPage> {
    const { client, bucket, prefix } = this.#options;
    const { Contents = [], IsTruncated } = await asked(() =>
      client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          MaxKeys: pageSize,
          ...(cursor === undefined ? {} : { StartAfter: prefix + cursor }),
        }),
      ),
    );
    const fresh = Contents.flatMap((object) => listed(object, prefix));
    const last = Contents.at(-1)?.Key?.slice(prefix.length);
    return { files: [...carried, ...fresh], cursor: IsTruncated === true ? last : undefined };
  }

  /** Every page of the bucket, each with the end of the one before. */
  async *pages(): AsyncIterable<readonly ListedFile[]> {
    let cursor: string | undefined;
    let carried: readonly ListedFile[] = [];
    do {
      const page: BucketPage = await this.page(cursor, carried);
      yield page.files;
      carried = page.files.slice(-overlap);
      ({ cursor } = page);
    } while (cursor !== undefined);
  }

  /** An object, with what lies beside it under the same name but another ending: all that belongs to one recording. */
  async beside(name: string): Promise<readonly ListedFile[]> {
    const { client, bucket, prefix } = this.#options;
    const base = name.lastIndexOf('/') + 1;
    const dot = name.indexOf('.', base);
    const stem = dot <= base ? name : name.slice(0, dot + 1);
    const { Contents = [] } = await asked(() =>
      client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix + stem, MaxKeys: pageSize })),
    );
    return Contents.flatMap((object) => listed(object, prefix));
  }

  async list(): Promise<ListedFile[]> {
    const byName = new Map<string, ListedFile>();
    for await (const files of this.pages()) for (const file of files) byName.set(file.name, file);
    return [...byName.values()];
  }

  async *open(name: string): AsyncIterable<Uint8Array> {
    try {
      const { Body } = await this.#options.client.send(new GetObjectCommand(this.#at(name)));
      if (Body !== undefined) yield* Body as AsyncIterable<Uint8Array>;
    } catch (error) {
      if (isMissing(error))
        throw new Failure({
          code: 'bucket.file-gone',
          message: 'a file of a watched bucket was gone before it could be read',
          retryable: true,
          cause: error,
        });
      throw s3Failure(error);
    }
  }

  async readSmall(name: string, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      const { Body, ContentLength = 0 } = await this.#options.client.send(new GetObjectCommand(this.#at(name)));
      if (Body === undefined) return undefined;
      if (ContentLength <= maxBytes) return await Body.transformToByteArray();
      await Body.transformToWebStream().cancel();
      return undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw s3Failure(error);
    }
  }

  async putAway(name: string): Promise<void> {
    if (this.#options.after === 'delete') await asked(() => this.#options.client.send(new DeleteObjectCommand(this.#at(name))));
  }

  #at(name: string): { Bucket: string; Key: string } {
    const { bucket, prefix } = this.#options;
    return { Bucket: bucket, Key: prefix + name };
  }
}

/** None for what stands for a folder. */
function listed({ Key, Size, LastModified }: _Object, prefix: string): ListedFile[] {
  const name = Key?.slice(prefix.length) ?? '';
  if (name === '' || name.endsWith('/')) return [];
  return [{ name, sizeBytes: Size ?? 0, modifiedAt: LastModified?.getTime() ?? 0 }];
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw s3Failure(error);
  }
}
