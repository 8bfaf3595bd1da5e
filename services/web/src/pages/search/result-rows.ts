import type { components } from '../../api/openapi.d.ts';

export type SearchResult = components['schemas']['SearchResult'];
export type FoundCall = SearchResult['calls'][number];
export type CallFacts = FoundCall['call'];
export type Hit = FoundCall['hits'][number];

/** A row of the list. The hits of one call follow each other; the first one carries the call's facts and its tick. */
export interface ResultRow {
  /** Stays the same while calls arrive. */
  readonly key: string;
  readonly call: CallFacts;
  /** Null: the call itself was asked for, or what was found has no place in it. */
  readonly hit: Hit | null;
  /** From 1, within its call. */
  readonly place: number;
  /** On a call's last row: hits that are counted and not listed. */
  readonly more: number;
  readonly value: FoundCall['value'];
}

export function resultRows(calls: readonly FoundCall[]): readonly ResultRow[] {
  return calls.flatMap(({ call, hits, hitCount, value }): ResultRow[] => {
    if (hits.length === 0) return [{ key: call.callId, call, hit: null, place: 1, more: hitCount, value }];
    return hits.map((hit, index) => ({
      key: `${call.callId}.${hit.startMs}.${index}`,
      call,
      hit,
      place: index + 1,
      more: index === hits.length - 1 ? Math.max(0, hitCount - hits.length) : 0,
      value,
    }));
  });
}

/** The row that an address names: the hit that starts there, else the call's first. -1 where the page does not have it. */
export function rowOf(rows: readonly ResultRow[], open: { callId: string; startMs?: number } | undefined): number {
  if (open === undefined) return -1;
  const exact = rows.findIndex(({ call, hit }) => call.callId === open.callId && hit !== null && hit.startMs === open.startMs);
  return exact >= 0 ? exact : rows.findIndex(({ call }) => call.callId === open.callId);
}

/** What stands where, for "hits 11-20 of 55". */
export function shownOn(calls: readonly FoundCall[]): { readonly calls: number; readonly hits: number } {
  return { calls: calls.length, hits: calls.reduce((sum, { hitCount }) => sum + hitCount, 0) };
}
