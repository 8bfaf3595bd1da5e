import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch as useAddress } from '@tanstack/react-router';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { useLiveEvents } from '../../api/events.ts';
import { keepCallTrail } from '../../app/call-trail.ts';
import { useKeys } from '../../app/keys.tsx';
import { type Language, useLanguage } from '../../app/language.tsx';
import { useSay } from '../../app/live-region.tsx';
import { Page } from '../../app/page.tsx';
import { Icon } from '../../marks/icons.tsx';
import type { Complete } from '../../phrase-box/phrase-completion.ts';
import { PhraseBox, type PhraseBoxHandle } from '../../phrase-box/phrase-box.tsx';
import { Failed } from '../../states/states.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { Examples } from './examples.tsx';
import { FacetPanel } from './facet-panel.tsx';
import { HitPlayer, usePlayingKey } from './hit-player.ts';
import { LoadingRows } from './loading-rows.tsx';
import { NothingFound } from './nothing-found.tsx';
import { pageBefore, rememberPage } from './page-trail.ts';
import { PageTurner } from './page-turner.tsx';
import { ResultList, type ResultListHandle } from './result-list.tsx';
import { type ResultRow, resultRows, rowOf, type SearchResult, shownOn } from './result-rows.ts';
import { ScopeLine } from './scope-line.tsx';
import { askCompletion, askLists, askPhraseCheck, audioOf } from './search-api.ts';
import { asked, readSearchState, sameQuestion, searchParams, type SearchState } from './search-state.ts';
import { searchTexts, type SearchTexts } from './search-texts.ts';
import { useFacets } from './use-facets.ts';
import { useCounts, useScope, useSearch } from './use-search.ts';
import './search.css';

const noLists: ReadonlyMap<string, number> = new Map();
const checkPhrase = (expression: string, signal: AbortSignal): ReturnType<typeof askPhraseCheck> =>
  askPhraseCheck(expression, signal);

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
  const listSizes = useListSizes();
  const complete = useCallback<Complete>(
    (expression, cursor, signal) => askCompletion(expression, cursor, language, signal),
    [language],
  );
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
        <header className="qarea">
          <h1 className="sr">{texts.title}</h1>
          <PhraseBox
            ref={box}
            value={draft}
            language={language}
            check={checkPhrase}
            complete={complete}
            listSizes={listSizes}
            onChange={setDraft}
            onSearch={(q) => {
              if (q === state.q && state.after === undefined) void answer.refetch();
              else go(asked(state, { q }));
            }}
            onReadable={setReadable}
            onLeave={() => list.current?.goTo(Math.max(0, current))}
            actions={
              <div className="qbt">
                <button type="button" className="btn pri" onClick={() => box.current?.search()}>
                  {texts.search} <kbd aria-hidden="true">{searchKey}</kbd>
                </button>
                <Examples
                  language={language}
                  onTake={(expression) => {
                    setDraft(expression);
                    box.current?.focus();
                  }}
                />
                <button
                  type="button"
                  className="btn"
                  disabled={draft === ''}
                  onClick={() => {
                    setDraft('');
                    box.current?.focus();
                  }}
                >
                  {texts.clearBox}
                </button>
              </div>
            }
            aside={<ScopeLine filters={state.f} calls={scope} tookMs={seen?.result.tookMs} language={language} />}
          />
        </header>
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
                hasNext={seen.result.next !== null}
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

const searchKey = /mac|iphone|ipad/iu.test(globalThis.navigator?.userAgent ?? '') ? '⌘↵' : 'Ctrl ↵';

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

/** The search that stands in the address, and the way to another one. */
function useAddressState(): { readonly state: SearchState; readonly go: (state: SearchState, replace?: boolean) => void } {
  const address = useAddress({ strict: false }) as Readonly<Record<string, unknown>>;
  const written = JSON.stringify(address);
  const state = useMemo(() => readSearchState(JSON.parse(written) as Record<string, unknown>), [written]);
  const navigate = useNavigate();
  const go = useCallback(
    (next: SearchState, replace = false): void => void navigate({ to: '/search', search: { ...searchParams(next) }, replace }),
    [navigate],
  );
  return { state, go };
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

function useListSizes(): ReadonlyMap<string, number> {
  const { data } = useQuery({ queryKey: ['lists'], queryFn: ({ signal }) => askLists(signal), staleTime: 300_000 });
  return useMemo(() => (data === undefined ? noLists : new Map(data.lists.map(({ name, entries }) => [name, entries]))), [data]);
}

interface Ticks {
  readonly ticked: ReadonlySet<string>;
  readonly toggle: (callId: string) => void;
  readonly all: (callIds: readonly string[], tick: boolean) => void;
}

const mostTicked = 1_000;

/** Calls ticked, over all pages of one question. */
function useTicks(of: SearchState | undefined): Ticks {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const question = of === undefined ? '' : JSON.stringify([of.q, of.f]);
  useEffect(() => setTicked(new Set()), [question]);
  const all = useCallback((callIds: readonly string[], tick: boolean): void => {
    setTicked((now) => {
      const next = new Set(now);
      for (const callId of callIds) {
        if (!tick) next.delete(callId);
        else if (next.size < mostTicked) next.add(callId);
      }
      return next;
    });
  }, []);
  const toggle = useCallback(
    (callId: string): void =>
      setTicked((now) => {
        const next = new Set(now);
        if (!next.delete(callId) && next.size < mostTicked) next.add(callId);
        return next;
      }),
    [],
  );
  return { ticked, toggle, all };
}

function usePlayer(): HitPlayer {
  const [player] = useState(() => new HitPlayer(audioOf));
  useEffect(() => () => player.stop(), [player]);
  usePlayingKey(player);
  return player;
}

/** New calls wait behind a button: rows do not move by themselves. An empty list has nothing that could move. */
function useArrived(shown: readonly string[], since: number): { readonly count: number; readonly show: () => void } {
  const client = useQueryClient();
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const show = useCallback((): void => {
    setWaiting(new Set());
    void client.invalidateQueries({ queryKey: ['search'] });
  }, [client]);
  useEffect(() => setWaiting(new Set()), [since]);
  useLiveEvents((event) => {
    if (event.type !== 'call') return;
    if (shown.length === 0) show();
    else setWaiting((now) => new Set(now).add(event.data.callId));
  });
  return { count: waiting.size, show };
}

function useSayCounts(busy: boolean, calls: number | undefined, language: Language): void {
  const say = useSay();
  useEffect(() => {
    if (!busy && calls !== undefined) say(searchTexts[language].calls(calls));
  }, [busy, calls, language, say]);
}

/** The way to a call's page, at the moment of a hit, and back from there. */
function useOpenCall(): { readonly linkTo: (callId: string, ms: number) => string; readonly row: (row: ResultRow) => void } {
  const router = useRouter();
  const navigate = useNavigate();
  const linkTo = useCallback(
    (callId: string, ms: number): string =>
      router.buildLocation({ to: '/calls/$callId', params: { callId }, search: { t: ms, from: 'search' } }).href,
    [router],
  );
  const row = useCallback(
    ({ call, hit }: ResultRow): void =>
      void navigate({
        to: '/calls/$callId',
        params: { callId: call.callId },
        search: { ...(hit === null ? {} : { t: hit.startMs }), from: 'search' },
      }),
    [navigate],
  );
  return { linkTo, row };
}
