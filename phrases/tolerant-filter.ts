import { chooseSpans, longestSpan } from './align.ts';
import type { AlignedSpan } from './alignment.ts';
import type { PreparedTranscript } from './prepare.ts';
import type { Run } from './prepared.ts';
import type { RawHit } from './raw-hit.ts';
import { AnchorFinder, everywhere } from './anchors.ts';
import { costsFrom } from './sounds.ts';
import { SoundsNeeded } from './sounds-needed.ts';
import { candidatesIn, judgeSpan, mostCost, type TolerantPhrase } from './tolerant.ts';

const beyond = 0x3fffffff;
/** For more phrases than this nearly every run can hold one of them: a look at what each needs does not pay. */
const fewPhrases = 4;
const noEnds: readonly number[] = Object.freeze([]);

/**
 * Many tolerant phrases over a call. A first pass over each phrase keeps only the cells of the alignment that can still come
 * under its bound (Ukkonen's cut-off, 1985) and remembers no starts; what reaches the bound is then aligned in full.
 * Costs of all phrases' sounds against one sound heard lie side by side, and are kept from call to call.
 */
export class TolerantFilter {
  readonly #phrases: readonly TolerantPhrase[];
  /** Sound ids and weights of all phrases, one after another. */
  readonly #ids: Int32Array;
  readonly #weights: Int32Array;
  readonly #offsets: Int32Array;
  readonly #bounds: Int32Array;
  /** By sound heard: the cost of hearing it for each sound of `#ids`. */
  readonly #rows: Uint8Array[] = [];
  readonly #column: Int32Array;
  readonly #anchors: AnchorFinder;
  readonly #needed: readonly SoundsNeeded[] | undefined;

