import type { ReactNode } from 'react';
import type { FacetProps } from './facet-panel.tsx';
import { FacetGroup } from './facet-group.tsx';
import { NumberRange } from './number-range.tsx';
import { withFilters } from './search-state.ts';
import { searchTexts } from './search-texts.ts';
import { usePass } from './use-facets.ts';

const width = 196;
const height = 40;

/** How the scores of the calls spread, ten points a bar; a bar is a range, and so are the two fields under it. */
export function ScoreFacet({ facets, filters, language, onFilters }: FacetProps): ReactNode {
  const texts = searchTexts[language];
  const pass = usePass(facets, filters);
  const bars = facets.of('minScore')?.score ?? [];
  if (bars.length === 0 && filters.minScore === undefined && filters.maxScore === undefined) return null;
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const { minScore = 0, maxScore = 100 } = filters;
  const inside = (from: number, to: number): boolean => to > minScore && from <= maxScore;
  return (
    <FacetGroup title={texts.groups.score}>
      <div className="sch">
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={texts.scoreChart}>
          {bars.map(({ from, to, count }) => {
            const tall = count === 0 ? 0 : Math.max(3, (count / most) * height);
            const x = (from / 100) * width;
            const w = ((to - from) / 100) * width;
            return (
              <g
                key={from}
                className={inside(from, to) ? 'fbar' : 'fbar is-out'}
                onClick={() => onFilters(withFilters(filters, { minScore: from, maxScore: to === 100 ? 100 : to - 0.1 }))}
              >
                <title>{texts.perScore(from, to, count)}</title>
                <rect x={x} y={0} width={w} height={height} className="fbar-reach" />
                <rect x={x} y={height - tall} width={Math.max(1, w - 2)} height={tall} rx="1" />
              </g>
            );
          })}
          {pass !== undefined && <path d={`M${(pass / 100) * width} 0V${height}`} className="pl" />}
        </svg>
        <div className="sm mut num" aria-hidden={pass === undefined}>
          <span>0</span>
          {pass !== undefined && (
            <span className="sch-pass" style={{ left: `${pass}%` }}>
              {texts.pass(pass)}
            </span>
          )}
          <span>100</span>
        </div>
      </div>
      <NumberRange
        title={texts.groups.score}
        unit={texts.points}
        from={filters.minScore}
        to={filters.maxScore}
        most={100}
        texts={texts}
        onRange={(from, to) => onFilters(withFilters(filters, { minScore: from, maxScore: to }))}
      />
    </FacetGroup>
  );
}
