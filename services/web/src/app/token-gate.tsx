import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { api, ApiError, whenTokenNeeded } from '../api/client.ts';
import { useLanguage, useTexts } from './language.tsx';
import { texts } from './texts.ts';

/** The page, or the question for the server's token once it has refused something for want of it. */
export function TokenGate({ children }: { readonly children: ReactNode }): ReactNode {
  const [needed, setNeeded] = useState(false);
  useEffect(() => {
    const ask = (): void => setNeeded(true);
    whenTokenNeeded.addEventListener('needed', ask);
    return () => whenTokenNeeded.removeEventListener('needed', ask);
  }, []);
  return needed ? <TokenQuestion onOpened={() => setNeeded(false)} /> : children;
}

function TokenQuestion({ onOpened }: { onOpened(): void }): ReactNode {
  const { token: text } = useTexts(texts);
  const { language } = useLanguage();
  const client = useQueryClient();
  const [token, setToken] = useState('');
  const [refused, setRefused] = useState<string>();
  const open = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      await api.POST('/api/v1/session', { body: { token } });
      await client.resetQueries();
      onOpened();
    } catch (error) {
      setRefused(error instanceof ApiError ? (error.text?.[language] ?? error.message) : String(error));
    }
  };
  return (
    <main className="gate">
      <form className="card" onSubmit={(event) => void open(event)}>
        <h1>{text.title}</h1>
        <p className="mut2">{text.why}</p>
        <label>
          <span>{text.label}</span>
          <input
            className="field"
            type="password"
            autoComplete="current-password"
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        {refused === undefined ? null : (
          <p className="problem" role="alert">
            {refused}
          </p>
        )}
        <button type="submit" className="btn pri" disabled={token === ''}>
          {text.open}
        </button>
      </form>
    </main>
  );
}
