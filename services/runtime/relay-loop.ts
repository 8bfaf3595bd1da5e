import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../kernel/index.ts';
import type { Log } from './log.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { Plan, PlannedJob, RuntimeStore } from './ports.ts';
import { traceIdOf } from './trace-context.ts';
import type { Tuning } from './tuning.ts';

export interface RelayLoop {
  stir(): void;
  /** Moves what is there now, whatever else goes on; for the flush before the end. */
  drain(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * What hearing an event means: each stage that listens to its topic says what is to be made of the call now.
 */
export function planFor(stages: readonly Stage[]): Plan {
  return async (tx, { event }, tell) => {
    const planned: PlannedJob[] = [];
    for (const stage of stages) {
      if (![stage.hears].flat().includes(event.type)) continue;
      const recipe = await stage.plan(tx, event.callId, tell);
      if (recipe !== null) planned.push({ stage: stage.name, callId: event.callId, recipe });
    }
    return planned;
  };
}

/** The embedded relay: from the outbox to jobs, without a bus between. */
export function relayLoop(
  deps: {
    readonly store: Pick<RuntimeStore, 'relay'>;
    readonly stages: readonly Stage[];
    readonly tuning: Pick<Tuning, 'relayBatch' | 'relayGapMs'>;
    readonly log: Log;
    readonly metrics: RuntimeMetrics;
  },
  planned: (stage: string) => void,
): RelayLoop {
  const { store, tuning, log, metrics } = deps;
  const plan = planFor(deps.stages);
  let stopping = false;
  let turning: Promise<void> | undefined;
  let again = false;

  const turn = async (): Promise<number> => {
    const topics = new Map<string, number>();
    const report = await store.relay(tuning.relayBatch, (tx, heard, tell) => {
      topics.set(heard.event.type, (topics.get(heard.event.type) ?? 0) + 1);
      return plan(tx, heard, tell);
    });
    if (report.failed !== undefined) {
      const { event, error, dead } = report.failed;
      const line = {
        topic: event.type,
        callId: event.callId,
        dead,
        traceId: traceIdOf(event.traceparent),
        error,
      };
      log.error(line, 'an event could not be planned');
      return 1;
    }
    for (const [topic, count] of topics) metrics.heard(topic, count);
    for (const stage of Object.keys(report.planned)) planned(stage);
    return report.moved;
  };
  const drain = async (): Promise<void> => {
    while ((await turn()) > 0);
  };
  const stir = (): void => {
    if (stopping) return;
    if (turning !== undefined) {
      again = true;
      return;
    }
    turning = (async () => {
      try {
        do {
          again = false;
          while (!stopping && (await turn()) >= tuning.relayBatch);
          await sleep(tuning.relayGapMs);
        } while (again && !stopping);
      } catch (error) {
        log.warn({ error }, 'the relay could not work; it tries again');
      } finally {
        turning = undefined;
      }
    })();
  };
  return {
    stir,
    drain,
    stop: async () => {
      stopping = true;
      await turning;
    },
  };
}
