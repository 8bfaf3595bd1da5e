import { wholeBytes } from '../../kernel/index.ts';
import { setImmediate } from 'node:timers/promises';
import { refuseRecording, sniffBytes, sniffRecording, watchContainer } from '../../../ingest/index.ts';
import type { AudioDecoder, DecodedAudio, DecodeLimits, Recording } from '../../../transcribe/index.ts';
import { readSamples } from './samples.ts';
import { resample } from './resampler.ts';
import { readWavHeader, type WavHeader } from './wav-header.ts';

const sampleRate = 16_000;
/** No WAV has more than this before its samples. */
const largestHeader = 16 * 1024 * 1024;

export interface WavDecoderOptions {
  /** Samples in each block and channel; default one second. */
  readonly blockSamples?: number | undefined;
}

/**
 * `AudioDecoder` for WAV files with PCM (8, 16, 24, 32 bits, float) or G.711, with nothing but this program. Other files are
 * refused as `audio.unsupported-codec` or `audio.wrong-type`; whoever has a larger decoder asks `takesPlainWav` first.
 */
export function wavDecoder(options: WavDecoderOptions = {}): AudioDecoder {
  return {
    name: 'plain-wav',
    async open(recording, limits, signal) {
      signal.throwIfAborted();
      if (recording.sizeBytes > limits.maxBytes) throw refuseRecording('audio.too-large');
      const sniffed = sniffRecording(await headOf(recording, sniffBytes));
      if (sniffed.kind === 'refused') throw refuseRecording(sniffed.code);
      if (sniffed.container !== 'wav') throw refuseRecording('audio.unsupported-codec');
      const header = await headerOf(recording);
      check(header, recording, limits);
      const watch = watchContainer('wav', recording.sizeBytes);
      for await (const part of recording.read(0, header.dataAt + 8)) watch.push(part);
      const end = watch.end();
      if (end.isBare) throw refuseRecording('audio.header-only');
      if (end.isCut) throw refuseRecording('audio.truncated');
      const audio: DecodedAudio = {
        container: 'wav',
        codec: codecNames[header.format],
        channels: header.channels === 1 ? 1 : 2,
        sourceSampleRate: header.sampleRate,
        blocks: blocksOf(recording, header, limits, options.blockSamples ?? sampleRate, signal),
      };
      return audio;
    },
  };
}

/** Whether `wavDecoder` can decode this file. */
export async function takesPlainWav(recording: Recording): Promise<boolean> {
  const head = await headOf(recording, sniffBytes);
  const sniffed = sniffRecording(head);
  if (sniffed.kind !== 'recording' || sniffed.container !== 'wav') return false;
  const header = readWavHeader(head);
  return typeof header === 'object' && header.format !== undefined;
}

type PlainHeader = WavHeader & { readonly format: NonNullable<WavHeader['format']> };

/** The names that ffmpeg gives them. */
const codecNames: Record<PlainHeader['format'], string> = {
  u8: 'pcm_u8',
  s16: 'pcm_s16le',
  s24: 'pcm_s24le',
  s32: 'pcm_s32le',
  f32: 'pcm_f32le',
  f64: 'pcm_f64le',
  alaw: 'pcm_alaw',
  mulaw: 'pcm_mulaw',
};

async function headOf(recording: Recording, bytes: number): Promise<Buffer> {
  return await wholeBytes(recording.read(0, Math.min(bytes, recording.sizeBytes)));
}

async function headerOf(recording: Recording): Promise<PlainHeader> {
  for (let bytes = sniffBytes; ; bytes *= 4) {
    const header = readWavHeader(await headOf(recording, bytes));
    if (header === 'damaged') throw refuseRecording('audio.damaged');
    if (header === 'more') {
      if (bytes >= recording.sizeBytes) throw refuseRecording('audio.header-only');
      if (bytes >= largestHeader) throw refuseRecording('audio.damaged');
      continue;
    }
    const { format } = header;
    if (format === undefined) throw refuseRecording('audio.unsupported-codec');
    return { ...header, format };
  }
}

function check(header: PlainHeader, recording: Recording, limits: DecodeLimits): void {
  if (header.channels === 0) throw refuseRecording('audio.damaged');
  if (header.channels > 2) throw refuseRecording('audio.too-many-channels');
  if (header.sampleRate < 8000 || header.sampleRate > 48_000) throw refuseRecording('audio.sample-rate');
  const bytes = Math.min(header.dataBytes, recording.sizeBytes - header.dataAt);
  if ((bytes / header.frameBytes / header.sampleRate) * 1000 > limits.maxDurationMs) throw refuseRecording('audio.too-long');
}

async function* blocksOf(
  recording: Recording,
  header: PlainHeader,
  limits: DecodeLimits,
  blockSamples: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Int16Array[], void> {
  const channels = Array.from({ length: header.channels }, () => ({
    resampler: resample(header.sampleRate, sampleRate),
    block: new Int16Array(blockSamples),
  }));
  let filled = 0;
  let left = header.dataBytes;
  let carry: Uint8Array = new Uint8Array(0);
  let total = header.dataAt;

  function* collect(parts: readonly Int16Array[]): Generator<readonly Int16Array[]> {
    const length = parts[0]?.length ?? 0;
    for (let at = 0; at < length;) {
      const count = Math.min(length - at, blockSamples - filled);
      channels.forEach(({ block }, index) => block.set((parts[index] as Int16Array).subarray(at, at + count), filled));
      at += count;
      filled += count;
      if (filled === blockSamples) {
        yield channels.map(({ block }) => block.slice());
        filled = 0;
      }
    }
  }

  for await (const chunk of recording.read(header.dataAt)) {
    // a source in memory never waits: others must get their turn between the pieces
    await setImmediate();
    signal.throwIfAborted();
    total += chunk.length;
    if (total > limits.maxBytes) throw refuseRecording('audio.too-large');
    const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= part.length;
    const bytes = carry.length === 0 ? part : Buffer.concat([carry, part]);
    const whole = bytes.length - (bytes.length % header.frameBytes);
    carry = Uint8Array.from(bytes.subarray(whole));
    const samples = readSamples(bytes.subarray(0, whole), header.format, header.channels);
    yield* collect(channels.map(({ resampler }, index) => resampler.push(samples[index] as Float64Array)));
    if (left <= 0) break;
  }
  signal.throwIfAborted();
  yield* collect(channels.map(({ resampler }) => resampler.end()));
  if (filled > 0) yield channels.map(({ block }) => block.slice(0, filled));
}
