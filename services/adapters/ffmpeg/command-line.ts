import type { Container } from '../../../ingest/index.ts';

/** The one demuxer that a container may meet. None of them follows references to other files (no hls, concat, dash). */
const demuxers: Record<Container, string> = {
  wav: 'wav',
  mp3: 'mp3',
  mp4: 'mov',
  flac: 'flac',
  ogg: 'ogg',
  webm: 'matroska',
  amr: 'amr',
};

/** The decoders that may run, video among them not at all. */
const decoders: readonly string[] = [
  ...[
    'pcm_u8',
    'pcm_s16le',
    'pcm_s16be',
    'pcm_s24le',
    'pcm_s24be',
    'pcm_s32le',
    'pcm_s32be',
    'pcm_f32le',
    'pcm_f32be',
    'pcm_f64le',
  ],
  ...['pcm_alaw', 'pcm_mulaw', 'adpcm_ms', 'adpcm_ima_wav', 'gsm_ms', 'libgsm_ms'],
  ...['mp3', 'mp3float', 'aac', 'alac', 'flac', 'opus', 'libopus', 'vorbis', 'libvorbis'],
  ...['amrnb', 'amrwb', 'libopencore_amrnb', 'libopencore_amrwb'],
];

/** No single allocation inside ffmpeg may be larger. */
const largestAllocation = 256 * 1024 * 1024;

const quietly = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+info', '-max_alloc', String(largestAllocation)];

/** Where a process reads or writes: a pipe, or a seekable file for containers whose index may stand at the end. */
export interface Place {
  readonly url: string;
  readonly protocols: string;
}

/** Containers that cannot be read front to back: an ordinary m4a has its index at the end. */
export function needsSeeking(container: Container): boolean {
  return container === 'mp4';
}

/** Arguments that turn the first audio stream of a recording into interleaved 16 kHz signed 16-bit samples. */
export function decodeArguments(container: Container, input: Place, outputUrl: string): string[] {
  return [
    ...quietly,
    ...['-protocol_whitelist', input.protocols, '-f', demuxers[container], '-codec_whitelist', decoders.join(',')],
    ...['-vn', '-sn', '-dn', '-threads', '1', '-i', input.url],
    ...['-map', '0:a:0', '-map_metadata', '-1', '-map_chapters', '-1', '-filter_threads', '1'],
    ...['-ar', '16000', '-c:a', 'pcm_s16le', '-f', 's16le', '-y', outputUrl],
  ];
}

/**
 * Opus' search effort, 0 to 10: 5 costs half of 10 and cannot be told from it at 24 kb/s of telephone speech.
 * Part of what decides a rendition's bytes.
 */
const opusEffort = 5;

/** Arguments that turn interleaved 16 kHz samples into Ogg Opus, 24 kb/s, without anything that differs between two runs. */
export function encodeArguments(channels: 1 | 2, input: Place, outputUrl: string): string[] {
  return [
    ...quietly,
    ...[
      '-protocol_whitelist',
      input.protocols,
      '-f',
      's16le',
      '-ar',
      '16000',
      '-ac',
      String(channels),
      '-threads',
      '1',
      '-i',
      input.url,
    ],
    ...['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact', '-filter_threads', '1', '-threads', '1'],
    ...['-c:a', 'libopus', '-b:a', '24k', '-compression_level', String(opusEffort), '-application', 'audio'],
    ...['-serial_offset', '0', '-f', 'ogg', '-y', outputUrl],
  ];
}
