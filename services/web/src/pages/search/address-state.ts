import { useNavigate, useSearch as useAddress } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { readSearchState, searchParams, type SearchState } from './search-state.ts';

/** The search that stands in the address, and the way to another one. */
export function useAddressState(): { readonly state: SearchState; readonly go: (state: SearchState, replace?: boolean) => void } {
  const address = useAddress({ strict: false }) as Readonly<Record<string, unknown>>;
  const written = JSON.stringify(address);
  const state = useMemo(() => readSearchState(JSON.parse(written) as Record<string, unknown>), [written]);
  const navigate = useNavigate();
  const go = useCallback(
    (next: SearchState, replace = false): void => void navigate({ to: '/search', search: { ...searchParams(next) }, replace }),
    [navigate],
  );
  return { state, go };
}
