import { hasClass } from './class-hits.ts';
import { compileExpression, type RuleNode } from './compile.ts';
import { compares } from './joins.ts';
import type { ListSet } from './lists.ts';
import { type Pattern, PatternTable } from './patterns.ts';
import type { PreparedTranscript } from './prepare.ts';
import type { ReadWord } from './prepared.ts';
import { classOfSound, leastDifference } from './sounds.ts';
import { mostCost, type TolerantPhrase } from './tolerant.ts';
import { classNames, type Tree } from './tree.ts';

/** What a call must contain to be worth verifying; it may admit too many calls, never too few. */
export type CandidateQuery =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly CandidateQuery[] }
  /** This term is among the call's `words`. */
  | { readonly kind: 'word'; readonly term: string }
  /** At least so many of these are among the call's `sounds`. */
  | { readonly kind: 'sounds'; readonly terms: readonly string[]; readonly least: number };

export interface Candidates {
  readonly query: CandidateQuery;
  /** The index's answer is exact: what it admits needs no verification to be *yes*. */
  readonly certain: boolean;
}

/** The terms of a call that queries ask for; sorted, each once. */
export interface CallTerms {
  /** Normalised words; two Han characters side by side, fillers skipped, as one; `#number` and the other classes that the call has. */
  readonly words: readonly string[];
  /** Classes of syllables in which what recognisers confuse is one; `trust 9` and the like for the least trusted sound. */
  readonly sounds: readonly string[];
}

const everything: CandidateQuery = { kind: 'all' };

/** The terms of a call, to be indexed beside its text. */
export function callTerms(prepared: PreparedTranscript): CallTerms {
  const words = new Set<string>();
  const sounds = new Set<string>();
  let trust = 1000;
  for (const run of prepared.runs) {
    for (const word of run.words) words.add(termOf(word));
    for (const pair of pairsOf(Array.from(run.spoken, (at) => run.words[at]))) if (pair !== undefined) words.add(pair);
    run.hearing.sounds.ids.forEach((id, at) => {
      const name = classOfSound(id);
      if (name !== undefined) sounds.add(name);
      trust = Math.min(trust, run.hearing.sounds.trust[at] ?? 1000);
    });
  }
  for (const name of classNames) if (hasClass(prepared, name)) words.add(`#${name}`);
  sounds.add(trustTerm(trust));
  return { words: [...words].sort(), sounds: [...sounds].sort() };
}

/** Every number is one term: another value may still be possible. */
function termOf(word: ReadWord): string {
  if (word.number !== undefined) return '#number';
  return word.kind === 'redacted' ? `⟦${word.text}⟧` : word.text;
}

/** For each word but the last: it and the next as one term, where both are Han. */
function pairsOf(words: readonly (ReadWord | undefined)[]): readonly (string | undefined)[] {
  return words.slice(1).map((word, at) => {
    const before = words[at];
    return before?.kind === 'han' && word?.kind === 'han' ? before.text + word.text : undefined;
  });
}

/** Trust in steps of a tenth, rounded down. */
const trustSteps = [6, 7, 8, 9, 10] as const;

function trustTerm(trust: number): string {
  return `trust ${Math.max(6, Math.floor(trust / 100))}`;
}

/** What a call must have for an expression to be anything but *no* in it (speech that nobody understood aside). */
export function candidateQuery(tree: Tree, lists: ListSet = {}): Candidates {
  const patterns = new PatternTable();
  const node = compileExpression(tree, lists, patterns);
  return { query: queryOf(node, patterns), certain: isCertain(node, patterns) };
}

function queryOf(node: RuleNode, patterns: PatternTable): CandidateQuery {
  const of = (part: RuleNode): CandidateQuery => queryOf(part, patterns);
  switch (node.kind) {
    case 'leaf': {
      const pattern = patterns.patterns[node.pattern];
      return pattern === undefined ? everything : queryOfPattern(pattern);
    }
    case 'or':
      return either(node.parts.map(of));
    case 'and':
      return both(node.parts.map(of));
    case 'join':
      return both([of(node.first), ...node.rest.map((step) => of(step.part))]);
    case 'outside':
      return of(node.first);
    case 'notjoin':
      return of(node.left);
    case 'pick':
      return of(node.of);
    case 'count':
    case 'kinds':
      return compares(node.compare, 0, node.value) ? everything : of(node.of);
    default:
      return everything;
  }
}

