import { type RawBuilder, sql } from 'kysely';
import type { Recipe } from '../../kernel/index.ts';
import type { Lane, LeasedJob } from '../../runtime/ports.ts';

/** The channel on which the runtime's NOTIFY goes. */
export const stirChannel = 'plumbline_runtime';

export const laneNumber = (lane: Lane): number => (lane === 'new' ? 0 : 1);
export const laneOf = (number: number): Lane => (number === 0 ? 'new' : 'backfill');

export interface JobRow {
  readonly id: string;
  readonly stage: string;
  readonly call_id: string;
  readonly recipe: Recipe;
  readonly recipe_hash: string;
  readonly lane: number;
  readonly traceparent: string;
  readonly lease_number: number;
  readonly failures: number;
  readonly losses: number;
  readonly interruptions: number;
}

export function jobOf(row: JobRow, probe: boolean): LeasedJob {
  return {
    id: row.id,
    stage: row.stage,
    callId: row.call_id,
    recipe: row.recipe,
    recipeHash: row.recipe_hash,
    traceparent: row.traceparent,
    lease: { jobId: row.id, number: row.lease_number },
    lane: laneOf(row.lane),
    failures: row.failures,
    losses: row.losses,
    interruptions: row.interruptions,
    probe,
  };
}

/** `clock_timestamp() + n ms`: the database's clock alone decides. */
export const fromNow = (ms: number): RawBuilder<Date> =>
  sql`clock_timestamp() + ${ms}::double precision * interval '1 millisecond'`;

/** Rows as one parameter, for inserts of any length in one statement. */
export const asJson = (value: unknown): RawBuilder<unknown> => sql`${JSON.stringify(value)}::jsonb`;
