import { Client, type ClientOptions, type estypes } from '@elastic/elasticsearch';
import {
  type CallDocument,
  type FacetCounts,
  type FacetOptions,
  type FindReading,
  type Found,
  type IndexQuery,
  type IndexSort,
  type Rebuild,
  type SearchIndex,
  type SortKey,
  verdictOfEntry,
} from '../../../search/index.ts';
import { type BulkItem, bulkFailure, indexFailure, isGone } from './elastic-failure.ts';
import { facetsAsked, facetsOf } from './facets.ts';
import { emptied, mapping, noScore, stored, type StoredDocument } from './mapping.ts';
import { afterPlace, conditionOf, orderOf, verdictAsked } from './queries.ts';

export interface ElasticIndexOptions {
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Certificates that are trusted, PEM. */
  readonly ca?: string | undefined;
  /** Stands before every name. Default `plumbline`. */
  readonly prefix?: string | undefined;
  readonly shards?: number | undefined;
  readonly replicas?: number | undefined;
  /** How soon what was written is found, such as `1s`; a write waits for it. */
  readonly refreshInterval?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Documents that one request writes or reads at most. */
const writtenAtOnce = 200;
const foundAtOnce = 1_000;

/**
 * Call documents in Elasticsearch. Searches go to the alias `<prefix>-calls`; writes go to every index that carries the alias
 * `<prefix>-calls-written`: while a fresh index is filled there are two of them. An index is written by an alias of its own,
 * so that none is ever made by a write. The document's version is the call's revision; one that is there already is done.
 */
export class ElasticSearchIndex implements SearchIndex {
  readonly #client: Client;
  readonly #searched: string;
  readonly #written: string;
  readonly #settings: estypes.IndicesIndexSettings;

  constructor(options: ElasticIndexOptions) {
    this.#client = new Client(clientOptions(options));
    const prefix = options.prefix ?? 'plumbline';
    this.#searched = `${prefix}-calls`;
    this.#written = `${prefix}-calls-written`;
    this.#settings = {
      number_of_shards: options.shards ?? 1,
      number_of_replicas: options.replicas ?? 0,
      refresh_interval: options.refreshInterval ?? '1s',
    };
  }

  /** Makes the first index where there is none. Several processes may do it at once. */
  async prepare(): Promise<void> {
    await this.#asking(async () => {
      if (await this.#client.indices.existsAlias({ name: this.#searched })) return;
      const name = nameOf(this.#searched, 1);
      await this.#make(name);
      await this.#client.indices.updateAliases({
        actions: [
          { add: { index: name, alias: this.#searched } },
          { add: { index: name, alias: this.#written } },
          { add: { index: name, alias: aliasOf(name) } },
        ],
      });
    });
  }

  /** Version of the server and how much there is; for the doctor. */
  async facts(): Promise<{ version: string; health: string; documents: number; bytes: number }> {
    return this.#asking(async () => {
      const [{ version }, { status }, stats] = await Promise.all([
        this.#client.info(),
        this.#client.cluster.health(),
        this.#client.indices.stats({ index: this.#searched, metric: ['docs', 'store'] }),
      ]);
      const { docs, store } = stats._all.primaries ?? {};
      return { version: version.number, health: String(status), documents: docs?.count ?? 0, bytes: store?.size_in_bytes ?? 0 };
    });
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async upsert(documents: readonly CallDocument[]): Promise<void> {
    await this.#writeAll(undefined, writesOf(documents));
  }

  async erase(callId: string, revision: number): Promise<void> {
    await this.#writeAll(undefined, [{ callId, revision, document: emptied(callId) }]);
  }

  async *find(
    query: IndexQuery,
    { sort, after }: { readonly sort: IndexSort; readonly after?: SortKey | undefined },
    limit = Number.POSITIVE_INFINITY,
    { forms = false, batch = foundAtOnce }: FindReading = {},
  ): AsyncGenerator<readonly Found[]> {
    const body: estypes.SearchRequest = {
      query: conditionOf(query),
      sort: orderOf(sort),
      _source: ['facts', ...(forms ? ['form'] : []), ...(query.filters.criterion === undefined ? [] : ['verdicts'])],
      track_total_hits: false,
    };
    let left = limit;
    let place = after === undefined ? undefined : afterPlace(sort, after);
    // More than one request looks at one moment of the index: a document that is written between them does not come twice.
    const moment = left > batch ? await this.#openMoment() : undefined;
    try {
      while (left > 0) {
        const size = Math.min(left, batch);
        const { hits } = await this.#asking(() =>
          this.#client.search<StoredDocument>({
            ...body,
            ...(moment === undefined ? { index: this.#searched } : { pit: { id: moment, keep_alive: '2m' } }),
            ...(place === undefined ? {} : { search_after: place }),
            size,
          }),
        );
        if (hits.hits.length > 0) yield hits.hits.map((hit) => foundOf(hit, sort, query));
        if (hits.hits.length < size) return;
        left -= size;
        place = hits.hits.at(-1)?.sort?.slice(0, sort === 'newest' || sort === 'oldest' ? 2 : 3);
      }
    } finally {
      if (moment !== undefined) await this.#client.closePointInTime({ id: moment }).catch(() => undefined);
    }
  }

