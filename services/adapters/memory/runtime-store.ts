import { type Envelope, Failure, jobIdOf, type NewEvent, recipeHashOf, type Tx } from '../../kernel/index.ts';
import { envelopeOf } from '../../runtime/event-envelope.ts';
import type {
  CallGate,
  DeadLetter,
  Finish,
  GiveBack,
  HeardEvent,
  Lane,
  Lease,
  LeasedJob,
  ParkedRecord,
  Plan,
  PlannedJob,
  QueuedEvent,
  RelayReport,
  RuntimeSnapshot,
  RuntimeStore,
  Stir,
} from '../../runtime/ports.ts';
import { type MemoryTransactions, onRollback } from './transaction.ts';

interface MemoryJob extends Omit<LeasedJob, 'lease' | 'probe'> {
  leaseNumber: number;
  state: 'ready' | 'leased';
  readyAt: number;
  leasedUntil: number;
  owner: string;
  failures: number;
  losses: number;
  interruptions: number;
}

interface Sent {
  readonly event: Envelope;
  readonly lane: Lane;
  attempts: number;
  readyAt: number;
}

interface Circuit {
  readonly code: string;
  readonly message: string;
  readonly openSince: number;
  probes: number;
  nextProbeAt: number;
  probeJob: string | undefined;
  probeUntil: number;
}

type Buried = DeadLetter & { readonly again: { readonly job?: MemoryJob; readonly sent?: Sent; readonly lane?: Lane } };

const planAttempts = 5;

/** The queue in memory: for the command on one file and for tests; it passes the contract of the one in the database. */
export class MemoryRuntimeStore implements RuntimeStore {
  readonly #transactions: MemoryTransactions;
  readonly #gate: CallGate;
  readonly #now: () => number;
  #outbox: Sent[] = [];
  readonly #seqs = new WeakMap<Sent, number>();
  #lastSeq = 0;
  readonly #events = new Map<string, Sent>();
  readonly #jobs = new Map<string, MemoryJob>();
  readonly #done = new Map<
    string,
    { readonly callId: string; readonly outcome: Finish['outcome']; readonly code: string | undefined }
  >();
  #dead: Buried[] = [];
  #deaths = 0;
  readonly #circuits = new Map<string, Map<string, Circuit>>();
  readonly #listeners = new Set<(stir: Stir) => void>();

  constructor(transactions: MemoryTransactions, gate: CallGate, now: () => number) {
    this.#transactions = transactions;
    this.#gate = gate;
    this.#now = now;
  }

