import type { PreparedTranscript } from './prepare.ts';
import { classOfSound, leastDifference } from './sounds.ts';
import { mostCost, type TolerantPhrase } from './tolerant.ts';

/** More classes than a word has bits are not told apart. */
const mostClasses = 31;

/**
 * Which runs of a call can hold a phrase at all. A sound of it that is heard as another class costs at least `leastDifference` of
 * its weight, less where the sounds heard are not trusted: so much of its weight must be in the run in its own classes.
 */
export class SoundsNeeded {
  readonly #phrase: TolerantPhrase;
  readonly #bitOf = new Map<string, number>();
  /** By class: the weight of the phrase's sounds of it. */
  readonly #weights: number[] = [];
  /** Weight of what has no class: it may be there anywhere. */
  readonly #elsewhere: number;
  /** By sound: the bit of its class, 0 for none of the phrase's, -1 while nobody asked. */
  #bits = new Int32Array(0);

  constructor(phrase: TolerantPhrase) {
    this.#phrase = phrase;
    let elsewhere = 0;
    phrase.sounds.ids.forEach((id, at) => {
      const weight = phrase.sounds.weights[at] ?? 0;
      const name = classOfSound(id);
      let bit = name === undefined ? undefined : this.#bitOf.get(name);
      if (name !== undefined && bit === undefined && this.#weights.length < mostClasses) {
        bit = this.#weights.length;
        this.#bitOf.set(name, bit);
        this.#weights.push(0);
      }
      if (bit === undefined) elsewhere += weight;
      else this.#weights[bit] = (this.#weights[bit] ?? 0) + weight;
    });
    this.#elsewhere = elsewhere;
  }

  /** Marks the runs that can, by index. */
  mark(prepared: PreparedTranscript, marked: Uint8Array): void {
    const { ids, starts, leastTrust } = prepared.heard;
    for (let run = 0; run < leastTrust.length; run += 1) {
      if (marked[run] === 1) continue;
      const needed = this.#needed(leastTrust[run] as number);
      if (needed <= 0) {
        marked[run] = 1;
        continue;
      }
      let present = 0;
      const to = starts[run + 1] as number;
      for (let at = starts[run] as number; at < to; at += 1) present |= this.#bit(ids[at] as number);
      let weight = 0;
      for (let bit = 0; present !== 0; bit += 1, present >>>= 1) if ((present & 1) === 1) weight += this.#weights[bit] as number;
      if (weight >= needed) marked[run] = 1;
    }
  }

  /** So much weight must be there; every step of rounding may make a cost up to one half smaller. */
  #needed(trust: number): number {
    const { weight, sounds } = this.#phrase;
    const unheard = ((mostCost(this.#phrase) + sounds.ids.length) * 1_000_000) / (leastDifference * trust);
    return weight - unheard - this.#elsewhere;
  }

  #bit(id: number): number {
    if (id >= this.#bits.length) {
      const grown = new Int32Array(Math.max(1024, id * 2)).fill(-1);
      grown.set(this.#bits);
      this.#bits = grown;
    }
    let bit = this.#bits[id] as number;
    if (bit < 0) {
      const place = this.#bitOf.get(classOfSound(id) ?? '');
      bit = place === undefined ? 0 : 1 << place;
      this.#bits[id] = bit;
    }
    return bit;
  }
}
