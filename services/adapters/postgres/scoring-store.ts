import { type Kysely, sql } from 'kysely';
import type {
  Decision,
  DecisionStore,
  EarlierScorecard,
  PublishedRubric,
  Rubric,
  RubricStore,
  RubricVersion,
  ScorecardStore,
  ScoredCall,
  StoredScorecard,
} from '../../../scoring/index.ts';
import type { Tx } from '../../kernel/index.ts';
import { type Database, inside } from './database.ts';

interface RubricRow {
  rubric_id: string;
  version: number;
  hash: string;
  yaml: string;
  rubric: Rubric;
}

const publishedOf = (row: RubricRow): PublishedRubric => ({
  rubricId: row.rubric_id,
  version: row.version,
  hash: row.hash,
  yaml: row.yaml,
  rubric: row.rubric,
});

const keptMs = 1_000;

/** Published rubrics in PostgreSQL: rows are only ever added, and one of each id is current. */
export class PostgresRubricStore implements RubricStore {
  readonly #database: Database;
  #kept: { readonly until: number; readonly current: Promise<readonly PublishedRubric[]> } | undefined;
  constructor(database: Database) {
    this.#database = database;
  }

  async publish(tx: Tx, { hash, yaml, rubric }: { hash: string; yaml: string; rubric: Rubric }): Promise<number> {
    const db = inside<unknown>(tx);
    this.forgetKept();
    await sql`select pg_advisory_xact_lock(hashtextextended(${`scoring.rubric:${rubric.id}`}, 0))`.execute(db);
    await sql`
      insert into scoring.rubric (rubric_id, version, hash, yaml, rubric)
      select ${rubric.id}, coalesce(max(version), 0) + 1, ${hash}, ${yaml}, ${JSON.stringify(rubric)}::jsonb
      from scoring.rubric where rubric_id = ${rubric.id}
      on conflict (hash) do nothing
    `.execute(db);
    const { rows } = await sql<{ version: number }>`
      insert into scoring.current_rubric (rubric_id, version)
      select rubric_id, version from scoring.rubric where hash = ${hash}
      on conflict (rubric_id) do update set version = excluded.version
      returning version
    `.execute(db);
    const version = rows[0]?.version;
    if (version === undefined) throw new Error('a published rubric has no row');
    return version;
  }

  async withdraw(tx: Tx, rubricId: string): Promise<void> {
    this.#kept = undefined;
    await sql`delete from scoring.current_rubric where rubric_id = ${rubricId}`.execute(inside<unknown>(tx));
  }

  /** To be called once a publication is committed: the next `current` reads it. */
  forgetKept(): void {
    this.#kept = undefined;
  }

