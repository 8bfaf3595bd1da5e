import { setTimeout as sleep } from 'node:timers/promises';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { Failure, type NewEvent, type Outcome, Refused, type Stage } from '../kernel/index.ts';
import { LeaseLost } from './lease-keeper.ts';
import type { Log } from './log.ts';
import type { JobEnd, RuntimeMetrics } from './metrics.ts';
import type { LeasedJob, RuntimeStore } from './ports.ts';
import { contextOf, traceIdOf, traceparentOf } from './trace-context.ts';
import type { Tuning } from './tuning.ts';
import { waitAfterFailure } from './waits.ts';

export interface PerformDeps {
  readonly store: RuntimeStore;
  readonly tuning: Tuning;
  readonly log: Log;
  readonly metrics: RuntimeMetrics;
}

/**
 * One job under its lease, from work to stored outcome, and one line about it in the log. Never throws: what becomes of a job
 * is in the store.
 */
export async function perform(deps: PerformDeps, stage: Stage, job: LeasedJob, signal: AbortSignal): Promise<JobEnd> {
  const started = performance.now();
  const tracer = trace.getTracer('plumbline');
  const parent = contextOf(job.traceparent);
  const span = tracer.startSpan(stage.name, { attributes: { 'plumbline.call': job.callId } }, parent);
  const traceparent = traceparentOf(span, job.traceparent);
  const within = trace.setSpan(parent, span);
  const verdict = await context.with(within, () => work(stage, job, signal));
  let end: { kind: JobEnd; code?: string } = { kind: 'lost' };
  try {
    end = await settle(deps, job, verdict, signal, traceparent);
    if (job.probe && end.kind !== 'waiting' && end.kind !== 'lost' && end.kind !== 'released')
      await deps.store.closeCircuits(job.stage, job.id);
  } catch (error) {
    // The store is away: the lease runs out by itself and the job comes back.
    deps.log.error({ stage: stage.name, callId: job.callId, error }, 'outcome could not be stored');
  }
  const ms = Math.round(performance.now() - started);
  const bug = verdict.kind === 'bug';
  if (bug || end.kind === 'failed' || end.kind === 'dead') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  deps.metrics.ended(stage.name, end.kind, ms / 1000);
  const line = {
    stage: stage.name,
    callId: job.callId,
    outcome: end.kind,
    ...(end.code === undefined ? {} : { code: end.code }),
    ms,
    try: job.failures + 1,
    traceId: traceIdOf(traceparent),
    ...(verdict.kind === 'bug' || verdict.kind === 'retry'
      ? { error: verdict.kind === 'bug' ? verdict.error : verdict.failure }
      : {}),
  };
  if (bug) deps.log.error(line, 'stage');
  else if (end.kind === 'failed' || end.kind === 'dead' || end.kind === 'lost') deps.log.warn(line, 'stage');
  else deps.log.info(line, 'stage');
  return end.kind;
}

/** What a stage said, or threw. */
type Verdict = Outcome | { readonly kind: 'bug'; readonly error: unknown };

async function work(stage: Stage, job: LeasedJob, signal: AbortSignal): Promise<Verdict> {
  try {
    return await stage.work(job, { signal });
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', refusal: error.refusal };
    if (error instanceof Failure) return { kind: 'retry', failure: error };
    return { kind: 'bug', error };
  }
}

type End = { kind: JobEnd; code?: string };

async function settle(
  deps: PerformDeps,
  job: LeasedJob,
  verdict: Verdict,
  signal: AbortSignal,
  traceparent: string,
): Promise<End> {
  const { store } = deps;
  const aborted: unknown = signal.aborted ? signal.reason : undefined;
  if (aborted instanceof LeaseLost) return { kind: 'lost' };
  const good = verdict.kind === 'done' || verdict.kind === 'refused' || verdict.kind === 'dropped';
  if (aborted !== undefined && !good) {
    const ours = await untilStored(signal, () => store.giveBack(job.lease, { kind: 'released' }));
    return { kind: ours ? 'released' : 'lost' };
  }
  if (!good) return failed(deps, job, verdict.kind === 'bug' ? bugFailure(verdict.error) : verdict.failure, signal);
  const finished = verdict.kind === 'dropped' ? undefined : verdict.finished;
  let result;
  try {
    result = await untilStored(signal, () =>
      store.finish(job.lease, {
        outcome: verdict.kind,
        ...(verdict.kind === 'refused' ? { code: verdict.refusal.code, refusal: verdict.refusal } : {}),
        ...(verdict.kind === 'dropped' ? { code: verdict.reason } : {}),
        ...(finished === undefined ? {} : { write: (tx) => finished.write(tx) }),
        events: finished?.events ?? (verdict.kind === 'dropped' ? heardAgain(verdict.reason, job) : []),
        traceparent,
      }),
    );
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    deps.log.error({ stage: job.stage, callId: job.callId, error }, 'result could not be written');
    return failed(deps, job, error instanceof Failure ? error : bugFailure(error), signal);
  }
  if (result === 'lost') return { kind: 'lost' };
  if (result === 'erased') return { kind: 'dropped', code: 'erased' };
  return verdict.kind === 'refused' ? { kind: 'refused', code: verdict.refusal.code } : { kind: verdict.kind };
}

/**
 * What a job was overtaken by may itself have been taken back while the job ended: the call is heard again, and what is wanted
 * now is planned. The revision is of no account, an event is a hint.
 */
function heardAgain(reason: 'erased' | 'superseded', { callId }: LeasedJob): readonly NewEvent[] {
  return reason === 'superseded' ? [{ type: 'calls.received', callId, data: { revision: 0 } }] : [];
}

async function failed(deps: PerformDeps, job: LeasedJob, failure: Failure, signal: AbortSignal): Promise<End> {
  const { store, tuning } = deps;
  const trouble = { code: failure.code, message: failure.message };
  if (failure.failureCause === 'dependency') {
    const { retryAfterMs } = failure;
    const dependency = failure.dependency ?? failure.code;
    const ours = await untilStored(signal, () =>
      store.giveBack(job.lease, { kind: 'dependency', trouble, dependency, retryAfterMs }),
    );
    return { kind: ours ? 'waiting' : 'lost', code: failure.code };
  }
  const failures = job.failures + 1;
  const dead = !failure.retryable || failures >= tuning.maxFailures;
  const waitMs = Math.max(waitAfterFailure(job.id, failures, tuning.failureWaitMs), failure.retryAfterMs ?? 0);
  const ours = await untilStored(signal, () => store.giveBack(job.lease, { kind: 'failed', trouble, waitMs, dead }));
  return { kind: ours ? (dead ? 'dead' : 'failed') : 'lost', code: failure.code };
}

const bugFailure = (error: unknown): Failure =>
  new Failure({
    code: 'stage.bug',
    message: 'An error that nobody foresaw; the log names its place.',
    retryable: true,
    cause: error,
  });

const isDatabaseAway = (error: unknown): boolean => error instanceof Failure && error.dependency === 'database';

/**
 * Work that is done is not thrown away because the database is away for a while: storing is tried until it works, until the
 * lease is lost, or until the process has to stop.
 */
async function untilStored<T>(signal: AbortSignal, store: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++)
    try {
      return await store();
    } catch (error) {
      const retryable = error instanceof Failure && (error.dependency === 'database' || error.code === 'database.collision');
      const over = signal.aborted && (signal.reason instanceof LeaseLost || attempt >= 3);
      if (!retryable || over) throw error;
      await sleep(Math.min(100 * 2 ** attempt, 2_000));
    }
}
