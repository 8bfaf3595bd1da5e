import { codeOf } from './automaton.ts';
import type { PreparedTurn, ReadWord, Run, Unintelligible } from './prepared.ts';
import { hearingOf } from './align.ts';
import { isBackchannelTurn, readWords, syllableCount } from './reading.ts';
import { soundsOf } from './sounds.ts';
import { SpeechContext } from './speech-context.ts';
import type { SpokenSound, SpokenTranscript, SpokenTurn } from './transcript.ts';
import { timesOf, type WordTimes } from './word-times.ts';

/** Under this a turn's speaker is not sure. */
const sureSpeaker = 0.7;
/** A phrase runs over turn ends of one speaker under this gap. */
const joinGapMs = 2000;
/** Speech under this mean confidence (thousandths) is not understood. */
const intelligible = 300;

/** In the code stream: what no phrase contains. */
export const separatorCode = 0;
/** Every number has this code: which number it is is verified afterwards. */
export const numberCode = 1;

/** A stretch of one language within a turn. */
export interface LanguageStretch {
  readonly language: 'zh' | 'en';
  readonly words: number;
  readonly syllables: number;
  readonly ms: number;
}

/** What a prepared transcript is made of: everything of it at once, or each part when it is asked for. */
export interface PreparedParts {
  readonly language: string;
  readonly durationMs: number;
  /** Persons' turns, by start. */
  readonly turns: readonly PreparedTurn[];
  readonly runs: readonly Run[];
  readonly sounds: readonly SpokenSound[];
  /** When persons' words are said: by word where words carry times, else by turn. */
  readonly speech: readonly Stretch[];
  readonly systemSpeech: readonly Stretch[];
  /** From the first to the last word of a person. */
  readonly speechStartMs: number;
  readonly speechEndMs: number;
  readonly unintelligible: readonly Unintelligible[];
  readonly spoken: CodeStream;
  readonly withFillers: CodeStream;
  /** When each word of the stream of all words begins. */
  readonly streamMs: Int32Array;
  /** Where it is known without reading each run. */
  readonly heard?: HeardStream;
}

/** The sounds of all runs, one after another. */
export interface HeardStream {
  readonly ids: Int32Array;
  /** Where each run's begin, and one past the last. */
  readonly starts: Int32Array;
  /** For each run, no more than the least trust in any of its sounds, in thousandths. */
  readonly leastTrust: Int32Array;
}

export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** Words of all runs as codes; a separator after each run. For each code: its run and its position in the run. */
export interface CodeStream {
  readonly codes: Uint32Array;
  readonly run: Int32Array;
  readonly position: Int32Array;
}

/**
 * A transcript as every rule reads it: normalised, numbered and timed once, whatever the number of rules.
 * Nothing in it depends on a rule, so it can be kept as long as the transcript (`packPrepared`).
 */
export class PreparedTranscript {
  readonly #parts: PreparedParts;
  #heard: HeardStream | undefined;

  constructor(parts: PreparedParts) {
    this.#parts = parts;
  }

  get language(): string {
    return this.#parts.language;
  }

  get durationMs(): number {
    return this.#parts.durationMs;
  }

  /** Persons' turns, by start. */
  get turns(): readonly PreparedTurn[] {
    return this.#parts.turns;
  }

  get runs(): readonly Run[] {
    return this.#parts.runs;
  }

  get sounds(): readonly SpokenSound[] {
    return this.#parts.sounds;
  }

  get speech(): readonly Stretch[] {
    return this.#parts.speech;
  }

  get systemSpeech(): readonly Stretch[] {
    return this.#parts.systemSpeech;
  }

  get speechStartMs(): number {
    return this.#parts.speechStartMs;
  }

  get speechEndMs(): number {
    return this.#parts.speechEndMs;
  }

  get unintelligible(): readonly Unintelligible[] {
    return this.#parts.unintelligible;
  }

  /** The words of all runs that are no fillers, as codes; a separator after each run. */
  get codes(): Uint32Array {
    return this.#parts.spoken.codes;
  }

  /** For each code: its run and its position in the run. */
  get codeRun(): Int32Array {
    return this.#parts.spoken.run;
  }

  get codePosition(): Int32Array {
    return this.#parts.spoken.position;
  }

  /** The same with fillers, for phrases made of nothing else; only where there are fillers. */
  get fillerCodes(): Uint32Array {
    return this.#parts.withFillers.codes;
  }

