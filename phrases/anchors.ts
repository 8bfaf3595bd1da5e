import type { Hearing } from './align.ts';
import { leastDifference } from './sounds.ts';

/** The sounds of many phrases, one after another: phrase `p` has those from `offsets[p]` to before `offsets[p + 1]`. */
interface PhraseSounds {
  readonly ids: Int32Array;
  readonly weights: Int32Array;
  readonly offsets: Int32Array;
  /** The most that a reading of each phrase may cost. */
  readonly bounds: Int32Array;
}

/** An anchor list that says nothing: the phrase may be anywhere. */
export const everywhere: readonly number[] = Object.freeze([-1]);

/** Trust is looked at in these steps. */
const trustSteps = [600, 700, 800, 900, 1000] as const;

/** Sounds a piece of a phrase has at least: of four, with two fifths of their weight to lose, two are heard in their own class. */
const pieceLength = 4;

/**
 * Where a phrase could be at all. A phrase is cut into pieces; a reading whose whole cost is within the bound has a piece whose
 * cost is within its share of it (the pigeonhole behind the q-gram lemma). While that share is under the cost of hearing
 * another class of sound, some sounds of the piece (two, as a rule) must be heard in their own class, and the rest of the piece
 * near them: those places are the anchors. Never too few; the alignment decides.
 */
export class AnchorFinder {
  readonly #phrases: PhraseSounds;
  readonly #phraseOf: Int32Array;
  readonly #pieceOf: Int32Array;
  readonly #pieceStart: Int32Array;
  readonly #pieceEnd: Int32Array;
  readonly #pieceBound: Int32Array;
  /** The least trust (thousandths) from which two sounds of a piece must be heard in their own class. */
  readonly #twoFrom: Int32Array;
  /** Thousandths of its weight that a phrase's reading may cost. */
  readonly #shares: Float64Array;
  readonly #mostShare: number;
  // Used by one search after the other.
  readonly #lastOfPhrase: Int32Array;
  readonly #lastAt: Int32Array;
  readonly #lastUnit: Int32Array;
  readonly #otherAt: Int32Array;
  /** By sound heard: the phrases' sounds of its class. */
  readonly #alike: Int32Array[] = [];

  constructor(phrases: PhraseSounds) {
    const { ids, weights, offsets, bounds } = phrases;
    this.#phrases = phrases;
    this.#phraseOf = new Int32Array(ids.length);
    this.#pieceOf = new Int32Array(ids.length);
    const starts: number[] = [];
    const ends: number[] = [];
    const pieceBounds: number[] = [];
    const twoFrom: number[] = [];
    this.#shares = new Float64Array(bounds.length);
    for (let phrase = 0; phrase < bounds.length; phrase += 1) {
      const from = offsets[phrase] ?? 0;
      const to = offsets[phrase + 1] ?? from;
      const whole = weights.subarray(from, to).reduce((sum, weight) => sum + weight, 0);
      this.#shares[phrase] = whole === 0 ? 1000 : ((bounds[phrase] ?? 0) * 1000) / whole;
      const pieces = Math.max(1, Math.floor((to - from) / pieceLength));
      for (let piece = 0; piece < pieces; piece += 1) {
        const start = from + Math.floor(((to - from) * piece) / pieces);
        const end = from + Math.floor(((to - from) * (piece + 1)) / pieces);
        const weight = weights.subarray(start, end).reduce((sum, each) => sum + each, 0);
        const bound = Math.floor(((bounds[phrase] ?? 0) * weight) / Math.max(1, whole));
        this.#phraseOf.fill(phrase, start, end);
        this.#pieceOf.fill(starts.length, start, end);
        starts.push(start);
        ends.push(end);
        pieceBounds.push(bound);
        const own = weights.subarray(start, end);
        twoFrom.push(trustSteps.find((trust) => ownAtLeast(own, bound, trust) >= 2) ?? 1001);
      }
    }
    this.#pieceStart = Int32Array.from(starts);
    this.#pieceEnd = Int32Array.from(ends);
    this.#pieceBound = Int32Array.from(pieceBounds);
    this.#twoFrom = Int32Array.from(twoFrom);
    this.#mostShare = this.#shares.reduce((most, share) => Math.max(most, share), 0);
    this.#lastOfPhrase = new Int32Array(bounds.length);
    this.#lastAt = new Int32Array(starts.length);
    this.#lastUnit = new Int32Array(starts.length);
    this.#otherAt = new Int32Array(starts.length);
  }

