import type { CallState } from '../ingest/index.ts';
import type { CallDocument, SearchIndex } from './ports.ts';
import { searchVersion } from './version.ts';

export interface RebuildDeps {
  readonly index: SearchIndex;
  readonly calls: {
    /** Every call there is, erased ones too. */
    list(page: {
      limit: number;
      after?: string | undefined;
    }): Promise<{ calls: readonly { callId: string; revision: number; state: CallState }[]; next: string | undefined }>;
  };
  /** The document of a call as it is now; undefined while it has none. */
  documentOf(callId: string): Promise<CallDocument | undefined>;
  /** Waits, so that others get their share. */
  rest?(): Promise<void>;
}

const callsAtOnce = 100;
const documentsAtOnce = 20;

/**
 * Makes the whole index again from the stores upstream, beside the one that is searched, and switches to it. Calls that
 * arrive, change or are erased meanwhile are written to both. One that was broken off is taken up where it was.
 * @returns how many calls have a document now that had none in the fresh index
 */
export async function rebuildIndex(deps: RebuildDeps, onProgress: (calls: number) => void, signal: AbortSignal): Promise<number> {
  const rebuild = await deps.index.rebuild(searchVersion);
  let made = 0;
  let looked = 0;
  let after: string | undefined;
  let documents: CallDocument[] = [];
  const write = async (): Promise<void> => {
    if (documents.length > 0) await rebuild.upsert(documents);
    made += documents.length;
    documents = [];
    await deps.rest?.();
  };
  do {
    const page = await deps.calls.list({ limit: callsAtOnce, after });
    const have = await rebuild.has(page.calls.map(({ callId }) => callId));
    for (const { callId, revision, state } of page.calls) {
      signal.throwIfAborted();
      if (have.has(callId)) continue;
      if (state === 'erased') await rebuild.erase(callId, revision);
      const document = state === 'scored' ? await deps.documentOf(callId) : undefined;
      if (document !== undefined) documents.push(document);
      if (documents.length >= documentsAtOnce) await write();
    }
    await write();
    looked += page.calls.length;
    onProgress(looked);
    after = page.next;
  } while (after !== undefined);
  signal.throwIfAborted();
  await rebuild.switch();
  return made;
}

/** Whether the index must be made again: its documents were made by another version, or before there was an index. */
export async function needsRebuild(index: Pick<SearchIndex, 'version'>): Promise<boolean> {
  return (await index.version()) !== searchVersion;
}
