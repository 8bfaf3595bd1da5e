import { row, unzigzag } from './packed-layout.ts';
import type { SectionReader } from './packed-sections.ts';
import type { SpokenNumber } from './spoken-number.ts';

export interface PackedPlace {
  /** Of the run's words among all. */
  readonly first: number;
  readonly count: number;
}

/** Times and places of all words, in order of runs. */
export class PackedWords {
  readonly startMs: Int32Array;
  readonly endMs: Int32Array;
  readonly stream: Int32Array;
  readonly textStarts: ArrayLike<number>;
  readonly textLengths: ArrayLike<number>;
  readonly confidence: Int16Array;

  constructor(reader: SectionReader, runs: readonly PackedPlace[]) {
    const starts = reader.numbers(row.starts);
    const durations = reader.numbers(row.durations);
    this.startMs = new Int32Array(starts.length);
    this.endMs = new Int32Array(starts.length);
    const runStarts = reader.numbers(row.runStarts);
    for (let index = 0; index < runs.length; index += 1) {
      const { first, count } = runs[index] as PackedPlace;
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

/** A number that `numberText` wrote. */
export function numberOf(packed: string): SpokenNumber {
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
export class PlacedTexts {
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
