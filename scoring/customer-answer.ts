import { affirmation, negatorsIn, normaliseText } from '../language/index.ts';
import type { Turn } from '../transcribe/index.ts';
import { type AnswerState } from './script-reading.ts';

const hedges =
  /好像|大概|可能吧|应该吧|差不多|也许|说不清|不好说|不太好说|怎么说呢|记不清|记不得|不记得|随口|再说吧|再考虑|看情况|不确定|不一定|没太注意|没注意|忘了|\b(?:i guess|i suppose|maybe|perhaps|not sure|not really sure|i think so|i don'?t think so|probably|possibly|sort of|kind of|hard to say|don'?t (?:know|remember|recall)|can'?t (?:say|remember)|more or less)\b/iu;

const refusals =
  /不想(?:说|回答|答)|不愿意?(?:说|回答)|不方便(?:说|回答|透露)|别(?:再)?问了?|不用问|拒绝回答|无可奉告|不配合|\b(?:rather not (?:say|answer)|(?:won'?t|will not|don'?t want to|not going to) (?:say|answer|tell)|no comment|none of your business|stop asking)\b/iu;

/** A bare sound says that somebody listens, not that they agree. */
const bare = /^(?:嗯|恩|哦|噢|啊|呃|额|唔|哎|mm+|mhm|uh-?huh|mm-?hmm|hmm+|hm)+$/iu;

/** What agrees and has a negator in it. */
const agreesWithNegator =
  /没(?:有|什么|啥)?(?:问题|疑问|意见|异议)|没关系|没错|\bno (?:problem|questions?|objections?|worries)\b/iu;

/** Asks for agreement after an answer; it takes nothing back. */
const tag = /(?:对|是|没错)吧$/u;

/** Openers that say no more than that an answer follows. */
const opener = /^(?:[嗯恩哦噢啊呃额唔哎，,。.\s]|那个|well\b|um+\b|uh+\b|oh\b|er+\b)+/iu;

/** Agrees with whatever was asked; before a *no* it only confirms that (对，没有). */
const merelyYes = /^(?:是的?|对的?|对对+|嗯+|好的?|yes|yeah|right|correct)$/iu;

export type TurnAnswer = 'affirm' | 'negate' | 'unclear' | 'refused' | 'mixed' | 'not_understood' | 'none';

/**
 * What one turn of the customer's answers to a question. Clear is a yes or no beyond a bare sound, or the question's own word
 * repeated, denied or not; what is neither clear nor plainly evasive was not understood, and a person listens to it.
 */
export function answerIn(text: string, question: string): TurnAnswer {
  const said = normaliseText(text).trim();
  const words = said.replaceAll(/[\s\p{P}]/gu, '');
  if (words === '') return 'none';
  if (bare.test(words)) return 'unclear';
  if (refusals.test(said)) return 'refused';
  const parts = clausesOf(text);
  const opening = openingAnswer(parts, question);
  const hedged = parts.findIndex(
    (part, index) =>
      hedges.test(part) || (part.endsWith('吧') && !(tag.test(part) && (index > 0 || Array.from(part).length > 4))),
  );
  if (hedged >= 0) return opening !== undefined && hedged > 0 ? 'mixed' : 'unclear';
  if (opening !== undefined) return contradicted(parts, opening) ? 'mixed' : opening;
  return ownWord(parts, question) ?? 'not_understood';
}

function clausesOf(text: string): readonly string[] {
  return text
    .normalize('NFKC')
    .split(/[，,。.！!；;、？?…]+/u)
    .map((part) => part.trim().replace(opener, '').trim())
    .filter((part) => part !== '');
}

/** The yes or no that an answer begins with; 对，没有 is a no. */
function openingAnswer(parts: readonly string[], question: string): 'affirm' | 'negate' | undefined {
  const [first, second] = parts;
  if (first === undefined) return undefined;
  if (agreesWithNegator.test(first)) return 'affirm';
  const said = clear(first) ?? ownWord([first], question);
  if (said !== 'affirm' || second === undefined || !merelyYes.test(first.replaceAll(/\s/gu, ''))) return said;
  return clear(second) === 'negate' && !agreesWithNegator.test(second) ? 'negate' : said;
}

function clear(part: string): 'affirm' | 'negate' | undefined {
  const said = affirmation(part);
  return said === 'affirm' || said === 'negate' ? said : undefined;
}

/** A yes that a later clause begins to take back, or the other way round. */
function contradicted(parts: readonly string[], opening: 'affirm' | 'negate'): boolean {
  return parts.slice(1).some((part) => {
    if (agreesWithNegator.test(part)) return false;
    if (opening === 'affirm') return /^(?:但是?|不过|可是|but\b|except\b)/iu.test(part) && negatorsIn(part).length > 0;
    return /^(?:但是?|不过|可是|but\b)/iu.test(part) && negatorsIn(part).length === 0;
  });
}

const functionWords =
  /请问|您|你们?|我们?|他们?|自己|是否|是不是|有没有|能不能|可不可以|已经|本人|这个|这一点|那个|关于|以及|或者|并且|以上|上述|刚才|了吗|吗|呢|吧|的|了|过|把|被|向|对|在|和|与|由|是|有|没|就|都|也|会|能|可以|要/gu;
const englishFunctionWords = new Set(
  'a an and any are as at be been but by can could did do does for from had has have i if in is it me my of on or our that the their them there this to us was we were what when which who will with would you your yourself please all'.split(
    ' ',
  ),
);

/** The question's own words, repeated: 清楚 to 您清楚了吗; with a negator it is a no. */
function ownWord(parts: readonly string[], question: string): 'affirm' | 'negate' | undefined {
  const asked = wordsOfQuestion(question);
  for (const part of parts) {
    const said = normaliseText(part);
    const at = asked.map((word) => said.indexOf(word)).filter((index) => index >= 0);
    if (at.length === 0) continue;
    const first = Math.min(...at);
    return negatorsIn(said).some(({ start }) => start <= first && first - start <= 8) ? 'negate' : 'affirm';
  }
  return undefined;
}

function wordsOfQuestion(question: string): readonly string[] {
  const clause = clausesOf(question).at(-1) ?? '';
  const pieces = clause.replaceAll(functionWords, ' ').match(/\p{Script=Han}{2,}/gu) ?? [];
  const han = pieces.flatMap((piece) => Array.from({ length: piece.length - 1 }, (_, index) => piece.slice(index, index + 2)));
  const english =
    normaliseText(clause)
      .match(/[a-z']{4,}/gu)
      ?.filter((word) => !englishFunctionWords.has(word)) ?? [];
  return [...han, ...english];
}

/** What the customer's turns after a question come to. Words that the recogniser was not sure of are not heard well. */
export function answerOf(turns: readonly Turn[], question: string): AnswerState {
  const answers = turns.map((turn): TurnAnswer => {
    const sure = turn.speaker === 'customer' && turn.speakerConfidence >= 0.7 && confidenceOf(turn) >= 0.5;
    const answer = answerIn(turn.text, question);
    return answer === 'none' || sure ? answer : 'not_understood';
  });
  const settled = answers.find((answer) => answer === 'affirm' || answer === 'negate' || answer === 'mixed');
  if (settled === 'affirm' || settled === 'negate') return settled;
  if (settled === 'mixed' || answers.includes('not_understood')) return 'not_heard_well';
  if (answers.includes('refused')) return 'refused';
  return answers.includes('unclear') ? 'unclear' : 'none';
}

function confidenceOf({ words }: Turn): number {
  const known = (words ?? []).flatMap(({ confidence }) => (confidence === undefined ? [] : [confidence]));
  return known.length === 0 ? 1 : known.reduce((sum, each) => sum + each, 0) / known.length;
}
