import type { RecordingRefusalCode } from './recording-refusals.ts';

/** The containers that a recording may come in; each maps to one forced demuxer, nothing is ever guessed by the decoder. */
export const containers = ['wav', 'mp3', 'mp4', 'flac', 'ogg', 'webm', 'amr'] as const;
export type Container = (typeof containers)[number];

export type Sniffed =
  | { readonly kind: 'recording'; readonly container: Container }
  | { readonly kind: 'refused'; readonly code: RecordingRefusalCode };

/** How many bytes of a file's beginning `sniffRecording` wants to see (fewer if the file is shorter). */
export const sniffBytes = 65_536;

/** MP3 files may carry this much zero padding between their tag and the first frame. */
const longestPadding = 16_384;

const isRecording = (container: Container): Sniffed => ({ kind: 'recording', container });
const isRefused = (code: RecordingRefusalCode): Sniffed => ({ kind: 'refused', code });

/**
 * What a file is, by its first bytes alone: names and media types of a delivery are somebody's claim and are not asked.
 * Text, images, archives and playlists (which make a demuxer open other files) fit none of the signatures.
 */
export function sniffRecording(head: Uint8Array): Sniffed {
  if (head.length === 0) return isRefused('audio.empty');
  if (startsWith(head, 0, 'RIFF') || startsWith(head, 0, 'RF64') || startsWith(head, 0, 'BW64')) {
    if (head.length < 12) return isRefused('audio.header-only');
    return startsWith(head, 8, 'WAVE') ? isRecording('wav') : isRefused('audio.wrong-type');
  }
  if (startsWith(head, 0, 'fLaC')) return isRecording('flac');
  if (startsWith(head, 0, 'OggS')) return isRecording('ogg');
  if (startsWith(head, 0, '#!AMR\n') || startsWith(head, 0, '#!AMR-WB\n')) return isRecording('amr');
  if (startsWith(head, 0, '#!AMR')) return isRefused('audio.unsupported-codec');
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3) {
    // EBML holds other documents too: element 0x4282 names the type
    return /B\u0082.(webm|matroska)/su.test(text(head, 0, 256)) ? isRecording('webm') : isRefused('audio.wrong-type');
  }
  if (isMovie(head)) return isRecording('mp4');
  return sniffMp3(head);
}

/** Brands of pictures that share MP4's boxes. */
const pictureBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1', 'avif', 'avis', 'crx ']);

function isMovie(head: Uint8Array): boolean {
  if (startsWith(head, 4, 'ftyp')) return !pictureBrands.has(text(head, 8, 4));
  // QuickTime files from before `ftyp` begin with one of these; the box must be as long as a box can be
  const first = text(head, 4, 4);
  return ['moov', 'mdat', 'wide', 'free', 'skip'].includes(first) && head.length >= 16 && (head[0] ?? 0xff) < 0x80;
}

function sniffMp3(head: Uint8Array): Sniffed {
  let at = 0;
  let tagged = false;
  while (startsWith(head, at, 'ID3') && head.length >= at + 10) {
    tagged = true;
    at += 10 + syncSafe(head, at + 6) + ((head[at + 5] ?? 0) & 0x10 ? 10 : 0);
  }
  // a tag with a picture may be longer than what was read: the demuxer finds out
  if (tagged && at + 4 > head.length) return head.length < sniffBytes ? isRefused('audio.header-only') : isRecording('mp3');
  if (startsWith(head, at, 'fLaC')) return isRecording('flac');
  const paddingEnd = Math.min(head.length, at + longestPadding);
  let first = at;
  while (first < paddingEnd && head[first] === 0) first++;
  const frame = mp3Frame(head, first);
  if (frame === undefined) return isRefused('audio.wrong-type');
  const next = first + frame.bytes;
  // one frame alone is a chance hit in noise: a second one must follow, or the file must end
  if (next + 4 > head.length)
    return head.length < sniffBytes && (tagged || first === at) ? isRecording('mp3') : isRefused('audio.wrong-type');
  const second = mp3Frame(head, next);
  return second !== undefined && second.sampleRate === frame.sampleRate ? isRecording('mp3') : isRefused('audio.wrong-type');
}

const bitRates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const bitRates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const sampleRates = [44_100, 48_000, 32_000];

export interface Mp3Frame {
  readonly bytes: number;
  readonly samples: number;
  readonly sampleRate: number;
  /** Where the Xing/Info header would lie, from the frame's start. */
  readonly sideEnd: number;
}

/** The MPEG 1/2/2.5 layer III frame header at `at` (ISO 11172-3, 13818-3), or undefined. Free-format frames are not taken. */
export function mp3Frame(bytes: Uint8Array, at: number): Mp3Frame | undefined {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  if (a !== 0xff || b === undefined || c === undefined || d === undefined || (b & 0xe0) !== 0xe0) return undefined;
  const version = (b >> 3) & 3;
  const layer = (b >> 1) & 3;
  if (version === 1 || layer !== 1) return undefined;
  const kiloBits = (version === 3 ? bitRates1 : bitRates2)[c >> 4];
  const baseRate = sampleRates[(c >> 2) & 3];
  if (kiloBits === undefined || kiloBits === 0 || baseRate === undefined || (d & 3) === 2) return undefined;
  const sampleRate = version === 3 ? baseRate : version === 2 ? baseRate / 2 : baseRate / 4;
  const samples = version === 3 ? 1152 : 576;
  const bytesInFrame = Math.floor((samples * kiloBits * 125) / sampleRate) + ((c >> 1) & 1);
  const mono = d >> 6 === 3;
  const side = version === 3 ? (mono ? 17 : 32) : mono ? 9 : 17;
  return { bytes: bytesInFrame, samples, sampleRate, sideEnd: 4 + side };
}

/** The length of an ID3v2 tag: four bytes of seven bits. */
function syncSafe(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let index = 0; index < 4; index++) value = value * 128 + ((bytes[at + index] ?? 0) & 0x7f);
  return value;
}

function startsWith(bytes: Uint8Array, at: number, ascii: string): boolean {
  return text(bytes, at, ascii.length) === ascii;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  let out = '';
  for (let index = at; index < at + length && index < bytes.length; index++) out += String.fromCharCode(bytes[index] ?? 0);
  return out;
}
