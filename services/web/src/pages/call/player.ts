import { useEffect, useState, useSyncExternalStore } from 'react';

/** A stretch that is being played; it stops where it ends. */
export interface PlayedStretch {
  readonly key: string;
  readonly startMs: number;
  readonly endMs: number;
}

interface State {
  readonly ms: number;
  readonly playing: boolean;
  readonly rate: number;
  readonly stretch: PlayedStretch | undefined;
  readonly skipping: boolean;
  /** The recording could not be read. */
  readonly broken: boolean;
}

const rates = [1, 1.25, 1.5, 2, 0.75] as const;

/**
 * One recording, played. The audio element is the clock: whatever shows a time asks it, on every frame while it plays. A
 * stretch begins exactly at its start and stops at its end.
 */
export class CallPlayer {
  readonly audio = new Audio();
  readonly #listeners = new Set<() => void>();
  #state: State = { ms: 0, playing: false, rate: 1, stretch: undefined, skipping: false, broken: false };
  readonly #source: string;
  #opened = false;
  #frame = 0;
  #silences: readonly { readonly startMs: number; readonly endMs: number }[] = [];
  /** Where to be once the recording is there. */
  #wanted: number | undefined;

  constructor(source: string) {
    this.#source = source;
    this.audio.preload = 'metadata';
    this.audio.addEventListener('play', () => this.#run());
    for (const event of ['pause', 'seeked', 'timeupdate']) this.audio.addEventListener(event, () => this.#look());
    this.audio.addEventListener('error', () => this.#set({ broken: this.#opened, playing: false }));
    this.audio.addEventListener('loadedmetadata', () => {
      if (this.#wanted !== undefined) this.audio.currentTime = this.#wanted / 1000;
      this.#wanted = undefined;
      this.audio.playbackRate = this.#state.rate;
      this.#set({ broken: false });
    });
  }

  /** Begins to read the recording; called again it tries once more. */
  readonly open = (): void => {
    this.#opened = true;
    this.audio.src = this.#source;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = (): State => this.#state;

  readonly toggle = (): void => {
    if (this.audio.paused) this.#play();
    else this.audio.pause();
  };

  readonly seek = (ms: number): void => {
    this.#set({ stretch: undefined });
    this.#moveTo(ms);
  };

  readonly by = (ms: number): void => this.seek(Math.max(0, this.#state.ms + ms));

  readonly playStretch = (stretch: PlayedStretch): void => {
    if (this.#state.stretch?.key === stretch.key && !this.audio.paused) {
      this.audio.pause();
      return;
    }
    this.#set({ stretch });
    this.#moveTo(stretch.startMs);
    this.#play();
  };

  readonly nextRate = (): void => {
    const rate = rates[(rates.indexOf(this.#state.rate as (typeof rates)[number]) + 1) % rates.length] ?? 1;
    this.audio.playbackRate = rate;
    this.#set({ rate });
  };

  readonly toggleSkipping = (): void => this.#set({ skipping: !this.#state.skipping });

  knowSilences(silences: readonly { readonly startMs: number; readonly endMs: number }[]): void {
    this.#silences = silences;
  }

  close(): void {
    this.#opened = false;
    cancelAnimationFrame(this.#frame);
    this.audio.pause();
    this.audio.removeAttribute('src');
    this.audio.load();
  }

  #play(): void {
    // A browser may refuse to play before anybody has touched the page: then the button still says play.
    void this.audio.play().catch(() => this.#look());
  }

  #moveTo(ms: number): void {
    if (this.audio.readyState === 0) this.#wanted = ms;
    else this.audio.currentTime = ms / 1000;
    this.#set({ ms });
  }

  #run(): void {
    cancelAnimationFrame(this.#frame);
    const frame = (): void => {
      this.#look();
      if (!this.audio.paused) this.#frame = requestAnimationFrame(frame);
    };
    frame();
  }

  #look(): void {
    const ms = this.#wanted ?? this.audio.currentTime * 1000;
    const { stretch, skipping } = this.#state;
    if (stretch !== undefined && !this.audio.paused && ms >= stretch.endMs) this.audio.pause();
    const silence =
      skipping && stretch === undefined
        ? this.#silences.find((each) => ms > each.startMs + 300 && ms < each.endMs - 600)
        : undefined;
    if (silence !== undefined && !this.audio.paused) this.audio.currentTime = (silence.endMs - 300) / 1000;
    this.#set({ ms, playing: !this.audio.paused });
  }

  #set(part: Partial<State>): void {
    const next = { ...this.#state, ...part };
    if ((Object.keys(part) as (keyof State)[]).every((key) => next[key] === this.#state[key])) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}

/** The player of a call for as long as its page is shown. */
export function useCallPlayer(callId: string): CallPlayer {
  const [player] = useState(() => new CallPlayer(`/api/v1/calls/${callId}/audio`));
  useEffect(() => {
    player.open();
    return () => player.close();
  }, [player]);
  return player;
}

/** One thing of the player's state; whoever reads it is drawn again only when it changes. */
export function usePlayer<T>(player: CallPlayer, read: (state: State) => T): T {
  return useSyncExternalStore(player.subscribe, () => read(player.state()));
}
