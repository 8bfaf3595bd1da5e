import { type PreparedTranscript, type RuleResult, type RuleSet, unpackPrepared } from '../phrases/index.ts';
import { dependencyAway } from '../services/kernel/index.ts';
import { type SentenceHit, sentenceHits } from './hit-sentence.ts';
import type { Found, IndexQuery, IndexSort, SearchIndex, SortKey } from './ports.ts';

/** What the matcher says of a call in which it finds something. */
export interface Verified {
  readonly value: 'yes' | 'perhaps';
  readonly hitCount: number;
  /** Score of the best hit, 0 to 1000; 0 where there is none. */
  readonly best: number;
}

export interface VerifiedCall {
  readonly found: Found;
  readonly verified: Verified;
}

/** Undefined: nothing is found. Speech that nobody understood makes no call a hit: there would be nothing to show. */
function verify(rules: RuleSet, form: Uint8Array): Verified | undefined {
  return listen(rules, form)?.verified;
}

/** The same with the hits as sentences, the first by time: read again for what is shown, so that what is only counted keeps nothing. */
export function verifyWithHits(
  rules: RuleSet,
  form: Uint8Array,
  limit: number,
): { readonly verified: Verified; readonly hits: readonly SentenceHit[] } | undefined {
  const heard = listen(rules, form);
  if (heard === undefined) return undefined;
  return { verified: heard.verified, hits: sentenceHits(heard.prepared, heard.result, limit) };
}

function listen(
  rules: RuleSet,
  form: Uint8Array,
): { readonly verified: Verified; readonly prepared: PreparedTranscript; readonly result: RuleResult } | undefined {
  const prepared = readForm(form);
  const [result] = rules.listen(prepared).heard();
  if (result === undefined || result.value === 'no' || result.onlyUnintelligible) return undefined;
  const { value, hits, possible } = result;
  return { verified: { value, hitCount: hits.length + possible.length, best: bestOf(result) }, prepared, result };
}

/**
 * An index that another version filled is made again by itself; until then its forms cannot be read.
 * @throws Failure of the dependency `index` in that case
 */
function readForm(form: Uint8Array): PreparedTranscript {
  try {
    return unpackPrepared(form);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw dependencyAway(
      'index',
      'The search index was filled by another version and is being made again; try again in a moment.',
      error,
    );
  }
}

const bestOf = ({ hits, possible }: RuleResult): number =>
  (hits.length > 0 ? hits : possible).reduce((best, { score }) => Math.max(best, score), 0);

export interface VerifiedBatch {
  readonly calls: readonly VerifiedCall[];
  /** Looked at for this batch. */
  readonly candidates: number;
  /** The last of them. */
  readonly last: SortKey | undefined;
}

/**
 * Candidates in order, a batch at a time, with those the matcher finds something in. While one batch is verified the next is on
 * its way.
 * @param batch so many candidates in one go; as suits the index where it is not said
 */
export async function* verifiedCalls(
  index: SearchIndex,
  query: IndexQuery,
  rules: RuleSet,
  order: { readonly sort: IndexSort; readonly after?: SortKey | undefined },
  { limit, batch }: { readonly limit?: number; readonly batch?: number } = {},
): AsyncGenerator<VerifiedBatch, void> {
  const reading = { forms: true, ...(batch === undefined ? {} : { batch }) };
  const candidates = index.find(query, order, limit, reading)[Symbol.asyncIterator]();
  const ask = (): Promise<IteratorResult<readonly Found[]>> => {
    const asked = candidates.next();
    // Whoever stops before it comes hears nothing of it.
    asked.catch(() => undefined);
    return asked;
  };
  try {
    for (let coming = ask(); ;) {
      const { done, value: found } = await coming;
      if (done === true) return;
      coming = ask();
      const calls = found.flatMap((each): VerifiedCall[] => {
        const verified = each.form === undefined ? undefined : verify(rules, each.form);
        return verified === undefined ? [] : [{ found: each, verified }];
      });
      yield { calls, candidates: found.length, last: found.at(-1)?.key };
    }
  } finally {
    candidates.return?.().catch(() => undefined);
  }
}
