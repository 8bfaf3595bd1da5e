import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisTicks, layPins, pinRows } from './pins.ts';
import { numbered, reasonOf, type Scorecard, stretchesOf } from './scorecard.ts';
import { markedPieces, pieceAt, piecesOf, type TextMark, type TurnOf } from './turn-text.ts';

const turn = (text: string, words?: TurnOf['words']): TurnOf => ({
  id: 't',
  speaker: 'agent',
  startMs: 0,
  endMs: 4_000,
  text,
  ...(words === undefined ? {} : { words }),
});
const word = (text: string, startMs: number, endMs: number) => ({ text, startMs, endMs });

describe("a turn's text", () => {
  const spoken = turn('Your card is ⟦card⟧, thank you.', [
    word('Your', 0, 300),
    word('card', 300, 600),
    word('is', 600, 800),
    word('⟦card⟧,', 800, 2_000),
    word('thank', 2_100, 2_500),
    word('you.', 2_500, 2_900),
  ]);

  test('is in pieces with the times of its words, and nothing of it is lost', () => {
    const pieces = piecesOf(spoken);
    expect(pieces.map(({ text, redacted }) => (redacted === undefined ? text : `⟦${redacted}⟧`)).join('')).toBe(spoken.text);
    expect(pieces.find(({ redacted }) => redacted === 'card')).toMatchObject({ text: '', startMs: 800, endMs: 2_000 });
  });

  test('never loses a character, whatever its words are', () => {
    const parts = fc.stringMatching(/^[a-z好的一 ，.]{1,6}$/);
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 12 }), fc.array(parts, { maxLength: 12 }), (text, words) => {
        const whole = turn(
          text.join(''),
          words.map((each, at) => word(each, at * 100, at * 100 + 90)),
        );
        expect(
          piecesOf(whole)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(whole.text);
      }),
      { numRuns: 200 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1) },
    );
  });

  test('without times of words, Han goes a character at a time and Latin a word at a time', () => {
    const pieces = piecesOf(turn('您好 OK吗'));
    expect(pieces.map(({ text }) => text)).toEqual(['您', '好 ', 'OK', '吗']);
    expect(pieces[0]?.startMs).toBe(0);
    expect(pieces.at(-1)?.endMs).toBe(4_000);
  });

  test('carries the marks of its own speaker, numbers where they end', () => {
    const mark: TextMark<string> = { of: '1.1', turnId: 't', speaker: 'agent', startMs: 300, endMs: 800, text: 'card is' };
    const other: TextMark<string> = { ...mark, of: '9.9', speaker: 'customer' };
    const runs = markedPieces(spoken, [mark, other]);
    expect(runs.map(({ pieces, marks }) => [pieces.map(({ text }) => text).join(''), marks])).toEqual([
      ['Your ', []],
      ['card is', ['1.1']],
      [' ', []],
      [', thank you.', []],
    ]);
    expect(runs.map(({ ending }) => ending)).toEqual([[], ['1.1'], [], []]);
  });

  test('knows what is being said at a moment', () => {
    const pieces = piecesOf(spoken);
    expect(pieces[pieceAt(pieces, 350)]?.text).toBe('card ');
    expect(pieceAt(pieces, 3_900)).toBe(-1);
  });
});

describe('pins over the wave', () => {
  test('stand in three rows and do not cover each other while there is room', () => {
    const pins = layPins(
      [1_000, 1_000, 1_100, 50_000].map((ms) => ({ of: ms, ms })),
      100_000,
      700,
    );
    expect(pins.map(({ row }) => row)).toEqual([0, 1, 2, 0]);
  });

  test('never cover each other: what has no room stands behind its neighbour', () => {
    const pins = layPins(
      [0, 10, 20, 30, 40, 9_000].map((ms) => ({ of: ms, ms })),
      10_000,
      700,
    );
    expect(pins.map(({ of, more }) => [of, ...more])).toEqual([[0], [10], [20, 30, 40], [9_000]]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 60 }), (times) => {
        const laid = layPins(
          times.map((ms) => ({ of: ms, ms })),
          90_000,
          700,
        );
        for (let row = 0; row < pinRows; row++) {
          const lefts = laid.filter((pin) => pin.row === row).map(({ ms, flipped }) => (ms / 90_000) * 700 - (flipped ? 38 : 0));
          lefts.forEach((left, at) => expect(left - (lefts[at - 1] ?? -Infinity)).toBeGreaterThanOrEqual(38 - 1e-9));
        }
      }),
    );
  });

  test('keep their place in time, and turn to the left at the end', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 40 }), (times) => {
        const pins = layPins(
          times.map((ms) => ({ of: ms, ms })),
          90_000,
          700,
        );
        expect(pins.flatMap(({ of, more }) => [of, ...more])).toEqual(times.toSorted((a, b) => a - b));
        for (const { at, ms, row } of pins) {
          expect(at).toBe(Math.round((ms / 90_000) * 1000));
          expect(row).toBeLessThan(pinRows);
        }
      }),
    );
    expect(layPins([{ of: 0, ms: 89_000 }], 90_000, 700)[0]?.flipped).toBe(true);
  });

  test('the axis counts in steps that a person counts in', () => {
    expect(axisTicks(90_900, 744)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000, 80_000]);
    expect(axisTicks(7_200_000, 744).length).toBeLessThan(13);
  });
});

describe('a scorecard on the page', () => {
  const criterion = (id: string, section: string, more: object = {}) => ({
    id,
    section,
    verdict: 'met',
    evidence: [],
    searched: { speaker: 'agent', startMs: 0, endMs: 30_000 },
    ...more,
  });
  const card = {
    sections: [{ id: 'a' }, { id: 'b' }],
    criteria: [
      criterion('x', 'b'),
      criterion('y', 'a'),
      criterion('z', 'b', { evidence: [{ startMs: 9, endMs: 12, text: 'q' }] }),
    ],
  } as unknown as Scorecard;

  test('numbers its criteria by section and place', () => {
    expect(numbered(card).map(({ id, number }) => [id, number])).toEqual([
      ['y', '1.1'],
      ['x', '2.1'],
      ['z', '2.2'],
    ]);
  });

  test('gives a reason without saying the question and the verdict again', () => {
    const judged = (en: string, zh: string) => ({
      question: { en: 'Was it so?', zh: '是吗？' },
      reason: { en, zh },
    });
    const said = judged('“Was it so?” – not met: nothing was heard.', '“是吗？”不符合：没有听到。');
    expect([reasonOf(said, 'en'), reasonOf(said, 'zh')]).toEqual(['Nothing was heard.', '没有听到。']);
    const other = judged('Decided by hand: clear.', '人工判定：清楚。');
    expect([reasonOf(other, 'en'), reasonOf(other, 'zh')]).toEqual(['Decided by hand: clear.', '人工判定：清楚。']);
  });

  test('plays evidence, or the stretch that was searched in vain', () => {
    const [searched, , proven] = numbered(card).map(stretchesOf);
    expect(searched).toMatchObject([{ kind: 'searched', startMs: 0, endMs: 30_000 }]);
    expect(proven).toMatchObject([{ kind: 'evidence', startMs: 9, text: 'q' }]);
  });
});
