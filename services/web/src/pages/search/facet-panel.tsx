import { type ReactNode, useState } from 'react';
import type { Language } from '../../app/language.tsx';
import { CriterionFacet } from './criterion-facet.tsx';
import { DateFacet } from './date-facet.tsx';
import { FacetGroup, FacetRow } from './facet-group.tsx';
import { ScoreFacet } from './score-facet.tsx';
import { DurationFacet } from './duration-facet.tsx';
import { activeFilters, criticalFilters, type SearchFilters, toggled, type ValueFilter, withFilters } from './search-state.ts';
import { searchTexts } from './search-texts.ts';
import type { Facets } from './use-facets.ts';

export interface FacetPanelProps {
  readonly facets: Facets;
  readonly filters: SearchFilters;
  readonly language: Language;
  /** The results are those of an expression that no longer stands in the box. */
  readonly stale: boolean;
  readonly onFilters: (filters: SearchFilters) => void;
}

/** What is known of the calls found, with how many have it; each group narrows, and its own counts are taken without it. */
export function FacetPanel({ facets, filters, language, stale, onFilters }: FacetPanelProps): ReactNode {
  const texts = searchTexts[language];
  const active = activeFilters(filters);
  const shared = { facets, filters, language, onFilters };
  return (
    <aside className={stale ? 'facets scroll is-stale' : 'facets scroll'} aria-label={texts.filters} tabIndex={0}>
      <div className="fh">
        <h2>{texts.filters}</h2>
        {active > 0 && (
          <button type="button" className="btn sub xs" onClick={() => onFilters({})}>
            {texts.clear(active)}
          </button>
        )}
      </div>
      <DateFacet {...shared} />
      <ValueFacet {...shared} group="teams" />
      <CriterionFacet {...shared} />
      <CriticalFacet {...shared} />
      <ScoreFacet {...shared} />
      <ReviewFacet {...shared} />
      <ValueFacet {...shared} group="agents" />
      <ValueFacet {...shared} group="queues" />
      <ValueFacet {...shared} group="directions" />
      <ValueFacet {...shared} group="products" />
      <ValueFacet {...shared} group="languages" />
      <DurationFacet {...shared} />
      <ValueFacet {...shared} group="sources" />
    </aside>
  );
}

export type FacetProps = Omit<FacetPanelProps, 'stale'>;

const shownAtFirst = 5;

const fieldOf = {
  teams: 'team',
  agents: 'agent',
  queues: 'queue',
  directions: 'direction',
  products: 'product',
  languages: 'language',
  sources: 'source',
} as const satisfies Record<ValueFilter, string>;

function ValueFacet({ facets, filters, language, onFilters, group }: FacetProps & { readonly group: ValueFilter }): ReactNode {
  const texts = searchTexts[language];
  const [open, setOpen] = useState(false);
  const ticked: readonly string[] = filters[group] ?? [];
  const counted = facets.of(group)?.[fieldOf[group]] ?? [];
  const named = counted.map((each) => ({ ...each, name: nameOf(each, group, language) }));
  // A value that is ticked is shown even where nothing has it now, or it could not be taken back.
  const gone = ticked
    .filter((value) => !counted.some((each) => each.value === value))
    .map((value) => ({ value, count: 0, name: nameOf({ value }, group, language) }));
  const all = [...named, ...gone];
  if (all.length === 0 || (all.length === 1 && all[0]?.value === null)) return null;
  const most = Math.max(1, ...all.map(({ count }) => count));
  const shown = open ? all : all.filter(({ value }, index) => index < shownAtFirst || (value !== null && ticked.includes(value)));
  return (
    <FacetGroup title={texts.groups[group]}>
      {shown.map(({ value, name, count }) => (
        <FacetRow
          key={value ?? ''}
          name={name}
          count={count}
          most={most}
          exact={facets.exact}
          ticked={value !== null && ticked.includes(value)}
          {...(value === null ? {} : { onTick: () => onFilters(withFilters(filters, { [group]: toggled(ticked, value) })) })}
        />
      ))}
      {all.length > shown.length || (open && all.length > shownAtFirst) ? (
        <button type="button" className="btn sub xs fmore" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? texts.fewer : texts.more(all.length - shown.length)}
        </button>
      ) : null}
    </FacetGroup>
  );
}

function nameOf(
  { value, name }: { readonly value: string | null; readonly name?: string | null },
  group: ValueFilter,
  language: Language,
): string {
  const texts = searchTexts[language];
  if (value === null) return texts.none;
  if (group === 'directions') return texts.direction[value] ?? value;
  if (group === 'languages') return texts.language[value] ?? value;
  return name ?? value;
}

function CriticalFacet({ facets, filters, language, onFilters }: FacetProps): ReactNode {
  const texts = searchTexts[language];
  const counts = facets.of('critical')?.critical;
  const countOf = (value: string): number | undefined => counts?.find((each) => each.value === value)?.count;
  const most = Math.max(1, ...(counts ?? []).map(({ count }) => count));
  return (
    <FacetGroup title={texts.groups.critical}>
      {criticalFilters.map((value) => (
        <FacetRow
          key={value}
          name={texts.critical[value]}
          count={countOf(value)}
          most={most}
          exact={facets.exact}
          ticked={filters.critical?.includes(value) === true}
          onTick={() => onFilters(withFilters(filters, { critical: toggled(filters.critical, value) }))}
        />
      ))}
    </FacetGroup>
  );
}

function ReviewFacet({ facets, filters, language, onFilters }: FacetProps): ReactNode {
  const texts = searchTexts[language];
  const own = facets.of('needsReview');
  const needed = own?.needsReview;
  const others = own === undefined ? undefined : own.calls - own.needsReview;
  const rows = [
    [true, texts.needsReview, needed],
    [false, texts.nothingToReview, others],
  ] as const;
  return (
    <FacetGroup title={texts.groups.review}>
      {rows.map(([value, name, count]) => (
        <FacetRow
          key={name}
          name={name}
          count={count}
          most={Math.max(1, needed ?? 0, others ?? 0)}
          exact={facets.exact}
          ticked={filters.needsReview === value}
          onTick={() => onFilters(withFilters(filters, { needsReview: filters.needsReview === value ? undefined : value }))}
        />
      ))}
    </FacetGroup>
  );
}
