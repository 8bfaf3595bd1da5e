import type { VerdictName } from '../scoring/index.ts';
import type { FacetCounts, VerdictFact } from './ports.ts';

/** What keeps the parts of a stored verdict apart: no id has it. */
const separator = '\u001f';

/** A verdict as one text, the criterion first: an index keeps these, and finds a criterion of any rubric by how they begin. */
export const verdictEntry = ({ criterionId, verdict, rubricId }: VerdictFact): string =>
  [criterionId, verdict, rubricId].join(separator);

/** What the entry of a verdict begins with, whatever the rubric. */
export const verdictBeginning = (criterionId: string, verdict: VerdictName): string =>
  verdictEntry({ criterionId, verdict, rubricId: '' });

/** Reads what `verdictEntry` wrote. */
export function verdictOfEntry(entry: string): VerdictFact {
  const [criterionId = '', verdict = '', rubricId = ''] = entry.split(separator);
  return { criterionId, verdict: verdict as VerdictName, rubricId };
}

/** How calls spread over the verdicts of each criterion, from how many have each entry; by rubric, then criterion. */
export function criteriaOfEntries(entries: Iterable<readonly [entry: string, calls: number]>): FacetCounts['criteria'] {
  const criteria = new Map<string, { rubricId: string; criterionId: string; verdicts: Record<VerdictName, number> }>();
  for (const [entry, calls] of entries) {
    const { rubricId, criterionId, verdict } = verdictOfEntry(entry);
    const key = `${rubricId} ${criterionId}`;
    const criterion = criteria.get(key) ?? {
      rubricId,
      criterionId,
      verdicts: { met: 0, unmet: 0, not_applicable: 0, needs_review: 0 },
    };
    criterion.verdicts[verdict] = calls;
    criteria.set(key, criterion);
  }
  return [...criteria].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, criterion]) => criterion);
}

/** The order of a facet's values: the most calls first, equals by value. */
export function byCount(a: { value: string | null; count: number }, b: { value: string | null; count: number }): number {
  const [left, right] = [a.value ?? '', b.value ?? ''];
  return b.count - a.count || (left < right ? -1 : left > right ? 1 : 0);
}
