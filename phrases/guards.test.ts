import { describe, expect, test } from 'vitest';
import { agent, call } from '../test/phrases/call.ts';
import { seeded } from '../test/bench/heard-turns.ts';
import { compileRules, prepareTranscript, type RuleSet } from './index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);

/** Statements that a centre listens for, and what makes each its own opposite. */
const statements = {
  zh: [
    '保证收益',
    '保证本金安全',
    '承诺给您回报',
    '稳赚不赔的产品',
    '可以提前支取',
    '存在投资风险',
    '代表未来表现',
    '退还全部年费',
    '告诉别人密码',
    '需要支付手续费',
    '影响您的征信',
    '收取任何费用',
    '帮您垫付本金',
    '给您内部消息',
    '一定能涨起来',
    '比存款更安全',
    '由银行兜底',
    '随时都能赎回',
    '亏损由我们承担',
    '免除您的利息',
  ],
  en: [
    'guarantee your returns',
    'promise you a profit',
    'cover all of your losses',
    'charge you any fees',
    'share your password',
    'protect your full principal',
    'waive the annual fee',
    'refund the whole amount',
    'carry investment risk',
    'affect your credit score',
  ],
};
const denials = {
  zh: [
    '不',
    '没有',
    '不会',
    '不能',
    '未',
    '从不',
    '绝不',
    '并不',
    '不可能',
    '没',
    '无法',
    '不得',
    '决不会',
    '不再',
    '没有人',
    '谁也不',
    '不可以',
    '并没有',
    '从来没有',
    '从未',
  ],
  en: [
    'not',
    'never',
    'do not',
    "don't",
    'will not',
    "won't",
    'cannot',
    "can't",
    'did not',
    "didn't",
    'can never',
    'would not',
    "wouldn't",
    'nobody will',
    'no one can',
  ],
};
const between = {
  zh: ['', '', '向您', '给您', '真的', '在这里', '对任何人', '，嗯，'.slice(1, 2)],
  en: ['', '', 'ever ', 'really ', 'at all '],
};
const leads = {
  zh: ['', '我们', '这个产品', '按规定我们', '您放心，我们', '说实话，银行'],
  en: ['', 'we ', 'the bank ', 'to be clear, we ', 'I '],
};
const tails = { zh: ['', '的', '，请您了解', '。谢谢', '，您明白吗'], en: ['', ', please note', '. Thank you', ' here'] };

const of = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)] as T;

/** What each of a language's statements says of each of many sentences. */
function accepted(rules: RuleSet, sentences: readonly string[], language: string): readonly (readonly [string, string])[] {
  const wrong: (readonly [string, string])[] = [];
  for (const sentence of sentences) {
    for (const { id, value } of rules.match(prepareTranscript({ ...call([agent(sentence)]), language }))) {
      if (value === 'yes') wrong.push([id, sentence]);
    }
  }
  return wrong;
}

const tolerantRules = (phrases: readonly string[]): RuleSet =>
  compileRules(phrases.map((text) => ({ id: text, expression: { kind: 'phrase', text, tolerant: {} } })));

describe('a denial is never the statement', () => {
  test.each(['zh', 'en'] as const)('%s', (language) => {
    const random = seeded(11);
    const sentences = Array.from({ length: Math.ceil(2_500 * scale) }, () => {
      const gap = of(between[language], random);
      const joint = language === 'zh' ? '' : ' ';
      return `${of(leads[language], random)}${of(denials[language], random)}${joint}${gap}${of(statements[language], random)}${of(tails[language], random)}`;
    });
    expect(accepted(tolerantRules(statements[language]), sentences, language)).toEqual([]);
  });

  test('a phrase with a negator is never the statement without it', () => {
    const random = seeded(12);
    const phrases = statements.zh.map((text) => `不${text}`);
    const sentences = Array.from(
      { length: Math.ceil(1_000 * scale) },
      () => `${of(leads.zh, random)}${of(statements.zh, random)}${of(tails.zh, random)}`,
    );
    expect(accepted(tolerantRules(phrases), sentences, 'zh')).toEqual([]);
  });
});

describe('where nobody wrote a mark', () => {
  const joined = (parts: readonly (readonly string[])[], random: () => number): string =>
    parts.map((part) => of(part, random)).join('');

  test('a denial that takes a clause reaches into it', () => {
    const random = seeded(16);
    const denying = [
      '没有告诉您',
      '没说过',
      '不代表',
      '不能承诺',
      '不允许',
      '没有人跟您讲过',
      '不认为',
      '没答应过',
      '不表示',
      '并不是',
      '不可能让',
      '不会给任何客户',
      '不同意',
      '没有说过这个产品',
      '不是说',
      '从来没保证过',
      '不等于',
      '不建议您相信',
    ];
    const opening = ['', '', '我们', '您', '只要', '只有我们', '这边', '只是', '如果您买了'];
    const sentences = Array.from({ length: Math.ceil(1_500 * scale) }, () =>
      joined(
        [leads.zh.map((lead) => lead.replaceAll('，', '')), denying, opening, statements.zh, ['', '的', '谢谢', '请问您明白吗']],
        random,
      ),
    );
    // These have their opening in them.
    const whole = ['不用担心我们会', '不存在只要持有就', '并不是如果不还就', '不是说不还的话', '不是买了就'].flatMap((denial) =>
      statements.zh.map((statement) => `${denial}${statement}`),
    );
    expect(accepted(tolerantRules(statements.zh), [...sentences, ...whole], 'zh')).toEqual([]);
  });

  test('a denial that is complete does not', () => {
    const random = seeded(17);
    const before = [
      '别着急',
      '您别生气',
      '不用着急啊',
      '别担心我马上',
      '不打扰您了祝您',
      '还没想好呢',
      '不是存款而是',
      '不影响征信请问',
    ];
    const lost = Array.from({ length: Math.ceil(300 * scale) }, () => of(before, random)).flatMap((words) => {
      const statement = of(statements.zh, random);
      const [result] = tolerantRules([statement]).match(prepareTranscript(call([agent(`${words}${statement}`)])));
      return result?.value === 'yes' ? [] : [`${words}${statement}`];
    });
    expect([...new Set(lost)]).toEqual([]);
  });
});

