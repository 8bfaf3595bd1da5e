import { type ReactNode, useEffect, useState } from 'react';
import type { SearchTexts } from './search-texts.ts';

export interface NumberRangeProps {
  readonly title: string;
  readonly unit: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly most: number;
  readonly texts: SearchTexts;
  readonly onRange: (from: number | undefined, to: number | undefined) => void;
}

/** Two numbers, either of which may be left open. What is typed is asked for on Enter or when the field is left. */
export function NumberRange({ title, unit, from, to, most, texts, onRange }: NumberRangeProps): ReactNode {
  return (
    <div className="nrange">
      <NumberField label={`${title} ${texts.from}`} value={from} most={most} onNumber={(value) => onRange(value, to)} />
      <span aria-hidden="true">–</span>
      <NumberField label={`${title} ${texts.to}`} value={to} most={most} onNumber={(value) => onRange(from, value)} />
      <span className="mut sm">{unit}</span>
    </div>
  );
}

function NumberField({
  label,
  value,
  most,
  onNumber,
}: {
  readonly label: string;
  readonly value: number | undefined;
  readonly most: number;
  readonly onNumber: (value: number | undefined) => void;
}): ReactNode {
  const [typed, setTyped] = useState(value === undefined ? '' : String(value));
  useEffect(() => setTyped(value === undefined ? '' : String(value)), [value]);
  const ask = (): void => {
    const number = Number(typed.normalize('NFKC').replace(',', '.'));
    const next =
      typed.trim() === '' || Number.isNaN(number) ? undefined : Math.min(most, Math.max(0, Math.round(number * 10) / 10));
    setTyped(next === undefined ? '' : String(next));
    if (next !== value) onNumber(next);
  };
  return (
    <input
      className="num"
      inputMode="decimal"
      aria-label={label}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={ask}
      onKeyDown={({ key, nativeEvent }) => {
        if (key === 'Enter' && !nativeEvent.isComposing) ask();
      }}
    />
  );
}
