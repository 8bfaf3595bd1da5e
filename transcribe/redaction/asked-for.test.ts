import { describe, expect, test } from 'vitest';
import { callOf } from '../../test/doubles/said-numbers.ts';
import type { Transcript, Turn } from '../transcript.ts';
import { redactTranscript, type TimeSpan } from './index.ts';

const covers = (spans: readonly TimeSpan[], startMs: number, endMs: number): boolean =>
  spans.some((span) => span.startMs <= startMs && span.endMs >= endMs);
const touches = (spans: readonly TimeSpan[], startMs: number, endMs: number): boolean =>
  spans.some((span) => span.startMs < endMs && span.endMs > startMs);

/** A question for a number, then ten seconds of the customer's voice of which the recogniser wrote `heard`. */
function answered(
  question: string,
  heard: readonly Turn[],
): { call: Transcript; speech: { channel: number; startMs: number; endMs: number }[] } {
  const asked = callOf([`agent: ${question}`], { words: true, confidence: 0.9 }).turns[0]!;
  const begin = asked.endMs + 500;
  const turns = heard.map((turn) => ({
    ...turn,
    startMs: turn.startMs + begin,
    endMs: turn.endMs + begin,
    words: turn.words!.map((word) => ({ ...word, startMs: word.startMs + begin, endMs: word.endMs + begin })),
  }));
  return {
    call: { version: 1, language: 'zh', durationMs: begin + 60_000, layout: 'agent-left', turns: [asked, ...turns] },
    speech: [
      { channel: 0, startMs: asked.startMs, endMs: asked.endMs },
      { channel: 1, startMs: begin, endMs: begin + 10_000 },
    ],
  };
}

const said = (text: string, startMs: number, confidence = 0.95): Turn => {
  const [turn] = callOf([`customer: ${text}`], { words: true, confidence }).turns;
  const shift = startMs - turn!.startMs;
  return {
    ...turn!,
    id: `c${startMs}`,
    startMs,
    endMs: turn!.endMs + shift,
    words: turn!.words!.map((word) => ({ ...word, startMs: word.startMs + shift, endMs: word.endMs + shift })),
  };
};

describe('when a number was asked for', () => {
  test.each([
    '请问您的卡号是多少？',
    '麻烦您报一下身份证号码',
    '背面的后三位是多少',
    '请您输入一下密码',
    'Could you read me the card number please?',
    'What are the three digits on the back of the card?',
    'Can you tell me your PIN?',
  ])('%s: an answer of which no word was recognised is muted whole', (question) => {
    const { call, speech } = answered(question, []);
    const begin = speech[1]!.startMs;
    expect(covers(redactTranscript(call, { speech }).muteSpans, begin, begin + 10_000)).toBe(true);
    const little = answered(question, [said('嗯', 9000)]);
    expect(covers(redactTranscript(little.call, { speech }).muteSpans, begin, begin + 9000)).toBe(true);
  });

  test('what the recogniser lost beside the digits that it found is muted too', () => {
    const { call, speech } = answered('请问您的卡号是多少？', [said('四一一一', 1000), said('一一一一', 7000)]);
    const begin = speech[1]!.startMs;
    const { muteSpans, transcript } = redactTranscript(call, { speech });
    expect(covers(muteSpans, begin, begin + 8000)).toBe(true);
    expect(transcript.turns.slice(1).map(({ text }) => text)).toEqual(['⟦card⟧', '⟦card⟧']);
  });

  test('a number that came whole and sure is muted alone', () => {
    const { call, speech } = answered('请问您的卡号是多少？', [
      said('六二二二零二幺二三四五六七八九四', 1000),
      said('我这个卡上个月才办的', 6500),
    ]);
    const begin = speech[1]!.startMs;
    const { muteSpans } = redactTranscript(call, { speech });
    expect(covers(muteSpans, begin + 1000, begin + 3880)).toBe(true);
    expect(touches(muteSpans, begin + 6500, begin + 8000)).toBe(false);
  });

  test('one doubtful word, and the whole answer is muted', () => {
    const { call, speech } = answered('请问您的卡号是多少？', [said('六二二二零二幺二三四五六七八九四', 1000, 0.4)]);
    const begin = speech[1]!.startMs;
    expect(covers(redactTranscript(call, { speech }).muteSpans, begin, begin + 10_000)).toBe(true);
  });

  test('what is plainly no number stays audible, before the digits and after', () => {
    const { call, speech } = answered('请问您的卡号是多少？', [
      said('你等我去拿一下钱包好吗', 0),
      said('四一一一，一一一', 3000),
      said('上面有点看不清楚了不好意思', 7000),
    ]);
    const begin = speech[1]!.startMs;
    const { muteSpans } = redactTranscript(call, { speech });
    expect(touches(muteSpans, begin + 100, begin + 1500)).toBe(false);
    expect(covers(muteSpans, begin + 2300, begin + 6500)).toBe(true);
    expect(touches(muteSpans, begin + 7700, begin + 9500)).toBe(false);
  });

  test('the answer is muted for 20 s at most', () => {
    const { call, speech } = answered('请问您的卡号是多少？', [said('嗯', 59_000)]);
    const begin = speech[1]!.startMs;
    const { muteSpans } = redactTranscript(call, { speech: [speech[0]!, { channel: 1, startMs: begin, endMs: begin + 60_000 }] });
    expect(covers(muteSpans, begin, begin + 20_000)).toBe(true);
    expect(touches(muteSpans, begin + 22_000, begin + 58_000)).toBe(false);
  });

  test('who says a number along with its name asks for nothing: the answer stays audible', () => {
    const call = callOf(
      [
        'customer: And the three digits on the back are seven three seven.',
        'agent: The shop tried to take four hundred and fifty.',
      ],
      {
        words: true,
        confidence: 0.9,
      },
    );
    const [, answer] = call.turns;
    expect(touches(redactTranscript(call).muteSpans, answer!.startMs + 1500, answer!.endMs)).toBe(false);
  });

  test('a warning not to tell it asks for nothing', () => {
    const { call, speech } = answered('请不要把密码告诉任何人，包括我们的工作人员。', [said('嗯', 9000)]);
    expect(redactTranscript(call, { speech }).muteSpans).toEqual([]);
  });
});

