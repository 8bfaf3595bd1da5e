import { callDocument, type CallDocument, type SearchIndex, searchVersion } from '../../search/index.ts';
import { done, dropped, type Job, type Outcome, type Recipe, type Stage, type Tx } from '../kernel/index.ts';
import { readTranscript } from './read-transcript.ts';
import type { LongWork } from '../adapters/long-work/index.ts';
import type { RecentTranscripts } from './recent-transcripts.ts';
import type { StageDeps } from './stages.ts';

export interface SearchStageDeps extends Pick<StageDeps, 'calls' | 'transcripts' | 'scorecards' | 'objects' | 'settings'> {
  readonly searchIndex: SearchIndex;
  /** What the stages before have read. */
  readonly recent?: RecentTranscripts;
  /** Makes the document; not given: in this thread. */
  readonly longWork?: Pick<LongWork, 'document'>;
}

/**
 * Makes a scored call's document. What it holds is read anew whatever asked for it, so that its recipe is the state of the call
 * alone: its revision, and how documents are made.
 */
export function searchStage(
  deps: SearchStageDeps,
  outcomeOf: (job: Job, work: () => Promise<Outcome>) => Promise<Outcome>,
): Stage {
  return {
    name: 'search',
    // New metadata is in the document even where it chooses no other rubric.
    hears: ['calls.scored', 'calls.received'],
    concurrency: deps.settings.work.scoring,
    async plan(tx: Tx, callId: string): Promise<Recipe | null> {
      const call = await deps.calls.getInside(tx, callId);
      return call?.state === 'scored' ? { revision: call.revision, document: searchVersion } : null;
    },
    work: (job) => outcomeOf(job, () => indexCall(deps, job.callId)),
  };
}

async function indexCall(deps: SearchStageDeps, callId: string): Promise<Outcome> {
  const document = await documentOf(deps, callId);
  if (document === undefined) return dropped('superseded');
  await deps.searchIndex.upsert([document]);
  const { revision } = document.facts;
  return done({ write: () => Promise.resolve(), events: [{ type: 'calls.indexed', callId, data: { revision } }] });
}

/** How often the parts of a document are read until they are of one revision. */
const readings = 3;

/**
 * The document of a call as it is now; undefined while it has none (not scored, erased). Every change of a call raises its
 * revision: parts between two readings of the same one belong together. Where changes do not end, the document is never older
 * than its revision says, and whoever changed the call asks for another.
 */
export async function documentOf(
  deps: Pick<SearchStageDeps, 'calls' | 'transcripts' | 'scorecards' | 'objects' | 'recent' | 'longWork'>,
  callId: string,
): Promise<CallDocument | undefined> {
  let call = await deps.calls.get(callId);
  for (let reading = 1; ; reading += 1) {
    if (call === undefined || call.state !== 'scored') return undefined;
    const [current, scored] = await Promise.all([deps.transcripts.current(callId), deps.scorecards.currentFor(callId)]);
    if (current === undefined) return undefined;
    const transcript = await (deps.recent?.read(deps.objects, current) ?? readTranscript(deps.objects, current));
    const now = await deps.calls.get(callId);
    if (now?.revision === call.revision || reading === readings) {
      const input = { call, transcript, scorecards: scored?.scorecards ?? [] };
      return deps.longWork?.document(input) ?? callDocument(input);
    }
    call = now;
  }
}
