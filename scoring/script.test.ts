import { describe, expect, test } from 'vitest';
import type { Transcript } from '../transcribe/index.ts';
import { readRubric } from './read-rubric.ts';
import { scoreTranscript } from './score-transcript.ts';
import type { ScoredCriterion } from './scorecard.ts';

type Said = readonly [speaker: 'agent' | 'customer' | 'unknown', text: string, more?: { confidence?: number; unsure?: boolean }];

/** A call in which one follows the other, five seconds a turn. */
function call(language: string, ...turns: Said[]): Transcript {
  return {
    version: 1,
    language,
    durationMs: turns.length * 5000 + 1000,
    layout: 'agent-left',
    turns: turns.map(([speaker, text, more], index) => ({
      id: `t${index + 1}`,
      speaker,
      speakerConfidence: more?.unsure === true ? 0.5 : 1,
      channel: 0,
      startMs: 1000 + index * 5000,
      endMs: 5500 + index * 5000,
      text,
      ...(more?.confidence === undefined
        ? {}
        : { words: [{ text, startMs: 1000 + index * 5000, endMs: 5500 + index * 5000, confidence: more.confidence }] }),
    })),
  };
}

function scored(script: string, transcript: Transcript, criterion = ''): ScoredCriterion {
  const yaml = `rubric: r\nscripts:\n  s:\n${script.replaceAll(/^/gm, '    ')}\nsections: [{ id: s, criteria: [{ id: c, points: 10, script: s${criterion} }] }]`;
  const result = readRubric(yaml);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  const [first] = scoreTranscript(result.rubric, transcript).criteria;
  if (first === undefined) throw new Error('no criterion');
  return first;
}

const states = (criterion: ScoredCriterion): readonly string[] =>
  (criterion.script?.steps ?? []).map(({ id, state }) => `${id} ${state}`);

const risk = `wording: verbatim
steps:
  - id: not-deposit
    say: { zh: 理财产品不是存款，存在投资风险, en: Wealth products are not deposits and carry investment risk }
  - id: past
    say: { zh: 过往业绩不代表未来表现, en: Past performance does not guarantee future results }
  - id: understood
    say: { zh: 请问您清楚了吗, en: Do you understand }
    customer_answers: affirm`;

const full = '理财产品不是存款，存在投资风险，过往业绩不代表未来表现，请问您清楚了吗？';

