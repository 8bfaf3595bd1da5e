import { describe, expect, it } from 'vitest';
import { speechMetrics, speechMetricsSchema } from './speech-metrics.ts';
import type { Sound, Speaker, Transcript } from './transcript.ts';

/** `agent 0-2 text`, one turn a line, in seconds. */
function call(lines: string[], sounds: Sound[] = [], durationMs = 60_000): Transcript {
  const turns = lines.map((line, i) => {
    const [, speaker, from, to, text] = /^(\S+) ([\d.]+)-([\d.]+) (.+)$/u.exec(line)!;
    return {
      id: `t${i + 1}`,
      speaker: speaker as Speaker,
      speakerConfidence: 1,
      channel: speaker === 'customer' ? 1 : 0,
      startMs: Number(from) * 1000,
      endMs: Number(to) * 1000,
      text: text!,
    };
  });
  return { version: 1, language: 'zh', durationMs, layout: 'agent-left', turns, sounds };
}

const measure = (lines: string[], sounds?: Sound[]) => speechMetrics(call(lines, sounds));

describe('speech metrics', () => {
  it('share the talk between the two', () => {
    const metrics = measure(['agent 0-6 您好请问有什么可以帮您', 'customer 7-9 我想查余额']);
    expect(metrics.talk).toEqual({ agentMs: 6000, customerMs: 2000, unknownMs: 0, agentPerMille: 750 });
    expect(metrics.spoken).toEqual({ startMs: 0, endMs: 9000 });
  });

  it('count speech that overlaps for both, and once for each', () => {
    expect(measure(['agent 0-4 一二三', 'agent 2-6 四五六', 'customer 3-5 七八']).talk).toMatchObject({
      agentMs: 6000,
      customerMs: 2000,
    });
  });

  it('find dead air and say who owed the next word', () => {
    const metrics = measure([
      'agent 0-2 请问您的身份证号是多少？',
      'customer 10-12 三一零',
      'agent 20-22 我查一下。',
      'agent 40-42 查到了。',
      'customer 45-46 我拿支笔。',
      'customer 50-51 好了我有笔了',
    ]);
    expect(metrics.silences).toEqual([
      { startMs: 2000, endMs: 10_000, owedBy: 'customer' },
      { startMs: 12_000, endMs: 20_000, owedBy: 'agent' },
      { startMs: 22_000, endMs: 40_000, owedBy: 'agent' },
      { startMs: 42_000, endMs: 45_000, owedBy: 'customer' },
      { startMs: 46_000, endMs: 50_000, owedBy: 'customer' },
    ]);
    expect(metrics.silenceMs).toBe(41_000);
  });

  it('do not call music, a menu or ring-back dead air, and start with the first word', () => {
    const sounds: Sound[] = [
      { kind: 'ringback', startMs: 0, endMs: 9000, channel: 0 },
      { kind: 'music', startMs: 13_000, endMs: 38_000, channel: 1 },
    ];
    const metrics = measure(['agent 10-12 请稍等', 'agent 39-41 让您久等了'], sounds);
    expect(metrics.silences).toEqual([]);
    expect(metrics.holds).toEqual([{ startMs: 13_000, endMs: 38_000 }]);
    expect(metrics.holdMs).toBe(25_000);
  });

  it('say who broke in, from 300 ms, and whether the other gave way', () => {
    const metrics = measure([
      'customer 0-5 我上个月就已经反映过这个问题了',
      'agent 4-8 您先听我说',
      'customer 7.8-9 什么',
      'agent 10-20 这个费用是系统自动收取的',
      'customer 12-13 嗯',
      'customer 15-16 凭什么啊',
    ]);
    expect(metrics.overtalk).toEqual([
      { startMs: 4000, endMs: 5000, by: 'agent', turnId: 't2', overTurnId: 't1', yielded: true },
      { startMs: 15_000, endMs: 16_000, by: 'customer', turnId: 't6', overTurnId: 't4', yielded: false },
    ]);
    expect(metrics.interruptions).toEqual({ byAgent: 1, byCustomer: 1, byUnknown: 0 });
  });

  it('measure the pace of Chinese in characters, of English in words, of both in syllables', () => {
    const metrics = measure([
      'agent 0-3 一二三四五六七八九十一二三四五',
      'customer 4-8 one two three four five six seven eight',
      'agent 10-13 好好好好 five six',
    ]);
    expect(metrics.pace.turns[0]).toMatchObject({ cpm: 300, units: 15, speechMs: 3000 });
    expect(metrics.pace.turns[0]).not.toHaveProperty('wpm');
    expect(metrics.pace.turns[1]).toMatchObject({ wpm: 120, syllablesPerMinute: 135 });
    expect(metrics.pace.agent!.cpm).toBeGreaterThan(0);
    expect(metrics.pace.agentToCustomerPerMille).toBe(Math.round((metrics.pace.agent!.syllablesPerMinute! * 1000) / 135));
  });

  it('measure how long each lets the other wait', () => {
    const metrics = measure(['agent 0-2 您好', 'customer 3-4 我要投诉', 'agent 8-9 您说', 'customer 8.5-10 我要投诉']);
    expect(metrics.responses.map(({ speaker, ms }) => [speaker, ms])).toEqual([
      ['customer', 1000],
      ['agent', 4000],
      ['customer', 0],
    ]);
    expect(metrics.responseMs).toEqual({ customer: 500, agent: 4000 });
  });

  it('tell how loud each channel is, in speech and over all', () => {
    const loudness = { wholeTenths: -300, peakTenths: -20, between: () => -200 };
    const metrics = speechMetrics(call(['agent 0-2 您好']), [loudness, loudness]);
    expect(metrics.loudness).toEqual([
      { channel: 0, wholeTenths: -300, peakTenths: -20, speechTenths: -200 },
      { channel: 1, wholeTenths: -300, peakTenths: -20 },
    ]);
  });

  it('hold for a call in which nobody speaks', () => {
    const metrics = measure([]);
    expect(metrics).toMatchObject({
      silences: [],
      silenceMs: 0,
      overtalk: [],
      talk: { agentMs: 0, customerMs: 0, unknownMs: 0 },
    });
    expect(metrics.spoken).toBeUndefined();
    expect(speechMetricsSchema.parse(metrics)).toEqual(metrics);
  });

  it("use the words' times where there are any", () => {
    const transcript = call(['agent 0-10 一二', 'customer 4-6 三四']);
    transcript.turns[0]!.words = [
      { text: '一', startMs: 0, endMs: 1000 },
      { text: '二', startMs: 9000, endMs: 10_000 },
    ];
    expect(speechMetrics(transcript)).toMatchObject({
      talk: { agentMs: 2000 },
      overtalk: [],
      silences: [
        { startMs: 1000, endMs: 4000 },
        { startMs: 6000, endMs: 9000 },
      ],
    });
  });
});
