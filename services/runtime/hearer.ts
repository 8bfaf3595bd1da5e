import { setTimeout as sleep } from 'node:timers/promises';
import { type Envelope, Failure, type Stage } from '../kernel/index.ts';
import type { BusRecord, EventBus, Hearing } from './event-bus.ts';
import { readEvent } from './event-envelope.ts';
import type { Log } from './log.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { HeardEvent, RuntimeStore } from './ports.ts';
import { planFor } from './relay-loop.ts';
import { traceIdOf } from './trace-context.ts';

/** An event whose plan fails is planned this often, then it is a dead letter. */
const planAttempts = 5;

/** Keeps the bytes of a record that cannot be read where raw data lie; gives the name under which. */
export type KeepBytes = (record: BusRecord) => Promise<string>;

export interface HearerDeps {
  readonly store: Pick<RuntimeStore, 'hear' | 'park'>;
  readonly bus: Pick<EventBus, 'hear'>;
  readonly keepBytes: KeepBytes;
  readonly log: Log;
  readonly metrics: RuntimeMetrics;
  /** Stands before the stage's name in its group. */
  readonly groupPrefix: string;
  /** The bus gave up on one of the groups. */
  readonly crashed: (error: unknown) => void;
  readonly failureWaitMs?: number;
}

export interface Hearer {
  readonly joined: boolean;
  /** Looks at the lag of each group and shows it as a metric; a bus that is away shows nothing. */
  showLag(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Hears for stages, each as a group of its own: an event becomes the jobs that its stage plans, in the same transaction for a
 * whole batch, and only then counts as heard. What cannot be read, and an event whose plan fails again and again, is kept aside
 * as a dead letter under its place. When the database or the raw store is away nothing counts as heard.
 */
export async function hearFor(deps: HearerDeps, stages: readonly Stage[]): Promise<Hearer> {
  const hearings: { readonly group: string; readonly hearing: Hearing }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(hearings.map(({ hearing }) => hearing.stop()));
  };
  try {
    for (const stage of stages) {
      const group = `${deps.groupPrefix}.${stage.name}`;
      const hearing = await deps.bus.hear({
        group,
        topics: [stage.hears].flat(),
        heard: (records) => hearRecords(deps, stage, records),
        crashed: deps.crashed,
      });
      hearings.push({ group, hearing });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    get joined() {
      return hearings.every(({ hearing }) => hearing.joined);
    },
    showLag: async () => {
      for (const { group, hearing } of hearings)
        try {
          for (const { topic, partition, records } of await hearing.lag()) deps.metrics.lag(group, topic, partition, records);
        } catch (error) {
          deps.log.debug({ error, group }, 'the lag of a group could not be looked at');
        }
    },
    stop,
  };
}

async function hearRecords(deps: HearerDeps, stage: Stage, records: readonly BusRecord[]): Promise<void> {
  const { store, log, metrics } = deps;
  const events: { readonly heard: HeardEvent; readonly record: BusRecord }[] = [];
  for (const record of records) {
    const event = await eventOf(deps, record);
    if (event !== undefined) events.push({ heard: { event, lane: record.lane }, record });
  }
  const plan = planFor([stage]);
  const failures = new Map<string, number>();
  for (let left = events; left.length > 0;) {
    const report = await store.hear(
      left.map(({ heard }) => heard),
      plan,
    );
    if (report.failed === undefined) break;
    const { event, error } = report.failed;
    const attempts = (failures.get(event.id) ?? 0) + 1;
    failures.set(event.id, attempts);
    const dead = attempts >= planAttempts;
    log.error(
      { topic: event.type, callId: event.callId, dead, traceId: traceIdOf(event.traceparent), error },
      'an event could not be planned',
    );
    if (!dead) {
      await sleep((deps.failureWaitMs ?? 200) * attempts);
      continue;
    }
    for (const { heard, record } of left.filter((each) => each.heard.event.id === event.id))
      await store.park({
        kind: 'event',
        place: placeOf(record),
        event: heard.event,
        lane: heard.lane,
        code: error instanceof Failure ? error.code : 'plan.bug',
        message: 'What is to be done about this event could not be decided.',
        attempts,
      });
    left = left.filter(({ heard }) => heard.event.id !== event.id);
  }
  for (const topic of new Set(records.map((record) => record.topic)))
    metrics.heard(topic, records.filter((record) => record.topic === topic).length);
}

const placeOf = ({ topic, partition, offset }: BusRecord) => ({ topic, partition, offset });

/** The record's event; undefined after it was kept aside. */
async function eventOf(deps: HearerDeps, record: BusRecord): Promise<Envelope | undefined> {
  const read = readEvent(record.bytes);
  if (read.kind === 'event' && read.event.type === record.topic) return read.event;
  const place = placeOf(record);
  const rawObject = await deps.keepBytes(record);
  const known = { place, lane: record.lane, rawObject, attempts: 1 } as const;
  if (read.kind === 'unknown-version') {
    deps.log.error({ ...place, version: read.version }, 'an event of a newer product is kept aside until this one is updated');
    await deps.store.park({
      ...known,
      kind: 'unknown-version',
      code: 'events.unknown-version',
      message: `An event of version ${read.version}, from a newer product; update this one, then replay it.`,
    });
  } else {
    deps.log.error(place, 'a record that is no event is kept aside');
    await deps.store.park({
      ...known,
      kind: 'unreadable',
      code: 'events.unreadable',
      message: 'A record on the bus is no event that this product knows; its bytes are kept.',
    });
  }
  return undefined;
}
