import type { PreparedTranscript } from './prepare.ts';
import type { ReadWord, Run } from './prepared.ts';
import type { RawHit } from './raw-hit.ts';
import type { ClauseSpan } from './speech-context.ts';
import type { ClassName } from './tree.ts';

/** What of a call is of a class. Fillers are seen, redacted stretches are of their class. */
export function classHits(prepared: PreparedTranscript, name: ClassName): readonly RawHit[] {
  return prepared.runs.flatMap((run) => runHits(run, name));
}

/** Whether there is anything of a class in a call: less work than finding all of it. */
export function hasClass(prepared: PreparedTranscript, name: ClassName): boolean {
  if (name === 'affirm' || name === 'negate' || name === 'question')
    return prepared.runs.some((run) => run.context.clauseSpans().some((clause) => clauseIs(clause, name)));
  return prepared.runs.some((run) => run.words.some((word) => isOf(word, name)));
}

function runHits(run: Run, name: ClassName): readonly RawHit[] {
  if (name === 'affirm' || name === 'negate' || name === 'question') return clauseHits(run, name);
  const out: RawHit[] = [];
  run.words.forEach((word, at) => {
    if (isOf(word, name)) out.push(hit(run, at, at));
  });
  return out;
}

function hit(run: Run, from: number, to: number): RawHit {
  const { setting } = run.context.around(from, to, () => true);
  return { run: run.index, from, to, score: 1000, floor: undefined, setting, doubts: [], guard: undefined };
}

function isOf(word: ReadWord, name: ClassName): boolean {
  if (word.kind === 'redacted') return word.text === name || redactedAs[word.text] === name;
  const { number } = word;
  if (number === undefined) return false;
  const { span } = number;
  const digits = span.digits ?? '';
  switch (name) {
    case 'number':
      return true;
    case 'percent':
      return span.kind === 'percent';
    case 'money':
      return span.kind === 'money';
    case 'date':
      return span.kind === 'date';
    case 'phone':
      return /^(?:1[3-9]\d{9}|0\d{9,11}|[48]00\d{7})$/u.test(digits);
    case 'card':
      return /^\d{13,19}$/u.test(digits) && passesLuhn(digits);
    case 'idcard':
      return isIdentityNumber(digits);
    default:
      return false;
  }
}

/** Names that a redactor may use for the same class. */
const redactedAs: Readonly<Record<string, ClassName>> = {
  id: 'idcard',
  identity: 'idcard',
  id_card: 'idcard',
  pan: 'card',
  telephone: 'phone',
};

/** ISO/IEC 7812: the check digit of a card number. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  [...digits].reverse().forEach((digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}

/** GB 11643: 17 digits and their check character. */
function isIdentityNumber(digits: string): boolean {
  if (!/^\d{17}[\dX]$/iu.test(digits)) return false;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return '10X98765432'[sum % 11] === digits[17]?.toUpperCase();
}

/** Clauses that say yes or no, and questions. */
function clauseHits(run: Run, name: 'affirm' | 'negate' | 'question'): readonly RawHit[] {
  return run.context.clauseSpans().flatMap((clause) => (clauseIs(clause, name) ? [hit(run, clause.from, clause.to)] : []));
}

function clauseIs(clause: ClauseSpan, name: 'affirm' | 'negate' | 'question'): boolean {
  return name === 'question' ? clause.question : clause.answer === name;
}
