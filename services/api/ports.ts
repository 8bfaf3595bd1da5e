import type {
  CallStore,
  CorrectedSpeakers,
  DeliverResult,
  DeliveredFile,
  ExpectedRecording,
  SpooledFile,
  UploadDeps,
} from '../../ingest/index.ts';
import type { EarlierScorecard, PublishedRubric, RubricProblem, RubricVersion, Scorecard } from '../../scoring/index.ts';
import type { BackgroundCounts, SearchDeps } from '../../search/index.ts';
import type { BilingualText, Clock, ObjectStore, Settings } from '../kernel/index.ts';
import type { Action, ObjectKind } from './authorise.ts';

/** One line of the trail: who did what to which object, when, from where. Never content. */
export interface AuditEntry {
  readonly at: number;
  readonly who: string;
  readonly action: Action;
  readonly kind: ObjectKind;
  readonly objectId: string | undefined;
  readonly allowed: boolean;
  readonly from: string;
}

export interface AuditLog {
  /** Durable when it returns: content is sent only after that. */
  record(entry: AuditEntry): Promise<void>;
}

export interface CurrentTranscript {
  readonly transcriptId: string;
  readonly object: string;
  readonly renditionObject: string | undefined;
  readonly peaksObject: string | undefined;
  readonly metricsObject: string | undefined;
  readonly language: string;
  readonly durationMs: number;
}

export interface ScorecardView {
  readonly scorecardId: string;
  readonly rubricId: string;
  readonly headline: boolean;
  /** `scorecard.v1`. */
  readonly card: unknown;
}

/** Published rubrics, and drafts tried on a call. */
export interface RubricShelf {
  current(): Promise<readonly PublishedRubric[]>;
  /** Newest first. */
  versions(rubricId: string): Promise<readonly RubricVersion[]>;
  version(rubricId: string, version: number): Promise<PublishedRubric | undefined>;
  /** What a draft would say of a call, without its judge and without what people decided. Nothing is kept. */
  tryOn(yaml: string, callId: string): Promise<RubricTrial>;
}

export type RubricTrial =
  | { readonly card: Scorecard; readonly fits: boolean }
  | { readonly errors: readonly RubricProblem[] }
  | { readonly missing: 'call' | 'transcript' };

/** Days of the centre, as moments: from the first moment of the first to before the last moment of the last. */
export interface DayRange {
  /** UTC milliseconds. */
  readonly from: number;
  readonly to: number;
  /** What is added to UTC to get the centre's clock, in milliseconds. */
  readonly offsetMs: number;
}

/**
 * Counts over calls and deliveries. A call belongs to the day of its start, else to that on which it was received; a file
 * that is no call's to the day on which it was first seen. All figures of one answer are of one moment.
 */
export interface Figures {
  flow(range: DayRange, now: number): Promise<FlowFigures>;
  teams(range: DayRange): Promise<readonly TeamFigures[]>;
  criticalRates(range: DayRange): Promise<readonly CriticalDay[]>;
  sources(): Promise<readonly SourceFigures[]>;
}

export interface FlowFigures {
  /** Undefined where no manifest announced anything for these days. */
  readonly expected: { readonly announced: number; readonly arrived: number } | undefined;
  /** Files, by what became of them. */
  readonly received: number;
  readonly files: { accepted: number; duplicate: number; conflict: number; refused: number; erased: number };
  readonly calls: {
    readonly total: number;
    readonly waiting: number;
    readonly oldestWaitingMs: number | undefined;
    readonly transcribed: number;
    readonly scored: number;
    readonly noRubric: number;
    readonly failed: number;
    readonly erased: number;
  };
  /** Of the scored calls, by their headline scorecard. */
  readonly final: number;
  readonly needsReview: number;
  readonly failedBy: readonly { code: string; text: BilingualText | undefined; count: number; replayable: number }[];
}

export interface CriticalCounts {
  readonly customer: number;
  readonly business: number;
  readonly compliance: number;
}

export interface TeamFigures {
  /** Undefined: calls of no team. `all` is the sum over every team. */
  readonly team: string | undefined;
  readonly all: boolean;
  readonly people: number;
  readonly scored: number;
  /** Mean of the headline scores, in tenths of a per cent. */
  readonly meanTenths: number | undefined;
  readonly days: readonly { readonly date: string; readonly meanTenths: number | undefined; readonly scored: number }[];
  /** Calls with at least one error of the class. */
  readonly critical: CriticalCounts;
  readonly needsReview: number;
}

export interface CriticalDay extends CriticalCounts {
  readonly date: string;
  readonly scored: number;
}

