import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callOf, cardNumbers, grouped, identityNumbers, mobileNumbers, sayings } from '../../test/doubles/said-numbers.ts';
import { scanForPlants } from '../../test/plants.ts';
import { canonicalJson } from '../../services/kernel/index.ts';
import { transcriptSchema } from '../transcript.ts';
import { redactedSchema, redactText, redactTranscript } from './index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const linesOf = (lines: readonly string[], words = false): string[] =>
  redactTranscript(callOf(lines, { words })).transcript.turns.map(({ speaker, text }) => `${speaker}: ${text}`);

const hidden: readonly (readonly [said: string[], left: string[]])[] = [
  [
    [
      'agent: 请问您的卡号是多少？',
      'customer: 六二二二',
      'agent: 嗯',
      'customer: 零二幺二',
      'agent: 好',
      'customer: 三四五六七八九四',
    ],
    ['agent: 请问您的卡号是多少？', 'customer: ⟦card⟧', 'agent: 嗯', 'customer: ⟦card⟧', 'agent: 好', 'customer: ⟦card⟧'],
  ],
  [
    [
      'agent: 麻烦报一下卡号',
      'customer: 六二二二零二',
      'agent: 六二二二零二',
      'customer: 幺二三四',
      'agent: 幺二三四',
      'customer: 五六七八九四',
    ],
    ['agent: 麻烦报一下卡号', 'customer: ⟦card⟧', 'agent: ⟦card⟧', 'customer: ⟦card⟧', 'agent: ⟦card⟧', 'customer: ⟦card⟧'],
  ],
  [['customer: 我的验证码是四八二九一七'], ['customer: 我的验证码是⟦code⟧']],
  [
    ['agent: 请您把短信里的六位数字念一下', 'customer: 好的，四八，二九，幺七'],
    ['agent: 请您把短信里的六位数字念一下', 'customer: 好的，⟦code⟧'],
  ],
  [
    ['agent: 请输入您的密码', 'customer: 密码是八八六六二二，对吧'],
    ['agent: 请输入您的密码', 'customer: 密码是⟦pin⟧，对吧'],
  ],
  [
    ['agent: 卡片背面的后三位是多少', 'customer: 七三七'],
    ['agent: 卡片背面的后三位是多少', 'customer: ⟦cvv⟧'],
  ],
  [
    ['agent: 安全码呢？', 'customer: 嗯，三位是吧，零九五'],
    ['agent: 安全码呢？', 'customer: 嗯，三位是吧，⟦cvv⟧'],
  ],
  [
    ['agent: 有效期是什么时候？', 'customer: 二九年八月'],
    ['agent: 有效期是什么时候？', 'customer: ⟦expiry⟧'],
  ],
  [
    ['agent: 有效期到几月几年', 'customer: 零八二九'],
    ['agent: 有效期到几月几年', 'customer: ⟦expiry⟧'],
  ],
  [['customer: 我的手机是13912345678，你记一下'], ['customer: 我的手机是⟦phone⟧，你记一下']],
  [['customer: 打我电话一三九，幺二三四，五六七八'], ['customer: 打我电话⟦phone⟧']],
  [['customer: 身份证号码110101199003074514'], ['customer: 身份证号码⟦idcard⟧']],
  [
    ['agent: 身份证后六位', 'customer: 幺二三四五叉'],
    ['agent: 身份证后六位', 'customer: ⟦idcard⟧'],
  ],
  [
    [
      'agent: Could I have your card number?',
      "customer: Sure, it's forty one eleven, eleven eleven, eleven eleven, eleven eleven",
    ],
    ['agent: Could I have your card number?', "customer: Sure, it's ⟦card⟧"],
  ],
  [
    [
      "agent: What's the long number on the front of your card?",
      'customer: five five five five, um, five five five five',
      'agent: uh-huh',
      'customer: five five five five, four four four four',
    ],
    ["agent: What's the long number on the front of your card?", 'customer: ⟦card⟧', 'agent: uh-huh', 'customer: ⟦card⟧'],
  ],
  [
    ['agent: And the security code on the back?', "customer: It's nine oh two"],
    ['agent: And the security code on the back?', "customer: It's ⟦cvv⟧"],
  ],
  [
    ["agent: We've just texted you a six digit code, can you read it out?", 'customer: four eight two, nine one seven'],
    ["agent: We've just texted you a six digit code, can you read it out?", 'customer: ⟦code⟧'],
  ],
  [['customer: my pin is double seven four one'], ['customer: my pin is ⟦pin⟧']],
  [
    ['customer: You can call me on plus four four seven seven double oh nine hundred one two three'],
    ['customer: You can call me on plus ⟦phone⟧'],
  ],
  [['customer: my number is 555-867-5309 if we get cut off'], ['customer: my number is ⟦phone⟧ if we get cut off']],
  [
    [
      'agent: Can I take your sort code and account number?',
      'customer: Twenty forty sixty, and the account is one two three four five six seven eight',
    ],
    ['agent: Can I take your sort code and account number?', 'customer: ⟦account⟧, and the account is ⟦account⟧'],
  ],
  [['customer: 卡号6222021234567894，有效期0829，后三位737'], ['customer: 卡号⟦card⟧，有效期⟦expiry⟧，后三位⟦cvv⟧']],
  [['customer: 七三七是我的安全码'], ['customer: ⟦cvv⟧是我的安全码']],
  [['agent: 您的尾号是七八九四的卡对吗'], ['agent: 您的尾号是⟦card⟧的卡对吗']],
  [
    ['agent: 请提供卡号', 'customer: 六二二二零二呃不对我看一下，四七九一零零二三六八'],
    ['agent: 请提供卡号', 'customer: ⟦card⟧呃不对我看一下，⟦card⟧'],
  ],
  [
    [
      'agent: 请报一下您的银行卡号',
      'customer: 好的，你记一下啊',
      'customer: 六二二八四八',
      'agent: 嗯',
      'customer: 零四零二',
      'customer: 五六四八',
      'customer: 九零幺八',
    ],
    [
      'agent: 请报一下您的银行卡号',
      'customer: 好的，你记一下啊',
      'customer: ⟦card⟧',
      'agent: 嗯',
      'customer: ⟦card⟧',
      'customer: ⟦card⟧',
      'customer: ⟦card⟧',
    ],
  ],
  [['customer: 你们给我发的那个码是38 27 41'], ['customer: 你们给我发的那个码是⟦code⟧']],
  [
    ['agent: 能说一下密码吗', 'customer: 八个八'],
    ['agent: 能说一下密码吗', 'customer: ⟦pin⟧'],
  ],
  [['customer: 卡号我只记得前六位六二二五八八，后面不记得了'], ['customer: 卡号我只记得前六位⟦card⟧，后面不记得了']],
  [
    ['agent: For security, what is the expiration date and the CVV?', 'customer: it is oh nine twenty seven, and one two three'],
    ['agent: For security, what is the expiration date and the CVV?', 'customer: it is ⟦expiry⟧, and ⟦cvv⟧'],
  ],
  [
    ["customer: it's a Visa, 4 5 3 2... sorry, 4 5 3 9 1 4 8 8 0 3 4 3 6 4 6 7"],
    ["customer: it's a Visa, ⟦card⟧... sorry, ⟦card⟧"],
  ],
  [
    ["agent: what's your date of birth", "customer: it's the first of december nineteen eighty five"],
    ["agent: what's your date of birth", "customer: it's ⟦dob⟧"],
  ],
  [
    ['agent: 请问您的出生日期', 'customer: 八五年十二月一号'],
    ['agent: 请问您的出生日期', 'customer: ⟦dob⟧'],
  ],
  [
    ['agent: 您身份之后，稍微抱一下', 'customer: 204场'],
    ['agent: 您身份之后，稍微抱一下', 'customer: ⟦idcard⟧'],
  ],
  [['customer: 手机号妖三八零零妖三八零零零'], ['customer: 手机号⟦phone⟧']],
];

