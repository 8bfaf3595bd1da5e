export { takesPlainWav, wavDecoder, type WavDecoderOptions } from './decoder.ts';