  accept: RuntimeStore['accept'] = async (write, { lane, traceparent }) => {
    const value = await this.#transactions.inTransaction(async (tx) => {
      const { value: written, events } = await write(tx);
      this.#send(tx, events, lane, traceparent);
      return written;
    });
    this.#stir({ kind: 'outbox' });
    return value;
  };

  async relay(limit: number, plan: Plan): Promise<RelayReport> {
    let current: Sent | undefined;
    try {
      const report = await this.#transactions.inTransaction(async (tx) => {
        const moved = this.#outbox.filter(({ readyAt }) => readyAt <= this.#now()).slice(0, limit);
        const erased = await this.#gate.erasedAmong(tx, [...new Set(moved.map(({ event }) => event.callId))]);
        const planned: { job: PlannedJob; sent: Sent }[] = [];
        for (const sent of moved) {
          current = sent;
          if (erased.has(sent.event.callId)) continue;
          const told: NewEvent[] = [];
          const heard = { event: sent.event, lane: sent.lane };
          for (const job of await plan(tx, heard, (event) => told.push(event))) planned.push({ job, sent });
          this.#send(tx, told, sent.lane, sent.event.traceparent);
        }
        current = undefined;
        this.#outbox = this.#outbox.filter((sent) => !moved.includes(sent));
        for (const sent of moved) if (!this.#events.has(sent.event.id)) this.#events.set(sent.event.id, sent);
        const fresh: Record<string, number> = {};
        for (const { job, sent } of planned) if (this.#insert(job, sent)) fresh[job.stage] = (fresh[job.stage] ?? 0) + 1;
        const made = Object.values(fresh).reduce((sum, count) => sum + count, 0);
        return { moved: moved.length, planned: fresh, duplicates: planned.length - made, failed: undefined };
      });
      for (const stage of Object.keys(report.planned)) this.#stir({ kind: 'jobs', stage });
      return report;
    } catch (error) {
      if (current === undefined) throw error;
      return {
        moved: 0,
        planned: {},
        duplicates: 0,
        failed: { event: current.event, error, dead: this.#postpone(current, error) },
      };
    }
  }

  async queued(limit: number): Promise<readonly QueuedEvent[]> {
    return this.#outbox
      .filter(({ readyAt }) => readyAt <= this.#now())
      .slice(0, limit)
      .map((sent) => ({ seq: this.#seqOf(sent), event: sent.event, lane: sent.lane }));
  }

  async sent(seqs: readonly number[]): Promise<void> {
    const gone = this.#outbox.filter((sent) => seqs.includes(this.#seqOf(sent)));
    this.#outbox = this.#outbox.filter((sent) => !gone.includes(sent));
    for (const sent of gone) if (!this.#events.has(sent.event.id)) this.#events.set(sent.event.id, sent);
  }

  #seqOf(sent: Sent): number {
    const seq = this.#seqs.get(sent) ?? ++this.#lastSeq;
    this.#seqs.set(sent, seq);
    return seq;
  }

  hear: RuntimeStore['hear'] = async (events, plan) => {
    let current: Envelope | undefined;
    try {
      const report = await this.#transactions.inTransaction(async (tx) => {
        const erased = await this.#gate.erasedAmong(tx, [...new Set(events.map(({ event }) => event.callId))]);
        const planned: { job: PlannedJob; heard: HeardEvent }[] = [];
        for (const heard of events) {
          current = heard.event;
          if (erased.has(current.callId)) continue;
          const told: NewEvent[] = [];
          for (const job of await plan(tx, heard, (event) => told.push(event))) planned.push({ job, heard });
          this.#send(tx, told, heard.lane, heard.event.traceparent);
        }
        current = undefined;
        const fresh: Record<string, number> = {};
        for (const { job, heard } of planned) if (this.#insert(job, heard)) fresh[job.stage] = (fresh[job.stage] ?? 0) + 1;
        const made = Object.values(fresh).reduce((sum, count) => sum + count, 0);
        return { planned: fresh, duplicates: planned.length - made, failed: undefined };
      });
      for (const stage of Object.keys(report.planned)) this.#stir({ kind: 'jobs', stage });
      return report;
    } catch (error) {
      if (current === undefined || (error instanceof Failure && error.dependency === 'database')) throw error;
      return { planned: {}, duplicates: 0, failed: { event: current, error } };
    }
  };

  async park({ kind, place, event, lane, rawObject, code, message, attempts }: ParkedRecord): Promise<void> {
    const same = (letter: Buried): boolean =>
      letter.place?.topic === place.topic && letter.place.partition === place.partition && letter.place.offset === place.offset;
    if (this.#dead.some(same)) return;
    const none = { stage: undefined, jobId: undefined, recipe: undefined, callId: event?.callId };
    const sent = event === undefined ? undefined : { event, lane, attempts: 0, readyAt: this.#now() };
    const again = sent === undefined ? { lane } : { sent, lane };
    const letter = { kind, place, event, rawObject, code, message, attempts, losses: 0, again } as const;
    this.#dead.push({ ...none, ...letter, id: String(++this.#deaths), diedAt: this.#now() });
  }

  lease: RuntimeStore['lease'] = async ({ stage, lane, owner, limit, leaseMs }) => {
    if ((this.#circuits.get(stage)?.size ?? 0) > 0) return [];
    return this.#readyOf(stage)
      .filter((job) => job.lane === lane)
      .slice(0, limit)
      .map((job) => this.#take(job, owner, leaseMs, false));
  };

  leaseProbe: RuntimeStore['leaseProbe'] = async ({ stage, owner, leaseMs }) => {
    const circuits = [...(this.#circuits.get(stage)?.values() ?? [])];
    const now = this.#now();
    if (circuits.length === 0 || circuits.some(({ nextProbeAt, probeUntil }) => nextProbeAt > now || probeUntil >= now))
      return undefined;
    const job = this.#readyOf(stage).toSorted((a, b) => Number(a.lane === 'backfill') - Number(b.lane === 'backfill'))[0];
    if (job === undefined) return undefined;
    for (const circuit of circuits) Object.assign(circuit, { probeJob: job.id, probeUntil: now + leaseMs });
    return this.#take(job, owner, leaseMs, true);
  };

  async leased(lease: Lease): Promise<LeasedJob | undefined> {
    const job = this.#fits(lease);
    return job === undefined ? undefined : viewOf(job, this.#probes(job.id).length > 0);
  }

  async isWorkedOn(callId: string): Promise<boolean> {
    return [...this.#jobs.values()].some((job) => job.callId === callId && job.state === 'leased');
  }

  async renew(leases: readonly Lease[], leaseMs: number): Promise<readonly Lease[]> {
    const kept = leases.filter((lease) => this.#fits(lease) !== undefined);
    for (const { jobId } of kept) {
      (this.#jobs.get(jobId) as MemoryJob).leasedUntil = this.#now() + leaseMs;
      for (const circuit of this.#probes(jobId)) circuit.probeUntil = this.#now() + leaseMs;
    }
    return kept;
  }

  finish: RuntimeStore['finish'] = async (lease, finish) => {
    const result = await this.#transactions.inTransaction((tx) => this.#finishInside(tx, lease, finish));
    if (finish.events.length > 0) this.#stir({ kind: 'outbox' });
    return result;
  };

  async #finishInside(tx: Tx, lease: Lease, finish: Finish): Promise<'finished' | 'erased' | 'lost'> {
    const job = this.#fits(lease);
    if (job === undefined) return 'lost';
    this.#jobs.delete(job.id);
    this.#done.set(job.id, { callId: job.callId, outcome: finish.outcome, code: finish.code });
    onRollback(tx, () => {
      this.#jobs.set(job.id, job);
      this.#done.delete(job.id);
    });
    if ((await this.#gate.lockForFinish(tx, job.callId)) !== 'present') return 'erased';
    if (finish.refusal !== undefined) await this.#gate.markFailed(tx, job.callId, finish.refusal);
    await finish.write?.(tx);
    this.#send(tx, finish.events, job.lane, finish.traceparent);
    return 'finished';
  }

  async giveBack(lease: Lease, how: GiveBack): Promise<boolean> {
    const job = this.#fits(lease);
    if (job === undefined) return false;
    if (how.kind === 'failed') job.failures++;
    if (how.kind === 'lost') job.losses++;
    if ((how.kind === 'failed' || how.kind === 'lost') && how.dead) {
      this.#bury(job, how.kind === 'failed' ? how.trouble : lostTrouble);
      return true;
    }
    job.state = 'ready';
    if (how.kind === 'failed') job.readyAt = this.#now() + how.waitMs;
    if (how.kind === 'dependency') this.#open(job, how);
    else for (const circuit of this.#probes(job.id)) Object.assign(circuit, { probeJob: undefined, probeUntil: -1 });
    this.#stir({ kind: 'jobs', stage: job.stage });
    return true;
  }

  async closeCircuits(stage: string, jobId: string): Promise<void> {
    const circuits = this.#circuits.get(stage);
    for (const [dependency, { probeJob }] of circuits ?? []) if (probeJob === jobId) circuits?.delete(dependency);
    this.#stir({ kind: 'jobs', stage });
  }

  reap: RuntimeStore['reap'] = async ({ except, maxLosses }) => {
    const own = new Set(except.map(({ jobId, number }) => `${number} ${jobId}`));
    const expired = [...this.#jobs.values()].filter(
      (job) => job.state === 'leased' && job.leasedUntil < this.#now() && !own.has(`${job.leaseNumber} ${job.id}`),
    );
    return expired.map((job) => {
      job.losses++;
      const dead = job.losses >= maxLosses;
      if (dead) this.#bury(job, lostTrouble);
      else Object.assign(job, { state: 'ready', readyAt: this.#now() });
      return { stage: job.stage, jobId: job.id, dead };
    });
  };

  async releaseOwn(owner: string): Promise<number> {
    const own = [...this.#jobs.values()].filter((job) => job.state === 'leased' && job.owner === owner);
    for (const job of own) {
      job.state = 'ready';
      job.interruptions++;
      for (const circuit of this.#probes(job.id)) Object.assign(circuit, { probeJob: undefined, probeUntil: -1 });
    }
    return own.length;
  }

  deadLetters: RuntimeStore['deadLetters'] = async ({ limit, after }) => {
    const before = after === undefined ? Number.POSITIVE_INFINITY : Number(after);
    const all = this.#dead.filter(({ id }) => Number(id) < before).toReversed();
    const letters = all.slice(0, limit).map(letterOf);
    return { letters, next: all.length > limit ? letters.at(-1)?.id : undefined };
  };

  async deadLetter(id: string): Promise<DeadLetter | undefined> {
    const found = this.#dead.find((letter) => letter.id === id);
    return found === undefined ? undefined : letterOf(found);
  }

  async replay(id: string, event?: Envelope): Promise<boolean> {
    const letter = this.#dead.find((each) => each.id === id);
    const unread = letter?.kind === 'unreadable' || letter?.kind === 'unknown-version';
    if (letter === undefined || unread !== (event !== undefined)) return false;
    this.#dead = this.#dead.filter((each) => each !== letter);
    const { job, lane = 'new' } = letter.again;
    const sent = event === undefined ? letter.again.sent : { event, lane, attempts: 0, readyAt: this.#now() };
    const fresh = { state: 'ready', readyAt: this.#now(), failures: 0, losses: 0, interruptions: 0 } as const;
    if (job !== undefined) this.#jobs.set(job.id, { ...job, ...fresh });
    if (sent !== undefined) this.#outbox.push({ ...sent, attempts: 0, readyAt: this.#now() });
    this.#stir(job === undefined ? { kind: 'outbox' } : { kind: 'jobs', stage: job.stage });
    return true;
  }

  async retry(_tx: Tx, callId: string): Promise<{ replayed: number; refused: number }> {
    let replayed = 0;
    for (const { id, kind } of this.#dead.filter((letter) => letter.callId === callId))
      if (kind === 'job' || kind === 'event') replayed += (await this.replay(id)) ? 1 : 0;
    const refused = [...this.#done].filter(([, done]) => done.callId === callId && done.outcome === 'refused');
    for (const [id] of refused) this.#done.delete(id);
    return { replayed, refused: refused.length };
  }

  replayEvents: RuntimeStore['replayEvents'] = async ({ topic, callId, sinceMs = 0, lane }) => {
    const chosen = [...this.#events.values()].filter(
      ({ event }) =>
        (topic === undefined || event.type === topic) && (callId === undefined || event.callId === callId) && event.at >= sinceMs,
    );
    for (const { event } of chosen) this.#outbox.push({ event, lane, attempts: 0, readyAt: this.#now() });
    if (chosen.length > 0) this.#stir({ kind: 'outbox' });
    return chosen.length;
  };

  async pruneEvents(olderThanMs: number, limit: number): Promise<number> {
    const old = [...this.#events.values()].filter(({ event }) => event.at < this.#now() - olderThanMs).slice(0, limit);
    for (const { event } of old) this.#events.delete(event.id);
    return old.length;
  }

  async snapshot(): Promise<RuntimeSnapshot> {
    const now = this.#now();
    const names = [...new Set([...this.#jobs.values()].map(({ stage }) => stage))].toSorted();
    return {
      stages: names.map((stage) => {
        const jobs = [...this.#jobs.values()].filter((job) => job.stage === stage);
        const ready = jobs.filter((job) => job.state === 'ready' && job.readyAt <= now);
        const working = jobs.filter((job) => job.state === 'leased').length;
        const oldestReadyMs = ready.length === 0 ? null : Math.max(...ready.map(({ readyAt }) => now - readyAt));
        return { stage, ready: ready.length, working, waiting: jobs.length - ready.length - working, oldestReadyMs };
      }),
      circuits: [...this.#circuits].flatMap(([stage, circuits]) =>
        [...circuits].map(([dependency, { code, message, openSince, probes }]) => ({
          stage,
          dependency,
          code,
          message,
          openSince,
          probes,
        })),
      ),
      dead: this.#dead.length,
      outbox: this.#outbox.length,
      oldestOutboxMs: this.#outbox.length === 0 ? null : Math.max(...this.#outbox.map(({ readyAt }) => now - readyAt)),
    };
  }

  listen: RuntimeStore['listen'] = async (stirred) => {
    this.#listeners.add(stirred);
    return { close: async () => void this.#listeners.delete(stirred) };
  };

  #stir(stir: Stir): void {
    for (const listener of this.#listeners) queueMicrotask(() => listener(stir));
  }

  #send(tx: Tx, events: Finish['events'], lane: Lane, traceparent: string): void {
    const now = this.#now();
    const sent = events.map((event) => ({
      event: { ...envelopeOf(event, traceparent), at: now },
      lane,
      attempts: 0,
      readyAt: now,
    }));
    this.#outbox.push(...sent);
    onRollback(tx, () => {
      this.#outbox = this.#outbox.filter((each) => !sent.includes(each));
    });
  }

  #insert({ stage, callId, recipe }: PlannedJob, { event, lane }: HeardEvent): boolean {
    const recipeHash = recipeHashOf(recipe);
    const id = jobIdOf(stage, callId, recipeHash);
    const earlier = this.#done.get(id);
    if (earlier?.outcome === 'dropped' && earlier.code === 'superseded') this.#done.delete(id);
    if (this.#jobs.has(id) || this.#done.has(id) || this.#dead.some(({ jobId }) => jobId === id)) return false;
    const { traceparent } = event;
    const counters = { leaseNumber: 0, failures: 0, losses: 0, interruptions: 0, leasedUntil: 0, owner: '' };
    this.#jobs.set(id, {
      id,
      stage,
      callId,
      recipe,
      recipeHash,
      traceparent,
      lane,
      state: 'ready',
      readyAt: this.#now(),
      ...counters,
    });
    return true;
  }

  #postpone(sent: Sent, error: unknown): boolean {
    sent.attempts++;
    sent.readyAt = this.#now() + 1_000 + (sent.attempts - 1) * 5_000;
    if (sent.attempts < planAttempts) return false;
    this.#outbox = this.#outbox.filter((each) => each !== sent);
    const code = error instanceof Failure ? error.code : 'plan.bug';
    const message = 'What is to be done about this event could not be decided.';
    const { event } = sent;
    const none = { stage: undefined, jobId: undefined, recipe: undefined, place: undefined, rawObject: undefined };
    const letter = { kind: 'event', callId: event.callId, event, code, message, attempts: sent.attempts, losses: 0 } as const;
    this.#dead.push({ ...none, ...letter, id: String(++this.#deaths), diedAt: this.#now(), again: { sent } });
    return true;
  }

  #bury(job: MemoryJob, { code, message }: { code: string; message: string }): void {
    this.#jobs.delete(job.id);
    const { stage, callId, recipe, failures, losses } = job;
    const none = { event: undefined, place: undefined, rawObject: undefined };
    const letter = { kind: 'job', stage, callId, jobId: job.id, recipe, code, message, attempts: failures, losses } as const;
    this.#dead.push({ ...none, ...letter, id: String(++this.#deaths), diedAt: this.#now(), again: { job } });
  }

  #open(job: MemoryJob, { dependency, trouble, retryAfterMs }: Extract<GiveBack, { kind: 'dependency' }>): void {
    const now = this.#now();
    const atLeast = Math.min(Math.max(retryAfterMs ?? 0, 1_000), 3_600_000);
    const waitAfter = (probes: number): number => Math.max(atLeast, Math.min(60_000, 1_000 * 2 ** Math.min(probes, 10)));
    for (const circuit of this.#probes(job.id)) {
      circuit.probes++;
      Object.assign(circuit, { probeJob: undefined, probeUntil: -1, nextProbeAt: now + waitAfter(circuit.probes) });
    }
    const circuits = this.#circuits.get(job.stage) ?? new Map<string, Circuit>();
    this.#circuits.set(job.stage, circuits);
    if (circuits.has(dependency)) return;
    circuits.set(dependency, {
      ...trouble,
      openSince: now,
      probes: 0,
      nextProbeAt: now + waitAfter(0),
      probeJob: undefined,
      probeUntil: -1,
    });
  }

  #probes(jobId: string): Circuit[] {
    return [...this.#circuits.values()]
      .flatMap((circuits) => [...circuits.values()])
      .filter(({ probeJob }) => probeJob === jobId);
  }

  #readyOf(stage: string): MemoryJob[] {
    return [...this.#jobs.values()]
      .filter((job) => job.stage === stage && job.state === 'ready' && job.readyAt <= this.#now())
      .toSorted((a, b) => a.readyAt - b.readyAt);
  }

  #take(job: MemoryJob, owner: string, leaseMs: number, probe: boolean): LeasedJob {
    job.leaseNumber++;
    Object.assign(job, { state: 'leased', owner, leasedUntil: this.#now() + leaseMs });
    return viewOf(job, probe);
  }

  #fits({ jobId, number }: Lease): MemoryJob | undefined {
    const job = this.#jobs.get(jobId);
    return job?.state === 'leased' && job.leaseNumber === number ? job : undefined;
  }

  /** Lets a test end a lease, and make everything due that waits for a time. */
  expire(lease: Lease): void {
    const job = this.#fits(lease);
    if (job !== undefined) job.leasedUntil = this.#now() - 1_000;
  }

  ripen(): void {
    const now = this.#now();
    for (const job of this.#jobs.values()) job.readyAt = Math.min(job.readyAt, now);
    for (const sent of this.#outbox) sent.readyAt = Math.min(sent.readyAt, now);
    for (const circuits of this.#circuits.values()) for (const circuit of circuits.values()) circuit.nextProbeAt = now;
  }
}

const lostTrouble = { code: 'job.lost', message: 'Its process ended, or stood still, again and again without saying why.' };

function viewOf(job: MemoryJob, probe: boolean): LeasedJob {
  const { leaseNumber, state: _state, readyAt: _readyAt, leasedUntil: _until, owner: _owner, ...rest } = job;
  return { ...rest, lease: { jobId: job.id, number: leaseNumber }, probe };
}

function letterOf({ again: _again, ...letter }: Buried): DeadLetter {
  return letter;
}