const kept: readonly string[][] = [
  ['agent: 您好，工号八零幺二为您服务'],
  ['agent: Good morning, agent number five zero two one speaking'],
  ['agent: 您的余额是13620块5，最近一笔是86块'],
  ['agent: 这款产品一百八十天，年化百分之二点六到三点一，起购金额一万元'],
  ['agent: 您的投诉编号是二零二六一零一二零零三四'],
  ['agent: Your reference number is four four seven one nine two eight'],
  ['agent: 您可以拨打95559或者400-820-8820咨询'],
  ['agent: 沪深300指数昨天收在三千八百二十一点'],
  ['agent: 二零二六年十月十二号到期，利率百分之四点八'],
  ['agent: on the twenty third of October twenty twenty six you paid $312.40'],
  ['agent: 请问您的卡号是多少', 'customer: 我不记得了，我卡里大概有三万五千块'],
  ['agent: 哪个工号跟您说的？', 'customer: 三幺幺八'],
  ['agent: 请不要把密码告诉任何人', 'customer: 好的，我2019年就开户了，一共买了12345块'],
  ['agent: 股票代码六零零五一九，您要买几手'],
  ['agent: The code of conduct says 24 hours, 7 days, 365 days a year'],
  ['agent: It takes five to seven working days, between 10:30 and 16:45'],
  ['agent: What amount would you like to transfer?', 'customer: twelve thousand five hundred dollars'],
  ['agent: 您要转多少钱？', 'customer: 五万八千六'],
  ['agent: 您看您身份证带了吗？我这边八月十二号三点有号', 'customer: 那就三点，我住三零二'],
  ['agent: 您的申请编号是SQ20261012003456，请记一下'],
  ['agent: 这个产品代码是AF2034，起购5万，期限364天，R2级，分24期，每期386.50元'],
  ['customer: 我2018年3月开的户，一共5笔，每笔10000元'],
  ['customer: 我家住幸福小区3号楼2单元1502'],
  ['agent: You can call 1-800-555-0199, our opening hours are 9 to 5'],
  ["agent: Your case number is 00234871, and I've issued a refund of 45 dollars"],
  ['customer: 流水号是20261012123456789'],
  ['agent: 美元兑人民币7.1234，黄金每克588.6，三年期2.35'],
  ['agent: your loan of two hundred and fifty thousand over twenty five years at four point seven five percent'],
  ['agent: 三个五块，四个八元'],
];

