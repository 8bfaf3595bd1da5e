import { type Kysely, type RawBuilder, sql } from 'kysely';
import {
  type CallDocument,
  type CallFacts,
  type FacetCounts,
  type FacetOptions,
  type FindReading,
  type Found,
  type IndexQuery,
  type IndexSort,
  type Rebuild,
  type ScoreFacts,
  type SearchIndex,
  type SortKey,
  verdictEntry,
  verdictOfEntry,
} from '../../../search/index.ts';
import { type Database, inside } from './database.ts';
import { facetsFrom } from './search-facets.ts';
import { afterCondition, conditionOf, orderOf, sortValue, verdictColumn } from './search-query.ts';
import { createDocumentTable, documentTable, dropDocumentTable } from './search-table.ts';

type Reader = Kysely<unknown>;

/** Rows written by one statement at most. */
const rowsAtOnce = 100;
/** Rows of an order read by one statement at most. */
const foundAtOnce = 1_000;
/** The same with their forms. */
const formsAtOnce = 500;
/** Whoever writes holds this lock together with other writers; whoever changes which generations there are, alone. */
const generationsLock = sql`hashtextextended('search.generation', 0)`;

/** Call documents in PostgreSQL: full text over our own terms. */
export class PostgresSearchIndex implements SearchIndex {
  readonly #database: Database;
  /** The generation that was current when it was last asked for. */
  #known: number | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  async upsert(documents: readonly CallDocument[]): Promise<void> {
    await this.#write(undefined, (db, generation) => insert(db, generation, documents));
  }

  async erase(callId: string, revision: number): Promise<void> {
    await this.#write(undefined, (db, generation) => empty(db, generation, callId, revision));
  }

  /** One transaction over every generation, or over one if it is still there. */
  async #write(only: number | undefined, write: (db: Reader, generation: number) => Promise<void>): Promise<void> {
    await this.#database.inTransaction(async (tx) => {
      const db = inside<unknown>(tx);
      await sql`select pg_advisory_xact_lock_shared(${generationsLock})`.execute(db);
      const { rows } = await sql<{ id: number }>`select id from search.generation order by id`.execute(db);
      for (const { id } of rows) if (only === undefined || id === only) await write(db, id);
    });
  }

  async *find(
    query: IndexQuery,
    order: { readonly sort: IndexSort; readonly after?: SortKey | undefined },
    limit = Number.POSITIVE_INFINITY,
    { forms = false, batch = forms ? formsAtOnce : foundAtOnce }: FindReading = {},
  ): AsyncGenerator<readonly Found[]> {
    let after = order.after;
    let left = limit;
    while (left > 0) {
      const wanted = Math.min(left, batch);
      const rows = await this.#page(query, { sort: order.sort, after }, wanted, forms);
      if (rows.length > 0) yield rows;
      if (rows.length < wanted) return;
      left -= rows.length;
      after = rows.at(-1)?.key;
    }
  }

  async #page(
    query: IndexQuery,
    { sort, after }: { readonly sort: IndexSort; readonly after: SortKey | undefined },
    limit: number,
    forms: boolean,
  ): Promise<readonly Found[]> {
    const keyColumn = sortValue[sort];
    const { rows } = await this.#read(
      (table) => sql<FoundRow>`
      select ${factColumns}, ${keyColumn === null ? sql`null::integer` : sql.id(keyColumn)} as key_value,
             ${verdictColumn(query.filters.criterion)} as verdict, ${forms ? sql`form` : sql`null::bytea`} as form
      from ${table}
      where ${conditionOf(query)} ${after === undefined ? sql`` : sql`and ${afterCondition(sort, after)}`}
      order by ${orderOf(sort)} limit ${limit}
    `,
    );
    return rows.map(foundOf);
  }

  async forms(callIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    if (callIds.length === 0) return new Map();
    const { rows } = await this.#read(
      (table) => sql<{ call_id: string; form: Uint8Array }>`
      select call_id, form from ${table} where call_id = any(${[...callIds]}::text[]) and not erased
    `,
    );
    return new Map(rows.map(({ call_id, form }) => [call_id, form]));
  }

  async count(query: IndexQuery): Promise<number> {
    const { rows } = await this.#read(
      (table) => sql<{ calls: number }>`
      select count(*) as calls from ${table} where ${conditionOf(query)}
    `,
    );
    return rows[0]?.calls ?? 0;
  }

  async facets(of: IndexQuery | { readonly callIds: readonly string[] }, options: FacetOptions): Promise<FacetCounts> {
    const condition = 'callIds' in of ? sql`call_id = any(${[...of.callIds]}::text[]) and not erased` : conditionOf(of);
    return this.#reading((table) => facetsFrom(this.#database.reader<unknown>(), table, condition, options));
  }

  async revisionOf(callId: string): Promise<number | undefined> {
    const { rows } = await this.#read(
      (table) => sql<{ revision: number }>`
      select revision from ${table} where call_id = ${callId}
    `,
    );
    return rows[0]?.revision;
  }

  async version(): Promise<string | undefined> {
    const { rows } = await sql<{ version: string | null }>`
      select version from search.generation where state = 'current'
    `.execute(this.#database.reader<unknown>());
    return rows[0]?.version ?? undefined;
  }

  async rebuild(version: string): Promise<Rebuild> {
    const generation = await this.#alone(async (db) => {
      const { rows } = await sql<{ id: number; state: string; version: string | null }>`
        select id, state, version from search.generation order by id
      `.execute(db);
      const building = rows.find(({ state }) => state === 'building');
      if (building?.version === version) return building.id;
      if (building !== undefined) {
        await sql`delete from search.generation where id = ${building.id}`.execute(db);
        await dropDocumentTable(db, building.id);
      }
      const id = (rows.at(-1)?.id ?? 0) + 1;
      await createDocumentTable(db, id);
      await sql`insert into search.generation (id, state, version) values (${id}, 'building', ${version})`.execute(db);
      return id;
    });
    return {
      has: (callIds) => this.#have(generation, callIds),
      upsert: (documents) => this.#write(generation, (db, id) => insert(db, id, documents)),
      erase: (callId, revision) => this.#write(generation, (db, id) => empty(db, id, callId, revision)),
      switch: () => this.#switch(generation),
      abandon: () =>
        this.#alone(async (db) => {
          const { rows } = await sql`
            delete from search.generation where id = ${generation} and state = 'building' returning id
          `.execute(db);
          if (rows.length > 0) await dropDocumentTable(db, generation);
        }),
    };
  }

  async #have(generation: number, callIds: readonly string[]): Promise<ReadonlySet<string>> {
    const have = new Set<string>();
    await this.#write(generation, async (db, id) => {
      const { rows } = await sql<{ call_id: string }>`
        select call_id from ${documentTable(id)} where call_id = any(${[...callIds]}::text[])
      `.execute(db);
      for (const { call_id } of rows) have.add(call_id);
    });
    return have;
  }

  async #switch(generation: number): Promise<void> {
    const reader = this.#database.reader<unknown>();
    const building = sql`select id from search.generation where id = ${generation} and state = 'building'`;
    if ((await building.execute(reader)).rows.length === 0) return;
    await sql`analyze ${documentTable(generation)}`.execute(reader);
    await this.#alone(async (db) => {
      const { rows } = await sql<{ id: number }>`
        select id from search.generation
        where state = 'current' and exists (select from search.generation where id = ${generation} and state = 'building')
      `.execute(db);
      const [old] = rows;
      if (old === undefined) return;
      await sql`delete from search.generation where id = ${old.id}`.execute(db);
      await sql`update search.generation set state = 'current' where id = ${generation}`.execute(db);
      await dropDocumentTable(db, old.id);
    });
  }

  #alone<T>(change: (db: Reader) => Promise<T>): Promise<T> {
    return this.#database.inTransaction(async (tx) => {
      const db = inside<unknown>(tx);
      await sql`select pg_advisory_xact_lock(${generationsLock})`.execute(db);
      return change(db);
    });
  }

  #read<Row>(statement: (table: RawBuilder<unknown>) => RawBuilder<Row>): Promise<{ rows: Row[] }> {
    return this.#reading((table) => statement(table).execute(this.#database.reader<unknown>()));
  }

  /** Which table is current is remembered: a switch takes the old one away, and then it is learnt again. */
  async #reading<T>(read: (table: RawBuilder<unknown>) => Promise<T>): Promise<T> {
    while (true) {
      const generation = (this.#known ??= await this.#current());
      try {
        return await read(documentTable(generation));
      } catch (error) {
        const now = await this.#current();
        if (now === generation) throw error;
        this.#known = now;
      }
    }
  }

  async #current(): Promise<number> {
    const { rows } = await sql<{ id: number }>`select id from search.generation where state = 'current'`.execute(
      this.#database.reader<unknown>(),
    );
    const [current] = rows;
    if (current === undefined) throw new Error('the search index has no current generation');
    return current.id;
  }
}

