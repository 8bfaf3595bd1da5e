import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyDay } from './days.ts';
import { splitMarks } from './marks.ts';
import { resultRows, rowOf, type FoundCall } from './result-rows.ts';
import {
  activeFilters,
  activeGroups,
  asked,
  readSearchState,
  sameQuestion,
  searchParams,
  toggled,
  withFilters,
  withoutGroup,
} from './search-state.ts';
import { barHeights } from './waveform.ts';

const callId = 'a'.repeat(32);

describe('a search in the address', () => {
  it('is read back as it was written', () => {
    const state = readSearchState({
      q: '坐席: ~"保证收益"\n且 非 @risk_question',
      f: { teams: ['财富二组'], from: '2026-10-01', criterion: { criterionId: 'no-promise', verdicts: ['met', 'unmet'] } },
      sort: 'score',
      after: '20.31.eyJhIjox',
      open: `${callId}.62700`,
    });
    expect(state.after).toEqual({ cursor: 'eyJhIjox', calls: 20, hits: 31 });
    expect(state.open).toEqual({ callId, startMs: 62_700 });
    expect(readSearchState({ ...searchParams(state) })).toEqual(state);
  });

  it('of nothing is an empty address', () => {
    expect(searchParams(readSearchState({}))).toEqual({});
  });

  it('leaves out what makes no sense and keeps the rest', () => {
    expect(
      readSearchState({
        q: 12,
        f: {
          teams: 'x',
          agents: ['007', '', '007', {}],
          from: '2026-13-01',
          minScore: -1,
          maxScore: 80,
          critical: ['none', 'hacked'],
          x: 1,
        },
        sort: 'upwards',
        after: 'nowhere',
        open: '../../etc',
      }),
    ).toEqual({ q: '12', f: { agents: ['007'], maxScore: 80, critical: ['none'] }, sort: 'newest' });
  });

  it('never fails, whatever stands there, and settles at once', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('q', 'f', 'sort', 'after', 'open'), fc.anything()), (params) => {
        const state = readSearchState(params);
        expect(readSearchState({ ...searchParams(state) })).toEqual(state);
      }),
      { numRuns: 200 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1) },
    );
  });

  it('begins at the first page when the question changes', () => {
    const state = readSearchState({ q: 'a', after: '20.31.x', open: callId });
    const next = asked(state, { sort: 'match' });
    expect(next).toEqual({ q: 'a', f: {}, sort: 'match' });
    expect(sameQuestion(state, next)).toBe(false);
    expect(sameQuestion(state, asked(state, {}))).toBe(true);
  });
});

describe('filters', () => {
  it('are counted by group, as clear clears them', () => {
    expect(activeFilters({ from: '2026-10-01', to: '2026-10-28', teams: ['a', 'b'], minScore: 0, needsReview: true })).toBe(4);
    expect(activeFilters({ criterion: { criterionId: 'x', verdicts: ['unmet', 'needs_review', 'met', 'not_applicable'] } })).toBe(
      0,
    );
  });

  it('tick and untick a value; the last one out takes the group with it', () => {
    expect(toggled(undefined, 'a')).toEqual(['a']);
    expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
    expect(toggled(['a'], 'a')).toBeUndefined();
    expect(withFilters({ teams: ['a'], to: '2026-10-28' }, { teams: undefined })).toEqual({ to: '2026-10-28' });
  });

  it('of a group do not narrow the counts of that group', () => {
    const filters = {
      from: '2026-10-01',
      to: '2026-10-28',
      teams: ['a'],
      criterion: { criterionId: 'x', verdicts: ['unmet' as const] },
      minScore: 10,
    };
    expect(withoutGroup(filters, 'teams')).toEqual({ ...filters, teams: undefined });
    expect(withoutGroup(filters, 'from')).toEqual({ teams: ['a'], criterion: filters.criterion, minScore: 10 });
    expect(withoutGroup(filters, 'criterion').criterion?.verdicts).toHaveLength(4);
    expect(activeGroups(filters)).toEqual(['from', 'teams', 'criterion', 'minScore']);
  });
});

