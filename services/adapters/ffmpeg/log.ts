import type { RecordingRefusalCode } from '../../../ingest/index.ts';

/** What ffmpeg says of one audio stream. */
export interface StreamFacts {
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
}

export interface FfmpegLog {
  push(text: string): void;
  /** Audio streams of the input, in order. */
  readonly input: readonly StreamFacts[];
  /** What comes out, known before the first byte does. */
  readonly output: StreamFacts | undefined;
  /** Resolves when the output is known or the log has ended. */
  readonly announced: Promise<void>;
  /** Why ffmpeg could not work, as far as its complaints tell. */
  readonly complaint: RecordingRefusalCode | undefined;
  /** The process is gone. */
  end(): void;
  /** What was said, shortened in the middle; it quotes the recording's metadata: for diagnostics alone. */
  text(): string;
}

const complaints: readonly (readonly [RegExp, RecordingRefusalCode])[] = [
  [/matches no streams|does not contain any stream/u, 'audio.no-audio-stream'],
  [/moov atom not found|partial file|File ended prematurely|Packet corrupt|truncated/u, 'audio.truncated'],
];

/** Versions before 4.4 indent by two more. */
const streamLine = /^\[info\] {3}(?: {2})?Stream #0:\d+[^ ]*: Audio: (\w+)(.*)$/u;
/** Parts of the program put their names before the level. */
const complaintLine = /^(?:\[[^\]]*\] )*\[(?:error|fatal|warning)\] /u;

const keptAtEachEnd = 16_384;
const longestLine = 4096;

/**
 * Reads ffmpeg's log (`-loglevel level+info`) while it is written. The text is foreign and repeats what the file says of
 * itself, so only numbers, codec names and our own codes leave it. A line break in metadata is indented by ffmpeg and cannot
 * pass for a line that begins with a level.
 */
export function openLog(): FfmpegLog {
  const input: StreamFacts[] = [];
  let output: StreamFacts | undefined;
  let section: 'input' | 'output' | undefined;
  let complaint: RecordingRefusalCode | undefined;
  let hasUnlistedAudio = false;
  let rest = '';
  let first = '';
  let last = '';
  const { promise: announced, resolve: announce } = Promise.withResolvers<void>();

  function line(text: string): void {
    if (text.startsWith('[info] Input #0')) section = 'input';
    else if (text.startsWith('[info] Output #0')) section = 'output';
    else if (text.startsWith('[info] Stream mapping')) section = undefined;
    const stream = streamLine.exec(text);
    if (stream !== null && section !== undefined) {
      const facts = factsOf(stream[1] ?? '', stream[2] ?? '');
      if (section === 'input') input.push(facts);
      else {
        output ??= facts;
        announce();
      }
      return;
    }
    if (complaintLine.test(text)) {
      if (/while opening decoder|Decoder \(codec|no decoder found|Unknown decoder/iu.test(text)) hasUnlistedAudio = true;
      for (const [pattern, code] of complaints) if (pattern.test(text)) complaint ??= code;
    }
  }

  return {
    input,
    get output() {
      return output;
    },
    announced,
    get complaint() {
      return hasUnlistedAudio ? 'audio.unsupported-codec' : complaint;
    },
    push(text) {
      if (first.length < keptAtEachEnd) first += text.slice(0, keptAtEachEnd - first.length);
      else last = (last + text).slice(-keptAtEachEnd);
      rest += text;
      const lines = rest.split('\n');
      rest = (lines.pop() ?? '').slice(0, longestLine);
      for (const each of lines) line(each.slice(0, longestLine));
    },
    end() {
      if (rest !== '') line(rest);
      rest = '';
      announce();
    },
    text: () => (last === '' ? first : `${first}\n[...]\n${last}`),
  };
}

function factsOf(codec: string, rest: string): StreamFacts {
  const format = /, (\d+) Hz, ([^,]+)/u.exec(rest);
  return { codec, sampleRate: Number(format?.[1] ?? 0), channels: channelsOf(format?.[2] ?? '') };
}

/** 0 when nothing is said; 3 stands for any layout of more than two. */
function channelsOf(layout: string): number {
  const name = layout.trim();
  if (name === '') return 0;
  const counted = /^(\d+) channels?/u.exec(name);
  if (counted !== null) return Number(counted[1]);
  if (name.startsWith('mono')) return 1;
  return /^(stereo|downmix|binaural)/u.test(name) ? 2 : 3;
}