const factColumns = sql`call_id, revision, state, at, started_at, received_at, source, name, title, agent_id, agent_name, team, queue,
  direction, product, language, duration_ms, score_facts, customer, business, compliance, needs_review`;

interface FoundRow {
  call_id: string;
  revision: number;
  state: CallFacts['state'];
  at: number;
  started_at: number | null;
  received_at: number;
  source: string;
  name: string;
  title: string | null;
  agent_id: string | null;
  agent_name: string | null;
  team: string | null;
  queue: string | null;
  direction: string | null;
  product: string | null;
  language: string;
  duration_ms: number;
  score_facts: ScoreFacts | null;
  customer: number;
  business: number;
  compliance: number;
  needs_review: number;
  key_value: number | null;
  verdict: string | null;
  form: Uint8Array | null;
}

function foundOf(row: FoundRow): Found {
  return {
    facts: {
      callId: row.call_id,
      revision: row.revision,
      state: row.state,
      at: row.at,
      startedAt: row.started_at,
      receivedAt: row.received_at,
      source: row.source,
      name: row.name,
      title: row.title,
      agentId: row.agent_id,
      agentName: row.agent_name,
      team: row.team,
      queue: row.queue,
      direction: row.direction,
      product: row.product,
      language: row.language,
      durationMs: row.duration_ms,
      score: row.score_facts,
      critical: { customer: row.customer, business: row.business, compliance: row.compliance },
      needsReview: row.needs_review,
    },
    key: { value: row.key_value, at: row.at, callId: row.call_id },
    ...(row.verdict === null ? {} : { verdict: verdictOfEntry(row.verdict).verdict }),
    ...(row.form === null ? {} : { form: row.form }),
  };
}

