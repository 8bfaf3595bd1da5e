import { describe, expect, test } from 'vitest';
import { agent, call, customer, type MadeTurn, system, unknown } from '../test/phrases/call.ts';
import { compileRules, type ListSet, prepareTranscript, type RuleResult, type SpokenTranscript, toHitsV1 } from './index.ts';

function ask(expression: string, transcript: SpokenTranscript | readonly MadeTurn[], lists: ListSet = {}): RuleResult {
  const prepared = prepareTranscript('turns' in transcript ? transcript : call(transcript));
  const [result] = compileRules([{ id: 'rule', expression }], { lists }).match(prepared);
  if (result === undefined) throw new Error('no result');
  return result;
}

const said = (result: RuleResult): readonly string[] => result.hits.map((hit) => hit.text);
const value = (expression: string, turns: SpokenTranscript | readonly MadeTurn[], lists: ListSet = {}): string =>
  ask(expression, turns, lists).value;

describe('exact is exact after normalising both sides', () => {
  test.each([
    ['"保证收益"', '这个保證收益的', '保證收益'],
    ['"ok"', 'It is ＯＫ now', 'ＯＫ'],
    ['"will not"', "we won't do it", "won't"],
    ['"follow up"', 'a follow-up call', 'follow-up'],
    ['"您好请问"', '您好，请问', '您好，请问'],
    ['"we guarantee"', 'WE, um, guarantee', 'WE, um, guarantee'],
  ])('%s in %s', (expression, text, words) => {
    expect(said(ask(expression, [agent(text)]))).toEqual([words]);
  });

  test('English inflection is kept', () => {
    expect(value('"guarantee"', [agent('it is guaranteed')])).toBe('no');
  });

  test('fillers are skipped, and a phrase made only of fillers matches them', () => {
    expect(said(ask('"保证收益"', [agent('保证，呃，收益')]))).toEqual(['保证，呃，收益']);
    expect(said(ask('count("嗯") >= 2', [agent('嗯，好的，嗯')]))).toEqual(['嗯', '嗯']);
  });

  test('it finds the words in any setting, and says which', () => {
    const result = ask('"保证收益"', [agent('我们不保证收益。保证收益吗？如果保证收益。保证收益。')]);
    expect(result.hits.map((hit) => hit.setting)).toEqual(['denied', 'asked', 'supposed', 'plain']);
  });

  test('phrases run over turn ends of one speaker when the gap is short and the other only listened', () => {
    expect(said(ask('"保证收益"', [agent('这个保证', [1, 3]), customer('嗯', [2.8, 3]), agent('收益', [4, 5])]))).toEqual([
      '保证 收益',
    ]);
    expect(value('"保证收益"', [agent('这个保证', [1, 3]), agent('收益', [5.1, 6])])).toBe('no');
    expect(value('"保证收益"', [agent('这个保证', [1, 3]), customer('什么意思', [3, 3.5]), agent('收益', [4, 5])])).toBe('no');
  });
});

describe('or, and, not', () => {
  const turns = [agent('您好'), customer('我要投诉')];
  test.each([
    ['"您好" or "再见"', 'yes', ['您好']],
    ['"您好" and "投诉"', 'yes', ['您好', '投诉']],
    ['"您好" "再见"', 'no', []],
    ['not "再见"', 'yes', []],
    ['not "您好"', 'no', []],
    ['"您好" and not "再见"', 'yes', ['您好']],
  ])('%s is %s', (expression, expected, words) => {
    const result = ask(expression, turns);
    expect(result.value).toBe(expected);
    expect(said(result)).toEqual(words);
  });
});

