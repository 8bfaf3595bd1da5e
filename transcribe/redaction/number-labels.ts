import { heardLabels } from './heard-labels.ts';

/** Kinds of numbers that are hidden; each becomes a typed word such as `⟦card⟧`. */
export const sensitiveKinds = [
  'card',
  'cvv',
  'expiry',
  'idcard',
  'phone',
  'pin',
  'code',
  'account',
  'passport',
  'ssn',
  'licence',
  'dob',
] as const;
export type SensitiveKind = (typeof sensitiveKinds)[number];

/**
 * Words that say what a number nearby is. What is no secret stays: `public` are agent numbers, amounts,
 * hotlines and the like, which are short; `reference` are the bank's own numbers for a case, an order, a contract.
 */
export interface Label {
  readonly kind: SensitiveKind | 'public' | 'reference';
  readonly start: number;
  readonly end: number;
  /** "last four digits": how many. */
  readonly tail: number | undefined;
  /** The number is asked for here. */
  readonly asked: boolean;
}

const chinese: Readonly<Record<Label['kind'], string>> = {
  card: '(?:银行|信用|借记|储蓄|贷记)?卡片?(?:的)?(?:号码|号|好(?=是)|账号)|咖号|卡(?:面|上)(?:的)?(?:号码|数字|那串)|(?:银行|信用|借记|储蓄)?卡的?(?:最?后|末|前)[四六4６6]位|尾号',
  cvv: '[cC]\\s?[vV]\\s?[vVbBcC]2?|安全码|(?:背面|背后|反面)(?:的|那)?(?:最?后|末)?(?:面)?(?:的)?[三3]位|(?:最?后|末)(?:面)?[三3]位|[三3]位数?(?:字)?(?=.{0,4}背)|签名(?:栏|条)|卡(?:片)?背面?|验证值',
  expiry: '有效期限?(?!内)|有效日期|失效日期|过期日期',
  idcard: '身[份分]?[^，。,.？?\\s]{0,1}证(?:件)?(?:的)?(?:号码|号)?|证件(?:的)?(?:号码|号|尾号)|证号|身份号码',
  phone: '手机(?:号码|号|尾号)?(?!银行|[aA][pP][pP]|应用|客户端|软件|上|端|短信)|联系(?:电话|方式)|电话号码?|座机|固话|固定电话',
  pin: '密码|口令(?!牌)|(?:pin|PIN)码',
  code: '(?:短信|手机|动态|校验|一次性)?验证码|校验码|动态(?:码|口令|密码)|短信(?:里|上|中)?的?.{0,3}(?:码|数字)|[六四八46８]位(?:数字|码)|发(?:给我)?的.{0,3}码|(?<![号编代邮条维])码(?=是)|一次性密码|授权码|随机码',
  account: '(?:银行)?[账帐]号|[账帐]户(?:的)?(?:号码|号|(?:最?后|末)[四六46]位)',
  passport: '护照(?:的)?(?:号码|号|(?:最?后|末)[四六46]位)?',
  ssn: '社会安全号码?|社保号码?|社会保障号码?',
  licence: '驾(?:驶)?证号?码?|驾照号?码?',
  dob: '出生(?:年月日?|日期|年份)|生日|哪年(?:出生|生)|(?:几几|哪)年(?:几|的)',
  public:
    '[工公孤]\\s?[号好浩](?:码|是|为)?|坐席号?|座席号?|员工(?:编)?号|柜员号|客户经理号|热线|客服(?:电话|热线|中心电话)|服务(?:电话|热线)|总机|分机号?|邮政?编码?|(?:股票|基金|产品|证券|债券|理财)?代码|型号|金额|余额|额度|价格|费用|收费|房间号|门牌号?|车牌号?|版本|沪深|中证|上证|标普|恒生|拨打?|短号',
  reference:
    '(?:受理|投诉|业务|工单|订单|合同|流水|交易|凭证|参考|案件|登记|申请|报修|事件|预约|快递|运单|保单|批|排队|包裹)(?:的)?(?:单)?(?:编)?号码?|工单|流水|编号|单号',
};

