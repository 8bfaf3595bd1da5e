import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Flow, flowLayout, printedSums } from './flow-layout.ts';

const words = { zh: '', en: '' };

function flow(from: {
  files?: Partial<Record<'accepted' | 'duplicates' | 'conflicts' | 'refused' | 'erasedFiles', number>>;
  calls?: Partial<Record<'waiting' | 'transcribed' | 'scored' | 'noRubric' | 'failed' | 'erased', number>>;
  final?: number;
  expected?: number | null;
  arrived?: number;
}): Flow {
  const files = { accepted: 0, duplicates: 0, conflicts: 0, refused: 0, erasedFiles: 0, ...from.files };
  const calls = { waiting: 0, transcribed: 0, scored: 0, noRubric: 0, failed: 0, erased: 0, ...from.calls };
  const total = Object.values(calls).reduce((sum, each) => sum + each, 0);
  const received = Object.values(files).reduce((sum, each) => sum + each, 0);
  const final = from.final ?? calls.scored;
  const expected = from.expected ?? null;
  return {
    from: '2026-10-27',
    to: '2026-10-27',
    expected,
    arrived: expected === null ? null : (from.arrived ?? 0),
    missing: expected === null ? null : expected - (from.arrived ?? 0),
    received,
    ...files,
    calls: { total, oldestWaitingMs: null, ...calls },
    final,
    needsReview: calls.scored - final,
    failedBy: [],
    sums: [{ left: [final, calls.scored - final], right: calls.scored, holds: true, words }],
    updatedAt: 0,
  };
}

const day = flow({
  expected: 12_184,
  arrived: 12_171,
  files: { accepted: 12_171 },
  calls: { scored: 11_426, waiting: 489, noRubric: 214, failed: 42 },
  final: 10_263,
});

describe('the drawing of where the calls went', () => {
  test('has a step for each thing counted, and an exit for each way out that was taken', () => {
    const { nodes } = flowLayout(day);
    expect(nodes.map(({ name, column, main }) => [name, column, main])).toEqual([
      ['expected', 0, true],
      ['received', 1, true],
      ['missing', 1, false],
      ['calls', 2, true],
      ['scored', 3, true],
      ['waiting', 3, false],
      ['noRubric', 3, false],
      ['failed', 3, false],
      ['final', 4, true],
      ['needsReview', 4, false],
    ]);
  });

  test('begins with the files where nothing was announced', () => {
    const { nodes, columns } = flowLayout(flow({ files: { accepted: 5 }, calls: { scored: 5 } }));
    expect(nodes[0]?.name).toBe('received');
    expect(columns).toHaveLength(4);
  });

  test('draws every main node and exit to one scale, and nothing thinner than three pixels', () => {
    const { nodes } = flowLayout(day);
    const scale = 112 / 12_184;
    for (const { name, count, height } of nodes) expect(height, name).toBeCloseTo(Math.max(3, count * scale), 6);
  });

  test('keeps labels apart and ribbons inside the node they leave, whatever the counts', () => {
    const count = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 200_000 }));
    const some = fc.record({
      files: fc.record({ accepted: count, duplicates: count, conflicts: count, refused: count, erasedFiles: count }),
      calls: fc.record({ waiting: count, transcribed: count, scored: count, noRubric: count, failed: count, erased: count }),
      expected: fc.option(count),
    });
    fc.assert(
      fc.property(some, (from) => {
        const { nodes, ribbons, height } = flowLayout(flow(from));
        const exits = nodes.filter(({ main }) => !main);
        for (const [index, { column, y, height: own }] of exits.entries()) {
          expect(own).toBeGreaterThanOrEqual(3);
          expect(y + own).toBeLessThanOrEqual(height + 1e-6);
          const above = exits.slice(0, index).findLast((each) => each.column === column);
          if (above !== undefined) expect(y + own / 2 - (above.y + above.height / 2)).toBeGreaterThanOrEqual(20);
          const main = nodes.find((each) => each.main && each.column === column)!;
          expect(y).toBeGreaterThan(main.height);
        }
        for (const { column, fromY, fromHeight } of ribbons) {
          const source = nodes.find((each) => each.main && each.column === column - 1)!;
          expect(fromY).toBeGreaterThanOrEqual(0);
          expect(fromY + fromHeight).toBeLessThanOrEqual(Math.max(source.height, 0) + 1e-6);
        }
      }),
      { numRuns: 200 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1) },
    );
  });
});

describe('the sums over it', () => {
  test('leave out what is zero and say what they add', () => {
    const sums = printedSums(
      {
        ...day,
        sums: [{ left: [11_426, 489, 0, 214, 42], right: 12_171, holds: true, words: { zh: '甲', en: 'a' } }],
      },
      (value) => value.toLocaleString('en'),
    );
    expect(sums.map(({ text }) => text)).toEqual(['12,171 + 13 = 12,184', '11,426 + 489 + 214 + 42 = 12,171']);
    expect(sums.every(({ holds }) => holds)).toBe(true);
  });

  test('show one that fails, whatever was claimed of it', () => {
    const [, sum] = printedSums({ ...day, sums: [{ left: [11_426, 489, 214, 41], right: 12_171, holds: true, words }] }, String);
    expect(sum).toMatchObject({ text: '11426 + 489 + 214 + 41 ≠ 12171', holds: false, gap: 1 });
  });

  test('of nothing are nothing', () => {
    expect(printedSums(flow({}), String).map(({ text }) => text)).toEqual(['0 = 0']);
  });
});
