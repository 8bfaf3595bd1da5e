import { Popover } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FacetProps } from './facet-panel.tsx';
import { FacetGroup } from './facet-group.tsx';
import { everyDay } from './days.ts';
import { withFilters } from './search-state.ts';
import { searchTexts } from './search-texts.ts';

const height = 34;
const width = 196;
const widestDay = 12;

/** From which day to which, over how many calls each day has. */
export function DateFacet({ facets, filters, language, onFilters }: FacetProps): ReactNode {
  const texts = searchTexts[language];
  const days = everyDay(facets.of('from')?.date ?? []);
  const most = Math.max(1, ...days.map(({ count }) => count));
  const from = filters.from ?? days[0]?.date;
  const to = filters.to ?? days.at(-1)?.date;
  const step = Math.min(widestDay, width / Math.max(1, days.length));
  const inside = (date: string): boolean => (from === undefined || date >= from) && (to === undefined || date <= to);
  return (
    <FacetGroup title={texts.groups.date}>
      <Popover position="bottom-start" shadow="md" withinPortal trapFocus returnFocus>
        <Popover.Target>
          <button type="button" className="dr num">
            {shortDay(from, texts.anyDay)}
            <span>–</span>
            {shortDay(to, texts.anyDay)}
          </button>
        </Popover.Target>
        <Popover.Dropdown className="drange">
          <DayField
            name={texts.from}
            value={filters.from}
            max={filters.to}
            onDay={(day) => onFilters(withFilters(filters, { from: day }))}
          />
          <DayField
            name={texts.to}
            value={filters.to}
            min={filters.from}
            onDay={(day) => onFilters(withFilters(filters, { to: day }))}
          />
          <button
            type="button"
            className="btn xs"
            disabled={filters.from === undefined && filters.to === undefined}
            onClick={() => onFilters(withFilters(filters, { from: undefined, to: undefined }))}
          >
            {texts.allDates}
          </button>
        </Popover.Dropdown>
      </Popover>
      {days.length > 0 && (
        <svg
          className="dh2"
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={texts.dateChart}
        >
          {days.map(({ date, count }, index) => {
            const tall = count === 0 ? 0 : Math.max(3, (count / most) * height);
            return (
              <g
                key={date}
                className={inside(date) ? 'fbar' : 'fbar is-out'}
                onClick={() => onFilters(withFilters(filters, { from: date, to: date }))}
              >
                <title>{texts.perDay(date, count)}</title>
                <rect x={index * step} y={0} width={step} height={height} className="fbar-reach" />
                <rect
                  x={index * step}
                  y={height - tall}
                  width={Math.max(1, step - Math.min(1.6, step / 4))}
                  height={tall}
                  rx="1"
                />
              </g>
            );
          })}
        </svg>
      )}
    </FacetGroup>
  );
}

function shortDay(day: string | undefined, otherwise: string): string {
  return day === undefined ? otherwise : day.slice(5);
}

function DayField({
  name,
  value,
  min,
  max,
  onDay,
}: {
  readonly name: string;
  readonly value: string | undefined;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  readonly onDay: (day: string | undefined) => void;
}): ReactNode {
  return (
    <label>
      <span>{name}</span>
      <input
        type="date"
        value={value ?? ''}
        min={min}
        max={max}
        onChange={({ target }) => {
          // While a day is typed, the year passes through 0002: only a whole one is asked for.
          if (target.value === '' || target.value >= '1970-01-01') onDay(target.value === '' ? undefined : target.value);
        }}
      />
    </label>
  );
}
