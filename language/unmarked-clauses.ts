/**
 * Where a Chinese clause ends although nobody wrote a mark: recognisers often write none. Only what cannot go on is an end: a
 * negator must never lose what it denies. Five kinds, each a rule of the language and not of a text:
 * - what never takes an object closes its clause (别着急, 不行);
 * - 不 and 没 never go with the 了 of a finished deed, so a 了 in their clause is its last word (不打扰您了|祝您…);
 * - a sentence-final particle (呢 吗 吧 嘛 啦);
 * - 的话, and 就 after a condition with a negator of its own (如果不还|就会…);
 * - words that only begin a clause (请问, 谢谢, 而是, 只要), if what is denied stands before them and takes no clause itself
 *   (没有告诉您只要…, 不代表只有… go on).
 */
const negator = '(?:不会|不要|不能|不用|不必|不是|没有|千万别|别再|不|没|别|甭)';
const self = '(?:我|您|你|咱|这边|那)';
/** What stands after an end that alone would be doubtful. */
const begins = `(?=${self}|祝|谢|感谢|麻烦|再见|好的|先|太|请)`;

const closed = [
  `${negator}(?:太|那么|这么|再|用|要|必|想)?(?:着急|著急|生气|客气|紧张|激动|慌张|慌|难过|见怪|见外|多想|多心|费心|自责|冲动|上火)[啊呀哈哦了]?`,
  `${negator}(?:太|再|用|要|必)?(?:担心|操心|害怕)[啊呀哈了]?(?=我(?:马上|先|来|帮)|您放心|您先|先[帮给])`,
  `不行(?![使动走驶])${begins}`,
  `没(?:有)?(?:问题|关系|意见|异议)${begins}`,
  `(?:没|没有|还没)(?:想|考虑|商量|决定)好(?=现在|${self}|先|再)`,
  `(?<!不是|并非|并不|不会因|不能因)(?:不用|不要|没有|没|不(?=了谢))了(?![解结断却事不的])${begins}`,
].join('|');
const closedEnd = new RegExp(closed, 'gu');

/** 不…了 and 没…了: to the 了, if no clause of a condition follows. */
const perfect =
  /(?<![是并])(?:不(?!是)|没有?|别|甭)[^不没别是因为如果除了\P{Script=Han}]{1,7}了(?![解结断却事不的就才也都还以之再])(?=我|您|你|咱|祝|那|这边|谢|感谢|麻烦|再见|好的|太|请)(?![^，。]{0,5}[就才])/gu;

const particle = /(?<=\p{Script=Han}{2}|[了的])(?:呢(?!绒|子)|吗|(?<![酒网])吧(?!台)|嘛|啦)(?=\p{Script=Han}{2})/gu;

/** What takes a clause, or a person to do something: the negator before it reaches into what follows. */
const takesClause =
  /[说讲称问提看想算]|是|存在|属于|有|代表|表示|意味|等于|说明|证明|知道|晓得|清楚|明白|了解|认为|觉得|以为|保证|承诺|答应|担保|确保|确定|确认|肯定|相信|信|希望|同意|允许|准许|许|担心|怕|告诉|通知|提醒|解释|要求|建议|推荐|主张|鼓励|接受|认可|承认|否认|排除|反对|支持|记得|忘|发现|预测|预计|预期|考虑|因|由于|任何|一切|所有|每|谁|什么|哪|能|会|可以|应|该|必|得|要|敢|肯|愿|让|叫|派|使|令|把|被|给|跟|向|对|为|替|帮|管|无论|如果|要是/u;
/** What denies a whole sentence, a condition and what follows from it. */
const wholly = '(?:不是|并不|并非|不代表|不表示|不意味|不等于|不存在|没有?说|没有?告诉|不能说|不保证|不承诺)';

/** 的话 ends a condition (没有补足的话|公司有权…); whose words they are (他的话) does not. */
const supposedEnd = new RegExp(`(?<![他她它您你我们家])(?<!${wholly}[^，。,.]{0,16})的话(?![题费剧音术])`, 'gu');
const opening = /请问|谢谢|感谢您|而是|只是|只有|只能|只要|(?<!不)然后|麻烦您/gu;
/** These begin a clause whatever stands before. */
const always = /^(?:请问|谢谢|感谢您|而是)$/u;
/** 没有|只要持有就保证收益的产品: what is denied is still to come. */
const noun = /^\p{Script=Han}{0,16}的\p{Script=Han}/u;
const anyNegator = /[不没无未非别莫勿甭]/gu;

/** The condition has its negator, what follows from it does not: 如果不还|就会…. */
const condition = new RegExp(
  `(?<!${wholly}[^，。,.]{0,8})(?:如果|要是|假如|万一|一旦|只要)[^。！？；，,.!?;]*?[不没][^。！？；，,.!?;]{1,10}?(?=(?:我们?|您|你|他|她|银行|系统)?就(?![是算]))`,
  'gu',
);

/** Offsets in a folded text at which a clause ends without a mark, in order. */
export function unmarkedEnds(text: string): readonly number[] {
  if (!/\p{Script=Han}/u.test(text) || !/[不没别甭无未非]/u.test(text)) return [];
  const ends = new Set<number>();
  for (const pattern of [closedEnd, perfect, particle, condition, supposedEnd])
    for (const match of text.matchAll(pattern)) ends.add(match.index + match[0].length);
  for (const match of text.matchAll(opening)) {
    const before = text.slice(Math.max(0, match.index - 14), match.index);
    const from = Math.max(-1, ...[...before.matchAll(anyNegator)].map((each) => each.index));
    const denied = from < 0 ? '' : before.slice(from + 1).replace(/^有/u, '');
    if (denied.length < 2) continue;
    if (always.test(match[0]) || !(takesClause.test(denied) || noun.test(text.slice(match.index)))) ends.add(match.index);
  }
  return [...ends].filter((end) => end > 0 && end < text.length).toSorted((a, b) => a - b);
}

/** English `no` before a subject is an answer of its own: no it is fine. */
export const answeredNo =
  /(?<![\w'])no(?=\s+(?:i|we|you|he|she|it|they|that|this|there|the|my|your|our|thank|thanks|just|sorry|actually)\b)/gu;
