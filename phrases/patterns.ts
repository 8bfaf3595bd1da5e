import { Automaton } from './automaton.ts';
import { classHits } from './class-hits.ts';
import { codeOfWord, type PreparedTranscript } from './prepare.ts';
import type { ReadWord, Run } from './prepared.ts';
import type { RawHit } from './raw-hit.ts';
import { readWords } from './reading.ts';
import { likenessOf } from './spoken-number.ts';
import { TolerantFilter } from './tolerant-filter.ts';
import { syllablesIn, type TolerantPhrase, tolerantPhrase } from './tolerant.ts';
import type { ClassName, Tolerance } from './tree.ts';
import type { Doubt } from './why.ts';

/** A number under this confidence (thousandths) is not sure. */
const sureNumber = 500;

/** What a leaf of an expression listens for, whatever its scope. */
export type Pattern =
  | {
      readonly kind: 'exact';
      readonly words: readonly ReadWord[];
      readonly codes: readonly number[];
      /** Made of fillers only: then fillers are words. */
      readonly fillers: boolean;
      readonly hasNumbers: boolean;
      /** Words whose codes are hashes must be compared. */
      readonly hashed: boolean;
      readonly syllables: number;
    }
  | { readonly kind: 'tolerant'; readonly phrase: TolerantPhrase; readonly syllables: number }
  | { readonly kind: 'class'; readonly name: ClassName; readonly syllables: number };

const noRaw: readonly RawHit[] = Object.freeze([]);

/** The phrases and classes of a rule set, each once, whatever the number of rules that name it. */
export class PatternTable {
  readonly patterns: Pattern[] = [];
  readonly #known = new Map<string, number>();
  #exact: Automaton | undefined;
  #exactPatterns: readonly number[] = [];
  #fillers: Automaton | undefined;
  #fillerPatterns: readonly number[] = [];
  #tolerant: TolerantFilter | undefined;
  #tolerantPatterns: readonly number[] = [];
  #classPatterns: readonly number[] = [];

  /** The number of a phrase's pattern. A tolerant phrase of one syllable is exact. */
  phrase(text: string, tolerant: Tolerance | undefined): number {
    const words = readWords(text, /\p{Script=Han}/u.test(text) ? 'zh' : 'en');
    const written = words.map(keyOfWord).join(' ');
    const key = tolerant === undefined ? `= ${written}` : `~${tolerant.floor ?? ''} ${written}`;
    return this.#add(key, () => {
      const phrase = tolerant === undefined ? undefined : tolerantPhrase(text, words, tolerant.floor);
      if (phrase !== undefined) return { kind: 'tolerant', phrase, syllables: syllablesIn(phrase.words) };
      const spoken = words.filter((word) => !word.filler);
      const fillers = spoken.length === 0;
      const own = fillers ? words : spoken;
      return {
        kind: 'exact',
        words: own,
        codes: own.map(codeOfWord),
        fillers,
        hasNumbers: own.some((word) => word.number !== undefined),
        hashed: own.some((word) => word.text.length > 1),
        syllables: Math.max(1, syllablesIn(own)),
      };
    });
  }

  class(name: ClassName): number {
    return this.#add(`# ${name}`, () => ({ kind: 'class', name, syllables: 1 }));
  }

  #add(key: string, make: () => Pattern): number {
    let number = this.#known.get(key);
    if (number === undefined) {
      number = this.patterns.length;
      this.#known.set(key, number);
      this.patterns.push(make());
    }
    return number;
  }

  /** Builds what finds all of them in one pass; nothing may be added afterwards. */
  seal(): void {
    const numbersOf = (holds: (pattern: Pattern) => boolean): readonly number[] =>
      [...this.patterns.keys()].filter((at) => {
        const pattern = this.patterns[at];
        return pattern !== undefined && holds(pattern);
      });
    const codesOf = (at: number): readonly number[] => {
      const pattern = this.patterns[at];
      return pattern?.kind === 'exact' ? pattern.codes : [];
    };
    this.#exactPatterns = numbersOf((pattern) => pattern.kind === 'exact' && !pattern.fillers);
    this.#fillerPatterns = numbersOf((pattern) => pattern.kind === 'exact' && pattern.fillers);
    this.#tolerantPatterns = numbersOf((pattern) => pattern.kind === 'tolerant');
    this.#classPatterns = numbersOf((pattern) => pattern.kind === 'class');
    if (this.#exactPatterns.length > 0) this.#exact = new Automaton(this.#exactPatterns.map(codesOf));
    if (this.#fillerPatterns.length > 0) this.#fillers = new Automaton(this.#fillerPatterns.map(codesOf));
    if (this.#tolerantPatterns.length > 0) {
      this.#tolerant = new TolerantFilter(
        this.#tolerantPatterns.flatMap((at) => {
          const pattern = this.patterns[at];
          return pattern?.kind === 'tolerant' ? [pattern.phrase] : [];
        }),
      );
    }
  }

  /** Everything heard in a call, by pattern. */
  find(prepared: PreparedTranscript): Heard {
    const heard = new Heard();
    this.#scan(this.#exact, this.#exactPatterns, prepared, false, heard);
    this.#scan(this.#fillers, this.#fillerPatterns, prepared, true, heard);
    this.#tolerant?.find(prepared, (index, hit) => heard.add(this.#tolerantPatterns[index] ?? 0, hit));
    for (const at of this.#classPatterns) {
      const pattern = this.patterns[at];
      if (pattern?.kind === 'class') for (const hit of classHits(prepared, pattern.name)) heard.add(at, hit);
    }
    return heard;
  }

  #scan(
    automaton: Automaton | undefined,
    numbers: readonly number[],
    prepared: PreparedTranscript,
    fillers: boolean,
    heard: Heard,
  ): void {
    if (automaton === undefined) return;
    const runs = fillers ? prepared.fillerRun : prepared.codeRun;
    const positions = fillers ? prepared.fillerPosition : prepared.codePosition;
    automaton.scan(fillers ? prepared.fillerCodes : prepared.codes, (found, end) => {
      const at = numbers[found] as number;
      const pattern = this.patterns[at] as Extract<Pattern, { kind: 'exact' }>;
      const start = end - pattern.codes.length + 1;
      const run = prepared.runs[runs[start] as number] as Run;
      const hit = exactHit(run, pattern, positions, start);
      if (hit !== undefined) heard.add(at, hit);
    });
  }
}

