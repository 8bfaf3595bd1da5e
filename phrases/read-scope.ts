import { edit, grammarWords } from './complaint.ts';
import type { ExpressionReader, Part } from './expression-reader.ts';
import { quoted } from './format.ts';
import { fittingUnits, readNumber, readUnit, requireWhole } from './read-number.ts';
import { readPrimary } from './read-primary.ts';
import type { Scope, Unit } from './tree.ts';

const scopeUnits: readonly Unit[] = ['s', 'min', 'ms', '%', 'words', 'turns'];

/** A part under the scopes that hold from its left: one of a kind replaces its like, the other kind adds. */
export function readScopedPart(reader: ExpressionReader): Part {
  const start = reader.token().start;
  let held = reader.held;
  for (let scope = readScope(reader); scope !== undefined; scope = readScope(reader)) held = withScope(held, scope);
  if (held.length === 0) return readPrimary(reader);
  const token = reader.token();
  if (token.kind === 'not') {
    reader.fail('phrase.not', token.start, token.end, grammarWords.part, [
      [edit(start, start, 'not '), edit(token.start, reader.peek(1).start, '')],
    ]);
  }
  const of = readPrimary(reader);
  reader.held = held;
  return reader.part({ kind: 'scoped', scopes: held, of: of.tree }, start, of.end);
}

function readScope(reader: ExpressionReader): Scope | undefined {
  const token = reader.token();
  if (token.kind === 'speaker') {
    reader.advance();
    reader.expect(':', grammarWords.colon, [
      [edit(reader.peek(-1).end, reader.peek(-1).end, ':')],
      [edit(token.start, token.end, quoted(reader.source.slice(token.start, token.end)))],
    ]);
    return { kind: 'speaker', speaker: token.speaker };
  }
  if (token.kind !== 'end' || token.as === 'pick') return undefined;
  if (token.as === 'both' && reader.peek(1).kind !== 'number') return undefined;
  reader.advance();
  const { value, start } = readNumber(reader);
  const unit = readUnit(reader, fittingUnits(scopeUnits, value));
  const end = reader.peek(-1).end;
  if (unit === undefined || unit === 'cpm' || unit === 'wpm') {
    reader.fail('phrase.unit', start, end, grammarWords.scopeUnit, [
      [edit(start, end, `${value}s`)],
      [edit(start, end, `${value}s:`)],
    ]);
  }
  requireWhole(reader, value, unit, start, end);
  reader.expect(':', grammarWords.colon, [[edit(end, end, ':')]]);
  return { kind: 'place', end: token.which, amount: { value, unit } };
}

/** The scopes with one more: it replaces its like; the speaker stands first. */
function withScope(scopes: readonly Scope[], scope: Scope): readonly Scope[] {
  const others = scopes.filter((each) => each.kind !== scope.kind);
  return scope.kind === 'speaker' ? [scope, ...others] : [...others, scope];
}