  /** Kept for a second: every call asks several times. What another process publishes is seen that much later. */
  current(): Promise<readonly PublishedRubric[]> {
    const now = performance.now();
    if (this.#kept === undefined || now >= this.#kept.until) {
      const current = this.#readCurrent();
      current.catch(() => (this.#kept = undefined));
      this.#kept = { until: now + keptMs, current };
    }
    return this.#kept.current;
  }

  async #readCurrent(): Promise<readonly PublishedRubric[]> {
    const { rows } = await sql<RubricRow>`
      select rubric.* from scoring.current_rubric join scoring.rubric using (rubric_id, version)
    `.execute(this.#database.reader<unknown>());
    return rows.map(publishedOf).toSorted((a, b) => a.rubric.order - b.rubric.order || (a.rubricId < b.rubricId ? -1 : 1));
  }

  async list(): Promise<readonly PublishedRubric[]> {
    const { rows } = await sql<RubricRow>`select * from scoring.rubric order by rubric_id collate "C", version`.execute(
      this.#database.reader<unknown>(),
    );
    return rows.map(publishedOf);
  }

  async byHash(hash: string): Promise<PublishedRubric | undefined> {
    const { rows } = await sql<RubricRow>`select * from scoring.rubric where hash = ${hash}`.execute(
      this.#database.reader<unknown>(),
    );
    return rows[0] === undefined ? undefined : publishedOf(rows[0]);
  }

  async versions(rubricId: string): Promise<readonly RubricVersion[]> {
    const { rows } = await sql<RubricVersion>`
      select version, hash, floor(extract(epoch from published_at) * 1000)::bigint as "publishedAt",
             current_rubric.rubric_id is not null as current
      from scoring.rubric left join scoring.current_rubric using (rubric_id, version)
      where rubric_id = ${rubricId} order by version desc
    `.execute(this.#database.reader<unknown>());
    return rows;
  }

  async version(rubricId: string, version: number): Promise<PublishedRubric | undefined> {
    const { rows } = await sql<RubricRow>`
      select * from scoring.rubric where rubric_id = ${rubricId} and version = ${version}::bigint
    `.execute(this.#database.reader<unknown>());
    return rows[0] === undefined ? undefined : publishedOf(rows[0]);
  }
}

interface CardRow {
  scorecard_id: string;
  call_id: string;
  rubric_id: string;
  rubric_hash: string;
  headline: boolean;
  card: StoredScorecard['card'];
}

const cardOf = (row: CardRow): StoredScorecard => ({
  scorecardId: row.scorecard_id,
  callId: row.call_id,
  rubricId: row.rubric_id,
  rubricHash: row.rubric_hash,
  headline: row.headline,
  card: row.card,
});

/** Scorecards in PostgreSQL. */
export class PostgresScorecardStore implements ScorecardStore {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  async request(tx: Tx, callId: string, recipeHash: string): Promise<boolean> {
    const { rows } = await sql<{ switched: boolean }>`
      with before as (select scored_recipe from scoring.current where call_id = ${callId})
      insert into scoring.current as current (call_id, requested_recipe, scored_recipe)
      values (${callId}, ${recipeHash},
              (select recipe_hash from scoring.scored where call_id = ${callId} and recipe_hash = ${recipeHash}))
      on conflict (call_id) do update
        set requested_recipe = excluded.requested_recipe,
            scored_recipe = coalesce(excluded.scored_recipe, current.scored_recipe)
      returning scored_recipe <> (select scored_recipe from before) is true as switched
    `.execute(inside<unknown>(tx));
    return rows[0]?.switched === true;
  }

  async save(tx: Tx, scored: ScoredCall): Promise<void> {
    const { callId, recipeHash, scorecards } = scored;
    const rows = scorecards.map((each) => ({
      scorecard_id: each.scorecardId,
      call_id: each.callId,
      rubric_id: each.rubricId,
      rubric_hash: each.rubricHash,
      headline: each.headline,
      card: each.card,
    }));
    await sql`
      with cards as (
        insert into scoring.scorecard (scorecard_id, call_id, rubric_id, rubric_hash, headline, card)
        select scorecard_id, call_id, rubric_id, rubric_hash, headline, card
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
             as each (scorecard_id text, call_id text, rubric_id text, rubric_hash text, headline boolean, card jsonb)
        on conflict do nothing
      ), whole as (
        insert into scoring.scored (call_id, recipe_hash, scorecard_ids)
        values (${callId}, ${recipeHash}, ${scorecards.map(({ scorecardId }) => scorecardId)}::text[])
        on conflict do nothing
      )
      update scoring.current set scored_recipe = ${recipeHash} where call_id = ${callId} and requested_recipe = ${recipeHash}
    `.execute(inside<unknown>(tx));
  }

  currentFor(callId: string): Promise<ScoredCall | undefined> {
    return this.#current(this.#database.reader<unknown>(), callId);
  }

  currentInside(tx: Tx, callId: string): Promise<ScoredCall | undefined> {
    return this.#current(inside<unknown>(tx), callId);
  }

  async #current(db: Kysely<unknown>, callId: string): Promise<ScoredCall | undefined> {
    const { rows } = await sql<CardRow & { recipe_hash: string; place: number }>`
      select scored.recipe_hash, card.*, wanted.place = 1 as headline, wanted.place::int as place
      from scoring.current
      join scoring.scored on scored.call_id = current.call_id and scored.recipe_hash = current.scored_recipe
      left join lateral unnest(scored.scorecard_ids) with ordinality as wanted (scorecard_id, place) on true
      left join scoring.scorecard card on card.scorecard_id = wanted.scorecard_id
      where current.call_id = ${callId}
      order by place
    `.execute(db);
    const first = rows[0];
    if (first === undefined) return undefined;
    return {
      callId,
      recipeHash: first.recipe_hash,
      scorecards: rows.filter(({ scorecard_id }) => scorecard_id !== null).map(cardOf),
    };
  }

  async get(scorecardId: string): Promise<StoredScorecard | undefined> {
    const { rows } = await sql<CardRow>`select * from scoring.scorecard where scorecard_id = ${scorecardId}`.execute(
      this.#database.reader<unknown>(),
    );
    return rows[0] === undefined ? undefined : cardOf(rows[0]);
  }

  async history(callId: string, rubricId: string): Promise<readonly EarlierScorecard[]> {
    const { rows } = await sql<EarlierScorecard & { tenths: number | null }>`
      select scorecard_id as "scorecardId", (card->'rubric'->>'version')::integer as "rubricVersion",
             percent_tenths as tenths, provisional, floor(extract(epoch from made_at) * 1000)::bigint as "madeAt"
      from scoring.scorecard where call_id = ${callId} and rubric_id = ${rubricId} order by made_at desc, scorecard_id
    `.execute(this.#database.reader<unknown>());
    return rows.map(({ tenths, ...row }) => ({ ...row, percent: tenths === null ? null : tenths / 10 }));
  }

  async erase(tx: Tx, callId: string): Promise<void> {
    const db = inside<unknown>(tx);
    for (const table of ['scorecard', 'scored', 'current', 'decision'])
      await sql`delete from ${sql.id('scoring', table)} where call_id = ${callId}`.execute(db);
  }
}

/** What people decided, in PostgreSQL. */
export class PostgresDecisionStore implements DecisionStore {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  async decisionsFor(callId: string, rubricId: string): Promise<readonly Decision[]> {
    const { rows } = await sql<{ decision: Decision }>`
      select decision from scoring.decision where call_id = ${callId} and rubric_id = ${rubricId} order by criterion collate "C"
    `.execute(this.#database.reader<unknown>());
    return rows.map(({ decision }) => decision);
  }
}
