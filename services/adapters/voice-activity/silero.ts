import { join } from 'node:path';
import type { SpeechRegion, VoiceActivity, VoiceActivityStream } from '../../../transcribe/index.ts';
import { packageRoot } from '../../kernel/index.ts';
import { DetectorClient } from './detector-client.ts';
import { chunkFrames, detection, frameSamples } from './frames.ts';
import { SpeechRegions } from './speech-regions.ts';

const modelSha256 = '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3';
const chunkSamples = chunkFrames * frameSamples;

export interface SileroOptions {
  /** The detector's process ends after this long without a stream, in milliseconds. */
  readonly idleMs?: number | undefined;
}

/** Voice activity by Silero v6, in a process of its own that all streams share. */
export interface SileroVoiceActivity extends VoiceActivity {
  /** The detector's process, while there is one. */
  readonly pid: number | undefined;
  /** Ends the detector's process; streams that are still open fail. */
  close(): void;
}

/**
 * Regions are those of speech alone: not padded and not joined, at least 160 ms, at most 28 s (longer speech is cut at its
 * quietest place, and the pieces touch). Samples are 16 kHz, 16 bit. The same samples give the same regions, however they are
 * divided over `push`. When the detector's process dies, its streams throw a retryable Failure.
 */
export function sileroVoiceActivity(options: SileroOptions = {}): SileroVoiceActivity {
  const modelPath = join(packageRoot, 'services', 'adapters', 'voice-activity', 'silero_vad_v6.onnx');
  const { idleMs = 60_000 } = options;
  let client: DetectorClient | undefined;
  let open = 0;
  let next = 0;
  let idle: NodeJS.Timeout | undefined;

  const close = (): void => {
    clearTimeout(idle);
    client?.stop();
    client = undefined;
  };
  const released = (): void => {
    open -= 1;
    clearTimeout(idle);
    if (open === 0) idle = setTimeout(close, idleMs).unref();
  };
  // A stream that its user let go of without an end still takes memory in the detector's process.
  const abandoned = new FinalizationRegistry<() => void>((release) => release());

  return {
    version: versionOf(),
    get pid() {
      return client?.pid;
    },
    close,
    async open() {
      if (client?.alive !== true) client = new DetectorClient(modelPath, modelSha256);
      clearTimeout(idle);
      open += 1;
      const [detector, number] = [client, next++];
      let over = false;
      const release = (): void => {
        if (over) return;
        over = true;
        detector.forget(number);
        released();
      };
      const stream = new SileroStream((samples) => detector.hear(number, samples), release);
      abandoned.register(stream, release);
      return stream;
    },
  };
}

function versionOf(): string {
  const { model, ...parameters } = detection;
  return `${model} ${Object.values(parameters).join('/')}`;
}

/** Cuts what is pushed into whole frames, and frames into messages of two seconds, so that no step of it takes long. */
class SileroStream implements VoiceActivityStream {
  readonly #hear: (samples: Int16Array) => Promise<Uint8Array>;
  readonly #release: () => void;
  readonly #regions = new SpeechRegions();
  #rest = new Int16Array(0);
  #samples = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(hear: (samples: Int16Array) => Promise<Uint8Array>, release: () => void) {
    this.#hear = hear;
    this.#release = release;
  }

  push(samples: Int16Array): Promise<readonly SpeechRegion[]> {
    return this.#inOrder(async () => {
      this.#samples += samples.length;
      const all = new Int16Array(this.#rest.length + samples.length);
      all.set(this.#rest);
      all.set(samples, this.#rest.length);
      const whole = all.length - (all.length % frameSamples);
      const found: SpeechRegion[] = [];
      for (let start = 0; start < whole; start += chunkSamples)
        found.push(...(await this.#decide(all.slice(start, Math.min(whole, start + chunkSamples)))));
      this.#rest = all.slice(whole);
      return found;
    });
  }

  end(): Promise<readonly SpeechRegion[]> {
    return this.#inOrder(async () => {
      try {
        const found: SpeechRegion[] = [];
        if (this.#rest.length > 0) {
          const padded = new Int16Array(frameSamples);
          padded.set(this.#rest);
          found.push(...(await this.#decide(padded)));
        }
        const last = this.#regions.end(this.#samples);
        return last === undefined ? found : [...found, last];
      } finally {
        this.#release();
      }
    });
  }

  async #decide(frames: Int16Array): Promise<SpeechRegion[]> {
    const speech = await this.#hear(frames);
    const found: SpeechRegion[] = [];
    for (const [index, speaking] of speech.entries()) {
      const region = this.#regions.push(speaking === 1, loudnessOf(frames, index * frameSamples));
      if (region !== undefined) found.push(region);
    }
    return found;
  }

  /** Pushes that were not waited for still follow one another. */
  #inOrder<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function loudnessOf(samples: Int16Array, start: number): number {
  let sum = 0;
  for (let index = start; index < start + frameSamples; index++) sum += Math.abs(samples[index] ?? 0);
  return sum;
}
