import {
  compareFound,
  type Findings,
  type Found,
  liesInside,
  overlap,
  type Setting,
  settings,
  shareWord,
  valueOf,
} from './found.ts';
import type { Comparison, Distance, JoinOperator } from './tree.ts';

/** Over so many pairs only the nearest partners of each are joined: the value and the shown hits stay the same. */
const pairLimit = 40_000;
const partnerLimit = 64;

/** Whether `a` starts first. Words are ordered by the stream, events by time. */
export function startsBefore(a: Found, b: Found): boolean {
  if (a.spans.length > 0 && b.spans.length > 0) return a.first < b.first;
  return a.startMs < b.startMs;
}

/** Whether the distance from the end of the earlier to the start of the later is at most that. */
export function within(a: Found, b: Found, distance: Distance | undefined): boolean {
  if (distance === undefined) return true;
  const [earlier, later] = startsBefore(b, a) ? [b, a] : [a, b];
  switch (distance.unit) {
    case 'words':
      return later.first - earlier.last - 1 <= distance.value;
    case 'turns':
      return later.firstTurn - earlier.lastTurn <= distance.value;
    default:
      return later.startMs - earlier.endMs <= milliseconds(distance);
  }
}

/** A time in milliseconds, rounded to whole ones. */
export function milliseconds(amount: { readonly value: number; readonly unit: string }): number {
  const factor = amount.unit === 'min' ? 60_000 : amount.unit === 's' ? 1000 : 1;
  return Math.round(amount.value * factor);
}

/** Whether `a operator/distance b` holds. */
export function joined(a: Found, b: Found, operator: JoinOperator, distance: Distance | undefined): boolean {
  if (operator === 'before' && !startsBefore(a, b)) return false;
  if (operator === 'after' && !startsBefore(b, a)) return false;
  return within(a, b, distance) && !shareWord(a, b);
}

/** The worst of several settings. */
export function worstSetting(a: Setting, b: Setting): Setting {
  return settings.indexOf(a) >= settings.indexOf(b) ? a : b;
}

/** One hit that spans both. */
function together(a: Found, b: Found): Found {
  const first = compareFound(a, b) <= 0 ? a : b;
  const firstInStream = Math.min(a.first, b.first);
  const ends = a.endMs >= b.endMs ? a : b;
  return {
    spans: [...a.spans, ...b.spans].sort((x, y) => x.run - y.run || x.from - y.from),
    startMs: Math.min(a.startMs, b.startMs),
    endMs: ends.endMs,
    first: firstInStream,
    last: Math.max(a.last, b.last),
    turn: first.turn,
    firstTurn: Math.min(a.firstTurn, b.firstTurn),
    lastTurn: Math.max(a.lastTurn, b.lastTurn),
    score: Math.min(a.score, b.score),
    setting: worstSetting(a.setting, b.setting),
    why: { code: 'join', parts: [...whysOf(a), ...whysOf(b)] },
    entry: first.entry,
    speaker: first.speaker,
  };
}

function whysOf(found: Found): readonly Found['why'][] {
  return found.why.code === 'join' ? found.why.parts : [found.why];
}

/** All pairs of left and right that satisfy the join; sure if both are. */
export function join(left: Findings, right: Findings, operator: JoinOperator, distance: Distance | undefined): Findings {
  const sure: Found[] = [];
  const possible: Found[] = [];
  pairs(left.sure, right.sure, operator, distance, sure);
  pairs(left.sure, right.possible, operator, distance, possible);
  pairs(left.possible, right.sure, operator, distance, possible);
  pairs(left.possible, right.possible, operator, distance, possible);
  const foundSure = unique(sure);
  const foundPossible = unique(possible);
  return {
    value: valueOf(foundSure, foundPossible),
    sure: foundSure,
    possible: foundPossible,
    near: merged(left.near, right.near),
  };
}

function pairs(
  left: readonly Found[],
  right: readonly Found[],
  operator: JoinOperator,
  distance: Distance | undefined,
  out: Found[],
): void {
  if (left.length * right.length <= pairLimit) {
    for (const a of left) for (const b of right) if (joined(a, b, operator, distance)) out.push(together(a, b));
    return;
  }
  for (const [ones, others, flipped] of [
    [left, right, false],
    [right, left, true],
  ] as const) {
    for (const one of ones) {
      for (const other of nearest(one, others)) {
        const [a, b] = flipped ? [other, one] : [one, other];
        if (joined(a, b, operator, distance)) out.push(together(a, b));
      }
    }
  }
}

