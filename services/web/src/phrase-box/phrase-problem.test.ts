import { describe, expect, it } from 'vitest';
import { checkPhrase } from '../../../api/phrase-check.ts';
import { phraseProblem, type PhraseProblem } from './phrase-problem.ts';

/** What the box shows of an expression, as the server judges it. */
function problemOf(expression: string, language: 'zh' | 'en' = 'zh'): PhraseProblem {
  const [error] = checkPhrase(expression).errors;
  if (error === undefined) throw new Error('this expression can be read');
  return phraseProblem(expression, error, language);
}

const taken = (expression: string, { fix }: PhraseProblem): string =>
  fix === undefined ? expression : expression.slice(0, fix.from) + fix.text + expression.slice(fix.to);

describe('what is wrong with an expression', () => {
  it('stands under its words, and the words to choose from are those of the page', () => {
    const expression = '坐席: ~"保证收益" 之前/10妙 客户: #affirm';
    const problem = problemOf(expression);
    expect(expression.slice(problem.from, problem.to)).toBe('妙');
    expect(problem).toMatchObject({ line: 1, column: 18, sentence: '「妙」不是单位。', unfinished: false });
    expect(problem.expected).toEqual({ words: ['秒', '分钟', '毫秒', '字', '词', '轮'] });
    expect(problemOf('"a" before/10secnds "b"', 'en').expected).toEqual({
      words: ['s', 'min', 'ms', '%', 'words', 'turns', 'cpm', 'wpm'],
    });
  });

  it('is put right by what was probably meant, shown as a whole word', () => {
    const expression = '坐席: ~"保证收益" 之前/10妙 客户: #affirm';
    const problem = problemOf(expression);
    expect(problem.fix?.shown).toBe('10秒');
    expect(taken(expression, problem)).toBe('坐席: ~"保证收益" 之前/10秒 客户: #affirm');
  });

  it('gives way to an expression that can be read, whatever it was', () => {
    for (const expression of [
      'first 20s "x"',
      '坐席: @promise 且 "保本"',
      '"a" before/5parsecs "b"',
      '"𠮷𠮷" near/3turnz "b"',
      '坐席 "保本"\n且 #afirm',
    ]) {
      const problem = problemOf(expression);
      expect(problem.fix, expression).toBeDefined();
      expect(checkPhrase(taken(expression, problem)).ok, expression).toBe(true);
    }
  });

  it('offers no placeholder to search for', () => {
    expect(problemOf('near "a"').fix).toBeUndefined();
    expect(problemOf('"保本" 或 ').fix).toBeUndefined();
  });

  it('is not finished while it breaks off at its end', () => {
    for (const expression of ['"保本" 或 ', '坐席: ', '坐席: @承诺收', '"未闭合', '坐席: #aff']) {
      expect(problemOf(expression).unfinished, expression).toBe(true);
    }
    for (const expression of ['near "a"', '@承诺收 或 "x"', '"a" before/10妙 "b"']) {
      expect(problemOf(expression).unfinished, expression).toBe(false);
    }
  });
});
