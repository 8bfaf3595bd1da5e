import { describe, expect, test } from 'vitest';
import { count, score, share } from './number.ts';
import { age, callTime, duration } from './time.ts';

describe('times', () => {
  test.each([
    [0, '0:00.0'],
    [17_699, '0:17.6'],
    [62_700, '1:02.7'],
    [3_723_450, '1:02:03.4'],
    [-5, '0:00.0'],
  ])('%i ms into a call is %s', (ms, text) => expect(callTime(ms)).toBe(text));
  test('a length is rounded, a place never is after what it names', () => {
    expect(duration(90_900)).toBe('1:31');
    expect(callTime(90_999)).toBe('1:30.9');
  });
  test('how long something waits is said in the largest unit that fits', () => {
    expect(age(59_400, 'en')).toBe('59 s');
    expect(age(840_000, 'zh')).toBe('14 分钟');
    expect(age(2 * 86_400_000 + 5, 'en')).toBe('2 d');
  });
});

describe('figures', () => {
  test('scores have one decimal, and a dash where there is none', () => {
    expect(score(88)).toBe('88.0');
    expect(score(66.66)).toBe('66.7');
    expect(score(null)).toBe('–');
  });
  test('counts are in thousands, a share of nothing is no number', () => {
    expect(count(12_184)).toBe('12,184');
    expect(share(11_426, 12_171)).toBe('93.9%');
    expect(share(0, 0)).toBe('–');
  });
});
