import type { Refusal } from '../services/kernel/index.ts';
import type { ArrivedLine, CallStore, DeliveryLine, ExpectedLine } from './ports.ts';

/** A recording in a reconciliation. Names and external ids are content. */
export interface ReconciledRecording {
  readonly source: string;
  readonly name: string;
  readonly externalId: string | undefined;
  /** UTC milliseconds; undefined where nothing said it. */
  readonly startedAt: number | undefined;
  readonly callId: string | undefined;
}

/** What arrived of a day against what should have. */
export interface Reconciliation {
  /** `2026-10-12`, in the centre's time zone. */
  readonly date: string;
  readonly zoneOffset: string;
  /** Lines of manifests for this day; each has arrived or is missing. */
  readonly expected: number;
  readonly arrived: number;
  readonly missing: readonly ReconciledRecording[];
  /** Calls of this day that no manifest named. */
  readonly unexpected: readonly ReconciledRecording[];
  /** Deliveries that are another's recording again. */
  readonly duplicates: readonly ReconciledRecording[];
  /** What arrived and cannot be scored: refused, in conflict with another recording, or failed on its way. */
  readonly failed: readonly (ReconciledRecording & { readonly reason: Refusal })[];
  /** What arrived and is not scored yet. */
  readonly unfinished: readonly ReconciledRecording[];
}

const dayMs = 86_400_000;

/** First moment of a day and of the next, UTC milliseconds; undefined when there is no such day. */
export function dayBounds(date: string, zoneOffset: string): { from: number; to: number } | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  const from = Date.parse(`${date}T00:00:00${zoneOffset}`);
  return { from, to: from + dayMs };
}

/**
 * Holds what manifests announced for a day against what arrived. A call belongs to the day of its start in the centre's time
 * zone; a manifest's line without a start to the day on which it was brought.
 * @throws RangeError for a date that is none
 */
export async function reconcile(
  calls: Pick<CallStore, 'expectedBetween' | 'arrivedBetween'>,
  date: string,
  zoneOffset: string,
): Promise<Reconciliation> {
  const day = dayBounds(date, zoneOffset);
  if (day === undefined) throw new RangeError('a date is YYYY-MM-DD');
  const [expected, arrived] = [await calls.expectedBetween(day.from, day.to), await calls.arrivedBetween(day.from, day.to)];
  const deliveries = deliveriesOf(expected, arrived);
  const missing = expected.filter(({ arrivals }) => arrivals.length === 0);
  return {
    date,
    zoneOffset,
    expected: expected.length,
    arrived: expected.length - missing.length,
    missing: missing.map((line) => ({ ...nameOf(line), callId: undefined })),
    unexpected: arrived.filter((line) => !line.isExpected && line.state === 'accepted').map(recordingOf),
    duplicates: deliveries.filter(({ state }) => state === 'duplicate').map(recordingOf),
    failed: deliveries.flatMap((line) => {
      const reason = reasonOf(line);
      return reason === undefined ? [] : [{ ...recordingOf(line), reason }];
    }),
    unfinished: deliveries
      .filter(({ state, callState }) => state === 'accepted' && (callState === 'received' || callState === 'transcribed'))
      .map(recordingOf),
  };
}

type Arrival = DeliveryLine & { readonly startedAt: number | undefined; readonly externalId: string | undefined };

/** Every delivery once, by source and name, whether it was found by its manifest's line or by its call's start. */
function deliveriesOf(expected: readonly ExpectedLine[], arrived: readonly ArrivedLine[]): Arrival[] {
  const byId = new Map<string, Arrival>();
  for (const { arrivals, startedAt, externalId } of expected)
    for (const line of arrivals) byId.set(line.deliveryId, { ...line, startedAt, externalId });
  for (const line of arrived) byId.set(line.deliveryId, line);
  return [...byId.values()].toSorted(
    (a, b) => order(a.source, b.source) || order(a.name, b.name) || order(a.deliveryId, b.deliveryId),
  );
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const nameOf = ({
  source,
  name,
  externalId,
  startedAt,
}: Omit<ReconciledRecording, 'callId'>): Omit<ReconciledRecording, 'callId'> => ({
  source,
  name,
  externalId,
  startedAt,
});

const recordingOf = (line: Arrival): ReconciledRecording => ({ ...nameOf(line), callId: line.callId });

const conflict: Refusal = {
  code: 'delivery.conflict',
  text: {
    zh: '该外部编号已有另一份录音；此文件已另行保存。',
    en: 'Another recording has this external id; the file was kept aside.',
  },
};

function reasonOf({ state, refusal, callState, callRefusal }: DeliveryLine): Refusal | undefined {
  if (state === 'refused') return refusal;
  if (state === 'conflict') return conflict;
  return state === 'accepted' && callState === 'failed' ? callRefusal : undefined;
}
