import type { NewEvent, Tx } from '../../kernel/index.ts';

const undos = new WeakMap<Tx, (() => void)[]>();

/** What takes a write back when its transaction fails. Stores that register nothing keep what was written. */
export function onRollback(tx: Tx, undo: () => void): void {
  undos.get(tx)?.push(undo);
}

/** One transaction at a time over the memory stores; what it hears of events is handed on after it ended. */
export class MemoryTransactions {
  #last: Promise<unknown> = Promise.resolve();
  readonly #onEvents: (events: readonly NewEvent[]) => void;

  constructor(onEvents: (events: readonly NewEvent[]) => void = () => {}) {
    this.#onEvents = onEvents;
  }

  async inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const run = this.#last.then(async () => {
      const tx = Object.freeze({}) as Tx;
      undos.set(tx, []);
      try {
        return await work(tx);
      } catch (error) {
        for (const undo of undos.get(tx)?.toReversed() ?? []) undo();
        throw error;
      }
    });
    this.#last = run.catch(() => undefined);
    return run;
  }

  async accept<T>(write: (tx: Tx) => Promise<{ value: T; events: readonly NewEvent[] }>): Promise<T> {
    const { value, events } = await this.inTransaction(write);
    this.#onEvents(events);
    return value;
  }
}
