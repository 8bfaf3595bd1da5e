/** A stretch to silence on every channel, in milliseconds from the recording's start; end exclusive. */
export interface MuteSpan {
  readonly startMs: number;
  readonly endMs: number;
}

const samplesPerMs = 16;
/** Outside the span, so that nothing clicks and nothing of the span is heard. */
const fadeMs = 5;
const fadeSamples = fadeMs * samplesPerMs;

/** Falling half of a raised cosine: gain at a distance of 1 to `fadeSamples` samples from the silence is `fade[distance - 1]`. */
const fade = Float64Array.from(
  { length: fadeSamples },
  (_, index) => 0.5 - 0.5 * Math.cos((Math.PI * (index + 1)) / (fadeSamples + 1)),
);

interface Silence {
  readonly start: number;
  readonly end: number;
}

/**
 * Silences spans of a recording (16 kHz) on all its channels: inside a span every sample is exactly zero; over 5 ms on either
 * side the sound fades. Spans may overlap and come in any order. Blocks keep their lengths; those that are not touched are
 * passed on as they are.
 */
export async function* mute(
  blocks: AsyncIterable<readonly Int16Array[]>,
  spans: readonly MuteSpan[],
): AsyncGenerator<readonly Int16Array[], void> {
  const silences = merge(spans);
  let at = 0;
  let first = 0;
  for await (const block of blocks) {
    const length = block[0]?.length ?? 0;
    while (first < silences.length && (silences[first] as Silence).end + fadeSamples <= at) first++;
    const touching = silencesWithin(silences, first, at, at + length);
    yield touching.length === 0 ? block : block.map((samples) => muted(samples, at, touching));
    at += length;
  }
}

/** Sorted, in samples, widened to whole samples; what lies closer together than two fades is one silence. */
function merge(spans: readonly MuteSpan[]): Silence[] {
  const sorted = spans
    .filter(({ startMs, endMs }) => endMs > startMs)
    .map(({ startMs, endMs }) => ({ start: Math.floor(startMs * samplesPerMs), end: Math.ceil(endMs * samplesPerMs) }))
    .toSorted((a, b) => a.start - b.start);
  const merged: { start: number; end: number }[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && span.start <= last.end + 2 * fadeSamples) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  return merged;
}

function silencesWithin(silences: readonly Silence[], first: number, from: number, to: number): Silence[] {
  const found: Silence[] = [];
  for (let index = first; index < silences.length; index++) {
    const silence = silences[index] as Silence;
    if (silence.start - fadeSamples >= to) break;
    found.push(silence);
  }
  return found.filter((silence) => silence.end + fadeSamples > from);
}

function muted(samples: Int16Array, at: number, silences: readonly Silence[]): Int16Array {
  const out = samples.slice();
  const place = (sample: number): number => Math.max(0, Math.min(samples.length, sample - at));
  for (const { start, end } of silences) {
    out.fill(0, place(start), place(end));
    for (let index = place(start - fadeSamples); index < place(start); index++) {
      out[index] = Math.round((out[index] as number) * (fade[start - (index + at) - 1] as number));
    }
    for (let index = place(end); index < place(end + fadeSamples); index++) {
      out[index] = Math.round((out[index] as number) * (fade[index + at - end] as number));
    }
  }
  return out;
}