/** The partners that start nearest to it on either side. */
function nearest(one: Found, others: readonly Found[]): readonly Found[] {
  let low = 0;
  let high = others.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = others[middle];
    if (at !== undefined && at.startMs < one.startMs) low = middle + 1;
    else high = middle;
  }
  return others.slice(Math.max(0, low - partnerLimit), low + partnerLimit);
}

/** Sorted, the same words only once: the better of two. */
export function unique(found: readonly Found[]): readonly Found[] {
  if (found.length < 2) return found;
  const sorted = [...found].sort(compareFound);
  const out: Found[] = [];
  const seen = new Map<string, true>();
  for (const each of sorted) {
    const key = `${each.startMs},${each.endMs},${each.entry},${each.spans.map((span) => `${span.run}:${span.from}-${span.to}`).join(';')}`;
    if (seen.has(key)) continue;
    seen.set(key, true);
    out.push(each);
  }
  return out;
}

/** Two lists in the one order of hits. */
export function merged(a: readonly Found[], b: readonly Found[]): readonly Found[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return unique([...a, ...b]);
}

/** Hits of the first that lie wholly inside no hit of the second; only possibly inside leaves them possible. */
export function outside(first: Findings, second: Findings): Findings {
  const covers = (by: readonly Found[], found: Found): boolean => by.some((each) => liesInside(found, each));
  return kept(first, second, covers);
}

/** Hits of the left that have no such right. */
export function notJoined(left: Findings, right: Findings, operator: JoinOperator, distance: Distance | undefined): Findings {
  return kept(left, right, (by, found) => by.some((each) => joined(found, each, operator, distance)));
}

function kept(from: Findings, by: Findings, removes: (by: readonly Found[], found: Found) => boolean): Findings {
  const sure: Found[] = [];
  const possible: Found[] = [];
  for (const found of from.sure) {
    if (removes(by.sure, found)) continue;
    if (removes(by.possible, found)) possible.push({ ...found, why: { code: 'unless', because: found.why } });
    else sure.push(found);
  }
  for (const found of from.possible) if (!removes(by.sure, found)) possible.push(found);
  possible.sort(compareFound);
  return { value: valueOf(sure, possible), sure, possible, near: from.near };
}

/** The earliest or latest: sure only when nothing possible could come before it. */
export function pick(from: Findings, which: 'first' | 'last'): Findings {
  const order = which === 'first' ? compareFound : latestFirst;
  const [best] = [...from.sure].sort(order);
  const rivals = from.possible.filter((each) => best === undefined || order(each, best) < 0);
  if (best === undefined) return { ...from, value: valueOf([], rivals), sure: [], possible: [...rivals].sort(compareFound) };
  if (rivals.length === 0) return { value: 'yes', sure: [best], possible: [], near: from.near };
  return { value: 'perhaps', sure: [], possible: [...rivals, best].sort(compareFound), near: from.near };
}

/** By start, the latest first. */
function latestFirst(a: Found, b: Found): number {
  return b.startMs - a.startMs || b.first - a.first || compareFound(a, b);
}

/** Those that contain no other. */
export function innermost(found: readonly Found[], among: readonly Found[] = found): readonly Found[] {
  if (found.length < 2 && among === found) return found;
  return found.filter((each) => !among.some((other) => other !== each && contains(each, other)));
}

function contains(outer: Found, inner: Found): boolean {
  if (outer.first > inner.first || outer.last < inner.last || outer.startMs > inner.startMs || outer.endMs < inner.endMs)
    return false;
  return (
    outer.first !== inner.first || outer.last !== inner.last || outer.startMs !== inner.startMs || outer.endMs !== inner.endMs
  );
}

/** Hits that do not overlap, by earliest end. */
export function countable(found: readonly Found[]): readonly Found[] {
  const sorted = [...found].sort((a, b) => a.endMs - b.endMs || a.last - b.last || compareFound(a, b));
  const out: Found[] = [];
  for (const each of sorted) if (!out.some((chosen) => overlap(chosen, each))) out.push(each);
  return out;
}

/** A comparison over every number from `low` to `high`: yes if it holds for all, no if for none. */
export function compareRange(compare: Comparison, low: number, high: number, value: number): 'yes' | 'no' | 'perhaps' {
  let holds = 0;
  let fails = 0;
  for (let at = low; at <= high && (holds === 0 || fails === 0); at += 1) {
    if (compares(compare, at, value)) holds += 1;
    else fails += 1;
  }
  return fails === 0 ? 'yes' : holds === 0 ? 'no' : 'perhaps';
}

export function compares(compare: Comparison, a: number, b: number): boolean {
  switch (compare) {
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '=':
      return a === b;
  }
}
