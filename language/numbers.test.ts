import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalText, numbersIn, type NumberSpan, tokenise } from './index.ts';

const runs = (count: number): { numRuns: number } => ({
  numRuns: Math.max(1, Math.round(count * Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1))),
});

/* Two spellers of their own: what they write is what people say. */

const digits = '零一二三四五六七八九';
function inChinese(value: number): string {
  if (value < 10) return digits[value] ?? '';
  const parts: [number, string][] = [
    [100_000_000, '亿'],
    [10_000, '万'],
    [1000, '千'],
    [100, '百'],
    [10, '十'],
  ];
  for (const [by, name] of parts) {
    if (value < by) continue;
    const head = Math.floor(value / by);
    const rest = value % by;
    const zero = rest > 0 && rest < by / 10 ? '零' : '';
    const first = by === 10 && head === 1 ? '' : inChinese(head);
    // 一百一十: within a number 十 keeps its 一
    const tail = rest === 0 ? '' : rest >= 10 && rest < 20 ? `一${inChinese(rest)}` : inChinese(rest);
    return `${first}${name}${zero}${tail}`;
  }
  return '';
}

const below20 = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen ' +
  'nineteen'
).split(' ');
const tens = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
function inEnglish(value: number): string {
  if (value < 20) return below20[value] ?? '';
  if (value < 100) return `${tens[Math.floor(value / 10)]}${value % 10 === 0 ? '' : ` ${below20[value % 10]}`}`;
  for (const [by, name] of [
    [1_000_000_000, 'billion'],
    [1_000_000, 'million'],
    [1000, 'thousand'],
    [100, 'hundred'],
  ] as const) {
    if (value < by) continue;
    const rest = value % by;
    return `${inEnglish(Math.floor(value / by))} ${name}${rest === 0 ? '' : `${by === 100 ? ' and' : ''} ${inEnglish(rest)}`}`;
  }
  return '';
}

const only = (text: string): NumberSpan => {
  const found = numbersIn(text);
  expect(found, text).toHaveLength(1);
  return found[0] as NumberSpan;
};
const valueOf = (text: string): string => only(text).values.map(decimalText).join('~');
const whole = fc.oneof(
  fc.integer({ min: 10, max: 999 }),
  fc.integer({ min: 10, max: 999_999 }),
  fc.integer({ min: 10, max: 2_000_000_000 }),
);

describe('a number is the same number however it is said', () => {
  test('whole numbers in Chinese', () => {
    fc.assert(
      fc.property(whole, (value) => {
        expect(valueOf(`一共${inChinese(value)}元`)).toBe(String(value));
      }),
      runs(3000),
    );
  });

  test('whole numbers in English', () => {
    fc.assert(
      fc.property(whole, (value) => {
        expect(valueOf(`it is ${inEnglish(value)} dollars`)).toBe(String(value));
      }),
      runs(3000),
    );
  });

  test('percentages with decimals, in words and in digits, in both languages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 99 }), (head, tail) => {
        const fraction = String(tail).padStart(2, '0');
        const chinese = [...fraction].map((each) => digits[Number(each)]).join('');
        const english = [...fraction].map((each) => below20[Number(each)]).join(' ');
        const expected = only(`${head}.${fraction}%`);
        for (const said of [
          `年化百分之${inChinese(head)}点${chinese}`,
          `年化${inChinese(head)}点${chinese}个点`,
          `${inEnglish(head)} point ${english} percent`,
        ]) {
          const found = only(said);
          expect([found.kind, found.unit, found.values], said).toEqual(['percent', 'percent', expected.values]);
        }
      }),
      runs(500),
    );
  });

  test('strings of digits keep every digit', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{4,19}$/), fc.boolean(), (text, oh) => {
        const chinese = [...text].map((each) => (each === '1' ? '幺' : digits[Number(each)])).join('');
        const english = [...text].map((each) => (each === '0' && oh ? 'oh' : below20[Number(each)])).join(' ');
        for (const said of [text, `卡号${chinese}`, `number ${english}`]) expect(only(said).digits, said).toBe(text);
      }),
      runs(500),
    );
  });

  test('amounts with change', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99_999 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (yuan, jiao, fen) => {
          const amount = `${yuan}.${jiao}${fen}`;
          for (const said of [
            `${inChinese(yuan)}块${digits[jiao]}毛${digits[fen]}`,
            `${inChinese(yuan)}元${digits[jiao]}角${digits[fen]}分`,
            `${inEnglish(yuan)} dollars and ${inEnglish(jiao * 10 + fen)} cents`,
            `¥${amount}`,
          ])
            expect([valueOf(said), only(said).kind], said).toEqual([amount, 'money']);
          expect(valueOf(`${inChinese(yuan)}块${digits[jiao]}`)).toBe(`${yuan}.${jiao}`);
        },
      ),
      runs(300),
    );
  });

  test('and another number is another', () => {
    const said = fc.tuple(whole, fc.constantFrom('块', '天', '个点', '期', '美元'));
    fc.assert(
      fc.property(said, said, ([a, x], [b, y]) => {
        const key = (value: number, unit: string): string =>
          tokenise(`${inChinese(value)}${unit}`).find(({ kind }) => kind === 'number')?.text ?? '';
        expect(key(a, x) === key(b, y)).toBe(a === b && x === y);
      }),
      runs(1000),
    );
  });

  test('dates, whichever way the parts are said', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1950, max: 2060 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 31 }),
        (year, month, day) => {
          const years = [...String(year)].map((each) => digits[Number(each)]).join('');
          const date = { year, month, day };
          for (const said of [
            `${years}年${inChinese(month)}月${inChinese(day)}号`,
            `${year}年${month}月${day}日`,
            `${year}-${month}-${day}`,
          ])
            expect(only(said).date, said).toEqual(date);
          expect(only(`每年${inChinese(month)}月${inChinese(day)}号`).date).toEqual({ month, day });
        },
      ),
      runs(300),
    );
  });
});

