import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../kernel/index.ts';
import type { EventBus } from './event-bus.ts';
import type { Log } from './log.ts';
import type { RuntimeStore } from './ports.ts';
import type { Tuning } from './tuning.ts';

/** Does `work` while this process alone leads; begins it again when it leads again; ends when `stop` aborts. */
export type Lead = (work: (signal: AbortSignal) => Promise<void>, stop: AbortSignal) => Promise<void>;

export interface BusRelay {
  start(): Promise<void>;
  /** There is something in the outbox. */
  stir(): void;
  /** Whether it is this process that sends now. */
  readonly leads: boolean;
  /** Sends what is there now if it leads, and leads no more. */
  stop(): Promise<void>;
}

/**
 * Carries the outbox to a bus: one leader, the order of the outbox, one batch in flight; what the bus acknowledged leaves the
 * outbox. A leader that dies between the two sends its batch again: hearing bears that.
 */
export function busRelay(deps: {
  readonly store: Pick<RuntimeStore, 'queued' | 'sent' | 'listen'>;
  readonly bus: Pick<EventBus, 'send'>;
  readonly lead: Lead;
  readonly tuning: Pick<Tuning, 'relayBatch' | 'relayGapMs' | 'pollMs'>;
  readonly log: Log;
}): BusRelay {
  const { store, bus, lead, tuning, log } = deps;
  const stopping = new AbortController();
  let leading: Promise<void> | undefined;
  let listening: { close(): Promise<void> } | undefined;
  let leads = false;
  let wake = (): void => undefined;
  let stirred = false;

  const sendOnce = async (): Promise<number> => {
    const events = await store.queued(tuning.relayBatch);
    if (events.length === 0) return 0;
    await bus.send(events);
    await store.sent(events.map(({ seq }) => seq));
    return events.length;
  };
  const rest = async (ms: number): Promise<void> => {
    if (stirred) {
      stirred = false;
      return;
    }
    const woken = new AbortController();
    wake = () => woken.abort();
    await sleep(ms, undefined, { signal: AbortSignal.any([woken.signal, stopping.signal]) }).catch(() => undefined);
    stirred = false;
  };
  const work = async (signal: AbortSignal): Promise<void> => {
    leads = true;
    log.info('this process carries events to the bus');
    try {
      while (!signal.aborted)
        try {
          if ((await sendOnce()) < tuning.relayBatch && !signal.aborted) {
            await sleep(tuning.relayGapMs);
            await rest(tuning.pollMs);
          }
        } catch (error) {
          const away = error instanceof Failure && error.retryable;
          log[away ? 'warn' : 'error']({ error }, 'events could not be carried to the bus; tried again');
          await sleep(tuning.pollMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        }
      // Stopped in order and still in the lead: what came last goes out as well.
      if (stopping.signal.aborted) while ((await sendOnce()) > 0);
    } catch (error) {
      log.warn({ error }, 'the outbox could not be emptied; the next leader goes on with it');
    } finally {
      leads = false;
    }
  };
  const stir = (): void => {
    stirred = true;
    wake();
  };

  return {
    start: async () => {
      listening = await store.listen((signal) => {
        if (signal.kind === 'outbox') stir();
      });
      leading = lead(work, stopping.signal);
      leading.catch((error: unknown) => log.error({ error }, 'the relay ended'));
    },
    stir,
    get leads() {
      return leads;
    },
    stop: async () => {
      stopping.abort();
      wake();
      await leading?.catch(() => undefined);
      await listening?.close();
    },
  };
}
