/** What the model looks at in one step: 512 samples at 16 kHz, 32 ms. */
export const frameSamples = 512;

/** Samples between the messages to the detector's process: two seconds. */
export const chunkFrames = 64;

/** What the adapter asks of the detector's process. `samples` are whole frames. */
export type DetectorRequest =
  | { readonly kind: 'hear'; readonly id: number; readonly stream: number; readonly samples: Int16Array }
  | { readonly kind: 'forget'; readonly stream: number };

/** One byte a frame: 1 where somebody speaks. Before the first answer the process says that its model works. */
export type DetectorAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'heard'; readonly id: number; readonly speech: Uint8Array };

/** Parameters of detection; all of them are in the adapter's version. */
export const detection = {
  model: 'silero-v6-1a153a22f4509e29',
  /** 1/1000: speech begins at `on` in two frames, and ends below `off` (the engine has it 150 under `on`). */
  on: 500,
  off: 350,
  /** Frames under `off` within a region that do not end it: the 0.1 s of a stop consonant. */
  bridgedFrames: 4,
  /** A bare "yes" or "是" lasts 150 to 300 ms, and verdicts hang on it. */
  minSpeechMs: 160,
  /** A region is never longer: it is cut at its quietest place, so that who waits for regions waits a bounded time. */
  maxSpeechMs: 28_000,
  /** A frame whose samples are all within this (of 32,767) is silence and costs nothing once it has lasted. */
  silentPeak: 16,
  silentFrames: 10,
  /**
   * After a while without speech the model takes up to a second to wake, and sleeps through short answers. So where sound
   * rises (power by this factor, 9 dB) after a pause of these frames and is not heard as speech, a second model listens
   * afresh: until it is still again, and without finding speech for 3 s at most.
   */
  risePower: 8,
  stillFrames: 12,
  tailFrames: 16,
  secondFrames: 94,
} as const;
