import type { Change, ChangeFeed, Health } from './ports.ts';

/** One event of the stream, as server-sent events write it. */
export interface SentEvent {
  readonly id?: string;
  readonly event: 'hello' | 'call' | 'delivery' | 'stages';
  readonly data: unknown;
}

/** A page that is open. */
export interface Listener {
  /** False: it takes nothing any more, and is to be let go. */
  send(event: SentEvent): boolean;
  end(): void;
}

export interface HubDeps {
  readonly changes: ChangeFeed;
  health(): Promise<Health>;
  /** Told of what failed; it is tried again. */
  failed(error: unknown): void;
}

const pageLimit = 500;
const mostListeners = 200;

/**
 * One look at the changes for all pages that are open, twice a second while there are any. Each page has its own place and gets
 * every change after it, in order, from the feed itself until it has caught up.
 */
export class EventHub {
  readonly #deps: HubDeps;
  readonly #listeners = new Map<Listener, { mark: string }>();
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #failing = false;
  #stages = '';
  #sinceStages = 0;

  constructor(deps: HubDeps, everyMs = 500) {
    this.#deps = deps;
    this.#everyMs = everyMs;
  }

  get full(): boolean {
    return this.#listeners.size >= mostListeners;
  }

  /**
   * @param lastMark the last event that the page saw; without one, or with one that is too old, the page begins now and is told
   * to ask for what it shows
   */
  async join(listener: Listener, lastMark: string | undefined): Promise<void> {
    const resumed = lastMark !== undefined && (await this.#deps.changes.since(lastMark, 1)) !== 'lost';
    const mark = resumed ? lastMark : await this.#deps.changes.end();
    if (!listener.send({ id: mark, event: 'hello', data: { resumed } })) return;
    if (this.#stages !== '') listener.send({ event: 'stages', data: JSON.parse(this.#stages) });
    this.#listeners.set(listener, { mark });
    this.#timer ??= setInterval(() => void this.#look(), this.#everyMs);
    void this.#look();
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    for (const listener of this.#listeners.keys()) {
      this.leave(listener);
      listener.end();
    }
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#deliver();
      await this.#tellStages();
      this.#failing = false;
    } catch (error) {
      // Twice a second the same would be said of a database that is away.
      if (!this.#failing) this.#deps.failed(error);
      this.#failing = true;
    } finally {
      this.#looking = false;
    }
  }

  /** Pages at the same place share one question; most are at the same. */
  async #deliver(): Promise<void> {
    const places = new Map<string, Listener[]>();
    for (const [listener, { mark }] of this.#listeners) places.set(mark, [...(places.get(mark) ?? []), listener]);
    for (const [mark, listeners] of places) {
      const changes = await this.#deps.changes.since(mark, pageLimit);
      if (changes === 'lost') {
        await this.#restart(listeners);
        continue;
      }
      const last = changes.at(-1);
      if (last === undefined) continue;
      for (const listener of listeners) {
        const place = this.#listeners.get(listener);
        if (place === undefined) continue;
        place.mark = last.mark;
        if (!latest(changes).every((change) => listener.send(eventOf(change)))) this.#drop(listener);
      }
    }
  }

  async #restart(listeners: readonly Listener[]): Promise<void> {
    const mark = await this.#deps.changes.end();
    for (const listener of listeners) {
      const place = this.#listeners.get(listener);
      if (place === undefined) continue;
      place.mark = mark;
      if (!listener.send({ id: mark, event: 'hello', data: { resumed: false } })) this.#drop(listener);
    }
  }

  /** Every two seconds, and only when they differ. */
  async #tellStages(): Promise<void> {
    this.#sinceStages += this.#everyMs;
    if (this.#sinceStages < 2_000 && this.#stages !== '') return;
    this.#sinceStages = 0;
    const { accepting, dead, stages } = await this.#deps.health();
    const data = { accepting, dead, stages: stages.map(({ oldestReadyMs: _age, ...stage }) => stage) };
    const text = JSON.stringify(data);
    if (text === this.#stages) return;
    this.#stages = text;
    for (const listener of [...this.#listeners.keys()]) if (!listener.send({ event: 'stages', data })) this.#drop(listener);
  }

  #drop(listener: Listener): void {
    this.leave(listener);
    listener.end();
  }
}

/** Of several changes of one object the last is enough. Its mark stands for all before it. */
function latest(changes: readonly Change[]): readonly Change[] {
  const last = new Map(changes.map((change) => [`${change.kind} ${change.id}`, change]));
  return changes.filter((change) => last.get(`${change.kind} ${change.id}`) === change);
}

const eventOf = ({ mark, kind, id, state, revision, callId }: Change): SentEvent =>
  kind === 'call'
    ? { id: mark, event: 'call', data: { callId: id, revision: revision ?? 0, state } }
    : { id: mark, event: 'delivery', data: { deliveryId: id, state, callId: callId ?? null } };
