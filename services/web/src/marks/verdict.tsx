import type { ReactNode } from 'react';
import { useTexts } from '../app/language.tsx';
import { texts } from '../app/texts.ts';
import { Icon } from './icons.tsx';

export type VerdictName = 'met' | 'unmet' | 'not_applicable' | 'needs_review';
export type CriticalClass = 'customer' | 'business' | 'compliance';
export type StepState = 'said' | 'partly' | 'missed' | 'out_of_place' | 'wrong_speaker';

const tick = (colour: string): ReactNode => (
  <>
    <circle cx="8" cy="8" r="7.5" fill={`var(--${colour})`} />
    <path
      d="M4.7 8.3 7 10.6l4.4-5"
      stroke="var(--on)"
      strokeWidth="1.9"
      fill="none"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </>
);
const cross = (
  <>
    <rect x="1" y="1" width="14" height="14" rx="2" fill="var(--unmet)" />
    <path d="m5 5 6 6M11 5l-6 6" stroke="var(--on)" strokeWidth="1.9" strokeLinecap="round" />
  </>
);

const shapes: Readonly<Record<VerdictName | 'critical' | 'partly' | 'out_of_place', ReactNode>> = {
  met: tick('met'),
  unmet: cross,
  not_applicable: (
    <>
      <circle cx="8" cy="8" r="6.7" fill="none" stroke="var(--na)" strokeWidth="1.5" />
      <path d="M5 8h6" stroke="var(--na)" strokeWidth="1.7" strokeLinecap="round" />
    </>
  ),
  needs_review: (
    <>
      <path
        d="M8 .6 15.4 8 8 15.4.6 8z"
        fill="var(--review-fill)"
        stroke="var(--review)"
        strokeWidth="1.3"
        strokeLinejoin="round"
      />
      <path
        d="M6.2 6.5c.1-1.1.9-1.7 1.9-1.7s1.8.7 1.8 1.6c0 1.3-1.8 1.4-1.8 2.7"
        stroke="var(--review)"
        strokeWidth="1.5"
        fill="none"
        strokeLinecap="round"
      />
      <circle cx="8.1" cy="11.3" r=".95" fill="var(--review)" />
    </>
  ),
  critical: (
    <>
      <path d="M5.1.8h5.8l4.3 4.3v5.8l-4.3 4.3H5.1L.8 10.9V5.1z" fill="var(--crit)" />
      <path d="M8 4v5" stroke="#fff" strokeWidth="2" strokeLinecap="round" />
      <circle cx="8" cy="11.7" r="1.15" fill="#fff" />
    </>
  ),
  partly: (
    <>
      <circle cx="8" cy="8" r="6.7" fill="none" stroke="var(--review)" strokeWidth="1.5" />
      <path d="M8 1.3a6.7 6.7 0 0 1 0 13.4z" fill="var(--review)" />
    </>
  ),
  out_of_place: (
    <>
      <circle cx="8" cy="8" r="6.7" fill="none" stroke="var(--review)" strokeWidth="1.5" />
      <path
        d="M5 6.3h6M9.3 4.6 11 6.3 9.3 8M11 10.2H5M6.7 8.5 5 10.2l1.7 1.7"
        stroke="var(--review)"
        strokeWidth="1.3"
        fill="none"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
};

/** The shape of a verdict, a critical error or a script step; a word always stands beside it, or `label` names it. */
export function Mark({
  of,
  size = 13,
  label,
}: {
  readonly of: keyof typeof shapes;
  readonly size?: number;
  readonly label?: string;
}): ReactNode {
  const named = label === undefined ? { 'aria-hidden': true as const } : { role: 'img', 'aria-label': label };
  return (
    <svg className="gl" width={size} height={size} viewBox="0 0 16 16" {...named}>
      {shapes[of]}
    </svg>
  );
}

export const stepMark: Readonly<Record<StepState, keyof typeof shapes>> = {
  said: 'met',
  partly: 'partly',
  missed: 'unmet',
  out_of_place: 'out_of_place',
  wrong_speaker: 'out_of_place',
};

const chipClass: Readonly<Record<VerdictName, string>> = {
  met: 'v-met',
  unmet: 'v-unmet',
  not_applicable: 'v-na',
  needs_review: 'v-review',
};

export function VerdictChip({ verdict }: { readonly verdict: VerdictName }): ReactNode {
  const { verdictShort } = useTexts(texts);
  return (
    <span className={`chip ${chipClass[verdict]}`}>
      <Mark of={verdict} />
      {verdictShort[verdict]}
    </span>
  );
}

/** The octagon with its class; `full` says the word before it. */
export function CriticalMark({ of, full = false }: { readonly of: CriticalClass; readonly full?: boolean }): ReactNode {
  const { critical, criticalError } = useTexts(texts);
  return (
    <span className="critx">
      <Mark of="critical" />
      {full ? `${criticalError} · ${critical[of]}` : critical[of]}
    </span>
  );
}

export function SpeakerTag({ speaker }: { readonly speaker: string }): ReactNode {
  const { speaker: names } = useTexts(texts);
  const name = names[speaker as keyof typeof names] ?? names.unknown;
  return <span className={speaker === 'agent' ? 'sp-a' : 'sp-c'}>{name}</span>;
}

export function DecidedBy({
  by,
  votes,
}: {
  readonly by: 'rule' | 'judge' | 'person';
  readonly votes?: string | undefined;
}): ReactNode {
  const { decidedBy } = useTexts(texts);
  const icon = { rule: 'rule', judge: 'model', person: 'person' } as const;
  return (
    <span className="who">
      <Icon name={icon[by]} size={14} />
      {decidedBy[by]}
      {votes === undefined ? '' : ` ${votes}`}
    </span>
  );
}

/** A stretch that was redacted: its kind, never its length. */
export function Redacted({ kind }: { readonly kind: string }): ReactNode {
  const { redacted } = useTexts(texts);
  const name = redacted[kind as keyof typeof redacted] ?? redacted.number;
  return (
    <span className="redact">
      <i>{kind === 'card' ? '•••• •••• •••• ••••' : '••••'}</i> {name}
    </span>
  );
}