describe('scopes', () => {
  test('a speaker', () => {
    expect(value('agent: "您好"', [customer('您好')])).toBe('no');
    expect(value('anyone: "您好"', [customer('您好')])).toBe('yes');
    expect(value('agent: ("a" or anyone: "您好")', [customer('您好')])).toBe('yes');
  });

  test('a speaker who is not sure makes it possible; under anyone it is sure', () => {
    expect(value('agent: "您好"', [unknown('您好')])).toBe('perhaps');
    expect(value('agent: "您好"', [agent('您好', undefined, { confidence: 0.69 })])).toBe('perhaps');
    expect(value('"您好"', [unknown('您好')])).toBe('yes');
    expect(ask('agent: "您好"', [unknown('您好')]).possible[0]?.why.text.zh).toContain('说话人');
  });

  test('time runs from the first to the last word of a person', () => {
    const turns = [system('欢迎致电', [0, 30]), agent('您好', [40, 41]), customer('再见', [60, 61])];
    expect(value('first 1s: "您好"', turns)).toBe('yes');
    expect(value('first 20s: "再见"', turns)).toBe('no');
    expect(value('first 21s: "再见"', turns)).toBe('yes');
    expect(value('last 2s: "再见"', turns)).toBe('yes');
    expect(value('first 50%: "再见"', turns)).toBe('no');
    expect(value('"欢迎致电"', turns)).toBe('no');
  });

  test('turns and words are those of the speaker in force; back-channels are no turns', () => {
    const turns = [agent('您好'), customer('嗯'), agent('请讲'), customer('我要挂失'), customer('嗯'), customer('谢谢')];
    expect(value('customer: first 1turn: "挂失"', turns)).toBe('yes');
    expect(value('first 2turns: "挂失"', turns)).toBe('no');
    expect(value('first 3turns: "挂失"', turns)).toBe('yes');
    expect(value('customer: last 1turn: "谢谢"', turns)).toBe('yes');
    expect(value('customer: last 1turn: "挂失"', turns)).toBe('no');
    expect(value('agent: first 2words: "您好"', turns)).toBe('yes');
    expect(value('agent: first 2words: "请讲"', turns)).toBe('no');
    expect(value('agent: last 2words: "请讲"', turns)).toBe('yes');
  });

  test('a hit belongs where it starts', () => {
    const words = [
      { text: '您', startMs: 9_000, endMs: 9_900 },
      { text: '好', startMs: 11_000, endMs: 12_000 },
    ];
    expect(value('first 10s: "您好"', [agent('喂', [0, 1]), agent('您好', [9, 12], { words })])).toBe('yes');
  });

  test('the stretch searched is told', () => {
    const result = ask('agent: first 20s: "保证"', [agent('您好', [40, 41]), customer('再见', [80, 81])]);
    expect(result.searched).toEqual({ speaker: 'agent', startMs: 40_000, endMs: 60_000 });
  });
});

describe('order and distance', () => {
  const turns = [agent('您好，我是客服，工号8027', [0, 10]), customer('我要挂失', [11, 15]), agent('好的，请稍等', [16, 20])];
  test.each([
    ['"您好" before "工号"', 'yes'],
    ['"工号" before "您好"', 'no'],
    ['"工号" after "您好"', 'yes'],
    ['"您好" before/4 "工号"', 'yes'],
    ['"您好" before/3 "工号"', 'no'],
    ['"您好" near/4 "工号"', 'yes'],
    ['"工号" before/1turn "挂失"', 'yes'],
    ['"工号" before/1turn "稍等"', 'no'],
    ['"工号" before/2turns "稍等"', 'yes'],
    ['"挂失" before/2s "稍等"', 'no'],
    ['"挂失" before/3s "请稍等"', 'yes'],
    ['"您好" before "工号" before "稍等"', 'yes'],
    ['"您好" near/0 "我是"', 'yes'],
  ])('%s is %s', (expression, expected) => {
    expect(value(expression, turns)).toBe(expected);
  });

  test('a whole number is one word', () => {
    expect(value('"工号" before/1 "挂失"', turns)).toBe('no');
    expect(value('"工号" before/3 "挂失"', turns)).toBe('yes');
  });

  test('the parts of one join never share a word', () => {
    expect(value('"保证收益" near "收益"', [agent('保证收益')])).toBe('no');
    expect(value('"保证收益" near "收益"', [agent('保证收益，收益')])).toBe('yes');
  });

  test('shown are those that contain no other', () => {
    const result = ask('"a" before "b"', [agent('a a b b')]);
    expect(said(result)).toEqual(['a … b']);
  });

  test('the score of a join is that of its lowest part', () => {
    const result = ask('"您好" before ~"保证本金和收益"', [agent('您好，保证本金和瘦一')]);
    expect(result.hits[0]?.score).toBeLessThan(1000);
  });

  test('outside: wholly inside no hit of the other', () => {
    const lists = {};
    expect(value('"guaranteed" outside ("not guaranteed" or "no guaranteed")', [agent('it is not guaranteed')], lists)).toBe(
      'no',
    );
    expect(said(ask('"guaranteed" outside "not guaranteed"', [agent('not guaranteed, guaranteed')]))).toEqual(['guaranteed']);
  });

  test('not near: no such other', () => {
    expect(value('"稍等" not after/10s "挂失"', turns)).toBe('no');
    expect(value('"稍等" not after/1s "挂失"', turns)).toBe('yes');
  });

  test('first and last', () => {
    const lists = { identity_check: ['身份证'], account_details: ['余额'] };
    const good = [agent('请报身份证'), customer('好'), agent('余额是五块')];
    const bad = [agent('余额是五块'), agent('请报身份证'), agent('余额是五块')];
    const expression = '(agent: @identity_check) before first (agent: @account_details)';
    expect(value(expression, good, lists)).toBe('yes');
    expect(value(expression, bad, lists)).toBe('no');
    expect(said(ask('last "余额"', bad))).toEqual(['余额']);
    expect(ask('last "余额"', bad).hits[0]?.turnId).toBe('t3');
  });

  test('first is sure only when nothing possible could come before it', () => {
    const result = ask('first agent: "余额"'.replace('first agent: "余额"', 'first (agent: "余额")'), [
      unknown('余额'),
      agent('余额'),
    ]);
    expect(result.value).toBe('perhaps');
    expect(result.possible).toHaveLength(2);
  });
});

