import sherpa, { type Vad } from 'sherpa-onnx-node';
import { detection, frameSamples } from './frames.ts';
import { SilenceGate } from './silence-gate.ts';
import { SoundRise } from './sound-rise.ts';

/** Frames of unbroken speech after which the engine is told to let go of the sound it keeps (it grows without end otherwise). */
const flushFrames = 600;
/** The model looks at 64 samples before each frame. */
const contextSamples = 64;
/** What is played again to a model that starts to listen. */
const earlierFrames = 3;

/**
 * One run of Silero through sherpa-onnx, which gives decisions and no probabilities. It is given as good as no minimum of
 * speech or silence, so that what it says is the bare hysteresis; the rest is `SpeechRegions`.
 */
class Listener {
  readonly #vad: Vad;
  readonly #floats = new Float32Array(frameSamples);
  #unbroken = 0;

  constructor(modelPath: string, on: number) {
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
    this.#giveContext();
  }

  get speaking(): boolean {
    return this.#vad.isDetected();
  }

  hear(frame: Int16Array): boolean {
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

  /** As if it had heard nothing yet. */
  startAfresh(): void {
    this.#vad.reset();
    this.#unbroken = 0;
    this.#giveContext();
  }

  /** With the context given once, every further frame makes exactly one step of the model. */
  #giveContext(): void {
    this.#vad.acceptWaveform(new Float32Array(contextSamples));
  }
}

/** Decisions for one channel, frame by frame. */
export class Detector {
  readonly #first: Listener;
  readonly #second: Listener;
  #gate = new SilenceGate();
  #rise = new SoundRise();
  #before: Int16Array[] = [];
  /** Frames that the second one has listened in vain, while it listens. */
  #vain: number | undefined;
  #still = 0;

  constructor(modelPath: string, on: number = detection.on) {
    this.#first = new Listener(modelPath, on);
    this.#second = new Listener(modelPath, on);
  }

  /** For another channel, as if it were new: loading the model takes longer than hearing 20 s with it. */
  startAfresh(): void {
    this.#first.startAfresh();
    this.#gate = new SilenceGate();
    this.#rise = new SoundRise();
    this.#before = [];
    this.#vain = undefined;
    this.#still = 0;
  }

  /** Whether somebody speaks in this frame of 512 samples. */
  hear(frame: Int16Array): boolean {
    const rises = this.#rise.push(frame);
    const decision = this.#gate.decide(frame, this.#first.speaking);
    const earlier = [...this.#before];
    this.#before.push(frame);
    if (this.#before.length > earlierFrames) this.#before.shift();
    if (decision === 'skip') {
      this.#vain = undefined;
      return false;
    }
    if (decision === 'wake') for (const one of earlier) this.#first.hear(one);
    const speaking = this.#first.hear(frame) ? this.#leaveToFirst() : this.#askSecond(frame, earlier, rises);
    if (speaking) this.#rise.spoken();
    return speaking;
  }

  #leaveToFirst(): true {
    this.#vain = undefined;
    return true;
  }

  #askSecond(frame: Int16Array, earlier: readonly Int16Array[], rises: boolean): boolean {
    if (this.#vain === undefined) {
      if (!rises) return false;
      this.#second.startAfresh();
      for (const one of earlier) this.#second.hear(one);
      this.#vain = 0;
      this.#still = 0;
    }
    const speaking = this.#second.hear(frame);
    this.#vain = speaking ? 0 : this.#vain + 1;
    this.#still = this.#rise.loud ? 0 : this.#still + 1;
    if (this.#still > detection.tailFrames || this.#vain > detection.secondFrames) this.#vain = undefined;
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
