import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useLiveEvents } from '../../api/events.ts';

/** What changed waits behind a button: rows do not move by themselves. An empty list has nothing that could move. */
export function useArrived(shown: readonly string[], since: number): { readonly count: number; readonly show: () => void } {
  const client = useQueryClient();
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const show = useCallback((): void => {
    setWaiting(new Set());
    void client.invalidateQueries({ queryKey: ['search'] });
  }, [client]);
  useEffect(() => setWaiting(new Set()), [since]);
  useLiveEvents((event) => {
    if (event.type !== 'call') return;
    if (shown.length === 0) show();
    else setWaiting((now) => new Set(now).add(event.data.callId));
  });
  return { count: waiting.size, show };
}
