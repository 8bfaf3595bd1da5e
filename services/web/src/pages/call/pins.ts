/** A mark over the wave: where it stands, in per mille of the width, and what it is. */
export interface Pin<Of> {
  readonly of: Of;
  /** Others for which there is no room: they stand behind this one, which says how many they are. */
  readonly more: readonly Of[];
  readonly ms: number;
  /** 0 to 1000. */
  readonly at: number;
  /** 0 is the topmost row. */
  readonly row: number;
  /** Its number stands on the left: there is no room on the right. */
  readonly flipped: boolean;
}

export const pinRows = 3;

/**
 * Lays pins out in three rows so that no two cover each other: each goes to the topmost row where it is free, in order of
 * time. Where no row is free it stands behind the pin that is nearest before it. `width` and `pinWidth` are pixels.
 */
export function layPins<Of>(
  points: readonly { readonly of: Of; readonly ms: number }[],
  durationMs: number,
  width: number,
  pinWidth = 38,
): Pin<Of>[] {
  const ends: number[] = Array.from({ length: pinRows }, () => -Infinity);
  const pins: (Pin<Of> & { more: Of[] })[] = [];
  for (const { of, ms } of points.toSorted((a, b) => a.ms - b.ms)) {
    const share = durationMs === 0 ? 0 : Math.min(1, Math.max(0, ms / durationMs));
    const x = share * width;
    const flipped = x + pinWidth > width;
    const from = flipped ? x - pinWidth : x;
    const row = ends.findIndex((end) => from >= end);
    const last = pins.at(-1);
    if (row < 0 && last !== undefined) last.more.push(of);
    else {
      ends[row] = from + pinWidth;
      pins.push({ of, more: [], ms, at: Math.round(share * 1000), row, flipped });
    }
  }
  return pins;
}

/** Times for an axis of so many pixels: even steps that a person counts in, at least 64 pixels apart. */
export function axisTicks(durationMs: number, width: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000);
  const step = steps.find((each) => (each / durationMs) * width >= 64) ?? 3_600_000;
  return Array.from({ length: Math.max(1, Math.ceil(durationMs / step)) }, (_, at) => at * step).filter(
    (ms) => ms === 0 || ((durationMs - ms) / durationMs) * width > 18,
  );
}
