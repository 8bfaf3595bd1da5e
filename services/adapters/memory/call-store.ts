import {
  type ArrivedLine,
  type Call,
  type CallChange,
  type CallState,
  callStates,
  type CallStore,
  type Delivery,
  type DeliveryLine,
  type DeliveryState,
  deliveryStates,
  type ExpectedLine,
  type ExpectedRecording,
  type Known,
  type NewCall,
  type OpenErasure,
  type SeenFile,
} from '../../../ingest/index.ts';
import type { Refusal, Tx } from '../../kernel/index.ts';

interface Line extends Delivery {
  firstSeenAt: number;
  lastSeenAt: number;
  times: number;
}

/** Calls and ledger in memory: for the command on one file, and for tests. Passes the same contract suite as the database. */
export class MemoryCallStore implements CallStore {
  readonly #calls = new Map<string, Call>();
  readonly #lines = new Map<string, Line>();
  readonly #tombstones = new Set<string>();
  readonly #expected = new Map<string, ExpectedRecording & { readonly expectedAt: number }>();
  readonly #erasures = new Map<string, { busyAt: number; complete: boolean }>();

  async seen(files: readonly SeenFile[]): Promise<readonly boolean[]> {
    return files.map((file) =>
      [...this.#lines.values()].some(
        (line) =>
          line.source === file.source &&
          line.name === file.name &&
          line.sizeBytes === file.sizeBytes &&
          line.modifiedAt === file.modifiedAt,
      ),
    );
  }

  lockKnown(_tx: Tx, callId: string, audioSha256: string): Promise<Known> {
    return this.known(callId, audioSha256);
  }