describe('count and kinds', () => {
  test('hits that do not overlap, by earliest end', () => {
    expect(value('count("哈哈") = 1', [agent('哈哈哈')])).toBe('yes');
    expect(value('count("不") >= 3', [agent('不不，不')])).toBe('yes');
    expect(value('count("再见") < 1', [agent('您好')])).toBe('yes');
  });

  test('possible hits make it perhaps where they could decide', () => {
    const turns = [agent('谢谢'), unknown('谢谢')];
    expect(value('count(agent: "谢谢") >= 1', turns)).toBe('yes');
    expect(value('count(agent: "谢谢") >= 2', turns)).toBe('perhaps');
    expect(value('count(agent: "谢谢") >= 3', turns)).toBe('no');
    expect(value('count(agent: "谢谢") < 3', turns)).toBe('yes');
  });

  test('kinds: different entries heard', () => {
    const lists = { courtesies: ['您好', '谢谢', '再见'] };
    expect(value('kinds(@courtesies) >= 2', [agent('您好，您好')], lists)).toBe('no');
    expect(value('kinds(@courtesies) >= 2', [agent('您好，谢谢')], lists)).toBe('yes');
  });

  test('the entry heard is told', () => {
    expect(ask('@courtesies', [agent('谢谢')], { courtesies: ['您好', '谢谢'] }).hits[0]?.entry).toBe('谢谢');
  });
});

describe('lists', () => {
  test('entries that begin with ~ @ # or a quote are expressions, others phrases', () => {
    const lists = { all: ['@greet', '~保证收益的', '#percent', '"再见"', 'a or b'], greet: ['您好'] };
    expect(value('@all', [agent('您好')], lists)).toBe('yes');
    expect(value('@all', [agent('百分之五')], lists)).toBe('yes');
    expect(value('@all', [agent('保证收一的')], lists)).toBe('yes');
    expect(value('@all', [agent('a or b')], lists)).toBe('yes');
    expect(value('@all', [agent('b')], lists)).toBe('no');
  });

  test('~@list makes plain entries tolerant', () => {
    expect(value('@promises', [agent('这个保正收一')], { promises: ['保证收益'] })).toBe('no');
    expect(value('~@promises', [agent('这个保正收一')], { promises: ['保证收益'] })).toBe('yes');
  });
});

