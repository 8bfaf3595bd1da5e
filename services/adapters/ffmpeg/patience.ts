/** Counts only the time spent waiting: whoever reads slowly does not use up a decoder's time. */
export interface Patience {
  /** Waits for it on the clock. */
  during<T>(work: Promise<T>): Promise<T>;
  end(): void;
}

/** Calls `spent` once when the time waited in all comes to `limitMs`. */
export function patience(limitMs: number, spent: () => void): Patience {
  let left = limitMs;
  let timer: NodeJS.Timeout | undefined;
  return {
    async during(work) {
      const since = performance.now();
      timer = setTimeout(spent, Math.max(0, left));
      try {
        return await work;
      } finally {
        clearTimeout(timer);
        left -= performance.now() - since;
      }
    },
    end: () => clearTimeout(timer),
  };
}
