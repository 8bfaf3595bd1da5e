import { clauses } from './clauses.ts';
import { fillers } from './fillers.ts';
import { negatorsIn } from './negators.ts';
import { normaliseText } from './normalise.ts';
import { isQuestion } from './settings.ts';
import { tokenise } from './tokens.ts';

export type Answer = 'affirm' | 'negate' | 'unclear' | 'none';

const hedge =
  /好像|大概|应该吧|应该[是有没会能对][^该]?|差不多吧|可能[是有没会吧]?|也许|或许|估计|似乎|貌似|说不清|说不好|不好说|不太好说|怎么说呢|不清楚吧|记不(?:太)?[清得]|不(?:太)?记得|没印象|随口|再说吧|再(?:考虑|想想|看看|商量)|考虑一下|不知道|不太?确定|不一定|看情况|没太?注意|忘了|算是吧|随便|凑合|\b(?:i guess|i suppose|maybe|perhaps|not (?:really |quite |too |so |very |entirely )?sure|think so|probably|possibly|sort of|kind of|hard to say|do not (?:really )?(?:know|remember|recall)|can not (?:say|remember|recall)|more or less|no idea|might (?:be|have)|could be|i believe so|let me think)\b/u;
const refusal =
  /不想(?:说|回答|答)|不愿意?(?:说|回答)|不方便(?:说|回答|透露)|别(?:再)?问|不用问|拒绝回答|无可奉告|\b(?:rather not|will not (?:say|answer|tell)|not going to (?:say|answer|tell)|no comment|none of your business)\b/u;
const softened = /吧$/u;

/** Agrees though a negator stands in it. */
const agreesAnyway =
  /^(?:当然|完全|都|那|也|我)*没(?:有|什么|啥)?(?:问题|疑问|意见|异议|事|错|关系)|^(?:可)?不错$|^可不(?:是|就是)?(?:嘛|吗)?$|^(?:no (?:problem|questions?|objections?|worries|doubt))\b|^not at all$/u;
const affirms =
  /^(?:那|就|也|都|我|我们|本人|当然|确实|已经|当时|的确|非常|很|挺|完全|全部|全都|肯定|那肯定|您说得|您说的|你说得|你说的|好的|行|嗯)*(?:是的?|对的?|对对|好的?|行|可以|同意|愿意|清楚|明白|知道|了解|懂|理解|方便|没问题|有的?|讲过|说过|讲了|说了|看过|看了|看完|听过|听了|听清|听到|收到|签过|签了?|确认|自愿|当然|能|需要|接受|认可|本人|记得|成|没错|正确|要|嗯是|是本人|ok)/u;
const affirmsEnglish =
  /^(?:(?:well|oh|and|so|okay|ok|yeah|yes|of course|that is|it is|this is|i am|i was|i have|i did|i do|we do|we have|he did|she did|they did|absolutely|certainly) ?)*(?:yes|yeah|yep|yup|sure|correct|right|ok|okay|of course|i do|i am|i did|i have|i can|i will|i would|we do|we did|we have|he did|she did|they did|it is|it was|it does|it did|that is (?:right|correct|fine|me|true|it)|absolutely|certainly|definitely|exactly|indeed|speaking|agreed|i agree|understood|i understand|i see|fine|please|go ahead|true|yes please|sounds good|very clear|clear)\b/u;
const negates =
  /^(?:那|我|我们|他|他们|也|都|这个|这|还|从来|根本|完全|绝对|真的|当然|肯定|好的|嗯|现在|暂时|目前|当时)*(?:不|没|未|无|别|从未|从没|否)/u;
const negatesEnglish =
  /^(?:(?:well|oh|and|so|um|actually|i|we|they|he|she|it|that|you|of course|absolutely|certainly|definitely|am|is|are|was|were|do|did|does|have|has|had|can|could|will|would|there|really|just) ?)*(?:no|not|nope|nah|never|none|nobody|nothing|neither|negative)\b/u;
const merelyYes = /^(?:是的?|对的?|对对+|好的?|嗯+|yes|yeah|right|correct|ok|okay)$/u;
const turns = /^(?:但是?|不过|可是|就是|只是|but\b|except\b|although\b)/u;

/**
 * What a customer's words answer to a yes-or-no question: a clear yes, a clear no, something that is neither (a hedge, a
 * refusal, a bare 嗯, a question back, a yes that is taken back), or nothing at all.
 */
export function affirmation(text: string): Answer {
  const words = tokenise(text);
  if (words.length === 0) return 'none';
  if (words.every((word) => word.filler || fillers.has(word.text) || bareSound.has(word.text))) return 'unclear';
  const parts = clauses(text)
    .map((clause) => ({
      said: withoutFillers(text.slice(clause.start, clause.end)),
      asked: clause.question || isQuestion(text.slice(clause.start, clause.end)),
    }))
    .filter(({ said }) => said !== '');
  const all = parts.map(({ said }) => said).join(' ');
  if (hedge.test(all) || refusal.test(all)) return 'unclear';
  const [first, second] = parts;
  if (first === undefined) return 'unclear';
  if (softened.test(first.said)) return 'unclear';
  if (first.asked && !agreesAnyway.test(first.said)) return 'unclear';
  const opening = clauseAnswer(first.said);
  if (opening === 'unclear') return 'unclear';
  const rest = parts.slice(1);
  if (
    opening === 'affirm' &&
    second !== undefined &&
    merelyYes.test(first.said.replaceAll(' ', '')) &&
    clauseAnswer(second.said) === 'negate'
  )
    return turns.test(second.said) ? 'unclear' : 'negate';
  for (const { said } of rest) {
    if (!turns.test(said)) continue;
    const denied = negatorsIn(said).length > 0;
    if (opening === 'affirm' ? denied : !denied && clauseAnswer(said.replace(turns, '').trim()) === 'affirm') return 'unclear';
  }
  return opening;
}

const bareSound: ReadonlySet<string> = new Set(['恩', '额', '呵', '哈', '嘿', 'mhm', 'mm', 'uhhuh', 'aha']);

function withoutFillers(clause: string): string {
  let said = '';
  for (const token of tokenise(clause)) {
    if (token.filler) continue;
    const word = token.kind === 'number' ? normaliseText(clause.slice(token.start, token.end)) : token.text;
    said += /[a-z0-9']$/.test(said) && /^[a-z0-9]/.test(word) ? ` ${word}` : word;
  }
  return said.replace(/^(?:那个|这个|就是|well|so) ?(?=.)/u, '');
}

function clauseAnswer(said: string): 'affirm' | 'negate' | 'unclear' {
  if (agreesAnyway.test(said)) return 'affirm';
  if (negates.test(said) || negatesEnglish.test(said))
    return negatorsIn(said).length > 0 || /^(?:nope|nah|negative)\b/.test(said)
      ? 'negate'
      : affirms.test(said)
        ? 'affirm'
        : 'unclear';
  if (affirms.test(said) || affirmsEnglish.test(said)) return 'affirm';
  return 'unclear';
}
