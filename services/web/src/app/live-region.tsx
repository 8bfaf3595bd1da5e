import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';

const Say = createContext<(text: string) => void>(() => undefined);

/** One polite region for everything that changes without being looked at. */
export function LiveRegion({ children }: { readonly children: ReactNode }): ReactNode {
  const [said, setSaid] = useState('');
  const say = useCallback((text: string) => setSaid((before) => (before === text ? `${text}\u00a0` : text)), []);
  return (
    <Say value={say}>
      {children}
      <div className="sr" role="status" aria-live="polite">
        {said}
      </div>
    </Say>
  );
}

/** Says something to people who do not see it change. */
export const useSay = (): ((text: string) => void) => useContext(Say);
