import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Language } from '../../app/language.tsx';
import { ApiError } from '../../api/client.ts';
import { callTime } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import type { HitPlayer } from './hit-player.ts';
import { splitMarks } from './marks.ts';
import type { CallFacts, Hit } from './result-rows.ts';
import { rewrites, type Rewrite } from './rewrites.ts';
import { askSearch } from './search-api.ts';
import { activeFilters, type SearchFilters } from './search-state.ts';
import { searchTexts, type SearchTexts } from './search-texts.ts';

export interface NothingFoundProps {
  readonly expression: string;
  readonly filters: SearchFilters;
  /** How many calls were looked through. */
  readonly scope: number | undefined;
  readonly language: Language;
  readonly player: HitPlayer;
  readonly onAsk: (expression: string, filters: SearchFilters) => void;
}

interface Wider {
  readonly rewrite: Rewrite | undefined;
  readonly expression: string;
  readonly filters: SearchFilters;
}

interface Nearest {
  readonly wider: Wider;
  readonly call: CallFacts;
  readonly hit: Hit | undefined;
}

/** What was looked through, what comes nearest, and one next step. */
export function NothingFound(props: NothingFoundProps): ReactNode {
  const { expression, filters, scope, language, onAsk } = props;
  const texts = searchTexts[language];
  const narrowed = activeFilters(filters) > 0;
  if (expression.trim() !== '') return <NothingSaid {...props} narrowed={narrowed} texts={texts} />;
  return (
    <div className="state nothing" role="status">
      <b>{narrowed ? texts.empty.noneOfFilters : texts.empty.noCalls}</b>
      <p>{narrowed ? texts.empty.nowhereFilters : texts.empty.noCallsWhy}</p>
      {narrowed ? (
        <button type="button" className="btn" onClick={() => onAsk('', {})}>
          {texts.empty.clear}
        </button>
      ) : (
        scope === 0 && (
          <Link to="/upload" className="btn">
            {texts.empty.upload}
          </Link>
        )
      )}
    </div>
  );
}

function NothingSaid({
  expression,
  filters,
  scope,
  player,
  onAsk,
  narrowed,
  texts,
}: NothingFoundProps & { readonly narrowed: boolean; readonly texts: SearchTexts }): ReactNode {
  const { data: nearest, isPending } = useQuery({
    queryKey: ['search', 'nearest', expression, filters],
    queryFn: ({ signal }) => findNearest(expression, filters, signal),
    staleTime: 60_000,
    retry: false,
  });
  return (
    <div className="state nothing" role="status">
      <b>{texts.empty.nothing(scope === undefined ? '' : texts.calls(scope))}</b>
      {isPending && <p className="mut2">{texts.empty.looking}</p>}
      {!isPending && (nearest === undefined || nearest === null) && <p className="mut2">{texts.empty.nowhere}</p>}
      {nearest !== undefined && nearest !== null && (
        <>
          <p className="mut2">{texts.empty.nearest(whatWidens(nearest.wider, texts), nearest.hit?.score.toFixed(2))}</p>
          <NearestHit nearest={nearest} player={player} />
          <div className="nothing-next">
            <button type="button" className="btn" onClick={() => onAsk(nearest.wider.expression, nearest.wider.filters)}>
              {whatWidens(nearest.wider, texts)}
            </button>
          </div>
        </>
      )}
      {narrowed && (nearest === undefined || nearest === null) && !isPending && (
        <button type="button" className="btn" onClick={() => onAsk(expression, {})}>
          {texts.empty.clear}
        </button>
      )}
    </div>
  );
}

function NearestHit({ nearest: { call, hit }, player }: { readonly nearest: Nearest; readonly player: HitPlayer }): ReactNode {
  if (hit === undefined) return null;
  const key = `nearest.${call.callId}.${hit.startMs}`;
  return (
    <button
      type="button"
      className="ev"
      onClick={() => player.toggle({ key, callId: call.callId, fromMs: hit.startMs, toMs: hit.endMs })}
    >
      <span className="tm num">
        <Icon name="play" size={12} />
        {callTime(hit.startMs)}
      </span>
      <span className="q">
        {splitMarks(hit.sentence, hit.marks).map(({ text, marked }, index) =>
          marked ? <b key={index}>{text}</b> : <span key={index}>{text}</span>,
        )}
      </span>
    </button>
  );
}

function whatWidens({ rewrite }: Wider, texts: SearchTexts): string {
  if (rewrite === undefined) return texts.empty.unfiltered;
  return rewrite.kind === 'lower' ? texts.empty.lower(rewrite.floor) : texts.empty[rewrite.kind];
}

/** Asks wider questions one after the other until one finds something. */
async function findNearest(expression: string, filters: SearchFilters, signal: AbortSignal): Promise<Nearest | null> {
  const wider: Wider[] = rewrites(expression).map((rewrite) => ({ rewrite, expression: rewrite.expression, filters }));
  if (activeFilters(filters) > 0) wider.push({ rewrite: undefined, expression, filters: {} });
  for (const each of wider) {
    try {
      const asked = { expression: each.expression, filters: each.filters, sort: 'match' as const, limit: 1 };
      const [found] = (await askSearch(asked, signal)).calls;
      if (found !== undefined) return { wider: each, call: found.call, hit: best(found.hits) };
    } catch (error) {
      // A question that cannot be asked is no step further; one that was not answered is an error.
      if (!(error instanceof ApiError) || error.status !== 422) throw error;
    }
  }
  return null;
}

function best(hits: readonly Hit[]): Hit | undefined {
  return hits.reduce<Hit | undefined>((so, hit) => (so === undefined || hit.score > so.score ? hit : so), undefined);
}