function either(parts: readonly CandidateQuery[]): CandidateQuery {
  if (parts.some((part) => part.kind === 'all')) return everything;
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : { kind: 'or', parts };
}

function both(parts: readonly CandidateQuery[]): CandidateQuery {
  const asking = parts.filter((part) => part.kind !== 'all');
  const [only] = asking;
  if (only === undefined) return everything;
  return asking.length === 1 ? only : { kind: 'and', parts: asking };
}

function queryOfPattern(pattern: Pattern): CandidateQuery {
  if (pattern.kind === 'class') return { kind: 'word', term: `#${pattern.name}` };
  if (pattern.kind === 'tolerant') return queryOfSounds(pattern.phrase);
  return both([...exactTerms(pattern)].map((term) => ({ kind: 'word', term })));
}

/** Pairs where there are such, else words. */
function exactTerms({ words, fillers }: Extract<Pattern, { kind: 'exact' }>): ReadonlySet<string> {
  const pairs = fillers ? [] : pairsOf(words);
  const terms = new Set<string>();
  words.forEach((word, at) => {
    const pair = pairs[at];
    if (pair !== undefined) terms.add(pair);
    else if (at === 0 || pairs[at - 1] === undefined) terms.add(termOf(word));
  });
  return terms;
}

/**
 * A sound of the phrase that is heard as another class costs at least `leastDifference` of its weight, less where the sounds heard
 * are not trusted: so much of the phrase's weight must be there in its own classes, whatever the order.
 */
function queryOfSounds(phrase: TolerantPhrase): CandidateQuery {
  const byClass = new Map<string, number>();
  let elsewhere = 0;
  phrase.sounds.ids.forEach((id, at) => {
    const weight = phrase.sounds.weights[at] ?? 0;
    const name = classOfSound(id);
    if (name === undefined) elsewhere += weight;
    else byClass.set(name, (byClass.get(name) ?? 0) + weight);
  });
  const weights = [...byClass.values()].sort((a, b) => b - a);
  const terms = [...byClass.keys()].sort();
  const parts = trustSteps.map((step): CandidateQuery => {
    // Every step of rounding may make a cost up to one half smaller.
    const slack = phrase.sounds.ids.length;
    const unheard = ((mostCost(phrase) + slack) * 1_000_000) / (leastDifference * step * 100);
    let needed = phrase.weight - unheard - elsewhere;
    let least = 0;
    for (const weight of weights) {
      if (needed <= 0) break;
      needed -= weight;
      least += 1;
    }
    const trusted: CandidateQuery = { kind: 'sounds', terms: [`trust ${step}`], least: 1 };
    return least === 0 ? trusted : { kind: 'and', parts: [trusted, { kind: 'sounds', terms, least }] };
  });
  return parts.every((part) => part.kind === 'sounds') ? everything : { kind: 'or', parts };
}

/** One word, two Han characters, or one class, said by anybody anywhere, and what `and` and `or` make of such. */
function isCertain(node: RuleNode, patterns: PatternTable): boolean {
  if (node.kind === 'and' || node.kind === 'or') return node.parts.every((part) => isCertain(part, patterns));
  if (node.kind !== 'leaf') return false;
  const { speaker, place } = node.scope;
  if ((speaker !== undefined && speaker !== 'anyone') || place !== undefined) return false;
  const pattern = patterns.patterns[node.pattern];
  if (pattern?.kind === 'class') return true;
  return pattern?.kind === 'exact' && !pattern.hasNumbers && isOneTerm(pattern);
}

function isOneTerm({ words, fillers }: Extract<Pattern, { kind: 'exact' }>): boolean {
  return words.length === 1 || (words.length === 2 && !fillers && pairsOf(words)[0] !== undefined);
}

/** Whether a call with these terms is a candidate: what an index computes. */
export function admits(query: CandidateQuery, terms: CallTerms): boolean {
  switch (query.kind) {
    case 'all':
      return true;
    case 'and':
      return query.parts.every((part) => admits(part, terms));
    case 'or':
      return query.parts.some((part) => admits(part, terms));
    case 'word':
      return terms.words.includes(query.term);
    case 'sounds':
      return query.terms.filter((term) => terms.sounds.includes(term)).length >= query.least;
  }
}
