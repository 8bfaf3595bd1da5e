import type { components } from '../../api/openapi.d.ts';

export type DeliveryState = components['schemas']['DeliveryState'];
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** Why a file did not get there. */
export interface SendFailure {
  readonly code: string;
  readonly text: Bilingual;
  /** Whether sending it again, as it is, can work. */
  readonly again: boolean;
}

export type UploadStage =
  | { readonly is: 'waiting' }
  | { readonly is: 'sending'; readonly sent: number; readonly resumed: boolean }
  | { readonly is: 'stopped' }
  | { readonly is: 'failed'; readonly failure: SendFailure }
  /** All of it is there; undefined until the server was asked what it is. */
  | { readonly is: 'there'; readonly deliveryId: string; readonly delivery: DeliveryState | undefined };

export interface UploadItem {
  readonly id: number;
  readonly path: string;
  readonly size: number;
  readonly stage: UploadStage;
}

/** A file and what is sent with it. */
export interface Sendable {
  readonly path: string;
  readonly file: File;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface Sending {
  stop(): void;
}

export interface UploadDeps {
  /** Begins, or goes on where it was left. Exactly one of `done` and `failed` is called, unless it is stopped. */
  send(
    file: Sendable,
    told: {
      progress(sent: number, resumed: boolean): void;
      done(deliveryId: string): void;
      failed(failure: SendFailure): void;
    },
  ): Sending;
  /** How a delivery stands; undefined when it cannot be asked now. */
  ask(deliveryId: string): Promise<DeliveryState | undefined>;
  /** Calls back after a while; gives a way to call it off. */
  later(what: () => void, ms: number): () => void;
}

const atOnce = 3;
const askEveryMs = 1_000;
/** How many unfinished deliveries are asked about in one round. */
const askAtOnce = 25;

/** Whether nothing more will happen to a file by itself. */
export function finished({ stage }: UploadItem): boolean {
  if (stage.is === 'failed' || stage.is === 'stopped') return true;
  if (stage.is !== 'there' || stage.delivery === undefined) return false;
  const { state, callState } = stage.delivery;
  return state !== 'accepted' || callState === 'scored' || callState === 'failed' || callState === 'erased';
}

/**
 * Files on their way to the server: three at a time, in the order they were added, each followed until its call is scored or it
 * is known why not. It lives as long as the page's window, so that looking at another page stops nothing.
 */
export class UploadQueue {
  readonly #deps: UploadDeps;
  readonly #files = new Map<number, Sendable>();
  readonly #sending = new Map<number, Sending>();
  readonly #listeners = new Set<() => void>();
  #items: readonly UploadItem[] = [];
  #nextId = 1;
  /** A question about deliveries is set for later already. */
  #asking = false;

  constructor(deps: UploadDeps) {
    this.#deps = deps;
  }

  /** The same array until something changes. */
  readonly items = (): readonly UploadItem[] => this.#items;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  add(files: readonly Sendable[]): void {
    const fresh = files.map((file): UploadItem => {
      const id = this.#nextId++;
      this.#files.set(id, file);
      return { id, path: file.path, size: file.file.size, stage: { is: 'waiting' } };
    });
    this.#change([...this.#items, ...fresh]);
    this.#go();
  }

  /** Stops sending; what was sent stays on the server for a while, so that it can go on from there. */
  stop(id: number): void {
    const item = this.#item(id);
    if (item === undefined || (item.stage.is !== 'waiting' && item.stage.is !== 'sending')) return;
    this.#sending.get(id)?.stop();
    this.#sending.delete(id);
    this.#set(id, { is: 'stopped' });
    this.#go();
  }

  /** Sends again what failed or was stopped. */
  again(id: number): void {
    const stage = this.#item(id)?.stage;
    if (stage?.is !== 'stopped' && stage?.is !== 'failed') return;
    this.#set(id, { is: 'waiting' });
    this.#go();
  }

  /** Takes what is finished off the list. */
  clear(): void {
    for (const item of this.#items) if (finished(item)) this.#files.delete(item.id);
    this.#change(this.#items.filter((item) => !finished(item)));
  }

  #go(): void {
    for (const { id, stage } of this.#items) {
      if (this.#sending.size >= atOnce) return;
      if (stage.is === 'waiting') this.#start(id);
    }
  }

  #start(id: number): void {
    const file = this.#files.get(id)!;
    this.#set(id, { is: 'sending', sent: 0, resumed: false });
    const over = (stage: UploadStage): void => {
      if (!this.#sending.has(id)) return;
      this.#sending.delete(id);
      this.#set(id, stage);
      this.#go();
      this.#askSoon(0);
    };
    // Set before sending begins: an answer may come at once.
    this.#sending.set(id, { stop: () => undefined });
    const sending = this.#deps.send(file, {
      progress: (sent, resumed) => {
        if (this.#sending.has(id)) this.#set(id, { is: 'sending', sent, resumed });
      },
      done: (deliveryId) => over({ is: 'there', deliveryId, delivery: undefined }),
      failed: (failure) => over({ is: 'failed', failure }),
    });
    if (this.#sending.has(id)) this.#sending.set(id, sending);
  }

  #askSoon(ms: number): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#deps.later(() => void this.#askAll(), ms);
  }

  async #askAll(): Promise<void> {
    const open = this.#items.filter((item) => item.stage.is === 'there' && !finished(item)).slice(0, askAtOnce);
    await Promise.all(
      open.map(async ({ id, stage }) => {
        if (stage.is !== 'there') return;
        const delivery = await this.#deps.ask(stage.deliveryId);
        if (delivery !== undefined) this.#set(id, { ...stage, delivery });
      }),
    );
    this.#asking = false;
    if (this.#items.some((item) => item.stage.is === 'there' && !finished(item))) this.#askSoon(askEveryMs);
  }

  #item(id: number): UploadItem | undefined {
    return this.#items.find((item) => item.id === id);
  }

  #set(id: number, stage: UploadStage): void {
    this.#change(this.#items.map((item) => (item.id === id ? { ...item, stage } : item)));
  }

  #change(items: readonly UploadItem[]): void {
    this.#items = items;
    for (const listener of this.#listeners) listener();
  }
}
