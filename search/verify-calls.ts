import { type RuleResult, type RuleSet, unpackPrepared } from '../phrases/index.ts';

import { type SentenceHit, sentenceHits } from './hit-sentence.ts';
import type { Found, IndexQuery, IndexSort, SearchIndex, SortKey } from './ports.ts';

/** What the matcher says of a call in which it finds something. */
export interface Verified {
  readonly value: 'yes' | 'perhaps';
  readonly hitCount: number;
  /** Score of the best hit, 0 to 1000; 0 where there is none. */
  readonly best: number;
  hits(limit: number): readonly SentenceHit[];
}

export interface VerifiedCall {
  readonly found: Found;
  readonly verified: Verified;
}

/** Undefined: nothing is found. Speech that nobody understood makes no call a hit: there would be nothing to show. */
export function verify(rules: RuleSet, form: Uint8Array): Verified | undefined {
  const prepared = unpackPrepared(form);
  const [result] = rules.listen(prepared).heard();
  if (result === undefined || result.value === 'no' || result.onlyUnintelligible) return undefined;
  return {
    value: result.value,
    hitCount: result.hits.length + result.possible.length,
    best: bestOf(result),
    hits: (limit) => sentenceHits(prepared, result, limit),
  };
}

const bestOf = ({ hits, possible }: RuleResult): number =>
  (hits.length > 0 ? hits : possible).reduce((best, { score }) => Math.max(best, score), 0);

/** Forms fetched in one go. */
const formsAtOnce = 100;

export interface VerifiedBatch {
  readonly calls: readonly VerifiedCall[];
  /** Looked at for this batch. */
  readonly candidates: number;
  /** The last of them. */
  readonly last: SortKey | undefined;
}

/**
 * Candidates in order, a batch at a time, with those the matcher finds something in. While one batch is verified the forms of
 * the next are on their way.
 */
export async function* verifiedCalls(
  index: SearchIndex,
  query: IndexQuery,
  rules: RuleSet,
  order: { readonly sort: IndexSort; readonly after?: SortKey | undefined },
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<VerifiedBatch, void> {
  let waiting: { found: readonly Found[]; forms: Promise<ReadonlyMap<string, Uint8Array>> } | undefined;
  const check = async ({ found, forms }: NonNullable<typeof waiting>): Promise<VerifiedBatch> => {
    const have = await forms;
    const calls = found.flatMap((each): VerifiedCall[] => {
      const form = have.get(each.facts.callId);
      const verified = form === undefined ? undefined : verify(rules, form);
      return verified === undefined ? [] : [{ found: each, verified }];
    });
    return { calls, candidates: found.length, last: found.at(-1)?.key };
  };
  for await (const some of index.find(query, order, limit)) {
    for (let at = 0; at < some.length; at += formsAtOnce) {
      const found = some.slice(at, at + formsAtOnce);
      const forms = index.forms(found.map(({ facts }) => facts.callId));
      forms.catch(() => undefined);
      const ready = waiting;
      waiting = { found, forms };
      if (ready !== undefined) yield await check(ready);
    }
  }
  if (waiting !== undefined) yield await check(waiting);
}
