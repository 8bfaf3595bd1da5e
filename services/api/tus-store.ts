import { DataStore, ERRORS, Upload } from '@tus/server';
import type { Readable } from 'node:stream';
import {
  appendUpload,
  beginUpload,
  endUpload,
  type OpenUpload,
  type UploadDeps,
  type UploadedFile,
  uploadMs,
  uploadOffset,
} from '../../ingest/index.ts';
import { type Clock, Failure } from '../kernel/index.ts';

const askedBytes = 8 * 1024 ** 2;
const diskFull = { status_code: 503, body: 'The disk is nearly full; what arrived is kept.' };

/** Uploads as the tus library asks for them, over our encrypted parts. */
export class TusStore extends DataStore {
  readonly #deps: UploadDeps;
  readonly #clock: Clock;
  readonly #read: (metadata: string | undefined) => UploadedFile;
  readonly #accepting: () => Promise<boolean>;

  constructor(
    deps: UploadDeps,
    clock: Clock,
    read: (metadata: string | undefined) => UploadedFile,
    accepting: () => Promise<boolean>,
  ) {
    super();
    this.#deps = deps;
    this.#clock = clock;
    this.#read = read;
    this.#accepting = accepting;
    this.extensions = ['creation', 'creation-with-upload', 'expiration', 'termination'];
  }

  override async create(upload: Upload): Promise<Upload> {
    const createdAt = this.#clock.now();
    const header = Object.entries(upload.metadata ?? {})
      .map(([key, value]) => `${key} ${Buffer.from(value ?? '').toString('base64')}`)
      .join(',');
    await beginUpload(this.#deps, { uploadId: upload.id, sizeBytes: upload.size ?? 0, createdAt }, this.#read(header));
    upload.creation_date = new Date(createdAt).toISOString();
    return upload;
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    try {
      return await appendUpload(this.#deps, id, offset, this.#whileAccepting(stream));
    } catch (error) {
      throw error instanceof Failure && error.code === 'upload.offset' ? ERRORS.INVALID_OFFSET : error;
    }
  }

  override async getUpload(id: string): Promise<Upload> {
    const upload = await this.#open(id);
    return new Upload({
      id,
      size: upload.sizeBytes,
      offset: await uploadOffset(this.#deps, upload),
      creation_date: new Date(upload.createdAt).toISOString(),
    });
  }

  override async remove(id: string): Promise<void> {
    await this.#open(id);
    await endUpload(this.#deps, id);
  }

  override getExpiration(): number {
    return uploadMs;
  }

  /** A long request goes on while the disk fills: it is asked again after every few megabytes. */
  async *#whileAccepting(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    let sinceAsked = 0;
    for await (const chunk of stream) {
      yield chunk;
      sinceAsked += chunk.length;
      if (sinceAsked < askedBytes) continue;
      sinceAsked = 0;
      if (!(await this.#accepting())) throw diskFull;
    }
  }

  async #open(id: string): Promise<OpenUpload> {
    const upload = /^[0-9a-f]{32}$/.test(id) ? await this.#deps.uploads.get(id) : undefined;
    if (upload === undefined) throw ERRORS.FILE_NOT_FOUND;
    return upload;
  }
}
