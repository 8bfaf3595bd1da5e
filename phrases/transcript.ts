/** A word as a recogniser gave it; confidence from 0 to 1. */
export interface SpokenWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly confidence?: number | undefined;
}

/** One turn. Only `agent`, `customer` and `unknown` are persons; anybody else (`system`) is no turn. */
export interface SpokenTurn {
  readonly id: string;
  readonly speaker: string;
  /** 0 to 1; under 0.7 a rule that asks for a speaker is not sure. */
  readonly speakerConfidence?: number | undefined;
  readonly channel?: number | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly words?: readonly SpokenWord[] | undefined;
}

/** Something played and not said: music, ringback, menu, dtmf, beep. */
export interface SpokenSound {
  readonly kind: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What the matcher needs of a transcript; a `Transcript` satisfies it. Times are milliseconds from the start. */
export interface SpokenTranscript {
  readonly language: string;
  readonly durationMs: number;
  readonly turns: readonly SpokenTurn[];
  readonly sounds?: readonly SpokenSound[] | undefined;
}
