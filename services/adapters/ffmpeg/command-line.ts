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
const decoders = [
  'pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_alaw,pcm_mulaw',
  'adpcm_ms,adpcm_ima_wav,gsm_ms,libgsm_ms,mp3,mp3float,aac,alac,flac,opus,libopus,vorbis,libvorbis',
  'amrnb,amrwb,libopencore_amrnb,libopencore_amrwb',
].join(',');

/** No single allocation inside ffmpeg may be larger. */
const largestAllocation = 256 * 1024 * 1024;

const quietly = words(`-hide_banner -nostdin -nostats -loglevel level+info -max_alloc ${largestAllocation}`);

function words(options: string): string[] {
  return options.split(' ');
}

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
    ...words(`-protocol_whitelist ${input.protocols} -f ${demuxers[container]} -codec_whitelist ${decoders}`),
    ...words(`-vn -sn -dn -threads 1 -i ${input.url}`),
    ...words('-map 0:a:0 -map_metadata -1 -map_chapters -1 -filter_threads 1'),
    ...words(`-ar 16000 -c:a pcm_s16le -f s16le -y ${outputUrl}`),
  ];
}

/**
 * Opus' search effort, 0 to 10; part of what decides a rendition's bytes. On 238 s of stereo telephone speech: effort 0 takes
 * 0.52 s of CPU and is 7.9 dB of log spectral distance away from the source, 5 takes 0.93 s and 6.5 dB, 10 takes 4.3 s and
 * 6.5 dB. Recognising the same recording takes 20 to 25 s, and everything beside it together has an eighth of that.
 */
const opusEffort = 0;

/** Arguments that turn interleaved 16 kHz samples into Ogg Opus, 24 kb/s, without anything that differs between two runs. */
export function encodeArguments(channels: 1 | 2, input: Place, outputUrl: string): string[] {
  return [
    ...quietly,
    ...words(`-protocol_whitelist ${input.protocols} -f s16le -ar 16000 -ac ${channels} -threads 1 -i ${input.url}`),
    ...words('-map_metadata -1 -fflags +bitexact -flags:a +bitexact -filter_threads 1 -threads 1'),
    ...words(`-c:a libopus -b:a 24k -compression_level ${opusEffort} -application audio -serial_offset 0`),
    ...words(`-f ogg -y ${outputUrl}`),
  ];
}
