import type { BilingualText, Refusal, Tx } from '../services/kernel/index.ts';
import type { CallMetadata } from './call-metadata.ts';

/** Whether a file that a source offers was looked at before, by name, size and time alone (nothing is read). */
export interface SeenFile {
  readonly source: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
}

export const deliveryStates = ['accepted', 'duplicate', 'conflict', 'refused', 'erased'] as const;
/**
 * What became of a file: it is a call's recording; the same recording again; another recording under a taken external id
 * (kept aside); refused (kept aside); a recording of a call that was erased.
 */
export type DeliveryState = (typeof deliveryStates)[number];

/** One line of the delivery ledger. Names are content: behind `authorise`, never logged. */
export interface Delivery {
  /** Keyed hash over source, name and content, so that the same file again is the same line. */
  readonly deliveryId: string;
  readonly source: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number | undefined;
  readonly audioSha256: string;
  readonly state: DeliveryState;
  readonly callId: string | undefined;
  readonly refusal: Refusal | undefined;
  /** Where a file that was refused or conflicts is kept in the raw store (owner `quarantine`). */
  readonly keptAs: string | undefined;
}

export interface DeliveryLine extends Delivery {
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly times: number;
  /** What became of the call afterwards, for accepted files. */
  readonly callState: CallState | undefined;
  readonly callRefusal: Refusal | undefined;
}

export const callStates = ['received', 'transcribed', 'scored', 'failed', 'erased'] as const;
export type CallState = (typeof callStates)[number];

export interface Call {
  readonly callId: string;
  readonly source: string;
  /** Name of the smallest (source, name) among equal deliveries. */
  readonly name: string;
  readonly audioSha256: string;
  readonly sizeBytes: number;
  readonly metadata: CallMetadata;
  readonly corrections: CallCorrections;
  /** Object in the raw store under the call's own key; the recording, or a transcript that came instead of one. */
  readonly recording: string;
  /** Object of a transcript that is read instead of recognising; undefined where there is none. Its name ends with its SHA-256. */
  readonly givenTranscript: string | undefined;
  readonly recordingKind: RecordingKind;
  readonly revision: number;
  readonly state: CallState;
  readonly refusal: Refusal | undefined;
  readonly receivedAt: number;
}

/** What a person set right about how a call is heard; it stands whatever is made again. */
export interface CallCorrections {
  /** Who was taken for the agent is the customer, and the other way round. */
  readonly swapSpeakers?: boolean | undefined;
}

export type RecordingKind = 'audio' | 'transcript' | 'audio-and-transcript';

export interface NewCall {
  readonly callId: string;
  readonly source: string;
  readonly name: string;
  readonly audioSha256: string;
  readonly sizeBytes: number;
  readonly metadata: CallMetadata;
  readonly recording: string;
  readonly givenTranscript: string | undefined;
  readonly recordingKind: RecordingKind;
}

/** What the store finds when a delivery is about to be written; everything it decides on is locked until the transaction ends. */
export interface Known {
  /** The call of this id, if there is one. */
  readonly byId: Call | undefined;
  /** All calls with the same recording, by call id. */
  readonly byAudio: readonly Call[];
  readonly erased: boolean;
}

export interface CallChange {
  readonly metadata?: CallMetadata;
  readonly source?: string;
  readonly name?: string;
  readonly corrections?: CallCorrections;
}

