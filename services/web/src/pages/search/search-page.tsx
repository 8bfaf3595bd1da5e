import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { keepCallTrail } from '../../app/call-trail.ts';
import { useKeys } from '../../app/keys.tsx';
import { type Language, useLanguage } from '../../app/language.tsx';
import { useSay } from '../../app/live-region.tsx';
import { Page } from '../../app/page.tsx';
import { Icon } from '../../marks/icons.tsx';
import type { PhraseBoxHandle } from '../../phrase-box/phrase-box.tsx';
import { Failed } from '../../states/states.tsx';
import { useAddressState } from './address-state.ts';
import { useArrived } from './arrived-calls.ts';
import { BulkBar } from './bulk-bar.tsx';
import { FacetPanel } from './facet-panel.tsx';
import { HitPlayer } from './hit-player.ts';
import { LoadingRows } from './loading-rows.tsx';
import { NothingFound } from './nothing-found.tsx';
import { useOpenCall } from './open-call.ts';
import { pageBefore, rememberPage } from './page-trail.ts';
import { PageTurner } from './page-turner.tsx';
import { ResultList, type ResultListHandle } from './result-list.tsx';
import { type ResultRow, resultRows, rowOf, type SearchResult, shownOn } from './result-rows.ts';
import { ScopeLine } from './scope-line.tsx';
import { audioOf } from './search-api.ts';
import { SearchHead } from './search-head.tsx';
import { asked, sameQuestion, type SearchState } from './search-state.ts';
import { searchTexts, type SearchTexts } from './search-texts.ts';
import { useTicks } from './ticked-calls.ts';
import { useFacets } from './use-facets.ts';
import { useCounts, useScope, useSearch } from './use-search.ts';
import './search.css';

