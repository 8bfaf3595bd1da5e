import type { Comparison, Distance, ListSet, PreparedTranscript, Tree } from '../../phrases/index.ts';
import { parseExpression } from '../../phrases/index.ts';
import { classHits } from '../../phrases/class-hits.ts';
import { costOfAdded } from '../../phrases/alignment.ts';
import { eventsOf, valueHolds } from '../../phrases/measures.ts';
import type { ReadWord, Run } from '../../phrases/prepared.ts';
import type { RawHit } from '../../phrases/raw-hit.ts';
import { readWords } from '../../phrases/reading.ts';
import { costBetweenSounds } from '../../phrases/sounds.ts';
import { likenessOf } from '../../phrases/spoken-number.ts';
import { judgeSpan, type TolerantPhrase, tolerantPhrase } from '../../phrases/tolerant.ts';

/**
 * The slow, obvious matcher: every phrase tried at every word, every pair of hits tried for every join, every alignment computed
 * for every start and end. It shares with the fast one only what words are, what a number is and how a span is judged.
 */

interface H {
  readonly spans: readonly (readonly [number, number, number])[];
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
  readonly turn: number;
  readonly turns: readonly [number, number];
  readonly score: number;
  readonly setting: string;
  readonly entry: string;
  readonly sure: boolean;
}

type V = 'yes' | 'no' | 'perhaps';
interface Answer {
  readonly value: V;
  readonly hits: readonly H[];
}

interface Scope {
  readonly speaker?: string;
  readonly place?: { readonly end: string; readonly value: number; readonly unit: string };
}

export interface ReferenceResult {
  readonly value: V;
  readonly sure: readonly string[];
  readonly possible: readonly string[];
}

/** What an expression finds, as comparable lines. */
export function referenceMatch(tree: Tree, lists: ListSet, prepared: PreparedTranscript): ReferenceResult {
  const { value, hits } = new Reference(prepared, lists).shown(tree, {}, undefined);
  const lines = (sure: boolean): readonly string[] => [
    ...new Set(
      hits
        .filter((hit) => hit.sure === sure)
        .map((hit) => `${hit.from}-${hit.to} ${JSON.stringify(hit.spans)} ${hit.score} ${hit.setting}`),
    ),
  ];
  return { value, sure: lines(true).toSorted(), possible: lines(false).toSorted() };
}

class Reference {
  readonly #call: PreparedTranscript;
  readonly #lists: ListSet;

  constructor(call: PreparedTranscript, lists: ListSet) {
    this.#call = call;
    this.#lists = lists;
  }

