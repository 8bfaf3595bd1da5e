import { edit, grammarWords, type Repair } from './complaint.ts';
import type { ExpressionReader, Part } from './expression-reader.ts';
import { quoted } from './format.ts';
import { readNumber, readUnit } from './read-number.ts';
import { isEventMeter, type Measure, type Meter, type Unit } from './tree.ts';

const timeUnits: readonly Unit[] = ['s', 'min', 'ms'];

/** A meter, or the ratio of two, compared with a value. */
export function readMeasure(reader: ExpressionReader): Part {
  const start = reader.token().start;
  const meter = readMeter(reader);
  let per: Meter | undefined;
  if (reader.is('/')) {
    reader.advance();
    if (reader.token().kind !== 'meter') {
      const token = reader.token();
      reader.fail('phrase.meter', token.start, token.end, grammarWords.meter, [
        [edit(reader.peek(-1).start, token.end, '')],
        [edit(token.start, token.end, 'rate(customer)')],
        [edit(token.start, token.end, 'rate(customer) > 1.3')],
      ]);
    }
    const perStart = reader.token().start;
    per = readMeter(reader);
    for (const [each, from] of [
      [meter, start],
      [per, perStart],
    ] as const) {
      if (!isEventMeter(each.name)) continue;
      reader.fail('phrase.ratio', from, reader.peek(-1).end, grammarWords.valueMeter, [
        [edit(start, reader.peek(-1).end, 'rate(agent) / rate(customer)')],
      ]);
    }
  }
  const compare = readComparison(reader, reader.peek(-1).end, meter, per);
  const number = readNumber(reader);
  const fitting = per === undefined ? unitsOf(meter.name) : [undefined];
  const unit = readUnit(reader, fitting);
  const end = reader.peek(-1).end;
  requireUnit(reader, fitting, number.value, unit, number.start, end);
  const tree: Measure = { kind: 'measure', meter, compare, value: number.value };
  return reader.part({ ...tree, ...(per === undefined ? {} : { per }), ...(unit === undefined ? {} : { unit }) }, start, end);
}

function readMeter(reader: ExpressionReader): Meter {
  const token = reader.token();
  if (token.kind !== 'meter') return reader.unexpected();
  reader.advance();
  if (!reader.is('(')) return { name: token.name };
  reader.advance();
  reader.is('speaker');
  const speaker = reader.token();
  if (speaker.kind !== 'speaker') {
    reader.fail('phrase.speaker', speaker.start, speaker.end, grammarWords.speaker, [
      [edit(speaker.start, speaker.end, 'agent')],
      [edit(speaker.start, speaker.end, 'agent)')],
      [edit(speaker.start, speaker.start, 'agent')],
      [edit(token.start, token.end, quoted(token.text))],
    ]);
  }
  reader.advance();
  reader.expect(')', grammarWords.close, [[edit(speaker.end, speaker.end, ')')]]);
  if (token.name === 'silence' || token.name === 'hold' || token.name === 'length') {
    reader.fail('phrase.meter', token.start, reader.peek(-1).end, grammarWords.noSpeaker, [
      [edit(token.end, reader.peek(-1).end, '')],
    ]);
  }
  return { name: token.name, speaker: speaker.speaker };
}

/** A comparison; `end` is where a missing one belongs, `meter` and `per` what it would compare (none: a count). */
export function readComparison(reader: ExpressionReader, end: number, meter?: Meter, per?: Meter): Measure['compare'] {
  const token = reader.token();
  reader.is('compare');
  if (token.kind === 'compare') {
    reader.advance();
    return token.compare;
  }
  const usual = meter === undefined ? ' >= 1' : per === undefined ? ` > ${usualValue(meter)}` : ' > 1.3';
  reader.fail('phrase.compare', token.start, token.end, grammarWords.compare, [
    [edit(end, end, ' >=')],
    [edit(end, end, usual)],
    [edit(token.start, token.end, '>=')],
  ]);
}

function requireUnit(
  reader: ExpressionReader,
  allowed: readonly (Unit | undefined)[],
  value: number,
  unit: Unit | undefined,
  start: number,
  end: number,
): void {
  if (allowed.includes(unit)) return;
  const repairs = allowed.map((each): Repair => [edit(start, end, `${value}${each ?? ''}`)]);
  reader.fail('phrase.unit', start, end, grammarWords.unitsOf(allowed), repairs);
}

function unitsOf(name: Meter['name']): readonly (Unit | undefined)[] {
  switch (name) {
    case 'pace':
    case 'rate':
      return ['cpm', 'wpm'];
    case 'talk':
      return ['%'];
    case 'turns':
      return [undefined, 'turns'];
    case 'words':
      return [undefined, 'words'];
    default:
      return timeUnits;
  }
}

function usualValue(meter: Meter): string {
  const [unit] = unitsOf(meter.name);
  return unit === undefined ? '10' : unit === 'cpm' ? '300 cpm' : unit === '%' ? '60%' : '15s';
}