describe('a recital, word for word', () => {
  test('all said in order, and the customer says yes in words of their own: met, complete', () => {
    const result = scored(risk, call('zh', ['agent', full], ['customer', '清楚了。']));
    expect(result).toMatchObject({ verdict: 'met', script: { completeness: 1 } });
    expect(states(result)).toEqual(['not-deposit said', 'past said', 'understood said']);
  });

  test('a recogniser writes homophones: it is the same recital', () => {
    const heard = '理才产品不是存宽存在投资风险过往业绩不代表未来表现请问您轻楚了吗';
    const result = scored(risk, call('zh', ['agent', heard], ['customer', '清楚了。']));
    expect(result.verdict).toBe('met');
    expect(result.script?.steps[0]?.tokens).toContainEqual({ kind: 'sounds', should: '财', said: '才' });
  });

  test('a step missed: unmet, named, and what was searched', () => {
    const result = scored(
      risk,
      call('zh', ['agent', '理财产品不是存款，存在投资风险，请问您清楚了吗？'], ['customer', '清楚了。']),
    );
    expect(result).toMatchObject({ verdict: 'unmet', searched: { speaker: 'anyone' } });
    expect(states(result)).toEqual(['not-deposit said', 'past missed', 'understood said']);
    expect(result.reason.zh).toContain('没有说“过往业绩不代表未来表现”');
  });

  test('a step said in part: a person decides, token by token', () => {
    const result = scored(
      risk,
      call('zh', ['agent', '理财产品不是存款，存在投资风险，过往业绩不代表未来，请问您清楚了吗？'], ['customer', '清楚了。']),
    );
    expect(result.verdict).toBe('needs_review');
    expect(states(result)[1]).toBe('past partly');
    expect(result.script?.steps[1]?.tokens).toContainEqual({ kind: 'left_out', should: '表' });
  });

  test('a changed negator is never said, however like it sounds', () => {
    const result = scored(
      risk,
      call('zh', ['agent', '理财产品就是存款，存在投资风险，过往业绩不代表未来表现，请问您清楚了吗？'], ['customer', '清楚了。']),
    );
    expect(result.verdict).not.toBe('met');
    expect(result.script?.steps[0]?.state).not.toBe('said');
  });

  test('one sentence cannot satisfy two steps', () => {
    const twice = `wording: meaning\nsteps: [{ id: a, say: 投资有风险请谨慎 }, { id: b, say: 投资有风险请谨慎 }]`;
    expect(scored(twice, call('zh', ['agent', '投资有风险请谨慎。'])).verdict).toBe('unmet');
    expect(
      scored(twice, call('zh', ['agent', '投资有风险请谨慎。'], ['customer', '好的知道'], ['agent', '投资有风险请谨慎。']))
        .verdict,
    ).toBe('met');
  });

  test('out of order: unmet, and the step says so', () => {
    const result = scored(
      risk,
      call(
        'zh',
        ['agent', '请问您清楚了吗？'],
        ['customer', '清楚了。'],
        ['agent', '理财产品不是存款，存在投资风险，过往业绩不代表未来表现。'],
      ),
    );
    expect(result.verdict).toBe('unmet');
    expect(states(result)).toEqual(['not-deposit said', 'past said', 'understood out_of_place']);
  });

  test('order does not matter where the rubric says so', () => {
    const any = `wording: meaning\norder: any\nsteps: [{ id: a, say: 请保管好您的密码 }, { id: b, say: 投资有风险入市需谨慎 }]`;
    expect(scored(any, call('zh', ['agent', '投资有风险，入市需谨慎。请保管好您的密码。'])).verdict).toBe('met');
  });

  test('said by the customer: the wrong person', () => {
    const result = scored(
      'steps: [{ id: a, say: 投资有风险入市需谨慎 }]',
      call('zh', ['agent', '您好'], ['customer', '我知道，投资有风险入市需谨慎嘛']),
    );
    expect(result.verdict).toBe('unmet');
    expect(states(result)).toEqual(['a wrong_speaker']);
  });

  test('a speaker who is not sure: a person decides', () => {
    const result = scored(
      'steps: [{ id: a, say: 投资有风险入市需谨慎 }]',
      call('zh', ['agent', '投资有风险入市需谨慎', { unsure: true }]),
    );
    expect(result.verdict).toBe('needs_review');
  });

  test('said too late: out of place', () => {
    const late = 'steps: [{ id: a, say: 本次通话会录音, within: 10s }]';
    expect(scored(late, call('zh', ['agent', '您好，本次通话会录音。'])).verdict).toBe('met');
    const result = scored(
      late,
      call('zh', ['agent', '您好'], ['customer', '你好啊'], ['customer', '什么事'], ['agent', '本次通话会录音。']),
    );
    expect(result.verdict).toBe('unmet');
    expect(result.reason.zh).toContain('说得太晚');
  });

  test('an optional step may be left out', () => {
    expect(
      scored(
        'steps: [{ id: a, say: 投资有风险入市需谨慎 }, { id: b, say: 祝您节日愉快, optional: true }]',
        call('zh', ['agent', '投资有风险入市需谨慎']),
      ).verdict,
    ).toBe('met');
  });

  test('where a rubric leaves an incomplete script to people: a part said is for them, nothing said is unmet', () => {
    const lenient = `when_incomplete: needs_review\nsteps: [{ id: a, say: 理财产品不是存款 }, { id: b, say: 过往业绩不代表未来表现 }]`;
    expect(scored(lenient, call('zh', ['agent', '理财产品不是存款。'])).verdict).toBe('needs_review');
    expect(scored(lenient, call('zh', ['agent', '今天天气不错。'])).verdict).toBe('unmet');
  });
});

