import type { NewEvent, Tx } from '../../kernel/index.ts';

/** One transaction at a time over the memory stores; what it hears of events is handed on after it ended. */
export class MemoryTransactions {
  #last: Promise<unknown> = Promise.resolve();
  readonly #onEvents: (events: readonly NewEvent[]) => void;

  constructor(onEvents: (events: readonly NewEvent[]) => void = () => {}) {
    this.#onEvents = onEvents;
  }

  async inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const run = this.#last.then(() => work(Object.freeze({}) as Tx));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async accept<T>(write: (tx: Tx) => Promise<{ value: T; events: readonly NewEvent[] }>): Promise<T> {
    const { value, events } = await this.inTransaction(write);
    this.#onEvents(events);
    return value;
  }
}
