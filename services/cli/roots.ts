import type { DeliverResult, ExpectedRecording, FoundRecording, ManifestRow, Reconciliation } from '../../ingest/index.ts';
import type { Layout, Transcript } from '../../transcribe/index.ts';
import type { DeadLetterView, Health, SearchAnswer, SearchQuestion } from '../api/index.ts';
import type { Settings } from '../kernel/index.ts';
import type { Finding } from './doctor.ts';
import type { Rubric, RubricProblem, Scorecard } from '../../scoring/index.ts';

/** A recogniser and all that belongs to it, without a server and without a trace left behind. */
export interface Ears {
  transcribe(
    file: string,
    options: { language: 'zh' | 'en' | 'auto' | undefined; layout: Layout | undefined },
    onProgress: (doneMs: number, totalMs: number | undefined) => void,
  ): Promise<{ transcript: Transcript; metrics: unknown; audioSha256: string }>;
  /** Scores a transcript; asks the judge of the settings, where they name one, about what rules leave open. */
  score(rubric: Rubric, transcript: Transcript): Promise<Scorecard>;
  /** Writes the redacted rendition of the last transcribed file. */
  writeRendition(path: string): Promise<void>;
  close(): Promise<void>;
}

/** What happened to a call; for the terminal. */
export interface FinishedCall {
  readonly callId: string;
  readonly title: string;
  readonly durationMs: number | undefined;
  readonly scorecards: readonly Scorecard[];
  readonly refusal: { readonly zh: string; readonly en: string } | undefined;
}

/** Whether the trail is as it was sealed. */
export interface AuditReport {
  /** Entries whose seal fits. */
  readonly sealed: number;
  /** Entries at the end that no seal covers yet. */
  readonly unsealed: number;
  /** The first place that is not as it was sealed, and the number of the entry where it is known. */
  readonly broken:
    | { readonly place: number; readonly seq: number | undefined; readonly how: 'removed' | 'added' | 'changed' }
    | undefined;
  /** The last seal, in hex. */
  readonly head: string;
}

/** The product's stores, whether its server runs beside or not. */
export interface Product {
  health(): Promise<Health>;
  deliverFolder(
    folder: string,
    options: { source: string; manifest: ReadonlyMap<string, ManifestRow> | undefined },
    onResult: (found: FoundRecording, result: DeliverResult | 'known' | 'not-accepting') => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Hears of every call of these as it is done or failed; ends when all are. */
  watch(callIds: ReadonlySet<string>, onFinished: (call: FinishedCall) => void, signal: AbortSignal): Promise<void>;
  readonly dead: {
    list(page: {
      limit: number;
      after?: string | undefined;
    }): Promise<{ letters: readonly DeadLetterView[]; next: string | undefined }>;
    get(id: string): Promise<DeadLetterView | undefined>;
    replay(id: string): Promise<boolean>;
  };
  publishRubric(
    yaml: string,
  ): Promise<{ rubricId: string; version: number; hash: string } | { errors: readonly RubricProblem[] }>;
  /** Applies the published rubrics to the past, behind new calls; how many calls. */
  backfill(): Promise<number>;
  canonicalExport(): AsyncIterable<string>;
  /** One page of a search. */
  search(question: SearchQuestion): Promise<SearchAnswer>;
  /** Makes the search index again, beside the one that is searched; how many calls were put into it. */
  reindex(onProgress: (calls: number) => void, signal: AbortSignal): Promise<number>;
  /** Notes what should arrive, so that a reconciliation knows it. */
  expect(recordings: readonly ExpectedRecording[]): Promise<void>;
  /** What arrived of a day (`2026-10-12`) against what should have. */
  reconcile(date: string): Promise<Reconciliation>;
  /** Computes the chain over the trail of reads again. */
  verifyAudit(): Promise<AuditReport>;
  close(): Promise<void>;
}

/** What the composition root gives the command. */
export interface CliRoots {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  /** @throws SettingsError */
  settings(overrides: { settingsFile?: string | undefined; home?: string | undefined }): Promise<Settings>;
  ears(settings: Settings, onNote: (text: string) => void): Promise<Ears>;
  /** Connects to the product on this data folder; starts what is not running, `working` with its pipeline. */
  product(settings: Settings, options: { working: boolean }, onNote: (text: string) => void): Promise<Product>;
  /** Adds a snapshot to a backup folder, beside a running product or without one. */
  backup(settings: Settings, folder: string): Promise<{ snapshot: string; tables: number; newObjects: number; objects: number }>;
  /** Puts a snapshot, else the newest, into an empty data folder. */
  restore(
    settings: Settings,
    folder: string,
    snapshot: string | undefined,
  ): Promise<{ snapshot: string; calls: number; erased: number }>;
  doctor(settings: Settings): Promise<Finding[]>;
  /** Runs the whole product until a signal ends it; gives the exit code. */
  start(settings: Settings, ui: StartUi): Promise<number>;
}

/** What `plumbline start` tells a person. */
export interface StartUi {
  note(text: string): void;
  listening(url: string): void;
  finished(call: FinishedCall): void;
}
