import type { BilingualText } from '../services/kernel/index.ts';
import { classMeanings } from './complete.ts';
import type { ClassName, MeterName } from './tree.ts';

/** Why something is only possible. */
export type Doubt =
  | 'below_floor'
  | 'speaker_unsure'
  | 'number_unit'
  | 'number_sound'
  | 'number_unsure'
  | 'number_unread'
  | 'negator_far'
  | 'negator_sound'
  | 'rejected';

/** Why something that came near is not it. */
export type Guard = 'denied' | 'negator_missing' | 'negator_extra' | 'number_other';

/** Why a hit is one, why it is only possible, or why it is none. Figures are thousandths. */
export type Why =
  | { readonly code: 'exact' }
  | { readonly code: 'sounds'; readonly score: number; readonly floor: number }
  | { readonly code: 'class'; readonly class: ClassName }
  | { readonly code: 'measure'; readonly meter: MeterName; readonly value: number }
  | { readonly code: 'join'; readonly parts: readonly Why[] }
  | { readonly code: 'doubt'; readonly doubts: readonly Doubt[]; readonly of: Why }
  | { readonly code: 'guard'; readonly guard: Guard; readonly of: Why }
  | { readonly code: 'unless'; readonly because: Why }
  | { readonly code: 'unintelligible' };

const doubtTexts: Readonly<Record<Doubt, BilingualText>> = {
  below_floor: { zh: '相似度略低于下限', en: 'a little under the floor' },
  speaker_unsure: { zh: '说话人不确定', en: 'the speaker is not sure' },
  number_unit: { zh: '数值相同但没有单位', en: 'the same value without its unit' },
  number_sound: { zh: '数字读音相近', en: 'a number that sounds alike' },
  number_unsure: { zh: '数字识别把握低', en: 'the number was not heard well' },
  number_unread: { zh: '数字没有识别出来', en: 'the number was not read as one' },
  negator_far: { zh: '同一句里较远处有否定词', en: 'a negator farther back in the clause' },
  negator_sound: { zh: '可能漏识了否定词', en: 'a syllable that may be a negator' },
  rejected: { zh: '下一句予以否认', en: 'the next clause rejects it' },
};

const guardTexts: Readonly<Record<Guard, BilingualText>> = {
  denied: { zh: '是否定的说法', en: 'it is denied' },
  negator_missing: { zh: '缺少短语里的否定词', en: 'the phrase’s negator is missing' },
  negator_extra: { zh: '多了否定词', en: 'there is a negator that the phrase does not have' },
  number_other: { zh: '数字不同', en: 'another number' },
};

const meterTexts: Readonly<Record<MeterName, BilingualText>> = {
  silence: { zh: '静默', en: 'silence' },
  hold: { zh: '等待音乐', en: 'hold music' },
  response: { zh: '应答间隔', en: 'delay before the answer' },
  overtalk: { zh: '抢话', en: 'overtalk' },
  pace: { zh: '语速', en: 'pace' },
  rate: { zh: '平均语速', en: 'average pace' },
  talk: { zh: '说话占比', en: 'share of talk' },
  turns: { zh: '话轮数', en: 'turns' },
  words: { zh: '字数', en: 'words' },
  length: { zh: '时长', en: 'length' },
};

/** The reason in a sentence for people. */
export function whyText(why: Why): BilingualText {
  switch (why.code) {
    case 'exact':
      return { zh: '原话一致', en: 'the same words' };
    case 'sounds':
      return {
        zh: `读音相似度 ${thousandths(why.score)}（下限 ${thousandths(why.floor)}）`,
        en: `sounds ${thousandths(why.score)} alike (floor ${thousandths(why.floor)})`,
      };
    case 'class': {
      const meaning = classMeanings[why.class];
      return { zh: meaning.zh, en: meaning.en };
    }
    case 'measure':
      return { zh: `${meterTexts[why.meter].zh} ${why.value}`, en: `${meterTexts[why.meter].en} ${why.value}` };
    case 'join': {
      const parts = why.parts.map(whyText);
      return { zh: parts.map((part) => part.zh).join('；'), en: parts.map((part) => part.en).join('; ') };
    }
    case 'doubt': {
      const of = whyText(why.of);
      return {
        zh: `${of.zh}；${why.doubts.map((doubt) => doubtTexts[doubt].zh).join('，')}`,
        en: `${of.en}; ${why.doubts.map((doubt) => doubtTexts[doubt].en).join(', ')}`,
      };
    }
    case 'guard': {
      const of = whyText(why.of);
      return { zh: `${of.zh}，但${guardTexts[why.guard].zh}`, en: `${of.en}, but ${guardTexts[why.guard].en}` };
    }
    case 'unless': {
      const because = whyText(why.because);
      return {
        zh: `${because.zh}；可能被排除`,
        en: `${because.en}; it may be excluded by what is only possible`,
      };
    }
    case 'unintelligible':
      return { zh: '这一段听不清，可能说过', en: 'it may have been said where nothing could be understood' };
  }
}

function thousandths(value: number): string {
  return (value / 1000).toFixed(3).replace(/0+$/u, '').replace(/\.$/u, '');
}
