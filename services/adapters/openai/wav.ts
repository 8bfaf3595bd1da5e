const headerBytes = 44;

/** 16-bit mono samples as a WAV file in memory. */
export function encodeWav(samples: Int16Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string): void => void Buffer.from(value, 'latin1').copy(bytes, at);
  text(0, 'RIFF');
  view.setUint32(4, headerBytes - 8 + samples.length * 2, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  for (let index = 0; index < samples.length; index++) view.setInt16(headerBytes + index * 2, samples[index] ?? 0, true);
  return bytes;
}

/** The most samples whose WAV file is no larger than this. */
export function samplesWithin(bytes: number): number {
  return Math.max(0, Math.floor((bytes - headerBytes) / 2));
}
