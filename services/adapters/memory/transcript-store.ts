import type { StoredTranscript, TranscriptStore } from '../../../transcribe/index.ts';
import type { Tx } from '../../kernel/index.ts';

/** Transcripts in memory; passes the same contract suite as the database. */
export class MemoryTranscriptStore implements TranscriptStore {
  readonly #rows = new Map<string, StoredTranscript>();
  readonly #requested = new Map<string, string>();
  readonly #current = new Map<string, string>();

  async request(_tx: Tx, callId: string, recipeHash: string): Promise<boolean> {
    const before = this.#current.get(callId);
    this.#requested.set(callId, recipeHash);
    const there = [...this.#rows.values()].find((row) => row.callId === callId && row.recipeHash === recipeHash);
    if (there === undefined) return false;
    this.#current.set(callId, there.transcriptId);
    return before !== undefined && before !== there.transcriptId;
  }

  async save(_tx: Tx, row: StoredTranscript): Promise<void> {
    if (!this.#rows.has(row.transcriptId)) this.#rows.set(row.transcriptId, row);
    if (this.#requested.get(row.callId) === row.recipeHash) this.#current.set(row.callId, row.transcriptId);
  }

  async current(callId: string): Promise<StoredTranscript | undefined> {
    const id = this.#current.get(callId);
    return id === undefined ? undefined : this.#rows.get(id);
  }

  async currentInside(_tx: Tx, callId: string): Promise<StoredTranscript | undefined> {
    return this.current(callId);
  }

  async erase(_tx: Tx, callId: string): Promise<void> {
    this.#requested.delete(callId);
    this.#current.delete(callId);
    for (const [id, row] of this.#rows) if (row.callId === callId) this.#rows.delete(id);
  }
}
