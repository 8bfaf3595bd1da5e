import { fillers } from './fillers.ts';
import { normaliseText } from './normalise.ts';

const backchannelWords: ReadonlySet<string> = new Set([
  ...fillers,
  ...'对是好行的恩额吧啦呀哈',
  ...'yeah yep yup yes ok okay right sure alright mkay uhhuh aha i see got it'.split(' '),
]);

/**
 * Whether a turn says no more than that its speaker listens: 嗯, 好的, 对对对, uh-huh, yeah, right. Never true of a turn with
 * other words, with a number, or without words.
 */
export function isBackchannel(text: string): boolean {
  const words = normaliseText(text).match(/\p{Script=Han}|[\p{L}\p{N}'⟦⟧]+/gu) ?? [];
  if (words.length === 0 || words.length > 6) return false;
  const said = words.join(' ');
  if (
    /\b(?:i|see|got|it)\b/.test(said) &&
    !/^(?:(?:oh|ah|yeah|ok|okay|right) )*(?:i see|got it)(?: (?:yeah|ok|okay|right))*$/.test(said)
  )
    return false;
  return words.every((word) => backchannelWords.has(word));
}