async function insert(db: Reader, generation: number, documents: readonly CallDocument[]): Promise<void> {
  const newest = new Map<string, CallDocument>();
  for (const document of documents) {
    const before = newest.get(document.facts.callId);
    if (before === undefined || before.facts.revision < document.facts.revision) newest.set(document.facts.callId, document);
  }
  // In one order for everybody, so that two writers never wait for one another in a circle.
  const sorted = [...newest.values()].toSorted((a, b) => (a.facts.callId < b.facts.callId ? -1 : 1));
  for (let at = 0; at < sorted.length; at += rowsAtOnce) await insertSome(db, generation, sorted.slice(at, at + rowsAtOnce));
}

async function insertSome(db: Reader, generation: number, documents: readonly CallDocument[]): Promise<void> {
  const columns = [
    ...['revision', 'erased', 'state', 'at', 'started_at', 'received_at', 'source', 'name', 'title', 'agent_id', 'agent_name'],
    ...['team', 'queue', 'direction', 'product', 'language', 'duration_ms', 'score', 'score_facts', 'customer', 'business'],
    ...['compliance', 'needs_review', 'verdicts', 'terms', 'form'],
  ];
  const rows = documents.map(({ facts, verdicts, terms, form }) => {
    const values = [
      sql`${facts.callId}`,
      sql`${facts.revision}::bigint`,
      sql`false`,
      ...[facts.state, facts.at, facts.startedAt, facts.receivedAt].map((value) => sql`${value}`),
      ...[facts.source, facts.name, facts.title, facts.agentId, facts.agentName].map((value) => sql`${value}`),
      ...[facts.team, facts.queue, facts.direction, facts.product, facts.language].map((value) => sql`${value}`),
      ...[facts.durationMs, facts.score?.percent ?? null].map((value) => sql`${value}::integer`),
      sql`${facts.score === null ? null : JSON.stringify(facts.score)}::jsonb`,
      ...[facts.critical.customer, facts.critical.business, facts.critical.compliance].map((value) => sql`${value}::integer`),
      sql`${facts.needsReview}::integer`,
      sql`${verdicts.map(verdictEntry)}::text[]`,
      sql`array_to_tsvector(${[...terms]}::text[])`,
      sql`${Buffer.from(form.buffer, form.byteOffset, form.byteLength)}::bytea`,
    ];
    return sql`(${sql.join(values)})`;
  });
  const table = documentTable(generation);
  await sql`
    insert into ${table} as there (call_id, ${sql.join(columns.map((column) => sql.id(column)))})
    values ${sql.join(rows)}
    on conflict (call_id) do update
      set ${sql.join(columns.map((column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`))}
      where there.revision < excluded.revision
  `.execute(db);
}

async function empty(db: Reader, generation: number, callId: string, revision: number): Promise<void> {
  const table = documentTable(generation);
  const emptied = [
    ...['state', 'at', 'started_at', 'received_at', 'source', 'name', 'title', 'agent_id', 'agent_name', 'team', 'queue'],
    ...['direction', 'product', 'language', 'duration_ms', 'score', 'score_facts', 'customer', 'business', 'compliance'],
    ...['needs_review', 'verdicts', 'terms', 'form'],
  ];
  await sql`
    insert into ${table} as there (call_id, revision, erased) values (${callId}, ${revision}, true)
    on conflict (call_id) do update
      set revision = excluded.revision, erased = true, ${sql.join(emptied.map((column) => sql`${sql.id(column)} = null`))}
      where there.revision < excluded.revision
  `.execute(db);
}
