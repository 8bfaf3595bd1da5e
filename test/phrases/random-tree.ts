import fc from 'fast-check';
import { type Amount, classNames, type Distance, type Scope, type Tree } from '../../phrases/tree.ts';

const compare = fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const, '=' as const);
const whole = fc.integer({ min: 0, max: 40 });
const seconds = fc.record({
  value: fc.integer({ min: 0, max: 600 }).map((tenths) => tenths / 10),
  unit: fc.constant('s' as const),
});
const counted = fc.record({ value: whole, unit: fc.constantFrom('words' as const, 'turns' as const) });
const distance: fc.Arbitrary<Distance | undefined> = fc.option(fc.oneof(seconds, counted), { nil: undefined });
const amount: fc.Arbitrary<Amount> = fc.oneof(seconds, counted, fc.record({ value: whole, unit: fc.constant('%' as const) }));
const speaker = fc.constantFrom('agent' as const, 'customer' as const, 'anyone' as const);

const scopes: fc.Arbitrary<readonly Scope[]> = fc
  .tuple(
    fc.option(
      speaker.map((each): Scope => ({ kind: 'speaker', speaker: each })),
      { nil: undefined },
    ),
    fc.option(
      fc.record({ kind: fc.constant('place' as const), end: fc.constantFrom('first' as const, 'last' as const), amount }),
      { nil: undefined },
    ),
  )
  .map((both) => both.filter((each) => each !== undefined))
  .filter((both) => both.length > 0);

const floor = fc.option(
  fc.integer({ min: 50, max: 99 }).map((percent) => percent / 100),
  { nil: undefined },
);
const tolerant = fc.option(
  floor.map((each) => (each === undefined ? {} : { floor: each })),
  { nil: undefined },
);

/** Random trees that the parser can make, over the phrases and lists given. */
export function randomTrees(
  phrase: fc.Arbitrary<string>,
  listNames: readonly string[],
  options: { readonly measures?: boolean; readonly maxDepth?: number } = {},
): fc.Arbitrary<Tree> {
  const leaf: fc.Arbitrary<Tree>[] = [
    fc
      .tuple(phrase, tolerant)
      .map(([text, like]): Tree => (like === undefined ? { kind: 'phrase', text } : { kind: 'phrase', text, tolerant: like })),
    fc.constantFrom(...classNames).map((name): Tree => ({ kind: 'class', name })),
  ];
  if (listNames.length > 0) {
    leaf.push(
      fc
        .tuple(fc.constantFrom(...listNames), tolerant)
        .map(([name, like]): Tree => (like === undefined ? { kind: 'list', name } : { kind: 'list', name, tolerant: like })),
    );
  }
  if (options.measures !== false) {
    leaf.push(
      fc
        .tuple(fc.constantFrom('silence' as const, 'hold' as const), compare, seconds)
        .map(([name, how, { value, unit }]): Tree => ({ kind: 'measure', meter: { name }, compare: how, value, unit })),
      fc
        .tuple(
          fc.constantFrom('response' as const, 'overtalk' as const),
          fc.option(speaker, { nil: undefined }),
          compare,
          seconds,
        )
        .map(([name, who, how, { value, unit }]): Tree => ({
          kind: 'measure',
          meter: who === undefined ? { name } : { name, speaker: who },
          compare: how,
          value,
          unit,
        })),
    );
  }
  const value: fc.Arbitrary<Tree> = fc
    .tuple(fc.constantFrom('turns' as const, 'words' as const), speaker, compare, whole)
    .map(([name, who, how, bound]): Tree => ({ kind: 'measure', meter: { name, speaker: who }, compare: how, value: bound }));

  const { expression } = fc.letrec<{ place: Tree; part: Tree; expression: Tree }>((tie) => {
    const part = tie('part');
    return {
      place: fc.oneof(
        { maxDepth: options.maxDepth ?? 3, withCrossShrink: true },
        ...leaf,
        fc.array(tie('place'), { minLength: 2, maxLength: 3 }).map((parts): Tree => ({ kind: 'or', parts })),
        fc
          .tuple(fc.constantFrom('first' as const, 'last' as const), tie('place'))
          .map(([which, of]): Tree => ({ kind: 'pick', which, of })),
        fc
          .tuple(
            fc.constantFrom('before' as const, 'after' as const, 'near' as const),
            part,
            fc.array(fc.tuple(distance, part), { minLength: 1, maxLength: 2 }),
          )
          .map(([operator, first, rest]): Tree => ({
            kind: 'join',
            operator,
            first,
            rest: rest.map(([how, to]) => (how === undefined ? { part: to } : { distance: how, part: to })),
          })),
        fc
          .tuple(part, fc.array(part, { minLength: 1, maxLength: 2 }))
          .map(([first, rest]): Tree => ({ kind: 'outside', first, rest })),
        fc
          .tuple(fc.constantFrom('before' as const, 'after' as const, 'near' as const), distance, part, part)
          .map(([operator, how, left, right]): Tree =>
            how === undefined
              ? { kind: 'notjoin', operator, left, right }
              : { kind: 'notjoin', operator, distance: how, left, right },
          ),
      ),
      part: fc.oneof(
        { maxDepth: options.maxDepth ?? 3, withCrossShrink: true },
        tie('place'),
        fc.tuple(scopes, tie('place')).map(([held, of]): Tree => ({ kind: 'scoped', scopes: held, of })),
      ),
      expression: fc.oneof(
        { maxDepth: options.maxDepth ?? 3, withCrossShrink: true },
        part,
        value,
        fc.array(tie('expression'), { minLength: 2, maxLength: 3 }).map((parts): Tree => ({ kind: 'and', parts })),
        fc.array(tie('expression'), { minLength: 2, maxLength: 3 }).map((parts): Tree => ({ kind: 'or', parts })),
        tie('expression').map((of): Tree => ({ kind: 'not', of })),
        fc
          .tuple(fc.constantFrom('count' as const, 'kinds' as const), part, compare, fc.integer({ min: 0, max: 4 }))
          .map(([kind, of, how, bound]): Tree => ({ kind, of, compare: how, value: bound })),
      ),
    };
  });
  return expression;
}
