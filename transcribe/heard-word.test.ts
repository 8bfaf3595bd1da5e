import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf, wordsOf } from './heard-word.ts';

const place = (speech: [number, number][] = [[10_000, 38_000]]) => ({
  channel: 0 as const,
  startMs: 10_000,
  endMs: 38_000,
  speech: speech.map(([startMs, endMs]) => ({ startMs, endMs })),
});

const answer = (text: string | string[], words: [string, number, number, number?][]) => ({
  language: undefined,
  text: '',
  segments: (typeof text === 'string' ? [text] : text).map((each, i) => ({
    text: each,
    startMs: i * 1000,
    endMs: (i + 1) * 1000,
  })),
  words: words.map(([word, startMs, endMs, confidence]) => ({ text: word, startMs, endMs, confidence })),
});

describe('words of a window', () => {
  it('stand where they were said in the recording', () => {
    const [first] = wordsOf(
      answer('Hello there', [
        ['Hello', 1200, 1500, 0.93456],
        ['there', 1500, 1900],
      ]),
      place(),
    );
    expect(first).toMatchObject({ startMs: 11_200, endMs: 11_500, confidence: 935, channel: 0 });
  });

  it('get spaces and punctuation back from the text, whichever of them the endpoint strips', () => {
    const spaced = answer(' Hello, how are "you"?', [
      [' Hello,', 0, 100],
      [' how', 100, 200],
      [' are', 200, 300],
      [' "you"?', 300, 400],
    ]);
    const stripped = answer(
      ['Hello, how', 'are "you"?'],
      [
        ['Hello', 0, 100],
        ['how', 100, 200],
        ['are', 200, 300],
        ['you', 300, 400],
      ],
    );
    for (const given of [spaced, stripped]) {
      const words = wordsOf(given, place());
      expect(textOf(words)).toBe('Hello, how are "you"?');
      expect(words.map((word) => word.text)).toEqual(['Hello,', 'how', 'are', '"you"?']);
    }
  });

  it('are single characters in Chinese, and keep English words whole beside them', () => {
    const words = wordsOf(
      answer('您的ATM卡，好的。OK', [
        ['您', 0, 1],
        ['的', 1, 2],
        ['ATM', 2, 3],
        ['卡', 3, 4],
        ['好', 4, 5],
        ['的', 5, 6],
        ['OK', 6, 7],
      ]),
      place(),
    );
    expect(words.map((word) => word.text)).toEqual(['您', '的', 'ATM', '卡，', '好', '的。', 'OK']);
    expect(textOf(words)).toBe('您的ATM卡，好的。OK');
  });

  it('share their segment by characters where the endpoint gives no words', () => {
    const words = wordsOf(
      {
        language: 'zh',
        text: '',
        words: [],
        segments: [{ text: '你好，OK', startMs: 0, endMs: 500, averageLogProbability: -0.1 }],
      },
      place(),
    );
    expect(words.map((word) => [word.text, word.startMs, word.endMs])).toEqual([
      ['你', 10_000, 10_100],
      ['好，', 10_100, 10_300],
      ['OK', 10_300, 10_500],
    ]);
    expect(words[0]!.confidence).toBe(905);
  });

  it('are cut to the speech they belong to, not stretched over the pause', () => {
    const words = wordsOf(
      answer('yes please', [
        ['yes', 500, 6000],
        ['please', 6000, 6400],
      ]),
      place([
        [10_400, 11_000],
        [15_500, 16_500],
      ]),
    );
    expect(words.map((word) => [word.startMs, word.endMs])).toEqual([
      [10_500, 11_100],
      [16_000, 16_400],
    ]);
  });

  it('go with their sentence when they were given the end of the one before', () => {
    const torn = answer(
      ['没听明白', '不用了我不办'],
      [
        ['没', 3000, 3200],
        ['听', 3200, 3400],
        ['明', 3400, 3600],
        ['白', 3600, 3800],
        ['不', 3800, 3900],
        ['用', 3900, 4000],
        ['了', 7200, 7400],
        ['我', 7400, 7600],
        ['不', 7600, 7800],
        ['办', 7800, 8000],
      ],
    );
    const words = wordsOf(
      torn,
      place([
        [11_000, 13_900],
        [17_000, 18_100],
      ]),
    );
    expect(words.slice(4, 7).map((word) => [word.text, word.startMs, word.endMs])).toEqual([
      ['不', 17_000, 17_100],
      ['用', 17_100, 17_200],
      ['了', 17_200, 17_400],
    ]);
    expect(words[3]!.endMs).toBe(13_800);
  });

  it('never leave the window nor run backwards, whatever times the engine gives', () => {
    const times = fc.array(fc.tuple(fc.integer({ min: -5000, max: 60_000 }), fc.integer({ min: -5000, max: 60_000 })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(times, (pairs) => {
        const words = wordsOf(
          answer(
            pairs.map(() => 'a').join(' '),
            pairs.map(([from, to]) => ['a', from, to]),
          ),
          place(),
        );
        let before = 0;
        for (const word of words) {
          expect(word.startMs).toBeGreaterThanOrEqual(Math.max(before, 10_000));
          expect(word.endMs).toBeGreaterThanOrEqual(word.startMs);
          expect(word.endMs).toBeLessThanOrEqual(38_000);
          before = word.startMs;
        }
      }),
      { numRuns: 200 },
    );
  });
});
