export { chooseDecoder } from './choose.ts';
export { ffmpegDecoder } from './decoder.ts';
export { ffmpegEncoder } from './encoder.ts';
export { nativeEngine } from './native-engine.ts';
export { hasWasm, wasmEngine } from './wasm-engine.ts';
