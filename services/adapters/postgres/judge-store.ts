import { sql } from 'kysely';
import type { JudgeBudget, JudgeCache, JudgeFinding, JudgeWaits, WaitingCall } from '../../../scoring/index.ts';
import type { Clock, Tx } from '../../kernel/index.ts';
import { type Database, inside } from './database.ts';

/** What judges found, in PostgreSQL. */
export class PostgresJudgeCache implements JudgeCache {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  async get(key: string): Promise<JudgeFinding | undefined> {
    const { rows } = await sql<{ finding: JudgeFinding }>`
      select finding from scoring.judge_finding where key = ${key}
    `.execute(this.#database.reader<unknown>());
    return rows[0]?.finding;
  }

  async put(key: string, finding: JudgeFinding, callId: string): Promise<void> {
    await this.#database.inTransaction((tx) =>
      sql`
        insert into scoring.judge_finding (key, call_id, finding) values (${key}, ${callId}, ${JSON.stringify(finding)}::jsonb)
        on conflict do nothing
      `.execute(inside<unknown>(tx)),
    );
  }

  async erase(tx: Tx, callId: string): Promise<void> {
    await sql`delete from scoring.judge_finding where call_id = ${callId}`.execute(inside<unknown>(tx));
  }
}

/** Calls that wait for a judge, in PostgreSQL. */
export class PostgresJudgeWaits implements JudgeWaits {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  async missed(callId: string): Promise<number> {
    const { rows } = await sql<{ missed: number }>`
      select missed from scoring.judge_missed where call_id = ${callId}
    `.execute(this.#database.reader<unknown>());
    return rows[0]?.missed ?? 0;
  }

  async wait(tx: Tx, callId: string, times: number): Promise<void> {
    await sql`
      insert into scoring.judge_missed as known (call_id, missed, waits_since) values (${callId}, ${times}, clock_timestamp())
      on conflict (call_id) do update
        set missed = excluded.missed, waits_since = coalesce(known.waits_since, excluded.waits_since)
        where known.missed < excluded.missed
    `.execute(inside<unknown>(tx));
  }

  async answered(tx: Tx, callId: string): Promise<void> {
    await sql`update scoring.judge_missed set waits_since = null where call_id = ${callId}`.execute(inside<unknown>(tx));
  }

  async waiting(limit: number): Promise<readonly WaitingCall[]> {
    const { rows } = await sql<WaitingCall>`
      select call_id as "callId", missed from scoring.judge_missed where waits_since is not null order by waits_since, call_id limit ${limit}
    `.execute(this.#database.reader<unknown>());
    return rows;
  }

  async erase(tx: Tx, callId: string): Promise<void> {
    await sql`delete from scoring.judge_missed where call_id = ${callId}`.execute(inside<unknown>(tx));
  }
}

const dayMs = 86_400_000;

/** What judges cost, a row for each day (UTC): all processes on the database share it, and a restart forgets nothing. */
export class PostgresJudgeBudget implements JudgeBudget {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #capMicros: number | undefined;

  /** `capMicros`: millionths of a currency a day; undefined for no cap. */
  constructor(database: Database, clock: Clock, capMicros: number | undefined) {
    this.#database = database;
    this.#clock = clock;
    this.#capMicros = capMicros;
  }

  async allows(): Promise<boolean> {
    return this.#capMicros === undefined || (await this.spent()) < this.#capMicros;
  }

  async spend(costMicros: number): Promise<void> {
    await this.#database.inTransaction((tx) =>
      sql`
        insert into scoring.judge_day as judge_day (day, spent_micros) values (${this.#day()}, ${costMicros})
        on conflict (day) do update set spent_micros = judge_day.spent_micros + excluded.spent_micros
      `.execute(inside<unknown>(tx)),
    );
  }

  async spent(): Promise<number> {
    const { rows } = await sql<{ spent: string }>`
      select spent_micros::text as spent from scoring.judge_day where day = ${this.#day()}
    `.execute(this.#database.reader<unknown>());
    return Number(rows[0]?.spent ?? 0);
  }

  #day(): number {
    return Math.floor(this.#clock.now() / dayMs);
  }
}
