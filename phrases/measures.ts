import { type Findings, type Found, type Value, valueOf } from './found.ts';
import { compares, milliseconds } from './joins.ts';
import type { PreparedTranscript } from './prepare.ts';
import type { PreparedTurn } from './prepared.ts';
import { countedTurns, type ScopeInForce, type Window, windowOf } from './scopes.ts';
import type { Comparison, Measure, Meter, MeterName, ScopeSpeaker, Unit } from './tree.ts';

/** An event of a call, before any comparison: its length in milliseconds, or its pace. */
interface CallEvent {
  readonly startMs: number;
  readonly endMs: number;
  /** Whose it is; undefined where it belongs to nobody. */
  readonly turn: PreparedTurn | undefined;
}

const overtalkLeastMs = 300;
const paceLeastWords = 20;
const rateLeastWords = 50;
const rateLeastMs = 15_000;

/** The hits of an event measure in its scope: `silence > 15s`, `overtalk(agent) > 2s`, `pace(agent) > 320 cpm`. */
export function eventsOf(prepared: PreparedTranscript, measure: Measure, scope: ScopeInForce): Findings {
  const speaker = measure.meter.speaker ?? scope.speaker;
  const window = windowOf(prepared, scope);
  const sure: Found[] = [];
  const possible: Found[] = [];
  for (const event of callEvents(prepared, measure.meter.name, speaker)) {
    const value = eventHolds(prepared, measure, event);
    if (value === undefined) continue;
    const found = foundOf(prepared, event, measure.meter.name, value);
    if (found.startMs < window.fromMs || found.startMs >= window.toMs) continue;
    if (found.first < window.fromWord || found.first >= window.toWord) continue;
    if (found.turn < window.fromTurn || found.turn >= window.toTurn) continue;
    const doubtful = event.turn !== undefined && speaker !== undefined && speaker !== 'anyone' && !event.turn.sure;
    if (doubtful) possible.push({ ...found, why: { code: 'doubt', doubts: ['speaker_unsure'], of: found.why } });
    else sure.push(found);
  }
  return { value: valueOf(sure, possible), sure, possible, near: [] };
}

/** The event's value when the comparison holds, else undefined. */
function eventHolds(prepared: PreparedTranscript, measure: Measure, event: CallEvent): number | undefined {
  if (measure.meter.name !== 'pace') {
    const length = event.endMs - event.startMs;
    const bound = milliseconds({ value: measure.value, unit: measure.unit ?? 'ms' });
    return compares(measure.compare, length, bound) ? length : undefined;
  }
  const { turn } = event;
  if (turn === undefined || turn.to - turn.from < paceLeastWords) return undefined;
  const { units, ms } = spokenUnits(prepared, [turn], measure.unit);
  if (ms === 0 || units === 0) return undefined;
  return compares(measure.compare, units * 60_000, measure.value * ms) ? Math.round((units * 60_000) / ms) : undefined;
}

function foundOf(prepared: PreparedTranscript, event: CallEvent, meter: MeterName, value: number): Found {
  const first = prepared.wordsBefore(event.startMs);
  const turn = prepared.turnAt(event.startMs);
  const endTurn = prepared.turnAt(event.endMs - 1);
  return {
    spans: [],
    startMs: event.startMs,
    endMs: event.endMs,
    first,
    last: first - 1,
    turn,
    firstTurn: prepared.turns[turn]?.number ?? 0,
    lastTurn: prepared.turns[endTurn]?.number ?? 0,
    score: 1000,
    setting: 'plain',
    why: { code: 'measure', meter, value },
    entry: meter,
    speaker: event.turn?.speaker ?? 'anyone',
  };
}

/** The events of one meter. Whose speaker is not sure is among them. */
function callEvents(prepared: PreparedTranscript, meter: MeterName, speaker: ScopeSpeaker | undefined): readonly CallEvent[] {
  switch (meter) {
    case 'silence':
      return silences(prepared);
    case 'hold':
      return mergedStretches(prepared.sounds.filter((sound) => sound.kind === 'music')).map((stretch) => ({
        ...stretch,
        turn: undefined,
      }));
    case 'response':
      return responses(prepared, speaker);
    case 'overtalk':
      return overtalks(prepared, speaker);
    default:
      return prepared.turns
        .filter((turn) => !turn.backchannel && mayBe(turn, speaker))
        .map((turn) => ({ startMs: turn.startMs, endMs: turn.endMs, turn }));
  }
}

/** Whether a turn is, or may be, of the speaker asked for. */
function mayBe(turn: PreparedTurn, speaker: ScopeSpeaker | undefined): boolean {
  return speaker === undefined || speaker === 'anyone' || turn.speaker === speaker || !turn.sure;
}

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** Between persons' words nobody speaks and nothing is played. */
function silences(prepared: PreparedTranscript): readonly CallEvent[] {
  const busy = mergedStretches([...prepared.speech, ...prepared.sounds, ...prepared.systemSpeech]);
  const out: CallEvent[] = [];
  let at = prepared.speechStartMs;
  for (const stretch of busy) {
    const startMs = Math.max(at, prepared.speechStartMs);
    const endMs = Math.min(stretch.startMs, prepared.speechEndMs);
    if (endMs > startMs) out.push({ startMs, endMs, turn: undefined });
    at = Math.max(at, stretch.endMs);
  }
  return out;
}

/** Stretches in order, those that touch or overlap made one. */
function mergedStretches(stretches: readonly Stretch[]): readonly Stretch[] {
  const out: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of [...stretches].sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)) {
    const last = out.at(-1);
    if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else out.push({ startMs, endMs });
  }
  return out;
}