/** Raw hits by pattern; the patterns heard in the order in which they were first heard. */
export class Heard {
  readonly #hits = new Map<number, RawHit[]>();

  add(pattern: number, hit: RawHit): void {
    const hits = this.#hits.get(pattern);
    if (hits === undefined) this.#hits.set(pattern, [hit]);
    else hits.push(hit);
  }

  get patterns(): Iterable<number> {
    return this.#hits.keys();
  }

  of(pattern: number): readonly RawHit[] {
    return this.#hits.get(pattern) ?? noRaw;
  }
}

/** Verifies what the automaton found: hashed words are compared, numbers by value. Undefined when it is none. */
function exactHit(
  run: Run,
  pattern: Extract<Pattern, { kind: 'exact' }>,
  positions: Int32Array,
  start: number,
): RawHit | undefined {
  const length = pattern.codes.length;
  const from = positions[start] as number;
  const to = positions[start + length - 1] as number;
  const doubts: Doubt[] = [];
  if (pattern.hashed || pattern.hasNumbers) {
    for (let index = 0; index < length; index += 1) {
      const wanted = pattern.words[index] as ReadWord;
      const position = positions[start + index] as number;
      const said = run.words[position] as ReadWord;
      if (wanted.number === undefined || said.number === undefined) {
        if (wanted.text !== said.text || wanted.kind !== said.kind) return undefined;
        continue;
      }
      const likeness = likenessOf(wanted.number, said.number);
      if (likeness === 'other') return undefined;
      if (likeness === 'unit') doubts.push('number_unit');
      else if (likeness === 'sound') doubts.push('number_sound');
      else if ((run.confidence[position] ?? -1) >= 0 && (run.confidence[position] ?? 0) < sureNumber)
        doubts.push('number_unsure');
    }
  }
  const { setting } = run.context.around(from, to, ownsAll);
  return { run: run.index, from, to, score: 1000, floor: undefined, setting, doubts: [...new Set(doubts)], guard: undefined };
}

/** The same words: a negator among them is the phrase's own. */
const ownsAll = (): boolean => true;

function keyOfWord(word: ReadWord): string {
  if (word.number === undefined) return `${word.kind} ${word.text}`;
  const { span, spoken } = word.number;
  return `number ${span.kind} ${span.unit ?? ''} ${span.digits ?? ''} ${span.vague} ${JSON.stringify(span.values)} ${spoken}`;
}
