import { editDistance } from '../language/index.ts';
import { edit, grammarWords, type Repair } from './complaint.ts';
import type { ExpressionReader } from './expression-reader.ts';
import { quoted } from './format.ts';
import type { Token } from './lexer.ts';
import { nearlyUnits, unitWords } from './words-of-grammar.ts';

/** A token that cannot stand here, with repairs that fit what it is. */
export function unexpected(reader: ExpressionReader): never {
  const token = reader.token();
  const { start, end } = token;
  const typed = reader.source.slice(start, end);
  const asQuoted: Repair = [edit(start, end, quoted(typed))];
  const dropped: Repair = [edit(start, end, '')];
  if (token.kind === 'bad') return unreadable(reader, token);
  if (token.kind === 'eof') {
    if (reader.atStart) return reader.fail('phrase.end', start, end, grammarWords.part, [[edit(start, end, 'A')]]);
    const previous = reader.peek(-1);
    if (previous.kind === 'unit' && reader.peek(-2).end < previous.start) {
      // `near/5 字`: the word is taken as the unit, and then the phrase is missing.
      const word = reader.source.slice(previous.start, previous.end);
      return reader.fail('phrase.end', previous.start, previous.end, grammarWords.partAfterUnit, [
        [edit(previous.start, previous.end, quoted(word))],
        [edit(end, end, ' A')],
      ]);
    }
    const repairs: Repair[] = [[edit(end, end, ' A')], [edit(previous.start, end, '')]];
    return reader.fail('phrase.end', start, end, grammarWords.part, repairs);
  }
  if (token.kind === ':' && !reader.atStart) {
    const name = reader.peek(-1);
    return reader.fail('phrase.scope', name.start, name.end, grammarWords.scope, [
      [edit(name.start, name.end, guessSpeaker(reader.source.slice(name.start, name.end)))],
      dropped,
    ]);
  }
  const repairs: Repair[] =
    token.kind === ')' || token.kind === 'or' || token.kind === 'and'
      ? [dropped, [edit(start, start, 'A ')], asQuoted]
      : token.kind === 'number' || token.kind === 'unit'
        ? [quotedNumber(reader), asQuoted, dropped]
        : [asQuoted, dropped];
  return reader.fail(
    'phrase.unexpected',
    start,
    end,
    token.kind === 'or' || token.kind === 'and'
      ? grammarWords.part
      : reader.atStart
        ? grammarWords.part
        : grammarWords.partOrOperator,
    repairs,
  );
}

/** A number outside a distance is part of what was said: `保证 5 %`. */
function quotedNumber(reader: ExpressionReader): Repair {
  const from = reader.token();
  const next = reader.peek(1);
  const to = next.kind === 'unit' || (next.kind === 'bad' && next.reason === 'unit') ? next : from;
  return [edit(from.start, to.end, quoted(reader.source.slice(from.start, to.end)))];
}

function unreadable(reader: ExpressionReader, token: Extract<Token, { kind: 'bad' }>): never {
  const { start, end } = token;
  switch (token.reason) {
    case 'string':
      return reader.fail('phrase.string', start, end, grammarWords.quote, [[edit(end, end, '"')]]);
    case 'class':
      return reader.fail('phrase.class', start, end, grammarWords.className, [
        [edit(start, end, `#${nearestOf(token.text, grammarWords.classes)}`)],
      ]);
    case 'list':
      return reader.fail('phrase.listName', start, end, grammarWords.listName, [
        [edit(end, end, 'A')],
        [edit(start, end, '')],
        [edit(start, reader.peek(1).end, `@A${reader.source.slice(reader.peek(1).start, reader.peek(1).end)}`)],
      ]);
    case 'number':
      return reader.fail('phrase.number', start, end, grammarWords.shortNumber, [
        [edit(start, end, quoted(token.text))],
        [edit(start, end, '999999999')],
        [edit(start, end, '0.5')],
      ]);
    case 'unit': {
      const number = reader.peek(-1);
      const unit = nearlyUnits.get(token.text.toLowerCase()) ?? nearestUnit(token.text.toLowerCase());
      return reader.fail('phrase.unit', start, end, grammarWords.unit, [
        [edit(start, end, unit)],
        ...unitRunOn(token.text, start),
        [edit(start, end, quoted(token.text))],
        [edit(number.start, end, quoted(reader.source.slice(number.start, end)))],
        [edit(start, end, `${unit}:`)],
      ]);
    }
    default:
      return reader.fail('phrase.character', start, end, reader.atStart ? grammarWords.part : grammarWords.partOrOperator, [
        [edit(start, end, ',，、;；'.includes(token.text) ? ' or ' : ' ')],
        [edit(start, end, '')],
        [edit(start, end, '"A"')],
      ]);
  }
}

/** `10妙客户`: Chinese is written without spaces, so a unit may stand before the next word. */
function unitRunOn(text: string, start: number): Repair[] {
  return /^\p{Script=Han}{2}/u.test(text) ? [[edit(start, start + 1, `${nearestUnit(text.slice(0, 1))} `)]] : [];
}

/** In the script in which it was written: who types 妙 means 秒, not s. */
function nearestUnit(text: string): string {
  const han = /\p{Script=Han}/u;
  const units = [...unitWords.keys()].filter((unit) => han.test(unit) === han.test(text));
  return nearestOf(text, units, han.test(text) ? '秒' : 's');
}

function guessSpeaker(name: string): string {
  if (/客服|座席|坐席|员工|专员|staff|rep|seller|agen|advis/iu.test(name)) return 'agent';
  if (/顾客|用户|客人|client|caller|user|cust/iu.test(name)) return 'customer';
  return 'anyone';
}

/** The entry with the fewest edits from `text`; `otherwise` when nothing is near. */
function nearestOf(text: string, entries: readonly string[], otherwise?: string): string {
  let best = otherwise ?? entries[0] ?? '';
  let bestCost = otherwise === undefined ? Number.POSITIVE_INFINITY : 3;
  for (const entry of entries) {
    const cost = editDistance(text, entry);
    if (cost < bestCost) {
      best = entry;
      bestCost = cost;
    }
  }
  return best;
}
