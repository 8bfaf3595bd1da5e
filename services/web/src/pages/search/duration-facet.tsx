import type { ReactNode } from 'react';
import type { FacetProps } from './facet-panel.tsx';
import { FacetGroup } from './facet-group.tsx';
import { NumberRange } from './number-range.tsx';
import { withFilters } from './search-state.ts';
import { searchTexts } from './search-texts.ts';

const minuteMs = 60_000;

export function DurationFacet({ filters, language, onFilters }: FacetProps): ReactNode {
  const texts = searchTexts[language];
  const inMinutes = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms / 6_000) / 10);
  const inMs = (minutes: number | undefined): number | undefined =>
    minutes === undefined ? undefined : Math.round(minutes * minuteMs);
  return (
    <FacetGroup title={texts.groups.duration}>
      <NumberRange
        title={texts.groups.duration}
        unit={texts.minutes}
        from={inMinutes(filters.minDurationMs)}
        to={inMinutes(filters.maxDurationMs)}
        most={16_000}
        texts={texts}
        onRange={(from, to) => onFilters(withFilters(filters, { minDurationMs: inMs(from), maxDurationMs: inMs(to) }))}
      />
    </FacetGroup>
  );
}
