import { describe, expect, test } from 'vitest';
import { clauses, spokenClauses } from './index.ts';

const cutUp = (text: string): string =>
  spokenClauses(text)
    .map(({ start, end }) => text.slice(start, end))
    .join('|');

describe('a clause that nobody marked ends', () => {
  test.each([
    ['别着急我马上帮您处理', '别着急|我马上帮您处理'],
    ['您也不用太自责以后多留个心眼', '您也不用太自责|以后多留个心眼'],
    ['那就不打扰您了祝您工作顺利', '那就不打扰您了|祝您工作顺利'],
    ['还没定下来呢你们利率也太低了', '还没定下来呢|你们利率也太低了'],
    ['我还没想好现在利率怎么样', '我还没想好|现在利率怎么样'],
    ['如果处理不好我就把钱转走', '如果处理不好|我就把钱转走'],
    ['没有及时补足的话公司有权平仓', '没有及时补足的话|公司有权平仓'],
    ['没有密码只有我自己知道', '没有密码|只有我自己知道'],
    ['这不是存款而是理财产品', '这不是存款|而是理财产品'],
    ['不影响您的征信请问还有问题吗', '不影响您的征信|请问还有问题吗'],
    ['不用担心我马上联系您', '不用担心|我马上联系您'],
    ["no it's fine", "no|it's fine"],
  ])('%s', (text, expected) => expect(cutUp(text)).toBe(expected));
});

describe('what is denied stays with its negator', () => {
  test.each([
    '没有告诉您只有银行可以保证收益',
    '不代表只要持有就保证收益',
    '不是买了您就保证收益',
    '没有了保证收益',
    '我们保证不了您的收益',
    '不能了解您的密码',
    '不用担心亏损',
    '您不用担心我们会收取费用',
    '不存在只要持有就保证收益的情况',
    '不提供只有我们才有的产品',
    '并不是如果不还款就会上征信',
    '不是说不还的话会上征信',
    '不会误会您的意思',
    '不要听他的话买理财',
    '没有问题需要反馈',
    '不行使您的权利',
    '不允许我们承诺保本',
    'there is no way we guarantee it',
    'no customer is charged',
  ])('%s', (text) => expect(cutUp(text)).toBe(text));
});

test('what has marks is cut at them as before', () => {
  const text = '您好，这里是海川银行。别着急，我马上帮您处理，请问您的卡号是多少？';
  expect(spokenClauses(text)).toEqual(clauses(text));
});
