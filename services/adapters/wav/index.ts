export { takesPlainWav, wavDecoder } from './decoder.ts';
