import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { AudioDecoder, RenditionEncoder } from '../../../transcribe/index.ts';
import { dependencyAway } from '../../kernel/index.ts';
import { takesPlainWav, wavDecoder } from '../wav/index.ts';
import { ffmpegDecoder } from './decoder.ts';
import { ffmpegEncoder } from './encoder.ts';
import type { Diagnostics, FfmpegEngine } from './engine.ts';
import { nativeEngine } from './native-engine.ts';
import { refusingSilence } from './silence.ts';
import { hasWasm, wasmEngine } from './wasm-engine.ts';

export interface AudioDoorOptions {
  /** The ffmpeg to use: a path or a name to look for on PATH; default `ffmpeg`. */
  readonly binary?: string | undefined;
  /** PATH to look on; default the process's. */
  readonly searchPath?: string | undefined;
  /** Where inputs that must be seekable are laid down without a name; default: the system's temporary folder. */
  readonly scratchFolder?: string | undefined;
  readonly blockSamples?: number | undefined;
  readonly diagnostics?: Diagnostics | undefined;
}

/** What this machine has to open recordings and to make renditions with. */
export interface AudioDoor {
  readonly decoder: AudioDecoder;
  /** Undefined where there is no ffmpeg of any kind: calls then have no playback rendition. */
  readonly encoder: RenditionEncoder | undefined;
  readonly engine: 'ffmpeg' | 'ffmpeg-wasm' | 'none';
}

/**
 * The system's ffmpeg where there is one. Else plain WAV is decoded by this program itself and everything else by ffmpeg as
 * WebAssembly; without that too, other formats wait for a dependency instead of being refused. In every case a recording in which nothing can
 * be heard is refused at its end.
 */
export async function chooseDecoder(options: AudioDoorOptions = {}): Promise<AudioDoor> {
  const door = await doorHere(options);
  return { ...door, decoder: refusingSilence(door.decoder) };
}

async function doorHere(options: AudioDoorOptions): Promise<AudioDoor> {
  const binary = await findOnPath(options.binary ?? 'ffmpeg', options.searchPath ?? process.env['PATH'] ?? '');
  if (binary !== undefined) return doorOf('ffmpeg', nativeEngine({ ...options, binary }), options);
  const plain = wavDecoder(options);
  if (!hasWasm()) return { decoder: plainFirst(plain, ffmpegDecoder(absentEngine, options)), encoder: undefined, engine: 'none' };
  const door = doorOf('ffmpeg-wasm', wasmEngine(options), options);
  return { ...door, decoder: plainFirst(plain, door.decoder) };
}

function doorOf(name: AudioDoor['engine'], engine: FfmpegEngine, options: AudioDoorOptions): AudioDoor {
  return { decoder: ffmpegDecoder(engine, options), encoder: ffmpegEncoder(engine, options), engine: name };
}

/** Plain WAV is cheaper without starting anything. */
function plainFirst(plain: AudioDecoder, other: AudioDecoder): AudioDecoder {
  return {
    name: `${plain.name}+${other.name}`,
    async open(recording, limits, signal) {
      return ((await takesPlainWav(recording)) ? plain : other).open(recording, limits, signal);
    },
  };
}

const absentEngine: FfmpegEngine = {
  name: 'no-ffmpeg',
  start: () =>
    Promise.reject(
      dependencyAway('ffmpeg', 'This recording needs ffmpeg, which is not installed here. Install it and try again.'),
    ),
};

async function findOnPath(binary: string, searchPath: string): Promise<string | undefined> {
  const candidates = isAbsolute(binary) ? [binary] : searchPath.split(delimiter).map((folder) => join(folder, binary));
  for (const candidate of candidates) {
    const isProgram = await access(candidate, constants.X_OK)
      .then(() => stat(candidate))
      .then(
        (found) => found.isFile(),
        () => false,
      );
    if (isProgram) return candidate;
  }
  return undefined;
}
