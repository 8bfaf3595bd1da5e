/** Samples at 16 kHz in one step of a loudness curve: 20 ms. */
const loudnessStep = 320;
export const loudnessStepMs = 20;

/** No sound at all, in tenths of dBFS. */
const silentTenths = -1000;

/** Level of a mean square of 16 bit samples, in tenths of dBFS (a full-scale square wave is 0). */
function tenthsOfDb(meanSquare: number): number {
  if (!(meanSquare > 0)) return silentTenths;
  return Math.max(silentTenths, Math.round(100 * Math.log10(meanSquare / (32768 * 32768))));
}

/**
 * The place in `samples` (16 kHz) where 200 ms around it hold the least energy: where continuous speech is cut with the
 * least harm. Of equal places the latest, so that windows stay full.
 */
export function quietestPoint(samples: Int16Array): number {
  const step = 160;
  const steps = Math.floor(samples.length / step);
  const span = Math.min(20, steps);
  if (span === 0) return samples.length;
  const energy = new Float64Array(steps + 1);
  for (let i = 0; i < steps; i += 1) {
    let sum = 0;
    for (let k = i * step; k < (i + 1) * step; k += 1) sum += samples[k]! * samples[k]!;
    energy[i + 1] = energy[i]! + sum;
  }
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i + span <= steps; i += 1) {
    const held = energy[i + span]! - energy[i]!;
    if (held <= least) {
      least = held;
      best = i;
    }
  }
  return best * step + Math.floor((span * step) / 2);
}

/**
 * How loud a channel is over time, in steps of 20 ms, and over all. Fed in order; a recording of four hours takes 1.4 MB.
 */
export class LoudnessCurve {
  #tenths = new Int16Array(4096);
  #steps = 0;
  #sum = 0;
  #count = 0;
  #allSum = 0;
  #samples = 0;
  #peak = 0;

  push(samples: Int16Array): void {
    this.#samples += samples.length;
    for (let i = 0; i < samples.length; i += 1) {
      const value = samples[i]!;
      const size = value < 0 ? -value : value;
      if (size > this.#peak) this.#peak = size;
      this.#sum += value * value;
      this.#count += 1;
      if (this.#count === loudnessStep) this.#closeStep();
    }
  }

  #closeStep(): void {
    if (this.#steps === this.#tenths.length) {
      const grown = new Int16Array(this.#tenths.length * 2);
      grown.set(this.#tenths);
      this.#tenths = grown;
    }
    this.#tenths[this.#steps] = tenthsOfDb(this.#sum / this.#count);
    this.#steps += 1;
    this.#allSum += this.#sum;
    this.#sum = 0;
    this.#count = 0;
  }

  get samples(): number {
    return this.#samples;
  }

  /** Highest sample, tenths of dBFS. */
  get peakTenths(): number {
    return tenthsOfDb(this.#peak * this.#peak);
  }

  /** Root mean square of the whole channel, tenths of dBFS. */
  get wholeTenths(): number {
    return this.#samples === 0 ? silentTenths : tenthsOfDb((this.#allSum + this.#sum) / this.#samples);
  }

  /** The level that nine tenths of a stretch's steps are over: the line's noise, tenths of dBFS. */
  quietest(startMs: number, endMs: number): number {
    const first = Math.max(0, Math.floor(startMs / loudnessStepMs));
    const last = Math.min(Math.ceil(endMs / loudnessStepMs), this.#steps);
    if (last <= first) return silentTenths;
    const sorted = this.#tenths.slice(first, last).toSorted();
    return sorted[Math.floor(sorted.length / 10)]!;
  }

  /** Mean level of a stretch by power, tenths of dBFS; the step it lies in when shorter than one. */
  between(startMs: number, endMs: number): number {
    const first = Math.min(Math.max(0, Math.floor(startMs / loudnessStepMs)), Math.max(0, this.#steps - 1));
    const last = Math.min(Math.max(first + 1, Math.ceil(endMs / loudnessStepMs)), this.#steps);
    if (last <= first) return silentTenths;
    let power = 0;
    for (let i = first; i < last; i += 1) power += 10 ** (this.#tenths[i]! / 100);
    return tenthsOfDb((power / (last - first)) * 32768 * 32768);
  }
}