  /**
   * Anchors in one run by phrase, ascending: indexes of sounds; undefined where the phrase cannot be, `everywhere` where anchors
   * cannot tell. `rows[j]`: what hearing sound `j` costs for each sound of the phrases, fully trusted.
   */
  find(hearing: Hearing, rows: readonly Uint8Array[]): readonly (readonly number[] | undefined)[] {
    const { trust, ids } = hearing.sounds;
    let least = 1000;
    let mostAdded = 0;
    for (let j = 0; j < trust.length; j += 1) {
      least = Math.min(least, trust[j] as number);
      mostAdded = Math.max(mostAdded, hearing.added[j] as number);
    }
    // Rounding may take one half from each cost; one thousandth more than covers it for weights of 25 and up.
    const tellingUnder = (leastDifference * least) / 1000 - 25;
    const found: (number[] | readonly number[] | undefined)[] = Array.from({ length: this.#shares.length });
    const last = this.#lastOfPhrase.fill(-1);
    if (this.#mostShare >= tellingUnder) {
      this.#shares.forEach((share, phrase) => {
        if (share < tellingUnder) return;
        found[phrase] = everywhere;
        last[phrase] = ids.length;
      });
    }
    const phraseOf = this.#phraseOf;
    const pieceOf = this.#pieceOf;
    const twoFrom = this.#twoFrom;
    const pieceStart = this.#pieceStart;
    const pieceEnd = this.#pieceEnd;
    const pieceBound = this.#pieceBound;
    const { weights } = this.#phrases;
    const { added } = hearing;
    // What was added before each sound.
    const passedBefore = new Int32Array(ids.length + 1);
    for (let j = 0; j < ids.length; j += 1) passedBefore[j + 1] = (passedBefore[j] as number) + (added[j] as number);
    // By piece: where a sound of it was last heard in its own class, which, and where another of it was.
    const lastAt = this.#lastAt.fill(-1);
    const lastUnit = this.#lastUnit.fill(-1);
    const otherAt = this.#otherAt.fill(-1);
    for (let j = 0; j < ids.length; j += 1) {
      const row = rows[j] as Uint8Array;
      const alike = this.#alikeTo(ids[j] as number, row);
      for (let index = 0; index < alike.length; index += 1) {
        const unit = alike[index] as number;
        const phrase = phraseOf[unit] as number;
        const piece = pieceOf[unit] as number;
        let partner = lastAt[piece] as number;
        if (lastUnit[piece] === unit) partner = otherAt[piece] as number;
        else {
          otherAt[piece] = partner;
          lastUnit[piece] = unit;
        }
        lastAt[piece] = j;
        if ((last[phrase] as number) >= j) continue;
        const start = pieceStart[piece] as number;
        const end = pieceEnd[piece] as number;
        const bound = pieceBound[piece] as number;
        if (least >= (twoFrom[piece] as number)) {
          if (partner < 0) continue;
          const between = (passedBefore[j] as number) - (passedBefore[Math.min(j, partner + 1)] as number);
          if (between > bound + (end - start - 2) * mostAdded) continue;
        }
        // The piece can be read within its bound only when each of its other sounds, for itself, can be heard near enough.
        const room = bound - lower(row[unit] as number, least);
        let left = room;
        for (let other = start; other < end && left >= 0; other += 1) {
          if (other === unit) continue;
          const step = other > unit ? 1 : -1;
          // What lies between may be read for the sounds between: so much is not counted as added.
          let passed = -(Math.abs(other - unit) - 1) * mostAdded;
          let best = weights[other] as number;
          // What is added on the way to one sound is on the way to others too: it limits how far, and is not counted again.
          for (let at = j + step; at >= 0 && at < ids.length && passed <= room; at += step) {
            const cost = lower((rows[at] as Uint8Array)[other] as number, least);
            if (cost < best) best = cost;
            passed += added[at] as number;
          }
          left -= best;
        }
        if (left < 0) continue;
        last[phrase] = j;
        const own = found[phrase];
        if (own === undefined) found[phrase] = [j];
        else (own as number[]).push(j);
      }
    }
    return found;
  }

  #alikeTo(id: number, row: Uint8Array): Int32Array {
    let units = this.#alike[id];
    if (units === undefined) {
      const { weights } = this.#phrases;
      const out: number[] = [];
      for (let unit = 0; unit < row.length; unit += 1) {
        if ((row[unit] as number) * 1000 < (weights[unit] as number) * leastDifference - 500) out.push(unit);
      }
      units = Int32Array.from(out);
      this.#alike[id] = units;
    }
    return units;
  }
}

/** How many sounds of a piece must be heard in their own class: all but those cheapest to hear as others within the bound. */
function ownAtLeast(weights: Int32Array, bound: number, trust: number): number {
  let left = bound * 1000;
  let others = 0;
  for (const weight of [...weights].sort((a, b) => a - b)) {
    // Rounding takes one half, and one more where a sound is not trusted.
    left -= Math.max(0, (weight * leastDifference * trust) / 1000 - (trust === 1000 ? 500 : 1500));
    if (left < 0) break;
    others += 1;
  }
  return weights.length - others;
}

/** No more than a cost can be where a sound is trusted so much. */
function lower(cost: number, trust: number): number {
  return trust === 1000 ? cost : Math.max(0, Math.floor((cost * trust) / 1000) - 1);
}
