import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

/** What the server tells while a page is open. */
export type LiveEvent =
  | { readonly type: 'call'; readonly data: { readonly callId: string; readonly revision: number; readonly state: string } }
  | {
      readonly type: 'delivery';
      readonly data: { readonly deliveryId: string; readonly state: string; readonly callId: string | null };
    }
  | { readonly type: 'stages'; readonly data: unknown }
  | { readonly type: 'hello'; readonly data: unknown };

const types = ['call', 'delivery', 'stages', 'hello'] as const;
const heard = new Set<(event: LiveEvent) => void>();
let source: EventSource | undefined;

function open(): void {
  source = new EventSource('/api/v1/events');
  for (const type of types)
    source.addEventListener(type, (message: MessageEvent<string>) => {
      const event = { type, data: JSON.parse(message.data) as never } as LiveEvent;
      for (const each of heard) each(event);
    });
}

/** Hears what changes for as long as the component is there; one connection for all of them. */
export function useLiveEvents(onEvent: (event: LiveEvent) => void): void {
  const latest = useRef(onEvent);
  useEffect(() => {
    latest.current = onEvent;
  });
  useEffect(() => {
    const hear = (event: LiveEvent): void => latest.current(event);
    heard.add(hear);
    if (source === undefined) open();
    return () => {
      heard.delete(hear);
      if (heard.size > 0) return;
      source?.close();
      source = undefined;
    };
  }, []);
}

/** A call that changed is read again wherever it is shown. */
export function refreshCall(client: QueryClient, callId: string): void {
  void client.invalidateQueries({ queryKey: ['call', callId] });
}
