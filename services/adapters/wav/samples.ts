import { aLaw, muLaw } from './g711.ts';
import type { SampleFormat } from './wav-header.ts';

const widths: Record<SampleFormat, number> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8, alaw: 1, mulaw: 1 };

/** Interleaved bytes (whole frames) as one array a channel, scaled to 16 bits. What is not a number is silence. */
export function readSamples(bytes: Uint8Array, format: SampleFormat, channels: number): Float64Array[] {
  const width = widths[format];
  const frames = bytes.length / width / channels;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const read = readers[format];
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float64Array(frames);
    let at = channel * width;
    for (let frame = 0; frame < frames; frame++, at += width * channels) samples[frame] = read(view, at);
    return samples;
  });
}

const readers: Record<SampleFormat, (view: DataView, at: number) => number> = {
  u8: (view, at) => (view.getUint8(at) - 128) * 256,
  s16: (view, at) => view.getInt16(at, true),
  s24: (view, at) => view.getInt16(at + 1, true) + view.getUint8(at) / 256,
  s32: (view, at) => view.getInt32(at, true) / 65_536,
  f32: (view, at) => fromFloat(view.getFloat32(at, true)),
  f64: (view, at) => fromFloat(view.getFloat64(at, true)),
  alaw: (view, at) => aLaw[view.getUint8(at)] as number,
  mulaw: (view, at) => muLaw[view.getUint8(at)] as number,
};

function fromFloat(value: number): number {
  return Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) * 32_768 : 0;
}
