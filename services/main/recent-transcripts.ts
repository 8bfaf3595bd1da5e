import type { StoredTranscript, Transcript } from '../../transcribe/index.ts';
import type { ObjectStore } from '../kernel/index.ts';
import { readTranscript } from './read-transcript.ts';

/** How much text is held at most, in characters of what was said: with what scoring makes of it some 30 MB. */
const mostCharacters = 100_000;
const heldForMs = 30_000;

interface Held {
  readonly transcript: Transcript;
  readonly characters: number;
  readonly since: number;
}

/**
 * Transcripts that were just made or read: a call's stages follow each other closely, and what one of them reads of a transcript
 * the next need not. An object's name says its content, so nothing held is ever stale; it is forgotten soon all the same.
 */
export class RecentTranscripts {
  readonly #held = new Map<string, Held>();
  readonly #now: () => number;
  #characters = 0;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  keep(object: string, transcript: Transcript): void {
    this.#forget(object);
    const characters = transcript.turns.reduce((sum, { text }) => sum + text.length, 0);
    if (characters > mostCharacters) return;
    this.#held.set(object, { transcript, characters, since: this.#now() });
    this.#characters += characters;
    for (const [name, { since }] of this.#held) {
      if (this.#characters <= mostCharacters && since + heldForMs > this.#now()) break;
      this.#forget(name);
    }
  }

  /** Held, else read. */
  async read(objects: ObjectStore, stored: Pick<StoredTranscript, 'object'>): Promise<Transcript> {
    const held = this.#held.get(stored.object);
    if (held !== undefined && held.since + heldForMs > this.#now()) return held.transcript;
    const transcript = await readTranscript(objects, stored);
    this.keep(stored.object, transcript);
    return transcript;
  }

  #forget(object: string): void {
    const held = this.#held.get(object);
    if (held === undefined) return;
    this.#held.delete(object);
    this.#characters -= held.characters;
  }
}
