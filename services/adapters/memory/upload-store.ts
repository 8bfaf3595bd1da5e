import type { OpenUpload, UploadStore } from '../../../ingest/index.ts';
import type { Tx } from '../../kernel/index.ts';
import { onRollback } from './transaction.ts';

/** Uploads in memory; passes the same contract suite as the database. */
export class MemoryUploadStore implements UploadStore {
  readonly #uploads = new Map<string, OpenUpload>();

  async insert(upload: Omit<OpenUpload, 'deliveryId'>): Promise<void> {
    if (this.#uploads.has(upload.uploadId)) throw new Error('there is such an upload already');
    this.#uploads.set(upload.uploadId, { ...upload, deliveryId: undefined });
  }

  async get(uploadId: string): Promise<OpenUpload | undefined> {
    return this.#uploads.get(uploadId);
  }

  async list(): Promise<readonly OpenUpload[]> {
    return [...this.#uploads.values()].toSorted((a, b) => a.createdAt - b.createdAt || (a.uploadId < b.uploadId ? -1 : 1));
  }

  async noteDelivery(tx: Tx, uploadId: string, deliveryId: string): Promise<boolean> {
    const upload = this.#uploads.get(uploadId);
    if (upload === undefined || upload.deliveryId !== undefined) return false;
    this.#uploads.set(uploadId, { ...upload, deliveryId });
    onRollback(tx, () => this.#uploads.set(uploadId, upload));
    return true;
  }

  async remove(uploadId: string): Promise<void> {
    this.#uploads.delete(uploadId);
  }
}
