import type { Found } from './found.ts';
import { milliseconds } from './joins.ts';
import type { PreparedTranscript } from './prepare.ts';
import type { PreparedTurn } from './prepared.ts';
import type { Amount, Scope, ScopeSpeaker } from './tree.ts';

/** The scopes in force at one leaf: at most one of each kind, the inner ones already chosen. */
export interface ScopeInForce {
  readonly speaker?: ScopeSpeaker;
  readonly place?: Extract<Scope, { kind: 'place' }>;
}

/** Inner scopes win over outer ones of their kind. */
export function inside(outer: ScopeInForce, scopes: readonly Scope[]): ScopeInForce {
  let { speaker, place } = outer;
  for (const scope of scopes) {
    if (scope.kind === 'speaker') speaker = scope.speaker;
    else place = scope;
  }
  return { ...(speaker === undefined ? {} : { speaker }), ...(place === undefined ? {} : { place }) };
}

/** One text for equal scopes. */
export function scopeKey(scope: ScopeInForce): string {
  const { speaker, place } = scope;
  return `${speaker ?? 'anyone'}|${place === undefined ? '' : `${place.end} ${place.amount.value}${place.amount.unit}`}`;
}

/** Where a hit must start: all three bounds hold, lower ones included, upper ones excluded. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fromWord: number;
  readonly toWord: number;
  readonly fromTurn: number;
  readonly toTurn: number;
}

const everywhere: Window = {
  fromMs: Number.NEGATIVE_INFINITY,
  toMs: Number.POSITIVE_INFINITY,
  fromWord: Number.NEGATIVE_INFINITY,
  toWord: Number.POSITIVE_INFINITY,
  fromTurn: Number.NEGATIVE_INFINITY,
  toTurn: Number.POSITIVE_INFINITY,
};

/** The place scope of a leaf in one call. Time runs from the first to the last word of a person; turns and words are the speaker's. */
export function windowOf(prepared: PreparedTranscript, scope: ScopeInForce): Window {
  const { place } = scope;
  if (place === undefined) return everywhere;
  const { end, amount } = place;
  switch (amount.unit) {
    case 'words':
      return wordsWindow(streamOf(prepared, scope.speaker), end, amount.value);
    case 'turns':
      return turnsWindow(countedTurns(prepared, scope.speaker), end, amount.value);
    default:
      return timeWindow(prepared, end, amount);
  }
}

function timeWindow(prepared: PreparedTranscript, end: 'first' | 'last', amount: Amount): Window {
  const { speechStartMs: from, speechEndMs: to } = prepared;
  const length = amount.unit === '%' ? ((to - from) * amount.value) / 100 : milliseconds(amount);
  return end === 'first' ? { ...everywhere, toMs: from + length } : { ...everywhere, fromMs: to - length };
}

function wordsWindow(stream: readonly number[], end: 'first' | 'last', count: number): Window {
  if (end === 'first') {
    if (count <= 0) return { ...everywhere, toWord: 0 };
    const last = stream[count - 1];
    return last === undefined ? everywhere : { ...everywhere, toWord: last + 1 };
  }
  if (count <= 0) return { ...everywhere, fromWord: Number.POSITIVE_INFINITY };
  const before = stream[stream.length - count - 1];
  return before === undefined ? everywhere : { ...everywhere, fromWord: before + 1 };
}

function turnsWindow(turns: readonly PreparedTurn[], end: 'first' | 'last', count: number): Window {
  if (end === 'first') {
    if (count <= 0) return { ...everywhere, toTurn: 0 };
    const next = turns[count];
    return next === undefined ? everywhere : { ...everywhere, toTurn: next.index };
  }
  if (count <= 0) return { ...everywhere, fromTurn: Number.POSITIVE_INFINITY };
  const first = turns[turns.length - count];
  return first === undefined ? everywhere : { ...everywhere, fromTurn: first.index };
}

/** The turns of a speaker, back-channels left out; of everybody when none is in force. */
export function countedTurns(prepared: PreparedTranscript, speaker: ScopeSpeaker | undefined): readonly PreparedTurn[] {
  const all = speaker === undefined || speaker === 'anyone';
  return prepared.turns.filter((turn) => !turn.backchannel && (all || turn.speaker === speaker));
}

/** Stream places of a speaker's words, ascending. */
function streamOf(prepared: PreparedTranscript, speaker: ScopeSpeaker | undefined): readonly number[] {
  const all = speaker === undefined || speaker === 'anyone';
  const places: number[] = [];
  for (const run of prepared.runs) if (all || run.speaker === speaker) places.push(...run.stream);
  return places.sort((a, b) => a - b);
}

/** A hit belongs where it starts. */
export function startsIn(window: Window, found: Found): boolean {
  return (
    found.startMs >= window.fromMs &&
    found.startMs < window.toMs &&
    found.first >= window.fromWord &&
    found.first < window.toWord &&
    found.turn >= window.fromTurn &&
    found.turn < window.toTurn
  );
}

/** The stretch of the call that a scope covers, for people. */
export function searchedStretch(
  prepared: PreparedTranscript,
  window: Window,
): { readonly startMs: number; readonly endMs: number } {
  const turnMs = (index: number, otherwise: number): number => prepared.turns[index]?.startMs ?? otherwise;
  const wordMs = (place: number, otherwise: number): number => prepared.streamMs(place) ?? otherwise;
  const { speechStartMs, speechEndMs } = prepared;
  const from = Math.max(
    speechStartMs,
    window.fromMs,
    Number.isFinite(window.fromWord) ? wordMs(window.fromWord, speechStartMs) : speechStartMs,
    Number.isFinite(window.fromTurn) ? turnMs(window.fromTurn, speechStartMs) : speechStartMs,
  );
  const to = Math.min(
    speechEndMs,
    window.toMs,
    Number.isFinite(window.toWord) ? wordMs(window.toWord, speechEndMs) : speechEndMs,
    Number.isFinite(window.toTurn) ? turnMs(window.toTurn, speechEndMs) : speechEndMs,
  );
  return { startMs: Math.round(from), endMs: Math.round(Math.max(from, to)) };
}
