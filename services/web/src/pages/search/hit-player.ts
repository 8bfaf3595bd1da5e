import { useSyncExternalStore } from 'react';

/** What is heard: one stretch of one call at a time. Milliseconds from the start of the call. */
export interface Playing {
  /** The row that plays. */
  readonly key: string;
  readonly callId: string;
  readonly fromMs: number;
  /** Playing stops there; undefined: it goes on to the end of the call. */
  readonly toMs: number | undefined;
  readonly atMs: number;
  readonly paused: boolean;
  readonly failed: boolean;
}

export interface Stretch {
  readonly key: string;
  readonly callId: string;
  readonly fromMs: number;
  readonly toMs: number | undefined;
}

/** Heard after the last word, so that it is not cut. */
const tailMs = 350;
/** A single word is over before one has listened: so long at least. */
const shortestMs = 2_000;

/** Plays hits in place. The audio element is the clock; it fetches ranges of the recording, not all of it. */
export class HitPlayer {
  readonly #audio = new Audio();
  readonly #listeners = new Set<() => void>();
  readonly #source: (callId: string) => string;
  #now: Playing | undefined;
  #frame = 0;

  constructor(source: (callId: string) => string) {
    this.#source = source;
    this.#audio.preload = 'auto';
    for (const event of ['play', 'pause', 'seeked', 'ended', 'timeupdate'])
      this.#audio.addEventListener(event, () => this.#tick());
    this.#audio.addEventListener('error', () => {
      if (this.#now !== undefined && this.#audio.getAttribute('src') !== null)
        this.#set({ ...this.#now, paused: true, failed: true });
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Playing | undefined => this.#now;

  /** Plays a stretch from its start; a second time pauses it, and goes on from there. */
  toggle(stretch: Stretch): void {
    if (this.#now?.key !== stretch.key || this.#now.failed) this.#start(stretch);
    else if (!this.#audio.paused) this.#audio.pause();
    else {
      const { fromMs, toMs, atMs } = this.#now;
      const over = toMs !== undefined && atMs >= stopAt(fromMs, toMs);
      if (over || this.#audio.ended) this.#audio.currentTime = this.#now.fromMs / 1000;
      void this.#audio.play().catch(() => undefined);
    }
  }

  /** Moves to a place and goes on from there, past the end of the stretch. */
  seek(ms: number): void {
    if (this.#now === undefined) return;
    this.#audio.currentTime = Math.max(0, ms) / 1000;
    this.#set({ ...this.#now, atMs: Math.max(0, ms), toMs: undefined });
  }

  stop(): void {
    this.#audio.pause();
    cancelAnimationFrame(this.#frame);
    this.#audio.removeAttribute('src');
    this.#audio.load();
    this.#audio.remove();
    this.#set(undefined);
  }

  #start({ key, callId, fromMs, toMs }: Stretch): void {
    const same = this.#now?.callId === callId && !this.#now.failed;
    this.#set({ key, callId, fromMs, toMs, atMs: fromMs, paused: false, failed: false });
    const begin = (): void => {
      this.#audio.currentTime = fromMs / 1000;
      void this.#audio.play().catch(() => undefined);
    };
    if (same && this.#audio.readyState >= 1) {
      begin();
      return;
    }
    this.#audio.pause();
    // In the page, so that whoever looks at what sounds finds it there.
    document.body.append(this.#audio);
    this.#audio.src = this.#source(callId);
    this.#audio.addEventListener(
      'loadedmetadata',
      () => {
        if (this.#now?.key === key) begin();
      },
      { once: true },
    );
    this.#audio.load();
  }

  /** With every frame while it plays: where it is, and whether the stretch is over. */
  #tick(): void {
    const now = this.#now;
    if (now === undefined) return;
    const loaded = this.#audio.readyState >= 1 && !this.#audio.seeking;
    const atMs = loaded ? Math.round(this.#audio.currentTime * 1000) : now.atMs;
    if (!this.#audio.paused && loaded && now.toMs !== undefined && atMs >= stopAt(now.fromMs, now.toMs)) this.#audio.pause();
    const loading = this.#audio.readyState < 1;
    const paused = this.#audio.paused && !loading;
    if (atMs !== now.atMs || paused !== now.paused) this.#set({ ...now, atMs, paused });
    cancelAnimationFrame(this.#frame);
    if (!this.#audio.paused) this.#frame = requestAnimationFrame(() => this.#tick());
  }

  #set(now: Playing | undefined): void {
    this.#now = now;
    for (const listener of this.#listeners) listener();
  }
}

const stopAt = (fromMs: number, toMs: number): number => Math.max(toMs + tailMs, fromMs + shortestMs);

/** What plays of one row; undefined while another one or none does. Other rows are not drawn again with every frame. */
export function usePlaying(player: HitPlayer, key: string): Playing | undefined {
  return useSyncExternalStore(player.subscribe, () => {
    const now = player.snapshot();
    return now?.key === key ? now : undefined;
  });
}
