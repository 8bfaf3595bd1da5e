import {
  type CallDocument,
  type CallFacts,
  type FacetCounts,
  type FacetOptions,
  type FindReading,
  type Found,
  holds,
  type IndexQuery,
  type IndexSort,
  type Rebuild,
  type SearchFilters,
  type SearchIndex,
  type SortKey,
  type ValueCounts,
  type VerdictFact,
} from '../../../search/index.ts';
import type { VerdictName } from '../../../scoring/index.ts';

interface Entry {
  readonly revision: number;
  /** Undefined: erased. */
  readonly document: CallDocument | undefined;
  readonly terms: ReadonlySet<string>;
}

type Generation = Map<string, Entry>;

const foundAtOnce = 100;

/** Call documents in memory: every query looks at every document. */
export class MemorySearchIndex implements SearchIndex {
  #current: Generation = new Map();
  #building: Generation | undefined;
  #version: string | undefined;
  #buildingVersion: string | undefined;

  async upsert(documents: readonly CallDocument[]): Promise<void> {
    for (const generation of this.#all()) for (const document of documents) put(generation, document);
  }

  async erase(callId: string, revision: number): Promise<void> {
    for (const generation of this.#all()) empty(generation, callId, revision);
  }

  #all(): Generation[] {
    return this.#building === undefined ? [this.#current] : [this.#current, this.#building];
  }

  async *find(
    query: IndexQuery,
    order: { readonly sort: IndexSort; readonly after?: SortKey | undefined },
    limit = Number.POSITIVE_INFINITY,
    { forms = false, batch = foundAtOnce }: FindReading = {},
  ): AsyncGenerator<readonly Found[]> {
    const { after } = order;
    const found = this.#matching(query)
      .map((document): Found => {
        const found = foundOf(document, query.filters, order.sort);
        return forms ? { ...found, form: document.form } : found;
      })
      .filter(({ key }) => after === undefined || compareKeys(order.sort, key, after) > 0)
      .toSorted((a, b) => compareKeys(order.sort, a.key, b.key))
      .slice(0, limit);
    for (let at = 0; at < found.length; at += batch) yield found.slice(at, at + batch);
  }

  #matching({ terms, filters }: IndexQuery): CallDocument[] {
    return [...this.#current.values()].flatMap(({ document, terms: have }) =>
      document !== undefined && passes(document, filters) && holds(terms, have) ? [document] : [],
    );
  }

  async forms(callIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    return new Map(
      callIds.flatMap((callId) => {
        const form = this.#current.get(callId)?.document?.form;
        return form === undefined ? [] : [[callId, form] as const];
      }),
    );
  }

  async count(query: IndexQuery): Promise<number> {
    return this.#matching(query).length;
  }

