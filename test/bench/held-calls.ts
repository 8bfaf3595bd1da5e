import { sql } from 'kysely';
import type { Database } from '../../services/adapters/postgres/database.ts';

/** Puts rows of finished calls into the database, as many as a centre would hold, without doing their work. */
export async function holdCalls(database: Database, from: number, to: number): Promise<void> {
  const db = database.reader<unknown>();
  for (let start = from; start < to; start += 5000) {
    const end = Math.min(to, start + 5000);
    const rows = sql`generate_series(${start}::int, ${end - 1}::int) as held (n)`;
    await sql`
      insert into ingest.call (call_id, source, name, audio_sha256, size_bytes, metadata, recording, recording_kind, revision, state, received_at)
      select md5('held' || n), 'held', 'held-' || n, repeat(md5('audio' || n), 2), 1000000, '{"queue":"wealth-outbound","direction":"outbound"}',
             'recording/x', 'audio', 4, 'scored', 1700000000000 + n from ${rows}`.execute(db);
    await sql`
      insert into ingest.delivery (delivery_id, source, name, size_bytes, audio_sha256, state, call_id, first_seen_at, last_seen_at)
      select md5('delivery' || n), 'held', 'held-' || n, 1000000, repeat(md5('audio' || n), 2), 'accepted', md5('held' || n),
             1700000000000 + n, 1700000000000 + n from ${rows}`.execute(db);
    await sql`
      insert into transcribe.transcript (transcript_id, call_id, recipe_hash, content_hash, object, metrics_object, language, duration_ms)
      select md5('t' || n), md5('held' || n), md5('r' || n), md5('c' || n), 'calls/x/transcript/' || n, 'calls/x/metrics/' || n, 'zh', 100000 from ${rows}`.execute(
      db,
    );
    await sql`insert into transcribe.current select md5('held' || n), md5('r' || n), md5('t' || n) from ${rows}`.execute(db);
    await sql`
      insert into scoring.scorecard (scorecard_id, call_id, rubric_id, rubric_hash, headline, card)
      select md5('s' || n), md5('held' || n), 'bench', md5('h'), true,
             jsonb_build_object('version', 1, 'criteria', (select jsonb_agg(jsonb_build_object('id', i, 'verdict', 'met', 'reason', md5(n::text || i)))
                                                           from generate_series(1, 30) i)) from ${rows}`.execute(db);
    await sql`insert into scoring.scored select md5('held' || n), md5('q' || n), array[md5('s' || n)] from ${rows}`.execute(db);
    await sql`insert into scoring.current select md5('held' || n), md5('q' || n), md5('q' || n) from ${rows}`.execute(db);
    for (const stage of ['transcribe', 'score'])
      await sql`
        insert into runtime.job_done (id, stage, call_id, outcome, failures, losses, created_at, finished_at)
        select ${stage} || ':' || md5('held' || n), ${stage}, md5('held' || n), 'done', 0, 0, now(), now() from ${rows}`.execute(
        db,
      );
    for (const topic of ['calls.received', 'calls.transcribed', 'calls.scored'])
      await sql`
        insert into runtime.event (id, topic, call_id, at, lane, event)
        select ${topic} || n, ${topic}, md5('held' || n), now(), 0, jsonb_build_object('callId', md5('held' || n), 'type', ${topic}::text) from ${rows}`.execute(
        db,
      );
  }
  await sql`analyze`.execute(db);
}
