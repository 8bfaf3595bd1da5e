import sherpa, { type Vad } from 'sherpa-onnx-node';
import { detection, frameSamples } from './frames.ts';
import { SilenceGate } from './silence-gate.ts';

/** Frames of unbroken speech after which the engine is told to let go of the sound it keeps (it grows without end otherwise). */
const flushFrames = 600;
/** The model looks at 64 samples before each frame. */
const contextSamples = 64;

/**
 * Silero's decisions for one channel, frame by frame, through sherpa-onnx, which gives decisions and no probabilities. It is
 * given as good as no minimum of speech or silence, so that what it says is the bare hysteresis; the rest is `SpeechRegions`.
 */
export class Detector {
  readonly #vad: Vad;
  readonly #gate = new SilenceGate();
  readonly #before: Int16Array[] = [];
  readonly #floats = new Float32Array(frameSamples);
  #unbroken = 0;

  constructor(modelPath: string, on: number = detection.on) {
    this.#vad = new sherpa.Vad(
      {
        sileroVad: {
          model: modelPath,
          threshold: on / 1000,
          // Zero would mean the engine's own 0.25 s and 0.5 s; past the longest speech it would change its thresholds.
          minSpeechDuration: 0.001,
          minSilenceDuration: 0.001,
          maxSpeechDuration: 100_000,
          windowSize: frameSamples,
        },
        sampleRate: 16_000,
        numThreads: 1,
        debug: false,
      },
      30,
    );
    // With the context given once, every further frame makes exactly one step of the model.
    this.#vad.acceptWaveform(new Float32Array(contextSamples));
  }

  /** Whether somebody speaks in this frame of 512 samples. */
  hear(frame: Int16Array): boolean {
    const decision = this.#gate.decide(frame, this.#vad.isDetected());
    if (decision === 'wake') for (const earlier of this.#before) this.#step(earlier);
    this.#before.push(frame);
    if (this.#before.length > 2) this.#before.shift();
    return decision === 'skip' ? false : this.#step(frame);
  }

  #step(frame: Int16Array): boolean {
    for (let index = 0; index < frameSamples; index++) this.#floats[index] = (frame[index] ?? 0) / 32_768;
    this.#vad.acceptWaveform(this.#floats);
    const speaking = this.#vad.isDetected();
    this.#unbroken = speaking ? this.#unbroken + 1 : 0;
    if (this.#unbroken >= flushFrames) {
      this.#vad.flush();
      this.#unbroken = 0;
    }
    while (!this.#vad.isEmpty()) this.#vad.pop();
    return speaking;
  }
}

/**
 * Proves that the engine runs the model: with a broken model or setting it says "nobody speaks" for ever instead of failing.
 * At the lowest threshold noise counts as speech.
 */
export function provesItself(modelPath: string): boolean {
  const detector = new Detector(modelPath, 11);
  let state = 1;
  for (let count = 0; count < 60; count++) {
    const frame = new Int16Array(frameSamples);
    for (let index = 0; index < frameSamples; index++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      frame[index] = ((state >> 8) % 8_001) - 4_000;
    }
    if (detector.hear(frame)) return true;
  }
  return false;
}
