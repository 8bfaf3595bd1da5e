import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomTrees } from '../test/phrases/random-tree.ts';
import { completeExpression, explainExpression, formatExpression, parseExpression, PhraseError } from './index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const lists = { greetings: ['您好'], goodbyes: ['再见'] };
const offered = (text: string, language?: 'zh' | 'en'): readonly string[] =>
  completeExpression(text, text.length, { lists, ...(language === undefined ? {} : { language }) }).map((each) => each.text);

describe('completion at a cursor', () => {
  test.each([
    ['ag', ['agent:']],
    ['坐', ['坐席:']],
    ['"a" be', ['before']],
    ['@g', ['@goodbyes', '@greetings']],
    ['#pe', ['#percent']],
    ['silence > 15', ['s', 'min', 'ms']],
    ['rate(', ['agent', 'customer', 'anyone']],
    ['count("a") ', ['>', '>=', '<', '<=', '=']],
    ['前5', ['秒', '分钟', '毫秒', '%', '字', '轮']],
    ['"you are in quotes ag', []],
    ['"a" ) ag', []],
  ])('%s', (text, expected) => {
    expect(offered(text)).toEqual(expected);
  });

  test('in the language of the page', () => {
    expect(offered('"a" ', 'zh')).toContain('之前');
    expect(offered('"a" ', 'zh')).not.toContain('before');
  });

  test('what is being typed is replaced', () => {
    const [first] = completeExpression('agent: @gre or "x"', 11, { lists });
    expect(first).toMatchObject({ text: '@greetings', from: 7, to: 11 });
  });

  test('whatever is taken, the expression can still be finished', () => {
    const trees = randomTrees(fc.constantFrom('a', '您好'), Object.keys(lists));
    fc.assert(
      fc.property(trees, fc.nat(), (tree, at) => {
        const text = formatExpression(tree);
        fc.pre(text.length < 240);
        const cursor = at % (text.length + 1);
        for (const { text: taken, from } of completeExpression(text, cursor, { lists })) {
          const next = `${text.slice(0, from)}${taken} `;
          try {
            parseExpression(next);
          } catch (error) {
            if (!(error instanceof PhraseError)) throw error;
            // Only the end may be missing: nothing that stands there is wrong.
            expect({ next, column: error.column }).toMatchObject({
              column: expect.toSatisfy((column: number) => column >= [...text.slice(0, from)].length),
            });
          }
        }
      }),
      { numRuns: Math.ceil(120 * scale) },
    );
  });
});

describe('an expression in plain words', () => {
  test.each([
    ['agent: ~"保证收益"', '出现坐席说的听起来像“保证收益”的话', 'what sounds like “保证收益” said by the agent is heard'],
    ['silence > 15s', '有超过 15 秒的静默', 'there is a silence of more than 15 seconds'],
    ['count(@fillers) >= 8', '词表 @fillers 中的话出现至少 8 次', 'a phrase of the list @fillers is heard at least 8 times'],
    [
      'rate(agent) / rate(customer) > 1.3',
      '坐席的平均语速超过 客户的平均语速的 1.3 倍',
      'the pace of the agent is more than 1.3 times the pace of the customer',
    ],
    ['not "x"', '没有出现“x”', 'it is not the case that “x” is heard'],
  ])('%s', (expression, zh, en) => {
    const { tree } = parseExpression(expression);
    expect(explainExpression(tree, 'zh')).toBe(zh);
    expect(explainExpression(tree, 'en')).toBe(en);
  });

  test('every expression has one', () => {
    fc.assert(
      fc.property(randomTrees(fc.constantFrom('a', '您好'), ['l']), (tree) => {
        expect(explainExpression(tree, 'zh')).toMatch(/\S/u);
        expect(explainExpression(tree, 'en')).not.toContain('undefined');
      }),
      { numRuns: Math.ceil(200 * scale) },
    );
  });
});
