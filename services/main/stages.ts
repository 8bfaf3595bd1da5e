import { type Call, type CallStore, givenTranscriptName, recordingName } from '../../ingest/index.ts';
import { languageVersion } from '../../language/index.ts';
import {
  type DecisionStore,
  keepWaiting,
  planScoring,
  type RubricStore,
  scoreCall,
  type ScoreCallDeps,
  type ScorecardStore,
  type ScoredCall,
} from '../../scoring/index.ts';
import {
  type DecodeLimits,
  type Recording,
  type StoredTranscript,
  transcribeCall,
  type TranscribeDeps,
  type TranscriptPlan,
  transcriptRecipe,
  type TranscriptStore,
} from '../../transcribe/index.ts';
import type { SearchIndex } from '../../search/index.ts';
import {
  done,
  dropped,
  Failure,
  type Job,
  type NewEvent,
  type ObjectStore,
  type Outcome,
  type RawStore,
  type Recipe,
  Refused,
  recipeHashOf,
  refused,
  retry,
  type Settings,
  type Stage,
  type Tx,
  type Work,
  wholeBytes,
} from '../kernel/index.ts';
import type { LongWork } from '../adapters/long-work/index.ts';
import { longWork } from './long-work.ts';
import { RecentTranscripts } from './recent-transcripts.ts';
import { searchStage } from './search-stage.ts';

/** Caps on one recording: four hours, two gibibytes, and a decoder that is killed when it hangs. */
export const decodeLimits: DecodeLimits = { maxDurationMs: 4 * 3_600_000, maxBytes: 2 * 1024 ** 3, timeoutMs: 30 * 60_000 };

export interface StageDeps extends Pick<ScoreCallDeps, 'judge' | 'onJudgeCost'> {
  readonly settings: Settings;
  readonly calls: CallStore;
  readonly transcripts: TranscriptStore;
  readonly rubrics: RubricStore;
  readonly scorecards: ScorecardStore;
  readonly decisions: DecisionStore;
  readonly raw: RawStore;
  readonly objects: ObjectStore;
  readonly searchIndex: SearchIndex;
}

interface OwnDeps extends StageDeps {
  readonly longWork: LongWork;
  readonly recent: RecentTranscripts;
}

interface HearingDeps extends OwnDeps {
  readonly hearing: TranscribeDeps;
}

/** The stages, in the order in which a call passes them; without what hears, those that need none. */
export function stagesOf(deps: StageDeps & Partial<Pick<HearingDeps, 'hearing'>>): Stage[] {
  const { hearing } = deps;
  const own = { ...deps, recent: new RecentTranscripts(), longWork };
  const later = [scoreStage(own), searchStage(own, (job, work) => outcomeOf(deps, job, work))];
  return hearing === undefined ? later : [transcribeStage({ ...own, hearing }), ...later];
}

function transcribeStage(deps: HearingDeps): Stage {
  return {
    name: 'transcribe',
    hears: 'calls.received',
    concurrency: deps.settings.work.transcribing,
    async plan(tx: Tx, callId: string, tell: (event: NewEvent) => void): Promise<Recipe | null> {
      const call = await deps.calls.getInside(tx, callId);
      if (call === undefined || call.state === 'erased') return null;
      const recipe = transcriptRecipe(planOf(call, deps.settings), versionsOf(deps));
      // Asked for as it was before: the earlier transcript is current again, and whoever stands after it must hear so.
      if (await deps.transcripts.request(tx, callId, recipeHashOf(recipe))) {
        await deps.calls.updateCall(tx, callId, {});
        const current = await deps.transcripts.currentInside(tx, callId);
        if (current !== undefined) tell(transcribed(current));
      }
      return recipe;
    },
    work: (job, work) => outcomeOf(deps, job, () => transcribe(deps, job, work)),
  };
}

const transcribed = ({ callId, transcriptId, contentHash }: StoredTranscript): NewEvent => ({
  type: 'calls.transcribed',
  callId,
  data: { transcriptId, transcriptHash: contentHash },
});

const versionsOf = ({ hearing }: HearingDeps): Parameters<typeof transcriptRecipe>[1] => ({
  engine: hearing.recogniser.engine,
  voiceActivity: hearing.voiceActivity.version,
  redactor: hearing.redactor.version,
  language: languageVersion,
});

/** How a call is to be heard now: what the centre said of it, else the settings. */
export function planOf(call: Call, settings: Settings): TranscriptPlan {
  const given = call.givenTranscript?.slice(givenTranscriptName('').length);
  return {
    audioSha256: call.recordingKind === 'transcript' ? undefined : call.audioSha256,
    ...(given === undefined ? {} : { foreignSha256: given }),
    layout: call.metadata.layout ?? settings.layout,
    language: call.metadata.language ?? settings.language,
    corrections: call.corrections,
  };
}

