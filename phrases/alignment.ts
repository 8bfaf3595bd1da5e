/** Sounds in a row: of a phrase, or of a stretch of one speaker's words. Weights are small whole numbers. */
export interface Sounds {
  readonly ids: Int32Array;
  readonly weights: Int32Array;
  /** The word each sound belongs to, counted among the words that are no fillers. */
  readonly words: Int32Array;
  /** Thousandths by which a difference from this sound counts; 1000 where the recogniser was sure or said nothing. */
  readonly trust: Int32Array;
}

export type Operation = 'same' | 'sounds' | 'changed' | 'left_out' | 'added';

/** One step of an alignment: a sound of the phrase, of what was said, or both. */
export interface AlignedSound {
  readonly operation: Operation;
  /** Index in the phrase's sounds, -1 when it was added. */
  readonly wanted: number;
  /** Index in the sounds said, -1 when it was left out. */
  readonly said: number;
}

/** A stretch of sounds, `from` to before `to`, and what it costs to read the phrase in it. */
export interface AlignedSpan {
  readonly from: number;
  readonly to: number;
  readonly cost: number;
}

/** What a sound that the phrase does not have costs: half its weight, by how sure the recogniser was. */
export function costOfAdded(sounds: Sounds, at: number): number {
  return addedCost(sounds.weights[at] ?? 0, sounds.trust[at] ?? 1000);
}

/** The same, of a weight and a trust. */
export function addedCost(weight: number, trust: number): number {
  return Math.round((weight * trust) / 2000);
}

/** The weight of a whole phrase. */
export function weightOf(sounds: Sounds): number {
  return sounds.weights.reduce((sum, weight) => sum + weight, 0);
}
