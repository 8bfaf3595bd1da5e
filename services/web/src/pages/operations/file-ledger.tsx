import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { answer, api } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { shortMoment } from '../../format/time.ts';
import { Mark } from '../../marks/verdict.tsx';
import { Empty, Failed, Loading } from '../../states/states.tsx';
import { operationsTexts } from './operations-texts.ts';

export const fileStates = ['accepted', 'duplicate', 'conflict', 'refused', 'erased'] as const;
export type FileState = (typeof fileStates)[number];

/** Every file that ever came, what it was taken for, and why it was refused. */
export function FileLedger({
  state,
  onState,
}: {
  readonly state: FileState | undefined;
  onState(state: FileState | undefined): void;
}): ReactNode {
  const all = useTexts(operationsTexts);
  const { language } = useLanguage();
  const words = all.files;
  const ledger = useInfiniteQuery({
    queryKey: ['ledger', 'files', state ?? 'all'],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/ledger', {
          params: {
            query: {
              limit: 50,
              ...(state === undefined ? {} : { state }),
              ...(pageParam === undefined ? {} : { after: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const lines = ledger.data?.pages.flatMap((page) => page.lines) ?? [];
  return (
    <section className="card op led" id="files" aria-label={words.title}>
      <div className="ph">
        <h2>{words.title}</h2>
        <div className="tabs" role="group" aria-label={words.groups}>
          {[undefined, ...fileStates].map((each) => (
            <button
              key={each ?? ''}
              type="button"
              className={each === state ? 'btn xs on' : 'btn xs sub'}
              aria-pressed={each === state}
              onClick={() => onState(each)}
            >
              {each === undefined ? words.all : words.kinds[each]}
            </button>
          ))}
        </div>
      </div>
      <div className="scroll" tabIndex={0} role="group" aria-label={words.title}>
        {ledger.data === undefined ? (
          ledger.error === null ? (
            <Loading />
          ) : (
            <Failed error={ledger.error} onRetry={() => void ledger.refetch()} />
          )
        ) : lines.length === 0 ? (
          <Empty title={words.none}>{words.noneWhy}</Empty>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                <th scope="col">{words.state}</th>
                <th scope="col">{words.source}</th>
                <th scope="col">{words.when}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map(
                ({ deliveryId, name, state: is, refusal, callId, callState, callRefusal, source, lastSeenAt, times }) => (
                  <tr key={deliveryId}>
                    <td className="name">
                      {callId === null ? (
                        name
                      ) : (
                        <Link to="/calls/$callId" params={{ callId }}>
                          {name}
                        </Link>
                      )}
                    </td>
                    <td>
                      <span className="why">
                        {is === 'refused' || is === 'conflict' || callState === 'failed' ? <Mark of="unmet" size={13} /> : null}
                        <span>
                          {callState === 'failed' ? all.delivery.failed : all.delivery[is]}
                          {(refusal ?? callRefusal) === null ? null : (
                            <span className="mut2"> · {(refusal ?? callRefusal)?.text[language]}</span>
                          )}
                          {times > 1 ? <small className="mut num"> · {words.times(times)}</small> : null}
                        </span>
                      </span>
                    </td>
                    <td className="nw">{source}</td>
                    <td className="num nw mut2">{shortMoment(lastSeenAt, language)}</td>
                  </tr>
                ),
              )}
            </tbody>
          </table>
        )}
        {ledger.hasNextPage ? (
          <p className="line">
            <button type="button" className="btn xs" disabled={ledger.isFetching} onClick={() => void ledger.fetchNextPage()}>
              {words.more}
            </button>
          </p>
        ) : null}
      </div>
    </section>
  );
}
