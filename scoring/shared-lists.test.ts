import { describe, expect, test } from 'vitest';
import { compileRules, prepareTranscript } from '../phrases/index.ts';
import { sharedLists } from './shared-lists.ts';

/** As agents say it, in words that the lists were not written from. */
const cases: Readonly<Record<string, { readonly yes: readonly string[]; readonly no: readonly string[] }>> = {
  anything_else: {
    yes: [
      '请问还有什么能帮到您的吗',
      '您看还有其他的事情吗',
      '还有没有别的需要我帮忙的',
      '请问您还有别的业务要咨询吗',
      '那您还有其他疑问吗',
      '请问其他方面还有需要协助的吗',
      '还有啥能帮您',
      'Can I help with anything else',
      'Will there be anything else',
      'Anything else for you today',
      'Do you need anything else',
      'Is there something else I can assist you with',
      'Was there anything else you needed',
    ],
    no: [
      '有什么可以帮您',
      '这个还有其他手续费',
      '您还有一张卡',
      '请问您还需要多久',
      'I can help you with that',
      '我们还有其他产品',
    ],
  },
  closings: {
    yes: [
      '好的，那祝您生活愉快，再见',
      '谢谢您的来电，拜拜',
      '感谢您致电海川银行，再见',
      '那就不打扰您了，祝您一切顺利',
      '感谢您对我们工作的支持',
      '祝您用卡愉快',
      'Thanks for your call, goodbye',
      'Thank you for banking with us, have a great day',
      'Take care and have a wonderful evening',
      'Thanks for your time today, bye bye',
      'Enjoy the rest of your afternoon',
    ],
    no: ['那就这样啊', '行吧', '好嘞', 'Cheers, bye', 'okay then', '谢谢您告诉我'],
  },
  rating_requests: {
    yes: [
      '通话结束后请您对我的服务作出评价',
      '稍后有一个满意度调查，请您参与',
      '麻烦您挂机前给我打个分',
      '请您留下宝贵的评价',
      '挂机后会收到一条评价短信，请您给个满意',
      '请对本次服务打分，十分满意请按一',
      'After the call you will get a short survey',
      'Would you mind rating my service',
      'please leave us some feedback after the call',
      'you will be asked to rate this call',
      'please stay on for a survey',
    ],
    no: ['我们的信用评级是', '风险测评您做过吗', 'interest rate', '您的评分是多少'],
  },
  identity_check: {
    yes: [
      '为了您的账户安全，请提供一下您的身份证号',
      '麻烦您报一下身份证后六位',
      '请问您的出生日期是',
      '我需要先核对您的身份信息',
      '请您说一下开户时预留的手机号',
      '先跟您核对一下个人资料',
      '请问您本人的证件号码后四位',
      'Could I take your date of birth please',
      'I need to verify your identity before we go on',
      'May I have the last four digits of your ID',
      'Can you confirm your address and postcode for me',
      'Let me ask you a couple of security questions',
      'Just for security, can I have your full name and address',
    ],
    no: [
      '请带上身份证到网点',
      '您带身份证去柜台办理',
      '您这个身份我们不管',
      'please bring your ID to the branch',
      'what is your name',
      '我的身份是客户经理',
      '请问您是张先生吗',
    ],
  },
  promises: {
    yes: [
      '我跟您保证，绝对不会亏',
      '这个产品稳赚的，您放心',
      '本金肯定没问题，利息到期一起给您',
      '这个跟存银行一样保险',
      '您放心，没风险',
      '保您赚钱',
      '年化百分之五，到期肯定能拿到',
      'It is completely risk-free',
      'You will definitely make money',
      'There is absolutely no way you can lose',
      'I promise you will get six percent',
      'Your money is one hundred percent safe',
      'returns are guaranteed',
    ],
    no: [
      '本产品不保证收益',
      '我们不承诺保本',
      '这个是有风险的',
      '我不能向您保证收益',
      '我保证明天给您回电',
      '没有人能保证收益',
      'this is not guaranteed',
      'we cannot guarantee any return',
      'there is always some risk',
      'I guarantee someone will call you tomorrow',
      '收益不是固定的',
      '可能会亏本金',
      '我们不能说没有风险',
    ],
  },
  account_details: {
    yes: [
      '您的账户余额现在是五千块',
      '您名下这张卡昨天消费了三百',
      '我看到您上个月有一笔转账两万',
      '您的定期下周到期',
      '您目前的欠款是一千二',
      '您的信用额度是五万',
      '您的账单金额是三千四百',
      '系统里显示您的卡已经冻结',
      'Your balance is two thousand dollars',
      'I see a payment of fifty pounds yesterday',
      'You have three hundred in your savings account',
      'your account was charged twice',
      'The last purchase was at a supermarket',
    ],
    no: [
      '您可以在手机银行查询余额',
      '这个产品的费率是',
      '定期存款利率是百分之二',
      '我们的信用卡有年费',
      '需要查您的账户，先核实一下',
      'our fee is eighty yuan',
      'the limit is fifty thousand a year',
      '每人每年额度是五万美元',
    ],
  },
  hold_notice: {
    yes: [
      '请您稍等，我查一下',
      '您别挂机，我去核实一下',
      '麻烦您稍等片刻',
      '系统有点慢，您稍等一会儿',
      '请稍候',
      'May I put you on a brief hold',
      'Please bear with me',
      'One moment, please, while I pull that up',
      'Hold on please, I am checking',
      'Could you hold for a minute',
    ],
    no: ['嗯', '好的', '我查一下', 'one second', '稍后请您评价', 'let me see'],
  },
  forbidden_words: {
    yes: ['这事儿不归我管', '你爱投诉就投诉', '我说了多少遍了', 'That is not my problem', 'You need to calm down'],
    no: ['我马上帮您处理', '这个我帮您核实', '不好意思让您久等', 'please stay calm I will fix it', 'not a problem at all'],
  },
  greetings: {
    yes: ['您好，这里是海川银行', '早上好', 'Good evening, Seaford Bank', 'Hi, thanks for calling'],
    no: ['今天天气真好', 'how about that'],
  },
  agent_number: {
    yes: [
      '我的工号是八零一二',
      '员工编号三一一八',
      'my agent ID is five zero two one',
      'agent five zero three four',
      '工号是幺二三四',
    ],
    no: ['您的卡号是多少', '账号后四位'],
  },
};

