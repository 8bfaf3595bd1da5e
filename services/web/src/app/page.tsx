import type { ReactNode } from 'react';
import { Icon } from '../marks/icons.tsx';
import { KeyBar } from './keys.tsx';
import { useTexts } from './language.tsx';
import { texts } from './texts.ts';

/** A page: its head (title and what belongs to it), its body, and the key bar. A page with a head of its own gives `head`. */
export function Page({
  title,
  meta,
  actions,
  head,
  logged = true,
  children,
}: {
  readonly title: string;
  readonly meta?: ReactNode;
  readonly actions?: ReactNode;
  readonly head?: ReactNode;
  /** Whether content of calls is shown: then it says that views are logged. */
  readonly logged?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const text = useTexts(texts);
  return (
    <>
      <title>{`${title} · ${text.product}`}</title>
      {head ?? (
        <header className="top">
          <h1>{title}</h1>
          {meta}
          <span className="sp" />
          {actions}
        </header>
      )}
      <main className="body">{children}</main>
      <KeyBar>
        {logged ? (
          <span className="k">
            <Icon name="eye" size={14} />
            {text.logged}
          </span>
        ) : null}
      </KeyBar>
    </>
  );
}
