import { type Refusal, wholeBytes } from '../services/kernel/index.ts';
import { watchContainer } from './container-watch.ts';
import { sniffBytes, sniffRecording } from './recording-format.ts';
import { refuseRecording } from './recording-refusals.ts';

/** A file that can be read from any place, any number of times. */
export interface InspectedFile {
  readonly sizeBytes: number;
  read(start?: number, end?: number): AsyncIterable<Uint8Array>;
}

/**
 * What can be said against a file by its container alone, without decoding: empty, not a recording, nothing but a header, cut
 * off. Reads the file once. What passes may still be refused when it is decoded (codec, channels, length, silence).
 */
export async function inspectRecording(file: InspectedFile): Promise<Refusal | undefined> {
  const sniffed = sniffRecording(await wholeBytes(file.read(0, Math.min(sniffBytes, file.sizeBytes))));
  if (sniffed.kind === 'refused') return refuseRecording(sniffed.code).refusal;
  const watch = watchContainer(sniffed.container, file.sizeBytes);
  for await (const part of file.read()) watch.push(part);
  const end = watch.end();
  if (end.isCut) return refuseRecording('audio.truncated').refusal;
  if (end.isBare) return refuseRecording('audio.header-only').refusal;
  return undefined;
}
