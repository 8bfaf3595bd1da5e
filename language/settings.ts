import { foldText } from './fold.ts';

/** How a clause says what it says, other than plainly. */
export type Setting = 'asked' | 'supposed' | 'reported' | 'rejected';

const supposed =
  /要是|如果|假如|假设|假使|假若|倘若|倘使|若是|若(?=[您你我他发出有])|万一|一旦|的话(?![题费剧音术])|即使|哪怕|比方说|譬如说|\b(?:if|suppose|supposing|assuming|in case|unless|provided that|even if|hypothetically|imagine)\b/u;
const who =
  '(?:他们?|她们?|有人|有的人|人家|别人|别家|其他人|客户|同事|朋友|亲戚|邻居|网上|网友|广告|新闻|销售|经理|柜员|前台|对方|骗子|上次那[个位]|之前那[个位]|那[个位](?:人|经理|小伙子|姑娘|同事|客服)?|谁|某些人|不法分子|中介)';
const reported = new RegExp(
  `${who}(?:就|要是|还|都|老是|总是|经常|曾经?|之前|当时|也|可能|一直)*(?:(?:跟|对|向|和|给)(?:您|你|我|他|她|大家|客户)们?)?(?:就|还|都|再)?(?:说|讲|告诉|承诺|答应|保证|宣称|声称|打包票|推荐|忽悠)|听(?:[他她人]们?|别人|人家|朋友|同事)?(?:说|讲)|据说|传言|所谓的?|号称|` +
    String.raw`\b(?:told (?:me|you|us|him|her|them)|tells? (?:me|you|us)|(?:he|she|they|someone|somebody|people|everyone|anyone|my (?:friend|husband|wife|colleague|neighbou?r)|the (?:ad|advert|website|guy|lady|man|woman|agent|manager|last agent))(?: has| have| had| just| always| also)* (?:said|say|says|claimed?|claims|promised|promises|guarantees?|guaranteed|told)|said (?:that|it|to me)|says that|heard (?:that|from|it)|according to|apparently|allegedly|supposedly|so-called|so called)\b`,
  'u',
);
const rejected =
  /别(?:信|听|相信|当真|上当)|(?:不要|不能|千万别|千万不要|切勿|请勿|勿|不可)(?:轻?信|相信|听信|当真|上当|听他)|是(?:不对|错误?|假|骗人|违规|违法|不正确|不准确|不允许|不真实|不可能|没有依据)的|不是真的|都?是假的|(?:这|那)(?:种说法|话|个说法)?(?:是)?(?:不对|不准确|不正确|不可能|不是这样|错了)|不是这样|不能这么说|不可能的|骗人的?|诈骗|是骗局|误导|谣言|没有这回事|没这回事|哪有这种事|\b(?:(?:that|this|it|which) (?:is|was) (?:not (?:true|right|correct|the case|so|accurate)|wrong|false|untrue|a lie|a scam|a rumou?r|incorrect|misleading)|(?:do not|never|please do not|should not|must not) (?:believe|trust|listen to|fall for)|is a (?:scam|lie|fraud)|not (?:true|the case)|no such thing)\b/u;
const wh =
  /(?<![没不无论管随便])(?:什么(?!都|也|的)|多少(?!都|有点)|哪(?![怕些里][都也]?)|哪里|哪些|谁(?![都也])|怎么(?!样?都|样?也|说呢|会|能|可能)|为什么|为何|如何|几(?=[个点号天年月次位张笔]))/u;
const asked =
  /[?]|(?<![什怎这那多])[吗么嘛][.。,!\s]*$|^\s*那.{1,8}呢[.。,!\s]*$|(?:对|是|没错)吧[.。,!\s]*$|(?<![不没])([^不没\P{Script=Han}])[不没]\1|是否|能否|可否|可不可|(?:清楚|明白|知道|了解|懂|好|对|是|收到|看到)了?没有?[.。,!\s]*$|^\s*请问/u;
const askedEnglish =
  /[?]|^\s*(?:and |so |but |or |then |okay |ok |well |now |sorry )*(?:(?:is|are|do|does|did|can|could|will|would|have|has|had|was|were|may|shall|should|am)(?:n't| not)? (?:you|i|we|they|he|she|it|that|this|there|the|your|my|our|any|anyone|someone|these|those|it's)\b|(?:what|when|why|how|who|whose|which|where)(?:'s|'re|'d)?\b(?! (?:ever|you need|matters)\b))|\b(?:(?:is|are|do|does|did|was|were|have|has|will|would|ca|could|should)n't (?:it|you|we|they|he|she)|right|correct|okay)\s*[?]/u;

/** How a clause says what it says; none for a plain statement. `asked` looks at a question mark that stands at its end. */
export function settingsOf(clause: string): Setting[] {
  const { text } = foldText(clause);
  const settings: Setting[] = [];
  if (isQuestion(clause)) settings.push('asked');
  if (supposed.test(text)) settings.push('supposed');
  if (reported.test(text)) settings.push('reported');
  if (isRejecting(clause)) settings.push('rejected');
  return settings;
}

export const isSupposed = (clause: string): boolean => supposed.test(foldText(clause).text);
/** Somebody else is said to have said it. */
export const isReported = (clause: string): boolean => reported.test(foldText(clause).text);
/** A clause that turns down what the one before it said: 别信, that's not true. */
export const isRejecting = (clause: string): boolean => {
  const { text } = foldText(clause);
  return rejected.test(text) || rejected.test(text.replaceAll("'s ", ' is ').replaceAll("n't", ' not'));
};
/** A question by its mark, its words or its order. */
export const isQuestion = (clause: string): boolean => {
  const { text } = foldText(clause);
  return asked.test(text) || askedEnglish.test(text) || wh.test(text);
};
