import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { answer, api } from '../../api/client.ts';
import { useLiveEvents } from '../../api/events.ts';
import { useKeys } from '../../app/keys.tsx';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { Page } from '../../app/page.tsx';
import { clockTime } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import { Empty, Failed, Loading } from '../../states/states.tsx';
import { readHealth } from '../operations/health.ts';
import { CriticalCharts } from './critical-charts.tsx';
import { dayAfter, isDay, longDay } from './day.ts';
import type { Flow } from './flow-layout.ts';
import { FlowDrawing, FlowGaps, FlowSums } from './flow-view.tsx';
import { NeedsMe } from './needs-me.tsx';
import { TeamsTable } from './teams-table.tsx';
import { todayTexts } from './today-texts.ts';
import './today.css';

const rateDays = 28;
const weekDays = 7;
/** As far back as an answer may reach. */
const longestDays = 399;
const refreshMs = 2_000;

/** Where a day's calls went, how often they went badly wrong, who made them, and what waits for a person. */
export function TodayPage(): ReactNode {
  const words = useTexts(todayTexts);
  const { language } = useLanguage();
  const asked = useSearch({ from: '/today' })['date'];
  const day = isDay(asked) ? asked : undefined;
  const flow = useQuery({
    queryKey: ['flow', day ?? 'today'],
    queryFn: () => answer(api.GET('/api/v1/flow', { params: { query: day === undefined ? {} : { from: day, to: day } } })),
    placeholderData: keepPreviousData,
  });
  useRefresh();
  // The centre's own day is known to the server alone.
  const date = day ?? flow.data?.from;
  const navigate = useNavigate();
  const go = (days: number): void => {
    if (date !== undefined) void navigate({ to: '/today', search: { date: dayAfter(date, days) } });
  };
  useKeys([
    { key: '/', does: words.keys.search, shown: true, act: () => void navigate({ to: '/search' }) },
    { key: '[', does: words.keys.days, shown: true, act: () => go(-1) },
    { key: ']', does: words.keys.days, shown: true, act: () => go(1) },
  ]);
  return (
    <Page
      title={words.title}
      logged={false}
      meta={
        <span className="seg">
          <button type="button" aria-label={words.before} disabled={date === undefined} onClick={() => go(-1)}>
            <Icon name="left" size={14} />
          </button>
          <b className="num">{date === undefined ? '…' : longDay(date, language)}</b>
          <button type="button" aria-label={words.after} disabled={date === undefined} onClick={() => go(1)}>
            <Icon name="right" size={14} />
          </button>
        </span>
      }
      actions={
        flow.data === undefined ? null : (
          <span className="sm mut num">{words.updated(clockTime(flow.data.updatedAt).slice(0, 5))}</span>
        )
      }
    >
      <div className="tw">
        <section className="card fc" aria-label={words.flow.title}>
          <div className="ph">
            <h2>{words.flow.title}</h2>
            {flow.data === undefined || isEmpty(flow.data) ? null : <FlowSums flow={flow.data} />}
            <span className="sp" />
            <span className="sm mut wide">{words.flow.toScale}</span>
          </div>
          <FlowBody flow={flow.data} error={flow.error} retry={() => void flow.refetch()} date={date} />
        </section>
        {date === undefined ? null : <DayPanels date={date} flow={flow.data} />}
      </div>
    </Page>
  );
}

const isEmpty = ({ received, calls, expected }: Flow): boolean => received + calls.total + (expected ?? 0) === 0;

function FlowBody({
  flow,
  error,
  retry,
  date,
}: {
  readonly flow: Flow | undefined;
  readonly error: unknown;
  readonly retry: () => void;
  readonly date: string | undefined;
}): ReactNode {
  if (flow === undefined || date === undefined) return error === null ? <Loading /> : <Failed error={error} onRetry={retry} />;
  if (isEmpty(flow)) return <NoCalls date={date} />;
  return (
    <>
      <FlowGaps flow={flow} date={date} />
      <FlowDrawing flow={flow} date={date} />
    </>
  );
}

