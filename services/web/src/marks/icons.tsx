import type { ReactNode } from 'react';

/** Line icons of 24 units; decoration beside words, never alone but in the rail and on buttons that have a name. */
const shapes = {
  today: <path d="M4 11.5 12 4.5l8 7M6 10v9.5h12V10" />,
  search: (
    <>
      <circle cx="10.5" cy="10.5" r="6.5" />
      <path d="m15.5 15.5 5 5" />
    </>
  ),
  upload: <path d="M12 16V4.5M7 9l5-4.5L17 9M4.5 15v4.5h15V15" />,
  operations: (
    <>
      <circle cx="12" cy="12" r="3" />
      <path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1" />
    </>
  ),
  theme: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3 7 7M17 17l1.7 1.7M5.3 18.7 7 17M17 7l1.7-1.7" />
    </>
  ),
  play: <path d="M8 5.5v13l10.5-6.5z" fill="currentColor" stroke="none" />,
  pause: <path d="M8.5 5.5v13M15.5 5.5v13" strokeWidth="3" />,
  back: <path d="M19 12H5m6-6-6 6 6 6" />,
  up: <path d="m6 15 6-6 6 6" />,
  down: <path d="m6 9 6 6 6-6" />,
  left: <path d="m15 6-6 6 6 6" />,
  right: <path d="m9 6 6 6-6 6" />,
  swap: <path d="M8 4v15m0 0-3.5-3.5M8 19l3.5-3.5M16 20V5m0 0 3.5 3.5M16 5l-3.5 3.5" />,
  rule: <path d="m4 7 1.5 1.5L8 6M4 13l1.5 1.5L8 12M11 7.5h9M11 13.5h9M11 19h6" />,
  model: <path d="M8 9V6.5h8V9M6 9h12v9H6zM9.5 13v1.5M14.5 13v1.5M12 6.5V4" />,
  person: <path d="M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 20c.6-4 3.4-6 7-6s6.4 2 7 6" />,
  eye: (
    <>
      <path d="M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6z" />
      <circle cx="12" cy="12" r="2.5" />
    </>
  ),
  download: <path d="M12 4.5V16M7 11.5l5 4.5 5-4.5M4.5 15v4.5h15V15" />,
  clock: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M12 7.5V12l3 2" />
    </>
  ),
  warning: <path d="M12 4 21 19.5H3zM12 10v4.5M12 16.8v.4" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  file: <path d="M6 3.5h8l4 4v13H6zM14 3.5v4h4" />,
  folder: <path d="M3.5 6.5h6l2 2.5h9v10h-17z" />,
  skip: <path d="M3 12h4M10 12h4M17 12h4" />,
  history: <path d="M4 6h16M4 12h10M4 18h6" />,
  lock: <path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" />,
  again: <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 4v4h-4" />,
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactNode {
  return (
    <svg
      className="ic"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}
