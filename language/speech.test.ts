import { readdirSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  affirmation,
  clauses,
  countUnits,
  digitRuns,
  digitRunsAcross,
  isBackchannel,
  isQuestion,
  languageVersion,
  normaliseText,
  phoneCost,
  phonesOf,
  settingsOf,
  simplify,
  soundCost,
  soundId,
  type Syllable,
  syllableCount,
  syllablesOf,
  tablesHash,
  wordWeight,
  writtenForm,
} from './index.ts';

describe('a text for comparing', () => {
  test.each([
    ['Ｗｏｎ’ｔ', 'will not'],
    ["I can't, it's non-guaranteed", 'i can not it is non guaranteed'],
    ['餘額，風險。', '余额风险'],
    ['本产品（R3）', '本产品 r 3'],
    ['⟦card⟧ ok', '⟦card⟧ ok'],
    ['don’t', 'do not'],
  ])('%s', (text, expected) => {
    expect(normaliseText(text)).toBe(expected);
  });

  test('normalising twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        const once = normaliseText(text);
        expect(normaliseText(once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  test('simplified characters stand where the traditional ones stood', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'後臺灣頭髮乾淨著作看餘額風險保證a👍，龘')), (characters) => {
        const text = characters.join('');
        expect(simplify(text)).toHaveLength(text.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('clauses', () => {
  const cut = (text: string): string[] => clauses(text).map(({ start, end }) => text.slice(start, end));

  test.each([
    ['年化3.5，不保本但是灵活。所以1,000元', ['年化3.5', '不保本', '但是灵活', '所以1,000元']],
    ['不但保本而且安全，不过期', ['不但保本', '而且安全', '不过期']],
    ['本金、利息和费用', ['本金、利息和费用']],
    [
      'So far so good and it is not so safe because rates fall',
      ['So far so good', 'and it is not so safe', 'because rates fall'],
    ],
    ['two hundred and five dollars, six and a half percent', ['two hundred and five dollars', 'six and a half percent']],
    ['！？。', []],
  ])('%s', (text, expected) => {
    expect(cut(text)).toEqual(expected);
  });

  test('lie in order and leave out nothing but marks and spaces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('保证', '，', '。', '但', ' and ', 'it', '?', '3.5', '、', ' so ', '不过')),
        (parts) => {
          const text = parts.join('');
          let at = 0;
          let left = '';
          for (const { start, end } of clauses(text)) {
            expect(start).toBeGreaterThanOrEqual(at);
            expect(end).toBeGreaterThan(start);
            left += text.slice(at, start);
            at = end;
          }
          expect(`${left}${text.slice(at)}`).toMatch(/^[\s，。?]*$/u);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what a customer answers', () => {
  test.each([
    [
      'affirm',
      '是的|对，是我本人|清楚的|嗯，对|没问题|当然没问题|可以的|听清楚了|都看过了|yes I do|that’s correct|of course|没错|有啊|可不是嘛|no problem',
    ],
    [
      'negate',
      '不是|没有|没有没有|不清楚|我没看过|对，没有|没人承诺过|No, I have not.|not really|absolutely not|I don’t understand this|不同意|从来没有',
    ],
    [
      'unclear',
      '嗯|嗯嗯|Uh-huh.|好像是吧|大概|应该吧|应该是|I guess|I’m not sure|差不多吧|说不清|不知道|什么？|是不是那个|好的，但是我不同意|忘了|行吧|maybe|我不想说',
    ],
    ['none', '|。|…'],
  ])('%s', (answer, texts) => {
    for (const text of texts.split('|')) expect(affirmation(text), text).toBe(answer);
  });
});

describe('how a clause says it', () => {
  test.each([
    ['如果有人跟您说保证收益', ['supposed', 'reported']],
    ['要是亏了', ['supposed']],
    ['他说稳赚不赔', ['reported']],
    ['有人说零风险', ['reported']],
    ['they told me it is safe', ['reported']],
    ['千万别相信', ['rejected']],
    ['那是不对的', ['rejected']],
    ['That’s not true', ['rejected']],
    ['保证收益吗', ['asked']],
    ['does it guarantee returns', ['asked']],
    ['您清楚没有', ['asked']],
    ['本产品不保证收益', []],
    ['we guarantee your principal', []],
    ['您可以看一下说明书的话题', []],
  ])('%s', (text, expected) => {
    expect(settingsOf(text)).toEqual(expected);
  });

  test('a question is told by mark, word or order', () => {
    for (const text of ['您好？', '能听到吗', '是否本人', '那赎回呢', 'Can you hear me', 'what is the rate', '对吧'])
      expect(isQuestion(text), text).toBe(true);
    for (const text of ['好的', '没什么', '怎么都行', 'I can hear you', '我们什么都有'])
      expect(isQuestion(text), text).toBe(false);
  });

  test('a back-channel says only that one listens', () => {
    for (const text of ['嗯', '对对对', '好的', 'Mm-hmm.', 'yeah, right', 'I see', '哦'])
      expect(isBackchannel(text), text).toBe(true);
    for (const text of ['', '好的，我要投诉', '不是', 'I see it', '二十', 'no']) expect(isBackchannel(text), text).toBe(false);
  });
});

describe('runs of digits', () => {
  test.each([
    ['卡号四一一一 幺幺幺幺，嗯 一一一一 1111。', ['4111111111111111']],
    ['4111-1111-1111-1111', ['4111111111111111']],
    ['four one one one, double one triple two', ['411111222']],
    ['forty one eleven, oh two', ['411102']],
    ['尾号三四零零三一九三七零幺零幺零五幺叉', ['3400319370101051X']],
    ['一三八 妖 零零', ['138100']],
    ['１３８００', ['13800']],
    ['three four and five six', ['34', '56']],
    ['我要一个', []],
  ])('%s', (text, expected) => {
    expect(digitRuns(text).map(({ digits }) => digits)).toEqual(expected);
  });

  test('a misheard digit is uncertain, and none stands at the end of a run', () => {
    const [run] = digitRuns('一三八妖零要');
    expect(run?.parts.map(({ digit, uncertain }) => `${digit}${uncertain ? '?' : ''}`)).toEqual(['1', '3', '8', '1?', '0']);
  });

  test('each digit knows its place, over several turns', () => {
    const pieces = ['卡号是六二二二', '零二幺三', '好了'];
    const [run] = digitRunsAcross(pieces);
    expect(run?.digits).toBe('62220213');
    expect(run?.parts.map(({ piece, start, end }) => pieces[piece]?.slice(start, end)).join('')).toBe('六二二二零二幺三');
  });
});

describe('sounds', () => {
  const one = (han: string): Syllable => syllablesOf(han)[0] as Syllable;

  test('heteronyms follow their words, and finals are spelt as they sound', () => {
    expect(syllablesOf('银行').map(({ initial, final }) => `${initial}.${final}`)).toEqual(['.in', 'h.ang']);
    expect(syllablesOf('还款')[0]).toEqual({ initial: 'h', final: 'uan', tone: 2 });
    expect([one('有').final, one('王').final, one('用').final, one('句').final, one('水').final]).toEqual([
      'iou',
      'uang',
      'iong',
      'ü',
      'uei',
    ]);
  });

  test('what a line does not keep apart is cheap and has one id', () => {
    for (const [a, b] of ['知资', '吃词', '是四', '你李', '发哈', '音英', '身生', '安昂'].map((pair) =>
      [...pair].map((each) => one(each)),
    )) {
      if (a === undefined || b === undefined) continue;
      expect(soundCost(a, b)).toBeLessThan(300);
      expect(soundId(a)).toBe(soundId(b));
    }
    expect(soundCost(one('保'), one('证'))).toBe(1000);
    expect(soundId(one('保'))).not.toBe(soundId(one('证')));
  });

  test('costs are the same both ways, and nothing for the same sound', () => {
    const sounds = [...syllablesOf('保证收益风险不存款王用句'), ...phonesOf('guarantee'), ...phonesOf('deposit')];
    for (const a of sounds)
      for (const b of sounds) {
        expect(soundCost(a, b)).toBe(soundCost(b, a));
        if (a === b) expect(soundCost(a, b)).toBe(0);
        expect(soundCost(a, b)).toBeLessThanOrEqual(1000);
      }
    expect(phoneCost('P', 'B')).toBeLessThan(phoneCost('P', 'NG'));
  });

  test('English words are read from the table, by letter, or by rule', () => {
    expect(phonesOf('deposit').join(' ')).toBe('D AH P AA Z IH T');
    expect(phonesOf('ATM').join(' ')).toBe('EY T IY EH M');
    expect(phonesOf("bank's").at(-1)).toBe('Z');
    for (const word of ['blorvex', 'qi', 'zzz', 'constructor', '__proto__'])
      expect(phonesOf(word).length, word).toBeGreaterThan(0);
  });

  test('rare words weigh more than common ones', () => {
    const weight = (text: string): number => wordWeight({ kind: /[a-z]/.test(text) ? 'word' : 'han', text });
    expect(weight('嗯')).toBe(0);
    expect(weight('的')).toBeLessThan(weight('收'));
    expect(weight('the')).toBeLessThan(weight('account'));
    expect(weight('account')).toBeLessThan(weight('fiduciary'));
    for (const word of ['龘', 'zzxq', '的', 'the'])
      expect(Number.isInteger(weight(word)) && weight(word) >= 250 && weight(word) <= 1500, word).toBe(true);
  });

  test('the tables are those whose hash is in the version', () => {
    const hash = createHash('sha256');
    for (const name of ['han', 'english']) hash.update(readFileSync(new URL(`./tables/${name}.json`, import.meta.url)));
    expect(hash.digest('hex')).toBe(tablesHash);
    expect(languageVersion).toContain(tablesHash.slice(0, 12));
  });
});

test('rates count Han characters and English words', () => {
  expect(countUnits("您好 I won't 五百块")).toEqual({ han: 5, words: 2 });
  expect(syllableCount('您好 account')).toBe(4);
});

describe('written forms', () => {
  test.each([
    ['年化百分之二点六', '年化2.6%'],
    ['工号八零幺二', '工号8012'],
    ['十二块五毛', '12块5毛'],
    ['价格是十三点五元', '价格是¥13.5'],
    ['两千万人', '2000万人'],
    ['上午八点半准时开会', '8:30a.m.准时开会'],
    ['一个问题', '一个问题'],
    ['十几个', '十几个'],
    ['four dollars and sixty nine cents', '$4.69'],
    ['july twenty fifth two thousand twelve', 'july 25 2012'],
    ['five point two million', '5.2 million'],
    ['已经是5%了', '已经是5%了'],
  ])('%s', (spoken, written) => {
    expect(writtenForm(spoken)).toBe(written);
  });

  test('of WeTextProcessing’s pairs, at least as many as were ever right', () => {
    const atLeast: Readonly<Record<string, number>> = { zh: 121, en: 206 };
    for (const language of ['zh', 'en'] as const) {
      const folder = new URL(`../test/fixtures/itn/${language}/`, import.meta.url);
      let right = 0;
      for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt')))
        for (const line of readFileSync(new URL(file, folder), 'utf8').split('\n')) {
          const [spoken, written] = line.split('=>');
          if (written !== undefined && writtenForm((spoken ?? '').trim(), language) === written.trim()) right += 1;
        }
      expect(right).toBeGreaterThanOrEqual(atLeast[language] ?? 0);
    }
  });
});
