/** `peaks.v1`, as the server gives it: signed bytes in base64, lowest and highest of each step, a channel each. */
export interface Peaks {
  readonly version: 1;
  readonly stepMs: number;
  readonly durationMs: number;
  readonly channels: readonly string[];
}

/** `bars` heights from 0 to 1 of the loudest channel, relative to the loudest of the recording. */
export function barHeights(peaks: Peaks, bars: number): readonly number[] {
  const channels = peaks.channels.map(bytesOf);
  const steps = Math.max(0, ...channels.map(({ length }) => length >> 1));
  const loudest = Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * steps) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * steps) / bars));
    let most = 0;
    for (const bytes of channels) {
      for (let step = from; step < to && step < steps; step += 1)
        most = Math.max(most, Math.abs(bytes[2 * step] ?? 0), Math.abs(bytes[2 * step + 1] ?? 0));
    }
    return most;
  });
  const most = Math.max(1, ...loudest);
  return loudest.map((height) => height / most);
}

function bytesOf(base64: string): Int8Array {
  const raw = atob(base64);
  return Int8Array.from(raw, (character) => character.charCodeAt(0));
}
