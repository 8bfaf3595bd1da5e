import type { Language } from '../../app/language.tsx';

/** Expressions to begin with, each with what it finds. */
export const phraseExamples: Readonly<Record<Language, readonly (readonly [string, string])[]>> = {
  zh: [
    ['"保证收益"', '任何人说过这几个字'],
    ['坐席: ~"本产品不保证本金和收益"', '坐席说过这句，或听起来像这句的话'],
    ['坐席: ~"保证收益" 之外 ("不保证" 或 "不能保证")', '说了前面的，且不在后面的说法里'],
    ['坐席: 前20秒: "您好" 之前/10秒 ~"工号"', '开头 20 秒内，先问好，10 秒内报工号'],
    ['客户: #negate 之后/1轮 坐席: @hold_permission', '坐席征求等待，客户接着说不'],
    ['静默 > 15秒', '有 15 秒以上没有人说话'],
    ['次数(坐席: @fillers) >= 8', '坐席的口头语不少于 8 次'],
  ],
  en: [
    ['"guaranteed return"', 'Anyone said these words'],
    ['agent: ~"this product does not guarantee principal"', 'The agent said this, or something that sounds like it'],
    ['"guaranteed" outside ("not guaranteed" or "no guaranteed")', 'The first, and not as part of the second'],
    [
      'agent: first 20s: "good morning" before/10s ~"my name is"',
      'In the first 20 seconds, the one within 10 seconds of the other',
    ],
    ['customer: #negate after/1turn agent: @hold_permission', 'Asked to hold, the customer said no'],
    ['silence > 15s', 'Nobody spoke for more than 15 seconds'],
    ['count(agent: @fillers) >= 8', 'The agent used fillers eight times or more'],
  ],
};
