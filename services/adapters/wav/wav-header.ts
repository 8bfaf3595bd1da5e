import { unknownWavLength } from '../../../ingest/index.ts';

/** How one sample is written. */
export type SampleFormat = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64' | 'alaw' | 'mulaw';

export interface WavHeader {
  /** Undefined: a codec that is not plain (GSM, ADPCM, MP3, ...). */
  readonly format: SampleFormat | undefined;
  readonly channels: number;
  readonly sampleRate: number;
  /** Bytes of one sample on every channel. */
  readonly frameBytes: number;
  /** Where the samples begin. */
  readonly dataAt: number;
  /** Infinity where the writer did not know (streamed WAV). */
  readonly dataBytes: number;
}

/** `more`: the samples begin further on than what was given. */
export type WavHeaderResult = WavHeader | 'more' | 'damaged';

/** Reads the header of RIFF/WAVE or RF64 from a file's beginning. */
export function readWavHeader(head: Buffer): WavHeaderResult {
  if (head.length < 12) return 'more';
  let format: Omit<WavHeader, 'dataAt' | 'dataBytes'> | undefined;
  let longLength: number | undefined;
  for (let at = 12; at + 8 <= head.length;) {
    const id = head.toString('latin1', at, at + 4);
    const length = head.readUInt32LE(at + 4);
    const body = at + 8;
    if (id === 'data') {
      if (format === undefined) return 'damaged';
      const isUnknown = length === 0 || length >= unknownWavLength;
      return { ...format, dataAt: body, dataBytes: longLength ?? (isUnknown ? Infinity : length) };
    }
    if (id === 'fmt ' || id === 'ds64') {
      if (length < 16 || length > 65_536) return 'damaged';
      if (body + length > head.length) return 'more';
      if (id === 'fmt ') format = readFormat(head.subarray(body, body + length));
      else longLength = Number(head.readBigUInt64LE(body + 8)) || undefined;
    }
    at = body + length + (length % 2);
  }
  return 'more';
}

function readFormat(body: Buffer): Omit<WavHeader, 'dataAt' | 'dataBytes'> {
  const plainTag = body.readUInt16LE(0);
  // WAVE_FORMAT_EXTENSIBLE: the tag is the beginning of the sub-format's GUID
  const tag = plainTag === 0xfffe && body.length >= 26 ? body.readUInt16LE(24) : plainTag;
  const channels = body.readUInt16LE(2);
  const bits = body.readUInt16LE(14);
  const format = sampleFormats[`${tag}/${bits}`];
  return { format, channels, sampleRate: body.readUInt32LE(4), frameBytes: (channels * bits) / 8 };
}

/** By format tag and bits per sample. */
const sampleFormats: Readonly<Record<string, SampleFormat>> = {
  '1/8': 'u8',
  '1/16': 's16',
  '1/24': 's24',
  '1/32': 's32',
  '3/32': 'f32',
  '3/64': 'f64',
  '6/8': 'alaw',
  '7/8': 'mulaw',
};