describe('numbers', () => {
  test.each([
    ['"年化4.8%"', '年化百分之四点八', 'yes'],
    ['"年化百分之四点八"', '年化4.8%', 'yes'],
    ['"年化百分之五"', '年化百分之十五', 'no'],
    ['"工号8027"', '工号八零二七', 'yes'],
    ['"工号0087"', '工号87', 'no'],
    ['"180天"', '一百八十天', 'yes'],
    ['"20块5"', '二十块五', 'yes'],
    ['"年化4.8%"', '年化4.8', 'perhaps'],
    ['"四天"', '十天', 'perhaps'],
    ['"fifteen percent"', 'fifty percent', 'perhaps'],
    ['"七天"', '七八天', 'no'],
    ['~"年化百分之四点八以上"', '年化百分之四点九以上', 'no'],
    ['~"年化百分之四点八以上"', '年化4.8%以上', 'yes'],
    ['~"年化百分之四点八以上"', '年华百分之四点吧以上', 'perhaps'],
  ])('%s over %s is %s', (expression, text, expected) => {
    expect(value(expression, [agent(text)])).toBe(expected);
  });

  test('a number heard with little confidence is possible', () => {
    const words = [
      { text: '年化', startMs: 0, endMs: 500, confidence: 0.9 },
      { text: '5%', startMs: 500, endMs: 1000, confidence: 0.4 },
    ];
    expect(value('"年化5%"', [agent('年化5%', [0, 1], { words })])).toBe('perhaps');
  });

  test('classes see them', () => {
    const turns = [agent('卡号是六二二二零二一二三四五六七八九四，年化百分之五，三百元')];
    expect(value('#card', turns)).toBe('yes');
    expect(said(ask('#percent', turns))).toEqual(['百分之五']);
    expect(said(ask('#money', turns))).toEqual(['三百元']);
    expect(value('"7894"', turns)).toBe('no');
  });

  test('a redacted stretch is its class and no digits', () => {
    const turns = [customer('卡号是⟦card⟧')];
    expect(said(ask('#card', turns))).toEqual(['⟦card⟧']);
    expect(value('#number', turns)).toBe('no');
    expect(value('"card"', turns)).toBe('no');
  });
});

describe('what sounds like it', () => {
  test.each([
    ['~"保证收益"', '保正收一', 'yes'],
    ['~"核实一下身份"', '合适一下身份', 'yes'],
    ['~"本次通话会录音"', '本次通话会路因', 'yes'],
    ['~"本产品不保证本金和收益"', '本产品不保正本金和收一', 'yes'],
    ['~"保证收益"', '保护环境', 'no'],
    ['~"wealth products carry risk"', 'wealth product carries risk', 'yes'],
  ])('%s over %s is %s', (expression, text, expected) => {
    expect(value(expression, [agent(text)])).toBe(expected);
  });

  test('one syllable is exact', () => {
    expect(value('~"是"', [agent('事')])).toBe('no');
    expect(value('~"是"', [agent('是')])).toBe('yes');
  });

  test('a little under the floor is possible', () => {
    const result = ask('~0.95"业绩比较基准不代表收益"', [agent('业绩比较基准代表着收益')]);
    expect(result.value).not.toBe('yes');
  });
});

describe('denials', () => {
  test.each([
    ['我们不保证收益', 'no'],
    ['没有人能保证收益', 'no'],
    ['不保证收益', 'no'],
    ['谁要是跟您说保证收益，您千万别信', 'no'],
    ['这个保证收益，那是不对的', 'perhaps'],
    ['我们部保证收益', 'perhaps'],
    ['不但保证收益', 'yes'],
    ['是不是保证收益', 'yes'],
    ['没问题，保证收益', 'yes'],
    ['不是存款，但保证收益', 'yes'],
    ['他说保证收益', 'yes'],
  ])('~"保证收益" over %s is %s', (text, expected) => {
    expect(value('~"保证收益"', [agent(text)])).toBe(expected);
  });

  test('a guarded hit is listed with its reason and never counted', () => {
    const result = ask('count(~"保证收益") >= 1', [agent('我们不保证收益')]);
    expect(result.value).toBe('no');
    expect(result.nearMisses[0]?.why.text.zh).toContain('否定');
  });

  test('a phrase with a negator needs it', () => {
    expect(value('~"不保证本金和收益"', [agent('保证本金和收益')])).toBe('no');
    expect(value('~"不保证本金和收益"', [agent('部保证本金和收益')])).toBe('perhaps');
    expect(value('~"不保证本金和收益"', [agent('我们不保正本金和收益')])).toBe('yes');
  });

  test('a negator farther back in the clause is possible', () => {
    expect(value('~"保证收益"', [agent('不管怎么说也没法跟您现在就当面保证收益')])).not.toBe('yes');
    expect(value('~"保证收益"', [agent('没跟大家说过这个产品就保证收益')])).toBe('perhaps');
  });
});