describe('another number is never the number', () => {
  const digits = '零一二三四五六七八九';
  /** A number, another one, both as they may be said or written. */
  const amounts = {
    zh: (random: () => number): readonly [string, string] => {
      const a = 1 + Math.floor(random() * 98);
      let b = 1 + Math.floor(random() * 98);
      if (b === a) b = a === 98 ? 1 : a + 1;
      const spoken = (n: number): string =>
        n < 10 ? (digits[n] ?? '') : `${n < 20 ? '' : digits[Math.floor(n / 10)]}十${n % 10 === 0 ? '' : digits[n % 10]}`;
      const percent = (n: number): string => (random() < 0.5 ? `${n}%` : `百分之${spoken(n)}`);
      const money = (n: number): string => (random() < 0.5 ? `${n}元` : `${spoken(n)}块钱`);
      const days = (n: number): string => (random() < 0.5 ? `${n}天` : `${spoken(n)}天`);
      const write = of([percent, money, days], random);
      return [write(a), write(b)];
    },
    en: (random: () => number): readonly [string, string] => {
      const a = 1 + Math.floor(random() * 98);
      let b = 1 + Math.floor(random() * 98);
      if (b === a) b = a === 98 ? 1 : a + 1;
      const unit = of(['percent', 'dollars', 'days'], random);
      return [`${a} ${unit}`, `${b} ${unit}`];
    },
  };
  const frames = {
    zh: [
      (n: string) => `年化收益率是${n}左右`,
      (n: string) => `手续费一共${n}`,
      (n: string) => `最低收取${n}的费用`,
      (n: string) => `额度只剩${n}了`,
    ],
    en: [
      (n: string) => `the annual fee is ${n} in total`,
      (n: string) => `you will receive ${n} back`,
      (n: string) => `we charge ${n} for that`,
    ],
  };

  test.each(['zh', 'en'] as const)('%s', (language) => {
    const random = seeded(13);
    const wrong: unknown[] = [];
    const lost: unknown[] = [];
    for (let round = 0; round < Math.ceil(1_200 * scale); round += 1) {
      const frame = of(frames[language], random);
      const [wanted, other] = amounts[language](random);
      const rules = tolerantRules([frame(wanted)]);
      const valueOf = (text: string): string | undefined =>
        rules.match(prepareTranscript({ ...call([agent(text)]), language }))[0]?.value;
      if (valueOf(frame(other)) === 'yes') wrong.push([frame(wanted), frame(other)]);
      if (valueOf(frame(wanted)) !== 'yes') lost.push(frame(wanted));
    }
    expect(wrong).toEqual([]);
    expect(lost).toEqual([]);
  });

  test('a string of digits with one changed', () => {
    const random = seeded(14);
    const wrong: unknown[] = [];
    for (let round = 0; round < Math.ceil(600 * scale); round += 1) {
      const number = Array.from({ length: 4 + Math.floor(random() * 5) }, () => Math.floor(random() * 10));
      const at = Math.floor(random() * number.length);
      const changed = number.map((digit, index) => (index === at ? (digit + 1 + Math.floor(random() * 9)) % 10 : digit));
      const spelled = (some: readonly number[]): string =>
        random() < 0.5 ? some.join('') : some.map((digit) => digits[digit]).join('');
      const rules = tolerantRules([`我的工号是${spelled(number)}请记一下`]);
      const [result] = rules.match(prepareTranscript(call([agent(`我的工号是${spelled(changed)}请记一下`)])));
      if (result?.value === 'yes') wrong.push([number, changed]);
    }
    expect(wrong).toEqual([]);
  });
});

describe('what only looks like a negator guards nothing', () => {
  const harmless = {
    zh: [
      '不但',
      '不仅',
      '不光',
      '不管怎样都',
      '没问题，',
      '没关系，',
      '不好意思，',
      '对不起，',
      '不客气，',
      '非常清楚地',
      '无论如何',
      '特别',
      '别的银行也',
      '别人都',
      '是不是',
      '有没有',
      '除非到期，',
      '未来',
      '不得不',
      '不能不',
      '无误，',
      '区别在于',
      '级别高的',
      '差不多都',
      '不过',
    ],
    en: ['not only do we ', 'no problem, we ', 'no doubt we ', 'no worries, we ', 'without a doubt we '],
  };

  test.each(['zh', 'en'] as const)('%s', (language) => {
    const random = seeded(15);
    const rules = tolerantRules(statements[language]);
    const guarded: string[] = [];
    for (let round = 0; round < Math.ceil((language === 'zh' ? 500 : 150) * scale); round += 1) {
      const statement = of(statements[language], random);
      const sentence = `${of(harmless[language], random)}${statement}${of(tails[language], random)}`;
      const result = rules.match(prepareTranscript({ ...call([agent(sentence)]), language })).find(({ id }) => id === statement);
      if (result?.value !== 'yes')
        guarded.push(`${result?.value} ${sentence} ${result?.nearMisses[0]?.why.text.en ?? result?.possible[0]?.why.text.en}`);
    }
    expect([...new Set(guarded)]).toEqual([]);
  });
});
