import type { RecognisedWindow } from './ports.ts';

/** What a centre's calls are spoken in; a window in another language is heard as one of these. */
export const expectedLanguages = ['zh', 'en'] as const;
type ExpectedLanguage = (typeof expectedLanguages)[number];

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

/** A second language matters from this share of what is said on. */
const mixedShare = 0.12;
const fewestUnits = 8;

/**
 * The language of a call by its turns' text: `zh`, `en`, or `mixed` where both are spoken. A few English words in Chinese
 * sentences (APP, ATM) do not make a call mixed: what counts is the language that a turn, or a sentence of it, is in.
 */
export function languageOfTurns(turns: readonly { readonly text: string }[]): 'zh' | 'en' | 'mixed' | undefined {
  let chinese = 0;
  let english = 0;
  for (const { text } of turns) {
    for (const sentence of text.replace(/⟦[^⟧]*⟧/gu, '').split(/(?<=[。！？!?；;])|(?<=[.])\s/u)) {
      const characters = sentence.match(/\p{Script=Han}/gu)?.length ?? 0;
      const words = sentence.match(/[A-Za-z]+(?:['’][A-Za-z]+)?/gu)?.length ?? 0;
      // a Chinese word has about one and a half characters
      if (characters >= 1.5 * words) chinese += characters / 1.5;
      else english += words;
    }
  }
  const all = chinese + english;
  if (all === 0) return undefined;
  const less = Math.min(chinese, english);
  if (less >= fewestUnits && less >= mixedShare * all) return 'mixed';
  return chinese >= english ? 'zh' : 'en';
}
