import { HeldSamples } from './held-samples.ts';
import { quietestPoint } from './loudness.ts';
import type { SpeechRegion } from './ports.ts';

/** How speech is packed for an engine whose encoder always takes 30 s. Seconds of sound. */
export interface WindowParameters {
  /** Regions nearer than this (after padding) are not torn apart. */
  readonly joinSeconds: number;
  /** Sound kept on both sides of a region. */
  readonly padSeconds: number;
  readonly maxSeconds: number;
  /** A window never reaches across a silence as long as this. */
  readonly silenceSeconds: number;
}

export const defaultWindowParameters: WindowParameters = { joinSeconds: 0.6, padSeconds: 0.2, maxSeconds: 28, silenceSeconds: 3 };

/** A stretch of one channel that is recognised in one go. Samples at 16 kHz from the start of the recording; end exclusive. */
export interface PackedWindow {
  readonly start: number;
  readonly end: number;
  readonly samples: Int16Array;
  /** The speech inside, as voice activity reported it (not padded), cut to the window. */
  readonly speech: readonly SpeechRegion[];
}

const rate = 16_000;
/** Voice activity reports a region at most this long after the oldest sample that may belong to it (see `VoiceActivityStream`). */
const undecidedSamples = 34 * rate;

/**
 * Packs one channel's speech regions into windows, as the sound streams by. A window comes out as soon as nothing that
 * follows can change it, and only the samples that may still be needed are held (about a minute of sound).
 * Speech without a pause is cut at its quietest point in the last two fifths of what a window holds.
 */
export class WindowPacker {
  readonly #join: number;
  readonly #pad: number;
  readonly #max: number;
  readonly #silence: number;
  readonly #held = new HeldSamples();
  #speech: SpeechRegion[] = [];
  /** The open window: packed so far, may still grow. */
  #window: SpeechRegion | undefined;
  /** Padded and joined regions that do not yet belong to a window; may still grow. */
  #pending: SpeechRegion | undefined;
  #out: PackedWindow[] = [];

  constructor(parameters: WindowParameters = defaultWindowParameters) {
    this.#join = Math.round(parameters.joinSeconds * rate);
    this.#pad = Math.round(parameters.padSeconds * rate);
    this.#max = Math.round(parameters.maxSeconds * rate);
    this.#silence = Math.round(parameters.silenceSeconds * rate);
  }

  /** Samples held now; bounded whatever the recording's length. */
  get heldSamples(): number {
    return this.#held.length;
  }

  /** The next samples of the channel, and the regions that voice activity is certain of after hearing them. */
  push(samples: Int16Array, regions: readonly SpeechRegion[]): readonly PackedWindow[] {
    this.#held.append(samples);
    for (const region of regions) this.#add(region);
    this.#settle(this.#held.end - undecidedSamples);
    return this.#take();
  }

  /** The recording is over: what was still open. */
  end(regions: readonly SpeechRegion[]): readonly PackedWindow[] {
    for (const region of regions) this.#add(region);
    this.#settle(Number.POSITIVE_INFINITY);
    return this.#take();
  }

  #add(region: SpeechRegion): void {
    if (region.end <= region.start) return;
    if (region.start < this.#held.start) {
      throw new RangeError(
        'voice activity reported a region after the sound of it was let go: it must report within a second, 30 s at most',
      );
    }
    this.#speech.push(region);
    const padded = { start: Math.max(0, region.start - this.#pad), end: region.end + this.#pad };
    const pending = this.#pending;
    if (pending !== undefined && padded.start - pending.end < this.#join) {
      this.#pending = { start: pending.start, end: Math.max(pending.end, padded.end) };
    } else {
      this.#placePending();
      this.#pending = padded;
    }
    this.#cutLongPending();
  }

  /** Everything that starts before `decided` is known: closes what nothing can change any more, lets go of what nobody needs. */
  #settle(decided: number): void {
    const nextStart = decided - this.#pad;
    if (this.#pending !== undefined && nextStart - this.#pending.end >= this.#join) this.#placePending();
    if (this.#window !== undefined && this.#pending === undefined && nextStart - this.#window.end >= this.#silence) this.#close();
    if (decided === Number.POSITIVE_INFINITY) return;
    this.#held.dropBefore(Math.min(this.#window?.start ?? nextStart, this.#pending?.start ?? nextStart, nextStart));
  }

  /** A joined region never changes once the next one stands apart from it: into the open window if it fits, else a new one. */
  #placePending(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    const open = this.#window;
    if (open !== undefined && pending.end - open.start <= this.#max && pending.start - open.end < this.#silence) {
      this.#window = { start: open.start, end: pending.end };
      return;
    }
    this.#close();
    this.#window = pending;
  }

  #cutLongPending(): void {
    for (;;) {
      const pending = this.#pending;
      if (pending === undefined || pending.end - pending.start <= this.#max) return;
      const from = pending.start + Math.round(this.#max * 0.6);
      const cut = from + quietestPoint(this.#held.slice(from, pending.start + this.#max));
      this.#close();
      this.#window = { start: pending.start, end: cut };
      this.#close();
      this.#pending = { start: cut, end: pending.end };
    }
  }

  #close(): void {
    const window = this.#window;
    if (window === undefined) return;
    this.#window = undefined;
    const end = Math.min(window.end, this.#held.end);
    const speech: SpeechRegion[] = [];
    const later: SpeechRegion[] = [];
    for (const region of this.#speech) {
      if (region.start < end) speech.push({ start: Math.max(region.start, window.start), end: Math.min(region.end, end) });
      if (region.end > end) later.push(region.start < end ? { start: end, end: region.end } : region);
    }
    this.#speech = later;
    if (speech.length > 0) this.#out.push({ start: window.start, end, samples: this.#held.slice(window.start, end), speech });
  }

  #take(): readonly PackedWindow[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}