  async #openMoment(): Promise<string> {
    const { id } = await this.#asking(() => this.#client.openPointInTime({ index: this.#searched, keep_alive: '2m' }));
    return id;
  }

  async forms(callIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const forms = new Map<string, Uint8Array>();
    for (let at = 0; at < callIds.length; at += foundAtOnce) {
      const { docs } = await this.#asking(() =>
        this.#client.mget<StoredDocument>({
          index: this.#searched,
          ids: callIds.slice(at, at + foundAtOnce),
          _source_includes: ['call_id', 'form'],
        }),
      );
      for (const doc of docs)
        if ('_source' in doc && doc._source?.form !== undefined)
          forms.set(doc._source.call_id, Buffer.from(doc._source.form, 'base64'));
    }
    return forms;
  }

  async count(query: IndexQuery): Promise<number> {
    const { count } = await this.#asking(() => this.#client.count({ index: this.#searched, query: conditionOf(query) }));
    return count;
  }

  async facets(of: IndexQuery | { readonly callIds: readonly string[] }, options: FacetOptions): Promise<FacetCounts> {
    const query: NonNullable<estypes.QueryDslQueryContainer> =
      'callIds' in of
        ? { bool: { filter: [{ term: { erased: false } }, { terms: { call_id: [...of.callIds] } }] } }
        : conditionOf(of);
    const { hits, aggregations } = await this.#asking(() =>
      this.#client.search({ index: this.#searched, query, size: 0, track_total_hits: true, aggs: facetsAsked(options) }),
    );
    const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
    return facetsOf(total, aggregations, options);
  }

  async revisionOf(callId: string): Promise<number | undefined> {
    return this.#asking(async () => {
      try {
        const { _version: version } = await this.#client.get({ index: this.#searched, id: callId, _source: false });
        return version;
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    });
  }

  async version(): Promise<string | undefined> {
    return this.#versionOf(await this.#current());
  }

  /** How the documents of an index are made stands in its mapping. */
  async #versionOf(name: string): Promise<string | undefined> {
    const mappings = await this.#asking(() => this.#client.indices.getMapping({ index: name }));
    const version: unknown = mappings[name]?.mappings._meta?.['version'];
    return typeof version === 'string' ? version : undefined;
  }

  async rebuild(version: string): Promise<Rebuild> {
    const current = await this.#current();
    let building = (await this.#allWritten()).find((name) => name !== current);
    const next = numberOf(building ?? current) + 1;
    if (building !== undefined && (await this.#versionOf(building)) !== version) {
      await this.#abandon(building);
      building = undefined;
    }
    const fresh = building ?? nameOf(this.#searched, next);
    if (building === undefined)
      await this.#asking(async () => {
        await this.#make(fresh, version);
        // From here on every write goes to both, so what the rebuild reads afterwards from the stores is never older than what is missed.
        await this.#client.indices.updateAliases({
          actions: [{ add: { index: fresh, alias: aliasOf(fresh) } }, { add: { index: fresh, alias: this.#written } }],
        });
      });
    return {
      has: (callIds) => this.#have(fresh, callIds),
      upsert: (documents) => this.#writeAll(fresh, writesOf(documents)),
      erase: (callId, revision) => this.#writeAll(fresh, [{ callId, revision, document: emptied(callId) }]),
      switch: () => this.#switch(fresh),
      abandon: () => this.#abandon(fresh),
    };
  }

  async #have(fresh: string, callIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (callIds.length === 0 || !(await this.#allWritten()).includes(fresh)) return new Set();
    const { docs } = await this.#asking(() => this.#client.mget({ index: fresh, ids: [...callIds], _source: false }));
    return new Set(docs.flatMap((doc) => ('found' in doc && doc.found ? [doc._id] : [])));
  }

  async #switch(fresh: string): Promise<void> {
    const current = await this.#current();
    if (current === fresh || !(await this.#allWritten()).includes(fresh)) return;
    await this.#asking(async () => {
      await this.#client.indices.refresh({ index: fresh });
      await this.#client.indices.updateAliases({
        actions: [{ add: { index: fresh, alias: this.#searched } }, { remove_index: { index: current } }],
      });
    });
  }

  async #abandon(fresh: string): Promise<void> {
    if ((await this.#current()) === fresh) return;
    await this.#asking(() => this.#client.indices.delete({ index: fresh, ignore_unavailable: true }));
  }

  async #make(name: string, version?: string): Promise<void> {
    const mappings = version === undefined ? mapping : { ...mapping, _meta: { version } };
    await this.#client.indices.create({ index: name, mappings, settings: this.#settings }).catch((error: unknown) => {
      // Somebody else made it at the same moment, or was killed before it had its aliases.
      if (indexFailure(error).code !== 'index.resource_already_exists_exception') throw error;
    });
  }

  /** The index that is searched. */
  async #current(): Promise<string> {
    const [name] = await this.#behind(this.#searched);
    if (name === undefined) throw new Error('the search index has no current index; prepare() makes it');
    return name;
  }

  async #allWritten(): Promise<string[]> {
    return this.#behind(this.#written);
  }

  async #behind(alias: string): Promise<string[]> {
    return this.#asking(async () => {
      try {
        return Object.keys(await this.#client.indices.getAlias({ name: alias })).toSorted();
      } catch (error) {
        if (isGone(error)) return [];
        throw error;
      }
    });
  }

  /** Into every index that is written now, or into one if it still is. An index that goes away meanwhile needs no write. */
  async #writeAll(only: string | undefined, writes: readonly Write[]): Promise<void> {
    if (writes.length === 0) return;
    const names = (await this.#allWritten()).filter((name) => only === undefined || name === only);
    // A rebuild is found when it is switched to; every other write when it returns.
    const refresh = only === undefined ? 'wait_for' : false;
    for (let at = 0; at < writes.length; at += writtenAtOnce)
      await this.#write(names, writes.slice(at, at + writtenAtOnce), refresh);
  }

  async #write(names: readonly string[], writes: readonly Write[], refresh: 'wait_for' | false): Promise<void> {
    const operations = names.flatMap((name) =>
      writes.flatMap(({ callId, revision, document }) => [
        { index: { _index: aliasOf(name), _id: callId, version: revision, version_type: 'external', require_alias: true } },
        document,
      ]),
    );
    if (operations.length === 0) return;
    const { errors, items } = await this.#asking(() => this.#client.bulk({ operations, refresh }));
    if (!errors) return;
    const failure = bulkFailure(items.map(({ index }): BulkItem => ({ status: index?.status ?? 500, type: index?.error?.type })));
    if (failure !== undefined) throw failure;
  }

  async #asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw indexFailure(error);
    }
  }
}

