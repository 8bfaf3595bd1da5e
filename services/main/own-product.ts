import type { FinishedCall, Product } from '../cli/roots.ts';
import { canonicalExport } from '../cli/canonical-export.ts';
import { type FolderSourceSettings, reconcile, takeRecordings } from '../../ingest/index.ts';
import { Failure, type ObjectStore, systemClock, wholeBytes } from '../kernel/index.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiskFolder } from '../adapters/folder/folder-files.ts';
import { verifyAudit } from '../adapters/postgres/audit-seal.ts';
import { deadLettersOf } from './api-deps.ts';
import type { ProductCore } from './product-core.ts';
import { backfillScores, publishRubric } from './rubric-publishing.ts';
import { answerSearch, ApiProblem } from '../api/index.ts';
import { sharedLists } from '../../scoring/index.ts';
import { rebuildSearchIndex } from './search-rebuild.ts';
import { readTranscript } from './read-transcript.ts';

/** The product's stores, open in this process. */
export function ownProduct(core: ProductCore): Product {
  return {
    health: () => core.runtime.health(),
    deliverFolder: async (folder, { source, manifest }, onResult, signal) => {
      const files = new DiskFolder(folder);
      const settings: FolderSourceSettings = {
        source,
        patterns: [],
        zoneOffset: core.settings.zoneOffset,
        after: 'leave',
        manifest,
      };
      await takeRecordings(
        {
          calls: core.calls,
          files,
          clock: systemClock,
          deliver: (file) => core.deliver(file),
          accepting: () => core.accepting(),
        },
        settings,
        await files.list(),
        onResult,
        signal,
      );
    },
    watch: (callIds, onFinished, signal) => watchCalls(core, callIds, onFinished, signal),
    dead: deadLettersOf(core),
    publishRubric: (yaml) => publishRubric(core, yaml),
    backfill: () => backfillScores(core),
    canonicalExport: () => exportOf(core),
    expect: (recordings) => core.database.inTransaction((tx) => core.calls.expect(tx, recordings, systemClock.now())),
    reconcile: (date) => reconcile(core.calls, date, core.settings.zoneOffset),
    search: async (question) => {
      try {
        return await answerSearch({ search: { index: core.searchIndex, lists: sharedLists }, settings: core.settings }, question);
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        throw new Failure({ code: error.problem.code, message: error.problem.title, retryable: false });
      }
    },
    reindex: (onProgress, signal) => rebuildSearchIndex(core, onProgress, signal),
    verifyAudit: () => verifyAudit(core.database),
    close: () => core.close(),
  };
}

/** Tells of each call as it is scored or failed; ends when all are. */
export async function watchCalls(
  core: ProductCore,
  callIds: ReadonlySet<string>,
  onFinished: (call: FinishedCall) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = new Set(callIds);
  while (waiting.size > 0 && !signal.aborted) {
    for (const callId of [...waiting].slice(0, 100)) {
      const finished = await finishedCall(core, callId);
      if (finished === undefined) continue;
      waiting.delete(callId);
      onFinished(finished);
    }
    if (waiting.size > 0) await sleep(500, undefined, { signal }).catch(() => undefined);
  }
}

/** A call with its scorecards once it is done or failed. */
export async function finishedCall(core: ProductCore, callId: string): Promise<FinishedCall | undefined> {
  const call = await core.calls.get(callId);
  if (call === undefined || call.state === 'received' || call.state === 'transcribed') return undefined;
  const [scored, transcript] = await Promise.all([core.scorecards.currentFor(callId), core.transcripts.current(callId)]);
  return {
    callId,
    title: call.metadata.title ?? call.name,
    durationMs: transcript?.durationMs,
    scorecards: scored?.scorecards.map(({ card }) => card) ?? [],
    refusal: call.refusal?.text,
  };
}

function exportOf(core: ProductCore): AsyncIterable<string> {
  return canonicalExport({
    calls: core.calls,
    transcript: async (callId) => {
      const current = await core.transcripts.current(callId);
      if (current === undefined) return undefined;
      return {
        transcript: await readTranscript(core.objects, current),
        metrics: await readJson(core.objects, current.metricsObject),
        rendition: current.renditionObject?.split('/').at(-1),
      };
    },
    scorecards: async (callId) => (await core.scorecards.currentFor(callId))?.scorecards.map(({ card }) => card) ?? [],
  });
}

async function readJson(objects: ObjectStore, name: string): Promise<unknown> {
  const content = await objects.read(name);
  if (content === undefined) return null;
  return JSON.parse((await wholeBytes(content)).toString('utf8'));
}
