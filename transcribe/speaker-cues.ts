/** Wording that tells who speaks on a service-centre call, with its weight in natural log-odds for the agent. */
const cues: readonly (readonly [RegExp, number])[] = [
  [/(感谢|谢谢)您?(的)?(致电|来电|耐心|等待|配合)/gu, 2.5],
  [/(有什么|有啥)(可以|能)(帮|为)(到)?(您|你)/gu, 3],
  [/工号/gu, 2.5],
  [/(很高兴|高兴)为您服务|为您服务/gu, 2.5],
  [/这(里|边)是.{0,8}(银行|证券|公司|中心|客服)/gu, 2.5],
  [/(我|这边)(这边)?(帮|为|给)您(查|核|办|登记|转|处理|看|记录|预约|申请)/gu, 2.5],
  [/(请|麻烦)(您)?(提供|报|说|告诉我|核对|确认|输入)(一下)?/gu, 1.5],
  [/(核实|核对|验证)(一下)?(您的)?(身份|信息)/gu, 2],
  [/请问(您|你)/gu, 1.2],
  [/(请|麻烦)(您)?(稍等|稍候|不要挂机)/gu, 1.2],
  [/还有(什么|其他|别的).{0,6}(帮|需要|问题)/gu, 2],
  [/(做出|进行|给予)?(满意度)?评价|打分/gu, 1.5],
  [/祝您/gu, 2],
  [/通话(会|将)?(被)?录音|本次通话/gu, 2],
  [/您的/gu, 0.6],
  [/您/gu, 0.5],
  [/(我们|我行|本行|我司)(银行|公司|这边)?/gu, 0.5],
  [/你们/gu, -1.5],
  [/我(想|要)(问|查|办|咨询|投诉|取消|开|改|了解|转)/gu, -1.5],
  [/我的(卡|账户|账号|手机|身份证|钱|工资|贷款|基金|信用卡|股票)/gu, -1.5],
  [/(为什么|怎么(会|还|办|就)|凭什么|什么时候能)/gu, -0.8],
  [/(我叫|我姓|尾号是|号码是|生日是)/gu, -0.8],
  [/^(好的?|嗯+|对|是的?|行|清楚|明白|知道了?|可以|没有了?|不用了?)[，。,.！!、]*(谢谢你?啊?)?[，。！]*$/gu, -0.7],
  [/thank(s| you) for (calling|holding|waiting|your patience|choosing)/giu, 3],
  [/how (may|can) i (help|assist)( you)?/giu, 3],
  [/(what|anything) (else )?(can i|i can) (help|assist|do)/giu, 2.5],
  [/(my name is|this is) \w+[^.]{0,24}(bank|agent|from|customer|service|speaking)/giu, 1.5],
  [/\bagent (number )?\d|\bagent (zero|oh|one|two|three|four|five|six|seven|eight|nine)\b/giu, 3],
  [/\b(it's|it is|this is|my name is|i'm|i am) \w+,? (here |speaking |calling )*(from|with|at) /giu, 3],
  [/\b(calling|speaking) (you )?from\b/giu, 2],
  [/\byou(r|rs)\b/giu, 0.4],
  [/\b(we|we've|we're|we'll|our)\b/giu, 0.3],
  [/\bmy\b/giu, -0.4],
  [/\b(yes|yeah|yep),? (this is|speaking|that's me|it is)\b/giu, -1.5],
  [/agent number|(may|can|could) i (have|get|take|check|confirm|ask|verify)|for (security|verification)/giu, 2],
  [/(your|the) (date of birth|account number|card number|full name|last four)/giu, 1],
  [/let me (check|see|pull|look|get|transfer|confirm)|i'll (check|transfer|send|arrange|connect|cancel|block)/giu, 1.2],
  [/(please )?(rate|survey)|(one|just a) moment|bear with me|is there anything else/giu, 1.5],
  [/(have a|enjoy your) (nice|great|good|wonderful|lovely)/giu, 0.8],
  [/this call (is|may be|will be)|recorded/giu, 2],
  [/(we|our) (offer|have|can|charge|bank|branch|policy|system)/giu, 0.6],
  [/\b(sir|ma'am|madam|mister|mr|mrs|ms|miss)\b/giu, 1],
  [/\b(i'd like to|i want to|i need|i was (wondering|told|charged)|i just (got|saw|received))/giu, -1.8],
  [/\bmy (card|account|money|phone|address|password|balance|statement|loan|husband|wife|daughter|son|bill)\b/giu, -1.5],
  [/\b(can|could) you (tell|help|check|send|please|explain|cancel)|do you (guys|have)\b/giu, -1],
  [/\b(you (guys|people)|why (did|was|is|do))\b/giu, -0.8],
  [
    /^(yes|yeah|yep|no|ok|okay|sure|right|uh[- ]huh|mm[- ]?hmm|great|perfect|thanks|thank you)[,.! ]*(please|thanks|thank you)?[,.! ]*$/giu,
    -0.7,
  ],
];

const most = 5;

/** Log-odds that the agent says this, from its wording alone; between -5 and 5, 0 where nothing tells. */
export function agentCue(text: string): number {
  const plain = text.normalize('NFKC').trim();
  let sum = 0;
  for (const [pattern, weight] of cues) {
    const found = plain.match(pattern)?.length ?? 0;
    sum += weight * Math.min(found, 2);
  }
  return Math.min(most, Math.max(-most, sum));
}

const questionPattern =
  /[?？][”"』」\s]*$|(吗|么|呢|吧|没有|是不是|行不行|可以不|对不对|好不好)[。，,.!！\s]*$|^(请问|什么|为什么|怎么|谁|哪|多少|几)|(有什么|是什么|多少|哪里|哪个|什么时候|怎么样|是否)[^。]{0,12}[。\s]*$|^(what|when|where|which|who|whose|why|how|do|does|did|is|are|was|were|can|could|may|would|will|shall|have|has)\b[^.!]*[.\s]*$/iu;
const requestPattern =
  /(请|麻烦)(您|你)?(提供|报|说|告诉|念|核对|确认|输入)|(please|could you|can you) (tell|give|confirm|provide|read|say|state|verify)/iu;

/** True for a turn that asks for an answer: a question, or a request to tell something. */
export function asksForAnswer(text: string): boolean {
  const plain = text.normalize('NFKC').trim();
  const last =
    plain
      .split(/(?<=[。！!;；])|(?<=[.])\s/u)
      .filter((part) => part.trim() !== '')
      .at(-1) ?? plain;
  return questionPattern.test(plain) || questionPattern.test(last.trim()) || requestPattern.test(plain);
}

const waitPattern =
  /(稍等|稍候|等一下|等一等|等我|别挂|不要挂|我(去|先)?(拿|找|翻|取)(一?下|一?个|一?支|一?张|笔|纸|卡|身份证))|(查|看|核实|核对|确认|问|找|记)(一下|下)[^？?]{0,6}$|(please hold|hold (on|the line)|(one|just a|a) (moment|minute|second|sec)\b|bear with me|let me (check|see|look|find|get|pull))/iu;

/** True for a turn whose speaker asks the other to wait: the next word is then theirs. */
export function asksToWait(text: string): boolean {
  return waitPattern.test(
    text
      .normalize('NFKC')
      .trim()
      .replace(/[。.!！\s]+$/u, ''),
  );
}
