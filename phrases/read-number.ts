import { edit, grammarWords } from './complaint.ts';
import type { ExpressionReader } from './expression-reader.ts';
import type { Unit } from './tree.ts';

/** A number, and where it starts. */
export function readNumber(reader: ExpressionReader): { readonly value: number; readonly start: number } {
  reader.is('number');
  const token = reader.token();
  if (token.kind !== 'number') {
    if (token.kind === 'bad' && token.reason === 'number') reader.unexpected();
    reader.fail('phrase.number', token.start, token.end, grammarWords.number, [
      [edit(token.start, token.end, '5')],
      [edit(token.start, token.end, '5s')],
      [edit(token.start, token.start, '5s ')],
      [edit(token.start, token.start, '5s: ')],
      [edit(token.start, token.start, '1')],
    ]);
  }
  reader.advance();
  return { value: token.value, start: token.start };
}

/** The unit after a number, if one stands there; `fitting` are the units that would fit. */
export function readUnit(reader: ExpressionReader, fitting: readonly (Unit | undefined)[]): Unit | undefined {
  reader.isUnit(fitting);
  const token = reader.token();
  if (token.kind === 'bad' && token.reason === 'unit') reader.unexpected();
  if (token.kind !== 'unit') return undefined;
  reader.advance();
  return token.unit;
}

/** Refuses a part of a word or of a turn. */
export function requireWhole(reader: ExpressionReader, value: number, unit: Unit, start: number, end: number): void {
  if ((unit !== 'words' && unit !== 'turns') || Number.isInteger(value)) return;
  reader.fail('phrase.whole', start, end, grammarWords.whole, [[edit(start, end, `${Math.round(value)}${unit}`)]]);
}

/** The units that fit a value: words and turns are counted in whole numbers. */
export function fittingUnits(units: readonly (Unit | undefined)[], value: number): readonly (Unit | undefined)[] {
  return Number.isInteger(value) ? units : units.filter((unit) => unit !== 'words' && unit !== 'turns' && unit !== undefined);
}
