import { describe, expect, test } from 'vitest';
import { affirmation, digitRuns, isBackchannel, negatorsIn, numbersIn, simplify, tokenise, writtenForm } from './index.ts';

const values = (text: string): string[] =>
  numbersIn(text).map(
    ({ digits, values: of, unit }) =>
      `${digits ?? of.map(({ units, places }) => units / 10 ** places).join('~')}${unit === undefined ? '' : ` ${unit}`}`,
  );

describe('numbers as they are said', () => {
  test.each([
    ['工号八零幺二', ['8012']],
    ['年化百分之二点六到三点一', ['2.6~3.1 percent']],
    ['余额一万三千六百二十块五', ['13620.5 CNY']],
    ['六百块年费', ['600 CNY']],
    ['两百五', ['250']],
    ['半年', ['0.5 year']],
    ['您的账户一定没问题，一下子就好', []],
    ['five zero two one', ['5021']],
    ['nineteen eighty four', ['1984']],
    ['three hundred and twelve dollars', ['312 USD']],
    ['six and a half percent', ['6.5 percent']],
    ['twenty five days', ['25 day']],
    ['oh seven seven double oh', ['07700']],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  test('are one word each, equal however they were said', () => {
    const word = (text: string): string[] =>
      tokenise(text)
        .filter(({ kind }) => kind === 'number')
        .map(({ text: of }) => of);
    expect(word('工号八零幺二')).toEqual(word('工号8012'));
    expect(word('百分之五')).toEqual(word('5%'));
    expect(word('0087')).not.toEqual(word('87'));
  });

  test('are written as people write them', () => {
    expect(writtenForm('年化百分之二点六')).toBe('年化2.6%');
    expect(writtenForm('工号八零幺二')).toBe('工号8012');
    expect(writtenForm('余额一万三千六百二十块五')).toBe('余额13620块5');
  });

  test('runs of digits are found however they are said', () => {
    expect(digitRuns('四一一一，一一一一嗯一一一一 一一一一')[0]?.digits).toBe('4111111111111111');
    expect(digitRuns('four one double one')[0]?.digits).toBe('4111');
    expect(digitRuns('二零四，叉')[0]?.digits).toBe('204X');
  });
});

describe('what a sentence says', () => {
  test('negators are words, and what looks like one is none', () => {
    expect(negatorsIn('我们不保证收益').map(({ text }) => text)).toEqual(['不']);
    expect(negatorsIn('有没有问题，没关系，未来特别好，对不起')).toEqual([]);
    expect(negatorsIn("we don't guarantee, no problem").map(({ text }) => text)).toEqual(["don't"]);
  });

  test('answers are clear, or they are not', () => {
    expect(
      ['是的，我自己开的', '清楚的', '没有，密码只有我知道', '嗯', '好像说过大概七八个点', 'I guess'].map(affirmation),
    ).toEqual(['affirm', 'affirm', 'negate', 'unclear', 'unclear', 'unclear']);
  });

  test('a back-channel says only that one listens', () => {
    expect(['嗯', '对对对', 'Mm-hmm.', 'yeah, right'].every(isBackchannel)).toBe(true);
    expect(isBackchannel('好的，我要投诉')).toBe(false);
  });

  test('traditional characters become simplified, each in its place', () => {
    expect(simplify('餘額風險')).toBe('余额风险');
  });
});