describe('numbers, one by one', () => {
  const read = (text: string): string[] =>
    numbersIn(text).map(({ digits: string, values, unit, vague }) => {
      const value = string ?? values.map(decimalText).join('~');
      return `${vague ? '?' : ''}${value}${unit === undefined ? '' : ` ${unit}`}`;
    });

  test.each([
    ['0087 不是 87', ['0087', '87']],
    ['二十块五', ['20.5 CNY']],
    ['20块5', ['20.5 CNY']],
    ['零点一', ['0.1']],
    ['半年不是六个月', ['0.5 year', '6 month']],
    ['一个半月，两年半，三个半小时', ['1.5 month', '2.5 year', '3.5 hour']],
    ['打八折，八五折，95折', ['8 discount', '8.5 discount', '9.5 discount']],
    ['3到5%', ['3~5 percent']],
    ['百分之三到百分之五', ['3~5 percent']],
    ['5到10万', ['50000~100000']],
    ['七八个，三四天，两三百', ['?7~8 item', '?3~4 day', '?200~300']],
    ['十几，二十多，几十万', ['?', '?', '?']],
    ['千分之三，万分之五', ['0.3 percent', '0.05 percent']],
    ['九成五', ['95 percent']],
    ['三分之二，六分之四', ['2~3 fraction', '2~3 fraction']],
    ['八点半，三点十五，10:30', ['510 oclock', '195 oclock', '630 oclock']],
    ['八零，幺二', ['8012']],
    ['第三方存管，第十二条', ['12 ordinal']],
    ['六点四二万', ['64200']],
    ['一亿零两千三百', ['100002300']],
    ['one second, one of them, second', ['1 second']],
    ['half a percent, half a million', ['0.5 percent', '500000']],
    ['nineteen oh five, twenty twenty four', ['1905', '2024']],
    ['five to seven business days', ['5~7 working_day']],
    ['double seven triple eight nine', ['778889']],
    ['R3 and 5G', []],
    ['星期五，周三，初一', []],
    ['a couple hundred', ['?']],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('no numbers stand in words that only hold a numeral', () => {
    const words =
      '一下 一定 一点 一起 万一 千万别 十分感谢 一直 一般 一共 统一 唯一 零售 两者 三方 四川 百姓 说一说 一个问题 一位客户 一些 一样 接二连三 一清二楚';
    for (const word of words.split(' ')) expect(numbersIn(`我${word}，`), word).toEqual([]);
  });

  test('telephone numbers are told from other strings', () => {
    for (const phone of ['13800138000', '幺三八零零一三八零零零', '400-800-8888', '021-55551234', '555-123-4567'])
      expect(only(phone).kind, phone).toBe('phone');
    expect(only('6222 0213 4567 8901').kind).toBe('digits');
  });
});

describe('tokens', () => {
  const piece = fc.constantFrom(
    ...[
      '保证收益',
      '百分之五',
      'guaranteed',
      "won't",
      ' ',
      '，',
      '。',
      '嗯',
      'um',
      '4111',
      '-',
      '⟦card⟧',
      '５',
      '收費',
      '一',
      '十',
      'twenty five',
      'Ａ',
      '㈱',
      '👍',
      'é',
    ],
  );

  test('lie in order, within the text, and none overlaps another', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        let at = 0;
        for (const token of tokenise(text)) {
          expect(token.start).toBeGreaterThanOrEqual(at);
          expect(token.end).toBeGreaterThan(token.start);
          at = token.end;
          for (const part of token.parts ?? []) {
            expect(part.start).toBeGreaterThanOrEqual(token.start);
            expect(part.end).toBeLessThanOrEqual(token.end);
          }
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
      runs(500),
    );
  });

  test('a number is one token whose parts are its words', () => {
    const [, , number] = tokenise('年化百分之五');
    expect([number?.kind, number?.text, number?.parts?.map(({ text }) => text)]).toEqual([
      'number',
      '5 percent',
      ['百', '分', '之', '五'],
    ]);
  });

  test('a contraction is its words, each with its own place', () => {
    const text = "We won't";
    expect(tokenise(text).map((token) => [token.text, text.slice(token.start, token.end)])).toEqual([
      ['we', 'We'],
      ['will', 'wo'],
      ['not', "n't"],
    ]);
  });

  test('a redacted stretch is one typed word', () => {
    expect(tokenise('卡号⟦card⟧。').at(-1)).toMatchObject({ kind: 'redacted', text: 'card', start: 2, end: 8 });
  });
});
