import { canonicalJson, type Clock, keyedIdOf } from '../services/kernel/index.ts';
import { compileSearch, type SearchRequest } from './compile-search.ts';
import type { SearchDeps, SearchResult } from './search-calls.ts';
import { verifiedCalls } from './verify-calls.ts';

export interface Counted {
  readonly calls: number;
  readonly hits: number;
  readonly exact: boolean;
}

interface Entry extends Counted {
  /** UTC milliseconds: when somebody last asked. */
  askedAt: number;
  calls: number;
  hits: number;
  exact: boolean;
}

/** Counts that nobody asked for so long are given up. */
const patienceMs = 60_000;
const keptAtMost = 500;
const runningAtMost = 2;

/**
 * Finishes the counts of searches whose first page could only say "at least". They are of one process, and of the moment at
 * which they were begun; a count that nobody asks for any more ends.
 */
export class BackgroundCounts {
  readonly #deps: SearchDeps;
  readonly #clock: Clock;
  readonly #key: Uint8Array;
  readonly #entries = new Map<string, Entry>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;

  /** @param key secret of this process: an id tells nothing of what was searched */
  constructor(deps: SearchDeps, clock: Clock, key: Uint8Array) {
    this.#deps = deps;
    this.#clock = clock;
    this.#key = key;
  }

  /** Where the counts of a search can be asked for; undefined where they are known already. */
  goOn(request: SearchRequest, { counts, uncounted }: SearchResult): string | undefined {
    if (uncounted === undefined) return undefined;
    const id = keyedIdOf(this.#key, 'search-count', [
      canonicalJson([request.expression, JSON.parse(JSON.stringify(request.filters)), uncounted.sort]),
    ]);
    const now = this.#clock.now();
    for (const [old, entry] of this.#entries)
      if (this.#entries.size >= keptAtMost || now - entry.askedAt > 10 * patienceMs) this.#entries.delete(old);
    this.#entries.delete(id);
    const entry: Entry = { calls: counts.calls, hits: counts.hits ?? 0, exact: false, askedAt: now };
    this.#entries.set(id, entry);
    this.#waiting.push(() => this.#count(entry, request, uncounted, () => this.#entries.get(id) === entry));
    this.#next();
    return id;
  }

  /** Undefined: not, or no longer, known; the search has to be asked again. */
  get(id: string): Counted | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    entry.askedAt = this.#clock.now();
    const { calls, hits, exact } = entry;
    return { calls, hits, exact };
  }

  #next(): void {
    while (this.#running < runningAtMost) {
      const count = this.#waiting.shift();
      if (count === undefined) return;
      this.#running += 1;
      void count()
        .catch(() => undefined)
        .finally(() => {
          this.#running -= 1;
          this.#next();
        });
    }
  }

  /** A count that fails stays "at least": whoever asks again begins another. */
  async #count(
    entry: Entry,
    request: SearchRequest,
    from: NonNullable<SearchResult['uncounted']>,
    isWanted: () => boolean,
  ): Promise<void> {
    const { query, rules } = compileSearch(this.#deps.lists, request);
    if (rules === undefined) return;
    for await (const some of verifiedCalls(this.#deps.index, query, rules, from)) {
      entry.calls += some.calls.length;
      entry.hits += some.calls.reduce((sum, { verified }) => sum + verified.hitCount, 0);
      if (!isWanted() || this.#clock.now() - entry.askedAt > patienceMs) return;
    }
    entry.exact = true;
  }
}
