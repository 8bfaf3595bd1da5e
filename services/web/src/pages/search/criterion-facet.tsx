import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Mark } from '../../marks/verdict.tsx';
import type { FacetProps } from './facet-panel.tsx';
import { FacetGroup, FacetRow } from './facet-group.tsx';
import { toggled, verdicts, withFilters } from './search-state.ts';
import { askFacets } from './search-api.ts';
import { searchTexts } from './search-texts.ts';
import type { FacetCounts } from './use-facets.ts';

/** One criterion of a rubric, and the verdicts it got. Nothing ticked: whatever the verdict was. */
export function CriterionFacet({ facets, filters, language, onFilters }: FacetProps): ReactNode {
  const texts = searchTexts[language];
  const { criterion } = filters;
  const own = facets.of('criterion');
  const everywhere = useCriteria(own?.criteria.length === 0);
  const criteria = own === undefined || own.criteria.length > 0 ? (own?.criteria ?? []) : everywhere;
  if (criteria.length === 0 && criterion === undefined) return null;
  const keyOf = (each: { rubricId?: string; criterionId: string }): string => `${each.rubricId ?? ''} ${each.criterionId}`;
  const known = criteria.some((each) => criterion !== undefined && keyOf(each) === keyOf(criterion));
  const rubrics = [...new Set(criteria.map(({ rubricId }) => rubricId))];
  const countOf = (verdict: string): number | undefined => own?.verdict?.find((each) => each.verdict === verdict)?.count;
  const ticked = criterion === undefined || criterion.verdicts.length === verdicts.length ? [] : criterion.verdicts;
  return (
    <FacetGroup title={texts.groups.criterion}>
      <select
        className="fselect"
        aria-label={texts.criterion}
        value={criterion === undefined ? '' : keyOf(criterion)}
        onChange={({ target }) => {
          const chosen = criteria.find((each) => keyOf(each) === target.value);
          onFilters(
            withFilters(filters, {
              criterion:
                chosen === undefined
                  ? undefined
                  : { rubricId: chosen.rubricId, criterionId: chosen.criterionId, verdicts: [...verdicts] },
            }),
          );
        }}
      >
        <option value="">{criterion === undefined ? texts.chooseCriterion : texts.dropCriterion}</option>
        {criterion !== undefined && !known && <option value={keyOf(criterion)}>{criterion.criterionId}</option>}
        {rubrics.map((rubricId) => (
          <optgroup key={rubricId} label={rubricId}>
            {criteria
              .filter((each) => each.rubricId === rubricId)
              .map((each) => (
                <option key={each.criterionId} value={keyOf(each)}>
                  {each.question?.[language] ?? each.criterionId}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      {criterion !== undefined &&
        verdicts.map((verdict) => (
          <FacetRow
            key={verdict}
            name={texts.verdict[verdict]}
            mark={<Mark of={verdict} size={14} />}
            count={countOf(verdict)}
            most={Math.max(1, ...verdicts.map((each) => countOf(each) ?? 0))}
            exact={facets.exact}
            ticked={ticked.includes(verdict)}
            onTick={() =>
              onFilters(
                withFilters(filters, { criterion: { ...criterion, verdicts: toggled(ticked, verdict) ?? [...verdicts] } }),
              )
            }
          />
        ))}
    </FacetGroup>
  );
}

/** The criteria of all calls: what can be chosen where the calls found have none. */
function useCriteria(needed: boolean): FacetCounts['criteria'] {
  const { data } = useQuery({
    queryKey: ['search', 'facets', '', {}],
    queryFn: ({ signal }) => askFacets('', {}, signal),
    staleTime: 300_000,
    enabled: needed,
  });
  return data?.criteria ?? [];
}
