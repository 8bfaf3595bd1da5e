import { sql } from 'kysely';
import type { OpenUpload, UploadStore } from '../../../ingest/index.ts';
import type { Tx } from '../../kernel/index.ts';
import { type Database, inside } from './database.ts';

interface UploadRow {
  readonly upload_id: string;
  readonly size_bytes: number;
  readonly created_at: number;
  readonly delivery_id: string | null;
}

const uploadOf = (row: UploadRow): OpenUpload => ({
  uploadId: row.upload_id,
  sizeBytes: row.size_bytes,
  createdAt: row.created_at,
  deliveryId: row.delivery_id ?? undefined,
});

/** `ingest.upload` in PostgreSQL. */
export class PostgresUploadStore implements UploadStore {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  async insert({ uploadId, sizeBytes, createdAt }: Omit<OpenUpload, 'deliveryId'>): Promise<void> {
    await sql`
      insert into ingest.upload (upload_id, size_bytes, created_at) values (${uploadId}, ${sizeBytes}, ${createdAt})
    `.execute(this.#database.reader<unknown>());
  }

  async get(uploadId: string): Promise<OpenUpload | undefined> {
    const { rows } = await sql<UploadRow>`select * from ingest.upload where upload_id = ${uploadId}`.execute(
      this.#database.reader<unknown>(),
    );
    return rows[0] === undefined ? undefined : uploadOf(rows[0]);
  }

  async list(): Promise<readonly OpenUpload[]> {
    const { rows } = await sql<UploadRow>`select * from ingest.upload order by created_at, upload_id`.execute(
      this.#database.reader<unknown>(),
    );
    return rows.map(uploadOf);
  }

  async noteDelivery(tx: Tx, uploadId: string, deliveryId: string): Promise<boolean> {
    const { rows } = await sql`
      update ingest.upload set delivery_id = ${deliveryId} where upload_id = ${uploadId} and delivery_id is null returning 1
    `.execute(inside<unknown>(tx));
    return rows.length > 0;
  }

  async remove(uploadId: string): Promise<void> {
    await sql`delete from ingest.upload where upload_id = ${uploadId}`.execute(this.#database.reader<unknown>());
  }
}
