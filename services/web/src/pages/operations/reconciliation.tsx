import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { count } from '../../format/number.ts';
import { shortMoment } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import { Mark } from '../../marks/verdict.tsx';
import { Empty, Failed, Loading } from '../../states/states.tsx';
import { dayAfter, longDay } from '../today/day.ts';
import { operationsTexts } from './operations-texts.ts';

type Day = Schemas['Reconciliation'];
const groups = ['missing', 'unexpected', 'duplicates', 'failed', 'unfinished'] as const;
type Group = (typeof groups)[number];

/** What arrived of a day against what was announced, each recording by name. */
export function Reconciliation({ date, onDate }: { readonly date: string; onDate(date: string): void }): ReactNode {
  const words = useTexts(operationsTexts).day;
  const { language } = useLanguage();
  const day = useQuery({
    queryKey: ['reconciliation', date],
    queryFn: () => answer(api.GET('/api/v1/reconciliation', { params: { query: { date } } })),
    placeholderData: keepPreviousData,
  });
  return (
    <section className="card op rec" id="reconciliation" aria-label={words.title}>
      <div className="ph">
        <h2>{words.title}</h2>
        <span className="seg small">
          <button type="button" aria-label={words.before} onClick={() => onDate(dayAfter(date, -1))}>
            <Icon name="left" size={14} />
          </button>
          <b className="num">{longDay(date, language)}</b>
          <button type="button" aria-label={words.after} onClick={() => onDate(dayAfter(date, 1))}>
            <Icon name="right" size={14} />
          </button>
        </span>
        <span className="sp" />
        {day.data === undefined ? null : <Sum day={day.data} />}
      </div>
      {day.data === undefined ? (
        day.error === null ? (
          <Loading />
        ) : (
          <Failed error={day.error} onRetry={() => void day.refetch()} />
        )
      ) : (
        <Groups day={day.data} />
      )}
    </section>
  );
}

/** Arrived and missing are counted apart from what was expected: the sum can fail, and then says so. */
function Sum({ day }: { readonly day: Day }): ReactNode {
  const words = useTexts(operationsTexts).day;
  const holds = day.arrived + day.missing.length === day.expected;
  return (
    <span className={holds ? 'eqs num' : 'eqs num no'}>
      <span className={holds ? undefined : 'no'}>
        {holds ? null : <Mark of="unmet" size={12} />}
        {words.arrived} {count(day.arrived)} + {words.missing} {count(day.missing.length)} {holds ? '=' : '≠'} {words.expected}{' '}
        {count(day.expected)}
      </span>
    </span>
  );
}

function Groups({ day }: { readonly day: Day }): ReactNode {
  const words = useTexts(operationsTexts).day;
  const { language } = useLanguage();
  const [chosen, choose] = useState<Group>();
  const group = chosen ?? groups.find((each) => day[each].length > 0) ?? 'missing';
  const rows = day[group];
  return (
    <>
      <div className="tabs" role="group" aria-label={words.groups}>
        {groups.map((each) => (
          <button
            key={each}
            type="button"
            className={each === group ? 'btn xs on' : 'btn xs sub'}
            aria-pressed={each === group}
            onClick={() => choose(each)}
          >
            {words[each]} <b className="num">{count(day[each].length)}</b>
          </button>
        ))}
      </div>
      <div className="scroll" tabIndex={0} role="group" aria-label={words[group]}>
        {rows.length === 0 ? (
          group === 'missing' ? (
            day.expected === 0 ? (
              <Empty title={words.noManifest}>{words.noManifestWhy}</Empty>
            ) : (
              <Empty title={words.allThere}>{words.noneWhy(longDay(day.date, language))}</Empty>
            )
          ) : (
            <Empty title={words.none}>{words.noneWhy(longDay(day.date, language))}</Empty>
          )
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                <th scope="col">{words.externalId}</th>
                <th scope="col">{words.started}</th>
                <th scope="col">{words.source}</th>
                {group === 'failed' ? <th scope="col">{words.reason}</th> : null}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.source} ${row.name}`}>
                  <td className="name">
                    {row.callId === null ? (
                      row.name
                    ) : (
                      <Link to="/calls/$callId" params={{ callId: row.callId }}>
                        {row.name}
                      </Link>
                    )}
                  </td>
                  <td className="num name">{row.externalId ?? '–'}</td>
                  <td className="num nw">{row.startedAt === null ? '–' : shortMoment(row.startedAt, language)}</td>
                  <td className="nw">{row.source}</td>
                  {'reason' in row ? <td>{(row as Day['failed'][number]).reason.text[language]}</td> : null}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </>
  );
}