describe('the marked words of a sentence', () => {
  it('are cut out of it', () => {
    expect(splitMarks('这款呢保正收益，三点八个点', [[3, 7]])).toEqual([
      { text: '这款呢', marked: false },
      { text: '保正收益', marked: true },
      { text: '，三点八个点', marked: false },
    ]);
  });

  it('are one where they overlap, and whole characters', () => {
    expect(
      splitMarks('abcdef', [
        [3, 5],
        [1, 4],
      ]),
    ).toEqual([
      { text: 'a', marked: false },
      { text: 'bcde', marked: true },
      { text: 'f', marked: false },
    ]);
    expect(splitMarks('a𠮷b', [[2, 3]])).toEqual([
      { text: 'a', marked: false },
      { text: '𠮷', marked: true },
      { text: 'b', marked: false },
    ]);
  });

  it('lose nothing of the sentence, whatever the marks are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(fc.array(fc.integer({ min: -3, max: 30 }), { maxLength: 2 })),
        (text, marks) => {
          expect(
            splitMarks(text, marks)
              .map((each) => each.text)
              .join(''),
          ).toBe(text);
        },
      ),
      { numRuns: 200 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1) },
    );
  });
});

describe('rows of the list', () => {
  const hit = (startMs: number): FoundCall['hits'][number] => ({
    turnId: null,
    speaker: 'agent',
    startMs,
    endMs: startMs + 900,
    sentence: 'x',
    marks: [[0, 1]],
    score: 1,
    setting: 'plain',
    possible: false,
    why: null,
  });
  const call = { callId } as FoundCall['call'];
  const other = { callId: 'b'.repeat(32) } as FoundCall['call'];
  const rows = resultRows([
    { call, value: 'yes', hits: [hit(100), hit(2000)], hitCount: 5 },
    { call: other, value: 'yes', hits: [], hitCount: 0 },
  ]);

  it('keep the hits of a call together and say what is not listed', () => {
    expect(rows.map(({ place, more, hit: found }) => [place, more, found?.startMs])).toEqual([
      [1, 0, 100],
      [2, 3, 2000],
      [1, 0, undefined],
    ]);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
  });

  it('are found again by a link', () => {
    expect(rowOf(rows, { callId, startMs: 2000 })).toBe(1);
    expect(rowOf(rows, { callId, startMs: 7 })).toBe(0);
    expect(rowOf(rows, { callId: other.callId })).toBe(2);
    expect(rowOf(rows, { callId: 'c'.repeat(32) })).toBe(-1);
    expect(rowOf(rows, undefined)).toBe(-1);
  });
});

describe('the wave of a hit', () => {
  it('is as high as the loudest channel, and the loudest moment fills it', () => {
    const channel = (...pairs: [number, number][]): string => Buffer.from(Int8Array.from(pairs.flat()).buffer).toString('base64');
    const peaks = {
      version: 1 as const,
      stepMs: 100,
      durationMs: 400,
      channels: [channel([-10, 5], [0, 0], [-2, 2], [0, 0]), channel([0, 0], [-1, 20], [0, 0], [-5, 0])],
    };
    expect(barHeights(peaks, 4)).toEqual([0.5, 1, 0.1, 0.25]);
    expect(barHeights(peaks, 2)).toEqual([1, 0.25]);
    expect(barHeights({ ...peaks, channels: [''] }, 3)).toEqual([0, 0, 0]);
  });
});

describe('the days of a chart', () => {
  it('are all there, those without a call too', () => {
    expect(
      everyDay([
        { date: '2026-02-27', count: 2 },
        { date: '2026-03-01', count: 1 },
      ]),
    ).toEqual([
      { date: '2026-02-27', count: 2 },
      { date: '2026-02-28', count: 0 },
      { date: '2026-03-01', count: 1 },
    ]);
  });

  it('are those with calls alone where they lie years apart', () => {
    const counted = [
      { date: '1999-12-31', count: 1 },
      { date: '2026-03-01', count: 1 },
    ];
    expect(everyDay(counted)).toEqual(counted);
    expect(everyDay([])).toEqual([]);
  });
});
