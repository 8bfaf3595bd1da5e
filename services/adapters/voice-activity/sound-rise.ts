import { detection } from './frames.ts';

/** Power under which nothing counts as sound: an amplitude of 10 of 32,767. */
const leastFloor = 100;
/** The floor follows the sound down at once, and up by 1 dB a second. */
const floorGrowth = 1.007;

/** Notices when sound begins after a pause, against the noise of the line. */
export class SoundRise {
  #floor: number | undefined;
  #loudFrames = 0;
  #still: number = detection.stillFrames;
  #stillBefore = 0;
  #loud = false;

  /** Whether the last frame stands out of the noise. */
  get loud(): boolean {
    return this.#loud;
  }

  /** True in the second loud frame after a pause. */
  push(frame: Int16Array): boolean {
    let sum = 0;
    for (const sample of frame) sum += sample * sample;
    const power = Math.max(leastFloor, sum / frame.length);
    this.#floor = Math.min(power, (this.#floor ?? power) * floorGrowth);
    this.#loud = power > this.#floor * detection.risePower;
    this.#loudFrames = this.#loud ? this.#loudFrames + 1 : 0;
    if (this.#loudFrames === 1) this.#stillBefore = this.#still;
    this.#still = this.#loud ? 0 : this.#still + 1;
    return this.#loudFrames === 2 && this.#stillBefore >= detection.stillFrames;
  }

  /** Somebody was heard in this frame: it is no pause, however low the voice. */
  spoken(): void {
    this.#still = 0;
  }
}
