import type { SortKey } from './ports.ts';
import type { VerifiedCall } from './verify-calls.ts';

/** Score of the best hit, and how many there are. */
export type MatchRank = readonly [best: number, hits: number];

export const rankOf = ({ verified }: VerifiedCall): MatchRank => [verified.best, verified.hitCount];

/** Below 0: `a` comes first. The best hit, then the most, then the newest call. */
export function compareMatch(a: MatchRank, aKey: SortKey, b: MatchRank, bKey: SortKey): number {
  const newer = bKey.at - aKey.at || (aKey.callId < bKey.callId ? 1 : aKey.callId > bKey.callId ? -1 : 0);
  return b[0] - a[0] || b[1] - a[1] || newer;
}
