import { describe, expect, test } from 'vitest';
import { answerIn } from './customer-answer.ts';

describe('the customer’s own clear answer', () => {
  test.each([
    ['请问您清楚了吗', '清楚了，就是说有可能会亏，对吧？', 'affirm'],
    ['请问您清楚了吗', '嗯，清楚的。', 'affirm'],
    ['请问您清楚了吗', '清楚了就是说有可能会亏对吧', 'affirm'],
    ['请问您清楚了吗', '是吧', 'unclear'],
    ['请问您清楚了吗', '不清楚', 'negate'],
    ['请问您清楚了吗', '嗯。', 'unclear'],
    ['请问您清楚了吗', '好像清楚吧', 'unclear'],
    ['这个账户是您本人办理的吗', '是的，我自己开的，自己用。', 'affirm'],
    ['这个账户是您本人办理的吗', '对对对', 'affirm'],
    ['这个账户是您本人办理的吗', '不是，是我爱人办的', 'negate'],
    ['有没有工作人员向您承诺过收益', '没有，密码只有我自己知道。', 'negate'],
    ['有没有工作人员向您承诺过收益', '对，没有', 'negate'],
    ['有没有工作人员向您承诺过收益', '呃，这个嘛，怎么说呢，他好像说过大概能有个七八个点，我也没太在意，你懂的。', 'unclear'],
    ['那您觉得这个算是承诺吗', '哎，我也说不清楚，就随口一说吧。', 'unclear'],
    ['工作人员有没有向您讲解过投资风险', '讲过，我看完了，也签了字。', 'affirm'],
    ['工作人员有没有向您讲解过投资风险', '没人给我讲过', 'negate'],
    ['开户是您自己的真实意愿吗', '是，自愿的。', 'affirm'],
    ['您还有其他问题吗', '没问题', 'affirm'],
    ['您同意吗', '我不想回答', 'refused'],
    ['您同意吗', '同意，但是我不接受这个费用', 'mixed'],
    ['您是否知晓这个风险', '知晓', 'affirm'],
    ['您是否知晓这个风险', '今天天气真热', 'not_understood'],
    ['Do you understand', 'Yes, I do.', 'affirm'],
    ['Do you understand', 'I understand that.', 'affirm'],
    ['Do you understand', 'I guess so', 'unclear'],
    ['Do you understand', 'No, not at all', 'negate'],
    ['Do you understand', 'Mm-hmm.', 'unclear'],
    ['Do you understand', "I don't understand this", 'negate'],
    ['Do you understand', "I'd rather not say", 'refused'],
    ['Did you open this account yourself', 'Correct, opened it last week', 'affirm'],
  ] as const)('%s – %s: %s', (question, said, expected) => {
    expect(answerIn(said, question)).toBe(expected);
  });
});
