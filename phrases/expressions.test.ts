import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatExpression } from './format.ts';
import { parseExpression } from './parse.ts';
import { PhraseError } from './phrase-error.ts';
import { randomTrees } from '../test/phrases/random-tree.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);

function errorOf(text: string, options?: Parameters<typeof parseExpression>[1]): PhraseError {
  try {
    parseExpression(text, options);
  } catch (error) {
    if (error instanceof PhraseError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

const formatted = (text: string): string => formatExpression(parseExpression(text).tree);

describe('every expression of the description parses, and is written one way', () => {
  test.each([
    ['"保证收益"', '"保证收益"'],
    ['agent: ~"本产品不保证本金和收益"', 'agent: ~"本产品不保证本金和收益"'],
    ['agent: first 20s: "您好" before/10s ~"工号"', 'agent: first 20s: "您好" before/10s ~"工号"'],
    ['customer: #affirm after/1turn agent: @risk_question', 'customer: #affirm after/1turns agent: @risk_question'],
    ['"guaranteed" outside ("not guaranteed" or "no guaranteed")', '"guaranteed" outside ("not guaranteed" or "no guaranteed")'],
    [
      '(agent: @identity_check) before first (agent: @account_details)',
      '(agent: @identity_check) before first (agent: @account_details)',
    ],
    ['silence > 15s not after/10s agent: @hold_notice', 'silence > 15s not after/10s agent: @hold_notice'],
    ['count(agent: @fillers) >= 8', 'count(agent: @fillers) >= 8'],
    ['kinds(agent: @courtesies) >= 3', 'kinds(agent: @courtesies) >= 3'],
    ['overtalk(agent) > 2s', 'overtalk(agent) > 2s'],
    ['rate(agent) > 300 cpm', 'rate(agent) > 300 cpm'],
    ['rate(agent) / rate(customer) > 1.3', 'rate(agent) / rate(customer) > 1.3'],
    ['agent: first 20s: (~@greetings near/15s #number)', 'agent: first 20s: (~@greetings near/15s #number)'],
    ['(agent: @product_words) near/10s (推荐 or recommend)', '(agent: @product_words) near/10s ("推荐" or "recommend")'],
    ['not "x"', 'not "x"'],
    ['count(#number) < 3', 'count(#number) < 3'],
  ])('%s', (typed, written) => {
    expect(formatted(typed)).toBe(written);
  });
});

describe('people type with an input method on', () => {
  test.each([
    ['坐席：前20秒：“您好” 之前/10秒 ~「工号」', 'agent: first 20s: "您好" before/10s ~"工号"'],
    ['你好 或 再见', '"你好" or "再见"'],
    ['次数（坐席：＠fillers）≥８', 'count(agent: @fillers) >= 8'],
    ['静默 ≥ 15秒 非 之后/10秒 坐席: @hold_notice', 'silence >= 15s not after/10s agent: @hold_notice'],
    ['后3轮: 首次 再见', 'last 3turns: first "再见"'],
    ['a＆b｜！c', '"a" and "b" or not "c"'],
    ['保证 收益 且 稳赚', '"保证" and "收益" and "稳赚"'],
  ])('%s', (typed, written) => {
    expect(formatted(typed)).toBe(written);
  });

  test('keywords win only as whole words', () => {
    expect(parseExpression('再见或谢谢').tree).toEqual({ kind: 'phrase', text: '再见或谢谢' });
    expect(parseExpression('"a"或"b"').tree).toMatchObject({ kind: 'or' });
    expect(parseExpression('notable orders').tree).toMatchObject({
      kind: 'and',
      parts: [{ text: 'notable' }, { text: 'orders' }],
    });
    expect(parseExpression("don't").tree).toEqual({ kind: 'phrase', text: "don't" });
  });

  test('a meter is a keyword only before a bracket, a slash or a comparison', () => {
    expect(parseExpression('hold on').tree).toMatchObject({ kind: 'and', parts: [{ text: 'hold' }, { text: 'on' }] });
    expect(parseExpression('hold > 30s').tree).toMatchObject({ kind: 'measure' });
  });
});

describe('scopes hold to the right along a chain', () => {
  test('and end with it', () => {
    const { tree } = parseExpression('agent: "a" before "b" "c"');
    expect(tree).toMatchObject({
      kind: 'and',
      parts: [
        { kind: 'join', first: { kind: 'scoped' }, rest: [{ part: { kind: 'scoped', scopes: [{ speaker: 'agent' }] } }] },
        { kind: 'phrase', text: 'c' },
      ],
    });
  });

  test('one of its kind replaces it, the other kind adds', () => {
    const { tree } = parseExpression('agent: "a" before first 20s: "b" before customer: "c"');
    expect(tree).toMatchObject({
      rest: [
        { part: { scopes: [{ speaker: 'agent' }, { kind: 'place' }] } },
        { part: { scopes: [{ speaker: 'customer' }, { kind: 'place' }] } },
      ],
    });
  });

  test('brackets end it', () => {
    const { tree } = parseExpression('(agent: "a") before "b"');
    expect(tree).toMatchObject({ first: { kind: 'scoped' }, rest: [{ part: { kind: 'phrase', text: 'b' } }] });
  });
});

describe('what cannot be read is refused at its place, with what was meant', () => {
  test.each([
    ['near "a"', 1, 5, 'A near "a"'],
    ['"a" before/5parsecs "b"', 13, 20, '"a" before/5s "b"'],
    ['"a" 之前/10妙 客户: "b"', 10, 11, '"a" 之前/10秒 客户: "b"'],
    ['"a"之前/10妙客户:"b"', 9, 12, '"a"之前/10秒 客户:"b"'],
    ['agent: not "x"', 8, 11, 'not agent: "x"'],
    ['"a" before "b" near "c"', 16, 20, '("a" before "b") near "c"'],
    ['"a" near ("b" and "c")', 10, 23, '"a" near "b" and "a" near "c"'],
    ['first 20s "x"', 11, 14, 'first 20s: "x"'],
    ['~0.4"x"', 2, 5, '~0.5"x"'],
    ['~""', 2, 4, '~"A"'],
    ['"a" near/5 字', 12, 13, '"a" near/5 "字"'],
    ['"，。"', 1, 5, '"A"'],
    ['"a" near not "b"', 10, 13, '"a" not near "b"'],
    ['agent "x"', 7, 10, 'agent: "x"'],
    ['客服: "x"', 1, 3, 'agent: "x"'],
    ['("a"', 5, 5, '("a")'],
    ['"a")', 4, 5, '"a"'],
    ['"a" before', 11, 11, '"a" before A'],
    ['', 1, 1, 'A'],
    ['"abc', 1, 5, '"abc"'],
    ['#phon', 1, 6, '#phone'],
    ['silence > 15', 11, 13, 'silence > 15s'],
    ['count("a")', 11, 11, 'count("a") >= 1'],
    ['count("a") >= 2.5', 15, 18, 'count("a") >= 3'],
    ['"a"，"b"', 4, 5, '"a" or "b"'],
    ['保证 5 %', 4, 5, '保证 "5 %"'],
    ['3个月', 1, 2, '"3个月"'],
    ['"a" near count("b") > 2', 10, 24, '"a" and count("b") > 2'],
    ['first ("a" and "b")', 7, 20, 'first ("a" or "b")'],
    ['silence(agent) > 3s', 1, 15, 'silence > 3s'],
    ['~#card', 2, 7, '#card'],
    ['first 20: "x"', 7, 9, 'first 20s: "x"'],
    ['"a" not near "b" not near "c"', 18, 21, '("a" not near "b") not near "c"'],
    ['rate(agent) / silence > 2', 15, 22, 'rate(agent) / rate(customer) > 2'],
    ['agent', 6, 6, '"agent"'],
  ])('%s', (typed, column, endColumn, meant) => {
    const error = errorOf(typed);
    expect([error.line, error.column, error.endColumn]).toEqual([1, column, endColumn]);
    expect(error.expected.en).not.toBe('');
    expect(error.expected.zh).not.toBe('');
    expect(error.meant === undefined ? undefined : error.meant.replaceAll(/ +/g, ' ').trim()).toBe(meant);
  });

  test('lines and columns are those of the text as typed, in code points', () => {
    const error = errorOf('agent: "𠮷您好"\n  and ｎｅａｒ "x"');
    expect([error.line, error.column, error.endColumn]).toEqual([2, 7, 11]);
  });

  test('whatever is typed, the error has a place in it and the suggestion parses', () => {
    const pieces = [
      'agent:',
      '"a"',
      'near',
      '/5',
      '字',
      'not',
      '(',
      ')',
      'first',
      '20s',
      ':',
      '~',
      '0.4',
      '@l',
      '#card',
      '#x',
      'or',
      '且',
      'count(',
      '>= 2',
      'silence',
      '>',
      '15',
      's',
      '%',
      '，',
      '"',
      'rate',
      '\n',
      '坐席',
      '前3轮',
      '，',
      '\\',
      '5parsecs',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), (chosen) => {
        const text = chosen.join(' ');
        try {
          const { tree } = parseExpression(text);
          expect(parseExpression(formatExpression(tree)).tree).toEqual(tree);
        } catch (error) {
          if (!(error instanceof PhraseError)) throw error;
          const lines = text.split('\n');
          expect(error.line).toBeGreaterThanOrEqual(1);
          expect(error.line).toBeLessThanOrEqual(lines.length);
          expect(error.column).toBeGreaterThanOrEqual(1);
          expect(error.column).toBeLessThanOrEqual([...(lines[error.line - 1] ?? '')].length + 1);
          if (error.meant !== undefined) parseExpression(error.meant);
        }
      }),
      { numRuns: Math.ceil(1500 * scale) },
    );
  });
});

describe('limits, each with its own error', () => {
  test('10,000 characters', () => {
    expect(parseExpression(`"${'a'.repeat(9_998)}"`).tree.kind).toBe('phrase');
    expect(errorOf(`"${'a'.repeat(9_999)}"`).code).toBe('limit.characters');
  });

  test('depth 64', () => {
    expect(parseExpression(`${'('.repeat(64)}"a"${')'.repeat(64)}`).tree.kind).toBe('phrase');
    expect(errorOf(`${'('.repeat(65)}"a"${')'.repeat(65)}`).code).toBe('limit.depth');
    expect(errorOf(`${'!'.repeat(9_000)}"a"`).code).toBe('limit.depth');
  });

  test('2,000 phrases, lists expanded', () => {
    expect(errorOf('a '.repeat(2_001)).code).toBe('limit.phrases');
    const lists = { thousand: Array.from({ length: 1_000 }, (_, index) => `w${index}`), twice: ['@thousand', '@thousand'] };
    expect(parseExpression('@twice', { lists }).tree.kind).toBe('list');
    expect(errorOf('@twice or "x"', { lists }).code).toBe('limit.phrases');
  });

  test('lists exist, hold something and do not circle', () => {
    const lists = { a: ['@b'], b: ['@a'], greetings: ['您好'], empty: [] };
    expect(errorOf('"x" or @a', { lists })).toMatchObject({ code: 'list.circle', column: 8 });
    expect(errorOf('"x" @greeting', { lists })).toMatchObject({ code: 'list.missing', column: 5, meant: '@greetings' });
    expect(errorOf('@empty', { lists }).code).toBe('list.empty');
    expect(errorOf('@toString', { lists }).code).toBe('list.missing');
  });
});

describe('round trip', () => {
  test('formatting an expression and parsing it again gives the same tree', () => {
    fc.assert(
      fc.property(
        randomTrees(fc.constantFrom('a', '保证收益', 'say "x" \\ y', "don't", 'near', '你好 5%'), ['l', '词表_1']),
        (tree) => {
          expect(parseExpression(formatExpression(tree)).tree).toEqual(tree);
        },
      ),
      { numRuns: Math.ceil(1000 * scale) },
    );
  });
});