const english: Readonly<Record<Label['kind'], string>> = {
  card: "(?:credit |debit |bank |visa |master ?card |amex )?card(?:'s)? ?(?:numbers?|no\\b\\.?|digits|#|num\\b)|card (?:ending|ends|starting|starts|beginning|begins)(?: in| with)?|long (?:card )?number|(?:sixteen|16)[- ]digit(?:s)?(?: card)?(?: number)?|(?:number|digits|numbers) (?:on|of|across) (?:the |your |my )?(?:front of (?:the |your |my )?)?(?:(?:credit|debit|bank) )?card|card is(?= ?(?:\\d|zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple))",
  cvv: 'cvv2?|c\\.? ?v\\.? ?v\\.?|cvc2?|cvb|cv2|cvn|security (?:code|number)|(?:three|3)[- ]digits?(?: (?:code|number))?|(?:three|3) numbers|last (?:three|3)(?: (?:digits|numbers))?(?! days| weeks| months| years)|back of (?:the |your |my )?card|signature strip|card (?:verification|code)|verification value',
  expiry: 'expir(?:y|ation)(?: date)?|exp\\.? date|(?:card|it) expires?|valid (?:thru|through|until|till)|good thru',
  idcard:
    "(?:national |resident |my |your )?(?:id|identity|identification)(?: card)?(?:'s)? (?:numbers?|no\\b\\.?)|(?:id|identity) card|national id|(?:digits|numbers) of (?:your |my |the )?(?:id|identity)",
  phone:
    "(?:mobile|cell|telephone|phone|contact|callback|call back|home|work|daytime)(?: phone)?(?: (?:number|no\\b\\.?))|best number|number to (?:reach|call|contact|text)|(?:reach|call|contact|text|ring|phone)(?: (?:me|you|him|her|them|us))?(?: back)? (?:on|at)(?= )|(?:mobile|cell|telephone|phone|desk|fax|landline|tel)\\b(?! app| bank| cheque| check)|(?:number|digits)(?: is| that)?(?: you(?:'re)?)? calling from",
  pin: 'pin(?: (?:number|code))?\\b|pass ?code|pass ?word|secret (?:number|code)|secure key',
  code: '(?:one|1)[- ]time (?:pass ?)?(?:code|word|password|passcode|pin|number)|otp|(?:verification|access|authentication|authorisation|authorization|text|sms|activation) code|(?:six|6|four|4|eight|8)[- ]digit (?:code|number)|code (?:we|i|that|you|which|on|from|just)|the code(?! of conduct)|security code (?:we|i) (?:just )?(?:sent|texted)',
  account:
    "account(?:'s)? (?:numbers?|no\\b\\.?)|acct\\.?|sort code|routing number|iban|account ending(?: in)?|account(?: is|'s)(?= ?(?:\\d|zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety))|(?:digits|numbers) of (?:the |your |my |that )?account",
  passport: "passport(?:'s)?(?: (?:number|no\\b\\.?))?|(?:digits|numbers) of (?:the |your |my )?passport",
  ssn: 'social security(?: (?:number|no\\b\\.?))?|s\\.?s\\.?n\\b\\.?|(?:your|my) social\\b',
  licence: "driv(?:er'?s?|ing) licen[sc]e(?: (?:number|no\\b\\.?))?|licen[sc]e (?:number|no\\b\\.?)",
  dob: 'dates? of birth|birth ?dates?|birthday|d\\.?o\\.?b\\b\\.?|born (?:on|in)|when (?:were|was) (?:you|he|she) born',
  public:
    "(?:agent|employee|badge|staff|operator|advis[eo]r|representative|teller|clerk)(?:'s)?(?: (?:id|number|no\\b\\.?|code))*|extension|ext\\.|(?:fund|stock|product|branch|zip|post(?:al)?|country|area|promo(?:tion)?) ?code|postcode|hotline|help ?line|toll[- ]free|our (?:number|line)|call us (?:on|at)|balance|amount|limit|price|fee|room|flat|apartment|suite|version|flight",
  reference:
    '(?:reference|ref)\\b\\.?(?: (?:number|no\\b\\.?|code|id))?|(?:ticket|case|complaint|order|confirmation|tracking|invoice|claim|policy|booking|request|incident|transaction|contract)\\b(?: (?:reference|ref))? (?:numbers?|no\\b\\.?|code|id|is)',
};