/** A day on which nothing came: the nearest one on which something did. */
function NoCalls({ date }: { readonly date: string }): ReactNode {
  const words = useTexts(todayTexts).flow;
  const { language } = useLanguage();
  const past = useQuery({ queryKey: ['critical-rates', date, longestDays], queryFn: () => criticalRates(date, longestDays) });
  const last = past.data?.days.findLast(({ scored }) => scored > 0)?.date;
  return (
    <Empty
      title={words.emptyDay(longDay(date, language))}
      action={
        last === undefined ? (
          <Link className="btn" to="/upload">
            {words.upload}
          </Link>
        ) : (
          <Link className="btn" to="/today" search={{ date: last }}>
            {words.goTo(longDay(last, language))}
          </Link>
        )
      }
    >
      {past.data === undefined ? undefined : last === undefined ? words.emptyEver : words.emptyWhy(longDay(last, language))}
    </Empty>
  );
}

function DayPanels({ date, flow }: { readonly date: string; readonly flow: Flow | undefined }): ReactNode {
  const words = useTexts(todayTexts);
  const rates = useQuery({
    queryKey: ['critical-rates', date, rateDays],
    queryFn: () => criticalRates(date, rateDays),
    placeholderData: keepPreviousData,
  });
  const teams = useQuery({ queryKey: ['teams', date, 1], queryFn: () => teamsOf(date, 1), placeholderData: keepPreviousData });
  const week = useQuery({
    queryKey: ['teams', date, weekDays],
    queryFn: () => teamsOf(date, weekDays),
    placeholderData: keepPreviousData,
  });
  const health = useQuery({ queryKey: ['health'], queryFn: readHealth });
  return (
    <>
      <section className="card cc2" aria-label={words.critical.title}>
        <div className="ph">
          <h2>{words.critical.title}</h2>
          <span className="sp" />
          <span className="lgd">
            <i className="b1" />
            {words.critical.limits}
          </span>
          <span className="lgd">
            <svg width="14" height="14" aria-hidden="true">
              <circle cx="7" cy="7" r="5.5" className="out" />
            </svg>
            {words.critical.out}
          </span>
          <span className="sm mut">{words.critical.days}</span>
        </div>
        <Panel of={rates}>{(data) => <CriticalCharts days={data.days} />}</Panel>
      </section>
      <section className="card nd2" aria-label={words.needs.title}>
        <div className="ph">
          <h2>{words.needs.title}</h2>
        </div>
        {flow === undefined ? <Loading /> : <NeedsMe flow={flow} date={date} dead={health.data?.dead ?? 0} />}
      </section>
      <section className="card tm" aria-label={words.teams.title}>
        <Panel of={teams}>{(data) => <TeamsTable date={date} day={data} week={week.data} />}</Panel>
      </section>
    </>
  );
}

function Panel<Data>({
  of,
  children,
}: {
  readonly of: { readonly data: Data | undefined; readonly error: unknown; refetch(): unknown };
  readonly children: (data: Data) => ReactNode;
}): ReactNode {
  if (of.data !== undefined) return children(of.data);
  return of.error === null ? <Loading /> : <Failed error={of.error} onRetry={() => void of.refetch()} />;
}

const criticalRates = (date: string, days: number) =>
  answer(api.GET('/api/v1/critical-rates', { params: { query: { from: dayAfter(date, 1 - days), to: date } } }));

const teamsOf = (date: string, days: number) =>
  answer(api.GET('/api/v1/teams', { params: { query: { from: dayAfter(date, 1 - days), to: date } } }));

/** Counts again when something changes, but not more often than one can read. */
function useRefresh(): void {
  const client = useQueryClient();
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(due.current), []);
  useLiveEvents(({ type }) => {
    if (type === 'hello' || due.current !== undefined) return;
    due.current = setTimeout(() => {
      due.current = undefined;
      for (const key of ['flow', 'teams', 'critical-rates', 'health']) void client.invalidateQueries({ queryKey: [key] });
    }, refreshMs);
  });
}
