import { randomBytes } from 'node:crypto';
import type { ApiDeps, DeadLetterView } from '../api/index.ts';
import { correctSpeakers, maxRecordingBytes } from '../../ingest/index.ts';
import { fitsCall, readRubric, sharedLists } from '../../scoring/index.ts';
import { BackgroundCounts } from '../../search/index.ts';
import { postgresAnswers } from '../adapters/postgres/answers.ts';
import { postgresChangeFeed } from '../adapters/postgres/change-feed.ts';
import { postgresFigures } from '../adapters/postgres/figures.ts';
import { PostgresUploadStore } from '../adapters/postgres/upload-store.ts';
import { systemClock, wholeBytes } from '../kernel/index.ts';
import { type DeadLetter, readEvent } from '../runtime/index.ts';
import { unreadOwner } from './event-flow.ts';
import { judgeMetrics } from './judge.ts';
import { longWork } from './long-work.ts';
import type { ProductCore } from './product-core.ts';
import { retryCall } from './retry-call.ts';
import { backfillScores, publishRubric } from './rubric-publishing.ts';
import { readTranscript } from './read-transcript.ts';

/** The product as the HTTP face sees it. */
export function apiDeps(core: ProductCore, version: string): ApiDeps {
  const search = { index: core.searchIndex, lists: sharedLists };
  const ofJudge = judgeMetrics(core.settings, core.database);
  return {
    settings: core.settings,
    clock: systemClock,
    version,
    calls: core.calls,
    objects: core.objects,
    audit: core.audit,
    playbackAddress: playbackAddressOf(core),
    spool: (bytes) => core.scratch.spool(bytes, { maxBytes: maxRecordingBytes }),
    deliverSpooled: (file, spooled) => core.deliverSpooled(file, spooled),
    currentTranscript: (callId) => core.transcripts.current(callId),
    scorecards: async (callId) => {
      const scored = await core.scorecards.currentFor(callId);
      return (
        scored?.scorecards.map(({ scorecardId, rubricId, headline, card }) => ({ scorecardId, rubricId, headline, card })) ?? []
      );
    },
    scorecardHistory: async (callId, scorecardId) => {
      const card = await core.scorecards.get(scorecardId);
      return card?.callId === callId ? core.scorecards.history(callId, card.rubricId) : undefined;
    },
    correctSpeakers: (callId, swapped, seenRevision) =>
      correctSpeakers(
        { calls: core.calls, acceptance: { accept: (write) => core.runtime.accept(write) } },
        callId,
        swapped,
        seenRevision,
      ),
    retryCall: (callId) => retryCall(core, callId),
    uploads: uploadsOf(core),
    expect: (recordings) => core.database.inTransaction((tx) => core.calls.expect(tx, recordings, systemClock.now())),
    rubrics: rubricShelfOf(core),
    search,
    searchCounts: new BackgroundCounts(search, systemClock, randomBytes(32)),
    figures: postgresFigures(core.database),
    changes: postgresChangeFeed(core.database),
    answers: postgresAnswers(core.database),
    publishRubric: (yaml) => publishRubric(core, yaml),
    backfill: () => backfillScores(core),
    dead: deadLettersOf(core),
    health: () => core.runtime.health(),
    metrics: async () => (await core.runtime.metricsText()) + (await ofJudge()),
  };
}

function uploadsOf(core: ProductCore): ApiDeps['uploads'] {
  return {
    uploads: new PostgresUploadStore(core.database),
    raw: core.raw,
    deliver: (file, spooled) => core.deliverSpooled(file, spooled),
  };
}

function rubricShelfOf(core: ProductCore): ApiDeps['rubrics'] {
  return {
    current: () => core.rubrics.current(),
    versions: (rubricId) => core.rubrics.versions(rubricId),
    version: (rubricId, version) => core.rubrics.version(rubricId, version),
    tryOn: async (yaml, callId) => {
      const draft = readRubric(yaml);
      if ('errors' in draft) return draft;
      const call = await core.calls.get(callId);
      if (call === undefined || call.state === 'erased') return { missing: 'call' };
      const current = await core.transcripts.current(callId);
      if (current === undefined) return { missing: 'transcript' };
      const transcript = await readTranscript(core.objects, current);
      const card = await longWork.score(draft.rubric, transcript, { callId });
      return { card, fits: fitsCall(draft.rubric, call.metadata) };
    },
  };
}

/** Where the settings allow it, renditions (redacted, never raw) are read straight from the bucket. */
function playbackAddressOf({ bucket, settings }: ProductCore): ApiDeps['playbackAddress'] {
  const seconds = settings.objects.s3?.presignSeconds;
  if (bucket === undefined || seconds === undefined) return undefined;
  return (object) => bucket.presign(object, seconds, 'audio/ogg');
}

export function deadLettersOf(core: ProductCore): ApiDeps['dead'] {
  return {
    list: async (page) => {
      const { letters, next } = await core.runtime.dead.list(page);
      return { letters: letters.map(letterView), next };
    },
    get: async (id) => {
      const letter = await core.runtime.dead.get(id);
      return letter === undefined ? undefined : letterView(letter);
    },
    replay: (id) => replayLetter(core, id),
  };
}

/** A job or an event goes back to work; a record that could not be read is read again, and goes back when it can be by now. */
async function replayLetter({ runtime, raw }: ProductCore, id: string): Promise<boolean> {
  const letter = await runtime.dead.get(id);
  if (letter?.kind !== 'unreadable' && letter?.kind !== 'unknown-version') return runtime.dead.replay(id);
  const kept = letter.rawObject === undefined ? undefined : await raw.read(unreadOwner, letter.rawObject);
  const read = kept === undefined ? undefined : readEvent(await wholeBytes(kept));
  return read?.kind === 'event' && runtime.dead.replay(id, read.event);
}

const letterView = (letter: DeadLetter): DeadLetterView => ({
  id: letter.id,
  kind: letter.kind,
  stage: letter.stage ?? letter.place?.topic ?? '',
  callId: letter.callId,
  diedAt: letter.diedAt,
  code: letter.code,
  message: letter.message,
  attempts: letter.attempts + letter.losses,
});
