import {
  callIdOf,
  type Clock,
  keyedIdOf,
  type RawStore,
  type Refusal,
  sha256,
  type Tx,
  wholeBytes,
} from '../services/kernel/index.ts';
import type { CallMetadata } from './call-metadata.ts';
import { mergeMetadata } from './metadata-fields.ts';
import type { Acceptance, CallStore, Delivery, Known, RecordingKind, Scratch, SpooledFile } from './ports.ts';

export interface DeliverDeps {
  readonly calls: CallStore;
  readonly raw: RawStore;
  readonly scratch: Scratch;
  readonly acceptance: Acceptance;
  readonly installationKey: Uint8Array;
  readonly clock: Clock;
  /** Looks at a complete file: a refusal for what can never be a recording, else nothing. */
  inspect(file: SpooledFile): Promise<Refusal | undefined>;
  /** Looks at a transcript that came instead of a recording, or beside one. */
  inspectTranscript(text: string): Refusal | undefined;
}

export interface DeliveredFile {
  readonly source: string;
  readonly name: string;
  readonly modifiedAt?: number | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly metadata: CallMetadata;
  /** A transcript that is read instead of recognising this recording. */
  readonly transcript?: Uint8Array | undefined;
  /** The bytes are themselves a transcript: there is no recording. */
  readonly isTranscript?: boolean | undefined;
  /** Written with the ledger's line, or not at all: what throws here undoes the delivery. */
  readonly inSameTransaction?: ((tx: Tx, result: DeliverResult) => Promise<void>) | undefined;
}

export interface DeliverResult {
  readonly deliveryId: string;
  readonly state: Delivery['state'];
  readonly callId: string | undefined;
  readonly refusal: Refusal | undefined;
  /** False when this very file was on the ledger already. */
  readonly isNew: boolean;
}

/** 2 GiB: four hours of stereo PCM at 48 kHz, 16 bit, and some. */
export const maxRecordingBytes = 2 * 1024 ** 3;
export const maxTranscriptBytes = 32 * 1024 ** 2;

export const quarantine = 'quarantine';

/** Name of a call's recording in the raw store, under the call's own key. */
export const recordingName = (sha256: string): string => `recording/${sha256}`;
/** Name of a transcript that came with the call. */
export const givenTranscriptName = (sha256: string): string => `given-transcript/${sha256}`;

/**
 * Takes one delivered file: spools it encrypted, looks at it, decides what it is (a new call, the same again, a conflict,
 * refused) and writes ledger, call and event in one transaction. Safe to repeat at any point: every name is decided by the
 * content.
 */
export async function deliver(deps: DeliverDeps, file: DeliveredFile): Promise<DeliverResult> {
  const spooled = await deps.scratch.spool(file.bytes, { maxBytes: maxRecordingBytes });
  try {
    return await deliverSpooled(deps, file, spooled);
  } finally {
    await spooled.close();
  }
}

/** `deliver` for bytes that were spooled already; the caller closes them. */
export async function deliverSpooled(
  deps: Omit<DeliverDeps, 'scratch'>,
  file: Omit<DeliveredFile, 'bytes'>,
  spooled: SpooledFile,
): Promise<DeliverResult> {
  const refusal = file.isTranscript ? await transcriptRefusal(deps, spooled) : await deps.inspect(spooled);
  const given = file.transcript === undefined ? undefined : deps.inspectTranscript(new TextDecoder().decode(file.transcript));
  return settle(deps, file, spooled, refusal ?? given);
}

type SpooledDeps = Omit<DeliverDeps, 'scratch'>;
type SpooledDelivery = Omit<DeliveredFile, 'bytes'>;

async function transcriptRefusal(deps: SpooledDeps, spooled: SpooledFile): Promise<Refusal | undefined> {
  if (spooled.sizeBytes > maxTranscriptBytes) return tooLargeTranscript;
  return deps.inspectTranscript(new TextDecoder().decode(await wholeBytes(spooled.read())));
}

