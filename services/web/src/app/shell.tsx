import { Modal, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useCallback, useState } from 'react';
import { type IconName, Icon } from '../marks/icons.tsx';
import { Caps, grouped, KeyboardProvider, useAllKeys, useKeys } from './keys.tsx';
import { useLanguage, useTexts } from './language.tsx';
import { texts } from './texts.ts';
import { TokenGate } from './token-gate.tsx';

const pages = [
  { to: '/today', name: 'today', key: 't' },
  { to: '/search', name: 'search', key: 's' },
  { to: '/upload', name: 'upload', key: 'u' },
  { to: '/operations', name: 'operations', key: 'o' },
] as const satisfies readonly { to: string; name: IconName; key: string }[];

/** Everything around a page: the rail, the keys, the token where one is needed. */
export function Shell(): ReactNode {
  const [asked, setAsked] = useState(false);
  const askForAll = useCallback(() => setAsked(true), []);
  return (
    <KeyboardProvider onAskForAll={askForAll}>
      <div className="app">
        <Rail onAskForAll={askForAll} />
        <div className="main">
          <TokenGate>
            <Outlet />
          </TokenGate>
        </div>
      </div>
      <AllKeys opened={asked} onClose={() => setAsked(false)} />
    </KeyboardProvider>
  );
}

function Rail({ onAskForAll }: { onAskForAll(): void }): ReactNode {
  const text = useTexts(texts);
  const { language, choose } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const navigate = useNavigate();
  useKeys([
    { key: '?', does: text.keys, act: onAskForAll },
    ...pages.map(({ to, name, key }) => ({
      key: `g ${key}`,
      does: `${text.goTo} ${text.pages[name]}`,
      act: () => void navigate({ to }),
    })),
  ]);
  return (
    <nav className="rail" aria-label={text.navigation}>
      <Link to="/today" className="brand">
        <svg width="26" height="30" viewBox="0 0 26 30" aria-hidden="true">
          <path d="M4 2.5h18" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
          <path d="M13 2.5v13" stroke="currentColor" strokeWidth="1.6" />
          <path d="M8.5 15.5h9v4.2L13 28l-4.5-8.3z" fill="var(--accent)" />
        </svg>
        <b>{text.product}</b>
      </Link>
      {pages.map(({ to, name }) => (
        <Link key={name} to={to} activeProps={{ className: 'on', 'aria-current': 'page' }}>
          <Icon name={name} size={19} />
          <span>{text.pages[name]}</span>
        </Link>
      ))}
      <span className="sp" />
      <button
        type="button"
        className="railbtn"
        title={text.theme}
        aria-label={text.theme}
        onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
      >
        <Icon name="theme" size={18} />
      </button>
      <button
        type="button"
        className="railbtn lang"
        title={text.switchLanguage}
        aria-label={`${text.otherLanguage} · ${text.switchLanguage}`}
        onClick={() => choose(language === 'zh' ? 'en' : 'zh')}
      >
        {text.otherLanguage}
      </button>
    </nav>
  );
}

function AllKeys({ opened, onClose }: { readonly opened: boolean; onClose(): void }): ReactNode {
  const text = useTexts(texts);
  const bindings = useAllKeys();
  return (
    <Modal opened={opened} onClose={onClose} title={text.keys} closeButtonProps={{ 'aria-label': text.close }} size="md">
      <dl className="keys">
        {grouped(bindings).map(({ does, bound }) => (
          <div key={does}>
            <dt>
              {bound.map((each) => (
                <Caps key={each.key} of={each} space={text.space} />
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