/** `needs`: without it in a text nothing of the pattern is. */
const patterns: readonly { kind: Label['kind']; pattern: RegExp; needs: 'han' | 'latin' | undefined }[] = [
  ...Object.entries(chinese).map(([kind, source]) => ({
    kind: kind as Label['kind'],
    pattern: new RegExp(source, 'gu'),
    // CVV is written with letters in Chinese, too.
    needs: kind === 'cvv' ? undefined : ('han' as const),
  })),
  ...Object.entries(english).map(([kind, source]) => ({
    kind: kind as Label['kind'],
    pattern: new RegExp(`(?<![\\p{Script=Latin}])(?:${source})(?!\\p{Script=Latin})`, 'giu'),
    needs: 'latin' as const,
  })),
];

const requests =
  /多少|什么|几号|报|说(?!明)|提供|告诉|念|读|输入|核实|核对|确认|请问|麻烦|给我|留一?下|吗|呢|是不是|对吧|发我|一下|what|which|could|can i|can you|may i|would you|please|tell|give|read|provide|confirm|verif|need|have|enter|ask|say|repeat|spell|and the|and your|and my|how about|let me have|\?|？/iu;
const refusals =
  /不要|不用|不需要|无需|不必|不会|从不|千万别|别把|请勿|切勿|妥善|保管|泄露|任何人|没有人|只有我|never|don'?t|do not|won'?t|didn'?t|not need|without|nobody|no ?one|anyone|anybody|stays? the same|forgot|忘了|忘记/iu;

/** The labels of a turn's text, in order, the longest where several begin at one place. */
export function labelsIn(text: string): Label[] {
  const found: { kind: Label['kind']; start: number; end: number; tail?: number | undefined }[] = [];
  const holds = { han: /\p{Script=Han}/u.test(text), latin: /\p{Script=Latin}/u.test(text) };
  for (const { kind, pattern, needs } of patterns) {
    if (needs !== undefined && !holds[needs]) continue;
    for (const match of text.matchAll(pattern)) found.push({ kind, start: match.index, end: match.index + match[0].length });
  }
  // By sound only where nothing is called by its name.
  for (const heard of heardLabels(text))
    if (!found.some(({ start, end }) => start < heard.end && end > heard.start)) found.push(heard);
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const labels: Label[] = [];
  let reached = 0;
  for (const { kind, start, end, tail } of found) {
    if (start < reached) continue;
    reached = end;
    labels.push({ kind, start, end, tail: tail ?? tailAround(text, start, end), asked: isAsked(text, start, end) });
  }
  return labels;
}

function tailAround(text: string, start: number, end: number): number | undefined {
  if (text.slice(start, end).endsWith('尾号')) return 4;
  const around = text.slice(Math.max(0, start - 28), end + 12);
  const match = /(?:最?后|末|前)(?:面)?(?:的)?([三四五六3456])位|(?:last|first) (three|four|five|six|3|4|5|6)\b/iu.exec(around);
  const word = match?.[1] ?? match?.[2]?.toLowerCase();
  return word === undefined ? undefined : tails[word];
}

const tails: Readonly<Record<string, number>> = {
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  3: 3,
  4: 4,
  5: 5,
  6: 6,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
};

/** Asked for: a request in the label's sentence, and no refusal of one. */
function isAsked(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 60), start);
  const from = start - before.length + before.search(/[^。！!？?；;]*$/u);
  const rest = text.slice(end, end + 40);
  const stop = /[。！!；;]|(?<=[？?])/u.exec(rest);
  const sentence = text.slice(from, end + (stop === null ? rest.length : stop.index));
  return requests.test(sentence) && !refusals.test(sentence);
}
