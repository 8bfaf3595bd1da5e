import { setTimeout as sleep } from 'node:timers/promises';
import { type KafkaBus, kafkaBus } from '../adapters/kafka/index.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { Failure, type RawStore, type Settings, type Stage } from '../kernel/index.ts';
import {
  busRelay,
  type EventBus,
  type Hearer,
  hearFor,
  type Log,
  type RuntimeMetrics,
  type RuntimeStore,
  type ShutdownStep,
} from '../runtime/index.ts';
import { keepUp } from './upkeep.ts';

/** Owner of the bytes of records that could not be read; it has a key of its own in the raw store. */
export const unreadOwner = 'unread-events';

export interface FlowDeps {
  readonly settings: Settings;
  readonly database: Database;
  readonly store: RuntimeStore;
  readonly raw: RawStore;
  readonly log: Log;
  readonly metrics: RuntimeMetrics;
  readonly stages: readonly Stage[];
  readonly relays: boolean;
  /** Makes the topics that are missing, where the settings say how: there is no migrate before this process. */
  readonly makesTopics: boolean;
  /** The bus gave up on this process for good. */
  readonly crashed: (error: unknown) => void;
}

/** Events between processes over the bus of the settings. */
export interface EventFlow {
  /** Why this process cannot hear or relay yet, for people; undefined when it does. */
  trouble(): string | undefined;
  /** Stops hearing; comes before the work is stopped. */
  readonly hearing: ShutdownStep;
  /** Sends what the last work left, then closes the bus; comes after the work was stopped. */
  readonly sending: ShutdownStep;
}

/** Bus of the settings; undefined where events stay in the database. */
export function busOf({ events: { kafka } }: Settings, log: Log): KafkaBus | undefined {
  return kafka === undefined ? undefined : kafkaBus(kafka, log);
}

/**
 * Begins to hear for the stages and to relay. A bus that is away is waited for, topics that are missing as well: nothing else of
 * the process depends on it.
 */
export function startEventFlow(bus: KafkaBus, deps: FlowDeps): EventFlow {
  const { log } = deps;
  const layout = deps.makesTopics ? deps.settings.events.kafka?.create : undefined;
  const stop = new AbortController();
  const state: { trouble: string | undefined; hearer: Hearer | undefined } = {
    trouble: 'Kafka was not reached yet.',
    hearer: undefined,
  };
  const relay = deps.relays
    ? busRelay({
        store: deps.store,
        bus,
        lead: (work, until) => deps.database.lead('relay', work, until),
        tuning: { relayBatch: 200, relayGapMs: 20, pollMs: 1_000 },
        log,
      })
    : undefined;
  const begin = async (): Promise<void> => {
    let relaying = false;
    for (let wait = 500; !stop.signal.aborted; wait = Math.min(wait * 2, 10_000))
      try {
        if (layout !== undefined) await bus.createTopics(layout);
        const topics = await bus.check();
        log.info({ topics }, 'the topics are there');
        if (!relaying) await relay?.start();
        relaying = true;
        if (deps.stages.length > 0) state.hearer = await hearFor(hearerDeps(bus, deps), deps.stages);
        state.trouble = undefined;
        return;
      } catch (error) {
        state.trouble = error instanceof Failure ? error.message : 'Kafka was not reached yet.';
        log.warn({ error }, 'the bus cannot be used yet; tried again');
        await sleep(wait, undefined, { signal: stop.signal }).catch(() => undefined);
      }
  };
  const beginning = begin();
  const lag = keepUp({ name: 'bus lag', everyMs: 15_000, work: async () => state.hearer?.showLag() }, log);
  return {
    trouble: () => {
      if (state.trouble !== undefined) return state.trouble;
      return state.hearer?.joined === false ? 'This process is not a member of its Kafka group yet.' : undefined;
    },
    hearing: {
      name: 'hearing',
      patienceMs: 10_000,
      stop: async () => {
        stop.abort();
        await beginning;
        await state.hearer?.stop();
      },
    },
    sending: {
      name: 'event bus',
      patienceMs: 15_000,
      stop: async () => {
        await lag.stop();
        await relay?.stop();
        await bus.close();
      },
    },
  };
}

const hearerDeps = (bus: EventBus, deps: FlowDeps): Parameters<typeof hearFor>[0] => ({
  store: deps.store,
  bus,
  keepBytes: async ({ topic, partition, offset, bytes }) => {
    const name = `${topic}/${partition}-${offset}`;
    await deps.raw.put(unreadOwner, name, bytes);
    return name;
  },
  log: deps.log,
  metrics: deps.metrics,
  groupPrefix: deps.settings.events.kafka?.groupPrefix ?? 'plumbline',
  crashed: deps.crashed,
});
