import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPostgres, type TestDatabase, type TestPostgres } from '../../../test/servers/postgres.ts';
import type { Change, ChangeFeed } from '../../api/index.ts';
import type { Tx } from '../../kernel/index.ts';
import { PostgresCallStore } from './call-store.ts';
import { postgresChangeFeed } from './change-feed.ts';

describe('the feed of changes', () => {
  let postgres: TestPostgres;
  let opened: TestDatabase;
  let feed: ChangeFeed;
  let calls: PostgresCallStore;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    opened = await postgres.newDatabase({ connections: 4 });
    feed = postgresChangeFeed(opened.database);
    calls = new PostgresCallStore(opened.database);
  });
  afterAll(async () => {
    await opened.drop();
    await postgres.stop();
  });

  const idOf = (letter: string): string => letter.repeat(32);
  const insert = (tx: Tx, letter: string): Promise<void> =>
    calls.insertCall(
      tx,
      {
        callId: idOf(letter),
        source: 's',
        name: letter,
        audioSha256: letter.repeat(64),
        sizeBytes: 1,
        metadata: {},
        recording: 'r',
        givenTranscript: undefined,
        recordingKind: 'audio',
      },
      1,
    );
  const after = async (mark: string): Promise<readonly Change[]> => {
    const changes = await feed.since(mark, 100);
    if (changes === 'lost') throw new Error('the mark is lost');
    return changes;
  };

  test('a call that appears and changes is told of with its revision and state, after the mark that was taken before', async () => {
    const mark = await feed.end();
    await opened.database.inTransaction((tx) => insert(tx, 'a'));
    await opened.database.inTransaction((tx) => calls.setCallState(tx, idOf('a'), 'transcribed'));
    await opened.database.inTransaction((tx) => calls.updateCall(tx, idOf('a'), { metadata: { queue: 'q' } }));
    const changes = await after(mark);
    expect(changes.map(({ kind, id, state, revision }) => [kind, id, state, revision])).toEqual([
      ['call', idOf('a'), 'received', 1],
      ['call', idOf('a'), 'transcribed', 1],
      ['call', idOf('a'), 'transcribed', 2],
    ]);
    expect((await after(changes[0]?.mark ?? '')).length).toBe(2);
    expect(await after(changes[2]?.mark ?? '')).toEqual([]);
  });

  test('what commits late is not passed over: nothing is given that an open transaction could still come before', async () => {
    const mark = await feed.end();
    let finish = (): void => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    let began = (): void => undefined;
    const beginning = new Promise<void>((resolve) => (began = resolve));
    const slow = opened.database.inTransaction(async (tx) => {
      await insert(tx, 'b');
      began();
      await held;
    });
    await beginning;
    await opened.database.inTransaction((tx) => insert(tx, 'c'));
    expect(await after(mark)).toEqual([]);
    finish();
    await slow;
    expect((await after(mark)).map(({ id }) => id)).toEqual([idOf('b'), idOf('c')]);
  });

  test('a mark of another life, of long ago or of nobody is lost', async () => {
    const mark = await feed.end();
    const [life = '', at = '', ...place] = mark.split('.');
    expect(await feed.since(mark, 1)).toEqual([]);
    for (const bad of [
      [String(Number(life) - 1), at, ...place].join('.'),
      [life, String(Number(at) - 3_600_000), ...place].join('.'),
      'SECRET',
      '',
    ])
      expect(await feed.since(bad, 1), bad).toBe('lost');
  });

  test('what is older than an hour is forgotten', async () => {
    await sql`update feed.change set at = at - interval '2 hours' where id = ${idOf('a')}`.execute(
      opened.database.reader<unknown>(),
    );
    await feed.forget();
    const { rows } = await sql<{ id: string }>`select id from feed.change order by id`.execute(opened.database.reader<unknown>());
    expect(rows.map(({ id }) => id)).toEqual([idOf('b'), idOf('c')]);
  });
});