/** Find every call in which something was said; without an expression, every call of the filters. */
export function SearchPage(): ReactNode {
  const { language } = useLanguage();
  const texts = searchTexts[language];
  const { state, go } = useAddressState();
  const [draft, setDraft] = useState(state.q);
  useEffect(() => setDraft(state.q), [state.q]);
  const [readable, setReadable] = useState<boolean>();
  const box = useRef<PhraseBoxHandle>(null);
  const list = useRef<ResultListHandle>(null);

  const answer = useSearch(state);
  const seen = useSeen(state, answer.data, answer.isPlaceholderData);
  const counts = useCounts(seen?.result);
  const scope = useScope(state.f);
  const facets = useFacets(seen?.state.q ?? state.q, state.f, seen !== undefined);
  const rows = useMemo(() => resultRows(seen?.result.calls ?? []), [seen]);
  const current = rowOf(rows, state.open);
  const callsOnPage = useMemo(() => [...new Set(rows.map(({ call }) => call.callId))], [rows]);
  useEffect(() => keepCallTrail(callsOnPage), [callsOnPage]);
  const ticks = useTicks(seen?.state);
  const player = usePlayer();
  const arrived = useArrived(callsOnPage, answer.dataUpdatedAt);
  useSayCounts(answer.isFetching, counts?.calls, language);

  const open = useOpenCall();
  const setCurrent = useCallback(
    (row: ResultRow): void => {
      const hit = row.hit === null ? {} : { startMs: row.hit.startMs };
      go({ ...state, open: { callId: row.call.callId, ...hit } }, true);
    },
    [go, state],
  );
  const play = useCallback(
    ({ key, call, hit }: ResultRow): void =>
      player.toggle({ key, callId: call.callId, fromMs: hit?.startMs ?? 0, toMs: hit?.endMs }),
    [player],
  );
  const move = (by: number): void => {
    const to = Math.max(0, Math.min(rows.length - 1, current === -1 ? 0 : current + by));
    const row = rows[to];
    if (row === undefined) return;
    setCurrent(row);
    list.current?.goTo(to);
  };
  const onCurrent = (act: (row: ResultRow) => void) => (): void => {
    const row = rows[current];
    if (row !== undefined) act(row);
  };
  useKeys([
    { key: '/', does: texts.keyBox, shown: true, act: () => box.current?.focus() },
    { key: 'j', does: texts.keyMove, shown: true, act: () => move(1) },
    { key: 'k', does: texts.keyMove, shown: true, act: () => move(-1) },
    { key: ' ', does: texts.keyPlay, shown: true, act: onCurrent(play) },
    { key: 'x', does: texts.keyTick, shown: true, act: onCurrent(({ call }) => ticks.toggle(call.callId)) },
    { key: 'enter', does: texts.keyOpen, shown: true, act: onCurrent(open.row) },
  ]);

  const nextPage = (): void => {
    const cursor = seen?.result.next;
    if (cursor === null || cursor === undefined || seen === undefined) return;
    const { calls, hits } = shownOn(seen.result.calls);
    rememberPage(cursor, state.after);
    go({
      ...withoutOpen(state),
      after: { cursor, calls: (state.after?.calls ?? 0) + calls, hits: (state.after?.hits ?? 0) + hits },
    });
  };
  const before = state.after === undefined ? undefined : pageBefore(state.after.cursor);
  const pageBack = (): void => {
    const { after: _after, ...rest } = withoutOpen(state);
    go(before === undefined || before === 'first' ? rest : { ...rest, after: before });
  };

  const wrong = readable === false;
  const other = seen !== undefined && (draft !== seen.state.q || !sameQuestion(state, seen.state));
  const stale = wrong || (other && !answer.isFetching);
  return (
    <Page
      title={texts.title}
      head={
        <SearchHead
          ref={box}
          draft={draft}
          language={language}
          aside={<ScopeLine filters={state.f} calls={scope} tookMs={seen?.result.tookMs} language={language} />}
          onDraft={setDraft}
          onSearch={(q) => {
            if (q === state.q && state.after === undefined) void answer.refetch();
            else go(asked(state, { q }));
          }}
          onReadable={setReadable}
          onLeave={() => list.current?.goTo(Math.max(0, current))}
        />
      }
    >
      <div className="swork">
        <FacetPanel
          facets={facets}
          filters={state.f}
          language={language}
          stale={wrong}
          onFilters={(f) => go(asked(state, { f }))}
        />
        <section className="card hits" aria-label={texts.results}>
          <BulkBar
            language={language}
            question={{
              expression: seen?.state.q ?? state.q,
              filters: seen?.state.f ?? state.f,
              sort: seen?.state.sort ?? state.sort,
            }}
            counts={counts}
            callsOnPage={callsOnPage}
            ticked={ticks.ticked}
            arrived={arrived.count}
            onTickAll={(tick) => ticks.all(callsOnPage, tick)}
            onSort={(sort) => go(asked(state, { sort }))}
            onArrived={arrived.show}
          />
          {stale && seen !== undefined && (
            <div className="stale" role="status">
              <Icon name="clock" size={14} />
              {wrong ? texts.staleWrong : texts.staleTyped}
            </div>
          )}
          {seen === undefined ? (
            answer.error === null ? (
              <LoadingRows />
            ) : (
              <NotAnswered error={answer.error} texts={texts} onRetry={() => void answer.refetch()} />
            )
          ) : (
            <>
              {answer.error !== null && <NotAnswered error={answer.error} texts={texts} onRetry={() => void answer.refetch()} />}
              {rows.length === 0 ? (
                <NothingFound
                  expression={seen.state.q}
                  filters={seen.state.f}
                  scope={scope}
                  language={language}
                  player={player}
                  onAsk={(q, f) => go(asked(state, { q, f }))}
                />
              ) : (
                <ResultList
                  ref={list}
                  rows={rows}
                  current={current}
                  language={language}
                  player={player}
                  ticked={ticks.ticked}
                  busy={answer.isPlaceholderData}
                  stale={wrong}
                  linkTo={open.linkTo}
                  onTick={ticks.toggle}
                  onPlay={play}
                  onOpen={open.row}
                  onCurrent={setCurrent}
                />
              )}
              <PageTurner
                calls={seen.result.calls}
                counts={counts}
                after={seen.state.after}
                knowsBefore={before !== undefined}
                hasNext={seen.result.next !== null && !answer.isPlaceholderData}
                language={language}
                onBefore={pageBack}
                onNext={nextPage}
              />
            </>
          )}
        </section>
      </div>
    </Page>
  );
}

/** What cannot be read is explained at the box; everything else here, with another try. */
function NotAnswered({
  error,
  texts,
  onRetry,
}: {
  readonly error: Error;
  readonly texts: SearchTexts;
  readonly onRetry: () => void;
}): ReactNode {
  if (!(error instanceof ApiError) || error.code !== 'phrase-not-valid') return <Failed error={error} onRetry={onRetry} />;
  return (
    <div className="state">
      <b>{texts.error.unreadable}</b>
      <p className="mut2">{texts.error.seeAbove}</p>
    </div>
  );
}

function withoutOpen({ open: _open, ...rest }: SearchState): SearchState {
  return rest;
}

interface Seen {
  readonly state: SearchState;
  readonly result: SearchResult;
}

/** The last good answer with what it answers. It stays while the next one is on its way, and when that one fails. */
function useSeen(state: SearchState, result: SearchResult | undefined, isOld: boolean): Seen | undefined {
  const kept = useRef<Seen>(undefined);
  const same = kept.current?.result === result && kept.current !== undefined && sameQuestion(kept.current.state, state);
  if (result !== undefined && !isOld && !same) kept.current = { state, result };
  return kept.current;
}

function usePlayer(): HitPlayer {
  const [player] = useState(() => new HitPlayer(audioOf));
  useEffect(() => () => player.stop(), [player]);
  return player;
}

function useSayCounts(busy: boolean, calls: number | undefined, language: Language): void {
  const say = useSay();
  useEffect(() => {
    if (!busy && calls !== undefined) say(searchTexts[language].calls(calls));
  }, [busy, calls, language, say]);
}
