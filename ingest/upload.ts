import { createHash } from 'node:crypto';
import { Failure, type RawStore, type Tx, wholeBytes } from '../services/kernel/index.ts';
import type { CallMetadata } from './call-metadata.ts';
import type { DeliveredFile, DeliverResult } from './deliver.ts';
import type { OpenUpload, SpooledFile, UploadStore } from './ports.ts';

/** What a client says of the file that it is going to bring. Content: it lies beside the bytes, encrypted. */
export interface UploadedFile {
  readonly source: string;
  readonly name: string;
  readonly modifiedAt: number | undefined;
  readonly metadata: CallMetadata;
}

export interface UploadDeps {
  readonly uploads: UploadStore;
  readonly raw: RawStore;
  /** `deliverSpooled` of the product. */
  deliver(file: Omit<DeliveredFile, 'bytes'>, spooled: SpooledFile): Promise<DeliverResult>;
}

/** Unfinished uploads are kept so long from their beginning; what is known of finished ones too. */
export const uploadMs = 24 * 3_600_000;

/** What a process that is killed in the middle of an upload can lose of it. */
const partBytes = 4 * 1024 ** 2;

/** Each upload has a key of its own, which ends with it: what is left of its parts anywhere is unreadable then. */
const ownerOf = (uploadId: string): string => `upload.${uploadId}`;
const partName = (offset: number): string => `part/${String(offset).padStart(13, '0')}`;
const infoName = 'info';

/** Begins an upload of `sizeBytes`; its id is 32 hex digits that nobody can guess. */
export async function beginUpload(
  { uploads, raw }: Pick<UploadDeps, 'uploads' | 'raw'>,
  upload: { readonly uploadId: string; readonly sizeBytes: number; readonly createdAt: number },
  file: UploadedFile,
): Promise<void> {
  await raw.put(ownerOf(upload.uploadId), infoName, Buffer.from(JSON.stringify(file)));
  await uploads.insert(upload);
}

/** How far an upload is. A part counts once it is whole and on disk, so that this is true after any crash. */
export async function uploadOffset({ raw }: Pick<UploadDeps, 'raw'>, upload: OpenUpload): Promise<number> {
  if (upload.deliveryId !== undefined) return upload.sizeBytes;
  return (await partsOf(raw, upload.uploadId)).at(-1)?.end ?? 0;
}

/**
 * Appends bytes from an offset on. What arrived before the stream broke off is kept, and the stream's error thrown on.
 * @returns the new offset
 * @throws Failure `upload.offset` when another request wrote there meanwhile
 */
export async function appendUpload(
  { raw }: Pick<UploadDeps, 'raw'>,
  uploadId: string,
  offset: number,
  bytes: AsyncIterable<Uint8Array>,
): Promise<number> {
  let at = offset;
  let held: Uint8Array[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (size === 0) return;
    const part = Buffer.concat(held);
    held = [];
    size = 0;
    if ((await raw.put(ownerOf(uploadId), partName(at), part)) === 'exists')
      throw new Failure({ code: 'upload.offset', message: 'Another request writes to this upload.', retryable: true });
    at += part.length;
  };
  try {
    for await (const chunk of bytes) {
      held.push(chunk);
      size += chunk.length;
      if (size >= partBytes) await flush();
    }
  } finally {
    await flush();
  }
  return at;
}

/** Undoes a delivery whose upload was delivered by another request meanwhile; never leaves this file. */
class DeliveredAlready extends Error {}

/**
 * Delivers a whole upload, once: the delivery and the note of it are one transaction, so that neither a crash nor a second
 * request makes another of it.
 * @returns undefined when there is no such upload, or it is not whole
 */
export async function finishUpload(deps: UploadDeps, uploadId: string): Promise<string | undefined> {
  const upload = await deps.uploads.get(uploadId);
  if (upload === undefined) return undefined;
  if (upload.deliveryId === undefined && (await uploadOffset(deps, upload)) !== upload.sizeBytes) return undefined;
  const deliveryId = upload.deliveryId ?? (await deliverOnce(deps, upload));
  await deps.raw.erase(ownerOf(uploadId));
  return deliveryId;
}

async function deliverOnce(deps: UploadDeps, { uploadId, sizeBytes }: OpenUpload): Promise<string> {
  try {
    const file = await uploadedFile(deps.raw, uploadId);
    const inSameTransaction = async (tx: Tx, { deliveryId }: DeliverResult): Promise<void> => {
      if (!(await deps.uploads.noteDelivery(tx, uploadId, deliveryId))) throw new DeliveredAlready();
    };
    const spooled = await spooledOf(deps.raw, uploadId, sizeBytes);
    return (await deps.deliver({ ...file, inSameTransaction }, spooled)).deliveryId;
  } catch (error) {
    // Another request delivered it, and may have erased the parts under our hands.
    const now = await deps.uploads.get(uploadId);
    if (now?.deliveryId !== undefined) return now.deliveryId;
    throw error;
  }
}

/** Forgets an upload and everything that arrived of it. What was delivered stays delivered. */
export async function endUpload({ uploads, raw }: Pick<UploadDeps, 'uploads' | 'raw'>, uploadId: string): Promise<void> {
  await raw.erase(ownerOf(uploadId));
  await uploads.remove(uploadId);
}

/**
 * Delivers what is whole and was not delivered (a process ended in between), and forgets what is too old.
 * @returns how many were forgotten
 */
export async function settleUploads(deps: UploadDeps, now: number): Promise<number> {
  let forgotten = 0;
  for (const { uploadId, createdAt, deliveryId } of await deps.uploads.list())
    if (deliveryId === undefined && (await finishUpload(deps, uploadId)) !== undefined) continue;
    else if (createdAt < now - uploadMs) {
      await endUpload(deps, uploadId);
      forgotten += 1;
    }
  return forgotten;
}

async function uploadedFile(raw: RawStore, uploadId: string): Promise<UploadedFile> {
  const info = await raw.read(ownerOf(uploadId), infoName);
  if (info === undefined) throw gone();
  return JSON.parse((await wholeBytes(info)).toString('utf8')) as UploadedFile;
}

interface Part {
  readonly start: number;
  readonly end: number;
}

/** The parts that follow each other from the beginning without a gap. */
async function partsOf(raw: RawStore, uploadId: string): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for await (const { name, sizeBytes } of raw.list(ownerOf(uploadId), 'part/')) {
    const start = Number(name.slice('part/'.length));
    if (start !== (parts.at(-1)?.end ?? 0)) break;
    parts.push({ start, end: start + sizeBytes });
  }
  return parts;
}

/** The parts as one file; they are not copied. */
async function spooledOf(raw: RawStore, uploadId: string, sizeBytes: number): Promise<SpooledFile> {
  const parts = await partsOf(raw, uploadId);
  const read = async function* (start = 0, end = sizeBytes): AsyncIterable<Uint8Array> {
    for (const part of parts) {
      if (part.end <= start || part.start >= end) continue;
      const stretch = { start: Math.max(start, part.start) - part.start, end: Math.min(end, part.end) - part.start };
      const bytes = await raw.read(ownerOf(uploadId), partName(part.start), stretch);
      if (bytes === undefined) throw gone();
      yield* bytes;
    }
  };
  const hash = createHash('sha256');
  for await (const bytes of read()) hash.update(bytes);
  return { sizeBytes, sha256: hash.digest('hex'), read, close: async () => undefined };
}

const gone = (): Failure =>
  new Failure({ code: 'upload.gone', message: 'This upload was ended while it was being read.', retryable: false });