export interface CallStore {
  /** True when this very file (source, name, size, time) has a line on the ledger. */
  seen(files: readonly SeenFile[]): Promise<readonly boolean[]>;
  /** What is known at this moment, without a lock: only good enough to prepare for. */
  known(callId: string, audioSha256: string): Promise<Known>;
  lockKnown(tx: Tx, callId: string, audioSha256: string): Promise<Known>;
  insertCall(tx: Tx, call: NewCall, at: number): Promise<void>;
  /** Takes the call's row lock, writes what is given, raises the revision and gives it. */
  updateCall(tx: Tx, callId: string, change: CallChange): Promise<number>;
  /**
   * Inserts, or counts one more sighting of the same line; true when it is new. Equal deliveries of a call: the one whose
   * (source, name) is the call's own is `accepted`, the others are shown as `duplicate`, whatever came first.
   */
  writeDelivery(tx: Tx, delivery: Delivery, at: number): Promise<boolean>;
  /** `failed` with its reason, or the next state; never back from `erased`, and never from `scored` to `transcribed`. */
  setCallState(tx: Tx, callId: string, state: CallState, refusal?: Refusal): Promise<void>;
  get(callId: string): Promise<Call | undefined>;
  getInside(tx: Tx, callId: string): Promise<Call | undefined>;
  /** Newest first; `after` is the cursor of the page before. */
  list(page: { limit: number; after?: string | undefined }): Promise<{ calls: Call[]; next: string | undefined }>;
  ledger(page: {
    limit: number;
    after?: string | undefined;
    state?: DeliveryState | 'failed' | undefined;
  }): Promise<{ lines: DeliveryLine[]; next: string | undefined }>;
  /** One line of the ledger. */
  delivery(deliveryId: string): Promise<DeliveryLine | undefined>;
  /** How many files and calls stand in each state. */
  counts(): Promise<{ deliveries: Record<DeliveryState, number>; calls: Record<CallState, number> }>;
  /** Notes what should arrive. One that was expected before keeps its first time and takes the newer line's ids and start. */
  expect(tx: Tx, recordings: readonly ExpectedRecording[], at: number): Promise<void>;
  /** What was expected with a start from `from` to before `to` (UTC milliseconds); without a start, its first mention counts. */
  expectedBetween(from: number, to: number): Promise<readonly ExpectedLine[]>;
  /** Deliveries of calls that started from `from` to before `to`, by source and name; not of erased ones. */
  arrivedBetween(from: number, to: number): Promise<readonly ArrivedLine[]>;
  /** Marks the call erased: tombstone for id and recording, metadata and names emptied, no longer expected. False when there is no such call. */
  erase(tx: Tx, callId: string, at: number): Promise<boolean>;
  /** Erasures that are not known to be complete yet, oldest first. */
  openErasures(limit: number): Promise<readonly OpenErasure[]>;
  /** Notes that somebody was still at work on an erased call, or that nothing can come after it any more. */
  noteErasure(tx: Tx, callId: string, note: { readonly busyAt: number } | { readonly completeAt: number }): Promise<void>;
}

/** A line of a manifest: a recording that should arrive. Its name and ids are content. */
export interface ExpectedRecording {
  readonly source: string;
  readonly name: string;
  readonly externalId: string | undefined;
  readonly segment: string | undefined;
  readonly startedAt: number | undefined;
  /** Hash of the manifest that named it last. */
  readonly manifestSha256: string;
}

export interface ExpectedLine extends ExpectedRecording {
  /** When a manifest first named it, UTC milliseconds. */
  readonly expectedAt: number;
  /** What arrived under its name, or under its external id, in the same source; the first that was seen comes first. */
  readonly arrivals: readonly DeliveryLine[];
}

/** A delivery of a call whose start is known. */
export interface ArrivedLine extends DeliveryLine {
  readonly startedAt: number;
  readonly externalId: string | undefined;
  /** A manifest named it, or its external id. */
  readonly isExpected: boolean;
}

/** A call that was erased and may still get late results from work that was under way. */
export interface OpenErasure {
  readonly callId: string;
  /** When it was erased, or later: when it was last seen to be worked on. UTC milliseconds. */
  readonly busyAt: number;
  /** Where its conflicting deliveries are kept aside in the raw store (owner `quarantine`). */
  readonly keptAside: readonly string[];
}

/** A file that arrives in pieces. */
export interface OpenUpload {
  readonly uploadId: string;
  readonly sizeBytes: number;
  /** UTC milliseconds. */
  readonly createdAt: number;
  /** Once it was whole and delivered. */
  readonly deliveryId: string | undefined;
}

/** Which uploads there are. Their bytes, and what is said of them, lie in the raw store. */
export interface UploadStore {
  insert(upload: Omit<OpenUpload, 'deliveryId'>): Promise<void>;
  get(uploadId: string): Promise<OpenUpload | undefined>;
  /** Oldest first. */
  list(): Promise<readonly OpenUpload[]>;
  /** Part of the delivery's transaction; false when the upload was delivered already, or is gone. */
  noteDelivery(tx: Tx, uploadId: string, deliveryId: string): Promise<boolean>;
  /** No error when there is none. */
  remove(uploadId: string): Promise<void>;
}

/** What `deliver` needs of the outside, beside the store. */
export interface Acceptance {
  /** One transaction: `write` inside it, then the events it returns go to the outbox. */
  accept<T>(
    write: (
      tx: Tx,
    ) => Promise<{ value: T; events: readonly { type: 'calls.received'; callId: string; data: Record<string, unknown> }[] }>,
  ): Promise<T>;
}

/** An encrypted place for what is still arriving. */
export interface Scratch {
  /** Spools the bytes; gives size, SHA-256 and a way to read them again. `close` forgets them. */
  spool(bytes: AsyncIterable<Uint8Array>, limits: { maxBytes: number }): Promise<SpooledFile>;
}

export interface SpooledFile {
  readonly sizeBytes: number;
  readonly sha256: string;
  read(start?: number, end?: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export type { BilingualText };
