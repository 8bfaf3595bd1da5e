/** A word that denies what its clause says. */
export interface NegatorSpan {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Longest first. Words in which a negator's character denies nothing, and pairs that cancel. */
const noNegators = [
  '不得不',
  '不能不',
  '不会不',
  '不是不',
  '不可能不',
  '并非不',
  '不无',
  '无不',
  '无非',
  '没有不',
  '非得',
  '非要',
  '非常',
  '除非',
  '莫非',
  '未必不',
  '对不起',
  '不好意思',
  '不客气',
  '不用谢',
  '没问题',
  '没关系',
  '没事',
  '不要紧',
  '不但',
  '不仅仅',
  '不仅',
  '不光',
  '不只',
  '不单',
  '不过',
  '不管',
  '不论',
  '无论',
  '不断',
  '不久',
  '不少',
  '不错',
  '不同',
  '不如',
  '不妨',
  '不料',
  '不禁',
  '不由得',
  '不愧',
  '差不多',
  '要不然',
  '要不',
  '不然',
  '不然的话',
  '说不定',
  '免不了',
  '少不了',
  '忍不住',
  '来不及',
  '了不起',
  '受不了',
  '未来',
  '未成年',
  '无误',
  '无线',
  '无疑',
  '无限',
  '无锡',
  '无卡',
  '别的',
  '别人',
  '别墅',
  '别名',
  '特别',
  '区别',
  '分别',
  '级别',
  '类别',
  '性别',
  '个别',
  '告别',
  '识别',
  '辨别',
  '判别',
  '鉴别',
  '派别',
  '国别',
  '离别',
  '另外别',
  '没收',
  '沉没',
  '淹没',
  '出没',
  '没落',
  '埋没',
  '非农',
  '非洲',
  '是非',
  '非法',
  '非凡',
  '非典',
  '不动产',
  '不锈钢',
  '不等式',
  '不倒翁',
  '不尽',
  '不二',
  '不下',
  '不止',
  '没准',
  '不见不散',
  '不一会儿',
  '不一定不',
].toSorted((a, b) => b.length - a.length);

const negatorsZh = [
  '从来没有',
  '从来不',
  '从未',
  '并没有',
  '并不是',
  '并不',
  '并非',
  '没有',
  '不是',
  '不能',
  '不会',
  '不要',
  '不用',
  '不可以',
  '不可能',
  '不可',
  '不得',
  '不准',
  '不许',
  '不该',
  '不应该',
  '不必',
  '不肯',
  '不敢',
  '不想',
  '不再',
  '不曾',
  '不太',
  '不怎么',
  '绝不',
  '决不',
  '毫不',
  '毫无',
  '绝非',
  '未必',
  '未曾',
  '尚未',
  '未能',
  '未',
  '无法',
  '无须',
  '无需',
  '无',
  '没',
  '不',
  '非',
  '别',
  '甭',
  '莫',
  '勿',
  '休想',
  '谁也不',
  '禁止',
  '拒绝',
  '杜绝',
].toSorted((a, b) => b.length - a.length);

const englishExceptions =
  /\b(?:not only|no problem|no problems|no doubt|no worries|not to mention|not just|why not|no matter|cannot but|can not but|nothing but|no longer than|if not|or not|number no)\b/giu;
const englishNegators =
  /\b(?:not|never|no|nothing|nobody|none|neither|nor|cannot|without|hardly|rarely|seldom|nowhere|no one|ain['’]t|\w+n['’]t)\b/giu;

/** `是不是`, `有没有`, `清楚没有`: A-not-A asks and denies nothing. */
const aNotA = /([\u4e00-\u9fff])[不没]\1|有没有|[\u4e00-\u9fff]了?没有?(?=[？?，。啊呀呢]|$)/gu;

/** The negators of a text, in order. What only looks like one (有没有, 没问题, 未来, not only) is none. */
export function negatorsIn(text: string): NegatorSpan[] {
  const blocked = new Uint8Array(text.length + 1);
  const block = (start: number, length: number): void => void blocked.fill(1, start, start + length);
  for (const match of text.matchAll(aNotA)) block(match.index, match[0].length);
  for (const word of noNegators)
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (blocked[at] === 0) block(at, word.length);
  for (const match of text.matchAll(englishExceptions)) block(match.index, match[0].length);
  const found: NegatorSpan[] = [];
  const taken = new Uint8Array(text.length + 1);
  const add = (start: number, length: number): void => {
    for (let index = start; index < start + length; index++) if (blocked[index] === 1 || taken[index] === 1) return;
    taken.fill(1, start, start + length);
    found.push({ start, end: start + length, text: text.slice(start, start + length).toLowerCase() });
  };
  for (const word of negatorsZh) for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) add(at, word.length);
  for (const match of text.matchAll(englishNegators)) add(match.index, match[0].length);
  return found.toSorted((a, b) => a.start - b.start);
}
