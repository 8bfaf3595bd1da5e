import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AudioDecoder, DecodedAudio, DecodeLimits, Recording } from '../../transcribe/index.ts';

/** Whether recordings in foreign formats can be made here. */
export const hasFfmpeg: boolean = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0;

export const generous: DecodeLimits = { maxDurationMs: 4 * 3600 * 1000, maxBytes: 2 ** 31, timeoutMs: 60_000 };

export const sourceSeconds = 4;

/** Two sweeps under a slow swell, told apart at a glance: left rises from 300 Hz, right falls from 2,800 Hz. */
export function sourceAt(channel: number, seconds: number): number {
  const swell = 0.35 + 0.25 * Math.sin(2 * Math.PI * 3 * seconds);
  const phase = channel === 0 ? 300 * seconds + 80 * seconds ** 2 : 2800 * seconds - 140 * seconds ** 2;
  return swell * Math.sin(2 * Math.PI * phase);
}

/** One channel of the source as 16-bit samples. */
export function sourceSamples(channel: number, sampleRate: number, seconds: number = sourceSeconds): Int16Array {
  return Int16Array.from({ length: Math.round(seconds * sampleRate) }, (_, n) =>
    Math.round(sourceAt(channel, n / sampleRate) * 32_000),
  );
}

interface WavShape {
  readonly tag: number;
  readonly bits: number;
  write(into: Buffer, at: number, value: number): void;
}

/** Written by hand, so that the plain formats need no other program. Values run from -1 to 1. */
export const wavShapes: Readonly<Record<string, WavShape>> = {
  pcm_u8: { tag: 1, bits: 8, write: (into, at, value) => into.writeUInt8(Math.round(value * 127) + 128, at) },
  pcm_s16le: { tag: 1, bits: 16, write: (into, at, value) => into.writeInt16LE(Math.round(value * 32_767), at) },
  pcm_s24le: { tag: 1, bits: 24, write: (into, at, value) => into.writeIntLE(Math.round(value * 8_388_607), at, 3) },
  pcm_s32le: { tag: 1, bits: 32, write: (into, at, value) => into.writeInt32LE(Math.round(value * 2_147_483_647), at) },
  pcm_f32le: { tag: 3, bits: 32, write: (into, at, value) => into.writeFloatLE(value, at) },
};

export interface WavOptions {
  readonly shape?: string;
  readonly sampleRate?: number;
  readonly channels?: number;
  readonly seconds?: number;
  /** What the header claims, where it is not the truth. */
  readonly claimedBytes?: number;
  /** A chunk before the samples. */
  readonly extra?: Buffer;
}

export function wav(options: WavOptions = {}): Buffer {
  const { shape = 'pcm_s16le', sampleRate = 8000, channels = 2, seconds = sourceSeconds, extra = Buffer.alloc(0) } = options;
  const { tag, bits, write } = wavShapes[shape] as WavShape;
  const frames = Math.round(seconds * sampleRate);
  const data = Buffer.alloc((frames * channels * bits) / 8);
  for (let frame = 0; frame < frames; frame++) {
    for (let channel = 0; channel < channels; channel++) {
      write(data, ((frame * channels + channel) * bits) / 8, sourceAt(channel, frame / sampleRate));
    }
  }
  return wavOf(data, { tag, bits, sampleRate, channels, extra, claimedBytes: options.claimedBytes ?? data.length });
}

/** Any bytes under a WAV header. */
export function wavOf(
  data: Buffer,
  header: {
    readonly tag: number;
    readonly bits: number;
    readonly sampleRate: number;
    readonly channels: number;
    readonly extra?: Buffer;
    readonly claimedBytes?: number;
  },
): Buffer {
  const { tag, bits, sampleRate, channels, extra = Buffer.alloc(0), claimedBytes = data.length } = header;
  const head = Buffer.alloc(36);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(Math.min(0xffff_ffff, 36 + extra.length + claimedBytes), 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(tag, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE((sampleRate * channels * bits) / 8, 28);
  head.writeUInt16LE((channels * bits) / 8, 32);
  head.writeUInt16LE(bits, 34);
  const dataHead = Buffer.alloc(8);
  dataHead.write('data', 0, 'latin1');
  dataHead.writeUInt32LE(claimedBytes, 4);
  return Buffer.concat([head, extra, dataHead, data]);
}

/** Encodes a WAV with the system's ffmpeg. `extension` names the container. */
export async function withFfmpeg(source: Buffer, extension: string, options: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-test-'));
  try {
    const [from, to] = [join(folder, 'source.wav'), join(folder, `made.${extension}`)];
    await writeFile(from, source);
    const words = options.split(' ').filter((word) => word !== '');
    await promisify(execFile)('ffmpeg', ['-nostdin', '-loglevel', 'error', '-i', from, ...words, to]);
    return await readFile(to);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A recording in memory that is read in pieces of this size. */
export function recordingOf(bytes: Uint8Array, pieceBytes = 65_536): Recording {
  return {
    sizeBytes: bytes.length,
    async *read(start = 0, end = bytes.length) {
      const stop = Math.min(end, bytes.length);
      for (let at = start; at < stop; at += pieceBytes) yield bytes.subarray(at, Math.min(stop, at + pieceBytes));
    },
  };
}

export interface DecodedWhole {
  readonly audio: DecodedAudio;
  readonly channels: readonly Int16Array[];
  readonly blockLengths: readonly number[];
}

export async function decodeWhole(
  decoder: AudioDecoder,
  recording: Recording,
  limits: DecodeLimits = generous,
  signal: AbortSignal = new AbortController().signal,
): Promise<DecodedWhole> {
  const audio = await decoder.open(recording, limits, signal);
  const blocks: (readonly Int16Array[])[] = [];
  for await (const block of audio.blocks) blocks.push(block);
  return { audio, channels: joinBlocks(blocks, audio.channels), blockLengths: blocks.map((block) => block[0]?.length ?? 0) };
}

export function joinBlocks(blocks: readonly (readonly Int16Array[])[], channels: number): Int16Array[] {
  return Array.from({ length: channels }, (_, channel) => {
    const parts = blocks.map((block) => block[channel] as Int16Array);
    const joined = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  });
}

/** The largest normalised correlation of a stretch of `heard` with `truth`, over delays of up to 50 ms either way. */
export function likeness(heard: Int16Array, truth: Int16Array): number {
  const [from, length, reach] = [16_000, 3200, 800];
  let best = 0;
  for (let delay = -reach; delay <= reach; delay++) {
    let product = 0;
    let heardPower = 0;
    let truthPower = 0;
    for (let at = from; at < from + length; at += 2) {
      const a = heard[at + delay] ?? 0;
      const b = truth[at] ?? 0;
      product += a * b;
      heardPower += a * a;
      truthPower += b * b;
    }
    const correlation = heardPower * truthPower === 0 ? 0 : product / Math.sqrt(heardPower * truthPower);
    if (correlation > best) best = correlation;
  }
  return best;
}
