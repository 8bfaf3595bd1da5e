import { editDistance } from '../language/index.ts';
import type { BilingualText } from '../services/kernel/index.ts';
import type { Path } from './yaml-source.ts';

/** One thing that is wrong with a rubric file: where, what, and what to do. Lines and columns count from 1. */
export interface RubricProblem {
  readonly line: number;
  readonly column: number;
  /** Such as `sections.0.criteria.2.points`. */
  readonly path: string;
  readonly text: BilingualText;
}

export function pathText(path: Path): string {
  return path.join('.');
}

/** The known name that was probably meant; undefined when none is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const each of known) {
    const distance = editDistance(name.toLowerCase(), each.toLowerCase());
    if (distance < least) [best, least] = [each, distance];
  }
  return best;
}
