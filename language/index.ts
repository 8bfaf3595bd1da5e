export { affirmation, type Answer } from './answers.ts';
export { type Clause, clauses } from './clauses.ts';
export { type Decimal, decimal, decimalText, sameDecimal } from './decimal.ts';
export { type DigitRun, digitRuns, digitRunsAcross, type RunDigit } from './digit-runs.ts';
export { isBackchannel } from './backchannel.ts';
export { fillers, isFiller } from './fillers.ts';
export { type NegatorSpan, negatorsIn, negatorsVersion } from './negators.ts';
export { normaliseText } from './normalise.ts';
export { numbersIn } from './numbers-in.ts';
export type { NumberKind, NumberSpan } from './numbers.ts';
export { isQuestion, isRejecting, isReported, isSupposed, type Setting, settingsOf } from './settings.ts';
export { simplify } from './simplify.ts';
export { soundClass, soundCost, type Syllable, syllablesOf } from './sounds.ts';
export { type Token, type TokenKind, tokenise } from './tokens.ts';
export { writtenForm } from './written-form.ts';
export { countUnits, syllableCount } from './units.ts';

/** Part of every recipe that reads language: raised with every change of rules or tables. */
export const languageVersion = '0.1.0';
