import { type Kysely, type Selectable, sql } from 'kysely';
import type { StoredTranscript, TranscriptStore } from '../../../transcribe/index.ts';
import type { Tx } from '../../kernel/index.ts';
import { type Database, inside } from './database.ts';

interface TranscriptTable {
  transcript_id: string;
  call_id: string;
  recipe_hash: string;
  content_hash: string;
  object: string;
  rendition_object: string | null;
  peaks_object: string | null;
  metrics_object: string;
  language: string;
  duration_ms: number;
}

interface Tables {
  'transcribe.transcript': TranscriptTable;
  'transcribe.current': { call_id: string; requested_recipe: string; transcript_id: string | null };
}

/** `transcribe.*` in PostgreSQL. */
export class PostgresTranscriptStore implements TranscriptStore {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  async request(tx: Tx, callId: string, recipeHash: string): Promise<boolean> {
    // A result that is there already becomes current at once: its job is a duplicate and will not finish again.
    const { rows } = await sql<{ switched: boolean }>`
      with before as (select transcript_id from transcribe.current where call_id = ${callId})
      insert into transcribe.current as current (call_id, requested_recipe, transcript_id)
      values (${callId}, ${recipeHash},
              (select transcript_id from transcribe.transcript where call_id = ${callId} and recipe_hash = ${recipeHash}))
      on conflict (call_id) do update
        set requested_recipe = excluded.requested_recipe,
            transcript_id = coalesce(excluded.transcript_id, current.transcript_id)
      returning transcript_id <> (select transcript_id from before) is true as switched
    `.execute(inside<Tables>(tx));
    return rows[0]?.switched === true;
  }

  async save(tx: Tx, row: StoredTranscript): Promise<void> {
    await sql`
      with kept as (
        insert into transcribe.transcript (transcript_id, call_id, recipe_hash, content_hash, object, rendition_object,
                                           peaks_object, metrics_object, language, duration_ms)
        values (${row.transcriptId}, ${row.callId}, ${row.recipeHash}, ${row.contentHash}, ${row.object},
                ${row.renditionObject ?? null}, ${row.peaksObject ?? null}, ${row.metricsObject}, ${row.language}, ${row.durationMs})
        on conflict (transcript_id) do nothing
      )
      update transcribe.current set transcript_id = ${row.transcriptId}
      where call_id = ${row.callId} and requested_recipe = ${row.recipeHash}
    `.execute(inside<Tables>(tx));
  }

  async current(callId: string): Promise<StoredTranscript | undefined> {
    return this.#current(this.#database.reader<Tables>(), callId);
  }

  async currentInside(tx: Tx, callId: string): Promise<StoredTranscript | undefined> {
    return this.#current(inside<Tables>(tx), callId);
  }

  async erase(tx: Tx, callId: string): Promise<void> {
    const db = inside<Tables>(tx);
    await db.deleteFrom('transcribe.current').where('call_id', '=', callId).execute();
    await db.deleteFrom('transcribe.transcript').where('call_id', '=', callId).execute();
  }

  async #current(db: Kysely<Tables>, callId: string): Promise<StoredTranscript | undefined> {
    const row = await db
      .selectFrom('transcribe.current as current')
      .innerJoin('transcribe.transcript as transcript', 'transcript.transcript_id', 'current.transcript_id')
      .selectAll('transcript')
      .where('current.call_id', '=', callId)
      .executeTakeFirst();
    return row === undefined ? undefined : transcriptOf(row);
  }
}

function transcriptOf(row: Selectable<TranscriptTable>): StoredTranscript {
  return {
    transcriptId: row.transcript_id,
    callId: row.call_id,
    recipeHash: row.recipe_hash,
    contentHash: row.content_hash,
    object: row.object,
    renditionObject: row.rendition_object ?? undefined,
    peaksObject: row.peaks_object ?? undefined,
    metricsObject: row.metrics_object,
    language: row.language,
    durationMs: row.duration_ms,
  };
}
