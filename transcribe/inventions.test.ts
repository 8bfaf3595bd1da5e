import { describe, expect, it } from 'vitest';
import { textOf, wordsOf } from './heard-word.ts';
import { runsAway, siftInventions } from './inventions.ts';
import type { RecognisedSegment } from './ports.ts';

/** A window whose segments last as long as their texts; words by the characters' share of time. */
function sift(segments: readonly (Partial<RecognisedSegment> & { text: string })[], prompt?: string) {
  let at = 0;
  const timed = segments.map((segment) => {
    const startMs = at;
    at += 150 * segment.text.length;
    return { startMs, endMs: at, ...segment };
  });
  const place = { channel: 0 as const, startMs: 10_000, endMs: 10_000 + at, speech: [{ startMs: 10_000, endMs: 10_000 + at }] };
  const words = wordsOf({ language: undefined, text: '', segments: timed, words: [] }, place);
  const { kept, dropped } = siftInventions(words, timed, prompt);
  return { text: textOf(kept), reasons: dropped.map((each) => each.reason), dropped };
}

describe('what a recogniser wrote and nobody said', () => {
  it.each([
    '字幕由Amara.org社区提供',
    '字幕 by 索兰娅',
    '请不吝点赞 订阅 转发 打赏支持明镜与点点栏目',
    '謝謝大家觀看',
    '谢谢观看',
    '中文字幕志愿者 李宗盛',
    '优优独播剧场——YoYo Television Series Exclusive',
    '下期再见',
    ' Thanks for watching!',
    ' Thank you for watching.',
    ' Please subscribe to my channel.',
    ' Subtitles by the Amara.org community',
    ' Transcription by CastingWords',
  ])('knows %s', (text) => {
    expect(sift([{ text }])).toMatchObject({ text: '', reasons: ['known-invention'] });
  });

  it.each([
    '谢谢您的来电，请对我的服务做出评价。',
    '谢谢，再见。',
    '这个视频我看了，谢谢。',
    ' Thank you for calling Seaford Bank.',
    ' I was watching the transfer and it never arrived, thank you.',
    ' You can subscribe at the branch.',
    '下次我再去网点办理。',
    '您的字母和数字组合密码不能在电话里说。',
  ])('leaves what people say on the telephone: %s', (text) => {
    expect(sift([{ text }])).toMatchObject({ text: text.trim(), reasons: [] });
  });

  it('leaves out brackets over several words, and says where', () => {
    const { text, dropped } = sift([{ text: ' [Music playing] Hello (sighs) there' }]);
    expect(text).toBe('Hello there');
    expect(dropped.map(({ reason, words }) => [reason, words])).toEqual([
      ['bracketed', 2],
      ['bracketed', 1],
    ]);
    expect(dropped[0]).toMatchObject({ channel: 0, startMs: 10_150 });
  });

  it('keeps the first saying of a loop', () => {
    expect(sift([{ text: ' I think so.'.repeat(9) }])).toMatchObject({ text: 'I think so.', reasons: ['loop'] });
    expect(sift([{ text: '我们的服务'.repeat(6) }])).toMatchObject({ text: '我们的服务', reasons: ['loop'] });
  });

  it('keeps what people repeat, and every digit of a card', () => {
    for (const text of [
      '对对对对对',
      ' No, no, no, no.',
      ' four one one one one one one one one one one one one one one one',
      '一一一一一一一一一一',
    ]) {
      expect(sift([{ text }])).toMatchObject({ text: text.trim(), reasons: [] });
    }
  });

  it('drops digits that no mouth can say in their time', () => {
    const words = wordsOf(
      {
        language: 'zh',
        text: '',
        segments: [{ text: `一九八五${'零'.repeat(60)}`, startMs: 0, endMs: 3000, compressionRatio: 5 }],
        words: [...'一九八五']
          .map((text, i) => ({ text, startMs: i * 250, endMs: (i + 1) * 250 }))
          .concat(Array.from({ length: 60 }, (_, i) => ({ text: '零', startMs: 1000 + i * 20, endMs: 1020 + i * 20 }))),
      },
      { channel: 0, startMs: 0, endMs: 3000, speech: [{ startMs: 0, endMs: 3000 }] },
    );
    const { kept, dropped } = siftInventions(words, [
      { text: `一九八五${'零'.repeat(60)}`, startMs: 0, endMs: 3000, compressionRatio: 5 },
    ]);
    expect(textOf(kept)).toBe('一九八五');
    expect(dropped).toEqual([{ channel: 0, startMs: 1000, endMs: 2200, reason: 'loop', words: 60 }]);
  });

  it('knows an answer that runs away, and none that reads a card number', () => {
    const of = (text: string, compressionRatio?: number) =>
      runsAway({ language: undefined, text, words: [], segments: [{ text, startMs: 0, endMs: 1, compressionRatio }] });
    expect(of('一零一零'.repeat(20))).toBe(true);
    expect(of(' I think so.'.repeat(12))).toBe(true);
    expect(of(' it goes on and on and says more and more of nothing at all', 3.1)).toBe(true);
    expect(of(' 4111 1111 1111 1111, four one one one one one one one', 1.8)).toBe(false);
    expect(of(' Yes. Yes. Yes.', 2.6)).toBe(false);
  });

  it('believes the engine that a segment is silence when its words are doubtful too', () => {
    const silent = { text: ' You', noSpeechProbability: 0.95, averageLogProbability: -1.2 };
    expect(sift([silent])).toMatchObject({ text: '', reasons: ['no-speech'] });
    expect(sift([{ ...silent, averageLogProbability: -0.2 }]).text).toBe('You');
  });

  it('drops an echo of the prompt', () => {
    expect(sift([{ text: '以下是普通话的句子。' }]).text).toBe('');
    expect(sift([{ text: ' Calls of Seaford Bank.' }], 'Calls of Seaford Bank')).toMatchObject({ text: '', reasons: ['prompt'] });
  });
});
