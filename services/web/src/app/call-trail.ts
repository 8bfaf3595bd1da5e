const key = 'plumbline.trail';

/** Keeps which calls stood in a list, in their order, for as long as the tab is open: a call's page goes on from there. */
export function keepCallTrail(callIds: readonly string[]): void {
  sessionStorage.setItem(key, JSON.stringify(callIds));
}

/** Where a call stands in the list that was looked at last; undefined for one that is not in it. */
export function placeInTrail(
  callId: string,
):
  | { readonly at: number; readonly of: number; readonly before: string | undefined; readonly after: string | undefined }
  | undefined {
  const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]');
  const calls = Array.isArray(kept) ? kept.filter((each): each is string => typeof each === 'string') : [];
  const at = calls.indexOf(callId);
  if (at < 0) return undefined;
  return { at: at + 1, of: calls.length, before: calls[at - 1], after: calls[at + 1] };
}
