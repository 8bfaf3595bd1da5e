import { readRubric, rubricHash, type RubricProblem } from '../../scoring/index.ts';
import type { ProductCore } from './product-core.ts';
import { scoreAgain } from './score-again.ts';

export type Publication =
  | { readonly rubricId: string; readonly version: number; readonly hash: string }
  | { readonly errors: readonly RubricProblem[] };

/** Freezes a rubric as the next version of its id; the same text again makes no new one. New calls are scored by it from now on. */
export async function publishRubric(core: ProductCore, yaml: string): Promise<Publication> {
  const result = readRubric(yaml);
  if ('errors' in result) return { errors: result.errors };
  const hash = rubricHash(result.rubric);
  const version = await core.database.inTransaction((tx) => core.rubrics.publish(tx, { hash, yaml, rubric: result.rubric }));
  // What was read while the transaction was open is the old version.
  core.rubrics.forgetKept();
  return { rubricId: result.rubric.id, version, hash };
}

/**
 * Applies the published rubrics to the past: every transcribed call is planned again in the low lane, a page a transaction.
 * What a call was scored by already is a duplicate and costs nothing, so that an interrupted backfill is simply run again;
 * what people decided is part of every plan and stays.
 * @returns how many calls were put into the lane
 */
export async function backfillScores(core: ProductCore, onProgress: (calls: number) => void = () => {}): Promise<number> {
  let planned = 0;
  let after: string | undefined;
  do {
    const page = await core.calls.list({ limit: 200, after });
    planned += await scoreAgain(
      core,
      page.calls.filter(({ state }) => state !== 'erased').map(({ callId }) => callId),
    );
    onProgress(planned);
    after = page.next;
  } while (after !== undefined);
  return planned;
}
