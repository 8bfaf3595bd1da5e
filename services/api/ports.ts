import type { CallStore, DeliverResult, DeliveredFile, SpooledFile } from '../../ingest/index.ts';
import type { RubricProblem } from '../../scoring/index.ts';
import type { Clock, ObjectStore, Settings } from '../kernel/index.ts';
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

export interface RubricView {
  readonly id: string;
  readonly version: string;
  readonly hash: string;
  readonly title: { readonly zh: string; readonly en: string };
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

/** Everything the HTTP face needs; wired by the composition root. */
export interface ApiDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly version: string;
  readonly calls: CallStore;
  readonly objects: ObjectStore;
  readonly audit: AuditLog;
  /** The OpenAPI document; set by `createApi`. */
  document?: unknown;
  spool(bytes: AsyncIterable<Uint8Array>): Promise<SpooledFile>;
  deliverSpooled(file: Omit<DeliveredFile, 'bytes'>, spooled: SpooledFile): Promise<DeliverResult>;
  currentTranscript(callId: string): Promise<CurrentTranscript | undefined>;
  scorecards(callId: string): Promise<readonly ScorecardView[]>;
  rubrics(): Promise<readonly RubricView[]>;
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
