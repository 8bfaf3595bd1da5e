import { canonicalJson, type ObjectStore, sha256 } from '../services/kernel/index.ts';
import { mute, type MuteSpan } from './mute.ts';
import { buildPeaks } from './peaks.ts';
import type { RenditionEncoder } from './ports.ts';

type Blocks = AsyncIterable<readonly Int16Array[]>;

export interface RenditionInput {
  readonly callId: string;
  readonly audioSha256: string;
  readonly channels: 1 | 2;
  /** The decoded blocks where they were kept; else they are decoded once more. */
  readonly kept: readonly (readonly Int16Array[])[] | undefined;
  decode(): Promise<Blocks>;
  readonly muteSpans: readonly MuteSpan[];
  readonly signal: AbortSignal;
}

export interface RenditionObjects {
  readonly renditionObject: string | undefined;
  readonly peaksObject: string;
}

/**
 * The playback rendition and its peaks, of the muted sound alone, made in one pass and stored. Their names are decided by
 * what they are made of (recording, muted stretches, encoder), so that a second try finds them and makes nothing.
 */
export async function makeRendition(
  deps: { readonly objects: ObjectStore; readonly encoder: RenditionEncoder | undefined },
  input: RenditionInput,
): Promise<RenditionObjects> {
  const { objects, encoder } = deps;
  const { callId, channels, muteSpans, signal } = input;
  const source = { audio: input.audioSha256, muted: muteSpans.map(({ startMs, endMs }) => [startMs, endMs]), channels };
  const renditionObject =
    encoder === undefined
      ? undefined
      : `calls/${callId}/rendition/${sha256(canonicalJson({ ...source, encoder: encoder.name }))}`;
  const peaksObject = `calls/${callId}/peaks/${sha256(canonicalJson({ ...source, peaks: 1 }))}`;
  const missing = {
    rendition: renditionObject !== undefined && !(await objects.stat(renditionObject)),
    peaks: !(await objects.stat(peaksObject)),
  };
  if (!missing.rendition && !missing.peaks) return { renditionObject, peaksObject };
  const peaks = buildPeaks(channels);
  const iterator = mute(blocksOf(input), muteSpans);
  try {
    const muted = watched(iterator, (block) => peaks.push(block), signal);
    if (encoder !== undefined && renditionObject !== undefined && missing.rendition) {
      await objects.put(renditionObject, encoder.encode(channels, muted, signal));
    }
    // what the encoder did not ask for (it was stored meanwhile, or nothing encodes) still counts for the peaks
    for await (const _ of muted) signal.throwIfAborted();
  } finally {
    await iterator.return();
  }
  await objects.put(peaksObject, new TextEncoder().encode(canonicalJson(peaks.end())));
  return { renditionObject, peaksObject };
}

async function* blocksOf(input: RenditionInput): Blocks {
  if (input.kept !== undefined) yield* input.kept;
  else yield* await input.decode();
}

/** Shows each block to `see` as it passes. A reader that leaves early does not end it: the rest can still be read. */
function watched(
  iterator: AsyncIterator<readonly Int16Array[]>,
  see: (block: readonly Int16Array[]) => void,
  signal: AbortSignal,
): Blocks {
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        signal.throwIfAborted();
        const step = await iterator.next();
        if (step.done !== true) see(step.value);
        return step;
      },
    }),
  };
}
