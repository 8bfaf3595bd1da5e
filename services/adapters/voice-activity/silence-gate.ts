import { detection } from './frames.ts';

/** What to do with a frame: give it to the model, or know without it that nobody speaks. */
export type GateDecision = 'hear' | 'skip' | 'wake';

/**
 * Passes over digital silence. The model still hears the first silent frames, so that it can end its speech; `wake` says that
 * it must hear the frames before this one first, so that a beginning does not come out of nothing.
 */
export class SilenceGate {
  #silent = 0;
  #skipping = false;

  /** @param speaking whether the model was in speech after the frame before */
  decide(frame: Int16Array, speaking: boolean): GateDecision {
    if (!isSilent(frame)) {
      const woken = this.#skipping;
      this.#silent = 0;
      this.#skipping = false;
      return woken ? 'wake' : 'hear';
    }
    this.#silent += 1;
    if (speaking || this.#silent <= detection.silentFrames) return 'hear';
    this.#skipping = true;
    return 'skip';
  }
}

function isSilent(frame: Int16Array): boolean {
  for (const sample of frame) if (sample > detection.silentPeak || sample < -detection.silentPeak) return false;
  return true;
}
