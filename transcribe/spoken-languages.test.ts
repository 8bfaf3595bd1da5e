import { describe, expect, it } from 'vitest';
import { languageCode, languageOfTurns, sureness } from './spoken-languages.ts';

const of = (...texts: string[]) => languageOfTurns(texts.map((text) => ({ text })));

describe('the language of a call', () => {
  it('is that of its turns', () => {
    expect(of('您好，海川银行', '我想查余额')).toBe('zh');
    expect(of('Good morning, Seaford Bank.', 'Hi there.')).toBe('en');
    expect(of('⟦card⟧', '12345')).toBeUndefined();
    expect(of()).toBeUndefined();
  });

  it('is not mixed by the English words of a Chinese call, nor by a word of thanks', () => {
    expect(of('您可以在手机银行APP里开通ETF和SWIFT汇款，用WiFi登录', '好的，我的iPhone上有这个APP，怎么绑定Apple Pay')).toBe(
      'zh',
    );
    expect(of('Your card will be replaced within five working days, free of charge.', 'Okay. 谢谢。')).toBe('en');
  });

  it('is mixed where both are spoken, in turns of their own or within one', () => {
    expect(
      of(
        'Good morning, how can I help you today?',
        'Hi, I have a question about my account.',
        '可以说中文吗，我的英语不太好',
        '可以的，您请说',
      ),
    ).toBe('mixed');
    expect(of('The fee is eighty yuan plus the cable charge. 手续费是八十元，另外还有电报费，一共一百三十元。')).toBe('mixed');
  });
});

describe('what engines call a language', () => {
  it('is one code', () => {
    expect(['english', 'en-US', 'zh', 'Chinese', 'yue', 'fr', '', undefined].map(languageCode)).toEqual([
      'en',
      'en',
      'zh',
      'zh',
      'zh',
      'fr',
      undefined,
      undefined,
    ]);
  });
});

describe('how sure an answer is', () => {
  const segment = { text: ' a', startMs: 0, endMs: 1 };
  it('comes from its words, else from its segments', () => {
    const words = [0.4, 0.8].map((confidence) => ({ text: 'a', startMs: 0, endMs: 1, confidence }));
    expect(sureness({ language: 'en', text: 'a a', segments: [], words })).toBeCloseTo(0.6);
    expect(
      sureness({ language: 'en', text: 'a', segments: [{ ...segment, averageLogProbability: Math.log(0.7) }], words: [] }),
    ).toBeCloseTo(0.7);
    expect(sureness({ language: 'en', text: '', segments: [], words: [] })).toBe(0);
  });
});
