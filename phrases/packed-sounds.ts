import { addedCost } from './alignment.ts';
import { row, fillerFlag } from './packed-layout.ts';
import type { SectionReader } from './packed-sections.ts';
import type { PackedPlace } from './packed-words.ts';
import type { HeardStream } from './prepare.ts';
import type { Run } from './prepared.ts';
import { soundOfKey, trustIn } from './sounds.ts';

/** How all runs sound. */
export class PackedSounds implements HeardStream {
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
