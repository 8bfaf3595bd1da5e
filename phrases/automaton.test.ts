import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Automaton } from './automaton.ts';

/** Few letters: everything overlaps. More: most places begin nothing and are passed over. */
const wantedAndText = fc.constantFrom(2, 4, 9).chain((letters) => {
  const words = (length: { minLength: number; maxLength: number }): fc.Arbitrary<number[]> =>
    fc.array(fc.integer({ min: 1, max: letters }), length);
  return fc.tuple(
    fc.array(words({ minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 12 }),
    words({ minLength: 0, maxLength: 80 }),
  );
});

function found(automaton: Automaton, text: readonly number[]): readonly string[] {
  const out: string[] = [];
  automaton.scan(Uint32Array.from(text), (number, end) => out.push(`${number}@${end}`));
  return out.toSorted();
}

test('every sequence is found at every place, in one table and in many steps', () => {
  fc.assert(
    fc.property(wantedAndText, ([wanted, text]) => {
      const expected = wanted.flatMap((sequence, number) =>
        text.flatMap((_, end) => {
          const start = end - sequence.length + 1;
          return start >= 0 && sequence.every((code, at) => text[start + at] === code) ? [`${number}@${end}`] : [];
        }),
      );
      expect(found(new Automaton(wanted), text)).toEqual(expected.toSorted());
    }),
    { numRuns: 600 },
  );
});

test('large sets, for which one table would be too much, find the same', () => {
  const many = Array.from({ length: 4_000 }, (_, index) => [
    1 + index,
    5_000 + index,
    9_000 + ((index * 7) % 4_000),
    0x80000000 + index,
  ]);
  const text = [...(many[17] ?? []), 0, ...(many[3_999] ?? []), ...(many[0] ?? [])];
  expect(found(new Automaton(many), text)).toEqual(['0@12', '17@3', '3999@8']);
});
