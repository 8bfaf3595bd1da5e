import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../../../phrases/index.ts';
import { sharedLists } from '../../../../../scoring/index.ts';
import { phraseExamples } from './phrase-examples.ts';
import { rewrites } from './rewrites.ts';

const of = (expression: string): Record<string, string> =>
  Object.fromEntries(rewrites(expression).map((each) => [each.kind, each.expression]));

describe('what is asked when nothing was found', () => {
  it('hears phrases by their sound, those of one syllable excepted', () => {
    expect(rewrites('坐席: "保证收益" 或 "好"').map(({ expression }) => expression)).toEqual([
      '坐席: ~"保证收益" 或 "好"',
      '坐席: ~0.70"保证收益" 或 "好"',
    ]);
    expect(of('before/10s')).toEqual({});
  });

  it('lowers each floor by a tenth, the written and the default ones', () => {
    expect(of('~"保证收益" 或 ~0.95"guaranteed return" 或 ～"保证"')).toEqual({
      lower: '~0.70"保证收益" 或 ~0.85"guaranteed return" 或 ～0.80"保证"',
    });
    expect(rewrites('~"保证收益"')[0]).toMatchObject({ kind: 'lower', floor: '0.70' });
    expect(of('~0.50"保证收益"')).toEqual({});
  });

  it('leaves out what was excluded, with its brackets and scopes', () => {
    expect(of('坐席: ~"保本" outside ("不保本" or "非保本") and #affirm')['outside']).toBe('坐席: ~"保本" and #affirm');
    expect(of('~"保本" 之外 客户: "不保本"')['outside']).toBe('~"保本"');
  });

  it('can be read, every one', () => {
    for (const expression of [
      '坐席: (~"保证收益" 或 "承诺收益") 之外 ("不保证" 或 ~"不能承诺")',
      '"a b" outside agent: ~0.8"c d" and "e f"',
    ]) {
      for (const each of rewrites(expression)) expect(() => parseExpression(each.expression)).not.toThrow();
    }
  });
});

describe('the examples under the box', () => {
  it('can be read, with the lists that are there', () => {
    for (const [expression] of Object.values(phraseExamples).flat())
      expect(() => parseExpression(expression, { lists: sharedLists })).not.toThrow();
  });
});
