import { simplify } from './simplify.ts';

export type Answer = 'affirm' | 'negate' | 'unclear' | 'none';

const hedge =
  /好像|大概|应该吧|差不多吧|可能吧|也许|说不清|不好说|不清楚|记不清|不太清楚|随口|再说吧|再考虑|不知道|看情况|不确定|\b(?:i guess|maybe|perhaps|not sure|i think so|probably|sort of|kind of|i don'?t know)\b/iu;
const negateStart =
  /^(?:嗯+|呃|啊|哦|那个|，|。|\s)*(?:不是|没有|不用|不行|不要|不对|不同意|不愿意|不可以|不方便|不需要|没|不|no\b|nope\b|never\b|not\b|i (?:do not|don'?t|did not|didn'?t|am not|have not|haven'?t)\b)/iu;
const affirmStart =
  /^(?:嗯+|呃|啊|哦|那|，|。|\s)*(?:是的?|对|好|行|可以|同意|愿意|清楚|明白|知道|了解|方便|没问题|有的?|讲过|看过|看完|签了?|确认|自愿|当然|能|需要|接受|没错|yes\b|yeah\b|yep\b|sure\b|correct\b|right\b|ok(?:ay)?\b|of course\b|i do\b|i am\b|i have\b|that'?s right|absolutely\b|certainly\b|speaking\b)/iu;
const bare = /^(?:嗯+哼?|哦+|啊+|噢|呃|mm-?hmm|uh-?huh|mhm|hmm|mm)[。，.!！\s]*$/iu;

/** What a customer's words answer: a clear yes, a clear no, something that is neither, or nothing. */
export function affirmation(text: string): Answer {
  const said = simplify(text).trim();
  if (said.replaceAll(/[\s\p{P}]/gu, '') === '') return 'none';
  if (bare.test(said)) return 'unclear';
  if (hedge.test(said)) return 'unclear';
  if (/^(?:没问题|没错|不错)/.test(said)) return 'affirm';
  if (negateStart.test(said)) return 'negate';
  if (affirmStart.test(said)) return 'affirm';
  return 'unclear';
}
