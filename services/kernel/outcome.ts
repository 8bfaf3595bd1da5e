import type { NewEvent } from './events/envelope.ts';
import type { Failure } from './failure.ts';
import type { Refusal } from './refusal.ts';
import type { Tx } from './tx.ts';

/** What a stage's finished work asks the runtime to store, in the runtime's one transaction. */
export interface Finished {
  /** Writes the result's rows. Called inside the transaction, after the lease was checked; may be called again after a rollback. */
  write(tx: Tx): Promise<void>;
  readonly events: readonly NewEvent[];
}

/** What a stage says of its work. An exception instead of an outcome is a bug: it counts, and is logged with its cause. */
export type Outcome =
  | { readonly kind: 'done'; readonly finished: Finished }
  | { readonly kind: 'retry'; readonly failure: Failure }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly finished?: Finished }
  | { readonly kind: 'dropped'; readonly reason: 'erased' | 'superseded' };

export const done = (finished: Finished): Outcome => ({ kind: 'done', finished });
export const retry = (failure: Failure): Outcome => ({ kind: 'retry', failure });
export const refused = (refusal: Refusal, finished?: Finished): Outcome =>
  finished === undefined ? { kind: 'refused', refusal } : { kind: 'refused', refusal, finished };
export const dropped = (reason: 'erased' | 'superseded'): Outcome => ({ kind: 'dropped', reason });