  async facets(of: IndexQuery | { readonly callIds: readonly string[] }, options: FacetOptions): Promise<FacetCounts> {
    const documents =
      'callIds' in of
        ? [...new Set(of.callIds)].flatMap((callId) => this.#current.get(callId)?.document ?? [])
        : this.#matching(of);
    return facetsOf(documents, options);
  }

  async revisionOf(callId: string): Promise<number | undefined> {
    return this.#current.get(callId)?.revision;
  }

  async version(): Promise<string | undefined> {
    return this.#version;
  }

  async rebuild(version: string): Promise<Rebuild> {
    if (this.#buildingVersion !== version) this.#building = undefined;
    const building = (this.#building ??= new Map());
    this.#buildingVersion = version;
    return {
      has: async (callIds) => new Set(callIds.filter((callId) => building.has(callId))),
      upsert: async (documents) => {
        if (this.#building === building) for (const document of documents) put(building, document);
      },
      erase: async (callId, revision) => {
        if (this.#building === building) empty(building, callId, revision);
      },
      switch: async () => {
        if (this.#building !== building) return;
        this.#current = building;
        this.#version = version;
        this.#building = undefined;
      },
      abandon: async () => {
        if (this.#building === building) this.#building = undefined;
      },
    };
  }
}

function put(generation: Generation, document: CallDocument): void {
  const { callId, revision } = document.facts;
  if ((generation.get(callId)?.revision ?? -1) < revision)
    generation.set(callId, { revision, document, terms: new Set(document.terms) });
}

function empty(generation: Generation, callId: string, revision: number): void {
  if ((generation.get(callId)?.revision ?? -1) < revision)
    generation.set(callId, { revision, document: undefined, terms: new Set() });
}

function passes({ facts, verdicts }: CallDocument, filters: SearchFilters): boolean {
  const among = (values: readonly string[] | undefined, value: string | null): boolean =>
    values === undefined || values.length === 0 || (value !== null && values.includes(value));
  const within = (value: number | null | undefined, least: number | undefined, most: number | undefined): boolean =>
    (least === undefined && most === undefined) ||
    (value !== null && value !== undefined && value >= (least ?? -Infinity) && value <= (most ?? Infinity));
  const { critical } = facts;
  return (
    facts.at >= (filters.from ?? -Infinity) &&
    facts.at < (filters.to ?? Infinity) &&
    among(filters.teams, facts.team) &&
    among(filters.agents, facts.agentId) &&
    among(filters.queues, facts.queue) &&
    among(filters.directions, facts.direction) &&
    among(filters.products, facts.product) &&
    among(filters.languages, facts.language) &&
    among(filters.sources, facts.source) &&
    among(filters.states, facts.state) &&
    within(facts.durationMs, filters.minDurationMs, filters.maxDurationMs) &&
    within(facts.score?.percent, filters.minScore, filters.maxScore) &&
    (filters.criterion === undefined || verdictAsked(verdicts, filters) !== undefined) &&
    (filters.critical === undefined ||
      filters.critical.length === 0 ||
      filters.critical.some((each) => (each === 'none' ? isHarmless(facts) : critical[each] > 0))) &&
    (filters.needsReview === undefined || filters.needsReview === facts.needsReview > 0)
  );
}

const isHarmless = ({ critical }: CallFacts): boolean => critical.customer + critical.business + critical.compliance === 0;

function verdictAsked(verdicts: readonly VerdictFact[], { criterion }: SearchFilters): VerdictName | undefined {
  if (criterion === undefined) return undefined;
  return verdicts
    .filter(
      ({ rubricId, criterionId, verdict }) =>
        criterionId === criterion.criterionId &&
        (criterion.rubricId === undefined || rubricId === criterion.rubricId) &&
        criterion.verdicts.includes(verdict),
    )
    .map(({ verdict }) => verdict)
    .toSorted()[0];
}

function foundOf({ facts, verdicts }: CallDocument, filters: SearchFilters, sort: IndexSort): Found {
  const verdict = verdictAsked(verdicts, filters);
  const value = sort === 'score' ? (facts.score?.percent ?? null) : sort === 'duration' ? facts.durationMs : null;
  return {
    facts,
    key: { value, at: facts.at, callId: facts.callId },
    ...(verdict === undefined ? {} : { verdict }),
  };
}

/** Below 0: `a` comes first. */
function compareKeys(sort: IndexSort, a: SortKey, b: SortKey): number {
  const newest = b.at - a.at || (a.callId < b.callId ? 1 : a.callId > b.callId ? -1 : 0);
  switch (sort) {
    case 'newest':
      return newest;
    case 'oldest':
      return -newest;
    case 'score':
      return (a.value ?? Number.MAX_SAFE_INTEGER) - (b.value ?? Number.MAX_SAFE_INTEGER) || newest;
    case 'duration':
      return (b.value ?? 0) - (a.value ?? 0) || newest;
  }
}

const dayMs = 86_400_000;

function facetsOf(documents: readonly CallDocument[], { zoneOffsetMs }: FacetOptions): FacetCounts {
  const facts = documents.map((document) => document.facts);
  const values = (of: (each: CallFacts) => string | null): ValueCounts => countValues(facts.map(of));
  const criteria = new Map<string, { rubricId: string; criterionId: string; verdicts: Record<VerdictName, number> }>();
  for (const { verdicts } of documents)
    for (const { rubricId, criterionId, verdict } of verdicts) {
      const key = `${rubricId} ${criterionId}`;
      const criterion = criteria.get(key) ?? {
        rubricId,
        criterionId,
        verdicts: { met: 0, unmet: 0, not_applicable: 0, needs_review: 0 },
      };
      criterion.verdicts[verdict] += 1;
      criteria.set(key, criterion);
    }
  const steps = new Map<number, number>();
  for (const { score } of facts)
    if (score !== null && score.percent !== null) {
      const step = Math.min(9, Math.floor(score.percent / 100));
      steps.set(step, (steps.get(step) ?? 0) + 1);
    }
  return {
    calls: facts.length,
    date: values(({ at }) => new Date(Math.floor((at + zoneOffsetMs) / dayMs) * dayMs).toISOString().slice(0, 10))
      .map(({ value, count }) => ({ date: value ?? '', count }))
      .toSorted((a, b) => (a.date < b.date ? -1 : 1)),
    team: values(({ team }) => team),
    agent: values(({ agentId }) => agentId).map(({ value, count }) => ({ value, name: nameOf(facts, value), count })),
    queue: values(({ queue }) => queue),
    direction: values(({ direction }) => direction),
    product: values(({ product }) => product),
    language: values(({ language }) => language),
    source: values(({ source }) => source),
    score: [...steps].toSorted(([a], [b]) => a - b).map(([step, count]) => ({ from: step * 100, to: (step + 1) * 100, count })),
    critical: {
      customer: facts.filter(({ critical }) => critical.customer > 0).length,
      business: facts.filter(({ critical }) => critical.business > 0).length,
      compliance: facts.filter(({ critical }) => critical.compliance > 0).length,
      none: facts.filter(isHarmless).length,
    },
    criteria: [...criteria].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, criterion]) => criterion),
    needsReview: facts.filter(({ needsReview }) => needsReview > 0).length,
  };
}

/** Of several names of one agent, the last in the alphabet. */
function nameOf(facts: readonly CallFacts[], agentId: string | null): string | null {
  if (agentId === null) return null;
  const names = facts.flatMap((each) => (each.agentId === agentId && each.agentName !== null ? [each.agentName] : []));
  return names.toSorted().at(-1) ?? null;
}

function countValues(values: readonly (string | null)[]): ValueCounts {
  const counts = new Map<string | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count || ((a.value ?? '') < (b.value ?? '') ? -1 : 1));
}
