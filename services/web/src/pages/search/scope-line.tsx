import type { ReactNode } from 'react';
import type { Language } from '../../app/language.tsx';
import type { SearchFilters } from './search-state.ts';
import { searchTexts } from './search-texts.ts';

/** What was searched through: which days, how many calls, and how long it took. */
export function ScopeLine({
  filters,
  calls,
  tookMs,
  language,
}: {
  readonly filters: SearchFilters;
  readonly calls: number | undefined;
  readonly tookMs: number | undefined;
  readonly language: Language;
}): ReactNode {
  const texts = searchTexts[language];
  const { from, to } = filters;
  const days =
    from !== undefined && to !== undefined
      ? texts.between(from, sameYear(from, to) ? to.slice(5) : to)
      : from !== undefined
        ? texts.since(from)
        : to !== undefined
          ? texts.until(to)
          : texts.allDates;
  const parts = [
    from === to && from !== undefined ? from : days,
    ...(calls === undefined ? [] : [texts.calls(calls)]),
    ...(tookMs === undefined ? [] : [texts.took(seconds(tookMs))]),
  ];
  return (
    <span className="num nw scope">
      {texts.scope}
      {parts.join(texts.comma)}
    </span>
  );
}

const sameYear = (a: string, b: string): boolean => a.slice(0, 4) === b.slice(0, 4);

function seconds(ms: number): string {
  return ms < 10 ? '0.01' : (ms / 1000).toFixed(2);
}