  shown(tree: Tree, scope: Scope, entry: string | undefined): Answer {
    if (tree.kind === 'scoped') return this.shown(tree.of, within(scope, tree), entry);
    if (tree.kind === 'list') return or(this.#entries(tree).map((each) => this.shown(each.tree, scope, each.text)));
    if (tree.kind === 'or') return or(tree.parts.map((part) => this.shown(part, scope, entry)));
    if (tree.kind === 'and') return and(tree.parts.map((part) => this.shown(part, scope, entry)));
    const answer = this.all(tree, scope, entry);
    let left: Tree = tree;
    for (;;) {
      if (left.kind === 'outside') left = left.first;
      else if (left.kind === 'notjoin') left = left.left;
      else if (left.kind === 'scoped') left = left.of;
      else break;
    }
    if (left.kind !== 'join') return answer;
    const smaller = (a: H, b: H): boolean =>
      a.first >= b.first &&
      a.last <= b.last &&
      a.from >= b.from &&
      a.to <= b.to &&
      (a.first !== b.first || a.last !== b.last || a.from !== b.from || a.to !== b.to);
    return {
      value: answer.value,
      hits: answer.hits.filter((hit) => !answer.hits.some((other) => smaller(other, hit) && (!hit.sure || other.sure))),
    };
  }

  all(tree: Tree, scope: Scope, entry: string | undefined): Answer {
    switch (tree.kind) {
      case 'phrase':
        return this.#leaf(this.#phrase(tree.text, tree.tolerant), scope, entry ?? tree.text);
      case 'class':
        return this.#leaf(classHits(this.#call, tree.name), scope, entry ?? `#${tree.name}`);
      case 'list':
        return or(this.#entries(tree).map((each) => this.all(each.tree, scope, each.text)));
      case 'scoped':
        return this.all(tree.of, within(scope, tree), entry);
      case 'measure': {
        const force = inForce(scope);
        const event = ['silence', 'hold', 'response', 'overtalk', 'pace'].includes(tree.meter.name) && tree.per === undefined;
        if (!event) return { value: valueHolds(this.#call, tree, force), hits: [] };
        const { sure, possible } = eventsOf(this.#call, tree, force);
        return place(
          [...sure.map((each) => ({ each, sure: true })), ...possible.map((each) => ({ each, sure: false }))].map(
            ({ each, sure: certain }): H => ({
              spans: [],
              from: each.startMs,
              to: each.endMs,
              first: each.first,
              last: each.last,
              turn: each.turn,
              turns: [each.firstTurn, each.lastTurn],
              score: 1000,
              setting: 'plain',
              entry: each.entry,
              sure: certain,
            }),
          ),
        );
      }
      case 'or':
        return or(tree.parts.map((part) => this.all(part, scope, entry)));
      case 'and':
        return and(tree.parts.map((part) => this.all(part, scope, entry)));
      case 'not': {
        const { value } = this.all(tree.of, scope, entry);
        return { value: value === 'yes' ? 'no' : value === 'no' ? 'yes' : 'perhaps', hits: [] };
      }
      case 'pick': {
        const { hits } = this.all(tree.of, scope, entry);
        // The same words found by another entry as well: sure is sure.
        const places = (a: H, b: H): number => inOrder(a, b) || Number(b.sure) - Number(a.sure);
        const order = [...hits].sort((a, b) =>
          tree.which === 'first' ? places(a, b) : b.from - a.from || b.first - a.first || places(a, b),
        );
        const until = order.findIndex((hit) => hit.sure);
        if (until === 0) return place(order.slice(0, 1));
        const kept = until < 0 ? order : order.slice(0, until + 1);
        return place(kept.map((hit) => ({ ...hit, sure: false })));
      }
      case 'join': {
        let left = this.all(tree.first, scope, entry).hits;
        for (const { distance, part } of tree.rest) {
          const right = this.all(part, scope, entry).hits;
          left = unique(left.flatMap((a) => right.filter((b) => fits(a, b, tree.operator, distance)).map((b) => together(a, b))));
        }
        return place(left);
      }
      case 'outside': {
        let left = this.all(tree.first, scope, entry).hits;
        for (const part of tree.rest) {
          const right = this.all(part, scope, entry).hits;
          left = kept(left, (hit) => right.filter((other) => inside(hit, other)));
        }
        return place(left);
      }
      case 'notjoin': {
        const left = this.all(tree.left, scope, entry).hits;
        const right = this.all(tree.right, scope, entry).hits;
        return place(kept(left, (hit) => right.filter((other) => fits(hit, other, tree.operator, tree.distance))));
      }
      case 'count':
      case 'kinds': {
        const { hits } = this.shown(tree.of, scope, entry);
        const size = (some: readonly H[]): number =>
          tree.kind === 'kinds' ? new Set(some.map((hit) => hit.entry)).size : apart(some).length;
        const low = size(hits.filter((hit) => hit.sure));
        const high = Math.max(low, size(hits));
        const values = new Set<boolean>();
        for (let k = low; k <= high; k += 1) values.add(holds(tree.compare, k, tree.value));
        const value: V = values.size === 2 ? 'perhaps' : values.has(true) ? 'yes' : 'no';
        if (value === 'no') return { value, hits: [] };
        if (value === 'perhaps') return { value, hits: hits.map((hit) => ({ ...hit, sure: false })) };
        return { value, hits: [...apart(hits.filter((hit) => hit.sure)), ...hits.filter((hit) => !hit.sure)] };
      }
    }
  }

  #entries(tree: Extract<Tree, { kind: 'list' }>): readonly { readonly text: string; readonly tree: Tree }[] {
    const list = this.#lists[tree.name];
    const entries = Array.isArray(list) ? (list as readonly string[]) : [];
    return entries.map((text) => {
      if (!/^[~@#"]/u.test(text)) {
        return {
          text,
          tree: tree.tolerant === undefined ? { kind: 'phrase', text } : { kind: 'phrase', text, tolerant: tree.tolerant },
        };
      }
      const read = parseExpression(text).tree;
      return { text, tree: read };
    });
  }

  // --- phrases ---

  #phrase(text: string, tolerant: { readonly floor?: number } | undefined): readonly RawHit[] {
    const words = readWords(text, /\p{Script=Han}/u.test(text) ? 'zh' : 'en');
    const phrase = tolerant === undefined ? undefined : tolerantPhrase(text, words, tolerant.floor);
    return this.#call.runs.flatMap((run) => (phrase === undefined ? exactly(run, words) : like(run, phrase)));
  }

  #leaf(raw: readonly RawHit[], scope: Scope, entry: string): Answer {
    const hits: H[] = [];
    for (const hit of raw) {
      const run = this.#call.runs[hit.run];
      if (run === undefined || hit.guard !== undefined) continue;
      const turns = run.turns.slice(run.turnOf[hit.from], (run.turnOf[hit.to] ?? 0) + 1);
      const asks = scope.speaker !== undefined && scope.speaker !== 'anyone';
      const unsure = turns.some((turn) => !turn.sure);
      if (asks && !unsure && run.speaker !== scope.speaker) continue;
      const made: H = {
        spans: [[hit.run, hit.from, hit.to]],
        from: run.startMs[hit.from] ?? 0,
        to: run.endMs[hit.to] ?? 0,
        first: run.stream[hit.from] ?? 0,
        last: run.stream[hit.to] ?? 0,
        turn: turns[0]?.index ?? 0,
        turns: [turns[0]?.number ?? 0, turns.at(-1)?.number ?? 0],
        score: hit.score,
        setting: hit.setting,
        entry,
        sure: hit.doubts.length === 0 && !(asks && unsure),
      };
      if (this.#inPlace(made, scope)) hits.push(made);
    }
    return place(unique(hits));
  }

  #inPlace(hit: H, scope: Scope): boolean {
    if (scope.place === undefined) return true;
    const { end, value, unit } = scope.place;
    const whole = this.#call;
    const own = (speaker: string): boolean =>
      scope.speaker === undefined || scope.speaker === 'anyone' || speaker === scope.speaker;
    if (unit === 'words') {
      const stream = whole.runs.flatMap((run) => (own(run.speaker) ? [...run.stream] : []));
      const before = stream.filter((at) => at < hit.first).length;
      return end === 'first' ? before < value : value > 0 && stream.length - before <= value;
    }
    if (unit === 'turns') {
      const turns = whole.turns.filter((turn) => !turn.backchannel && own(turn.speaker));
      const begun = turns.filter((turn) => turn.index <= hit.turn).length;
      return end === 'first'
        ? value > 0 && begun <= value
        : value > 0 && (begun > turns.length - value || turns.length <= value - 1 + 0);
    }
    const length = whole.speechEndMs - whole.speechStartMs;
    const span = unit === '%' ? (length * value) / 100 : Math.round(value * (unit === 's' ? 1000 : unit === 'min' ? 60_000 : 1));
    return end === 'first' ? hit.from - whole.speechStartMs < span : whole.speechEndMs - hit.from <= span;
  }
}

function within(scope: Scope, tree: Extract<Tree, { kind: 'scoped' }>): Scope {
  let inner = scope;
  for (const each of tree.scopes) {
    inner =
      each.kind === 'speaker'
        ? { ...inner, speaker: each.speaker }
        : { ...inner, place: { end: each.end, value: each.amount.value, unit: each.amount.unit } };
  }
  return inner;
}

function inForce(scope: Scope): Parameters<typeof eventsOf>[2] {
  return {
    ...(scope.speaker === undefined ? {} : { speaker: scope.speaker as 'agent' }),
    ...(scope.place === undefined
      ? {}
      : {
          place: {
            kind: 'place' as const,
            end: scope.place.end as 'first',
            amount: { value: scope.place.value, unit: scope.place.unit as 's' },
          },
        }),
  };
}

/** Tries the phrase at every word. */
function exactly(run: Run, words: readonly ReadWord[]): readonly RawHit[] {
  const spoken = words.filter((word) => !word.filler);
  const wanted = spoken.length > 0 ? spoken : words;
  const heard = run.words.map((word, at) => ({ word, at })).filter(({ word }) => spoken.length === 0 || !word.filler);
  const out: RawHit[] = [];
  for (let start = 0; start + wanted.length <= heard.length; start += 1) {
    const doubts: RawHit['doubts'][number][] = [];
    const all = wanted.every((word, index) => {
      const said = heard[start + index];
      if (said === undefined) return false;
      if (word.number === undefined || said.word.number === undefined) {
        return word.kind === said.word.kind && word.kind !== 'redacted' && word.text === said.word.text;
      }
      const likeness = likenessOf(word.number, said.word.number);
      if (likeness === 'unit') doubts.push('number_unit');
      if (likeness === 'sound') doubts.push('number_sound');
      const confidence = run.confidence[said.at] ?? -1;
      if (likeness === 'same' && confidence >= 0 && confidence < 500) doubts.push('number_unsure');
      return likeness !== 'other';
    });
    const first = heard[start];
    const last = heard[start + wanted.length - 1];
    if (!all || first === undefined || last === undefined) continue;
    const { setting } = run.context.around(first.at, last.at, () => true);
    out.push({ run: run.index, from: first.at, to: last.at, score: 1000, floor: undefined, setting, doubts, guard: undefined });
  }
  return out;
}

/** Every start and every end, each with its own alignment. */
function like(run: Run, phrase: TolerantPhrase): readonly RawHit[] {
  const { sounds, wordStart } = run.hearing;
  const longest = Math.floor(phrase.wordCount * 1.5) + 4;
  const spans: { from: number; to: number; cost: number }[] = [];
  const hasSounds = (word: number): boolean => (wordStart[word] ?? 0) < (wordStart[word + 1] ?? 0);
  for (let end = 0; end < run.spoken.length; end += 1) {
    if (!hasSounds(end)) continue;
    let best: { from: number; to: number; cost: number } | undefined;
    for (let start = Math.max(0, end + 1 - longest); start <= end; start += 1) {
      if (!hasSounds(start)) continue;
      const from = wordStart[start] ?? 0;
      const to = wordStart[end + 1] ?? sounds.ids.length;
      const cost = globalCost(phrase, run, from, to);
      if (best === undefined || cost <= best.cost) best = { from, to, cost };
    }
    if (best !== undefined && best.cost * 1000 <= (1000 - (phrase.floor - 100)) * phrase.weight) spans.push(best);
  }
  const chosen: typeof spans = [];
  for (const each of spans.toSorted((a, b) => a.cost - b.cost || a.to - a.from - (b.to - b.from) || a.from - b.from)) {
    if (chosen.every((other) => each.to <= other.from || other.to <= each.from)) chosen.push(each);
  }
  return chosen.toSorted((a, b) => a.from - b.from).map((span) => judgeSpan(phrase, run, span));
}

/** The textbook table. */
function globalCost(phrase: TolerantPhrase, run: Run, from: number, to: number): number {
  const said = run.hearing.sounds;
  const m = phrase.sounds.ids.length;
  let row = [0];
  for (let j = from; j < to; j += 1) row.push((row.at(-1) ?? 0) + costOfAdded(said, j));
  for (let i = 0; i < m; i += 1) {
    const weight = phrase.sounds.weights[i] ?? 0;
    const next = [(row[0] ?? 0) + weight];
    for (let j = from; j < to; j += 1) {
      const unlike = costBetweenSounds(phrase.sounds.ids[i] ?? 0, said.ids[j] ?? 0);
      const change = Math.round((weight * unlike * (said.trust[j] ?? 0)) / 1_000_000);
      const k = j - from;
      next.push(Math.min((row[k] ?? 0) + change, (row[k + 1] ?? 0) + weight, (next[k] ?? 0) + costOfAdded(said, j)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

// --- combining ---

function place(hits: readonly H[]): Answer {
  return { value: hits.some((hit) => hit.sure) ? 'yes' : hits.length > 0 ? 'perhaps' : 'no', hits };
}

function or(parts: readonly Answer[]): Answer {
  const value = parts.some((part) => part.value === 'yes')
    ? 'yes'
    : parts.some((part) => part.value === 'perhaps')
      ? 'perhaps'
      : 'no';
  return { value, hits: unique(parts.flatMap((part) => part.hits)) };
}

function and(parts: readonly Answer[]): Answer {
  if (parts.some((part) => part.value === 'no')) return { value: 'no', hits: [] };
  const hits = unique(parts.flatMap((part) => part.hits));
  if (parts.every((part) => part.value === 'yes')) return { value: 'yes', hits };
  return { value: 'perhaps', hits: hits.map((hit) => ({ ...hit, sure: false })) };
}

function fits(a: H, b: H, operator: string, distance: Distance | undefined): boolean {
  const earlier = (x: H, y: H): boolean => (x.spans.length > 0 && y.spans.length > 0 ? x.first < y.first : x.from < y.from);
  if (operator === 'before' && !earlier(a, b)) return false;
  if (operator === 'after' && !earlier(b, a)) return false;
  if (a.spans.some(([r, f, t]) => b.spans.some(([s, g, u]) => r === s && f <= u && g <= t))) return false;
  if (distance === undefined) return true;
  const [x, y] = earlier(b, a) ? [b, a] : [a, b];
  if (distance.unit === 'words') return Math.max(0, y.first - x.last - 1) <= distance.value;
  if (distance.unit === 'turns') return Math.max(0, y.turns[0] - x.turns[1]) <= distance.value;
  return Math.max(0, y.from - x.to) <= Math.round(distance.value * (distance.unit === 's' ? 1000 : 1));
}

const order = ['plain', 'asked', 'reported', 'supposed', 'denied'];

function together(a: H, b: H): H {
  return {
    spans: [...a.spans, ...b.spans].toSorted((x, y) => x[0] - y[0] || x[1] - y[1]),
    from: Math.min(a.from, b.from),
    to: Math.max(a.to, b.to),
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    turn: inOrder(a, b) <= 0 ? a.turn : b.turn,
    turns: [Math.min(a.turns[0], b.turns[0]), Math.max(a.turns[1], b.turns[1])],
    score: Math.min(a.score, b.score),
    setting: order[Math.max(order.indexOf(a.setting), order.indexOf(b.setting))] ?? 'plain',
    entry: inOrder(a, b) <= 0 ? a.entry : b.entry,
    sure: a.sure && b.sure,
  };
}

function inOrder(a: H, b: H): number {
  return (
    a.from - b.from ||
    a.first - b.first ||
    a.to - b.to ||
    a.last - b.last ||
    b.score - a.score ||
    (a.entry < b.entry ? -1 : a.entry > b.entry ? 1 : 0)
  );
}

function inside(a: H, b: H): boolean {
  const [x] = a.spans;
  const [y] = b.spans;
  if (x === undefined || y === undefined) return b.from <= a.from && a.to <= b.to;
  if (a.spans.length === 1 && b.spans.length === 1) return x[0] === y[0] && y[1] <= x[1] && x[2] <= y[2];
  return b.first <= a.first && a.last <= b.last;
}

function kept(hits: readonly H[], excluding: (hit: H) => readonly H[]): readonly H[] {
  return hits.flatMap((hit) => {
    const by = excluding(hit);
    if (by.some((other) => other.sure)) return [];
    return by.length > 0 ? [{ ...hit, sure: false }] : [hit];
  });
}

function apart(hits: readonly H[]): readonly H[] {
  const clash = (a: H, b: H): boolean => {
    const [x] = a.spans;
    const [y] = b.spans;
    if (x === undefined || y === undefined) return a.from < b.to && b.from < a.to;
    if (a.spans.length === 1 && b.spans.length === 1) return x[0] === y[0] && x[1] <= y[2] && y[1] <= x[2];
    return a.first <= b.last && b.first <= a.last;
  };
  const out: H[] = [];
  for (const hit of hits.toSorted((a, b) => a.to - b.to || a.last - b.last || inOrder(a, b))) {
    if (!out.some((other) => clash(hit, other))) out.push(hit);
  }
  return out;
}

/** The same words of the same entry once for sure hits and once for possible ones: the better. */
function unique(hits: readonly H[]): readonly H[] {
  const best = new Map<string, H>();
  for (const hit of hits.toSorted(inOrder)) {
    const key = `${hit.sure} ${hit.from} ${hit.to} ${hit.entry} ${JSON.stringify(hit.spans)}`;
    if (!best.has(key)) best.set(key, hit);
  }
  return [...best.values()];
}

function holds(compare: Comparison, a: number, b: number): boolean {
  if (compare === '>') return a > b;
  if (compare === '>=') return a >= b;
  if (compare === '<') return a < b;
  return compare === '<=' ? a <= b : a === b;
}
