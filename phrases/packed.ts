import { addedCost } from './alignment.ts';
import { SectionReader, SectionWriter } from './packed-sections.ts';
import {
  codeOfWord,
  type CodeStream,
  codeStream,
  type HeardStream,
  PreparedTranscript,
  type PreparedParts,
  separatorCode,
} from './prepare.ts';
import type { PreparedTurn, ReadWord, Run, Unintelligible, WordKind } from './prepared.ts';
import { keyOfSound, soundOfKey, trustIn } from './sounds.ts';
import { type ContextParts, SpeechContext } from './speech-context.ts';
import type { SpokenNumber } from './spoken-number.ts';
import type { SpokenSound } from './transcript.ts';

/** Rows of a packed transcript. What finding nothing needs comes first; the rest is read when something is found. */
const row = {
  /** For each run: words; then for all words in order of runs. */
  runWords: 0,
  /** Kind; whether it is a filler, and whether it is written otherwise than it is matched. */
  flags: 1,
  codes: 2,
  /** For each word that is no filler: how many sounds it has. */
  soundCounts: 3,
  soundPlaces: 4,
  soundWeights: 5,
  /** Names of the sounds that `soundPlaces` counts. */
  soundKeys: 6,
  /** Thousandths and one; 0: not given. */
  confidence: 7,
  /** Turn, start, end. */
  unintelligible: 8,
  /** From the start of the word before in its run, folded (`zigzag`); the first of a run in `runStarts`. */
  starts: 9,
  durations: 10,
  stream: 11,
  textStarts: 12,
  textLengths: 13,
  clauseOf: 14,
  /** One more than the negator. */
  negatorOf: 15,
  /** For each run: clauses; then a set of flags for each clause. */
  runClauses: 16,
  clauses: 17,
  /** Texts of all turns, one after another, and their ids. */
  turnTexts: 18,
  turnIds: 19,
  /** Names of speakers. */
  speakers: 20,
  /** Words that are written otherwise: which, how long, and the texts one after another. */
  oddPlaces: 21,
  oddLengths: 22,
  oddTexts: 23,
  /** Words that are numbers, each as JSON. */
  numberPlaces: 24,
  numberLengths: 25,
  numbers: 26,
  /** Duration, start and end of speech. */
  times: 27,
  /** JSON. */
  rest: 28,
  runStarts: 29,
  /** A row for each field of the turns. */
  turns: 30,
} as const;

const kinds: readonly WordKind[] = ['han', 'latin', 'number', 'redacted'];
const fillerFlag = 4;
const oddFlag = 8;
const clauseFlags = { supposed: 1, reported: 2, asked: 4, rejecting: 8 } as const;
const answerShift = 4;
const answers = ['none', 'unclear', 'affirm', 'negate'] as const;
const turnFlags = { sure: 1, backchannel: 2, approximate: 4 } as const;

/** What is said of a turn in numbers; how its fields are laid out. */
const turnFields = [
  'start',
  'length',
  'number',
  'firstWord',
  'lastWord',
  'flags',
  'run',
  'from',
  'words',
  'speaker',
  'id',
  'text',
] as const;
type TurnField = (typeof turnFields)[number];

interface Rest {
  readonly language: string;
  readonly sounds: readonly SpokenSound[];
  readonly systemSpeech: readonly (readonly [number, number])[];
}

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const unzigzag = (value: number): number => ((value >>> 1) ^ -(value & 1)) | 0;

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

/** @throws RangeError for bytes that are none */
export function unpackPrepared(bytes: Uint8Array): PreparedTranscript {
  return new PreparedTranscript(new PackedParts(new SectionReader(bytes)));
}