export interface SourceFigures {
  readonly source: string;
  readonly lastSeenAt: number;
  readonly files: number;
  readonly calls: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly refused: number;
  readonly failed: number;
}

export interface DeadLetterView {
  readonly id: string;
  readonly kind: string;
  readonly stage: string;
  readonly callId: string | undefined;
  readonly diedAt: number;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
}

export interface StageView {
  readonly stage: string;
  readonly ready: number;
  readonly working: number;
  readonly waiting: number;
  readonly oldestReadyMs: number | null;
  readonly circuit: { readonly dependency: string; readonly since: number } | null;
}

export interface Health {
  readonly ready: boolean;
  readonly accepting: boolean;
  /** Why it is not ready or not accepting, for people. */
  readonly reasons: readonly string[];
  readonly stages: readonly StageView[];
  readonly dead: number;
}

/** An answer that is given again to whoever repeats the request. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers of writes by the hash of the key that the client gave them, for a day. */
export interface Answers {
  /** `begun`: nobody did it yet, it is the caller's to do; `running`: somebody does; `other`: the key is another request's. */
  begin(key: string, requestHash: string): Promise<'begun' | 'running' | 'other' | KeptAnswer>;
  /** The first answer of a key stays. */
  end(key: string, answer: KeptAnswer): Promise<void>;
  /** It was not done: the key is free again. */
  abandon(key: string): Promise<void>;
}

/** Something that a page may show is another now. */
export interface Change {
  /** Where it stands among the changes: what a page that comes back says. */
  readonly mark: string;
  readonly kind: 'call' | 'delivery';
  readonly id: string;
  readonly state: string;
  /** Of a call. */
  readonly revision: number | undefined;
  readonly callId: string | undefined;
}

/** What changed lately, in an order in which nothing is ever put in before what was read. */
export interface ChangeFeed {
  /** The mark of now: everything that is committed after this call lies after it. */
  end(): Promise<string>;
  /** What lies after a mark, in order; `lost` when that is not known any more. */
  since(mark: string, limit: number): Promise<readonly Change[] | 'lost'>;
  /** Forgets what is too old to be asked for. */
  forget(): Promise<void>;
}

/** Everything the HTTP face needs; wired by the composition root. */
export interface ApiDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly version: string;
  readonly calls: CallStore;
  readonly objects: ObjectStore;
  readonly audit: AuditLog;
  /** An address at which anybody may read a rendition for a while; missing where none may be given. */
  playbackAddress?: ((object: string) => Promise<string>) | undefined;
  /** The web application as it was built: its folder, and the files in it by their paths. */
  readonly web?: { readonly folder: string; readonly files: ReadonlySet<string> } | undefined;
  /** The OpenAPI document; set by `createApi`. */
  document?: unknown;
  spool(bytes: AsyncIterable<Uint8Array>): Promise<SpooledFile>;
  deliverSpooled(file: Omit<DeliveredFile, 'bytes'>, spooled: SpooledFile): Promise<DeliverResult>;
  currentTranscript(callId: string): Promise<CurrentTranscript | undefined>;
  scorecards(callId: string): Promise<readonly ScorecardView[]>;
  /** Every scorecard that a call had from the rubric of this one, newest first; undefined when the call has no such scorecard. */
  scorecardHistory(callId: string, scorecardId: string): Promise<readonly EarlierScorecard[] | undefined>;
  correctSpeakers(callId: string, swapped: boolean, seenRevision: number | undefined): Promise<CorrectedSpeakers>;
  /** Tries again what ended without a result for a call: how many pieces of work; undefined when there is no such call. */
  retryCall(callId: string): Promise<number | undefined>;
  expect(recordings: readonly ExpectedRecording[]): Promise<void>;
  /** Files that arrive in pieces. */
  uploads: UploadDeps;
  rubrics: RubricShelf;
  search: SearchDeps;
  searchCounts: BackgroundCounts;
  figures: Figures;
  changes: ChangeFeed;
  answers: Answers;
  publishRubric(
    yaml: string,
  ): Promise<{ rubricId: string; version: number; hash: string } | { errors: readonly RubricProblem[] }>;
  /** Applies the published rubrics to the past, behind new calls; how many calls. */
  backfill(): Promise<number>;
  dead: {
    list(page: {
      limit: number;
      after?: string | undefined;
    }): Promise<{ letters: readonly DeadLetterView[]; next: string | undefined }>;
    get(id: string): Promise<DeadLetterView | undefined>;
    /** False when there is no such letter. */
    replay(id: string): Promise<boolean>;
  };
  health(): Promise<Health>;
  /** Prometheus text. */
  metrics(): Promise<string>;
}
