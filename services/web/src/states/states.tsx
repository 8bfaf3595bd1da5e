import { type ReactNode, useEffect, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { useLanguage, useTexts } from '../app/language.tsx';
import { texts } from '../app/texts.ts';
import { clockTime } from '../format/time.ts';
import { Icon } from '../marks/icons.tsx';

/** Nothing was found: what was looked through, what comes nearest, one next step. */
export function Empty({
  title,
  children,
  action,
}: {
  readonly title?: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  const { state } = useTexts(texts);
  return (
    <div className="state" role="status">
      <b>{title ?? state.empty}</b>
      {children === undefined ? null : <p>{children}</p>}
      {action}
    </div>
  );
}

/** Grey shapes of the real layout, and nothing at all for the first 300 ms. */
export function Loading({ children }: { readonly children?: ReactNode }): ReactNode {
  const { loading } = useTexts(texts);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className="state loading" role="status" aria-label={loading}>
      {children ?? (
        <>
          <i className="bone" style={{ width: '62%' }} />
          <i className="bone" style={{ width: '88%' }} />
          <i className="bone" style={{ width: '47%' }} />
        </>
      )}
    </div>
  );
}

/** What failed in a sentence, its code, when, one button; a missing right says so without a word of what is there. */
export function Failed({
  error,
  tries = 1,
  onRetry,
}: {
  readonly error: unknown;
  readonly tries?: number;
  readonly onRetry?: (() => void) | undefined;
}): ReactNode {
  const { state, retry } = useTexts(texts);
  const { language } = useLanguage();
  const known = error instanceof ApiError ? error : undefined;
  if (known?.status === 403)
    return (
      <div className="state" role="alert">
        <Icon name="lock" size={22} />
        <b>{state.noRight}</b>
        <p>{state.noRightWhy}</p>
      </div>
    );
  const what =
    known === undefined ? String(error) : known.status === 0 ? state.offline : (known.text?.[language] ?? known.message);
  return (
    <div className="state failed" role="alert">
      <b>
        <Icon name="warning" /> {state.errorTitle}
      </b>
      <p>{what}</p>
      <p className="mut sm num">
        {known === undefined ? '' : `${state.code} ${known.code} · `}
        {state.tries(tries)} · {state.lastTry} {clockTime(known?.at ?? Date.now())}
      </p>
      {onRetry === undefined ? null : (
        <button type="button" className="btn xs" onClick={onRetry}>
          <Icon name="again" size={14} />
          {retry}
        </button>
      )}
    </div>
  );
}