describe('measures', () => {
  test('silence: nobody speaks and nothing is played', () => {
    const turns = [agent('请稍等', [0, 2]), customer('好的谢谢', [20, 22]), agent('查到了', [40, 42])];
    expect(value('silence > 15s', call(turns))).toBe('yes');
    const music = { sounds: [{ kind: 'music', startMs: 2_500, endMs: 19_500 }] };
    expect(ask('silence > 15s', call(turns, music)).hits).toHaveLength(1);
    expect(value('hold > 15s', call(turns, music))).toBe('yes');
    expect(value('silence > 15s not after/10s agent: @hold_notice', call(turns), { hold_notice: ['请稍等'] })).toBe('yes');
    expect(ask('silence > 15s not after/10s agent: @hold_notice', call(turns), { hold_notice: ['请稍等'] }).hits).toHaveLength(1);
  });

  test('response: the delay before an answer', () => {
    const turns = [customer('在吗', [0, 2]), agent('在的', [7, 8])];
    expect(value('response(agent) > 4s', turns)).toBe('yes');
    expect(value('response(customer) > 4s', turns)).toBe('no');
  });

  test('overtalk: 300 ms or more, no back-channel', () => {
    expect(value('overtalk(agent) > 0.2s', [customer('我想问一下', [0, 5]), agent('您先听我说', [4.8, 6])])).toBe('no');
    expect(value('overtalk(agent) > 0.2s', [customer('我想问一下', [0, 5]), agent('您先听我说', [4.6, 6])])).toBe('yes');
    expect(value('overtalk(agent) > 0.2s', [customer('我想问一下', [0, 5]), agent('嗯', [4, 4.5])])).toBe('no');
    expect(value('overtalk(agent) > 2s', [customer('我想问一下', [0, 5]), agent('您先听我说', [4, 6])])).toBe('no');
  });

  test('a rate over too little speech is perhaps', () => {
    expect(value('rate(agent) > 300 cpm', [agent('说得很快'.repeat(2), [0, 1])])).toBe('perhaps');
    expect(value('rate(agent) > 300 cpm', [agent('说得很快'.repeat(25), [0, 16])])).toBe('yes');
    expect(value('pace(agent) > 300 cpm', [agent('说得很快'.repeat(5), [0, 3])])).toBe('yes');
    expect(value('pace(agent) > 300 cpm', [agent('说得很快'.repeat(4), [0, 1])])).toBe('no');
    const turns = [agent('说得很快'.repeat(25), [0, 16]), customer('我说得很慢'.repeat(12), [17, 40])];
    expect(value('rate(agent) / rate(customer) > 1.3', turns)).toBe('yes');
    expect(value('turns(agent) = 1 and words(customer) = 60', turns)).toBe('yes');
    expect(value('talk(agent) > 40% and talk(agent) < 41%', turns)).toBe('no');
    expect(value('talk(agent) = 40%', turns)).toBe('yes');
  });
});

describe('speech that nobody understood', () => {
  const turns = [agent('', [0, 4]), customer('好的', [5, 6])];
  test('no becomes perhaps where something had to be said', () => {
    expect(ask('agent: "您好"', turns)).toMatchObject({ value: 'perhaps', onlyUnintelligible: true });
    expect(value('customer: "您好"', turns)).toBe('no');
    expect(value(`agent: "${'很长的一句话'.repeat(3)}"`, turns)).toBe('no');
    expect(value('agent: last 2s: "您好"', turns)).toBe('no');
  });

  test('where it must not be said it stays no and is noted', () => {
    const result = ask('not agent: "您好"', turns);
    expect(result.value).toBe('yes');
    expect(result.unintelligible).toEqual([{ turnId: 't1', speaker: 'agent', startMs: 0, endMs: 4_000 }]);
  });
});

describe('hits for people', () => {
  test('hits.v1', () => {
    const shown = toHitsV1(ask('agent: "保证收益"', [agent('您放心，保证收益的', [0, 8])]));
    expect(shown).toMatchObject({
      version: 1,
      value: 'yes',
      hits: [{ turnId: 't1', speaker: 'agent', text: '保证收益', score: 1, setting: 'plain', approximateTimes: true }],
      nearMisses: [],
    });
    expect(shown.hits[0]?.startMs).toBeGreaterThan(2_000);
    expect(shown.hits[0]?.why).toEqual({ code: 'exact', zh: '原话一致', en: 'the same words' });
  });

  test('where words carry times they are used', () => {
    const words = [
      { text: '保证', startMs: 100, endMs: 900 },
      { text: '收益', startMs: 5_000, endMs: 5_400 },
    ];
    const [hit] = ask('"收益"', [agent('保证收益', [0, 6], { words })]).hits;
    expect(hit).toMatchObject({ startMs: 5_000, endMs: 5_400 });
    expect(hit?.approximateTimes).toBeUndefined();
  });
});