describe('what is hidden', () => {
  test.each(hidden)('%j', (said, left) => {
    expect(linesOf(said)).toEqual(left);
    expect(linesOf(said, true)).toEqual(left);
  });
});

describe('what stays', () => {
  test.each(kept.map((said) => [said]))('%j', (said) => {
    expect(linesOf(said)).toEqual(said);
    expect(redactTranscript(callOf(said)).findings).toEqual([]);
  });
});

describe('whole numbers, however they are said', () => {
  const numbers = { card: cardNumbers, idcard: identityNumbers, phone: mobileNumbers };
  const said = fc.constantFrom(...Object.keys(sayings));
  const around = fc.constantFrom<[string, string]>(
    ['', ''],
    ['嗯，是', '，对吧？'],
    ["Yeah, hang on. It's ", ', is that right?'],
    ['我的号码 ', ' 你看看'],
  );

  test.each(Object.entries(numbers))('%s: nothing of it can be read afterwards, in text or in words', (kind, numbersOfKind) => {
    fc.assert(
      fc.property(
        numbersOfKind.chain((digits) => fc.tuple(fc.constant(digits), grouped(digits))),
        said,
        around,
        ([digits, groups], way, [before, after]) => {
          const call = callOf([`customer: ${before}${sayings[way]!(groups)}${after}`], { words: true });
          const { transcript, findings } = redactTranscript(call);
          expect(scanForPlants(canonicalJson(transcript), [{ name: kind, digits }])).toEqual([]);
          expect(transcript.turns[0]!.text).toContain(`⟦${kind}⟧`);
          expect(transcript.turns[0]!.words!.some(({ text }) => text.startsWith(`⟦${kind}⟧`))).toBe(true);
          expect(
            /\d|[零二三四五六七八九幺]|\b(?:two|three|four|five|six|seven|eight|nine|oh)\b/iu.test(transcript.turns[0]!.text),
          ).toBe(false);
          expect(findings.map((finding) => finding.kind)).toEqual([kind]);
        },
      ),
      { numRuns: 60 * scale },
    );
  });

  test('split over turns with the other voice between, the parts are one number', () => {
    fc.assert(
      fc.property(
        cardNumbers.chain((digits) => fc.tuple(fc.constant(digits), grouped(digits))),
        said,
        fc.constantFrom('嗯', 'uh-huh', '好的您说', 'go on'),
        ([digits, groups], way, between) => {
          const say = sayings[way]!;
          const lines = groups.flatMap((group, index) => [
            `customer: ${say([group])}`,
            ...(index < groups.length - 1 ? [`agent: ${between}`] : []),
          ]);
          const { transcript } = redactTranscript(callOf(lines));
          const left = transcript.turns.filter(({ speaker }) => speaker === 'customer').map(({ text }) => text);
          expect(new Set(left)).toEqual(new Set(['⟦card⟧']));
          expect(scanForPlants(canonicalJson(transcript), [{ name: 'card', digits }])).toEqual([]);
        },
      ),
      { numRuns: 40 * scale },
    );
  });

  test('read back by the other voice, whole, in part of four digits or more, or with a digit lost, it is hidden again', () => {
    fc.assert(
      fc.property(cardNumbers, said, said, fc.nat(), (digits, way, back, seed) => {
        const say = (text: string) => sayings[back]!([text]);
        const lost = digits.slice(0, seed % digits.length) + digits.slice((seed % digits.length) + 1);
        const part = digits.slice(seed % (digits.length - 5), (seed % (digits.length - 5)) + 5);
        const { transcript } = redactTranscript(
          callOf([
            `agent: 前面是 ${say(part)}`,
            `customer: 卡号是 ${sayings[way]!([digits])}`,
            `agent: ${say(digits)} 对吧`,
            `agent: ${say(lost)} 对吗`,
          ]),
        );
        // What a damaged one is called may differ; that it is hidden may not.
        expect(transcript.turns.map(({ text }) => text.replace(/⟦\w+⟧/u, '⟦⟧'))).toEqual([
          '前面是 ⟦⟧',
          '卡号是 ⟦⟧',
          '⟦⟧ 对吧',
          '⟦⟧ 对吗',
        ]);
        expect(transcript.turns[1]!.text).toBe('卡号是 ⟦card⟧');
      }),
      { numRuns: 40 * scale },
    );
  });
});