const tooLargeTranscript: Refusal = {
  code: 'transcript.too-large',
  text: { zh: '转写文件超过 32 MB。', en: 'The transcript is larger than 32 MB.' },
};

/** What a delivery turns out to be, given what is known at that moment. */
type Decision =
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'erased' }
  | { kind: 'new'; callId: string }
  | { kind: 'same'; callId: string; duplicate: boolean; metadata: CallMetadata | undefined; renames: boolean }
  | { kind: 'conflict'; callId: string };

function decide(file: SpooledDelivery, audioSha256: string, callId: string, known: Known): Decision {
  if (known.erased) return { kind: 'erased' };
  if (known.byId !== undefined && known.byId.audioSha256 !== audioSha256) return { kind: 'conflict', callId };
  const { externalId, segment } = file.metadata;
  const sameName = (call: { metadata: CallMetadata }): boolean =>
    call.metadata.externalId === externalId && call.metadata.segment === segment;
  const byAudio =
    known.byAudio.find(sameName) ??
    known.byAudio.find(({ metadata }) => metadata.externalId === undefined) ??
    (externalId === undefined ? known.byAudio[0] : undefined);
  const call = known.byId ?? byAudio;
  if (call === undefined) return { kind: 'new', callId };
  const merged = mergeMetadata(call.metadata, file.metadata);
  const changed = JSON.stringify(sorted(merged)) !== JSON.stringify(sorted(call.metadata));
  const own = call.source === file.source && call.name === file.name;
  const renames = file.source < call.source || (file.source === call.source && file.name < call.name);
  return { kind: 'same', callId: call.callId, duplicate: !own, metadata: changed ? merged : undefined, renames };
}

const sorted = (metadata: CallMetadata): [string, unknown][] =>
  Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

async function settle(
  deps: SpooledDeps,
  file: SpooledDelivery,
  spooled: SpooledFile,
  refusal: Refusal | undefined,
): Promise<DeliverResult> {
  const { sha256 } = spooled;
  const deliveryId = keyedIdOf(deps.installationKey, 'delivery', [file.source, file.name, sha256]);
  const { externalId, segment } = file.metadata;
  const callId =
    externalId === undefined
      ? callIdOf(deps.installationKey, { audioSha256: sha256 })
      : callIdOf(deps.installationKey, { source: file.source, externalId, segment });

  // Effects outside the database come before the transaction, under names that only the content decides; if another
  // delivery changed what this one is in between, the decision inside the transaction differs and the effects are made again.
  const refusedDecision: Decision | undefined = refusal === undefined ? undefined : { kind: 'refused', refusal };
  let expected: Decision = refusedDecision ?? decide(file, sha256, callId, await deps.calls.known(callId, sha256));
  for (let attempt = 0; attempt < 5; attempt++) {
    await storeContent(deps, file, spooled, deliveryId, expected);
    const outcome = await deps.acceptance.accept(async (tx) => {
      const actual = refusedDecision ?? decide(file, sha256, callId, await deps.calls.lockKnown(tx, callId, sha256));
      if (needsOtherContent(expected, actual)) return { value: { again: actual }, events: [] };
      return write(deps, tx, { file, spooled, deliveryId, decision: actual });
    });
    if ('result' in outcome) return outcome.result;
    expected = outcome.again;
  }
  throw new Error('deliver: other deliveries changed what this one is five times in a row');
}

const place = (decision: Decision): string =>
  decision.kind === 'new'
    ? `call ${decision.callId}`
    : decision.kind === 'same' || decision.kind === 'erased'
      ? 'nothing'
      : quarantine;

const needsOtherContent = (expected: Decision, actual: Decision): boolean =>
  place(actual) !== 'nothing' && place(actual) !== place(expected);