/** A transcript whose parts are read as they are asked for: where nothing is found, little is. */
class PackedParts implements PreparedParts {
  readonly #reader: SectionReader;
  readonly runs: readonly PackedRun[];
  #spoken: CodeStream | undefined;
  #withFillers: CodeStream | undefined;
  #rest: Rest | undefined;
  #odd: PlacedTexts | undefined;
  #numbers: PlacedTexts | undefined;
  #turns: readonly PreparedTurn[] | undefined;
  #unintelligible: readonly Unintelligible[] | undefined;
  #words: PackedWords | undefined;
  #heard: PackedSounds | undefined;
  #runTurns: readonly (readonly PreparedTurn[])[] | undefined;
  #clauseStarts: Int32Array | undefined;

  constructor(reader: SectionReader) {
    this.#reader = reader;
    const runWords = reader.numbers(row.runWords);
    const runs: PackedRun[] = [];
    let first = 0;
    for (let index = 0; index < runWords.length; index += 1) {
      const count = runWords[index] as number;
      runs.push(new PackedRun(this, index, first, count));
      first += count;
    }
    this.runs = runs;
  }

  get #rested(): Rest {
    return (this.#rest ??= JSON.parse(this.#reader.text(row.rest)) as Rest);
  }

  get language(): string {
    return this.#rested.language;
  }

  get durationMs(): number {
    return this.#reader.numbers(row.times)[0] as number;
  }

  get sounds(): readonly SpokenSound[] {
    return this.#rested.sounds;
  }

  get systemSpeech(): PreparedParts['systemSpeech'] {
    return this.#rested.systemSpeech.map(([startMs, endMs]) => ({ startMs, endMs }));
  }

  get speechStartMs(): number {
    return this.#reader.numbers(row.times)[1] as number;
  }

  get speechEndMs(): number {
    return this.#reader.numbers(row.times)[2] as number;
  }