  get fillerRun(): Int32Array {
    return this.#parts.withFillers.run;
  }

  get fillerPosition(): Int32Array {
    return this.#parts.withFillers.position;
  }

  get heard(): HeardStream {
    return (this.#heard ??= this.#parts.heard ?? heardStream(this.runs));
  }

  /** How many words of the call begin before a time. */
  wordsBefore(ms: number): number {
    return lowerBound(this.#parts.streamMs, ms);
  }

  /** When the word at a place of the stream begins. */
  streamMs(place: number): number | undefined {
    return this.#parts.streamMs[place];
  }

  /** The last turn that began by then; 0 before the first. */
  turnAt(ms: number): number {
    let at = 0;
    for (const turn of this.turns) if (turn.startMs <= ms) at = turn.index;
    return at;
  }

  /** A turn cut where the language changes; a number belongs to what stands before it, else to what follows. */
  stretchesOf(turn: PreparedTurn): readonly LanguageStretch[] {
    const run = this.runs[turn.run];
    if (run === undefined || turn.from === turn.to) return [];
    const languages = stretchLanguages(run, turn);
    const out: LanguageStretch[] = [];
    let from = turn.from;
    for (let at = turn.from + 1; at <= turn.to; at += 1) {
      if (at < turn.to && languages[at - turn.from] === languages[from - turn.from]) continue;
      const language = languages[from - turn.from] ?? 'zh';
      let syllables = 0;
      for (let word = from; word < at; word += 1) {
        const each = run.words[word];
        if (each !== undefined) syllables += syllableCount(each, language);
      }
      const startMs = from === turn.from ? turn.startMs : (run.startMs[from] ?? turn.startMs);
      const endMs = at === turn.to ? turn.endMs : (run.startMs[at] ?? turn.endMs);
      out.push({ language, words: at - from, syllables, ms: Math.max(0, endMs - startMs) });
      from = at;
    }
    return out;
  }
}

/** Reads a transcript once for any number of rules. */
export function prepareTranscript(transcript: SpokenTranscript): PreparedTranscript {
  const persons = orderedTurns(transcript.turns.filter((turn) => isPerson(turn.speaker)));
  const read = persons.map((turn) => readTurn(turn, transcript.language));
  const { turns, runs } = runsOf(persons, read);
  const streamMs = placeInStream(runs);
  const speech = read.flatMap((each, index) => speechOf(persons[index], each));
  return new PreparedTranscript({
    language: transcript.language,
    durationMs: transcript.durationMs,
    turns,
    runs,
    sounds: transcript.sounds ?? [],
    speech,
    systemSpeech: transcript.turns.filter((turn) => !isPerson(turn.speaker)),
    speechStartMs:
      speech.length === 0 ? 0 : speech.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY),
    speechEndMs: speech.reduce((most, { endMs }) => Math.max(most, endMs), 0),
    unintelligible: turns.flatMap((turn) => unintelligibleIn(turn, runs[turn.run])),
    spoken: codeStream(runs, (run) => run.spoken),
    withFillers: codeStream(runs, (run) =>
      run.spoken.length === run.words.length ? new Int32Array(0) : Int32Array.from(run.words.keys()),
    ),
    streamMs,
  });
}

const kept = new WeakMap<SpokenTranscript, PreparedTranscript>();

/** The same, read once for a transcript that nobody changes, and kept as long as that is. */
export function preparedOf(transcript: SpokenTranscript): PreparedTranscript {
  let prepared = kept.get(transcript);
  if (prepared === undefined) {
    prepared = prepareTranscript(transcript);
    kept.set(transcript, prepared);
  }
  return prepared;
}

function heardStream(runs: readonly Run[]): HeardStream {
  const starts = new Int32Array(runs.length + 1);
  const leastTrust = new Int32Array(runs.length);
  runs.forEach(({ hearing: { sounds } }, index) => {
    starts[index + 1] = (starts[index] ?? 0) + sounds.ids.length;
    leastTrust[index] = sounds.trust.reduce((least, trust) => Math.min(least, trust), 1000);
  });
  const ids = new Int32Array(starts[runs.length] ?? 0);
  runs.forEach(({ hearing }, index) => ids.set(hearing.sounds.ids, starts[index]));
  return { ids, starts, leastTrust };
}

function isPerson(speaker: string): boolean {
  return speaker === 'agent' || speaker === 'customer' || speaker === 'unknown';
}

function orderedTurns(turns: readonly SpokenTurn[]): readonly SpokenTurn[] {
  return turns
    .map((turn, index) => ({ turn, index }))
    .sort((a, b) => a.turn.startMs - b.turn.startMs || a.index - b.index)
    .map(({ turn }) => turn);
}

interface TurnReading {
  readonly words: readonly ReadWord[];
  readonly times: WordTimes;
  readonly backchannel: boolean;
}

function readTurn(turn: SpokenTurn, language: string): TurnReading {
  const words = readWords(turn.text, language);
  return { words, times: timesOf(turn, words), backchannel: words.length > 0 && isBackchannelTurn(turn.text) };
}

/** Joins the turns of one speaker where the gap is short and the other said no more than a back-channel. */
function runsOf(
  persons: readonly SpokenTurn[],
  read: readonly TurnReading[],
): { readonly turns: readonly PreparedTurn[]; readonly runs: readonly Run[] } {
  interface Draft {
    readonly speaker: string;
    readonly turns: PreparedTurn[];
    readonly words: ReadWord[];
    readonly turnOf: number[];
    readonly startMs: number[];
    readonly endMs: number[];
    readonly confidence: number[];
    lastEndMs: number;
    /** How many turns that count others have begun when its last turn ended. */
    othersSaid: number;
  }
  const drafts: Draft[] = [];
  const open = new Map<string, { draft: Draft; index: number }>();
  const turns: PreparedTurn[] = [];
  const substantial = new Map<string, number>();
  let counted = 0;
  persons.forEach((turn, index) => {
    const reading = read[index];
    if (reading === undefined) return;
    const key = turn.speaker === 'unknown' ? `unknown ${turn.channel ?? 0}` : turn.speaker;
    const saidByOthers = [...substantial].reduce((sum, [who, count]) => (who === key ? sum : sum + count), 0);
    let entry = open.get(key);
    const joins =
      entry !== undefined && turn.startMs - entry.draft.lastEndMs < joinGapMs && entry.draft.othersSaid === saidByOthers;
    if (!joins || entry === undefined) {
      const draft: Draft = {
        speaker: turn.speaker,
        turns: [],
        words: [],
        turnOf: [],
        startMs: [],
        endMs: [],
        confidence: [],
        lastEndMs: turn.endMs,
        othersSaid: saidByOthers,
      };
      entry = { draft, index: drafts.length };
      drafts.push(draft);
      open.set(key, entry);
    }
    const { draft } = entry;
    if (!reading.backchannel) counted += 1;
    const prepared: PreparedTurn = {
      index: turns.length,
      turn,
      speaker: turn.speaker,
      sure: turn.speaker !== 'unknown' && (turn.speakerConfidence ?? 1) >= sureSpeaker,
      backchannel: reading.backchannel,
      number: Math.max(0, counted - 1),
      startMs: reading.times.startMs[0] ?? turn.startMs,
      endMs: reading.times.endMs.at(-1) ?? turn.endMs,
      approximate: reading.times.approximate,
      run: entry.index,
      from: draft.words.length,
      to: draft.words.length + reading.words.length,
    };
    turns.push(prepared);
    reading.words.forEach((word, at) => {
      draft.words.push(word);
      draft.turnOf.push(draft.turns.length);
      draft.startMs.push(reading.times.startMs[at] ?? 0);
      draft.endMs.push(reading.times.endMs[at] ?? 0);
      draft.confidence.push(reading.times.confidence[at] ?? -1);
    });
    draft.turns.push(prepared);
    draft.lastEndMs = Math.max(draft.lastEndMs, turn.endMs);
    draft.othersSaid = saidByOthers;
    if (!reading.backchannel) substantial.set(key, (substantial.get(key) ?? 0) + 1);
  });
  const runs = drafts.map((draft, index): Run => {
    const spoken = Int32Array.from([...draft.words.keys()].filter((at) => draft.words[at]?.filler !== true));
    const confidence = Int16Array.from(draft.confidence);
    const words = {
      words: draft.words,
      turns: draft.turns,
      startMs: Int32Array.from(draft.startMs),
      endMs: Int32Array.from(draft.endMs),
    };
    return {
      ...words,
      index,
      speaker: draft.speaker,
      sure: draft.turns.every((turn) => turn.sure),
      turnOf: Int32Array.from(draft.turnOf),
      confidence,
      stream: new Int32Array(draft.words.length),
      spoken,
      hearing: hearingOf(soundsOf(draft.words, spoken, confidence), spoken.length),
      context: new SpeechContext(words),
    };
  });
  return { turns, runs };
}

/** Numbers all words of both speakers by start; fills each run's `stream` and returns the starts in that order. */
function placeInStream(runs: readonly Run[]): Int32Array {
  const all: { readonly run: Run; readonly at: number; readonly ms: number }[] = [];
  for (const run of runs) for (let at = 0; at < run.words.length; at += 1) all.push({ run, at, ms: run.startMs[at] ?? 0 });
  all.sort((a, b) => a.ms - b.ms || a.run.index - b.run.index || a.at - b.at);
  const streamMs = new Int32Array(all.length);
  all.forEach(({ run, at, ms }, place) => {
    run.stream[at] = place;
    streamMs[place] = ms;
  });
  return streamMs;
}

function speechOf(
  turn: SpokenTurn | undefined,
  reading: TurnReading,
): readonly { readonly startMs: number; readonly endMs: number }[] {
  if (turn === undefined || reading.words.length === 0) return [];
  if (reading.times.approximate) return [{ startMs: turn.startMs, endMs: turn.endMs }];
  return reading.words.map((_, at) => ({ startMs: reading.times.startMs[at] ?? 0, endMs: reading.times.endMs[at] ?? 0 }));
}

/** A turn without words, or words that were not heard: as a whole, or a stretch of such words. */
function unintelligibleIn(turn: PreparedTurn, run: Run | undefined): readonly Unintelligible[] {
  if (run === undefined) return [];
  const { startMs, endMs } = turn.turn;
  if (turn.from === turn.to) return endMs > startMs ? [{ turn, startMs, endMs }] : [];
  const confidences = Array.from(run.confidence.subarray(turn.from, turn.to));
  if (confidences.every((each) => each < 0)) return [];
  const known = confidences.filter((each) => each >= 0);
  if (known.reduce((sum, each) => sum + each, 0) < intelligible * known.length) return [{ turn, startMs, endMs }];
  const out: Unintelligible[] = [];
  let from = -1;
  for (let at = turn.from; at <= turn.to; at += 1) {
    const confidence = at < turn.to ? (run.confidence[at] ?? -1) : -1;
    const low = confidence >= 0 && confidence < intelligible;
    if (low && from < 0) from = at;
    if (low || from < 0) continue;
    out.push({ turn, startMs: run.startMs[from] ?? startMs, endMs: run.endMs[at - 1] ?? endMs });
    from = -1;
  }
  return out;
}

export function codeStream(runs: readonly Run[], positions: (run: Run) => Int32Array): CodeStream {
  const codes: number[] = [];
  const runOf: number[] = [];
  const position: number[] = [];
  for (const run of runs) {
    const chosen = positions(run);
    if (chosen.length === 0) continue;
    for (const at of chosen) {
      const word = run.words[at];
      codes.push(word === undefined ? separatorCode : codeOfWord(word));
      runOf.push(run.index);
      position.push(at);
    }
    codes.push(separatorCode);
    runOf.push(-1);
    position.push(-1);
  }
  return { codes: Uint32Array.from(codes), run: Int32Array.from(runOf), position: Int32Array.from(position) };
}

/** The code under which a word is looked for; digits never match a redacted stretch, and no phrase names one. */
export function codeOfWord(word: ReadWord): number {
  if (word.kind === 'number') return numberCode;
  return word.kind === 'redacted' ? separatorCode : codeOf(word.text);
}

function stretchLanguages(run: Run, turn: PreparedTurn): readonly ('zh' | 'en')[] {
  const known: ('zh' | 'en' | undefined)[] = [];
  for (let at = turn.from; at < turn.to; at += 1) {
    const kind = run.words[at]?.kind;
    known.push(kind === 'han' ? 'zh' : kind === 'latin' ? 'en' : undefined);
  }
  const first = known.find((each) => each !== undefined) ?? 'zh';
  let last = first;
  return known.map((each) => {
    last = each ?? last;
    return last;
  });
}

function lowerBound(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
