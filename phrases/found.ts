import type { Why } from './why.ts';

/** How something was said: the worst that holds. */
export const settings = ['plain', 'asked', 'reported', 'supposed', 'denied'] as const;
export type Setting = (typeof settings)[number];

/** Words `from` to `to`, both included, by their position in one speaker's run. */
export interface WordSpan {
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

/** Something found in a call: an event (no words), the words of a phrase, or those of all parts of a join. */
export interface Found {
  /** The words that it owns; empty for an event. */
  readonly spans: readonly WordSpan[];
  readonly startMs: number;
  readonly endMs: number;
  /** Place in the stream of all words: the first and the last word; an event lies before word `first`, and `last` is `first - 1`. */
  readonly first: number;
  readonly last: number;
  /** Index of the turn in which it starts (for an event: the last turn that began by then). */
  readonly turn: number;
  /** Turn numbers of its start and its end (back-channels are no turns). */
  readonly firstTurn: number;
  readonly lastTurn: number;
  /** 0 to 1000. */
  readonly score: number;
  readonly setting: Setting;
  readonly why: Why;
  /** What `kinds` tells apart. */
  readonly entry: string;
  /** The listed entry that was heard, when it came from a list. */
  readonly listEntry?: string;
  readonly speaker: string;
}

/** What one node of an expression found: certain, possible, and what came near and was rejected. */
export interface Findings {
  readonly value: Value;
  readonly sure: readonly Found[];
  readonly possible: readonly Found[];
  readonly near: readonly Found[];
}

export type Value = 'yes' | 'no' | 'perhaps';

const none: readonly Found[] = Object.freeze([]);
export const nothing: Findings = Object.freeze({ value: 'no', sure: none, possible: none, near: none });
/** A place is yes when something is sure, perhaps when something is possible. */
export function valueOf(sure: readonly Found[], possible: readonly Found[]): Value {
  return sure.length > 0 ? 'yes' : possible.length > 0 ? 'perhaps' : 'no';
}

/** By start, then by end, then the better one first: the one order of hits everywhere. */
export function compareFound(a: Found, b: Found): number {
  return (
    a.startMs - b.startMs ||
    a.first - b.first ||
    a.endMs - b.endMs ||
    a.last - b.last ||
    b.score - a.score ||
    compareText(a.entry, b.entry) ||
    compareSpans(a, b)
  );
}

function compareSpans(a: Found, b: Found): number {
  if (a.spans.length !== b.spans.length) return a.spans.length - b.spans.length;
  for (const [index, span] of a.spans.entries()) {
    const other = b.spans[index];
    if (other === undefined) break;
    const order = span.run - other.run || span.from - other.from || span.to - other.to;
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether two spans lists have a word in common. */
export function shareWord(a: Found, b: Found): boolean {
  for (const one of a.spans) {
    for (const other of b.spans) {
      if (one.run === other.run && one.from <= other.to && other.from <= one.to) return true;
    }
  }
  return false;
}

/** Whether `inner` lies wholly inside `outer`: by words of one run where both are such, by place in the stream, events by time. */
export function liesInside(inner: Found, outer: Found): boolean {
  const [a] = inner.spans;
  const [b] = outer.spans;
  if (a === undefined || b === undefined) return outer.startMs <= inner.startMs && inner.endMs <= outer.endMs;
  if (inner.spans.length === 1 && outer.spans.length === 1) return a.run === b.run && b.from <= a.from && a.to <= b.to;
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether two hits cannot both be counted. */
export function overlap(a: Found, b: Found): boolean {
  const [one] = a.spans;
  const [other] = b.spans;
  if (one === undefined || other === undefined) return a.startMs < b.endMs && b.startMs < a.endMs;
  if (a.spans.length === 1 && b.spans.length === 1) return one.run === other.run && one.from <= other.to && other.from <= one.to;
  return a.first <= b.last && b.first <= a.last;
}
