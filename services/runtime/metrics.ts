import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RuntimeSnapshot } from './ports.ts';

/** How a job's turn ended, as it is counted. */
export type JobEnd = 'done' | 'refused' | 'dropped' | 'failed' | 'dead' | 'waiting' | 'released' | 'lost';

export interface RuntimeMetrics {
  readonly registry: Registry;
  ended(stage: string, end: JobEnd, seconds: number): void;
  heard(topic: string, count: number): void;
  show(snapshot: RuntimeSnapshot): void;
  freeDisk(bytes: number): void;
  /** Records that a group did not hear yet: a sign of health, not what to scale on. */
  lag(group: string, topic: string, partition: number, records: number): void;
}

/** Prometheus metrics of the runtime. Labels are stages, outcomes and dependencies: never a call, never content. */
export function runtimeMetrics(registry: Registry = new Registry()): RuntimeMetrics {
  const registers = [registry];
  const jobs = new Counter({
    name: 'plumbline_jobs_total',
    help: 'Jobs by how their turn ended',
    labelNames: ['stage', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'plumbline_job_seconds',
    help: 'Time of a job from lease to outcome',
    labelNames: ['stage'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 30, 120, 600, 3600],
    registers,
  });
  const events = new Counter({ name: 'plumbline_events_total', help: 'Events heard', labelNames: ['topic'], registers });
  const gauge = (name: string, help: string, ...labelNames: string[]): Gauge => new Gauge({ name, help, labelNames, registers });
  const ready = gauge('plumbline_ready_jobs', 'Jobs that could run now', 'stage');
  const working = gauge('plumbline_working_jobs', 'Jobs under a lease', 'stage');
  const waiting = gauge('plumbline_waiting_jobs', 'Jobs that wait for their next try', 'stage');
  const oldest = gauge('plumbline_oldest_ready_seconds', 'Age of the oldest ready job: scale and alarm on this', 'stage');
  const circuits = gauge('plumbline_open_circuits', 'Stages that wait for a dependency', 'stage', 'dependency');
  const dead = gauge('plumbline_dead_letters', 'Dead letters');
  const outbox = gauge('plumbline_outbox_events', 'Events not yet relayed');
  const oldestOutbox = gauge('plumbline_oldest_outbox_seconds', 'Age of the oldest event not yet relayed');
  const disk = gauge('plumbline_free_disk_bytes', 'Free space of the data folder');
  const lag = gauge(
    'plumbline_bus_lag_records',
    'Records on the bus that a group did not hear yet',
    'group',
    'topic',
    'partition',
  );
  return {
    registry,
    lag: (group, topic, partition, records) => lag.set({ group, topic, partition: String(partition) }, records),
    ended: (stage, outcome, took) => {
      jobs.inc({ stage, outcome });
      seconds.observe({ stage }, took);
    },
    heard: (topic, count) => events.inc({ topic }, count),
    freeDisk: (bytes) => disk.set(bytes),
    show: (snapshot) => {
      for (const each of [ready, working, waiting, oldest, circuits]) each.reset();
      for (const stage of snapshot.stages) {
        ready.set({ stage: stage.stage }, stage.ready);
        working.set({ stage: stage.stage }, stage.working);
        waiting.set({ stage: stage.stage }, stage.waiting);
        oldest.set({ stage: stage.stage }, (stage.oldestReadyMs ?? 0) / 1000);
      }
      for (const { stage, dependency } of snapshot.circuits) circuits.set({ stage, dependency }, 1);
      dead.set(snapshot.dead);
      outbox.set(snapshot.outbox);
      oldestOutbox.set((snapshot.oldestOutboxMs ?? 0) / 1000);
    },
  };
}
