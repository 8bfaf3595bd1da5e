import type { RecognisedWindow } from './ports.ts';

/** What a centre's calls are spoken in; a window in another language is heard as one of these. */
export const expectedLanguages = ['zh', 'en'] as const;
export type ExpectedLanguage = (typeof expectedLanguages)[number];

const names: Readonly<Record<string, string>> = {
  chinese: 'zh',
  mandarin: 'zh',
  cantonese: 'zh',
  yue: 'zh',
  cmn: 'zh',
  'zh-cn': 'zh',
  'zh-tw': 'zh',
  'zh-hk': 'zh',
  english: 'en',
  'en-us': 'en',
  'en-gb': 'en',
};

/** An engine's word for a language (`english`, `en-US`, `yue`) as the code that transcripts use. */
export function languageCode(name: string | undefined): string | undefined {
  const lower = name?.trim().toLowerCase();
  if (lower === undefined || lower === '') return undefined;
  return names[lower] ?? lower;
}

export function isExpected(language: string | undefined): language is ExpectedLanguage {
  return language === 'zh' || language === 'en';
}

/** How sure an engine was of an answer: the mean of its words' confidences, else of its segments' probabilities; 0 to 1. */
export function sureness(answer: RecognisedWindow): number {
  const confidences = answer.words.map((word) => word.confidence).filter((confidence) => confidence !== undefined);
  if (confidences.length > 0) return confidences.reduce((sum, each) => sum + each, 0) / confidences.length;
  const segments = answer.segments.map((segment) => segment.averageLogProbability).filter((each) => each !== undefined);
  if (segments.length > 0) return Math.exp(Math.min(0, segments.reduce((sum, each) => sum + each, 0) / segments.length));
  return answer.text.trim() === '' ? 0 : 0.5;
}
