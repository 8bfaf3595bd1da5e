import { describe, expect, it } from 'vitest';
import { dropCrosstalk } from './crosstalk.ts';
import type { HeardWord } from './heard-word.ts';

/** `text@seconds/level`, half a second each; the level in dBFS is the word's own channel's. */
function channel(number: 0 | 1, script: string) {
  const entries = script
    .split(/\s+/u)
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, text, at, level] = /^(.+)@([\d.]+)\/(-?\d+)$/u.exec(entry)!;
      const startMs = Number(at) * 1000;
      const word: HeardWord = {
        channel: number,
        startMs,
        endMs: startMs + 500,
        text: text!,
        glued: false,
        confidence: 900,
        segment: 0,
      };
      return { word, level: Number(level) * 10 };
    });
  return {
    words: entries.map((entry) => entry.word),
    loudness: {
      between: (from: number, to: number) => entries.find(({ word }) => word.startMs < to && word.endMs > from)?.level ?? -700,
    },
  };
}

function left(a: string, b: string): string {
  const [one, two] = [channel(0, a), channel(1, b)];
  const { kept, dropped } = dropCrosstalk([one.words, two.words], [one.loudness, two.loudness]);
  return `${kept.map((word) => `${word.channel}${word.text}`).join(' ')} | ${dropped.map((each) => `${each.channel}:${each.reason}:${each.words}`).join(' ')}`;
}

describe('words that the other channel only hears', () => {
  it('are dropped on the quieter channel when they are the same within 0.3 s', () => {
    expect(left('good@1/-20 day@2/-20 yes@5/-22', 'good@1.1/-48 day@2.2/-48 thanks@8/-24 a@9/-24 lot@10/-24')).toBe(
      '0good 0day 0yes 1thanks 1a 1lot | 1:crosstalk:2',
    );
  });

  it('stay where both people say the same at once', () => {
    expect(left('hello@1/-20 yes@4/-20', 'hello@1.1/-30 yes@4.1/-31 fine@6/-30')).toBe('0hello 0yes 1hello 1yes 1fine | ');
  });

  it('stay when they come later: an answer that repeats the question', () => {
    expect(left('friday@1/-20 ok@3/-20', 'friday@1.9/-45 it@5/-25 is@6/-25')).toBe('0friday 0ok 1friday 1it 1is | ');
  });

  it('are all dropped from a channel that has nothing of its own', () => {
    expect(left('one@1/-20 two@2/-20 three@3/-20', 'one@1/-50 two@2/-50')).toBe('0one 0two 0three | 1:crosstalk:2');
  });
});
