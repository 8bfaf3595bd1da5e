import type { Tree } from '../phrases/index.ts';
import { combine, guarded, opposite, type Reading, withoutUnintelligible } from './reading.ts';
import type { Expression, RubricLanguage } from './rubric.ts';

/**
 * An expression taken apart at its `and`, `or` and `not`, so that how something was said and what nobody understood can be
 * weighed where they matter: at the single things that were listened for.
 */
export type RulePlan =
  | { readonly kind: 'leaf'; readonly rule: string; readonly speech: boolean }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly RulePlan[] }
  | { readonly kind: 'not'; readonly of: RulePlan };

/** The plans of an expression, by language; `any` for every language. */
export type Plans = { readonly any: RulePlan } | { readonly zh?: RulePlan; readonly en?: RulePlan };

/** Whether something has to be said, must not be said, or only decides whether a criterion applies. */
export type Wanted = 'said' | 'not_said' | 'noticed';

/** Plans of an expression; `add` is given each leaf and gives it the name under which it is matched. */
export function planOf(expression: Expression, add: (tree: Tree) => string): Plans {
  if ('any' in expression) return { any: plan(expression.any.tree, add) };
  return {
    ...(expression.zh === undefined ? {} : { zh: plan(expression.zh.tree, add) }),
    ...(expression.en === undefined ? {} : { en: plan(expression.en.tree, add) }),
  };
}

function plan(tree: Tree, add: (tree: Tree) => string): RulePlan {
  if (isSpeech(tree)) return { kind: 'leaf', rule: add(tree), speech: true };
  const opened = open(tree);
  switch (opened.kind) {
    case 'and':
    case 'or':
      return { kind: opened.kind, parts: opened.parts.map((part) => plan(part, add)) };
    case 'not':
      return { kind: 'not', of: plan(opened.of, add) };
    default:
      return { kind: 'leaf', rule: add(opened), speech: false };
  }
}

/** Scopes moved inside `and`, `or` and `not`, which is where they mean the same; an inner scope of the same kind still wins. */
function open(tree: Tree): Tree {
  if (tree.kind !== 'scoped') return tree;
  const { scopes, of } = tree;
  const wrap = (part: Tree): Tree => ({ kind: 'scoped', scopes, of: part });
  if (of.kind === 'not') return { kind: 'not', of: wrap(of.of) };
  if (of.kind === 'and') return { kind: 'and', parts: of.parts.map(wrap) };
  if (of.kind === 'or') return { kind: 'or', parts: of.parts.map(wrap) };
  if (of.kind === 'scoped') {
    const inner = open(of);
    if (inner.kind === 'and' || inner.kind === 'or') return { kind: inner.kind, parts: inner.parts.map(wrap) };
    if (inner.kind === 'not') return { kind: 'not', of: wrap(inner.of) };
  }
  return tree;
}

/** Whether all that it listens for is speech: then how it was said (denied, asked, reported) counts. */
function isSpeech(tree: Tree): boolean {
  switch (tree.kind) {
    case 'phrase':
    case 'list':
    case 'class':
      return true;
    case 'or':
      return tree.parts.every(isSpeech);
    case 'pick':
    case 'scoped':
      return isSpeech(tree.of);
    case 'join':
      return isSpeech(tree.first) && tree.rest.every(({ part }) => isSpeech(part));
    case 'outside':
      return isSpeech(tree.first);
    case 'notjoin':
      return isSpeech(tree.left);
    default:
      return false;
  }
}

/** Whether an expression listens for words at all; what only measures needs no wording in the call's language. */
export function listensForWords(tree: Tree): boolean {
  switch (tree.kind) {
    case 'phrase':
    case 'list':
    case 'class':
      return true;
    case 'measure':
      return false;
    case 'or':
    case 'and':
      return tree.parts.some(listensForWords);
    case 'join':
      return [tree.first, ...tree.rest.map(({ part }) => part)].some(listensForWords);
    case 'outside':
      return [tree.first, ...tree.rest].some(listensForWords);
    case 'notjoin':
      return listensForWords(tree.left) || listensForWords(tree.right);
    default:
      return listensForWords(tree.of);
  }
}

/**
 * What a plan says of a call. Under what must not be said, denied hits are no hits and asked or reported ones only possible;
 * speech that nobody understood makes a *no* doubtful only where something had to be said.
 */
export function readPlan(of: RulePlan, wanted: Wanted, leaf: (rule: string) => Reading): Reading {
  switch (of.kind) {
    case 'and':
    case 'or':
      return combine(
        of.kind,
        of.parts.map((part) => readPlan(part, wanted, leaf)),
      );
    case 'not':
      return opposite(readPlan(of.of, wanted === 'said' ? 'not_said' : wanted === 'not_said' ? 'said' : 'noticed', leaf));
    case 'leaf': {
      const reading = leaf(of.rule);
      if (wanted === 'said') return reading;
      if (wanted === 'noticed') return withoutUnintelligible(reading);
      const heard = withoutUnintelligible(reading);
      return of.speech ? guarded(heard) : heard;
    }
  }
}

/**
 * What an expression says of a call in these languages: the wording of any of them counts. Undefined where there is none for
 * the call's languages.
 */
export function readPlans(
  plans: Plans,
  languages: readonly RubricLanguage[],
  wanted: Wanted,
  leaf: (rule: string) => Reading,
): Reading | undefined {
  if ('any' in plans) return readPlan(plans.any, wanted, leaf);
  const parts = languages.flatMap((language) => {
    const own = plans[language];
    return own === undefined ? [] : [readPlan(own, wanted, leaf)];
  });
  return parts.length === 0 ? undefined : combine('or', parts);
}
