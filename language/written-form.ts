import { chineseDigit } from './chinese-numerals.ts';
import { foldText } from './fold.ts';
import { type NumberSpan, numbersInFolded } from './numbers.ts';
import { polishedChinese, writtenChinese } from './written-chinese.ts';
import { polishedEnglish, writtenEnglish } from './written-english.ts';

/**
 * Spoken numbers as they are written: 百分之二点六 is 2.6%, 十三点五元 ¥13.5, 两千万 2000万, 八月八日 08/08, 上午八点半 8:30a.m.;
 * `five zero two one` is 5021, `four dollars and sixty cents` $4.60, `july twenty fifth` july 25, `two p m` 02:00 p.m. The forms are
 * those of WeTextProcessing. Words that are no numbers, guesses without bounds (十几) and small counts (三个) stay as they were
 * said, and so does what is in digits already. Without `language` each number is written in its own.
 */
export function writtenForm(given: string, language?: 'zh' | 'en'): string {
  const folded = foldText(given);
  const { text } = folded;
  const single = language === 'en' ? undefined : chineseDigit(text.trim());
  if (single !== undefined) return String(single);
  const nth = language === 'zh' ? undefined : { first: '1st', second: '2nd', third: '3rd' }[text.trim()];
  if (nth !== undefined) return nth;
  let written = '';
  let at = 0;
  let [chinese, english] = [false, false];
  const alone = (span: NumberSpan): boolean => text.trim().length === span.end - span.start;
  for (const span of numbersInFolded(text)) {
    const said = text.slice(span.start, span.end);
    const isChinese = /\p{Script=Han}/u.test(said);
    if (!isChinese && !/[a-z]/.test(said)) continue;
    if (language !== undefined && language !== (isChinese ? 'zh' : 'en')) continue;
    const form = isChinese ? writtenChinese(span, said) : writtenEnglish(span, said, alone(span));
    if (form === undefined) continue;
    if (isChinese) chinese = true;
    else english = true;
    const start = folded.start(span.start);
    // Two numbers side by side stay two.
    const apart = at === start && /\d$/.test(written) && /^\d/.test(form) ? ' ' : '';
    written += given.slice(at, start) + apart + form;
    at = folded.end(span.end);
  }
  if (!chinese && !english) return given;
  written += given.slice(at);
  if (chinese) written = polishedChinese(written);
  return english ? polishedEnglish(written) : written;
}
