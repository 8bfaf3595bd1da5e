import type { Amount, Comparison, Meter, Scope, Tolerance, Tree } from './tree.ts';

/** How tightly a form binds: or 1, and 2, not 3, chain 4, scoped part 5, primary 6. */
function strength(tree: Tree): number {
  switch (tree.kind) {
    case 'or':
      return 1;
    case 'and':
      return 2;
    case 'not':
      return 3;
    case 'join':
    case 'outside':
    case 'notjoin':
      return 4;
    case 'scoped':
      return 5;
    default:
      return 6;
  }
}

/**
 * An expression in its one canonical spelling; parsing it gives the same tree again.
 * The tree must be one that the parser could have made.
 */
export function formatExpression(tree: Tree): string {
  return format(tree, 1);
}

function format(tree: Tree, least: number): string {
  const text = plain(tree);
  return strength(tree) < least ? `(${text})` : text;
}

function plain(tree: Tree): string {
  switch (tree.kind) {
    case 'or':
      return tree.parts.map((part) => format(part, 2)).join(' or ');
    case 'and':
      return tree.parts.map((part) => format(part, 3)).join(' and ');
    case 'not':
      return `not ${format(tree.of, 3)}`;
    case 'join': {
      const operators = tree.rest.map(({ distance }) => tree.operator + formatDistance(distance));
      return formatChain([tree.first, ...tree.rest.map(({ part }) => part)], operators);
    }
    case 'outside':
      return formatChain(
        [tree.first, ...tree.rest],
        tree.rest.map(() => 'outside'),
      );
    case 'notjoin':
      return formatChain([tree.left, tree.right], [`not ${tree.operator}${formatDistance(tree.distance)}`]);
    case 'scoped':
      return tree.scopes.map(formatScope).join('') + format(tree.of, 6);
    case 'pick':
      return `${tree.which} ${format(tree.of, 6)}`;
    case 'phrase':
      return formatTolerance(tree.tolerant) + quoted(tree.text);
    case 'list':
      return `${formatTolerance(tree.tolerant)}@${tree.name}`;
    case 'class':
      return `#${tree.name}`;
    case 'count':
    case 'kinds':
      return `${tree.kind}(${format(tree.of, 1)}) ${tree.compare} ${tree.value}`;
    case 'measure':
      return (
        formatMeter(tree.meter) +
        (tree.per === undefined ? '' : ` / ${formatMeter(tree.per)}`) +
        formatComparison(tree.compare, tree.value, tree.unit)
      );
  }
}

/**
 * The parts of a chain. A scope holds to its right, so it is written once where the parts after it have it too;
 * where one of them does not, brackets end it.
 */
function formatChain(parts: readonly Tree[], operators: readonly string[]): string {
  const holds = parts.every((part, index) => {
    const next = parts[index + 1];
    return next === undefined || scopesOf(part).every((scope) => scopesOf(next).some((each) => each.kind === scope.kind));
  });
  let held: readonly string[] = [];
  return parts
    .map((part, index) => {
      const operator = index === 0 ? '' : `${operators[index - 1]} `;
      if (part.kind !== 'scoped' || (!holds && index === parts.length - 1)) return operator + format(part, 5);
      if (!holds) return `${operator}(${plain(part)})`;
      const scopes = part.scopes.map(formatScope);
      const written = scopes.filter((scope) => !held.includes(scope));
      held = scopes;
      return operator + written.join('') + format(part.of, 6);
    })
    .join(' ');
}

function scopesOf(tree: Tree): readonly Scope[] {
  return tree.kind === 'scoped' ? tree.scopes : [];
}

function formatScope(scope: Scope): string {
  return scope.kind === 'speaker' ? `${scope.speaker}: ` : `${scope.end} ${formatAmount(scope.amount)}: `;
}

/** A phrase in quotes, with what would end it early escaped. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

export function formatAmount(amount: Amount): string {
  return `${amount.value}${amount.unit}`;
}

function formatDistance(distance: Amount | undefined): string {
  return distance === undefined ? '' : `/${formatAmount(distance)}`;
}

function formatTolerance(tolerance: Tolerance | undefined): string {
  if (tolerance === undefined) return '';
  return tolerance.floor === undefined ? '~' : `~${tolerance.floor}`;
}

function formatMeter(meter: Meter): string {
  return meter.speaker === undefined ? meter.name : `${meter.name}(${meter.speaker})`;
}

function formatComparison(compare: Comparison, value: number, unit: string | undefined): string {
  if (unit === undefined) return ` ${compare} ${value}`;
  return ` ${compare} ${value}${unit === 'cpm' || unit === 'wpm' ? ' ' : ''}${unit}`;
}
