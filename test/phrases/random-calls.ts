import fc from 'fast-check';
import type { SpokenTranscript } from '../../phrases/index.ts';
import { call, type MadeTurn } from './call.ts';

/** Named lists that random expressions may name. */
export const randomLists = {
  mixed: ['您好', '~保证收益', '#percent', '@greet', '"不保证"'],
  greet: ['你好', '好的', 'good morning'],
};
/** Few words, so that they meet: with sounds alike, negators, numbers, fillers and both languages. */
const bits = [
  '保证',
  '保正',
  '收益',
  '收一',
  '不',
  '部',
  '没有',
  '您好',
  '你好',
  '好的',
  '嗯',
  '，',
  '。',
  '？',
  '吗',
  '如果',
  '他说',
  '但',
  '百分之五',
  '5%',
  '十五',
  '四天',
  '十天',
  '工号8027',
  '八零二七',
  'good',
  'morning',
  ' we ',
  'guarantee',
  "don't",
  ' not ',
  ' returns ',
  '别信',
  '不保证',
  '是不是',
  '稳赚不赔',
  '稳转不陪',
  '⟦card⟧',
  ' um ',
];
/** Phrases of random expressions, some of which random calls say. */
export const randomPhrases = [
  '保证',
  '保证收益',
  '不保证',
  '您好',
  '你好',
  '收益',
  '工号8027',
  '5%',
  '四天',
  'good morning',
  'guarantee returns',
  '嗯',
  '稳赚不赔',
  '不',
  'do not guarantee',
  '不保证收益',
  '部',
];

const turnText = fc.array(fc.constantFrom(...bits), { maxLength: 9 }).map((chosen) => chosen.join(''));

const turns: fc.Arbitrary<readonly MadeTurn[]> = fc
  .array(
    fc.record({
      speaker: fc.constantFrom(
        'agent' as const,
        'agent' as const,
        'customer' as const,
        'customer' as const,
        'unknown' as const,
        'system' as const,
      ),
      text: turnText,
      gap: fc.integer({ min: -8, max: 30 }),
      length: fc.integer({ min: 2, max: 50 }),
      confidence: fc.constantFrom(1, 1, 1, 0.5),
      wordConfidence: fc.option(fc.constantFrom(0.2, 0.45, 0.9), { nil: undefined, freq: 4 }),
    }),
    { maxLength: 6 },
  )
  .map((drafts) => {
    let at = 0;
    return drafts.map(({ speaker, text, gap, length, confidence, wordConfidence }): MadeTurn => {
      const from = Math.max(0, at + gap);
      at = from + length;
      const words =
        wordConfidence === undefined
          ? undefined
          : [...text].map((character, index) => ({
              text: character,
              startMs: from * 100 + index * 20,
              endMs: from * 100 + index * 20 + 20,
              confidence: wordConfidence,
            }));
      return { speaker, text, at: [from / 10, at / 10], confidence, ...(words === undefined ? {} : { words }) };
    });
  });

const sounds = fc.array(
  fc.record({ kind: fc.constantFrom('music', 'beep'), startMs: fc.integer({ min: 0, max: 9000 }) }).map((sound) => ({
    ...sound,
    endMs: sound.startMs + 700,
  })),
  { maxLength: 2 },
);

/** Calls of few words. */
export const randomCalls: fc.Arbitrary<SpokenTranscript> = fc
  .tuple(turns, sounds)
  .map(([made, played]) => call(made, { sounds: played }));
