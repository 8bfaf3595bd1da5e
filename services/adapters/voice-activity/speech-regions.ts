import type { SpeechRegion } from '../../../transcribe/index.ts';
import { detection, frameSamples } from './frames.ts';

const millisecond = 16;
const minSpeech = detection.minSpeechMs * millisecond;
const maxFrames = Math.floor((detection.maxSpeechMs * millisecond) / frameSamples);
const cutFrames = 3;

/**
 * From a decision a frame to regions of speech. The engine says "speech" from the second frame over the threshold on, and still
 * says it in the first frame under the lower one: both edges are set right here.
 */
export class SpeechRegions {
  #frame = 0;
  /** First frame of the open region. */
  #start: number | undefined;
  #silent = 0;
  /** Loudness of the open region's frames from `#start` on, for the cut. */
  #loudness: number[] = [];
  /** No region begins before this. */
  #free = 0;

  /** @param loudness any measure that grows with the sound, for the place of a cut */
  push(speaking: boolean, loudness: number): SpeechRegion | undefined {
    const frame = this.#frame;
    this.#frame += 1;
    if (this.#start === undefined) {
      if (!speaking) return undefined;
      this.#start = Math.max(this.#free, frame - 1);
      this.#silent = 0;
      this.#loudness = frame > this.#start ? [loudness, loudness] : [loudness];
      return undefined;
    }
    this.#loudness.push(loudness);
    this.#silent = speaking ? 0 : this.#silent + 1;
    if (this.#silent >= detection.bridgedFrames) return this.#close(frame - this.#silent);
    return frame + 1 - this.#start >= maxFrames ? this.#cut() : undefined;
  }

  /** @param samples how many there were in all: a region does not reach past them */
  end(samples: number): SpeechRegion | undefined {
    if (this.#start === undefined) return undefined;
    const region = this.#close(this.#silent > 0 ? this.#frame - 1 - this.#silent : this.#frame);
    return region === undefined ? undefined : { start: region.start, end: Math.min(region.end, samples) };
  }

  /** @param end the frame after the last one of speech */
  #close(end: number): SpeechRegion | undefined {
    const start = this.#start ?? end;
    this.#start = undefined;
    this.#loudness = [];
    this.#free = end;
    const region = { start: start * frameSamples, end: end * frameSamples };
    return region.end - region.start < minSpeech ? undefined : region;
  }

  /** Ends the region at the quietest tenth of a second of its last two fifths; the rest goes on as a region of its own. */
  #cut(): SpeechRegion {
    const start = this.#start ?? 0;
    const loudness = this.#loudness;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let first = Math.floor(maxFrames * 0.6); first + cutFrames <= loudness.length; first++) {
      const sum = loudness.slice(first, first + cutFrames).reduce((total, value) => total + value, 0);
      if (sum < least) [least, best] = [sum, first];
    }
    const cut = start + best + Math.floor(cutFrames / 2);
    this.#loudness = loudness.slice(cut - start);
    this.#start = cut;
    return { start: start * frameSamples, end: cut * frameSamples };
  }
}
