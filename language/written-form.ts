import { decimalText } from './decimal.ts';
import { numbersIn } from './numbers-in.ts';
import type { NumberSpan } from './numbers.ts';

/** Spoken numbers, money, percentages and dates as they are written: 百分之二点六 is 2.6%, `five zero two one` is 5021. */
export function writtenForm(text: string): string {
  let written = '';
  let at = 0;
  for (const span of numbersIn(text)) {
    const form = formOf(span, text.slice(span.start, span.end));
    if (form === undefined) continue;
    written += text.slice(at, span.start) + form;
    at = span.end;
  }
  return written + text.slice(at);
}

function formOf(span: NumberSpan, said: string): string | undefined {
  if (span.vague) return undefined;
  if (span.kind === 'date') return dateForm(span, said);
  const [first, second] = span.values;
  if (span.digits !== undefined) return /^\d+$/.test(said) ? undefined : span.digits;
  if (first === undefined) return undefined;
  const value = second === undefined ? decimalText(first) : `${decimalText(first)}到${decimalText(second)}`;
  if (span.kind === 'percent')
    return /[a-z]/i.test(said) && second !== undefined ? `${decimalText(first)} to ${decimalText(second)}%` : `${value}%`;
  const unit = unitWords(said);
  return `${value}${unit}`;
}

/** What is left of the words after the numeral: the unit as it was said. */
function unitWords(said: string): string {
  const chinese =
    /(?:块钱|元钱|块|元|圆|美元|美金|港币|港元|加元|欧元|英镑|个工作日|天|个月|年期|年|个小时|小时|分钟|秒钟|秒|折|期|次|遍|回|个|笔|张|位|份|套|户|名|条|项|家|件|人|岁|倍|级|分|点)(?=[零一二三四五六七八九毛角]{0,2}$)/u.exec(
      said,
    );
  if (chinese !== null) return chinese[0].replace(/^块钱?$|^元钱$/, '元');
  const english = /\s(dollars?|pounds?|yuan|euros?|days?|months?|years?|hours?|minutes?|seconds?|times)$/i.exec(said);
  return english === null ? '' : english[0];
}

function dateForm(span: NumberSpan, said: string): string {
  const { year, month, day } = span.date ?? {};
  const mark = said.endsWith('号') ? '号' : '日';
  return [
    year === undefined ? '' : `${year}年`,
    month === undefined ? '' : `${month}月`,
    day === undefined ? '' : `${day}${mark}`,
  ].join('');
}
