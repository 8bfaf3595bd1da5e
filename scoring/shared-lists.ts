/**
 * Lists that every rubric may name. A rubric's own list of the same name stands over the shared one. What a rubric uses of
 * them is part of its hash: a scorecard says by which wording it was made.
 */
export const sharedLists: Readonly<Record<string, readonly string[]>> = {
  hold_notice: ['请稍等'],
};
