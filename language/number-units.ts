import type { NumberKind } from './numbers.ts';

export interface Unit {
  readonly name: string;
  readonly kind: NumberKind;
}

const number = (name: string): Unit => ({ name, kind: 'number' });
const money = (name: string): Unit => ({ name, kind: 'money' });
const percent: Unit = { name: 'percent', kind: 'percent' };

const chinese: Readonly<Record<string, Unit>> = {
  ...Object.fromEntries(
    ['块钱人民币', '元人民币', '块钱', '元钱', '块', '元', '圆', '人民币', '块人民币'].map((word) => [word, money('CNY')]),
  ),
  ...Object.fromEntries(['美元', '美金', '美刀', '刀'].map((word) => [word, money('USD')])),
  ...Object.fromEntries(['港币', '港元', '块港币'].map((word) => [word, money('HKD')])),
  ...Object.fromEntries(['加元', '加币'].map((word) => [word, money('CAD')])),
  ...Object.fromEntries(['澳元', '澳币'].map((word) => [word, money('AUD')])),
  ...Object.fromEntries(['新台币', '台币'].map((word) => [word, money('TWD')])),
  ...{ 欧元: money('EUR'), 英镑: money('GBP'), 日元: money('JPY'), 日圆: money('JPY') },
  ...{ 个百分点: percent, 个点: percent, '%': percent, 百分点: percent },
  ...{ 个基点: number('basis_point'), 基点: number('basis_point'), bp: number('basis_point') },
  ...{ 个工作日: number('working_day'), 工作日: number('working_day'), 个交易日: number('trading_day'), 个自然日: number('day') },
  ...{
    天: number('day'),
    日内: number('day'),
    周: number('week'),
    个星期: number('week'),
    星期: number('week'),
    个礼拜: number('week'),
  },
  ...{ 个月: number('month'), 个季度: number('quarter'), 年期: number('year'), 周年: number('year'), 年: number('year') },
  ...{
    个小时: number('hour'),
    小时: number('hour'),
    个钟头: number('hour'),
    分钟: number('minute'),
    秒钟: number('second'),
    秒: number('second'),
  },
  ...{ 个半: number('item') },
  ...{
    折: number('discount'),
    期: number('instalment'),
    次: number('count'),
    遍: number('count'),
    回: number('count'),
    趟: number('count'),
  },
  ...{
    岁: number('age'),
    倍: number('times'),
    股: number('share'),
    手: number('lot'),
    克: number('gram'),
    盎司: number('ounce'),
  },
  ...Object.fromEntries('个笔张位份套户名条项家件人级层种类步支只款台封页道声句'.split('').map((word) => [word, number('item')])),
};

const english: Readonly<Record<string, Unit>> = {
  ...Object.fromEntries(
    ['dollar', 'dollars', 'bucks', 'buck', 'us dollars', 'us dollar', 'united states dollars', 'united states dollar', 'usd'].map(
      (word) => [word, money('USD')],
    ),
  ),
  ...Object.fromEntries(['hong kong dollars', 'hong kong dollar', 'hkd'].map((word) => [word, money('HKD')])),
  ...Object.fromEntries(['canadian dollars', 'canadian dollar', 'cad'].map((word) => [word, money('CAD')])),
  ...Object.fromEntries(['australian dollars', 'australian dollar', 'aud'].map((word) => [word, money('AUD')])),
  ...Object.fromEntries(['pound', 'pounds', 'pounds sterling', 'quid', 'gbp'].map((word) => [word, money('GBP')])),
  ...Object.fromEntries(['euro', 'euros', 'eur'].map((word) => [word, money('EUR')])),
  ...{ yen: money('JPY') },
  ...Object.fromEntries(['yuan', 'rmb', 'kuai', 'renminbi', 'cny'].map((word) => [word, money('CNY')])),
  ...Object.fromEntries(
    ['percent', 'per cent', 'percentage point', 'percentage points', 'percentage'].map((word) => [word, percent]),
  ),
  ...{ 'basis point': number('basis_point'), 'basis points': number('basis_point') },
  ...Object.fromEntries(
    ['business', 'working'].flatMap((kind) => ['day', 'days'].map((word) => [`${kind} ${word}`, number('working_day')] as const)),
  ),
  ...Object.fromEntries(
    ['day', 'week', 'month', 'quarter', 'year', 'hour', 'minute'].flatMap((word) => [
      [word, number(word)] as const,
      [`${word}s`, number(word)] as const,
    ]),
  ),
  ...{
    seconds: number('second'),
    second: number('second'),
    times: number('count'),
    installments: number('instalment'),
    instalments: number('instalment'),
  },
  ...{ 'years old': number('age'), shares: number('share'), mins: number('minute'), hrs: number('hour') },
};

const longestFirst = (words: readonly string[]): string =>
  words
    .toSorted((a, b) => b.length - a.length)
    .map((word) => word.replaceAll(' ', String.raw`\s+`))
    .join('|');
const afterChinese = new RegExp(String.raw`\s?(${longestFirst(Object.keys(chinese))})`, 'y');
const afterEnglish = new RegExp(String.raw`[\s-]{0,2}(${longestFirst(Object.keys(english))})(?![a-z])`, 'y');

/** The unit that stands at a place, with where it ends. */
export function unitAt(text: string, at: number): (Unit & { readonly end: number }) | undefined {
  afterChinese.lastIndex = at;
  const zh = afterChinese.exec(text);
  if (zh !== null) {
    const unit = chinese[zh[1] ?? ''];
    // 号 and 日 are read as dates; 分 with 十 is no unit; 年 after 个半 is
    if (unit !== undefined) return { ...unit, end: at + zh[0].length };
  }
  afterEnglish.lastIndex = at;
  const en = afterEnglish.exec(text);
  if (en === null) return undefined;
  const unit = english[(en[1] ?? '').replaceAll(/\s+/g, ' ')];
  return unit === undefined ? undefined : { ...unit, end: at + en[0].length };
}

/** Marks that stand before an amount. */
const marks: Readonly<Record<string, string>> = {
  '¥': 'CNY',
  '￥': 'CNY',
  rmb: 'CNY',
  cny: 'CNY',
  $: 'USD',
  us$: 'USD',
  usd: 'USD',
  hk$: 'HKD',
  hkd: 'HKD',
  '€': 'EUR',
  '£': 'GBP',
};
const mark = /(us\$|hk\$|rmb|cny|usd|hkd|[¥￥$€£])\s?(?=\d)/y;

/** A currency mark at a place, before digits. */
export function currencyMarkAt(text: string, at: number): { readonly name: string; readonly end: number } | undefined {
  mark.lastIndex = at;
  const match = mark.exec(text);
  const name = match === null ? undefined : marks[match[1] ?? ''];
  return match === null || name === undefined ? undefined : { name, end: at + match[0].length };
}