async function transcribe(deps: HearingDeps, job: Job, { signal }: Work): Promise<Outcome> {
  const call = await deps.calls.get(job.callId);
  if (call === undefined || call.state === 'erased') return dropped('erased');
  const plan = planOf(call, deps.settings);
  // The metadata changed after this job was planned: another job hears the call as it is now.
  if (recipeHashOf(transcriptRecipe(plan, versionsOf(deps))) !== job.recipeHash) return dropped('superseded');
  const foreign = call.givenTranscript === undefined ? undefined : await rawBytes(deps.raw, call.callId, call.givenTranscript);
  const { row, transcript } = await transcribeCall(deps.hearing, {
    callId: call.callId,
    recording: call.recordingKind === 'transcript' ? undefined : await recordingOf(deps.raw, call),
    foreign,
    limits: decodeLimits,
    plan,
    recipe: job.recipe,
    signal,
  });
  deps.recent.keep(row.object, transcript);
  return done({
    write: async (tx) => {
      await deps.transcripts.save(tx, row);
      // A scored call that is heard again stays scored until its new scorecard is there: the store sees to that.
      await deps.calls.setCallState(tx, call.callId, 'transcribed');
    },
    events: [transcribed(row)],
  });
}

async function rawBytes(raw: RawStore, owner: string, name: string): Promise<Uint8Array> {
  const content = await raw.read(owner, name);
  if (content === undefined) throw missing();
  return await wholeBytes(content);
}

const missing = (): Failure =>
  new Failure({ code: 'raw-store.missing', message: 'the raw recording of a call is not in the raw store', retryable: false });

/** A call's recording in the raw store, readable from any place. */
async function recordingOf(raw: RawStore, call: Call): Promise<Recording> {
  const name = recordingName(call.audioSha256);
  const info = await raw.stat(call.callId, name);
  if (info === undefined) throw missing();
  return {
    sizeBytes: info.sizeBytes,
    async *read(start = 0, end = info.sizeBytes) {
      const content = await raw.read(call.callId, name, { start, end });
      if (content === undefined) throw missing();
      yield* content;
    },
  };
}

function scoreStage(deps: OwnDeps): Stage {
  return {
    name: 'score',
    // New metadata chooses other rubrics; a call that is not transcribed yet has nothing to score.
    hears: ['calls.transcribed', 'calls.received'],
    concurrency: deps.settings.work.scoring,
    async plan(tx: Tx, callId: string, tell: (event: NewEvent) => void): Promise<Recipe | null> {
      const transcript = await deps.transcripts.currentInside(tx, callId);
      const call = transcript === undefined ? undefined : await deps.calls.getInside(tx, callId);
      if (call === undefined || call.state === 'erased' || transcript === undefined) return null;
      const plan = await planScoring(deps, { callId, metadata: call.metadata }, transcript.contentHash);
      if (await deps.scorecards.request(tx, callId, plan.recipeHash)) {
        await deps.calls.updateCall(tx, callId, {});
        const current = await deps.scorecards.currentInside(tx, callId);
        if (current !== undefined) tell(scoredEvent(current, transcript.transcriptId));
      }
      return plan.recipe;
    },
    work: (job, work) => outcomeOf(deps, job, () => score(deps, job, work)),
  };
}

async function score(deps: OwnDeps, job: Job, { signal }: Work): Promise<Outcome> {
  const [call, current] = await Promise.all([deps.calls.get(job.callId), deps.transcripts.current(job.callId)]);
  if (call === undefined || call.state === 'erased') return dropped('erased');
  if (current === undefined) return dropped('superseded');
  const transcript = await deps.recent.read(deps.objects, current);
  const scored = await scoreCall(
    { ...deps, scorer: deps.longWork },
    { callId: call.callId, metadata: call.metadata },
    transcript,
    signal,
  );
  return done({
    write: async (tx) => {
      // What was asked for changed between plan and work (a newer transcript or rubric): this is what it is now.
      if (scored.recipeHash !== job.recipeHash) await deps.scorecards.request(tx, call.callId, scored.recipeHash);
      await deps.scorecards.save(tx, scored);
      await keepWaiting(deps, tx, scored);
      await deps.calls.setCallState(tx, call.callId, 'scored');
    },
    events: [scoredEvent(scored, current.transcriptId)],
  });
}

const scoredEvent = ({ callId, scorecards }: ScoredCall, transcriptId: string): NewEvent => ({
  type: 'calls.scored',
  callId,
  data: {
    transcriptId,
    scorecards: scorecards.map(({ scorecardId, rubricId, rubricHash }) => ({ scorecardId, rubricId, rubricHash })),
  },
});

/**
 * Foreseen errors become outcomes; what nobody foresaw goes up and counts as a bug. A call that was erased under the work has
 * neither key nor objects any more: whatever went wrong then is of no account.
 */
async function outcomeOf(deps: Pick<StageDeps, 'calls'>, job: Job, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if ((await deps.calls.get(job.callId).catch(() => undefined))?.state === 'erased') return dropped('erased');
    if (error instanceof Refused) return refused(error.refusal);
    if (error instanceof Failure) return retry(error);
    throw error;
  }
}
