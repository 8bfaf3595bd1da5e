import { describe, expect, it } from 'vitest';
import { chineseTokens, editDistance, englishTokens, errorsOf } from './word-errors.ts';

describe('the scorer', () => {
  it.each([
    ['agent number five zero two one', 'agent number 5021'],
    ["I'd like ten thousand dollars, please.", 'i would like $10,000 please'],
    ['It pays six point five percent', 'It pays 6.5%.'],
    ['one hundred and twenty five', '125'],
    ['six and a half percent', '6.5%'],
    ['four one one one, one one one one', '4111 1111'],
    ['oh two oh seven, nine four six', '0207 946'],
    ['double seven three', '773'],
    ["I can't. That's okay, Mister Lau", 'I cannot, that is ok Mr. Lau'],
    ['twenty twenty six', '2026'],
    ['fifty thousand', '50,000'],
    ['Um, a hundred', 'a 100'],
  ])('takes English notations for the same: %s', (said, written) => {
    expect(englishTokens(written)).toEqual(englishTokens(said));
  });

  it.each([
    ['百分之二点六', '百分之2点6'],
    ['工号八零一二', '工号8012'],
    ['三百二十块', '320块'],
    ['二十号', '20號'],
    ['一百八', '180'],
    ['五万美元', '50000美元'],
    ['您好，海川银行。', '您好 海川銀行'],
    ['幺三八', '138'],
  ])('takes Chinese notations for the same: %s', (said, written) => {
    expect(chineseTokens(written)).toEqual(chineseTokens(said));
  });

  it('counts edits against the reference', () => {
    expect(editDistance([...'kitten'], [...'sitting'])).toBe(3);
    expect(errorsOf('理财产品不是存款', '你才产品不是存款', 'zh')).toEqual({ edits: 2, length: 8 });
    expect(errorsOf('no risk at all', 'no risk put at', 'en')).toEqual({ edits: 2, length: 4 });
    expect(errorsOf('', 'you', 'en')).toEqual({ edits: 1, length: 0 });
  });
});