describe('the customer’s answer to a step', () => {
  const answer = (...turns: Said[]) => scored(risk, call('zh', ['agent', full], ...turns));
  test.each([
    ['a bare sound', [['customer', '嗯。']], 'unmet', 'unclear'],
    ['a hedge', [['customer', '好像清楚吧']], 'unmet', 'unclear'],
    ['a no', [['customer', '不清楚']], 'unmet', 'negate'],
    ['a refusal', [['customer', '我不想回答']], 'unmet', 'refused'],
    ['nothing', [], 'unmet', 'none'],
    ['not heard well', [['customer', '清楚了', { confidence: 0.2 }]], 'needs_review', 'not_heard_well'],
    ['words that answer nothing', [['customer', '今天天气真热啊']], 'needs_review', 'not_heard_well'],
    [
      'clear in the second turn',
      [
        ['customer', '嗯'],
        ['agent', '好的'],
        ['customer', '清楚了'],
      ],
      'met',
      'affirm',
    ],
    [
      'clear only after two turns',
      [
        ['customer', '嗯'],
        ['agent', '好的'],
        ['customer', '啊'],
        ['agent', '好的'],
        ['customer', '清楚了'],
      ],
      'unmet',
      'unclear',
    ],
  ] as [string, Said[], string, string][])('%s', (_, turns, verdict, heard) => {
    const result = answer(...turns);
    expect(result.verdict).toBe(verdict);
    expect(result.script?.steps.at(-1)?.answer?.heard).toBe(heard);
  });

  test('every question of a call-back has an answer of its own, and the sentence names the one that has not', () => {
    const questions = `order: any
steps:
  - { id: own, say: 请问这个账户是您本人办理的吗, customer_answers: affirm }
  - { id: promise, say: 有没有工作人员向您承诺过收益, customer_answers: negate }`;
    const good = scored(
      questions,
      call(
        'zh',
        ['agent', '请问这个账户是您本人办理的吗？'],
        ['customer', '是的，我自己开的。'],
        ['agent', '有没有工作人员向您承诺过收益？'],
        ['customer', '没有。'],
      ),
    );
    expect(good.verdict).toBe('met');
    const bad = scored(
      questions,
      call(
        'zh',
        ['agent', '请问这个账户是您本人办理的吗？'],
        ['customer', '是的，我自己开的。'],
        ['agent', '有没有工作人员向您承诺过收益？'],
        ['customer', '好像说过有七八个点。'],
      ),
    );
    expect(bad.verdict).toBe('unmet');
    expect(bad.reason.zh).toContain('对“有没有工作人员向您承诺过收益”客户的回答不明确：“好像说过有七八个点。”');
    expect(bad.reason.en).toContain('the customer’s answer was not clear');
  });
});

describe('languages', () => {
  const english =
    'Wealth products are not deposits and carry investment risk. Past performance does not guarantee future results. Do you understand?';
  test('an English call is read by the English wording', () => {
    expect(scored(risk, call('en', ['agent', english], ['customer', 'Yes, I understand.'])).verdict).toBe('met');
    expect(scored(risk, call('en', ['agent', english], ['customer', 'I guess so.'])).verdict).toBe('unmet');
  });
  test('in a mixed call each step may come in either language', () => {
    const mixed = 'Wealth products are not deposits and carry investment risk. 过往业绩不代表未来表现，请问您清楚了吗？';
    expect(scored(risk, call('mixed', ['agent', mixed], ['customer', '清楚了。'])).verdict).toBe('met');
  });
  test('a step without wording in the call’s language: a person decides', () => {
    const chinese = 'steps: [{ id: a, say: { zh: 投资有风险入市需谨慎 } }]';
    expect(scored(chinese, call('en', ['agent', 'Investing carries risk, so please take care.'])).verdict).toBe('needs_review');
  });
});
