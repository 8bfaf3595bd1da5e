import { isEventMeter, type Tree } from './tree.ts';

/** Phrase, list, class, event measure, another chain, or an `or` of these. */
export function isPlace(tree: Tree): boolean {
  switch (tree.kind) {
    case 'phrase':
    case 'list':
    case 'class':
    case 'join':
    case 'outside':
    case 'notjoin':
    case 'pick':
      return true;
    case 'measure':
      return tree.per === undefined && isEventMeter(tree.meter.name);
    case 'or':
      return tree.parts.every(isPlace);
    case 'scoped':
      return isPlace(tree.of);
    default:
      return false;
  }
}

/** What has spans to count: `not`, counts and values of the whole call have none. */
export function countable(tree: Tree): boolean {
  if (tree.kind === 'and') return tree.parts.some(countable);
  if (tree.kind === 'or') return tree.parts.every(countable);
  if (tree.kind === 'scoped') return countable(tree.of);
  return isPlace(tree);
}
