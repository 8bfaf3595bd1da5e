import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance } from './edit-distance.ts';

describe('how many letters two words differ by', () => {
  it.each([
    ['points', 'points', 0],
    ['pionts', 'points', 2],
    ['kitten', 'sitting', 3],
    ['', 'money', 5],
    ['百分比', '百分', 1],
  ])('%s and %s: %i', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });

  it('is the same both ways, and no detour is shorter', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', '分') });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
      { numRuns: 100 },
    );
  });
});
