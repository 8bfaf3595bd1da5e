import { type Kysely, type Selectable, sql } from 'kysely';
import {
  type ArrivedLine,
  type Call,
  type CallChange,
  type CallCorrections,
  callMetadataSchema,
  type CallState,
  callStates,
  type CallStore,
  type Delivery,
  type DeliveryLine,
  type DeliveryState,
  deliveryStates,
  type ExpectedLine,
  type ExpectedRecording,
  type Known,
  type NewCall,
  type OpenErasure,
  type RecordingKind,
  type SeenFile,
} from '../../../ingest/index.ts';
import type { Refusal, Tx } from '../../kernel/index.ts';
import type { CallGate } from '../../runtime/ports.ts';
import { type Database, inside } from './database.ts';

interface CallTable {
  call_id: string;
  source: string;
  name: string;
  audio_sha256: string;
  size_bytes: number;
  metadata: unknown;
  corrections: CallCorrections | string;
  recording: string;
  given_transcript: string | null;
  recording_kind: RecordingKind;
  revision: number;
  state: CallState;
  refusal: Refusal | null;
  received_at: number;
}

interface DeliveryTable {
  delivery_id: string;
  source: string;
  name: string;
  size_bytes: number;
  modified_at: number | null;
  audio_sha256: string;
  state: DeliveryState;
  call_id: string | null;
  refusal: Refusal | null;
  kept_as: string | null;
  first_seen_at: number;
  last_seen_at: number;
  times: number;
}

type LineRow = Selectable<DeliveryTable> & {
  call_state: CallState | null;
  call_refusal: Refusal | null;
  shown: DeliveryState;
};
type NullableLineRow = { [Column in keyof LineRow]: LineRow[Column] | null };

interface ExpectedRow {
  expected_source: string;
  expected_name: string;
  external_id: string | null;
  segment: string | null;
  started_at: number | null;
  expected_at: number;
  manifest_sha256: string;
}

const rowsAtOnce = 5_000;

interface Tables {
  'ingest.call': CallTable;
  'ingest.delivery': DeliveryTable;
  'ingest.tombstone': { call_id: string; audio_sha256: string };
}