describe('mute spans', () => {
  test('are padded by 300 ms, widened to the edges of words and near pauses, merged, in whole milliseconds', () => {
    const call = callOf(['customer: 我的手机是幺三八零零幺三八零零零你记一下'], { words: true, confidence: 0.9 });
    const turn = call.turns[0]!;
    const digits = turn.words!.filter(({ text }) => /[幺三八零]/.test(text));
    const [start, end] = [digits[0]!.startMs, digits.at(-1)!.endMs];
    const [span, ...others] = redactTranscript(call).muteSpans;
    expect(others).toEqual([]);
    expect(span!.startMs).toBeLessThanOrEqual(start - 300);
    expect(span!.endMs).toBeGreaterThanOrEqual(end + 300);
    expect(turn.words!.some((word) => word.startMs < span!.startMs && word.endMs > span!.startMs)).toBe(false);
    const speech = [{ channel: 1, startMs: start - 700, endMs: end + 800 }];
    expect(redactTranscript(call, { speech }).muteSpans[0]).toEqual({ startMs: start - 900, endMs: end + 1000 });
    for (const each of [span!.startMs, span!.endMs]) expect(Number.isInteger(each)).toBe(true);
  });

  test('cover the speech around digits that were given less time than anybody needs for them', () => {
    const turn: Turn = {
      ...callOf(['customer: 07700900142']).turns[0]!,
      startMs: 13_900,
      endMs: 14_700,
      words: [{ text: '07700900142', startMs: 13_900, endMs: 14_700, confidence: 0.9 }],
    };
    const speech = [
      { channel: 1, startMs: 11_400, endMs: 14_600 },
      { channel: 1, startMs: 14_600, endMs: 15_500 },
      { channel: 1, startMs: 20_000, endMs: 22_000 },
    ];
    const call: Transcript = { version: 1, language: 'en', durationMs: 30_000, layout: 'agent-left', turns: [turn] };
    const { muteSpans } = redactTranscript(call, { speech });
    expect(covers(muteSpans, 11_400, 15_500)).toBe(true);
    expect(touches(muteSpans, 20_000, 22_000)).toBe(false);
  });

  test('cover the tones of telephone keys, which spell digits', () => {
    const call = {
      ...callOf(['agent: 请按井号键结束']),
      sounds: [{ kind: 'dtmf' as const, startMs: 5000, endMs: 5900, channel: 1 }],
      durationMs: 8000,
    };
    expect(covers(redactTranscript(call).muteSpans, 5000, 5900)).toBe(true);
  });
});
