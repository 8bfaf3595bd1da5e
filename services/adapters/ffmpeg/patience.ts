/** Counts only the time spent waiting: whoever reads slowly does not use up a decoder's time. */
export interface Patience {
  /** Waits for it on the clock, or until the signal is aborted: then its reason is thrown at once. */
  during<T>(work: Promise<T>): Promise<T>;
}

/** Calls `spent` once the time waited in all comes to `limitMs`; `spent` is expected to abort the signal. */
export function patience(limitMs: number, signal: AbortSignal, spent: () => void): Patience {
  let left = limitMs;
  return {
    async during(work) {
      const since = performance.now();
      const { promise: aborted, reject } = Promise.withResolvers<never>();
      const abort = (): void => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      const timer = setTimeout(spent, Math.max(0, left));
      // what comes after the abort is nobody's business any more
      work.catch(() => undefined);
      try {
        signal.throwIfAborted();
        return await Promise.race([work, aborted]);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        left -= performance.now() - since;
      }
    },
  };
}