describe('the redacted transcript', () => {
  const call = callOf(
    [
      'agent: 您好，工号八零幺二，请问您的卡号是多少？',
      'customer: 我看一下，六二二二，零二幺二，三四五六，七八九四。好了。',
      'agent: 谢谢。',
    ],
    { words: true, confidence: 0.9 },
  );

  test("holds one typed word a span, with the span's times, and nothing of its length", () => {
    const { transcript, findings } = redactTranscript(call);
    const turn = transcript.turns[1]!;
    expect(turn.text).toBe('我看一下，⟦card⟧。好了。');
    expect(turn.words!.map(({ text }) => text)).toEqual(['我', '看', '一', '下，', '⟦card⟧。', '好', '了。']);
    const [finding] = findings;
    expect(turn.text.slice(finding!.start, finding!.end)).toBe('⟦card⟧');
    const typed = turn.words![4]!;
    expect([typed.startMs, typed.endMs]).toEqual([finding!.startMs, finding!.endMs]);
    expect(typed).not.toHaveProperty('confidence');
    expect(redactedSchema.parse({ version: 1, transcript, findings })).toMatchObject({ version: 1, findings });
    expect(transcript.redactions).toEqual(findings);
  });

  test('is the same when it is redacted again', () => {
    const once = redactTranscript(call).transcript;
    const twice = redactTranscript(once);
    expect(twice.findings).toEqual([]);
    expect(twice.transcript).toEqual(once);
  });

  test('is the same bytes for the same input, and leaves its input as it was', () => {
    const before = canonicalJson(call);
    expect(canonicalJson(redactTranscript(call))).toBe(canonicalJson(redactTranscript(call)));
    expect(canonicalJson(call)).toBe(before);
  });

  test('drops fields that nobody knows: they may hold what was said', () => {
    const told = transcriptSchema.parse({
      ...call,
      note: 'card 6222021234567894',
      turns: call.turns.map((turn) => ({
        ...turn,
        raw: turn.text,
        overlap: true,
        words: turn.words!.map((word) => ({ ...word, heard: word.text })),
      })),
    });
    const { transcript } = redactTranscript(told);
    expect(scanForPlants(canonicalJson(transcript), [{ name: 'card', digits: '6222021234567894' }])).toEqual([]);
    expect(transcript).not.toHaveProperty('note');
    expect(transcript.turns[0]).toMatchObject({ overlap: true });
    expect(transcript.turns[0]).not.toHaveProperty('raw');
  });

  test('makes the written form again where something was hidden', () => {
    const told = {
      ...call,
      turns: call.turns.map((turn) => ({
        ...turn,
        written: turn.text.replace('六二二二，零二幺二，三四五六，七八九四', '6222021234567894'),
      })),
    };
    expect(canonicalJson(redactTranscript(told).transcript)).not.toContain('6222');
  });

  test('leaves words out that say something else than the text', () => {
    const [turn] = callOf(['customer: 我的卡丢了。']).turns;
    const told = { ...call, turns: [{ ...turn!, words: [{ text: '6222021234567894', startMs: 1000, endMs: 2000 }] }] };
    expect(redactTranscript(told).transcript.turns[0]).not.toHaveProperty('words');
  });

  test('cuts a word that holds digits and more, and keeps the rest', () => {
    const [turn] = callOf(['customer: 卡号是6222021234567894对吧']).turns;
    const words = [{ text: '卡号是6222021234567894对吧', startMs: 1000, endMs: 3100 }];
    const { transcript } = redactTranscript({ ...call, turns: [{ ...turn!, words }] });
    expect(transcript.turns[0]!.text).toBe('卡号是⟦card⟧对吧');
    expect(transcript.turns[0]!.words!.map(({ text }) => text)).toEqual(['卡号是', '⟦card⟧', '对吧']);
  });
});

describe('the redactor for other texts', () => {
  test('hides what a title or a message gives away', () => {
    expect(redactText('Card 4111 1111 1111 1111, call me on 020 7946 0018 or mail jo.doe@example.com')).toBe(
      'Card ⟦card⟧, call me on ⟦phone⟧ or mail ⟦email⟧',
    );
    expect(redactText('客户身份证110101198511200121，手机13800138000')).toBe('客户身份证⟦idcard⟧，手机⟦phone⟧');
    expect(redactText('密码是Abc12345')).toBe('密码是⟦pin⟧');
    expect(redactText('Read 12 of 4096 bytes at 2026-10-12T10:04:31+08:00')).toBe(
      'Read 12 of 4096 bytes at 2026-10-12T10:04:31+08:00',
    );
  });

  test('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(typeof redactText(text)).toBe('string');
      }),
      { numRuns: 200 * scale },
    );
  });
});
