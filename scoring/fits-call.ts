import picomatch from 'picomatch';
import { callMetadataSchema, type CallMetadata } from '../ingest/index.ts';
import type { Rubric } from './rubric.ts';

/** The fields of a call that a rubric's `for:` may ask for: all that are texts. */
export const metadataFields: readonly string[] = Object.keys(callMetadataSchema.shape).filter((field) => field !== 'startedAt');

/**
 * Whether a rubric is for a call: every pattern of its `for:` must fit, and a field that the call does not have fits none.
 * Patterns are globs (`wealth-*`, `{a,b}`, `!test-*`); of several for a field one is enough. Case does not matter.
 */
export function fitsCall(rubric: Rubric, metadata: CallMetadata): boolean {
  const fields: Readonly<Record<string, unknown>> = metadata;
  return Object.entries(rubric.for).every(([field, globs]) => {
    const value = fields[field];
    return (
      typeof value === 'string' && globs.some((glob) => picomatch.isMatch(value, glob, { nocase: true, dot: true, bash: true }))
    );
  });
}
