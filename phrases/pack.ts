import {
  kinds,
  fillerFlag,
  oddFlag,
  clauseFlags,
  answerShift,
  answers,
  turnFlags,
  turnFields,
  zigzag,
  type TurnField,
  type Rest,
} from './packed-layout.ts';
import { SectionWriter } from './packed-sections.ts';
import { codeOfWord, type PreparedTranscript } from './prepare.ts';
import type { PreparedTurn, ReadWord, Run } from './prepared.ts';
import { keyOfSound } from './sounds.ts';
import type { ContextParts } from './speech-context.ts';
import type { SpokenNumber } from './spoken-number.ts';

/**
 * A prepared transcript in as few bytes as may be, to be kept beside an index; `unpackPrepared` gives one that says the same to
 * every rule. The bytes are of this version of the library (`phrasesVersion`) alone.
 */
export function packPrepared(prepared: PreparedTranscript): Uint8Array {
  const { runs } = prepared;
  const words = runs.flatMap((run) => run.words.map((word, at) => ({ run, word, at, odd: isOdd(run, word, at) })));
  const writer = new SectionWriter();
  writer.numbers(runs.map((run) => run.words.length));
  writer.numbers(words.map(({ word, odd }) => kinds.indexOf(word.kind) + (word.filler ? fillerFlag : 0) + (odd ? oddFlag : 0)));
  writer.numbers(words.map(({ word }) => codeOfWord(word)));
  packSounds(writer, runs);
  writer.numbers(runs.flatMap((run) => Array.from(run.confidence, (each) => each + 1)));
  writer.numbers(prepared.unintelligible.flatMap(({ turn, startMs, endMs }) => [turn.index, startMs, endMs]));
  writer.numbers(words.map(({ run, at }) => (at === 0 ? 0 : zigzag((run.startMs[at] ?? 0) - (run.startMs[at - 1] ?? 0)))));
  writer.numbers(words.map(({ run, at }) => zigzag((run.endMs[at] ?? 0) - (run.startMs[at] ?? 0))));
  writer.numbers(runs.flatMap((run) => [...run.stream]));
  writer.numbers(words.map(({ word }) => word.start));
  writer.numbers(words.map(({ word }) => word.end - word.start));
  const contexts = runs.map((run) => run.context.parts());
  writer.numbers(contexts.flatMap(({ clauseOf }) => [...clauseOf]));
  writer.numbers(contexts.flatMap(({ negatorOf }) => Array.from(negatorOf, (each) => each + 1)));
  writer.numbers(contexts.map(({ clauses }) => clauses.length));
  writer.numbers(contexts.flatMap(flagsOfClauses));
  packTexts(writer, prepared, words);
  writer.numbers([prepared.durationMs, prepared.speechStartMs, prepared.speechEndMs]);
  const rest: Rest = {
    language: prepared.language,
    sounds: prepared.sounds.map(({ kind, startMs, endMs }) => ({ kind, startMs, endMs })),
    systemSpeech: prepared.systemSpeech.map(({ startMs, endMs }) => [startMs, endMs] as const),
  };
  writer.text(JSON.stringify(rest));
  writer.numbers(runs.map((run) => run.startMs[0] ?? 0));
  const speakers = speakersOf(prepared);
  const fields = prepared.turns.map((turn) => fieldsOf(turn, speakers));
  for (const field of turnFields) writer.numbers(fields.map((each) => each[field]));
  return writer.bytes();
}

function isOdd(run: Run, word: ReadWord, at: number): boolean {
  const text = run.turns[run.turnOf[at] ?? 0]?.turn.text ?? '';
  return text.slice(word.start, word.end) !== word.text;
}

function packSounds(writer: SectionWriter, runs: readonly Run[]): void {
  const places = new Map<number, number>();
  const counts: number[] = [];
  for (const { hearing } of runs)
    for (let word = 0; word + 1 < hearing.wordStart.length; word += 1)
      counts.push((hearing.wordStart[word + 1] ?? 0) - (hearing.wordStart[word] ?? 0));
  writer.numbers(counts);
  const ids = runs.flatMap(({ hearing }) => [...hearing.sounds.ids]);
  for (const id of ids) if (!places.has(id)) places.set(id, places.size);
  writer.numbers(ids.map((id) => places.get(id) ?? 0));
  writer.numbers(runs.flatMap(({ hearing }) => [...hearing.sounds.weights]));
  writer.text([...places.keys()].map(keyOfSound).join('\n'));
}

function flagsOfClauses({ clauses, answers: said }: Required<ContextParts>): readonly number[] {
  return clauses.map((clause, index) =>
    Object.entries(clauseFlags).reduce(
      (flags, [name, flag]) => flags + (clause[name as keyof typeof clauseFlags] ? flag : 0),
      answers.indexOf(said?.[index] ?? 'none') << answerShift,
    ),
  );
}

function packTexts(
  writer: SectionWriter,
  prepared: PreparedTranscript,
  words: readonly { readonly word: ReadWord; readonly odd: boolean }[],
): void {
  const packAt = (places: readonly number[], textOf: (word: ReadWord) => string): void => {
    const texts = places.flatMap((place) => {
      const word = words[place]?.word;
      return word === undefined ? [] : [textOf(word)];
    });
    writer.numbers(places);
    writer.numbers(texts.map((text) => text.length));
    writer.text(texts.join(''));
  };
  const places = [...words.keys()];
  writer.text(prepared.turns.map(({ turn }) => turn.text).join(''));
  writer.text(prepared.turns.map(({ turn }) => turn.id).join(''));
  writer.text(speakersOf(prepared).join('\n'));
  packAt(
    places.filter((place) => words[place]?.odd === true),
    (word) => word.text,
  );
  packAt(
    places.filter((place) => words[place]?.word.number !== undefined),
    (word) => (word.number === undefined ? '' : numberText(word.number)),
  );
}

const speakersOf = ({ turns }: PreparedTranscript): readonly string[] => [...new Set(turns.map(({ speaker }) => speaker))];

function fieldsOf(prepared: PreparedTurn, speakers: readonly string[]): Readonly<Record<TurnField, number>> {
  const { turn, sure, backchannel, approximate } = prepared;
  return {
    start: turn.startMs,
    length: zigzag(turn.endMs - turn.startMs),
    number: prepared.number,
    firstWord: zigzag(prepared.startMs - turn.startMs),
    lastWord: zigzag(prepared.endMs - turn.endMs),
    flags: (sure ? turnFlags.sure : 0) + (backchannel ? turnFlags.backchannel : 0) + (approximate ? turnFlags.approximate : 0),
    run: prepared.run,
    from: prepared.from,
    words: prepared.to - prepared.from,
    speaker: speakers.indexOf(prepared.speaker),
    id: turn.id.length,
    text: turn.text.length,
  };
}

/** The fields of a number in one order; what it does not have at the end is left out. */
function numberText({ span, text, spoken, blurred }: SpokenNumber): string {
  const { start, end, kind, values, vague, digits, unit, date } = span;
  const told = values.map(({ units, places }) => [units, places]);
  const parts = [start, end, kind, told, vague ? 1 : 0, text, spoken, blurred === spoken ? 0 : blurred, unit, digits, date];
  while (parts.at(-1) === undefined) parts.pop();
  return JSON.stringify(parts);
}
