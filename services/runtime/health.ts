import type { DiskGuard } from './disk-guard.ts';
import type { Log } from './log.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { CircuitStatus, RuntimeSnapshot, RuntimeStore, StageStatus } from './ports.ts';

export interface StageHealth extends StageStatus {
  readonly circuit: { readonly dependency: string; readonly since: number; readonly message: string } | null;
}

export interface RuntimeHealth {
  /** Work can be done. */
  readonly ready: boolean;
  /** New recordings are taken. */
  readonly accepting: boolean;
  /** Why not, for people. */
  readonly reasons: readonly string[];
  readonly stages: readonly StageHealth[];
  readonly dead: number;
  readonly outbox: number;
  readonly oldestOutboxMs: number | null;
}

/** One look at everything; `metrics` shows the same numbers. A database that does not answer is said, not thrown. */
export async function lookAtHealth(deps: {
  readonly store: Pick<RuntimeStore, 'snapshot'>;
  readonly stages: readonly string[];
  readonly disk: DiskGuard | undefined;
  readonly running: boolean;
  readonly metrics: RuntimeMetrics;
  readonly log: Log;
}): Promise<RuntimeHealth> {
  const reasons: string[] = [];
  if (!deps.running) reasons.push('The product starts or stops.');
  const disk = await deps.disk?.check();
  if (disk !== undefined) deps.metrics.freeDisk(disk.freeBytes);
  if (disk?.reason !== undefined) reasons.push(disk.reason);
  let snapshot: RuntimeSnapshot | undefined;
  try {
    snapshot = await deps.store.snapshot();
    deps.metrics.show(snapshot);
  } catch (error) {
    deps.log.warn({ error }, 'no health: the database does not answer');
    reasons.push('The database does not answer.');
  }
  for (const { stage, dependency } of snapshot?.circuits ?? []) reasons.push(`${stage} waits for ${dependency}.`);
  return {
    ready: deps.running && snapshot !== undefined,
    accepting: deps.running && snapshot !== undefined && (disk?.accepting ?? true),
    reasons,
    stages: deps.stages.map((stage) => healthOf(stage, snapshot)),
    dead: snapshot?.dead ?? 0,
    outbox: snapshot?.outbox ?? 0,
    oldestOutboxMs: snapshot?.oldestOutboxMs ?? null,
  };
}

function healthOf(stage: string, snapshot: RuntimeSnapshot | undefined): StageHealth {
  const status = snapshot?.stages.find((each) => each.stage === stage);
  const circuit: CircuitStatus | undefined = snapshot?.circuits.find((each) => each.stage === stage);
  return {
    stage,
    ready: status?.ready ?? 0,
    working: status?.working ?? 0,
    waiting: status?.waiting ?? 0,
    oldestReadyMs: status?.oldestReadyMs ?? null,
    circuit:
      circuit === undefined ? null : { dependency: circuit.dependency, since: circuit.openSince, message: circuit.message },
  };
}
