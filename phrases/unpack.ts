import {
  row,
  kinds,
  fillerFlag,
  oddFlag,
  clauseFlags,
  answerShift,
  answers,
  turnFlags,
  turnFields,
  unzigzag,
  type Rest,
} from './packed-layout.ts';
import { SectionReader } from './packed-sections.ts';
import { PackedSounds } from './packed-sounds.ts';
import { numberOf, PackedWords, PlacedTexts } from './packed-words.ts';
import { type CodeStream, codeStream, PreparedTranscript, type PreparedParts, separatorCode } from './prepare.ts';
import type { PreparedTurn, ReadWord, Run, Unintelligible } from './prepared.ts';
import { SpeechContext } from './speech-context.ts';
import type { SpokenSound } from './transcript.ts';

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