  async known(callId: string, audioSha256: string): Promise<Known> {
    return {
      byId: this.#calls.get(callId),
      byAudio: [...this.#calls.values()]
        .filter((call) => call.audioSha256 === audioSha256 && call.state !== 'erased')
        .toSorted((a, b) => (a.callId < b.callId ? -1 : 1)),
      erased: this.#tombstones.has(callId) || this.#tombstones.has(audioSha256),
    };
  }

  async insertCall(_tx: Tx, call: NewCall, at: number): Promise<void> {
    this.#calls.set(call.callId, {
      ...call,
      corrections: {},
      revision: 1,
      state: 'received',
      refusal: undefined,
      receivedAt: at,
    });
  }

  async updateCall(_tx: Tx, callId: string, change: CallChange): Promise<number> {
    const call = this.#must(callId);
    const updated = { ...call, ...change, revision: call.revision + 1 };
    this.#calls.set(callId, updated);
    return updated.revision;
  }

  async writeDelivery(_tx: Tx, delivery: Delivery, at: number): Promise<boolean> {
    const line = this.#lines.get(delivery.deliveryId);
    if (line === undefined) {
      this.#lines.set(delivery.deliveryId, { ...delivery, firstSeenAt: at, lastSeenAt: at, times: 1 });
      return true;
    }
    this.#lines.set(delivery.deliveryId, {
      ...line,
      modifiedAt: delivery.modifiedAt,
      lastSeenAt: Math.max(at, line.lastSeenAt),
      times: line.times + 1,
    });
    return false;
  }

  async setCallState(_tx: Tx, callId: string, state: CallState, refusal?: Refusal): Promise<void> {
    const call = this.#must(callId);
    if (call.state === 'erased' || (call.state === 'scored' && state === 'transcribed')) return;
    this.#calls.set(callId, { ...call, state, refusal });
  }

  async get(callId: string): Promise<Call | undefined> {
    return this.#calls.get(callId);
  }

  async getInside(_tx: Tx, callId: string): Promise<Call | undefined> {
    return this.#calls.get(callId);
  }

  async list({
    limit,
    after,
  }: {
    limit: number;
    after?: string | undefined;
  }): Promise<{ calls: Call[]; next: string | undefined }> {
    const key = (call: Call): string => `${String(call.receivedAt).padStart(15, '0')} ${call.callId}`;
    const all = [...this.#calls.values()]
      .toSorted((a, b) => (key(a) > key(b) ? -1 : 1))
      .filter((call) => after === undefined || key(call) < after);
    const calls = all.slice(0, limit);
    const last = calls.at(-1);
    return { calls, next: all.length > limit && last !== undefined ? key(last) : undefined };
  }

  async ledger({
    limit,
    after,
    state,
  }: {
    limit: number;
    after?: string | undefined;
    state?: DeliveryState | 'failed' | undefined;
  }): Promise<{ lines: DeliveryLine[]; next: string | undefined }> {
    const key = (line: Line): string => `${String(line.firstSeenAt).padStart(15, '0')} ${line.deliveryId}`;
    const all = [...this.#lines.values()]
      .toSorted((a, b) => (key(a) > key(b) ? -1 : 1))
      .filter((line) => after === undefined || key(line) < after)
      .map((line) => this.#shown(line))
      .filter((line) => state === undefined || (state === 'failed' ? line.callState === 'failed' : line.state === state));
    const lines = all.slice(0, limit);
    const last = lines.at(-1);
    return { lines, next: all.length > limit && last !== undefined ? key(last as unknown as Line) : undefined };
  }

  async delivery(deliveryId: string): Promise<DeliveryLine | undefined> {
    const line = this.#lines.get(deliveryId);
    return line === undefined ? undefined : this.#shown(line);
  }

  async counts(): Promise<{ deliveries: Record<DeliveryState, number>; calls: Record<CallState, number> }> {
    const lines = [...this.#lines.values()].map((line) => this.#shown(line));
    return {
      deliveries: tally(
        deliveryStates,
        lines.map(({ state }) => state),
      ),
      calls: tally(
        callStates,
        [...this.#calls.values()].map(({ state }) => state),
      ),
    };
  }

  async expect(_tx: Tx, recordings: readonly ExpectedRecording[], at: number): Promise<void> {
    for (const each of recordings) {
      const key = `${each.source}/${each.name}`;
      this.#expected.set(key, { ...each, expectedAt: this.#expected.get(key)?.expectedAt ?? at });
    }
  }

  async expectedBetween(from: number, to: number): Promise<readonly ExpectedLine[]> {
    const inTime = [...this.#lines.values()].toSorted(
      (a, b) => a.firstSeenAt - b.firstSeenAt || (a.deliveryId < b.deliveryId ? -1 : 1),
    );
    return [...this.#expected.values()]
      .filter(({ startedAt, expectedAt }) => (startedAt ?? expectedAt) >= from && (startedAt ?? expectedAt) < to)
      .toSorted(bySourceAndName)
      .map((each) => ({
        ...each,
        arrivals: inTime.filter((line) => this.#isMeant(each, line)).map((line) => this.#shown(line)),
      }));
  }

  async arrivedBetween(from: number, to: number): Promise<readonly ArrivedLine[]> {
    return [...this.#lines.values()]
      .flatMap((line) => {
        const call = line.callId === undefined ? undefined : this.#calls.get(line.callId);
        const startedAt = call?.metadata.startedAt;
        if (call === undefined || startedAt === undefined || call.state === 'erased' || startedAt < from || startedAt >= to)
          return [];
        const isExpected = [...this.#expected.values()].some((each) => this.#isMeant(each, line));
        return [{ ...this.#shown(line), startedAt, externalId: call.metadata.externalId, isExpected }];
      })
      .toSorted(bySourceAndName);
  }

  /** Whether a delivery is what a manifest's line means: the same name, or its call has the same external id. */
  #isMeant(expected: ExpectedRecording, line: Line): boolean {
    if (line.source !== expected.source) return false;
    if (line.name === expected.name) return true;
    const call = line.callId === undefined ? undefined : this.#calls.get(line.callId);
    return (
      call !== undefined &&
      expected.externalId !== undefined &&
      call.source === expected.source &&
      call.metadata.externalId === expected.externalId &&
      call.metadata.segment === expected.segment
    );
  }

  async erase(_tx: Tx, callId: string, at: number): Promise<boolean> {
    const call = this.#calls.get(callId);
    if (call === undefined) return false;
    const lines = [...this.#lines.values()].filter((line) => line.callId === callId);
    for (const [key, expected] of this.#expected)
      if (lines.some((line) => this.#isMeant(expected, line))) this.#expected.delete(key);
    if (!this.#erasures.has(callId)) this.#erasures.set(callId, { busyAt: at, complete: false });
    this.#tombstones.add(callId).add(call.audioSha256);
    this.#calls.set(callId, {
      ...call,
      name: '',
      metadata: {},
      corrections: {},
      state: 'erased',
      refusal: undefined,
      revision: call.revision + 1,
    });
    for (const [id, line] of this.#lines) if (line.callId === callId) this.#lines.set(id, { ...line, name: '', state: 'erased' });
    return true;
  }

  async openErasures(limit: number): Promise<readonly OpenErasure[]> {
    const keptAside = (callId: string): string[] =>
      [...this.#lines.values()]
        .flatMap((line) => (line.callId === callId && line.keptAs !== undefined ? [line.keptAs] : []))
        .toSorted();
    return [...this.#erasures]
      .filter(([, { complete }]) => !complete)
      .map(([callId, { busyAt }]) => ({ callId, busyAt, keptAside: keptAside(callId) }))
      .toSorted((a, b) => a.busyAt - b.busyAt || (a.callId < b.callId ? -1 : 1))
      .slice(0, limit);
  }

  async noteErasure(_tx: Tx, callId: string, note: { readonly busyAt: number } | { readonly completeAt: number }): Promise<void> {
    const erasure = this.#erasures.get(callId);
    if (erasure === undefined) return;
    if ('completeAt' in note) erasure.complete = true;
    else erasure.busyAt = Math.max(erasure.busyAt, note.busyAt);
  }

  /** `accepted` and `duplicate` follow from the call: the smallest (source, name) of equal deliveries is the call. */
  #shown(line: Line): DeliveryLine {
    const call = line.callId === undefined ? undefined : this.#calls.get(line.callId);
    const own = call !== undefined && call.source === line.source && call.name === line.name;
    const state = line.state === 'accepted' || line.state === 'duplicate' ? (own ? 'accepted' : 'duplicate') : line.state;
    return { ...line, state, callState: call?.state, callRefusal: call?.refusal };
  }

  #must(callId: string): Call {
    const call = this.#calls.get(callId);
    if (call === undefined) throw new Error('there is no such call');
    return call;
  }
}

const bySourceAndName = (a: { source: string; name: string }, b: { source: string; name: string }): number =>
  a.source === b.source ? (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) : a.source < b.source ? -1 : 1;

function tally<State extends string>(states: readonly State[], values: readonly State[]): Record<State, number> {
  const counts = Object.fromEntries(states.map((state) => [state, 0])) as Record<State, number>;
  for (const value of values) counts[value] += 1;
  return counts;
}
