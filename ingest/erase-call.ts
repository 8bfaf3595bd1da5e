import type { Clock, ObjectStore, RawStore, Tx } from '../services/kernel/index.ts';
import { quarantine } from './deliver.ts';
import type { Acceptance, CallStore } from './ports.ts';

export interface EraseDeps {
  readonly calls: Pick<CallStore, 'erase' | 'openErasures' | 'noteErasure'>;
  readonly acceptance: Acceptance;
  readonly raw: RawStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  /** What the other rooms keep of the call in the database: each forgets its own, in this transaction. */
  forget(tx: Tx, callId: string): Promise<void>;
  /** Leaves nothing of the call in what can be searched. */
  unindex(callId: string): Promise<void>;
  /** Whether somebody works on the call now. */
  isWorkedOn(callId: string): Promise<boolean>;
}

/**
 * Erases a call for good: a tombstone, every row that tells of it, its objects, and its data key, which makes what is left of
 * its raw data unreadable in backups too. From then on its recording is not taken again, and results of work that is under
 * way are dropped. Such work may still put objects: `completeErasures` deletes those, and must be called again and again.
 * Safe to repeat.
 * @returns false when there is no such call
 */
export async function eraseCall(deps: EraseDeps, callId: string): Promise<boolean> {
  const found = await deps.acceptance.accept(async (tx) => {
    const erased = await deps.calls.erase(tx, callId, deps.clock.now());
    if (erased) await deps.forget(tx, callId);
    return { value: erased, events: [] };
  });
  if (!found) return false;
  const open = (await deps.calls.openErasures(openErasuresAtOnce)).find((each) => each.callId === callId);
  await deleteContent(deps, callId, open?.keptAside ?? []);
  return true;
}

/** Longest time in which somebody whose lease on a call was lost without his knowledge may still write: twice a lease. */
export const quietMs = 120_000;
const openErasuresAtOnce = 1_000;

/**
 * Deletes again what late work put for calls that were erased. An erasure is complete when nobody was at work on its call for
 * `quietMs`; an interrupted one is taken up here.
 * @returns how many are still open
 */
export async function completeErasures(deps: EraseDeps): Promise<number> {
  const open = await deps.calls.openErasures(openErasuresAtOnce);
  let left = 0;
  for (const { callId, busyAt, keptAside } of open) {
    const now = deps.clock.now();
    const busy = await deps.isWorkedOn(callId);
    const complete = !busy && now - busyAt >= quietMs;
    await deleteContent(deps, callId, keptAside);
    await deps.acceptance.accept(async (tx) => {
      await deps.forget(tx, callId);
      if (complete) await deps.calls.noteErasure(tx, callId, { completeAt: now });
      else if (busy) await deps.calls.noteErasure(tx, callId, { busyAt: now });
      return { value: undefined, events: [] };
    });
    if (!complete) left += 1;
  }
  return left;
}

async function deleteContent(
  { raw, objects, unindex }: Pick<EraseDeps, 'raw' | 'objects' | 'unindex'>,
  callId: string,
  keptAside: readonly string[],
): Promise<void> {
  await unindex(callId);
  await raw.erase(callId);
  for (const name of keptAside) await raw.delete(quarantine, name);
  const names: string[] = [];
  for await (const { name } of objects.list(`calls/${callId}/`)) names.push(name);
  for (const name of names) await objects.delete(name);
}
