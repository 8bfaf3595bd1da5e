import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { answer, api } from '../../api/client.ts';
import { useLiveEvents } from '../../api/events.ts';
import { useKeys } from '../../app/keys.tsx';
import { useTexts } from '../../app/language.tsx';
import { Page } from '../../app/page.tsx';
import { Failed, Loading } from '../../states/states.tsx';
import { dayAfter, isDay } from '../today/day.ts';
import '../today/today.css';
import { DeadLetters } from './dead-letters.tsx';
import { FailedCalls } from './failed-calls.tsx';
import { FileLedger, type FileState, fileStates } from './file-ledger.tsx';
import { HealthChips, HealthReasons, StagesTable } from './health-panels.tsx';
import { readHealth } from './health.ts';
import './operations.css';
import { operationsTexts } from './operations-texts.ts';
import { Reconciliation } from './reconciliation.tsx';
import { SourcesTable } from './sources-table.tsx';

const healthEveryMs = 5_000;
const refreshMs = 2_000;

/** Whether the product works, what it waits for, what failed and can be replayed, and whether a day's recordings are all there. */
export function OperationsPage(): ReactNode {
  const words = useTexts(operationsTexts);
  const asked = useSearch({ from: '/operations' });
  const navigate = useNavigate();
  const health = useQuery({ queryKey: ['health'], queryFn: readHealth, refetchInterval: healthEveryMs });
  const today = useQuery({
    queryKey: ['flow', 'today'],
    queryFn: () => answer(api.GET('/api/v1/flow', { params: { query: {} } })),
  });
  const date = isDay(asked['date']) ? asked['date'] : today.data?.from;
  const files = fileStates.find((each) => each === asked['files']);
  const show = (change: { date?: string | undefined; files?: FileState | undefined }): void => {
    const next = { date: asked['date'], files, ...change };
    const search = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
    void navigate({ to: '/operations', search, replace: true, resetScroll: false });
  };
  useKeys([
    { key: '/', does: words.keys.search, shown: true, act: () => void navigate({ to: '/search' }) },
    { key: '[', does: words.keys.day, shown: true, act: () => date !== undefined && show({ date: dayAfter(date, -1) }) },
    { key: ']', does: words.keys.day, shown: true, act: () => date !== undefined && show({ date: dayAfter(date, 1) }) },
  ]);
  useRefresh();
  useNamedPanel();
  return (
    <Page title={words.title} logged={false} meta={health.data === undefined ? null : <HealthChips health={health.data} />}>
      <div className="ops">
        <section className="card op" aria-label={words.stages.title}>
          <div className="ph">
            <h2>{words.stages.title}</h2>
          </div>
          {health.data === undefined ? (
            health.error === null ? (
              <Loading />
            ) : (
              <Failed error={health.error} onRetry={() => void health.refetch()} />
            )
          ) : (
            <>
              <StagesTable health={health.data} />
              <HealthReasons health={health.data} />
            </>
          )}
        </section>
        <section className="card op" aria-label={words.sources.title}>
          <div className="ph">
            <h2>{words.sources.title}</h2>
          </div>
          <SourcesTable />
        </section>
        <FailedCalls />
        <DeadLetters />
        {date === undefined ? null : <Reconciliation date={date} onDate={(next) => show({ date: next })} />}
        <FileLedger state={files} onState={(next) => show({ files: next })} />
      </div>
    </Page>
  );
}

/** A link can name a panel: it is brought into view. */
function useNamedPanel(): void {
  const { hash } = useLocation();
  useEffect(() => {
    if (hash !== '') document.getElementById(hash)?.scrollIntoView({ block: 'nearest' });
  }, [hash]);
}

function useRefresh(): void {
  const client = useQueryClient();
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(due.current), []);
  useLiveEvents(({ type }) => {
    if (type === 'hello' || due.current !== undefined) return;
    due.current = setTimeout(() => {
      due.current = undefined;
      for (const key of ['health', 'sources', 'ledger', 'dead-letters', 'reconciliation'])
        void client.invalidateQueries({ queryKey: [key] });
    }, refreshMs);
  });
}
