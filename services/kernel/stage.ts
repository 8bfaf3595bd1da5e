import type { NewEvent, Topic } from './events/envelope.ts';
import type { Outcome } from './outcome.ts';
import type { Recipe } from './recipe.ts';
import type { Tx } from './tx.ts';

/** A leased job, as a stage sees it. */
export interface Job {
  readonly id: string;
  readonly stage: string;
  readonly callId: string;
  readonly recipe: Recipe;
  readonly recipeHash: string;
  /** W3C trace context of the delivery that began all this. */
  readonly traceparent: string;
}

/** What a stage's work gets beside the job. */
export interface Work {
  /** Aborted when the lease is lost or the process shuts down: stop at once, leave nothing half done under a final name. */
  readonly signal: AbortSignal;
}

/**
 * A stage hears a topic (or what else may change its result), does one thing and tells the next.
 * An event is a hint: `plan` reads the call's *current* state by id.
 */
export interface Stage {
  readonly name: string;
  readonly hears: Topic | readonly Topic[];
  /** How many jobs one process works on at a time. */
  readonly concurrency: number;
  /**
   * Inside the hearing transaction: what is to be made of this call now, or null for nothing. Also notes the recipe as the one
   * last *requested* for the call, since results move `current_*` only when their recipe is that one. Where an earlier result
   * becomes current by that, its job is a duplicate and says nothing: then `tell` sends what that job's end sent.
   */
  plan(tx: Tx, callId: string, tell: (event: NewEvent) => void): Promise<Recipe | null>;
  /** The work, outside any transaction. Effects outside the database have deterministic names and are conditional puts. */
  work(job: Job, work: Work): Promise<Outcome>;
}
