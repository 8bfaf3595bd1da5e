import { useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ResultRow } from './result-rows.ts';

/** The way to a call's page, at the moment of a hit, and back from there. */
export function useOpenCall(): {
  readonly linkTo: (callId: string, ms: number) => string;
  readonly row: (row: ResultRow) => void;
} {
  const router = useRouter();
  const navigate = useNavigate();
  const linkTo = useCallback(
    (callId: string, ms: number): string =>
      router.buildLocation({ to: '/calls/$callId', params: { callId }, search: { t: ms, from: 'search' } }).href,
    [router],
  );
  const row = useCallback(
    ({ call, hit }: ResultRow): void =>
      void navigate({
        to: '/calls/$callId',
        params: { callId: call.callId },
        search: { ...(hit === null ? {} : { t: hit.startMs }), from: 'search' },
      }),
    [navigate],
  );
  return { linkTo, row };
}