/** `ingest.*` in PostgreSQL. */
export class PostgresCallStore implements CallStore {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  get #reader(): Kysely<Tables> {
    return this.#database.reader<Tables>();
  }

  async seen(files: readonly SeenFile[]): Promise<readonly boolean[]> {
    if (files.length === 0) return [];
    const { rows } = await sql<{ place: number }>`
      select wanted.place::int as place
      from unnest(${files.map(({ source }) => source)}::text[], ${files.map(({ name }) => name)}::text[],
                  ${files.map(({ sizeBytes }) => sizeBytes)}::bigint[], ${files.map(({ modifiedAt }) => modifiedAt)}::bigint[])
           with ordinality as wanted (source, name, size_bytes, modified_at, place)
      where exists (select from ingest.delivery d
                    where d.source = wanted.source and d.name = wanted.name
                      and d.size_bytes = wanted.size_bytes and d.modified_at = wanted.modified_at)
    `.execute(this.#reader);
    const places = new Set(rows.map(({ place }) => place));
    return files.map((_, index) => places.has(index + 1));
  }

  async lockKnown(tx: Tx, callId: string, audioSha256: string): Promise<Known> {
    const db = inside<Tables>(tx);
    // Two deliveries of one recording decide one after the other, and so do two under one external id; always in this order.
    const keys = [`ingest.audio:${audioSha256}`, `ingest.call:${callId}`].toSorted();
    await sql`select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(${keys}::text[]) as wanted (key)`.execute(db);
    return this.#known(db, callId, audioSha256);
  }

  known(callId: string, audioSha256: string): Promise<Known> {
    return this.#known(this.#reader, callId, audioSha256);
  }

  async #known(db: Kysely<Tables>, callId: string, audioSha256: string): Promise<Known> {
    const { rows } = await sql<{ tombstone: boolean; call: Selectable<CallTable> | null }>`
      select (select true from ingest.tombstone where call_id = ${callId} or audio_sha256 = ${audioSha256} limit 1) is true as tombstone,
             to_jsonb(call.*) as call
      from (select) as one left join ingest.call as call on call.call_id = ${callId} or call.audio_sha256 = ${audioSha256}
      order by call.call_id
    `.execute(db);
    const calls = rows.flatMap(({ call }) => (call === null ? [] : [call]));
    const byId = calls.find((row) => row.call_id === callId);
    return {
      byId: byId === undefined ? undefined : callOf(byId),
      byAudio: calls.filter((row) => row.audio_sha256 === audioSha256 && row.state !== 'erased').map(callOf),
      erased: rows[0]?.tombstone === true,
    };
  }

  async insertCall(tx: Tx, call: NewCall, at: number): Promise<void> {
    await inside<Tables>(tx)
      .insertInto('ingest.call')
      .values({
        call_id: call.callId,
        source: call.source,
        name: call.name,
        audio_sha256: call.audioSha256,
        size_bytes: call.sizeBytes,
        metadata: JSON.stringify(call.metadata),
        corrections: '{}',
        recording: call.recording,
        given_transcript: call.givenTranscript ?? null,
        recording_kind: call.recordingKind,
        revision: 1,
        state: 'received',
        refusal: null,
        received_at: at,
      })
      .execute();
  }

  async updateCall(tx: Tx, callId: string, change: CallChange): Promise<number> {
    const { revision } = await inside<Tables>(tx)
      .updateTable('ingest.call')
      .set((value) => ({
        revision: value('revision', '+', 1),
        ...(change.metadata === undefined ? {} : { metadata: JSON.stringify(change.metadata) }),
        ...(change.source === undefined ? {} : { source: change.source }),
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.corrections === undefined ? {} : { corrections: JSON.stringify(change.corrections) }),
      }))
      .where('call_id', '=', callId)
      .returning('revision')
      .executeTakeFirstOrThrow();
    return revision;
  }

  async writeDelivery(tx: Tx, delivery: Delivery, at: number): Promise<boolean> {
    const { rows } = await sql<{ times: number }>`
      insert into ingest.delivery (delivery_id, source, name, size_bytes, modified_at, audio_sha256, state, call_id, refusal, kept_as,
                                   first_seen_at, last_seen_at)
      values (${delivery.deliveryId}, ${delivery.source}, ${delivery.name}, ${delivery.sizeBytes}, ${delivery.modifiedAt ?? null},
              ${delivery.audioSha256}, ${delivery.state}, ${delivery.callId ?? null},
              ${delivery.refusal === undefined ? null : JSON.stringify(delivery.refusal)}::jsonb, ${delivery.keptAs ?? null}, ${at}, ${at})
      on conflict (delivery_id) do update
        set times = ingest.delivery.times + 1,
            modified_at = excluded.modified_at,
            last_seen_at = greatest(ingest.delivery.last_seen_at, excluded.last_seen_at)
      returning times
    `.execute(inside<Tables>(tx));
    return rows[0]?.times === 1;
  }

  async setCallState(tx: Tx, callId: string, state: CallState, refusal?: Refusal): Promise<void> {
    await inside<Tables>(tx)
      .updateTable('ingest.call')
      .set({ state, refusal: (refusal === undefined ? null : JSON.stringify(refusal)) as Refusal | null })
      .where('call_id', '=', callId)
      .where('state', 'not in', state === 'transcribed' ? ['erased', 'scored'] : ['erased'])
      .execute();
  }

  async get(callId: string): Promise<Call | undefined> {
    const row = await this.#reader.selectFrom('ingest.call').selectAll().where('call_id', '=', callId).executeTakeFirst();
    return row === undefined ? undefined : callOf(row);
  }

  async getInside(tx: Tx, callId: string): Promise<Call | undefined> {
    const row = await inside<Tables>(tx).selectFrom('ingest.call').selectAll().where('call_id', '=', callId).executeTakeFirst();
    return row === undefined ? undefined : callOf(row);
  }

  async list({
    limit,
    after,
  }: {
    limit: number;
    after?: string | undefined;
  }): Promise<{ calls: Call[]; next: string | undefined }> {
    const cursor = readCursor(after);
    const rows = await this.#reader
      .selectFrom('ingest.call')
      .selectAll()
      .$if(cursor !== undefined, (query) =>
        query.where(sql<boolean>`(received_at, call_id) < (${cursor?.at ?? 0}::bigint, ${cursor?.id ?? ''})`),
      )
      .orderBy('received_at', 'desc')
      .orderBy('call_id', 'desc')
      .limit(limit + 1)
      .execute();
    const calls = rows.slice(0, limit).map(callOf);
    const last = calls.at(-1);
    return { calls, next: rows.length > limit && last !== undefined ? `${last.receivedAt} ${last.callId}` : undefined };
  }

  async ledger({
    limit,
    after,
    state,
  }: {
    limit: number;
    after?: string | undefined;
    state?: DeliveryState | 'failed' | undefined;
  }): Promise<{ lines: DeliveryLine[]; next: string | undefined }> {
    const cursor = readCursor(after);
    const { rows } = await sql<LineRow>`
      select * from (
        select d.*, c.state as call_state, c.refusal as call_refusal, ${shownState} as shown
        from ingest.delivery d left join ingest.call c using (call_id)
      ) as line
      where (${cursor === undefined} or (first_seen_at, delivery_id) < (${cursor?.at ?? 0}::bigint, ${cursor?.id ?? ''}))
        and (${state ?? null}::text is null or case when ${state ?? null} = 'failed' then call_state = 'failed' else shown = ${state ?? null} end)
      order by first_seen_at desc, delivery_id desc
      limit ${limit + 1}
    `.execute(this.#reader);
    const lines = rows.slice(0, limit).map(lineOf);
    const last = lines.at(-1);
    return { lines, next: rows.length > limit && last !== undefined ? `${last.firstSeenAt} ${last.deliveryId}` : undefined };
  }

  async delivery(deliveryId: string): Promise<DeliveryLine | undefined> {
    const { rows } = await sql<LineRow>`
      select d.*, c.state as call_state, c.refusal as call_refusal, ${shownState} as shown
      from ingest.delivery d left join ingest.call c using (call_id) where d.delivery_id = ${deliveryId}
    `.execute(this.#reader);
    return rows[0] === undefined ? undefined : lineOf(rows[0]);
  }

  async counts(): Promise<{ deliveries: Record<DeliveryState, number>; calls: Record<CallState, number> }> {
    const deliveries = await sql<{ state: DeliveryState; count: number }>`
      select ${shownState} as state, count(*) as count from ingest.delivery d left join ingest.call c using (call_id) group by 1
    `.execute(this.#reader);
    const calls = await sql<{
      state: CallState;
      count: number;
    }>`select state, count(*) as count from ingest.call group by 1`.execute(this.#reader);
    return { deliveries: tally(deliveryStates, deliveries.rows), calls: tally(callStates, calls.rows) };
  }

  async expect(tx: Tx, recordings: readonly ExpectedRecording[], at: number): Promise<void> {
    const latest = [...new Map(recordings.map((each) => [`${each.source}/${each.name}`, each])).values()];
    for (let done = 0; done < latest.length; done += rowsAtOnce)
      await sql`
        insert into ingest.expected as known (source, name, external_id, segment, started_at, manifest_sha256, expected_at)
        select source, name, "externalId", segment, "startedAt", "manifestSha256", ${at}
        from jsonb_to_recordset(${JSON.stringify(latest.slice(done, done + rowsAtOnce))}::jsonb)
             as row(source text, name text, "externalId" text, segment text, "startedAt" bigint, "manifestSha256" text)
        on conflict (source, name) do update
          set external_id = excluded.external_id, segment = excluded.segment, started_at = excluded.started_at,
              manifest_sha256 = excluded.manifest_sha256
      `.execute(inside<Tables>(tx));
  }

  async expectedBetween(from: number, to: number): Promise<readonly ExpectedLine[]> {
    const { rows } = await sql<ExpectedRow & NullableLineRow>`
      select e.source as expected_source, e.name as expected_name, e.external_id, e.segment, e.started_at, e.expected_at,
             e.manifest_sha256, d.*, c.state as call_state, c.refusal as call_refusal, ${shownState} as shown
      from ingest.expected e
      left join lateral (
        select n.* from ingest.delivery n where n.source = e.source and n.name = e.name
        union
        select x.* from ingest.call k join ingest.delivery x using (call_id)
        where k.source = e.source and k.metadata->>'externalId' = e.external_id
          and k.metadata->>'segment' is not distinct from e.segment and x.source = e.source
      ) d on true
      left join ingest.call c on c.call_id = d.call_id
      where coalesce(e.started_at, e.expected_at) >= ${from} and coalesce(e.started_at, e.expected_at) < ${to}
      order by e.source collate "C", e.name collate "C", d.first_seen_at, d.delivery_id
    `.execute(this.#reader);
    const lines = new Map<string, ExpectedLine & { arrivals: DeliveryLine[] }>();
    for (const row of rows) {
      const key = `${row.expected_source}/${row.expected_name}`;
      const line = lines.get(key) ?? { ...expectedOf(row), arrivals: [] };
      lines.set(key, line);
      if (row.delivery_id !== null) line.arrivals.push(lineOf(row as LineRow));
    }
    return [...lines.values()];
  }

  async arrivedBetween(from: number, to: number): Promise<readonly ArrivedLine[]> {
    const { rows } = await sql<LineRow & { started_at: number; external_id: string | null; is_expected: boolean }>`
      select d.*, c.state as call_state, c.refusal as call_refusal, ${shownState} as shown,
             (c.metadata->>'startedAt')::bigint as started_at, c.metadata->>'externalId' as external_id,
             exists (select from ingest.expected e
                     where e.source = d.source
                       and (e.name = d.name or (e.external_id = c.metadata->>'externalId'
                                                and e.segment is not distinct from c.metadata->>'segment'))) as is_expected
      from ingest.call c join ingest.delivery d using (call_id)
      where (c.metadata->>'startedAt')::bigint >= ${from} and (c.metadata->>'startedAt')::bigint < ${to} and c.state <> 'erased'
      order by d.source collate "C", d.name collate "C", d.delivery_id
    `.execute(this.#reader);
    return rows.map((row) => ({
      ...lineOf(row),
      startedAt: row.started_at,
      externalId: row.external_id ?? undefined,
      isExpected: row.is_expected,
    }));
  }

  async erase(tx: Tx, callId: string, at: number): Promise<boolean> {
    const db = inside<Tables>(tx);
    await sql`
      delete from ingest.expected e using ingest.call c
      where c.call_id = ${callId}
        and ((e.source = c.source and e.external_id = c.metadata->>'externalId' and e.segment is not distinct from c.metadata->>'segment')
             or exists (select from ingest.delivery d where d.call_id = ${callId} and d.source = e.source and d.name = e.name))
    `.execute(db);
    const { rows } = await sql`
      update ingest.call set state = 'erased', name = '', metadata = '{}', corrections = '{}', refusal = null, revision = revision + 1
      where call_id = ${callId} returning call_id
    `.execute(db);
    if (rows.length === 0) return false;
    await sql`
      insert into ingest.tombstone (call_id, audio_sha256, busy_at)
      select call_id, audio_sha256, ${at} from ingest.call where call_id = ${callId}
      on conflict do nothing
    `.execute(db);
    await sql`update ingest.delivery set state = 'erased', name = '' where call_id = ${callId}`.execute(db);
    return true;
  }

  async openErasures(limit: number): Promise<readonly OpenErasure[]> {
    const { rows } = await sql<{ call_id: string; busy_at: number; kept_aside: string[] }>`
      select call_id, busy_at, array(select kept_as from ingest.delivery d
                                     where d.call_id = t.call_id and kept_as is not null order by kept_as) as kept_aside
      from ingest.tombstone t where complete_at is null order by busy_at, call_id limit ${limit}
    `.execute(this.#reader);
    return rows.map((row) => ({ callId: row.call_id, busyAt: row.busy_at, keptAside: row.kept_aside }));
  }

  async noteErasure(tx: Tx, callId: string, note: { readonly busyAt: number } | { readonly completeAt: number }): Promise<void> {
    const change =
      'busyAt' in note ? sql`busy_at = greatest(busy_at, ${note.busyAt}::bigint)` : sql`complete_at = ${note.completeAt}`;
    await sql`update ingest.tombstone set ${change} where call_id = ${callId}`.execute(inside<Tables>(tx));
  }
}

/** The calls as the runtime sees them: their row lock, their tombstones, their failure. */
export function postgresCallGate(store: PostgresCallStore): CallGate {
  return {
    async lockForFinish(tx, callId) {
      const { rows } = await sql<{ state: CallState }>`
        update ingest.call set revision = revision + 1 where call_id = ${callId} returning state
      `.execute(inside<Tables>(tx));
      const state = rows[0]?.state;
      return state === undefined ? 'unknown' : state === 'erased' ? 'erased' : 'present';
    },
    async erasedAmong(tx, callIds) {
      if (callIds.length === 0) return new Set();
      const rows = await inside<Tables>(tx)
        .selectFrom('ingest.tombstone')
        .select('call_id')
        .where('call_id', 'in', callIds)
        .execute();
      return new Set(rows.map(({ call_id }) => call_id));
    },
    markFailed: (tx, callId, refusal) => store.setCallState(tx, callId, 'failed', refusal),
  };
}

/** Among equal deliveries (`d`) the one whose (source, name) is the call's (`c`) own is `accepted`, the others are duplicates. */
export const shownState = sql<DeliveryState>`
  case when d.state in ('accepted', 'duplicate')
       then case when c.source = d.source and c.name = d.name then 'accepted' else 'duplicate' end
       else d.state end`;

function readCursor(after: string | undefined): { at: number; id: string } | undefined {
  const match = /^(\d{1,16}) ([0-9A-Za-z._-]+)$/.exec(after ?? '');
  return match === null ? undefined : { at: Number(match[1]), id: match[2] ?? '' };
}

function callOf(row: Selectable<CallTable>): Call {
  return {
    callId: row.call_id,
    source: row.source,
    name: row.name,
    audioSha256: row.audio_sha256,
    sizeBytes: row.size_bytes,
    metadata: callMetadataSchema.parse(row.metadata),
    corrections: row.corrections as CallCorrections,
    recording: row.recording,
    givenTranscript: row.given_transcript ?? undefined,
    recordingKind: row.recording_kind,
    revision: row.revision,
    state: row.state,
    refusal: row.refusal ?? undefined,
    receivedAt: row.received_at,
  };
}

function lineOf(row: LineRow): DeliveryLine {
  return {
    deliveryId: row.delivery_id,
    source: row.source,
    name: row.name,
    sizeBytes: row.size_bytes,
    modifiedAt: row.modified_at ?? undefined,
    audioSha256: row.audio_sha256,
    state: row.shown,
    callId: row.call_id ?? undefined,
    refusal: row.refusal ?? undefined,
    keptAs: row.kept_as ?? undefined,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    times: row.times,
    callState: row.call_state ?? undefined,
    callRefusal: row.call_refusal ?? undefined,
  };
}

const expectedOf = (row: ExpectedRow): Omit<ExpectedLine, 'arrivals'> => ({
  source: row.expected_source,
  name: row.expected_name,
  externalId: row.external_id ?? undefined,
  segment: row.segment ?? undefined,
  startedAt: row.started_at ?? undefined,
  expectedAt: row.expected_at,
  manifestSha256: row.manifest_sha256,
});

function tally<State extends string>(
  states: readonly State[],
  rows: readonly { state: State; count: number }[],
): Record<State, number> {
  const counts = Object.fromEntries(states.map((state) => [state, 0])) as Record<State, number>;
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}
