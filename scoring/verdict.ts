import type { BilingualText } from '../services/kernel/index.ts';
import type { VerdictName } from './score.ts';

/** Words of a call, or a measured stretch of it, that a verdict rests on. Milliseconds from the start; score from 0 to 1. */
export interface Evidence {
  /** Null where nobody speaks (a silence, hold music). */
  readonly turnId: string | null;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly score: number;
  /** What of the criterion it matched. */
  readonly of: EvidenceRole;
  /** Only possible: below the floor, speaker unsure, and the like. */
  readonly possible?: true;
  readonly why?: BilingualText;
}

export const evidenceRoles = ['applies_when', 'met_when', 'unmet_when', 'must_come_before', 'script', 'judge', 'person'] as const;
export type EvidenceRole = (typeof evidenceRoles)[number];

/** A stretch in which something was looked for. */
export interface Searched {
  readonly speaker: 'agent' | 'customer' | 'anyone';
  readonly startMs: number;
  readonly endMs: number;
}

/** What came near and was not counted. */
export interface NearMiss {
  readonly turnId: string | null;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly why: BilingualText;
}

/** What a verdict rests on: something that was heard, or the stretch in which nothing was. There is no third way. */
export type Proof = (
  | { readonly evidence: readonly [Evidence, ...Evidence[]]; readonly searched?: Searched }
  | { readonly evidence: readonly []; readonly searched: Searched }
) & { readonly nearMisses: readonly NearMiss[] };

/** What the machine, or a person, says of one criterion of one call. It cannot be written down without its proof. */
export type Verdict = {
  readonly verdict: VerdictName;
  readonly reason: BilingualText;
  readonly decidedBy: 'rule' | 'judge' | 'person';
} & Proof;

/** The proof from what was heard, or from the stretch searched where nothing was. Evidence in the order of the call, each once. */
export function proofOf(heard: readonly Evidence[], searched: Searched, nearMisses: readonly NearMiss[] = []): Proof {
  const [first, ...rest] = inOrder(heard);
  return first === undefined ? { evidence: [], searched, nearMisses } : { evidence: [first, ...rest], searched, nearMisses };
}

/** What has hundreds of places (fillers) is shown by its first ones. */
const shown = 60;

function inOrder(heard: readonly Evidence[]): readonly Evidence[] {
  const unique = new Map(
    heard.map((each) => [`${each.startMs} ${each.endMs} ${each.turnId} ${each.of}`, each] as const).reverse(),
  );
  return [...unique.values()].sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs).slice(0, shown);
}
