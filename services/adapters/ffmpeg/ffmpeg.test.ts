import { describe } from 'vitest';
import { audioDecoderContract } from '../../../test/contracts/audio-decoder.ts';
import { hasFfmpeg } from '../../../test/contracts/recordings.ts';
import { renditionEncoderContract } from '../../../test/contracts/rendition-encoder.ts';
import { ffmpegDecoder, ffmpegEncoder, hasWasm, nativeEngine, wasmEngine } from './index.ts';

describe.skipIf(!hasFfmpeg)("the system's ffmpeg", () => {
  // another build can be held to the same contract
  const engine = nativeEngine({ binary: process.env['PLUMBLINE_TEST_FFMPEG'] });
  audioDecoderContract('native', { takesPlainWavAlone: false, make: (options) => ffmpegDecoder(engine, options) });
  renditionEncoderContract('native', ffmpegEncoder(engine), ffmpegDecoder(engine));
});

describe.skipIf(!hasWasm())('ffmpeg as WebAssembly', () => {
  const engine = wasmEngine();
  audioDecoderContract('wasm', {
    takesPlainWavAlone: false,
    samplesPlainWav: true,
    make: (options) => ffmpegDecoder(engine, options),
  });
  renditionEncoderContract('wasm', ffmpegEncoder(engine), ffmpegDecoder(engine));
});