  constructor(phrases: readonly TolerantPhrase[]) {
    this.#phrases = phrases;
    this.#offsets = new Int32Array(phrases.length + 1);
    phrases.forEach((phrase, index) => {
      this.#offsets[index + 1] = (this.#offsets[index] ?? 0) + phrase.sounds.ids.length;
    });
    const total = this.#offsets[phrases.length] ?? 0;
    this.#ids = new Int32Array(total);
    this.#weights = new Int32Array(total);
    phrases.forEach((phrase, index) => {
      this.#ids.set(phrase.sounds.ids, this.#offsets[index]);
      this.#weights.set(phrase.sounds.weights, this.#offsets[index]);
    });
    this.#bounds = Int32Array.from(phrases, mostCost);
    this.#needed = phrases.length > fewPhrases ? undefined : phrases.map((phrase) => new SoundsNeeded(phrase));
    this.#anchors = new AnchorFinder({
      ids: this.#ids,
      weights: this.#weights,
      offsets: this.#offsets,
      bounds: this.#bounds,
    });
    this.#column = new Int32Array(phrases.reduce((most, phrase) => Math.max(most, phrase.sounds.ids.length), 0) + 1);
  }

  /** Every span that sounds like a phrase, judged: by phrase, then by place. */
  find(prepared: PreparedTranscript, found: (phrase: number, hit: RawHit) => void): void {
    const hits: RawHit[][] = [];
    const worth = this.#worthwhile(prepared);
    for (const run of prepared.runs) {
      if (worth !== undefined && worth[run.index] === 0) continue;
      const heard = this.#heardIn(run);
      const anchors = this.#anchors.find(run.hearing, heard.rows);
      for (let index = 0; index < this.#phrases.length; index += 1) {
        const ends = this.#endsIn(index, run, heard, anchors[index]);
        if (ends.length === 0) continue;
        const phrase = this.#phrases[index] as TolerantPhrase;
        for (const span of spansAt(phrase, run, ends)) (hits[index] ??= []).push(judgeSpan(phrase, run, span));
      }
    }
    hits.forEach((own, index) => own.forEach((hit) => found(index, hit)));
  }

  /** Runs that can hold a phrase; undefined: any may. */
  #worthwhile(prepared: PreparedTranscript): Uint8Array | undefined {
    if (this.#needed === undefined) return undefined;
    const marked = new Uint8Array(prepared.runs.length);
    for (const needed of this.#needed) needed.mark(prepared, marked);
    return marked;
  }

  /** The words at which a reading of the phrase may end, around its anchors; anywhere where anchors cannot tell. */
  #endsIn(index: number, run: Run, heard: HeardRun, anchors: readonly number[] | undefined): readonly number[] {
    if (anchors === undefined) return noEnds;
    const whole = heard.rows.length;
    if (anchors === everywhere) return this.#ends(index, heard, 0, whole) ?? noEnds;
    const reach = longestSpan(this.#phrases[index] as TolerantPhrase) - 1;
    const { wordStart, sounds } = run.hearing;
    const words = wordStart.length - 1;
    const ends: number[] = [];
    let from = -1;
    let to = -1;
    const close = (): void => {
      if (from >= 0) ends.push(...(this.#ends(index, heard, wordStart[from] as number, wordStart[to + 1] as number) ?? noEnds));
    };
    for (const anchor of anchors) {
      const word = sounds.words[anchor] as number;
      const first = Math.max(0, word - reach);
      if (from < 0 || first > to) {
        close();
        from = first;
      }
      to = Math.min(words - 1, word + reach);
    }
    close();
    return ends;
  }

  #heardIn(run: Run): HeardRun {
    const { sounds, added, wordStart } = run.hearing;
    const rows = Array.from(sounds.ids, (id) => this.#row(id));
    const ends = new Int32Array(sounds.ids.length).fill(-1);
    for (let word = 0; word + 1 < wordStart.length; word += 1) {
      const end = (wordStart[word + 1] as number) - 1;
      if (end >= (wordStart[word] as number)) ends[end] = word;
    }
    const doubted = sounds.trust.some((trust) => trust !== 1000);
    return { rows, added, ends, trust: doubted ? sounds.trust : undefined };
  }

  #row(id: number): Uint8Array {
    let row = this.#rows[id];
    if (row === undefined) {
      row = new Uint8Array(this.#ids.length);
      for (let at = 0; at < row.length; at += 1) {
        const unlike = costsFrom(this.#ids[at] as number)[id] as number;
        // A byte is enough: less than the cost is still a bound.
        row[at] = Math.min(255, Math.round(((this.#weights[at] as number) * unlike) / 1000));
      }
      this.#rows[id] = row;
    }
    return row;
  }

  /** The words at which a reading of the phrase may end under its bound; undefined when there are none. */
  #ends(index: number, heard: HeardRun, from: number, until: number): number[] | undefined {
    const offset = this.#offsets[index] as number;
    const length = (this.#offsets[index + 1] as number) - offset;
    const bound = this.#bounds[index] as number;
    const weights = this.#weights;
    const column = this.#column;
    const { rows, added, ends, trust } = heard;
    let found: number[] | undefined;
    column[0] = 0;
    let last = 0;
    while (last < length && (column[last] as number) + (weights[offset + last] as number) <= bound) {
      column[last + 1] = (column[last] as number) + (weights[offset + last] as number);
      last += 1;
    }
    for (let j = from; j < until; j += 1) {
      const row = rows[j] as Uint8Array;
      const extra = added[j] as number;
      const word = ends[j] as number;
      const trusted = trust === undefined ? 1000 : (trust[j] as number);
      let diagonal = column[0] as number;
      let above = word < 0 ? diagonal + extra : 0;
      column[0] = above;
      const to = last < length ? last + 1 : length;
      if (to > last) column[to] = beyond;
      for (let i = 1, unit = offset; i <= to; i += 1, unit += 1) {
        const left = column[i] as number;
        let change = row[unit] as number;
        // A lower bound is enough here: what passes is aligned again.
        if (trusted !== 1000) change = Math.max(0, Math.floor((change * trusted) / 1000) - 1);
        // The least of three without a branch: `x + ((y - x) & ((y - x) >> 31))` is the smaller of x and y.
        let best = (diagonal + change) | 0;
        const across = (left + extra - best) | 0;
        best = (best + (across & (across >> 31))) | 0;
        const down = (above + (weights[unit] as number) - best) | 0;
        best = (best + (down & (down >> 31))) | 0;
        diagonal = left;
        above = best;
        column[i] = best;
      }
      last = to;
      while (last < length && (column[last] as number) + (weights[offset + last] as number) <= bound) {
        column[last + 1] = (column[last] as number) + (weights[offset + last] as number);
        last += 1;
      }
      while (last > 0 && (column[last] as number) > bound) last -= 1;
      if (last === length && word >= 0) {
        found ??= [];
        found.push(word);
      }
    }
    return found;
  }
}

interface HeardRun {
  readonly rows: readonly Uint8Array[];
  readonly added: Int32Array;
  /** The word that ends with a sound, -1 within a word. */
  readonly ends: Int32Array;
  /** Undefined when every sound is trusted. */
  readonly trust: Int32Array | undefined;
}

/** Aligns a phrase in full around the words it may end with. */
function spansAt(phrase: TolerantPhrase, run: Run, ends: readonly number[]): readonly AlignedSpan[] {
  const longest = longestSpan(phrase);
  const candidates: AlignedSpan[] = [];
  let from = -1;
  let to = -1;
  const close = (): void => {
    if (from >= 0) candidates.push(...candidatesIn(phrase, run, from, to + 1));
  };
  for (const end of ends) {
    const first = Math.max(0, end + 1 - longest);
    if (from < 0 || first > to) {
      close();
      from = first;
    }
    to = end;
  }
  close();
  return chooseSpans(candidates);
}
