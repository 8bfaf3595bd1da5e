import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePointsBefore, offsetOfPlace, utf16Of } from './code-points.ts';
import { phraseTokens } from './phrase-tokens.ts';

/** Each token as `part text`. */
const read = (typed: string): string[] => phraseTokens(typed).map(({ from, to, part }) => `${part} ${typed.slice(from, to)}`);

describe('the colours of an expression', () => {
  it('tell speakers, operators, strings and lists apart', () => {
    expect(read('坐席: (~"保证收益" 或 @承诺用语) 之外 "不保证"')).toEqual([
      'speaker 坐席',
      'punctuation :',
      'punctuation (',
      'operator ~',
      'string "保证收益"',
      'operator 或',
      'list @承诺用语',
      'punctuation )',
      'operator 之外',
      'string "不保证"',
    ]);
  });

  it('take what an input method types: full-width quotes, brackets, colons and comparisons', () => {
    expect(read('客户：（“您好” 或 「谢谢」） and 静默 ≥ 15秒')).toEqual([
      'speaker 客户',
      'punctuation ：',
      'punctuation （',
      'string “您好”',
      'operator 或',
      'string 「谢谢」',
      'punctuation ）',
      'operator and',
      'operator 静默',
      'punctuation ≥',
      'number 15',
      'number 秒',
    ]);
  });

  it('read a keyword only as a whole word', () => {
    expect(read('再见或谢谢')).toEqual(['string 再见或谢谢']);
    expect(read('静默 "x"')).toEqual(['string 静默', 'string "x"']);
  });

  it('show where a scope in time begins, and a choice among hits', () => {
    expect(read('first 20s: first "x"')).toEqual([
      'speaker first',
      'number 20',
      'number s',
      'punctuation :',
      'operator first',
      'string "x"',
    ]);
    expect(read('前5秒:#affirm')).toEqual(['speaker 前', 'number 5', 'number 秒', 'punctuation :', 'class #affirm']);
  });

  it('give what is still being typed the colour it will have, and mark what can be nothing', () => {
    expect(read('"未闭合')).toEqual(['string "未闭合']);
    expect(read('a before/10妙 ?')).toEqual(['string a', 'operator before', 'punctuation /', 'number 10', 'bad 妙', 'bad ?']);
  });

  it('count surrogate pairs as the text does', () => {
    expect(read('"𠮷𠮷" or @x')).toEqual(['string "𠮷𠮷"', 'operator or', 'list @x']);
  });

  it('never overlap and never leave the text, whatever is typed', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        '"',
        '“',
        '」',
        '坐席',
        '：',
        ' ',
        '\n',
        '≥',
        '㎏',
        '½',
        '@风',
        '#',
        '~',
        '10',
        '秒',
        '𠮷',
        '﷽',
        '가',
        '\u200b',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const typed = pieces.join('');
        let at = 0;
        let inOrder = true;
        for (const { from, to } of phraseTokens(typed)) {
          inOrder &&= from >= at && to > from;
          at = to;
        }
        expect(inOrder && at <= typed.length).toBe(true);
      }),
      { numRuns: 300 * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1) },
    );
  });
});

describe('places in an expression', () => {
  it('count code points to a column and back', () => {
    const text = '"𠮷"\nnear "a"';
    expect(offsetOfPlace(text, 1, 3)).toBe(3);
    expect(offsetOfPlace(text, 2, 1)).toBe(5);
    expect(offsetOfPlace(text, 2, 99)).toBe(text.length);
    expect(offsetOfPlace(text, 9, 1)).toBe(text.length);
    expect(utf16Of(text, 2)).toBe(3);
    expect(codePointsBefore(text, 3)).toBe(2);
  });
});
