import { setTimeout as sleep } from 'node:timers/promises';
import { needsRebuild, rebuildIndex, type SearchIndex } from '../../search/index.ts';
import { describeError, type Log, type ShutdownStep } from '../runtime/index.ts';
import { documentOf } from './search-stage.ts';
import type { StageDeps } from './stages.ts';

export interface SearchRebuildDeps extends Pick<StageDeps, 'calls' | 'transcripts' | 'scorecards' | 'objects'> {
  readonly searchIndex: SearchIndex;
}

/** Makes the index again from database and object store. @returns how many calls were put into it */
export function rebuildSearchIndex(
  deps: SearchRebuildDeps,
  onProgress: (calls: number) => void,
  signal: AbortSignal,
  rest?: () => Promise<void>,
): Promise<number> {
  return rebuildIndex(
    {
      index: deps.searchIndex,
      calls: deps.calls,
      documentOf: (callId) => documentOf(deps, callId),
      ...(rest === undefined ? {} : { rest }),
    },
    onProgress,
    signal,
  );
}

const againMs = 60_000;

/**
 * Where documents were made by another version, or calls were scored before there was an index: makes the index again, behind
 * the calls that come in. It works as long as it rests; a start takes it up where the last one stopped.
 */
export function rebuildWhenOutdated(deps: SearchRebuildDeps, log: Log): ShutdownStep {
  const stop = new AbortController();
  let worked = performance.now();
  const rest = async (): Promise<void> => {
    const took = performance.now() - worked;
    await sleep(Math.max(1, took), undefined, { signal: stop.signal });
    worked = performance.now();
  };
  const work = (async () => {
    while (!stop.signal.aborted) {
      try {
        if (!(await needsRebuild(deps.searchIndex))) return;
        const calls = await rebuildSearchIndex(deps, () => {}, stop.signal, rest);
        if (calls > 0) log.info({ calls }, 'the search index was made again');
        return;
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn({ error: describeError(error) }, 'the search index could not be made again; tried again');
        await sleep(againMs, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    }
  })();
  return {
    name: 'search index',
    stop: async () => {
      stop.abort();
      await work;
    },
  };
}