async function storeContent(
  deps: SpooledDeps,
  file: SpooledDelivery,
  spooled: SpooledFile,
  deliveryId: string,
  decision: Decision,
): Promise<void> {
  if (decision.kind === 'refused' || decision.kind === 'conflict') await deps.raw.put(quarantine, deliveryId, spooled.read());
  if (decision.kind !== 'new') return;
  await deps.raw.put(decision.callId, nameOf(file, spooled), spooled.read());
  const given = givenName(file, spooled);
  if (file.transcript !== undefined && given !== undefined) await deps.raw.put(decision.callId, given, file.transcript);
}

const nameOf = (file: SpooledDelivery, spooled: SpooledFile): string =>
  file.isTranscript ? givenTranscriptName(spooled.sha256) : recordingName(spooled.sha256);

const givenName = (file: SpooledDelivery, spooled: SpooledFile): string | undefined =>
  file.isTranscript
    ? givenTranscriptName(spooled.sha256)
    : file.transcript === undefined
      ? undefined
      : givenTranscriptName(sha256(file.transcript));

type Written = { result: DeliverResult } | { again: Decision };
type ReceivedEvent = { type: 'calls.received'; callId: string; data: Record<string, unknown> };

async function write(
  deps: SpooledDeps,
  tx: Tx,
  {
    file,
    spooled,
    deliveryId,
    decision,
  }: { file: SpooledDelivery; spooled: SpooledFile; deliveryId: string; decision: Decision },
): Promise<{ value: Written; events: ReceivedEvent[] }> {
  const at = deps.clock.now();
  if (decision.kind === 'new')
    await deps.calls.insertCall(
      tx,
      {
        callId: decision.callId,
        source: file.source,
        name: file.name,
        audioSha256: spooled.sha256,
        sizeBytes: spooled.sizeBytes,
        metadata: file.metadata,
        recording: nameOf(file, spooled),
        givenTranscript: givenName(file, spooled),
        recordingKind: kindOf(file),
      },
      at,
    );
  const isNew = await deps.calls.writeDelivery(tx, lineOf(file, spooled, deliveryId, decision), at);
  const result: DeliverResult = {
    deliveryId,
    state: stateOf(decision),
    callId: 'callId' in decision ? decision.callId : undefined,
    refusal: decision.kind === 'refused' ? decision.refusal : undefined,
    isNew,
  };
  await file.inSameTransaction?.(tx, result);
  if (decision.kind === 'new') return { value: { result }, events: [received(decision.callId, 1, spooled.sha256)] };
  if (decision.kind === 'same' && (decision.metadata !== undefined || decision.renames)) {
    const revision = await deps.calls.updateCall(tx, decision.callId, {
      ...(decision.metadata === undefined ? {} : { metadata: decision.metadata }),
      ...(decision.renames ? { source: file.source, name: file.name } : {}),
    });
    const events = decision.metadata === undefined ? [] : [received(decision.callId, revision, spooled.sha256)];
    return { value: { result }, events };
  }
  return { value: { result }, events: [] };
}

const received = (callId: string, revision: number, audioSha256: string): ReceivedEvent => ({
  type: 'calls.received',
  callId,
  data: { revision, audioSha256 },
});

const kindOf = (file: SpooledDelivery): RecordingKind =>
  file.isTranscript ? 'transcript' : file.transcript === undefined ? 'audio' : 'audio-and-transcript';

function stateOf(decision: Decision): Delivery['state'] {
  if (decision.kind === 'new') return 'accepted';
  if (decision.kind === 'same') return decision.duplicate ? 'duplicate' : 'accepted';
  return decision.kind;
}

function lineOf(file: SpooledDelivery, spooled: SpooledFile, deliveryId: string, decision: Decision): Delivery {
  return {
    deliveryId,
    source: file.source,
    name: file.name,
    sizeBytes: spooled.sizeBytes,
    modifiedAt: file.modifiedAt,
    audioSha256: spooled.sha256,
    state: stateOf(decision),
    callId: 'callId' in decision ? decision.callId : undefined,
    refusal: decision.kind === 'refused' ? decision.refusal : undefined,
    keptAs: decision.kind === 'refused' || decision.kind === 'conflict' ? deliveryId : undefined,
  };
}
