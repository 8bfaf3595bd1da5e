import { useCallback, useEffect, useState } from 'react';
import type { SearchState } from './search-state.ts';

interface Ticks {
  readonly ticked: ReadonlySet<string>;
  readonly toggle: (callId: string) => void;
  readonly all: (callIds: readonly string[], tick: boolean) => void;
}

const mostTicked = 1_000;

/** Calls ticked, over all pages of one question. */
export function useTicks(of: SearchState | undefined): Ticks {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const question = of === undefined ? '' : JSON.stringify([of.q, of.f]);
  useEffect(() => setTicked(new Set()), [question]);
  const all = useCallback((callIds: readonly string[], tick: boolean): void => {
    setTicked((now) => {
      const next = new Set(now);
      for (const callId of callIds) {
        if (!tick) next.delete(callId);
        else if (next.size < mostTicked) next.add(callId);
      }
      return next;
    });
  }, []);
  const toggle = useCallback(
    (callId: string): void =>
      setTicked((now) => {
        const next = new Set(now);
        if (!next.delete(callId) && next.size < mostTicked) next.add(callId);
        return next;
      }),
    [],
  );
  return { ticked, toggle, all };
}
