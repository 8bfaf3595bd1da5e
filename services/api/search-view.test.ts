import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { FoundCall } from '../../search/index.ts';
import { csvHead, csvLines, cursorText, filtersOf, readCursorText } from './search-view.ts';

const call = (title: string, hits: FoundCall['hits'] = []): FoundCall => ({
  facts: {
    callId: 'a'.repeat(32),
    revision: 1,
    state: 'scored',
    at: 0,
    startedAt: Date.UTC(2026, 9, 12, 2, 4, 31),
    receivedAt: 0,
    source: 'folder',
    name: 'a.wav',
    title,
    agentId: 'a1',
    agentName: null,
    team: '财富一组',
    queue: null,
    direction: null,
    product: null,
    language: 'zh',
    durationMs: 1_000,
    score: { percent: 825, provisional: true, low: 700, high: 925, band: null },
    critical: { customer: 1, business: 0, compliance: 0 },
    needsReview: 2,
  },
  value: 'yes',
  hits,
  hitCount: hits.length,
});

const hit = (sentence: string, mark: readonly [number, number]): FoundCall['hits'][number] => ({
  turnId: 't1',
  speaker: 'agent',
  startMs: 1_000,
  endMs: 2_000,
  sentence,
  marks: [mark],
  score: 870,
  setting: 'plain',
  possible: false,
  why: null,
});

const rows = (text: string): Record<string, string>[] => parse<Record<string, string>>(text, { columns: true, bom: true });

describe('an exported search', () => {
  test('has a line a hit, times on the centre’s clock, and scores as people read them', () => {
    const found = call('理财外呼', [hit('这个保证收益，"稳"。', [2, 6]), hit('第二句', [0, 1])]);
    const [first, second] = rows(csvHead() + csvLines(found, '+08:00'));
    expect(first).toMatchObject({
      startedAt: '2026-10-12T10:04:31+08:00',
      score: '82.5',
      provisional: 'true',
      sentence: '这个保证收益，"稳"。',
      matched: '保证收益',
      hitScore: '0.87',
      hits: '2',
    });
    expect(second?.['matched']).toBe('第');
    expect(rows(csvHead() + csvLines(call('无'), '+08:00'))).toHaveLength(1);
  });

  test('holds no formula, whatever calls are called and whatever was said', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', ' =', ''), fc.string({ maxLength: 20 }))
          .map((parts) => parts.join('')),
        (text) => {
          const [row] = rows(csvHead() + csvLines(call(text, [hit(`${text}.`, [0, 1])]), '+00:00'));
          for (const cell of Object.values(row ?? {})) expect(cell).not.toMatch(/^\s*[=+\-@\t\r]/u);
          expect(row?.['title']?.replace(/^'/u, '')).toBe(text.replace(/^'/u, ''));
        },
      ),
    );
  });
});

describe('a place in a search', () => {
  test('comes back as it went, and fits no other order', () => {
    const cursor = { key: { value: 825, at: 5, callId: 'b'.repeat(32) }, rank: [1000, 3] as const };
    expect(readCursorText('match', cursorText('match', cursor))).toEqual(cursor);
    expect(() => readCursorText('newest', cursorText('match', cursor))).toThrow('not valid');
    const beyond = cursorText('score', { key: { value: 1e15, at: 1, callId: 'b'.repeat(32) } });
    expect(() => readCursorText('score', beyond)).toThrow('not valid');
    for (const text of ['', 'x', Buffer.from('[1]').toString('base64url')])
      expect(() => readCursorText('newest', text)).toThrow();
  });
});

test('days are those of the centre, scores are tenths', () => {
  const filters = filtersOf({ from: '2026-10-12', to: '2026-10-12', minScore: 82.5, maxScore: 90 }, '+08:00');
  expect(filters).toMatchObject({
    from: Date.UTC(2026, 9, 11, 16),
    to: Date.UTC(2026, 9, 12, 16),
    minScore: 825,
    maxScore: 900,
  });
});