interface Write {
  readonly callId: string;
  readonly revision: number;
  readonly document: Record<string, unknown>;
}

/** Of several documents of one call the newest. */
function writesOf(documents: readonly CallDocument[]): Write[] {
  const newest = new Map<string, CallDocument>();
  for (const document of documents) {
    const before = newest.get(document.facts.callId);
    if (before === undefined || before.facts.revision < document.facts.revision) newest.set(document.facts.callId, document);
  }
  return [...newest.values()].map((document) => ({
    callId: document.facts.callId,
    revision: document.facts.revision,
    document: stored(document),
  }));
}

function foundOf(hit: estypes.SearchHit<StoredDocument>, sort: IndexSort, { filters }: IndexQuery): Found {
  const { facts, verdicts, form } = hit._source ?? {};
  if (facts === undefined) throw new Error('a document of the index has no facts');
  const first = hit.sort?.[0];
  const value = sort === 'score' || sort === 'duration' ? Number(first) : null;
  const asked = verdictAsked(filters.criterion, verdicts ?? []);
  return {
    facts,
    key: { value: sort === 'score' && value === noScore ? null : value, at: facts.at, callId: facts.callId },
    ...(asked === undefined ? {} : { verdict: verdictOfEntry(asked).verdict }),
    ...(form === undefined ? {} : { form: Buffer.from(form, 'base64') }),
  };
}

const nameOf = (alias: string, number: number): string => `${alias}-${String(number).padStart(6, '0')}`;
const numberOf = (name: string): number => Number(/-(\d{6,})$/.exec(name)?.[1] ?? 0);
const aliasOf = (name: string): string => `${name}-alone`;

function clientOptions(options: ElasticIndexOptions): ClientOptions {
  const { apiKey, username, password } = options;
  return {
    node: options.url,
    maxRetries: 0,
    requestTimeout: options.timeoutMs ?? 30_000,
    ...(apiKey === undefined ? {} : { auth: { apiKey } }),
    ...(username === undefined || password === undefined ? {} : { auth: { username, password } }),
    ...(options.ca === undefined ? {} : { tls: { ca: options.ca } }),
  };
}
