import type { Sound, Turn } from '../transcript.ts';

/** A stretch of the recording, in whole milliseconds; end exclusive. */
export interface TimeSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** Speech as the voice activity found it. */
export interface ChannelSpeech extends TimeSpan {
  readonly channel: number;
}

/** A stretch to be muted before it is widened. */
export interface RawMute extends TimeSpan {
  readonly channel: number;
  /** Its times were spread over the turn, not heard. */
  readonly interpolated: boolean;
  /** How many digits are said in it, where that is known. */
  readonly digits?: number | undefined;
}

export const paddingMs = 300;
/** A pause this near is a better edge than the middle of speech: word times are that far out at times. */
const nearPauseMs = 600;
/** Voice activity cuts soft beginnings and endings by so much. */
const softEdgeMs = 200;
/** Nobody says a digit faster; nobody who says them one by one takes much longer than the second. */
const fastestDigitMs = 160;
const slowestDigitMs = 500;
/** Pauses within a number that is said in groups. */
const groupPauseMs = 900;

/**
 * What is silenced, on every channel: each stretch padded by 300 ms, widened to the edges of the words it cuts and to a pause
 * that is near, tones of telephone keys too (they spell digits); merged, in order, within the recording.
 */
export function muteSpans(
  mutes: readonly RawMute[],
  context: { turns: readonly Turn[]; speech: readonly ChannelSpeech[]; sounds: readonly Sound[]; durationMs: number },
): TimeSpan[] {
  const widened = mutes.map((mute) => widen(mute, context));
  const tones = context.sounds
    .filter(({ kind }) => kind === 'dtmf')
    .map(({ startMs, endMs }) => ({ startMs: startMs - 50, endMs: endMs + 50 }));
  const limit = Math.max(context.durationMs, ...mutes.map(({ endMs }) => endMs), 0);
  return merged(
    [...widened, ...tones].map(({ startMs, endMs }) => ({
      startMs: Math.max(0, Math.floor(startMs)),
      endMs: Math.min(limit, Math.ceil(endMs)),
    })),
  );
}

function widen(mute: RawMute, { turns, speech }: { turns: readonly Turn[]; speech: readonly ChannelSpeech[] }): TimeSpan {
  const own = turns.filter((turn) => turn.channel === mute.channel && turn.startMs < mute.endMs && turn.endMs > mute.startMs);
  // Spread times are out by as much as the speaker's pace varies.
  const duration = own.reduce((most, turn) => Math.max(most, turn.endMs - turn.startMs), 0);
  const padding = mute.interpolated ? Math.max(paddingMs, Math.min(3000, Math.round(duration * 0.4))) : paddingMs;
  let startMs = mute.startMs - padding;
  let endMs = mute.endMs + padding;
  for (const word of own.flatMap(({ words }) => words ?? [])) {
    if (word.startMs < startMs && word.endMs > startMs) startMs = word.startMs;
    if (word.startMs < endMs && word.endMs > endMs) endMs = word.endMs;
  }
  const regions = speech.filter(({ channel }) => channel === mute.channel);
  // A recogniser that wrote digits as one word gave it times at will.
  const digits = mute.digits ?? 0;
  if (mute.endMs - mute.startMs < digits * fastestDigitMs) {
    const around = soundAround(mute, regions);
    startMs = Math.min(startMs, Math.max(around.startMs, mute.endMs - digits * slowestDigitMs));
    endMs = Math.max(endMs, Math.min(around.endMs, mute.startMs + digits * slowestDigitMs));
  }
  let [earliest, latest] = [startMs, endMs];
  for (const region of regions) {
    const from = region.startMs - softEdgeMs;
    const to = region.endMs + softEdgeMs;
    if (from < startMs && region.endMs > startMs && startMs - region.startMs <= nearPauseMs) earliest = Math.min(earliest, from);
    // A word that was cut to where the speech seemed to end may go on.
    if (Math.abs(region.startMs - mute.startMs) <= paddingMs)
      earliest = Math.min(earliest, mute.startMs - paddingMs - softEdgeMs);
    if (Math.abs(region.endMs - mute.endMs) <= paddingMs) latest = Math.max(latest, mute.endMs + paddingMs + softEdgeMs);
    if (region.startMs < endMs && to > endMs && region.endMs - endMs <= nearPauseMs) latest = Math.max(latest, to);
  }
  return { startMs: earliest, endMs: latest };
}

/** The speech that a stretch is in, over pauses as they are within a number. */
function soundAround(mute: RawMute, regions: readonly ChannelSpeech[]): TimeSpan {
  let { startMs, endMs } = mute;
  const inOrder = regions.toSorted((a, b) => a.startMs - b.startMs);
  for (const region of inOrder.toReversed())
    if (region.startMs < startMs && region.endMs >= startMs - groupPauseMs) startMs = region.startMs;
  for (const region of inOrder) if (region.endMs > endMs && region.startMs <= endMs + groupPauseMs) endMs = region.endMs;
  return { startMs, endMs };
}

/** Overlapping and touching spans made one. */
export function merged(spans: readonly TimeSpan[]): TimeSpan[] {
  const all: TimeSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)) {
    if (span.endMs <= span.startMs) continue;
    const last = all.at(-1);
    if (last !== undefined && span.startMs <= last.endMs)
      all[all.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, span.endMs) };
    else all.push(span);
  }
  return all;
}
