import { describe, expect, test } from 'vitest';
import { negatorsIn, negatorsVersion } from './index.ts';

const scale = Number(process.env['PLUMBLINE_TEST_SCALE'] ?? 1);
const list = (words: string): string[] => words.split(/[ ]*\|[ ]*/);
/** Every combination of the parts, in an order that only their number decides, `most` of them. */
function sentences(most: number, ...parts: string[][]): string[] {
  return combined(most, '', parts);
}
const englishSentences = (most: number, ...parts: string[][]): string[] => combined(most, ' ', parts);

function combined(most: number, between: string, parts: string[][]): string[] {
  const total = parts.reduce((product, part) => product * part.length, 1);
  const count = Math.min(total, Math.max(1, Math.round(most * scale)));
  return Array.from({ length: count }, (_, index) => {
    // A step that shares no factor with the total visits every combination once.
    let place = (index * 7919 + 13) % total;
    return parts
      .map((part) => {
        const chosen = part[place % part.length] ?? '';
        place = Math.floor(place / part.length);
        return chosen;
      })
      .filter((chosen) => chosen !== '')
      .join(between);
  });
}

describe('a word that denies is found', () => {
  const who = list('我们 | 本产品 | 这款理财 | 银行 | 这个基金 | 咱们这边 | 我个人 | 公司 | 该产品 | 我 | 他们 | 咱行');
  const adverb = list(' | 真的 | 现在 | 其实 | 一般 | 目前 | 肯定 | 也');
  const denial = list(
    '不 | 并不 | 绝不 | 从不 | 不能 | 不会 | 不可以 | 没有 | 从来没有 | 没 | 从未 | 无法 | 不可能 | 不得 | 不应该 | 未曾 | 并没有 | 不敢 | 没法 | 不是 | 并非 | 不再 | 无权 | 决不 | 毫不',
  );
  const deed = list('保证 | 承诺 | 说过 | 答应 | 担保 | 确保 | 提供 | 收取 | 推荐 | 代表');
  const what = list('收益 | 本金安全 | 保本保息 | 每年百分之五 | 零风险 | 您能赚钱 | 手续费 | 年费 | 固定回报 | 兑付');

  test('in Chinese', () => {
    for (const said of sentences(6000, who, adverb, denial, deed, what)) {
      const found = negatorsIn(said);
      expect(found.length, said).toBeGreaterThan(0);
      expect(said.slice(found[0]?.start, found[0]?.end), said).toMatch(/[不没未无非别]/u);
    }
  });

  test('in front of a noun, and as an order', () => {
    for (const said of sentences(
      600,
      list('本产品 | 这款 | 这个'),
      list('无 | 毫无 | 绝无 | 没有 | 并无 | 非'),
      list('保本 | 固定收益 | 保底 | 担保 | 刚性兑付'),
    ))
      expect(negatorsIn(said).length, said).toBeGreaterThan(0);
    for (const said of sentences(
      600,
      list('请 | 您 | 大家 | '),
      list('别 | 千万别 | 切勿 | 不要 | 勿 | 请勿 | 甭 | 禁止 | 严禁'),
      list('承诺收益 | 相信 | 告诉别人密码 | 转账'),
    ))
      expect(negatorsIn(said).length, said).toBeGreaterThan(0);
    for (const said of sentences(200, list('哪 | 怎么可 | 岂 | 怎么'), list('能保证收益 | 能稳赚不赔 | 能承诺')))
      expect(negatorsIn(said).length, said).toBeGreaterThan(0);
  });

  test('in English', () => {
    const subject = list('we | this product | the bank | our fund | I | they | the plan | nobody here can say we');
    const denied = list(
      " do not| don't| cannot| can't| never| will not| won't| would never| did not| didn't| are not able to| is not allowed to| could not| shouldn't| have never| no longer| hardly| can’t| DON'T",
    );
    const act = list(' guarantee| promise| offer| ensure| charge| recommend| secure');
    const thing = list(' returns| your principal| a fixed return| zero risk| five percent a year| that it is safe');
    for (const said of englishSentences(4000, subject, denied, act, thing))
      expect(negatorsIn(said).length, said).toBeGreaterThan(0);
    for (const said of [
      'there is no guarantee',
      'without any guarantee',
      'nothing is guaranteed',
      'none of it is guaranteed',
      'neither is guaranteed',
      'non-guaranteed returns',
    ])
      expect(negatorsIn(said).length, said).toBe(1);
  });
});

