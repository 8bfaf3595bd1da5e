import type { LeafNode, RuleNode } from './compile.ts';
import { compareFound, type Findings, type Found, nothing, type Value, valueOf } from './found.ts';
import { compareRange, countable, innermost, join, merged, notJoined, outside, pick, unique } from './joins.ts';
import { eventsOf, valueHolds } from './measures.ts';
import type { PreparedTranscript } from './prepare.ts';

/** How a leaf's hits are got: by the rule set's one pass, or slowly by a reference. */
export type LeafFindings = (leaf: LeafNode) => Findings;

/** What a node finds in a call; joins give all pairs, `shown` cuts them down for people and counts. */
export function evaluate(node: RuleNode, prepared: PreparedTranscript, leaf: LeafFindings): Findings {
  const of = (part: RuleNode): Findings => evaluate(part, prepared, leaf);
  switch (node.kind) {
    case 'leaf':
      return leaf(node);
    case 'events':
      return eventsOf(prepared, node.measure, node.scope);
    case 'value':
      return { ...nothing, value: valueHolds(prepared, node.measure, node.scope) };
    case 'or':
      return either(node.parts.map(of));
    case 'and':
      return all(node.parts.map(of));
    case 'not': {
      const inner = of(node.of);
      return { ...nothing, value: inner.value === 'yes' ? 'no' : inner.value === 'no' ? 'yes' : 'perhaps', near: inner.near };
    }
    case 'pick':
      return pick(of(node.of), node.which);
    case 'join': {
      let left = of(node.first);
      for (const { distance, part } of node.rest) left = join(left, of(part), node.operator, distance);
      return left;
    }
    case 'outside': {
      let left = of(node.first);
      for (const part of node.rest) left = outside(left, of(part));
      return left;
    }
    case 'notjoin':
      return notJoined(of(node.left), of(node.right), node.operator, node.distance);
    case 'count':
      return counted(node, evaluateShown(node.of, prepared, leaf));
    case 'kinds':
      return kinds(node, evaluateShown(node.of, prepared, leaf));
  }
}

/** `or` joins: hits of all parts. */
function either(parts: readonly Findings[]): Findings {
  let value: Value = 'no';
  const sure: Found[] = [];
  const possible: Found[] = [];
  let near: readonly Found[] = [];
  for (const part of parts) {
    if (part.value === 'yes' || (part.value === 'perhaps' && value === 'no')) value = part.value;
    sure.push(...part.sure);
    possible.push(...part.possible);
    near = merged(near, part.near);
  }
  return { value, sure: unique(sure), possible: unique(possible), near };
}

/** `and` needs all somewhere in the call and shows all. */
function all(parts: readonly Findings[]): Findings {
  let value: Value = 'yes';
  for (const part of parts) {
    if (part.value === 'no' || (part.value === 'perhaps' && value === 'yes')) value = part.value;
  }
  const near = parts.reduce<readonly Found[]>((sum, part) => merged(sum, part.near), []);
  if (value === 'no') return { value, sure: [], possible: [], near };
  const sure = parts.flatMap((part) => part.sure);
  const possible = parts.flatMap((part) => part.possible);
  return value === 'yes'
    ? { value, sure: unique(sure), possible: unique(possible), near }
    : { value, sure: [], possible: unique([...sure, ...possible]), near };
}

function counted(node: Extract<RuleNode, { kind: 'count' | 'kinds' }>, of: Findings): Findings {
  const sure = countable(of.sure);
  const both = countable([...of.sure, ...of.possible].sort(compareFound));
  const value = compareRange(node.compare, sure.length, Math.max(sure.length, both.length), node.value);
  return countFindings(value, sure, of);
}

function kinds(node: Extract<RuleNode, { kind: 'count' | 'kinds' }>, of: Findings): Findings {
  const sure = new Set(of.sure.map((each) => each.entry));
  const both = new Set([...of.sure, ...of.possible].map((each) => each.entry));
  const value = compareRange(node.compare, sure.size, both.size, node.value);
  return countFindings(value, countable(of.sure), of);
}

function countFindings(value: Value, sure: readonly Found[], of: Findings): Findings {
  if (value === 'no') return { value, sure: [], possible: [], near: of.near };
  if (value === 'yes') return { value, sure: unique(sure), possible: of.possible, near: of.near };
  return { value, sure: [], possible: unique([...of.sure, ...of.possible]), near: of.near };
}

/** What is shown and counted of a node: as `evaluate`, but of a join's hits only those that contain no other. */
export function evaluateShown(node: RuleNode, prepared: PreparedTranscript, leaf: LeafFindings): Findings {
  const of = (part: RuleNode): Findings => evaluateShown(part, prepared, leaf);
  if (node.kind === 'or') return either(node.parts.map(of));
  if (node.kind === 'and') return all(node.parts.map(of));
  const findings = evaluate(node, prepared, leaf);
  if (!joins(node)) return findings;
  return {
    value: findings.value,
    sure: innermost(findings.sure),
    possible: innermost(findings.possible, [...findings.sure, ...findings.possible]),
    near: findings.near,
  };
}

function joins(node: RuleNode): boolean {
  if (node.kind === 'join') return true;
  if (node.kind === 'outside') return joins(node.first);
  if (node.kind === 'notjoin') return joins(node.left);
  return false;
}

/** A place's findings from its hits. */
export function placeFindings(sure: readonly Found[], possible: readonly Found[], near: readonly Found[]): Findings {
  if (sure.length === 0 && possible.length === 0 && near.length === 0) return nothing;
  return { value: valueOf(sure, possible), sure, possible, near };
}
