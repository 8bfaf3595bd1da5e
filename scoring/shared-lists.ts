/**
 * Lists that every rubric may name. A rubric's own list of the same name stands over the shared one. What a rubric uses of
 * them is part of its hash: a scorecard says by which wording it was made. Meant for `~@name`: a recogniser writes homophones.
 */
export const sharedLists: Readonly<Record<string, readonly string[]>> = {
  greetings: list(
    `
      您好 | 你好 | 上午好 | 下午好 | 晚上好 | 早上好 | 中午好 | 欢迎致电 | 感谢致电 | 感谢您致电 | 很高兴为您服务`,
    `
      hello | hi there | good morning | good afternoon | good evening | thank you for calling | thanks for calling |
      welcome to`,
  ),
  institution_words: list(
    `
      银行 | 证券 | 基金公司 | 信用卡中心 | 财富中心 | 客服中心 | 客户服务中心 | 营业部 | 结算公司 | 回访中心 | 分行 | 支行`,
    `
      bank | securities | credit union | card centre | card center | service centre | service center | brokerage`,
  ),
  agent_number: list(
    `
      ~0.8"工号" | 员工号 | 员工编号 | 工作编号 | 客服编号 | 客服代表编号 | 座席号 | 坐席号`,
    `
      agent number | agent id | employee number | staff number | badge number | operator number | "agent" before/1 #number | my id is |
      my number is`,
  ),
  service_offer: list(
    `
      请问有什么可以帮您 | 有什么可以帮助您 | 请问有什么可以帮到您 | 请问您需要什么帮助 | 请问您要办理什么业务 | 请讲`,
    `
      how can i help | how may i help | what can i do for you | how can i assist | how may i assist`,
  ),
  hold_notice: list(
    `
      请稍等 | 请您稍等 | 您稍等 | 稍等一下 | 稍等片刻 | 稍等一会 | ~0.99"稍等" | 请稍候 | 请您稍候 | 麻烦您等一下 | 请您等一下 | 请不要挂机 | 请不要挂断 |
      请别挂机 | 您别挂机 | 不要挂电话 | 需要一点时间 | 可能需要几分钟 | 请耐心等待 | 请您耐心等待`,
    `
      please hold | hold the line | hold on please | hold on a moment | hold for a minute | hold for a moment | put you on hold |
      place you on hold | on a brief hold | bear with me | one moment please | just a moment please | please wait a moment |
      while i check | while i look | while i pull up | while i pull that up | give me a moment to | this may take a moment |
      this will take a minute | it may take a few minutes | please stay on the line while`,
  ),
  hold_permission: list(
    `
      请您稍等 | 请稍等 | 需要您稍等 | 麻烦您在线等 | 请您在线等候 | 为您保持通话 | 请不要挂机 | 请不要挂断 | 方便稍等一下吗 | 可以稍等吗`,
    `
      put you on hold | place you on hold | placing you on hold | putting you on hold | mind holding |
      hold for a moment | hold the line while | hold while i | is it ok if i put you | bear with me while |
      would you hold | could you hold | can you hold`,
  ),
  courtesies: list(
    `
      请 | 您 | 谢谢 | 感谢 | 不客气 | 麻烦您 | 对不起 | 抱歉 | 不好意思 | 请问 | 辛苦您 | 劳驾`,
    `
      please | thank you | thanks | you're welcome | sorry | i apologise | i apologize | certainly | of course |
      my pleasure`,
  ),
  fillers: list(
    `
      嗯 | 呃 | 啊 | 那个 | 这个嘛 | 就是说 | 然后呢`,
    `
      um | uh | er | you know | i mean | like`,
  ),
  anything_else: list(
    `
      还有其他需要帮助的吗 | 还有其他可以帮您的吗 | ~0.9"还有什么可以帮您" | ~0.9"还有什么可以帮到您" | ~0.9"还有什么能帮到您" | 还有其他问题吗 |
      还有别的问题吗 | 还有什么问题吗 | ~0.8"还有其他需要吗" | 还有别的需要吗 | 还有其他业务需要办理吗 | 还需要办理其他业务吗 | 还有什么需要帮助的 |
      还有其他疑问吗 | 还有什么不清楚的吗 | 还有别的业务要咨询吗 | 还有没有别的需要 | 其他方面还有需要协助的吗 |
      "还有" before/4 ("其他" or "别的" or "什么" or "啥" or "其它") before/8 ("帮" or "需要" or "问题" or "疑问" or "协助" or "咨询" or "事") |
      "还需要" before/6 ("其他" or "别的" or "什么") before/8 ("帮" or "业务" or "服务" or "咨询")`,
    `
      ~0.85"anything else" | is there anything else | anything else i can | help you with anything else | something else i can | any other questions | any further questions |
      any more questions | any other concerns | what else can i help | what else can i do | do you have any other`,
  ),
  closings: list(
    `
      再见 | 感谢您的来电 | 感谢来电 | 感谢您的接听 | 感谢您的配合 | 感谢您的支持 | 谢谢您的来电 | 谢谢您的接听 | 感谢您的理解 | 感谢您的耐心 |
      祝您生活愉快 | 祝您工作愉快 | 祝您投资顺利 | 祝您周末愉快 | 祝您节日快乐 | 祝您一切顺利 | 祝您身体健康 | 祝您用卡愉快 | 感谢您对我们工作的支持 |
      "祝您" before/6 ("愉快" or "顺利" or "健康" or "快乐" or "平安") |
      "感谢您" before/6 ("来电" or "致电" or "接听" or "配合" or "支持" or "理解" or "耐心")`,
    `
      goodbye | good bye | thank you for calling | thanks for calling | thank you for your call | thanks for your call |
      thank you for your patience | thanks for your patience | thank you for your time | thanks for your time |
      thank you for banking with us | thank you for choosing | enjoy the rest of your | take care and have |
      "have a" before/3 ("day" or "afternoon" or "evening" or "weekend" or "night" or "morning" or "one") | have a nice day |
      have a good day | have a great day | have a lovely day | have a lovely afternoon | have a good evening`,
  ),
  rating_requests: list(
    `
      对我的服务进行评价 | 对我的服务做出评价 | 对本次服务进行评价 | 对我的服务评价 | 给我的服务打个分 | 给本次服务打分 | 给我打个分 | 服务进行打分 | 请您评价 |
      稍后请评价 | 参与满意度调查 | 满意度评价 | 满意请按一 | 非常满意请按一 | 请对我的服务做个评价 | 邀请您评价 | 给个好评 | 五星好评 | ~0.99"评价" |
      ~0.99"满意度" | ~0.99"打个分" | 留下宝贵的评价`,
    `
      ~0.99"survey" | a short survey | a brief survey | a quick survey | survey about my service | rate my service | rate our service | rate the service | rate this call | rate my help | rate how i did |
      give us a rating | leave a rating | please rate us | feedback on my service | feedback after the call | leave us some feedback |
      give us some feedback | your feedback on this call`,
  ),
  identity_check: guardedList(
    `
      核实一下您的身份 | 核实您的身份 | 核对一下您的身份 | 核对您的身份 | 验证一下您的身份 | 验证您的身份 | 确认一下您的身份 | 确认您的身份 |
      先核实一下身份 | 核实一下身份 | 核对一下身份 | 做个身份核实 | 做一下身份验证 | 核实身份信息 | 核对身份信息 | 核对您的身份信息 | 身份证后四位 |
      身份证号码后四位 | 身份证号码 | ~0.99"身份证号" | 身份证后六位 | 身份证尾号 | 证件号码 | 证件后四位 | 出生年月日 | 出生日期 | 预留的手机号码是多少 |
      预留手机号后四位 | 开户时预留的手机号 | 报一下身份证 | 报一下您的姓名和身份证 | 姓名和身份证 | 核对一下您的信息 | 核实一下您的信息 |
      核对一下个人信息 | 核对一下个人资料 | 核对您的个人信息 | 核实您的个人信息 | 核对几个信息 | 核实几个问题 | 核对几个问题 | 请输入查询密码 |
      安全问题的答案 | 开户行是哪里`,
    `
      date of birth | confirm your identity | verify your identity | check your identity | confirm who you are |
      check who i'm speaking with | verify who i'm speaking | confirm who i'm speaking | security question | security questions |
      go through security | take you through security | security check | last four digits of your | last four digits of the account |
      last four of your social | ~0.9"your full name" | ~0.9"full name and" | mother's maiden name | memorable word |
      verify some details | verify a few details | verify your details | verify some information | verify a few things |
      confirm a few details | confirm some details | confirm your details | confirm your address | confirm your postcode |
      confirm the address on | verification questions | zip code on file | postcode on file | for security purposes |
      just for security | for verification`,
  ),
  name_check: list(
    `
      请问您是 | 请问是 | 您是 | 请问您贵姓 | 是您本人吗 | 您是本人吗 | 是本人接听吗`,
    `
      is that | am i speaking with | am i speaking to | may i speak to | may i speak with | is this`,
  ),
  account_details: guardedList(
    `
      余额是 | 现在余额 | 账户余额 | 卡里余额 | 可用余额 | 贷款余额 | 您卡上这个月 | 您卡里现在 | 您卡里还有 | 您这张卡里 | ~0.99"您的账户里" | ~0.99"您账户里" | ~0.99"您名下" |
      您账户上有 | 您账上有 | 您卡上有 |  您在我行有 | 您在我们行有 | 最近一笔是 | 最近一笔交易 | 最近一笔消费 | 最近一次消费 | 您有一笔定期 |
      您有一笔存款 | 您有一笔理财 | 您的存单 | 您的定期 | 到账了 | 您这笔转账 | 您这笔交易 | 您这笔款 | ~"账单是" before/6 #number |
      ~"账单金额" before/6 #number | ~"账单一共" before/6 #number | 您本期账单是 | 您本月账单 | 本期应还 | 您的还款日是 | 您的欠款 | 您的贷款 |
      您目前欠 | 您逾期了 | 逾期金额 | 您的信用额度是 | 您的可用额度 | ~0.9"您的额度是" | 您预留的手机号是 | 您预留的手机号码是 | 您预留的地址是 |
      您登记的地址是 | 您去年刷了 | 您去年确实刷了 | 您今年刷了 | 您的持仓 | 您持有的 | 您的交易记录 | 您的积分是 | 您的积分有 | 您的卡已经 |
      您的工资到账 | 转账记录显示 | 系统显示您 | 我看到您有 | 查到您有 | 挂失成功 | 已经为您挂失 | 已经给您冻结 | 转账已经成功 | 已经帮您办理`,
    `
      your balance | available balance | current balance | your outstanding balance | the balance is | you've got about |
      your savings account and | sitting there earning | the last transaction was | your last transaction | your last payment |
      the last payment was | payment is still pending | is still pending | address we have on file | address on file is |
      ~0.92"number on file is" | ~0.92"i can see the transfer" | ~0.92"i can see a transfer" | ~0.92"i can see the payment" |
      ~0.92"i can see a payment" | ~0.92"i can see a charge" | ~0.92"i see a payment" | ~0.92"i see a charge" | your account was charged | the last purchase was | ~0.92"i can see your account" | ~0.92"i can see you have" |
      on your current account | looking at your account | looking at your savings | your credit limit is | ~0.92"you owe us" |
      ~0.92"you currently owe" | amount overdue | your account is overdue | your statement shows | your account shows |
      the transfer left us | your payment was received | your card was charged |
      ~0.92"i have ordered your" | ~0.92"i've ordered your" | has been transferred from your | i have cancelled your card | i've cancelled your card |
      your card has been blocked | reset link has been sent | ~0.92"your savings account to"`,
    0.87,
  ),
  product_words: guardedList(
    `
      理财 | 理财产品 | 净值型 | 基金 | 结构性存款 | 信托 | 资管计划 | 私募 | 年金险 | 分红险 | 业绩比较基准 | 两年期 | 封闭期 | 大额保单`,
    `
      wealth product | wealth management product | mutual fund | the fund | investment note | structured note |
      income plus | bond fund | investment product | percent a year | annuity`,
  ),
  promises: guardedList(
    `
      保证收益 | 保证收益率 | 保证赚钱 | 保证盈利 | 保证不亏 | 稳赚不赔 | 稳赚 | 包赚 | 包赚不赔 | 保您赚 | 包您赚 | 一定能赚 | 肯定能赚 |
      肯定赚 | 绝对赚 | 零风险 | 无风险 | 没有任何风险 | 没什么风险 | 一点风险都没有 | 一点风险没有 | 不存在风险 | ~0.99"没风险" |
      "没有风险" not before/3 ("测评" or "评估" or "等级" or "提示") | 绝对安全 | 保本 | 保本保息 | 保本付息 | 本金保证 |
      承诺保本 | 本金肯定没问题 | 本金绝对没问题 | 本金不会少 | 不会亏的 | 不会亏钱 | 不会亏本 | 绝对不会亏 | 肯定不会亏 | 肯定不亏 | 不会让您亏 |
      亏不了 | 亏了我赔 | 亏了算我的 | 刚性兑付 | 刚兑 | 一分不少给您 | 跟存款一样安全 | 和存款一样 | 跟存款一样 | 跟存银行一样 | 和存银行一样 |
      跟存款没区别 | 收益肯定能到 | 收益肯定能拿到 | 到期肯定能拿到 | 保底收益 | 本息保证`,
    `
      guaranteed return | guaranteed returns | guarantee the return | guarantee a return | guarantee your return |
      guaranteed profit | guaranteed income | ~0.95"is guaranteed" | ~0.95"are guaranteed" | ~0.95"it's guaranteed" | no risk | no risk at all |
      zero risk | risk free | without any risk | nothing to lose | can't lose | cannot lose | no way you can lose | you won't lose |
      you'll never lose | never lose money | definitely make money | same thing as a deposit | same as a deposit |
      just like a deposit | as safe as a deposit | safe as a savings account | totally safe | completely safe | perfectly safe |
      one hundred percent safe | capital is guaranteed | principal is guaranteed | ~0.92"i guarantee you will get" |
      ~0.92"i guarantee you'll get" | ~0.92"i guarantee it" | ~0.92"we guarantee your" | ~0.92"i promise you will get" |
      ~0.92"i promise you'll get" | ~0.92"promise you a return" | double your money | sure thing | make money for sure`,
  ),
  forbidden_words: guardedList(
    `
      这个不归我管 | 这不归我管 | 不关我的事 | 说了多少遍了 | 跟我没关系 | 我也没办法 | 那我没办法 | 你急什么 | 急什么急 | 你自己看 | 自己不会看吗 | 不是跟你说了吗 | 刚才不是说了吗 | 你听不懂吗 |
      听不懂人话 | 有完没完 | 爱投诉投诉 | 你去投诉好了 | 随便你投诉 | 你想怎么样 | 没看我正忙 | 下班了 | 你问我我问谁 | 我怎么知道 | 规定就是这样 | 跟你说不清楚 | 神经病 | 有病吧 |
      烦死了`,
    `
      ~0.95"not my problem" | not my job | nothing to do with me | calm down | i already told you |
      you're not listening | i don't care | complain all you want | go ahead and complain |
      what do you want me to do | that's just the rule | it's your own fault | shut up | stupid`,
  ),
  secrets_asked: guardedList(
    `
      密码是多少 | 您的密码是 | 告诉我您的密码 | 把密码告诉我 | 说一下密码 | 报一下密码 | 交易密码是 | 验证码是多少 | 把验证码告诉我 | 报一下验证码 | 说一下验证码 | 短信验证码发给我 |
      背面三位数 | 卡背面后三位 | 安全码是多少 | 安全码告诉我`,
    `
      ~0.97"what's your pin" | ~0.97"what is your pin" | ~0.97"tell me your pin" | ~0.97"give me your pin" | ~0.92"your password please" |
      ~0.92"what's your password" | ~0.92"tell me your password" | ~0.92"the security code on the back" | ~0.92"three digits on the back" |
      ~0.92"what is the cvv" | ~0.92"what's the cvv" | ~0.92"read me the cvv" | ~0.92"one time code you received" | ~0.92"tell me the code" |
      ~0.92"read me the code"`,
  ),
  pressure: guardedList(
    `
      额度就剩 | 额度不多了 | 最后一天 | 今天截止 | 就截止了 | 马上截止 | 过了今天就没有了 | 真没有了 | 还考虑啥 | 还考虑什么 | 不用看 | 一直点下一步 | 直接点确认 | 赶紧买 | 不买就亏了 |
      错过就没有了`,
    `
      the window closes | offer ends today | get you in today | last chance | only a few left |
      sign on the last page | just the last page | don't need to read | no need to read | just sign |
      the rest is only legal`,
  ),
  apologies: list(
    `
      对不起 | 抱歉 | 非常抱歉 | 很抱歉 | 不好意思 | 给您带来不便 | 给您添麻烦了 | 跟您道歉 | 向您致歉 | 请您谅解 | 请您原谅`,
    `
      sorry | i'm sorry | i'm really sorry | i apologise | i apologize | my apologies | our mistake | our fault |
      please accept`,
  ),
  empathy_words: list(
    `
      理解您的心情 | 非常理解 | 能理解 | 我理解 | 理解您 | 换作是我 | 您别着急 | 您先别急 | 您别担心 | 让您着急了 | 让您费心了 | 辛苦您了 | 确实让人着急`,
    `
      i understand | i can understand | i understand how | understand why you feel | that must be |
      that's really annoying | that is frustrating | i can imagine | far too long | sorry to hear`,
  ),
  callback_promise: list(
    `
      给您回电 | 给您回电话 | 回复您 | 再跟您联系 | 再给您来个电话 | 给您答复 | 再给您打电话 | 主动联系您 | 回访您 | 给您一个答复`,
    `
      call you back | call you by | will call you | give you a call | get back to you | contact you by |
      contact you within | be in touch`,
  ),
  recording_notice: list(
    `
      通话会录音 | 本次通话会录音 | 通话将被录音 | 电话会录音 | 此次通话录音 | 通话全程录音 | 本次通话将会录音`,
    `
      call is recorded | call may be recorded | call will be recorded | this call is being recorded | recorded line |
      recorded for quality`,
  ),
};

/** Phrases between bars, Chinese and English. */
function list(chinese: string, english: string): readonly string[] {
  return [...split(chinese), ...split(english).map((phrase) => closer(phrase, 0.8, 0.85))];
}

/**
 * For what must not be said, or what decides whether a rule applies: long Chinese phrases ask for more than by default too,
 * and `middling` those of four or five syllables.
 */
function guardedList(chinese: string, english: string, middling?: number): readonly string[] {
  const strict = (phrase: string): string => {
    if (/^[~@#"]/u.test(phrase)) return phrase;
    const length = Array.from(phrase).length;
    if (length >= 6) return `~0.8"${phrase}"`;
    return length >= 4 && middling !== undefined ? `~${middling}"${phrase}"` : phrase;
  };
  return [...split(chinese).map(strict), ...split(english).map((phrase) => closer(phrase, 0.85, 0.9))];
}

function split(text: string): readonly string[] {
  return text
    .split('|')
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '');
}

/** English is heard well enough to ask for more of it than by default: near sounds are too often other words. */
function closer(phrase: string, long: number, brief: number): string {
  return /^[~@#"]/u.test(phrase) ? phrase : `~${phrase.split(' ').length > 2 ? long : brief}"${phrase}"`;
}
