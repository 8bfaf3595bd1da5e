import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBus, Log, RuntimeStore } from '../../services/runtime/index.ts';
import { busRelay, createRuntime, hearFor } from '../../services/runtime/index.ts';
import { runtimeMetrics } from '../../services/runtime/metrics.ts';
import type { Stage } from '../../services/kernel/index.ts';
import type { EventPath } from '../contracts/event-path.ts';

const quick = { pollMs: 50, reapMs: 1_000, relayGapMs: 1, relayBatch: 50, stopPatienceMs: 100 };

/** Only plans: nobody works on the jobs. */
const idle = (stages: readonly Stage[]): Stage[] => stages.map((stage) => ({ ...stage, concurrency: 0 }));

/** Without a bus: the outbox to jobs, in this process. */
export const embeddedPath = (): EventPath => ({
  start: async (store: RuntimeStore, stages: readonly Stage[], log: Log) => {
    const runtime = createRuntime({ store, stages: [], plans: idle(stages), owner: 'test', log, tuning: quick });
    await runtime.start();
    return { stop: () => runtime.stop() };
  },
  end: () => Promise.resolve(),
});

/** Over a bus: a relay that always leads, and a hearer for each stage. */
export const busPath = (open: () => Promise<EventBus>, prefix: string, end: () => Promise<void>): EventPath => ({
  start: async (store: RuntimeStore, stages: readonly Stage[], log: Log) => {
    const bus = await open();
    const lead = async (work: (signal: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<void> => work(stop);
    const relay = busRelay({ store, bus, lead, tuning: { relayBatch: 50, relayGapMs: 1, pollMs: 50 }, log });
    const hearer = await hearFor(
      {
        store,
        bus,
        keepBytes: ({ topic, partition, offset }) => Promise.resolve(`${topic}/${partition}-${offset}`),
        log,
        metrics: runtimeMetrics(),
        groupPrefix: prefix,
        crashed: (error) => {
          throw error;
        },
        failureWaitMs: 1,
      },
      stages,
    );
    await relay.start();
    return {
      stop: async () => {
        await hearer.stop();
        await relay.stop();
        await sleep(0);
        await bus.close();
      },
    };
  },
  end,
});
