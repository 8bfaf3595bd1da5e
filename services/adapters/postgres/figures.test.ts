import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallMetadata, CallState, DeliveryState } from '../../../ingest/index.ts';
import type { Scorecard, VerdictName } from '../../../scoring/index.ts';
import { type TestDatabase, type TestPostgres, startTestPostgres } from '../../../test/servers/postgres.ts';
import type { DayRange, Figures } from '../../api/index.ts';
import { PostgresCallStore } from './call-store.ts';
import { postgresFigures } from './figures.ts';
import { PostgresScorecardStore } from './scoring-store.ts';

const day: DayRange = {
  from: Date.parse('2026-10-12T00:00:00+08:00'),
  to: Date.parse('2026-10-13T00:00:00+08:00'),
  offsetMs: 8 * 3_600_000,
};
const noon = day.from + 12 * 3_600_000;

interface GivenCall {
  readonly id: string;
  readonly at?: number;
  readonly receivedAt?: number;
  readonly metadata?: CallMetadata;
  readonly state?: CallState;
  readonly scores?: readonly {
    percent: number | null;
    provisional?: boolean;
    verdicts?: readonly VerdictName[];
    compliance?: number;
  }[];
}

describe('figures over calls, files and scorecards', () => {
  let postgres: TestPostgres;
  let opened: TestDatabase;
  let figures: Figures;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    opened = await postgres.newDatabase({ connections: 2 });
    figures = postgresFigures(opened.database);
    await givenCalls([
      { id: '1', metadata: { team: 'W1', agentId: 'a' }, scores: [{ percent: 90.5 }, { percent: 10, compliance: 3 }] },
      { id: '2', metadata: { team: 'W1', agentId: 'b' }, scores: [{ percent: 80, compliance: 2 }] },
      { id: '3', metadata: { team: 'W2', agentId: 'c' }, scores: [{ percent: null, verdicts: ['met', 'needs_review'] }] },
      { id: '4', metadata: {}, scores: [{ percent: 70, provisional: true }] },
      { id: '5', metadata: { team: 'W1' }, state: 'scored', scores: [] },
      { id: '6', state: 'received', receivedAt: noon - 60_000 },
      { id: '7', state: 'transcribed' },
      { id: '8', state: 'failed' },
      { id: 'b', state: 'transcribed' },
      { id: '9', at: day.to, metadata: { team: 'W1', agentId: 'a' }, scores: [{ percent: 50 }] },
      { id: 'a', at: day.from - 1, scores: [{ percent: 51 }] },
    ]);
    await givenFile('2', 'another-name', 'duplicate');
    await givenFile('2', 'other-sound', 'conflict');
    await givenFile(undefined, 'broken', 'refused');
    await sql`
      insert into runtime.dead (kind, stage, call_id, job_id, code, message, failures, losses)
      values ('job', 'score', ${callIdOf('b')}, 'j', 'score.bug', 'It could not be scored.', 5, 0)
    `.execute(opened.database.reader<unknown>());
    await erase('5');
  });
  afterAll(async () => {
    await opened.drop();
    await postgres.stop();
  });

  test('the flow of a day counts files by what became of them and calls by how far they are', async () => {
    const flow = await figures.flow(day, noon);
    expect(flow).toEqual({
      expected: undefined,
      received: 12,
      files: { accepted: 8, duplicate: 1, conflict: 1, refused: 1, erased: 1 },
      calls: {
        total: 9,
        waiting: 1,
        oldestWaitingMs: 60_000,
        transcribed: 1,
        scored: 4,
        noRubric: 0,
        failed: 2,
        erased: 1,
      },
      final: 2,
      needsReview: 2,
      failedBy: [
        { code: 'audio.silent', text: { zh: '静音', en: 'silent' }, count: 1, replayable: 0 },
        {
          code: 'score.bug',
          text: { zh: '处理多次未能完成（score.bug）', en: 'It could not be scored.' },
          count: 1,
          replayable: 1,
        },
      ],
    });
  });

  test('a call without a start belongs to the day on which it came, and the next day begins at midnight of the centre', async () => {
    const next = await figures.flow({ ...day, from: day.to, to: day.to + 86_400_000 }, noon);
    expect(next.calls).toMatchObject({ total: 1, scored: 1 });
    const before = await figures.flow({ ...day, from: day.from - 86_400_000, to: day.from }, noon);
    expect(before.calls).toMatchObject({ total: 1, scored: 1 });
  });

  test('what a manifest announced has arrived under its name or its external id, or is missing', async () => {
    const calls = new PostgresCallStore(opened.database);
    const expected = (name: string, externalId?: string) => ({
      source: 'gateway',
      name,
      externalId,
      segment: undefined,
      startedAt: noon,
      manifestSha256: 'f'.repeat(64),
    });
    await opened.database.inTransaction((tx) => calls.expect(tx, [expected('1.wav'), expected('never.wav')], noon));
    expect((await figures.flow(day, noon)).expected).toEqual({ announced: 2, arrived: 1 });
  });

  test('teams: the headline score alone, people once, and a sum over all of them', async () => {
    const rows = await figures.teams(day);
    expect(rows.map(({ team, all, people, scored, meanTenths }) => [team, all, people, scored, meanTenths])).toEqual([
      ['W1', false, 2, 2, 853],
      ['W2', false, 1, 1, undefined],
      [undefined, false, 0, 1, 700],
      [undefined, true, 3, 4, 802],
    ]);
    const [first] = rows;
    expect(first?.days).toEqual([{ date: '2026-10-12', meanTenths: 853, scored: 2 }]);
    expect(first?.critical).toEqual({ customer: 0, business: 0, compliance: 1 });
    const all = rows.find((row) => row.all);
    const flow = await figures.flow(day, noon);
    expect([all?.scored, all?.needsReview]).toEqual([flow.calls.scored, flow.needsReview]);
  });

  test('critical errors by day count calls, not errors', async () => {
    expect(await figures.criticalRates({ ...day, to: day.to + 86_400_000 })).toEqual([
      { date: '2026-10-12', scored: 4, customer: 0, business: 0, compliance: 1 },
      { date: '2026-10-13', scored: 1, customer: 0, business: 0, compliance: 0 },
    ]);
  });

  test('sources: when each was last heard of and what its files became', async () => {
    const [gateway] = await figures.sources();
    expect(gateway).toEqual({
      source: 'gateway',
      lastSeenAt: noon,
      files: 14,
      calls: 10,
      duplicates: 1,
      conflicts: 1,
      refused: 1,
      failed: 1,
    });
  });

  const callIdOf = (id: string): string => id.repeat(32);

  async function givenCalls(calls: readonly GivenCall[]): Promise<void> {
    const store = new PostgresCallStore(opened.database);
    const cards = new PostgresScorecardStore(opened.database);
    for (const { id, at = noon, receivedAt, metadata = {}, state, scores } of calls)
      await opened.database.inTransaction(async (tx) => {
        const callId = callIdOf(id);
        await store.insertCall(
          tx,
          {
            callId,
            source: 'gateway',
            name: `${id}.wav`,
            audioSha256: id.repeat(64),
            sizeBytes: 1,
            metadata: receivedAt === undefined ? { ...metadata, startedAt: at } : metadata,
            recording: 'r',
            givenTranscript: undefined,
            recordingKind: 'audio',
          },
          receivedAt ?? noon,
        );
        await write(tx, callId, `${id}.wav`, 'accepted', id);
        if (scores !== undefined) {
          const recipeHash = 'e'.repeat(64);
          await cards.request(tx, callId, recipeHash);
          await cards.save(tx, {
            callId,
            recipeHash,
            scorecards: scores.map((score, index) => ({
              scorecardId: `${callId}-${index}`,
              callId,
              rubricId: `r${index}`,
              rubricHash: 'h',
              headline: index === 0,
              card: cardOf(score),
            })),
          });
        }
        const refusal = { code: 'audio.silent', text: { zh: '静音', en: 'silent' } };
        await store.setCallState(tx, callId, state ?? 'scored', state === 'failed' ? refusal : undefined);
      });
  }

  type GivenScore = NonNullable<GivenCall['scores']>[number];

  const cardOf = ({ percent, provisional = false, verdicts = ['met'], compliance = 0 }: GivenScore): Scorecard =>
    ({
      version: 1,
      score: { percent, provisional },
      critical: { customer: 0, business: 0, compliance },
      criteria: verdicts.map((verdict) => ({ verdict })),
    }) as unknown as Scorecard;

  async function write(
    tx: Parameters<PostgresCallStore['writeDelivery']>[0],
    callId: string | undefined,
    name: string,
    state: DeliveryState,
    id: string,
  ): Promise<void> {
    await new PostgresCallStore(opened.database).writeDelivery(
      tx,
      {
        deliveryId: `d-${name}`,
        source: 'gateway',
        name,
        sizeBytes: 1,
        modifiedAt: undefined,
        audioSha256: id.repeat(64),
        state,
        callId,
        refusal: undefined,
        keptAs: undefined,
      },
      noon,
    );
  }

  const givenFile = (id: string | undefined, name: string, state: DeliveryState): Promise<void> =>
    opened.database.inTransaction((tx) => write(tx, id === undefined ? undefined : callIdOf(id), name, state, id ?? 'f'));

  const erase = async (id: string): Promise<void> => {
    await opened.database.inTransaction((tx) => new PostgresCallStore(opened.database).erase(tx, callIdOf(id), noon));
  };
});