describe('a negator’s character in another word is none', () => {
  test('in Chinese', () => {
    const before = list('您好， | 那 | 嗯 | 这边 | 好的， | 王女士，');
    const innocent = list(
      '不但保证收益 | 不仅保证收益 | 不仅仅是保证收益 | 不光保证收益 | 不过保证收益 | 不管怎样保证收益 | 对不起保证收益 | 不好意思保证收益 | 不客气保证收益 | 没问题保证收益 | 没关系保证收益 | 没错保证收益 | 非常保证收益 | 除非保证收益 | 未来保证收益 | 无论如何保证收益 | 核对无误保证收益 | 别的产品保证收益 | 别人保证收益 | 特别保证收益 | 区别是保证收益 | 分别保证收益 | 级别保证收益 | 识别以后保证收益 | 性别保证收益 | 是不是保证收益 | 有没有保证收益 | 能不能保证收益 | 会不会保证收益 | 可不可以保证收益 | 愿不愿意保证收益 | 要不要保证收益 | 对不对保证收益 | 是否保证收益 | 不断保证收益 | 不久保证收益 | 差不多保证收益 | 说不定保证收益 | 不得不保证收益 | 不能不保证收益 | 不会不保证收益 | 没有不保证收益 | 无不保证收益 | 并非不保证收益 | 未必不保证收益 | 不是不保证收益 | 无条件保证收益 | 不法分子保证收益 | 莫非保证收益 | 要不保证收益 | 非要保证收益 | 非得保证收益 | 不要紧保证收益 | 没事保证收益 | 怪不得保证收益 | 免不了保证收益 | 何不保证收益 | 不妨保证收益 | 不然保证收益 | 不少产品保证收益 | 不同产品保证收益 | 无限保证收益 | 没想到保证收益',
    );
    const after = list(' | 的 | 了 | 吧 | 呢 | 啊 | 对吧');
    const said = sentences(2500, before, innocent, after);
    for (const sentence of said) expect(negatorsIn(sentence), sentence).toEqual([]);
  });

  test('as a question at the end of a clause', () => {
    for (const said of sentences(
      300,
      list('您 | 这些您都 | 刚才说的您'),
      list('清楚 | 明白 | 知道 | 了解 | 听懂 | 收到 | 看过 | 签了 | 听完'),
      list('没有？ | 没有？好的 | 没？ | 了没有？'),
    ))
      expect(negatorsIn(said), said).toEqual([]);
  });

  test('in English', () => {
    const sentence = englishSentences(
      800,
      list('well, | so | okay, | and'),
      list(
        ' not only| not just| no problem,| no doubt| no worries,| why not| nothing but| not to mention| no matter what| without a doubt| it never fails to',
      ),
      list(' guaranteed| a fixed return| we guarantee it| safe'),
      list(' | for you| today'),
    );
    for (const said of sentence) expect(negatorsIn(said), said).toEqual([]);
    for (const said of [
      "it is guaranteed, isn't it?",
      "you know that, don't you?",
      'I noted it, I know it now',
      'another note',
      'no. 5 branch',
      'she knows Norman',
    ])
      expect(negatorsIn(said), said).toEqual([]);
  });
});

test('places are those of the text as given, whatever its characters', () => {
  const said = 'Ｗｅ　無法保證ﬁ收益';
  expect(negatorsIn(said).map(({ start, end }) => said.slice(start, end))).toEqual(['無法']);
});

test('不不不 denies, and so does 没有没有', () => {
  expect(negatorsIn('不不不').length).toBe(3);
  expect(negatorsIn('没有没有').length).toBe(2);
});

test('the list has a version', () => {
  expect(negatorsVersion).toBeGreaterThan(0);
});