  get turns(): readonly PreparedTurn[] {
    return (this.#turns ??= this.#readTurns());
  }

  #readTurns(): readonly PreparedTurn[] {
    const texts = this.#reader.text(row.turnTexts);
    const ids = this.#reader.text(row.turnIds);
    const speakers = this.#reader.text(row.speakers).split('\n');
    const [starts, lengths, numbers, firstWords, lastWords, flags, runs, froms, words, who, idLengths, textLengths] =
      turnFields.map((_, field) => this.#reader.numbers(row.turns + field)) as unknown as TurnRows;
    const turns: PreparedTurn[] = [];
    let id = 0;
    let text = 0;
    for (let index = 0; index < starts.length; index += 1) {
      const startMs = starts[index] as number;
      const endMs = startMs + unzigzag(lengths[index] as number);
      const speaker = speakers[who[index] as number] ?? 'unknown';
      const idEnd = id + (idLengths[index] as number);
      const textEnd = text + (textLengths[index] as number);
      const flag = flags[index] as number;
      const from = froms[index] as number;
      turns.push({
        index,
        turn: { id: ids.slice(id, idEnd), speaker, startMs, endMs, text: texts.slice(text, textEnd) },
        speaker,
        sure: (flag & turnFlags.sure) !== 0,
        backchannel: (flag & turnFlags.backchannel) !== 0,
        number: numbers[index] as number,
        startMs: startMs + unzigzag(firstWords[index] as number),
        endMs: endMs + unzigzag(lastWords[index] as number),
        approximate: (flag & turnFlags.approximate) !== 0,
        run: runs[index] as number,
        from,
        to: from + (words[index] as number),
      });
      id = idEnd;
      text = textEnd;
    }
    return turns;
  }

  /** How a word is written where the turn has it otherwise. */
  get odd(): PlacedTexts {
    return (this.#odd ??= new PlacedTexts(this.#reader, row.oddPlaces));
  }

  get numbers(): PlacedTexts {
    return (this.#numbers ??= new PlacedTexts(this.#reader, row.numberPlaces));
  }

  turnsOf(run: number): readonly PreparedTurn[] {
    if (this.#runTurns === undefined) {
      const all: PreparedTurn[][] = this.runs.map(() => []);
      for (const turn of this.turns) all[turn.run]?.push(turn);
      this.#runTurns = all;
    }
    return this.#runTurns[run] ?? [];
  }

  get speech(): PreparedParts['speech'] {
    return this.turns.flatMap((turn) => {
      if (turn.from === turn.to) return [];
      if (turn.approximate) return [{ startMs: turn.turn.startMs, endMs: turn.turn.endMs }];
      const run = this.runs[turn.run];
      const out: { startMs: number; endMs: number }[] = [];
      for (let at = turn.from; at < turn.to; at += 1) out.push({ startMs: run?.startMs[at] ?? 0, endMs: run?.endMs[at] ?? 0 });
      return out;
    });
  }

  get unintelligible(): readonly Unintelligible[] {
    if (this.#unintelligible === undefined) {
      const rows = this.#reader.numbers(row.unintelligible);
      const out: Unintelligible[] = [];
      for (let at = 0; at < rows.length; at += 3) {
        const turn = this.turns[rows[at] as number];
        if (turn !== undefined) out.push({ turn, startMs: rows[at + 1] as number, endMs: rows[at + 2] as number });
      }
      this.#unintelligible = out;
    }
    return this.#unintelligible;
  }

  get spoken(): CodeStream {
    return (this.#spoken ??= this.#readSpoken());
  }

  #readSpoken(): CodeStream {
    const flags = this.#reader.numbers(row.flags);
    const all = this.#reader.numbers(row.codes);
    const size = flags.length + this.runs.length;
    const codes = new Uint32Array(size);
    const runOf = new Int32Array(size);
    const position = new Int32Array(size);
    let out = 0;
    for (const { index, first, count } of this.runs) {
      const began = out;
      for (let at = 0; at < count; at += 1) {
        if (((flags[first + at] as number) & fillerFlag) !== 0) continue;
        codes[out] = all[first + at] as number;
        runOf[out] = index;
        position[out] = at;
        out += 1;
      }
      if (out === began) continue;
      codes[out] = separatorCode;
      runOf[out] = -1;
      position[out] = -1;
      out += 1;
    }
    return { codes: codes.subarray(0, out), run: runOf.subarray(0, out), position: position.subarray(0, out) };
  }

  get withFillers(): CodeStream {
    return (this.#withFillers ??= codeStream(this.runs, (run) =>
      run.spoken.length === run.words.length ? new Int32Array(0) : Int32Array.from(run.words.keys()),
    ));
  }

  get streamMs(): Int32Array {
    const { startMs, stream } = this.words;
    const out = new Int32Array(stream.length);
    for (let at = 0; at < stream.length; at += 1) out[stream[at] as number] = startMs[at] as number;
    return out;
  }

  get words(): PackedWords {
    return (this.#words ??= new PackedWords(this.#reader, this.runs));
  }

  get flags(): ArrayLike<number> {
    return this.#reader.numbers(row.flags);
  }

  get heard(): PackedSounds {
    return (this.#heard ??= new PackedSounds(this.#reader, this.runs));
  }

  contextOf(run: PackedRun): SpeechContext {
    const { first, count, index } = run;
    if (this.#clauseStarts === undefined) {
      const counts = this.#reader.numbers(row.runClauses);
      this.#clauseStarts = new Int32Array(counts.length + 1);
      for (let at = 0; at < counts.length; at += 1)
        this.#clauseStarts[at + 1] = (this.#clauseStarts[at] ?? 0) + (counts[at] as number);
    }
    const negatorOf = Int32Array.from(this.#reader.numbers(row.negatorOf).subarray(first, first + count), (each) => each - 1);
    const flags = this.#reader.numbers(row.clauses).subarray(this.#clauseStarts[index], this.#clauseStarts[index + 1]);
    return new SpeechContext(run, {
      clauseOf: new Int32Array(this.#reader.numbers(row.clauseOf).subarray(first, first + count)),
      negatorOf,
      clauses: Array.from(flags, (each) => ({
        supposed: (each & clauseFlags.supposed) !== 0,
        reported: (each & clauseFlags.reported) !== 0,
        asked: (each & clauseFlags.asked) !== 0,
        rejecting: (each & clauseFlags.rejecting) !== 0,
      })),
      answers: Array.from(flags, (each) => answers[each >> answerShift] ?? 'none'),
    });
  }
}

/** Times and places of all words, in order of runs. */
class PackedWords {
  readonly startMs: Int32Array;
  readonly endMs: Int32Array;
  readonly stream: Int32Array;
  readonly textStarts: ArrayLike<number>;
  readonly textLengths: ArrayLike<number>;
  readonly confidence: Int16Array;

  constructor(reader: SectionReader, runs: readonly { readonly first: number; readonly count: number }[]) {
    const starts = reader.numbers(row.starts);
    const durations = reader.numbers(row.durations);
    this.startMs = new Int32Array(starts.length);
    this.endMs = new Int32Array(starts.length);
    const runStarts = reader.numbers(row.runStarts);
    for (let index = 0; index < runs.length; index += 1) {
      const { first, count } = runs[index] as { first: number; count: number };
      let ms = runStarts[index] as number;
      for (let at = first; at < first + count; at += 1) {
        ms += unzigzag(starts[at] as number);
        this.startMs[at] = ms;
        this.endMs[at] = ms + unzigzag(durations[at] as number);
      }
    }
    this.stream = new Int32Array(reader.numbers(row.stream));
    this.textStarts = reader.numbers(row.textStarts);
    this.textLengths = reader.numbers(row.textLengths);
    const confidence = reader.numbers(row.confidence);
    this.confidence = new Int16Array(confidence.length);
    for (let at = 0; at < confidence.length; at += 1) this.confidence[at] = (confidence[at] as number) - 1;
  }
}

/** How all runs sound. */
class PackedSounds implements HeardStream {
  readonly ids: Int32Array;
  readonly starts: Int32Array;
  readonly leastTrust: Int32Array;
  readonly #reader: SectionReader;
  readonly #runs: readonly PackedPlace[];
  #hearings: PackedHearings | undefined;

  constructor(reader: SectionReader, runs: readonly PackedPlace[]) {
    this.#reader = reader;
    this.#runs = runs;
    const keys = reader.length(row.soundKeys) === 0 ? [] : reader.text(row.soundKeys).split('\n');
    const own = Int32Array.from(keys, soundOfKey);
    const places = reader.numbers(row.soundPlaces);
    this.ids = new Int32Array(places.length);
    for (let at = 0; at < places.length; at += 1) this.ids[at] = own[places[at] as number] as number;
    const counts = reader.numbers(row.soundCounts);
    const flags = reader.numbers(row.flags);
    const confidence = reader.numbers(row.confidence);
    this.starts = new Int32Array(runs.length + 1);
    this.leastTrust = new Int32Array(runs.length);
    let sound = 0;
    let spoken = 0;
    for (let index = 0; index < runs.length; index += 1) {
      const { first, count } = runs[index] as PackedPlace;
      this.starts[index] = sound;
      // One more than the thousandths; 0 says nothing, and is trusted.
      let least = 1001;
      for (let at = first; at < first + count; at += 1) {
        if (((flags[at] as number) & fillerFlag) !== 0) continue;
        const given = confidence[at] as number;
        if (given !== 0 && given < least) least = given;
        sound += counts[spoken] as number;
        spoken += 1;
      }
      this.leastTrust[index] = trustIn(least - 1);
    }
    this.starts[runs.length] = sound;
  }

  of(run: number): Run['hearing'] {
    return (this.#hearings ??= new PackedHearings(this.#reader, this.#runs, this)).of(run);
  }
}

interface PackedPlace {
  /** Of the run's words among all. */
  readonly first: number;
  readonly count: number;
}

/** What an alignment needs of all runs beside their sounds. */
class PackedHearings {
  readonly #stream: HeardStream;
  readonly #weights: Int32Array;
  readonly #words: Int32Array;
  readonly #trust: Int32Array;
  readonly #added: Int32Array;
  readonly #wordStart: Int32Array;
  /** First of each run's word starts; each run has one more than words. */
  readonly #firstWords: Int32Array;

  constructor(reader: SectionReader, runs: readonly PackedPlace[], stream: HeardStream) {
    this.#stream = stream;
    const counts = reader.numbers(row.soundCounts);
    const flags = reader.numbers(row.flags);
    const confidence = reader.numbers(row.confidence);
    const size = stream.ids.length;
    this.#weights = new Int32Array(reader.numbers(row.soundWeights));
    this.#words = new Int32Array(size);
    this.#trust = new Int32Array(size);
    this.#added = new Int32Array(size);
    this.#wordStart = new Int32Array(counts.length + runs.length);
    this.#firstWords = new Int32Array(runs.length + 1);
    let sound = 0;
    let spoken = 0;
    for (let index = 0; index < runs.length; index += 1) {
      const { first, count } = runs[index] as PackedPlace;
      const began = sound;
      const firstWord = spoken + index;
      this.#firstWords[index] = firstWord;
      let word = 0;
      for (let at = first; at < first + count; at += 1) {
        if (((flags[at] as number) & fillerFlag) !== 0) continue;
        const trust = trustIn((confidence[at] as number) - 1);
        this.#wordStart[firstWord + word] = sound - began;
        for (let left = counts[spoken] as number; left > 0; left -= 1) {
          this.#words[sound] = word;
          this.#trust[sound] = trust;
          this.#added[sound] = addedCost(this.#weights[sound] as number, trust);
          sound += 1;
        }
        spoken += 1;
        word += 1;
      }
      this.#wordStart[firstWord + word] = sound - began;
    }
    this.#firstWords[runs.length] = spoken + runs.length;
  }

  of(run: number): Run['hearing'] {
    const from = this.#stream.starts[run];
    const to = this.#stream.starts[run + 1];
    return {
      sounds: {
        ids: this.#stream.ids.subarray(from, to),
        weights: this.#weights.subarray(from, to),
        words: this.#words.subarray(from, to),
        trust: this.#trust.subarray(from, to),
      },
      wordStart: this.#wordStart.subarray(this.#firstWords[run], this.#firstWords[run + 1]),
      added: this.#added.subarray(from, to),
    };
  }
}

/** The fields of a number in one order; what it does not have at the end is left out. */
function numberText({ span, text, spoken, blurred }: SpokenNumber): string {
  const { start, end, kind, values, vague, digits, unit, date } = span;
  const told = values.map(({ units, places }) => [units, places]);
  const parts = [start, end, kind, told, vague ? 1 : 0, text, spoken, blurred === spoken ? 0 : blurred, unit, digits, date];
  while (parts.at(-1) === undefined) parts.pop();
  return JSON.stringify(parts);
}

type NumberParts = readonly [
  start: number,
  end: number,
  kind: SpokenNumber['span']['kind'],
  values: readonly (readonly [number, number])[],
  vague: number,
  text: string,
  spoken: string,
  blurred: string | 0,
  unit?: string | null,
  digits?: string | null,
  date?: SpokenNumber['span']['date'] | null,
];

function numberOf(packed: string): SpokenNumber {
  const [start, end, kind, told, vague, text, spoken, blurred, unit, digits, date] = JSON.parse(packed) as NumberParts;
  const values = told.map(([units, places]) => ({ units, places }));
  const span = { start, end, kind, values, vague: vague === 1, digits: digits ?? undefined, unit: unit ?? undefined };
  return {
    span: date === undefined || date === null ? span : { ...span, date },
    text,
    spoken,
    blurred: blurred === 0 ? spoken : blurred,
  };
}

/** Texts of some words, by place. */
class PlacedTexts {
  readonly #places: ArrayLike<number>;
  readonly #ends: Int32Array;
  readonly #text: string;

  /** `first`: the row of places; lengths and texts come after it. */
  constructor(reader: SectionReader, first: number) {
    this.#places = reader.numbers(first);
    const lengths = reader.numbers(first + 1);
    this.#text = reader.text(first + 2);
    this.#ends = new Int32Array(lengths.length);
    let end = 0;
    for (let at = 0; at < lengths.length; at += 1) this.#ends[at] = end += lengths[at] as number;
  }

  at(place: number): string | undefined {
    let low = 0;
    let high = this.#places.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#places[middle] as number;
      if (found === place) return this.#text.slice(middle === 0 ? 0 : (this.#ends[middle - 1] as number), this.#ends[middle]);
      if (found < place) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}

type Row = ArrayLike<number>;
type TurnRows = readonly [Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row];

class PackedRun implements Run {
  readonly #parts: PackedParts;
  readonly index: number;
  /** Of its words among all. */
  readonly first: number;
  readonly count: number;
  #words: readonly ReadWord[] | undefined;
  #spoken: Int32Array | undefined;
  #turnOf: Int32Array | undefined;
  #hearing: Run['hearing'] | undefined;
  #context: SpeechContext | undefined;

  constructor(parts: PackedParts, index: number, first: number, count: number) {
    this.#parts = parts;
    this.index = index;
    this.first = first;
    this.count = count;
  }

  get speaker(): string {
    return this.turns[0]?.speaker ?? 'unknown';
  }

  get sure(): boolean {
    return this.turns.every((turn) => turn.sure);
  }

  get turns(): readonly PreparedTurn[] {
    return this.#parts.turnsOf(this.index);
  }

  get startMs(): Int32Array {
    return this.#parts.words.startMs.subarray(this.first, this.first + this.count);
  }

  get endMs(): Int32Array {
    return this.#parts.words.endMs.subarray(this.first, this.first + this.count);
  }

  get stream(): Int32Array {
    return this.#parts.words.stream.subarray(this.first, this.first + this.count);
  }

  get confidence(): Int16Array {
    return this.#parts.words.confidence.subarray(this.first, this.first + this.count);
  }

  get turnOf(): Int32Array {
    if (this.#turnOf === undefined) {
      this.#turnOf = new Int32Array(this.count);
      this.turns.forEach(({ from, to }, place) => this.#turnOf?.fill(place, from, to));
    }
    return this.#turnOf;
  }

  get spoken(): Int32Array {
    if (this.#spoken === undefined) {
      const { flags } = this.#parts;
      const positions: number[] = [];
      for (let at = 0; at < this.count; at += 1) if (((flags[this.first + at] as number) & fillerFlag) === 0) positions.push(at);
      this.#spoken = Int32Array.from(positions);
    }
    return this.#spoken;
  }

  get words(): readonly ReadWord[] {
    return (this.#words ??= this.#readWords());
  }

  #readWords(): readonly ReadWord[] {
    const { flags, words } = this.#parts;
    const out: ReadWord[] = [];
    for (const { turn, from, to } of this.turns)
      for (let at = from; at < to; at += 1) {
        const place = this.first + at;
        const flag = flags[place] as number;
        const start = words.textStarts[place] as number;
        const end = start + (words.textLengths[place] as number);
        const kind = kinds[flag & 3] ?? 'latin';
        const number = kind === 'number' ? this.#parts.numbers.at(place) : undefined;
        const odd = (flag & oddFlag) === 0 ? undefined : this.#parts.odd.at(place);
        out.push({
          start,
          end,
          text: odd ?? turn.text.slice(start, end),
          kind,
          filler: (flag & fillerFlag) !== 0,
          ...(number === undefined ? {} : { number: numberOf(number) }),
        });
      }
    return out;
  }

  get hearing(): Run['hearing'] {
    return (this.#hearing ??= this.#parts.heard.of(this.index));
  }

  get context(): SpeechContext {
    return (this.#context ??= this.#parts.contextOf(this));
  }
}
