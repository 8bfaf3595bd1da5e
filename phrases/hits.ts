import type { BilingualText } from '../services/kernel/index.ts';
import type { Findings, Found, Setting, Value, WordSpan } from './found.ts';
import type { PreparedTranscript } from './prepare.ts';
import type { PreparedTurn } from './prepared.ts';
import { type Why, whyText } from './why.ts';

/** Something found in a call, with where, by whom, how sure, and why. */
export interface Hit {
  /** The turn in which it starts; for an event the last turn that had begun; null where there is none. */
  readonly turnId: string | null;
  /** Every turn it touches, in order. */
  readonly turnIds: readonly string[];
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The words said, as the turn has them; the parts of a join are separated by ` … `. */
  readonly text: string;
  /** 0 to 1000. */
  readonly score: number;
  readonly setting: Setting;
  readonly why: Why & { readonly text: BilingualText };
  /** Where words carry no times: times by characters. */
  readonly approximateTimes?: true;
  /** The entry of a list that was heard. */
  readonly entry?: string;
  /** The words it owns, by the prepared transcript it was found in; none for an event. `hitPlaces` says where they are written. */
  readonly spans: readonly WordSpan[];
}

/** Something that came near and is none: the reason is in `why`. */
export type NearMiss = Hit;

/** Where in the call a rule listened. */
export interface Searched {
  readonly speaker: 'agent' | 'customer' | 'anyone';
  readonly startMs: number;
  readonly endMs: number;
}

