import { type Clock } from '../services/kernel/index.ts';
import type { CallMetadata } from './call-metadata.ts';
import type { DeliveredFile, DeliverResult } from './deliver.ts';
import type { FileNamePattern } from './file-name-pattern.ts';
import { mergeMetadata } from './metadata-fields.ts';
import type { ManifestRow } from './manifest.ts';
import type { CallStore } from './ports.ts';
import type { ListedFile } from './settled-files.ts';
import { isCompanion, readSidecar, sidecarNames, transcriptNames } from './sidecar.ts';

/** A folder of recordings, wherever it is. Names are `/`-separated paths inside it. */
export interface FolderFiles {
  list(): Promise<ListedFile[]>;
  open(name: string): AsyncIterable<Uint8Array>;
  /** Undefined when it is gone, or larger than `maxBytes`. */
  readSmall(name: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** What the setting says is done with a file that is on the ledger. */
  putAway(name: string): Promise<void>;
}

export interface FolderSourceDeps {
  readonly calls: Pick<CallStore, 'seen'>;
  readonly files: FolderFiles;
  readonly clock: Clock;
  deliver(file: DeliveredFile): Promise<DeliverResult>;
  /** False while the disk guard or a shutdown says that nothing is taken; the folder waits. */
  accepting(): boolean;
}

export interface FolderSourceSettings {
  readonly source: string;
  readonly patterns: readonly FileNamePattern[];
  readonly zoneOffset: string;
  readonly after: 'leave' | 'move' | 'delete';
  /** What a manifest says of files, by name: it stands over sidecar and pattern. */
  readonly manifest?: ReadonlyMap<string, ManifestRow> | undefined;
}

/** A file with all that lies beside it; `modifiedAt` is the newest of them, so that late metadata is noticed. */
export interface FoundRecording {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly sidecar: string | undefined;
  readonly transcript: string | undefined;
}

/** Which of the listed files are recordings, and what belongs to each. */
export function recordingsIn(complete: readonly ListedFile[], manifest?: ReadonlyMap<string, ManifestRow>): FoundRecording[] {
  const byName = new Map(complete.map((file) => [file.name, file]));
  return complete
    .filter(({ name }) => !isCompanion(name))
    .map((file) => {
      const sidecar = sidecarNames(file.name).find((name) => byName.has(name));
      const named = manifest?.get(file.name)?.transcript;
      const transcript = named ?? transcriptNames(file.name).find((name) => byName.has(name));
      const times = [file.name, sidecar, transcript].map((name) =>
        name === undefined ? 0 : (byName.get(name)?.modifiedAt ?? 0),
      );
      return { name: file.name, sizeBytes: file.sizeBytes, modifiedAt: Math.max(...times), sidecar, transcript };
    });
}

const maxSidecarBytes = 1024 ** 2;
const maxTranscriptBytes = 32 * 1024 ** 2;

/**
 * Delivers every complete recording that is not on the ledger yet, in name order. What one file does never stops the next;
 * `onResult` hears of each.
 */
export async function takeRecordings(
  deps: FolderSourceDeps,
  settings: FolderSourceSettings,
  complete: readonly ListedFile[],
  onResult: (found: FoundRecording, result: DeliverResult | 'known' | 'not-accepting') => void,
  signal?: AbortSignal,
): Promise<void> {
  const found = recordingsIn(complete, settings.manifest);
  const seen = await deps.calls.seen(
    found.map(({ name, sizeBytes, modifiedAt }) => ({ source: settings.source, name, sizeBytes, modifiedAt })),
  );
  for (const [index, recording] of found.entries()) {
    if (signal?.aborted) return;
    const row = settings.manifest?.get(recording.name);
    if (seen[index] === true && row === undefined) {
      onResult(recording, 'known');
      continue;
    }
    if (!deps.accepting()) {
      onResult(recording, 'not-accepting');
      return;
    }
    const result = await takeOne(deps, settings, recording, row);
    if (settings.after !== 'leave') {
      for (const name of [recording.name, recording.sidecar, recording.transcript])
        if (name !== undefined) await deps.files.putAway(name);
    }
    onResult(recording, result);
  }
}

async function takeOne(
  deps: FolderSourceDeps,
  settings: FolderSourceSettings,
  recording: FoundRecording,
  row: ManifestRow | undefined,
): Promise<DeliverResult> {
  const sidecar = recording.sidecar === undefined ? undefined : await deps.files.readSmall(recording.sidecar, maxSidecarBytes);
  const transcript =
    recording.transcript === undefined ? undefined : await deps.files.readSmall(recording.transcript, maxTranscriptBytes);
  const fromName = settings.patterns.map((pattern) => pattern.read(recording.name)).find((metadata) => metadata !== undefined);
  const fromSidecar =
    sidecar === undefined ? undefined : readSidecar(new TextDecoder().decode(sidecar), settings.zoneOffset)?.metadata;
  const metadata = [fromName, fromSidecar, row?.metadata].reduce<CallMetadata>(
    (merged, next) => mergeMetadata(merged, next ?? {}),
    {},
  );
  return deps.deliver({
    source: settings.source,
    name: recording.name,
    modifiedAt: recording.modifiedAt,
    bytes: deps.files.open(recording.name),
    metadata,
    transcript,
  });
}

/** Name of a source that a person brings once by command: the folder's own name does not leak into ids. */
export const commandSource = 'command';
