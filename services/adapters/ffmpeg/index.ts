export { type DecoderOptions, ffmpegDecoder } from './decoder.ts';
export { ffmpegEncoder } from './encoder.ts';
export type { Diagnostics, FfmpegEngine } from './engine.ts';
export { nativeEngine, type NativeOptions } from './native-engine.ts';
export { hasWasm, wasmEngine, type WasmOptions } from './wasm-engine.ts';
export { type AudioDoor, type AudioDoorOptions, chooseDecoder } from './choose.ts';
