import type { CriticalClass, VerdictName } from '../scoring/index.ts';
import type { CallState } from '../ingest/index.ts';
import type { SearchFilters } from './filters.ts';
import type { TermQuery } from './terms.ts';

/** What an index knows of a call beside its words. Times are UTC milliseconds, scores tenths of a per cent. */
export interface CallFacts {
  readonly callId: string;
  /** The call's revision whose content this is: the document's external version. */
  readonly revision: number;
  readonly state: CallState;
  /** What calls are sorted and filtered by: the start, else when it was received. */
  readonly at: number;
  readonly startedAt: number | null;
  readonly receivedAt: number;
  readonly source: string;
  readonly name: string;
  readonly title: string | null;
  readonly agentId: string | null;
  readonly agentName: string | null;
  readonly team: string | null;
  readonly queue: string | null;
  readonly direction: string | null;
  readonly product: string | null;
  readonly language: string;
  readonly durationMs: number;
  /** Of the headline scorecard; null where there is none. */
  readonly score: ScoreFacts | null;
  readonly critical: Readonly<Record<CriticalClass, number>>;
  /** Criteria of all scorecards that a person must decide. */
  readonly needsReview: number;
}

export interface ScoreFacts {
  readonly percent: number | null;
  readonly provisional: boolean;
  readonly low: number | null;
  readonly high: number | null;
  readonly band: string | null;
}

export interface VerdictFact {
  readonly rubricId: string;
  readonly criterionId: string;
  readonly verdict: VerdictName;
}

/** One call as an index keeps it. */
export interface CallDocument {
  readonly facts: CallFacts;
  readonly verdicts: readonly VerdictFact[];
  /** What candidate queries ask for; sorted, each once. */
  readonly terms: readonly string[];
  /** The call's words as the matcher reads them; opaque to an index. */
  readonly form: Uint8Array;
}

/** Which calls: those with these terms that pass the filters. Documents of erased calls are in no answer. */
export interface IndexQuery {
  readonly terms: TermQuery;
  readonly filters: SearchFilters;
}

export const indexSorts = ['newest', 'oldest', 'score', 'duration'] as const;
/** newest and oldest first; lowest score first, without one last; longest first. Equals: newest first, then by call id, descending. */
export type IndexSort = (typeof indexSorts)[number];

/** A place in an order: what it is sorted by, in that order. */
export interface SortKey {
  /** Score or duration; null for the sorts by time, and where there is no score. */
  readonly value: number | null;
  readonly at: number;
  readonly callId: string;
}

export interface Found {
  readonly facts: CallFacts;
  readonly key: SortKey;
  /** The verdict of the criterion filter, where there is one. */
  readonly verdict?: VerdictName | undefined;
  /** Where it was asked for. */
  readonly form?: Uint8Array | undefined;
}

export interface FindReading {
  /** Each call with its form. */
  readonly forms?: boolean;
  /** So many calls a batch at most; as suits the index where it is not said. */
  readonly batch?: number;
}

/** How many calls have each value; calls without one are counted under null. By count, then by value. */
export type ValueCounts = readonly { readonly value: string | null; readonly count: number }[];

export interface FacetCounts {
  readonly calls: number;
  /** Days of the centre, in order. */
  readonly date: readonly { readonly date: string; readonly count: number }[];
  readonly team: ValueCounts;
  /** By agent id, with the name seen last. */
  readonly agent: readonly { readonly value: string | null; readonly name: string | null; readonly count: number }[];
  readonly queue: ValueCounts;
  readonly direction: ValueCounts;
  readonly product: ValueCounts;
  readonly language: ValueCounts;
  readonly source: ValueCounts;
  /** Tenths of a per cent in steps of ten per cent: [from, to), the last one with its end; calls without a score are in none. */
  readonly score: readonly { readonly from: number; readonly to: number; readonly count: number }[];
  /** Calls with at least one critical error of the class. */
  readonly critical: Readonly<Record<CriticalClass | 'none', number>>;
  readonly criteria: readonly {
    readonly rubricId: string;
    readonly criterionId: string;
    readonly verdicts: Readonly<Record<VerdictName, number>>;
  }[];
  /** Calls of which a person must decide something. */
  readonly needsReview: number;
}

export interface FacetOptions {
  /** What is added to UTC to get the centre's clock. */
  readonly zoneOffsetMs: number;
}

/**
 * Calls by their words and facts. Nothing in it is the only copy: it can be made again from the stores upstream.
 * Every implementation gives the same calls in the same order.
 */
export interface SearchIndex {
  /** Writes documents; one whose call has an equal or newer revision there is left alone. Found by what is asked afterwards. */
  upsert(documents: readonly CallDocument[]): Promise<void>;
  /** Leaves an empty document of this revision, which no older one replaces. */
  erase(callId: string, revision: number): Promise<void>;
  /**
   * The calls of a query in order, in batches, from after a place; `limit` calls at most, or all. What arrives meanwhile may or
   * may not be among them; none comes twice.
   */
  find(
    query: IndexQuery,
    order: { readonly sort: IndexSort; readonly after?: SortKey | undefined },
    limit?: number,
    reading?: FindReading,
  ): AsyncIterable<readonly Found[]>;
  /** The forms of these calls, by call id; erased and unknown ones are missing. */
  forms(callIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  count(query: IndexQuery): Promise<number>;
  /** Over the calls of a query, or over these calls alone. */
  facets(of: IndexQuery | { readonly callIds: readonly string[] }, options: FacetOptions): Promise<FacetCounts>;
  /** Revision of a call's document; undefined where there is none, erased ones have one. */
  revisionOf(callId: string): Promise<number | undefined>;
  /** How the documents of the current index were made (`searchVersion`); undefined for an index that was never rebuilt. */
  version(): Promise<string | undefined>;
  /**
   * A fresh index for documents made in this way, which gets every write from now on beside the current one. One that was begun
   * for the same way is taken up, with what it has; one for another way is given up. Switching makes it the current one.
   */
  rebuild(version: string): Promise<Rebuild>;
}

/** A fresh index under way; when it was given up meanwhile, nothing of this does anything. */
export interface Rebuild {
  /** Which of these calls it has a document of, erased or not: nothing newer is missing there. */
  has(callIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Writes into the fresh index alone, like `SearchIndex.upsert`. */
  upsert(documents: readonly CallDocument[]): Promise<void>;
  erase(callId: string, revision: number): Promise<void>;
  /** Searches go to the fresh index from now on, and the old one is given up. */
  switch(): Promise<void>;
  /** Gives the fresh index up. */
  abandon(): Promise<void>;
}
