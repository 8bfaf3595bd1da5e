import { PatternTable } from './patterns.ts';
import { compares } from './joins.ts';
import { type ListSet, phrasesAfterExpansion, readEntries } from './lists.ts';
import { parseExpression } from './parse.ts';
import { inside, type ScopeInForce } from './scopes.ts';
import { type Comparison, type Distance, isEventMeter, type JoinOperator, type Measure, type Tree } from './tree.ts';

/**
 * A node ready to run: scopes pushed down to the leaves, lists expanded, phrases numbered in a table that all rules of a set
 * share.
 */
export type RuleNode =
  | LeafNode
  | { readonly kind: 'events'; readonly measure: Measure; readonly scope: ScopeInForce }
  | { readonly kind: 'value'; readonly measure: Measure; readonly scope: ScopeInForce }
  | { readonly kind: 'or' | 'and'; readonly parts: readonly RuleNode[] }
  | { readonly kind: 'not'; readonly of: RuleNode }
  | { readonly kind: 'join'; readonly operator: JoinOperator; readonly first: RuleNode; readonly rest: readonly JoinStep[] }
  | { readonly kind: 'outside'; readonly first: RuleNode; readonly rest: readonly RuleNode[] }
  | {
      readonly kind: 'notjoin';
      readonly operator: JoinOperator;
      readonly distance: Distance | undefined;
      readonly left: RuleNode;
      readonly right: RuleNode;
    }
  | { readonly kind: 'pick'; readonly which: 'first' | 'last'; readonly of: RuleNode }
  | { readonly kind: 'count' | 'kinds'; readonly of: RuleNode; readonly compare: Comparison; readonly value: number };

export interface JoinStep {
  readonly distance: Distance | undefined;
  readonly part: RuleNode;
}

/** A phrase or a class in its scope. */
export interface LeafNode {
  readonly kind: 'leaf';
  readonly pattern: number;
  readonly scope: ScopeInForce;
  /** What `kinds` tells apart: the list's entry, else the phrase. */
  readonly entry: string;
  readonly listEntry: string | undefined;
}

/** An expression compiled into the shared table. Throws a `PhraseError`. */
export function compileExpression(expression: string | Tree, lists: ListSet, patterns: PatternTable): RuleNode {
  const tree = typeof expression === 'string' ? parseExpression(expression, { lists }).tree : expression;
  if (typeof expression !== 'string') phrasesAfterExpansion(tree, lists);
  return new Compiler(lists, patterns).node(tree, {}, undefined);
}

class Compiler {
  readonly #lists: ListSet;
  readonly #patterns: PatternTable;

  constructor(lists: ListSet, patterns: PatternTable) {
    this.#lists = lists;
    this.#patterns = patterns;
  }

  node(tree: Tree, scope: ScopeInForce, listEntry: string | undefined): RuleNode {
    const of = (part: Tree): RuleNode => this.node(part, scope, listEntry);
    switch (tree.kind) {
      case 'phrase':
        return this.#leaf(this.#patterns.phrase(tree.text, tree.tolerant), scope, tree.text, listEntry);
      case 'class':
        return this.#leaf(this.#patterns.class(tree.name), scope, `#${tree.name}`, listEntry);
      case 'list': {
        const entries = readEntries(this.#lists, tree.name, tree.tolerant);
        return { kind: 'or', parts: entries.map((entry) => this.node(entry.tree, scope, entry.text)) };
      }
      case 'measure':
        return {
          kind: tree.per === undefined && isEventMeter(tree.meter.name) ? 'events' : 'value',
          measure: tree,
          scope,
        };
      case 'scoped':
        return this.node(tree.of, inside(scope, tree.scopes), listEntry);
      case 'or':
      case 'and':
        return { kind: tree.kind, parts: tree.parts.map(of) };
      case 'not':
        return { kind: 'not', of: of(tree.of) };
      case 'pick':
        return { kind: 'pick', which: tree.which, of: of(tree.of) };
      case 'join':
        return {
          kind: 'join',
          operator: tree.operator,
          first: of(tree.first),
          rest: tree.rest.map(({ distance, part }) => ({ distance, part: of(part) })),
        };
      case 'outside':
        return { kind: 'outside', first: of(tree.first), rest: tree.rest.map(of) };
      case 'notjoin':
        return {
          kind: 'notjoin',
          operator: tree.operator,
          distance: tree.distance,
          left: of(tree.left),
          right: of(tree.right),
        };
      case 'count':
      case 'kinds':
        return { kind: tree.kind, of: of(tree.of), compare: tree.compare, value: tree.value };
    }
  }

  #leaf(pattern: number, scope: ScopeInForce, phrase: string, listEntry: string | undefined): LeafNode {
    return { kind: 'leaf', pattern, scope, entry: listEntry ?? phrase, listEntry };
  }
}

/** Every leaf below a node. */
export function leavesOf(node: RuleNode): readonly LeafNode[] {
  if (node.kind === 'leaf') return [node];
  return childrenOf(node).flatMap(leavesOf);
}

export function childrenOf(node: RuleNode): readonly RuleNode[] {
  switch (node.kind) {
    case 'or':
    case 'and':
      return node.parts;
    case 'not':
    case 'pick':
    case 'count':
    case 'kinds':
      return [node.of];
    case 'join':
      return [node.first, ...node.rest.map((step) => step.part)];
    case 'outside':
      return [node.first, ...node.rest];
    case 'notjoin':
      return [node.left, node.right];
    default:
      return [];
  }
}

/** Whether a rule may be anything but *no* in a call where none of its phrases or classes is heard. */
export function needsNothing(node: RuleNode): boolean {
  switch (node.kind) {
    case 'leaf':
      return false;
    case 'events':
    case 'value':
    case 'not':
      return true;
    case 'or':
      return node.parts.some(needsNothing);
    case 'and':
      return node.parts.every(needsNothing);
    case 'pick':
      return needsNothing(node.of);
    case 'count':
    case 'kinds':
      return compares(node.compare, 0, node.value) || needsNothing(node.of);
    case 'join':
      return needsNothing(node.first) && node.rest.every((step) => needsNothing(step.part));
    case 'outside':
      return needsNothing(node.first);
    case 'notjoin':
      return needsNothing(node.left);
  }
}