/** The delay before a turn that answers somebody else's. */
function responses(prepared: PreparedTranscript, speaker: ScopeSpeaker | undefined): readonly CallEvent[] {
  const turns = countedTurns(prepared, undefined);
  const out: CallEvent[] = [];
  turns.forEach((turn, index) => {
    const before = turns[index - 1];
    if (before === undefined || before.speaker === turn.speaker || !mayBe(turn, speaker)) return;
    if (turn.startMs > before.endMs) out.push({ startMs: before.endMs, endMs: turn.startMs, turn });
  });
  return out;
}

/** Where one starts while another speaks; the longest overlap of the turn counts. */
function overtalks(prepared: PreparedTranscript, speaker: ScopeSpeaker | undefined): readonly CallEvent[] {
  const turns = countedTurns(prepared, undefined);
  const out: CallEvent[] = [];
  for (const turn of turns) {
    if (!mayBe(turn, speaker)) continue;
    let endMs = turn.startMs;
    for (const other of turns) {
      if (other.speaker === turn.speaker || other.startMs >= turn.startMs || other.endMs <= turn.startMs) continue;
      endMs = Math.max(endMs, Math.min(other.endMs, turn.endMs));
    }
    if (endMs - turn.startMs >= overtalkLeastMs) out.push({ startMs: turn.startMs, endMs, turn });
  }
  return out;
}

// --- values of the whole call ---

/** A fraction that is compared without rounding; `thin`: too little speech to trust it. */
interface Reading {
  readonly over: number;
  readonly under: number;
  readonly thin: boolean;
}

/** Whether a value of the call holds: perhaps when it is too thin, or when it hangs on who spoke a turn that is not sure. */
export function valueHolds(prepared: PreparedTranscript, measure: Measure, scope: ScopeInForce): Value {
  const window = windowOf(prepared, scope);
  const answers = new Set<Value>();
  for (const unsureToo of [false, true]) {
    const read = (meter: Meter, unit: Unit | undefined): Reading =>
      readingOf(prepared, meter, meter.speaker ?? scope.speaker, unit, window, unsureToo);
    const top = read(measure.meter, measure.unit);
    const bottom = measure.per === undefined ? undefined : read(measure.per, undefined);
    answers.add(compareReadings(measure, top, bottom));
  }
  const [only] = answers;
  return answers.size === 1 && only !== undefined ? only : 'perhaps';
}

function compareReadings(measure: Measure, top: Reading, bottom: Reading | undefined): Value {
  const over = top.over * (bottom?.under ?? 1);
  const under = top.under * (bottom?.over ?? 1);
  if (under === 0 || top.thin || bottom?.thin === true) return 'perhaps';
  const bound =
    measure.unit === 's' || measure.unit === 'min' ? milliseconds({ value: measure.value, unit: measure.unit }) : measure.value;
  return compareFraction(measure.compare, over, under, bound) ? 'yes' : 'no';
}

/** Decimals of at most six places are compared as whole numbers. */
function compareFraction(compare: Comparison, over: number, under: number, bound: number): boolean {
  const scaled = BigInt(Math.round(bound * 1_000_000)) * BigInt(under);
  const left = BigInt(over) * 1_000_000n;
  return compares(compare, left > scaled ? 1 : left < scaled ? -1 : 0, 0);
}

function readingOf(
  prepared: PreparedTranscript,
  meter: Meter,
  speaker: ScopeSpeaker | undefined,
  unit: Unit | undefined,
  window: Window,
  unsureToo: boolean,
): Reading {
  const everybody = speaker === undefined || speaker === 'anyone';
  const turns = prepared.turns.filter(
    (turn) => startsWithin(prepared, turn, window) && (everybody || (turn.sure ? turn.speaker === speaker : unsureToo)),
  );
  switch (meter.name) {
    case 'turns':
      return { over: turns.filter((turn) => !turn.backchannel).length, under: 1, thin: false };
    case 'words':
      return { over: turns.reduce((sum, turn) => sum + turn.to - turn.from, 0), under: 1, thin: false };
    case 'length':
      return { over: prepared.durationMs, under: 1, thin: false };
    case 'talk': {
      const spoken = mergedStretches(turns).reduce((sum, stretch) => sum + stretch.endMs - stretch.startMs, 0);
      return { over: spoken * 100, under: prepared.speechEndMs - prepared.speechStartMs, thin: false };
    }
    default: {
      const { units, ms, words } = spokenUnits(prepared, turns, unit);
      return { over: units * 60_000, under: ms, thin: words < rateLeastWords || ms < rateLeastMs };
    }
  }
}

function startsWithin(prepared: PreparedTranscript, turn: PreparedTurn, window: Window): boolean {
  const first = prepared.runs[turn.run]?.stream[turn.from] ?? 0;
  return (
    turn.startMs >= window.fromMs &&
    turn.startMs < window.toMs &&
    turn.index >= window.fromTurn &&
    turn.index < window.toTurn &&
    first >= window.fromWord &&
    first < window.toWord
  );
}

/**
 * What was said in some turns, in characters of Chinese stretches (cpm), words of English ones (wpm), or syllables of both
 * (a ratio), with the time of those stretches. A number belongs to the stretch around it.
 */
function spokenUnits(
  prepared: PreparedTranscript,
  turns: readonly PreparedTurn[],
  unit: Unit | undefined,
): { readonly units: number; readonly ms: number; readonly words: number } {
  let units = 0;
  let ms = 0;
  let words = 0;
  for (const turn of turns) {
    for (const stretch of prepared.stretchesOf(turn)) {
      if (unit === 'cpm' && stretch.language !== 'zh') continue;
      if (unit === 'wpm' && stretch.language !== 'en') continue;
      units += unit === undefined ? stretch.syllables : stretch.language === 'zh' ? stretch.syllables : stretch.words;
      ms += stretch.ms;
      words += stretch.words;
    }
  }
  return { units, ms, words };
}