/** What a list finds in one turn of the agent's; a denied hit is none. */
function heard(list: string, text: string): 'yes' | 'no' | 'perhaps' {
  const rules = compileRules([{ id: list, expression: `agent: ~@${list}` }], { lists: sharedLists });
  const language = /\p{Script=Han}/u.test(text) ? 'zh' : 'en';
  const turn = { id: 't1', speaker: 'agent', startMs: 0, endMs: 8000, text };
  const [result] = rules.match(prepareTranscript({ language, durationMs: 9000, turns: [turn] }));
  if (result === undefined) throw new Error('no result');
  return result.value === 'yes' && result.hits.every(({ setting }) => setting === 'denied') ? 'no' : result.value;
}

describe.each(Object.entries(cases))('@%s', (list, { yes, no }) => {
  test.each(yes)('is heard, or perhaps heard, in: %s', (text) => {
    expect(heard(list, text)).not.toBe('no');
  });
  test.each(no)('is not taken for sure from: %s', (text) => {
    expect(heard(list, text)).not.toBe('yes');
  });
});

test('most of it is decided: at most a third of what was said is only perhaps', () => {
  const all = Object.entries(cases).flatMap(([list, { yes, no }]) => [...yes, ...no].map((text) => heard(list, text)));
  expect(all.filter((value) => value === 'perhaps').length * 3).toBeLessThan(all.length);
});
