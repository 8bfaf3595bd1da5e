import { foldText } from './fold.ts';
import table from './negators.json' with { type: 'json' };

/** A word that denies what its clause says. Offsets are code units of the text as given. */
export interface NegatorSpan {
  readonly start: number;
  readonly end: number;
  /** Folded: simplified, lower case. */
  readonly text: string;
}

/** Which words are negators; raised with every change of the file. */
export const negatorsVersion = table.version;

const longestFirst = (fragments: readonly string[]): string => fragments.toSorted((a, b) => b.length - a.length).join('|');

const { zh, en } = table;
/** 是不是, 有没有, 愿不愿意 ask; 不不不 denies. */
const aNotA = String.raw`(?<![不没])([^不没\P{Script=Han}])[不没]\1`;
/** 清楚没有, 签了没: asks at the end of a clause. */
const tag = `(?<=${zh.answers.split(' ').join('|')})没有?(?=[啊呀呢吗]?\\s*(?:[?？，,。.!]|$))`;
const askedTag = String.raw`(?<=\p{Script=Han})(?<![我你您他她们也都还来本并全真实绝毫点么谁人的])没有?(?=[啊呀呢]?\s*[?？])`;
const chinese = new RegExp(
  `(?:${aNotA}|${tag}|${askedTag}|${longestFirst(zh.cancelling)}|${longestFirst(zh.exceptions)})|(${longestFirst(zh.negators)})`,
  'gu',
);
const spaced = (fragments: readonly string[]): string => longestFirst(fragments).replaceAll(' ', String.raw`\s+`);
const startsWord = "(?<![\\w'])";
const endsWord = "(?![\\w])(?!'(?!s))";
const english = new RegExp(
  `(?:(?:${startsWord}(?:${spaced(en.exceptions)})|(?:${spaced(en.cancelling)}))${endsWord})|${startsWord}(${spaced(en.negators)})${endsWord}`,
  'gu',
);
const anyChinese = /[不没未无非别甭莫勿休禁拒杜谢否避取怎哪岂绝毫切严从并根压一谁完千]/u;
const anyEnglish = /\bno|n't|\b(?:never|without|cannot|unable|refuse|hardly|barely|scarcely|rarely|seldom|neither)|nt\b/u;

/**
 * The negators of a text as words, in order, without overlap. What only looks like one (有没有, 没问题, 未来, not only) and what
 * cancels itself (不得不, 并非不, never fails to) is left out.
 */
export function negatorsIn(given: string): NegatorSpan[] {
  const folded = foldText(given);
  const found: NegatorSpan[] = [];
  for (const [pattern, group, any] of [[chinese, 2, anyChinese] as const, [english, 1, anyEnglish] as const]) {
    if (!any.test(folded.text)) continue;
    for (const match of folded.text.matchAll(pattern)) {
      const text = match[group];
      if (text === undefined) continue;
      const start = match.index;
      found.push({ start: folded.start(start), end: folded.end(start + text.length), text });
    }
  }
  return found.toSorted((a, b) => a.start - b.start);
}
