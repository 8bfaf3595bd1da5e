/** Words and turns of phrase in which a numeral is none. */
const words =
  '一下子 一下儿 一下 一定 一点儿 一点点 一点 一起 一样 一直 一些 一般 一旦 一边 一共 一切 一致 一向 一会儿 一会 一时 一律 一块儿 一块 一路 一面 一方面 一并 ' +
  '一概 一经 一再 一味 一番 一早 一手 一流 一体 一贯 一度 一带 一心 一身 一生 一辈子 一部分 一系列 一条龙 一站式 一口清 一卡通 一网通 一账通 一键 一对一 一视同仁 一目了然 一如既往 一次性 一期一会 一声 一遍遍 ' +
  '一一 一来 一去 一看 一听 一说 一查 一类 一线 一把手 一把 一群 一堆 一系 一半 唯一 统一 专一 单一 万一 同一 逐一 进一步 第一时间 第一次 第三方 第一手 第三者 第二天 ' +
  '十分感谢 十分抱歉 十分满意 十分重要 十分清楚 十分理解 十分关注 十分 万分(?!之) 百般 万能 万达 万科 万事 万物 万里 万元户 千方百计 成千上万 千家万户 百姓 百货 百度 百事 百年 百科 百忙 千古 ' +
  '零钱 零售 零食 零花 零头 零件 零距离 零风险 零容忍 零门槛 零存整取 两者 两边 两岸 两样 两全 三者 三方 三农 三星 三亚 三峡 三明 三番 三思 四川 四季 四周 四面 四处 四通 五行 五金 五一 五险 五官 五粮液 六一 六神 六合 七夕 八卦 八方 八宝 九江 九龙 ' +
  '七上八下 乱七八糟 三心二意 不三不四 丢三落四 朝三暮四 说三道四 颠三倒四 低三下四 接二连三 再三 三言两语 三长两短 一五一十 一清二楚 一干二净 一举两得 独一无二 一模一样 一心一意 一来二去 五花八门 四面八方 七嘴八舌 十全十美 十有八九 十之八九 八九不离十 不管三七二十一 三七二十一 五湖四海 三三两两 二话 二维码 二手 二楼 二来 二者 二级市场 一级市场 两清 半天 双十一 双十二 十一黄金周 老百姓 九寨沟 三资 一带一路 十三五 十四五 ' +
  '三板 一本 万向 万豪 万宝 千禧 千金 百联 百利';
const listed = words.split(' ').toSorted((a, b) => b.length - a.length);

// What follows or stands before decides for some.
const turns = String.raw`(?<![0-9一二两三四五六七八九十百千万几数点])(?:一点(?![零〇一二两三四五六七八九0-9半钟整])|一块(?![零一二两三四五六七八九钱0-9])|十分(?![之钟])|千万(?=别|不|要|记|注意|小心|得))`;
const repeated = String.raw`(?<=([^零一二两三四五六七八九十百千万点0-9]))一\1`;
const oneOf = '(?<!分)之一';
const articles =
  '一(?=个(?!半[月小钟星]|月|小时|钟头|星期|礼拜|季度|工作日|交易日|点|百分点|基点|亿)|[位份种张条项款家件样套句声段次番把群堆直些边笔步名户遍趟])';

const exceptions = new RegExp(
  `${turns}|${listed.filter((word) => !['一点', '一块', '十分'].includes(word)).join('|')}|${repeated}|${oneOf}|${articles}`,
  'gu',
);

const numeral = /[\d零一二两三四五六七八九十百千万亿点]/;
const allNumerals = /^[零一二两三四五六七八九十百千万]+$/;

/** Which places of a text lie in words whose numerals are no numbers; undefined when none does. */
export function notNumbers(text: string): Uint8Array | undefined {
  let blocked: Uint8Array | undefined;
  for (const match of text.matchAll(exceptions)) {
    const [word] = match;
    const before = text[match.index - 1] ?? '';
    const after = text[match.index + word.length] ?? '';
    // 第一家 names a place in an order; 一九五一年 is no 五一; 二十一定 ends with 一定 and not with 一.
    if (before === '第' && !word.startsWith('第')) continue;
    if (numeral.test(before) && !/^一[定样般起共直]/.test(word)) continue;
    if (allNumerals.test(word) && (numeral.test(after) || /[年月日号块元点%]/.test(after))) continue;
    blocked ??= new Uint8Array(text.length + 1);
    blocked.fill(1, match.index, match.index + word.length);
  }
  return blocked;
}