/** A stretch that could hide what a rule listens for. */
export interface UnheardStretch {
  readonly turnId: string;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** One rule's answer for one call. */
export interface RuleResult {
  readonly id: string;
  readonly value: Value;
  /** Sure hits. */
  readonly hits: readonly Hit[];
  readonly possible: readonly Hit[];
  readonly nearMisses: readonly NearMiss[];
  readonly searched: Searched;
  /** The value is *perhaps* only because something had to be said and may have been said where nothing could be understood. */
  readonly onlyUnintelligible: boolean;
  /** Stretches that could hide what the rule listens for, whether that matters to its value or not. */
  readonly unintelligible: readonly UnheardStretch[];
}

/** `hits.v1`: what `plumbline match` prints for one transcript; scores from 0 to 1. */
export interface HitsV1 {
  readonly version: 1;
  readonly value: Value;
  readonly hits: readonly HitV1[];
  readonly possible: readonly HitV1[];
  readonly nearMisses: readonly HitV1[];
  readonly searched: Searched;
  readonly unintelligible: readonly UnheardStretch[];
}

export interface HitV1 {
  readonly turnId: string | null;
  readonly turnIds: readonly string[];
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly score: number;
  readonly setting: Setting;
  readonly why: { readonly code: string; readonly zh: string; readonly en: string };
  readonly approximateTimes?: true;
  readonly entry?: string;
}

export function toHitsV1(result: RuleResult): HitsV1 {
  return {
    version: 1,
    value: result.value,
    hits: result.hits.map(toHitV1),
    possible: result.possible.map(toHitV1),
    nearMisses: result.nearMisses.map(toHitV1),
    searched: result.searched,
    unintelligible: result.unintelligible,
  };
}

function toHitV1(hit: Hit): HitV1 {
  const { turnId, turnIds, speaker, startMs, endMs, text, setting } = hit;
  return {
    turnId,
    turnIds,
    speaker,
    startMs,
    endMs,
    text,
    score: hit.score / 1000,
    setting,
    why: { code: codeOfWhy(hit.why), ...hit.why.text },
    ...(hit.approximateTimes === undefined ? {} : { approximateTimes: hit.approximateTimes }),
    ...(hit.entry === undefined ? {} : { entry: hit.entry }),
  };
}

/** One stable code for a reason: the guard or the first doubt where there is one. */
function codeOfWhy(why: Why): string {
  if (why.code === 'guard') return why.guard;
  if (why.code === 'doubt') return why.doubts[0] ?? 'doubt';
  return why.code;
}

/** What was found, for people. */
export function hitsOf(prepared: PreparedTranscript, found: readonly Found[]): readonly Hit[] {
  const [first] = found;
  if (first === undefined) return noHits;
  if (found.length === 1) return [hitOf(prepared, first)];
  const out: Hit[] = [];
  found.forEach((each, index) => {
    // In the one order of hits the same words, found by several entries, start at the same place.
    for (let before = index - 1; before >= 0; before -= 1) {
      const other = found[before];
      if (other === undefined || other.startMs !== each.startMs) break;
      if (sameWords(other, each)) return;
    }
    out.push(hitOf(prepared, each));
  });
  return out;
}

function sameWords(a: Found, b: Found): boolean {
  if (a.startMs !== b.startMs || a.endMs !== b.endMs || a.spans.length !== b.spans.length) return false;
  return a.spans.every((span, index) => {
    const other = b.spans[index];
    return other !== undefined && span.run === other.run && span.from === other.from && span.to === other.to;
  });
}

export const noHits: readonly Hit[] = Object.freeze([]);

function hitOf(prepared: PreparedTranscript, found: Found): Hit {
  const turns = turnsTouched(prepared, found.spans);
  const [first] = turns;
  const approximate = turns.some((turn) => turn.approximate);
  const hit: Hit = {
    turnId: first?.turn.id ?? prepared.turns[found.turn]?.turn.id ?? null,
    turnIds: turns.map((turn) => turn.turn.id),
    speaker: found.speaker,
    startMs: found.startMs,
    endMs: found.endMs,
    text: textOfSpans(prepared, found.spans),
    score: found.score,
    setting: found.setting,
    why: { ...found.why, text: whyText(found.why) },
    spans: found.spans,
  };
  if (!approximate && found.listEntry === undefined) return hit;
  return {
    ...hit,
    ...(approximate ? { approximateTimes: true as const } : {}),
    ...(found.listEntry === undefined ? {} : { entry: found.listEntry }),
  };
}

function turnsTouched(prepared: PreparedTranscript, spans: readonly WordSpan[]): readonly PreparedTurn[] {
  const [only] = spans;
  if (only !== undefined && spans.length === 1) {
    const run = prepared.runs[only.run];
    const from = run?.turnOf[only.from] ?? 0;
    const to = run?.turnOf[only.to] ?? from;
    return run?.turns.slice(from, to + 1) ?? [];
  }
  const indexes = new Set(spans.flatMap((span) => turnsOf(prepared, span)));
  return [...indexes].sort((a, b) => a - b).flatMap((index) => prepared.turns[index] ?? []);
}

function textOfSpans(prepared: PreparedTranscript, spans: readonly WordSpan[]): string {
  const [only] = spans;
  if (only === undefined) return '';
  if (spans.length === 1) return textOf(prepared, only);
  return byTime(prepared, spans)
    .map((span) => textOf(prepared, span))
    .join(' … ');
}

function byTime(prepared: PreparedTranscript, spans: readonly WordSpan[]): readonly WordSpan[] {
  if (spans.length < 2) return spans;
  const place = (span: WordSpan): number => prepared.runs[span.run]?.stream[span.from] ?? 0;
  return [...spans].sort((a, b) => place(a) - place(b));
}

/** A stretch of a turn's text, in UTF-16 code units. */
export interface HitPlace {
  readonly turn: PreparedTurn;
  readonly from: number;
  readonly to: number;
}

/** Where the words of a hit are written, by time; a span that runs over turn ends has a place in each turn. */
export function hitPlaces(prepared: PreparedTranscript, hit: Pick<Hit, 'spans'>): readonly HitPlace[] {
  return byTime(prepared, hit.spans).flatMap((span) => placesOf(prepared, span));
}

function placesOf(prepared: PreparedTranscript, span: WordSpan): readonly HitPlace[] {
  const run = prepared.runs[span.run];
  if (run === undefined) return [];
  const places: HitPlace[] = [];
  for (let at = run.turnOf[span.from] ?? 0; at <= (run.turnOf[span.to] ?? 0); at += 1) {
    const turn = run.turns[at];
    if (turn === undefined || turn.from === turn.to) continue;
    const first = run.words[Math.max(span.from, turn.from)];
    const last = run.words[Math.min(span.to, turn.to - 1)];
    if (first !== undefined && last !== undefined) places.push({ turn, from: first.start, to: last.end });
  }
  return places;
}

/** Indexes of the turns that a span of words touches. */
export function turnsOf(prepared: PreparedTranscript, span: WordSpan): readonly number[] {
  const run = prepared.runs[span.run];
  if (run === undefined) return [];
  const from = run.turnOf[span.from] ?? 0;
  const to = run.turnOf[span.to] ?? from;
  return run.turns.slice(from, to + 1).map((turn) => turn.index);
}

/** The words of a span as the turns have them. */
export function textOf(prepared: PreparedTranscript, span: WordSpan): string {
  const run = prepared.runs[span.run];
  if (run === undefined) return '';
  const from = run.turnOf[span.from] ?? 0;
  const to = run.turnOf[span.to] ?? from;
  if (from === to) {
    return run.turns[from]?.turn.text.slice(run.words[span.from]?.start ?? 0, run.words[span.to]?.end ?? 0) ?? '';
  }
  const pieces: string[] = [];
  for (let at = from; at <= to; at += 1) {
    const turn = run.turns[at];
    if (turn === undefined) continue;
    const first = run.words[Math.max(span.from, turn.from)];
    const last = run.words[Math.min(span.to, turn.to - 1)];
    if (first === undefined || last === undefined || turn.from === turn.to) continue;
    pieces.push(turn.turn.text.slice(first.start, last.end));
  }
  return pieces.join(' ');
}

/** Sure hits, possible ones and near misses of a rule, for people. */
export function resultHits(
  prepared: PreparedTranscript,
  findings: Findings,
): Pick<RuleResult, 'hits' | 'possible' | 'nearMisses'> {
  return {
    hits: hitsOf(prepared, findings.sure),
    possible: hitsOf(prepared, findings.possible),
    nearMisses: hitsOf(prepared, findings.near),
  };
}
