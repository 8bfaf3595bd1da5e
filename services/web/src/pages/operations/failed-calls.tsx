import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { answer, api, ApiError } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { useSay } from '../../app/live-region.tsx';
import { count } from '../../format/number.ts';
import { shortMoment } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import { Mark } from '../../marks/verdict.tsx';
import { Empty, Failed, Loading } from '../../states/states.tsx';
import { operationsTexts } from './operations-texts.ts';
import { retryCalls } from './retry-calls.ts';

const shown = 200;

/** Calls that came to nothing: why, and a way to try one or all of them again. */
export function FailedCalls(): ReactNode {
  const words = useTexts(operationsTexts).failed;
  const { language } = useLanguage();
  const client = useQueryClient();
  const say = useSay();
  const [said, setSaid] = useState<ReadonlyMap<string, string>>(new Map());
  const failed = useQuery({
    queryKey: ['ledger', 'failed'],
    queryFn: () => answer(api.GET('/api/v1/ledger', { params: { query: { state: 'failed', limit: shown } } })),
  });
  const replay = useMutation({
    mutationFn: (ids: readonly string[]) => retryCalls(ids),
    onSuccess: ({ tried, not }, ids) => {
      const text = words.replayed(count(tried), count(not));
      say(text);
      if (ids.length === 1) setSaid(new Map([...said, [ids[0]!, tried === 1 ? words.again : words.nothingToDo]]));
      for (const key of ['ledger', 'health', 'flow', 'dead-letters']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const lines = failed.data?.lines ?? [];
  const ids = lines.flatMap(({ callId }) => (callId === null ? [] : [callId]));
  return (
    <section className="card op" id="failed" aria-label={words.title}>
      <div className="ph">
        <h2>{words.title}</h2>
        {lines.length === 0 ? null : <span className="tag num">{count(lines.length)}</span>}
        <span className="sp" />
        {replay.data === undefined ? null : (
          <small className="mut num">{words.replayed(count(replay.data.tried), count(replay.data.not))}</small>
        )}
        {ids.length === 0 ? null : (
          <button type="button" className="btn xs pri" disabled={replay.isPending} onClick={() => replay.mutate(ids)}>
            <Icon name="again" size={14} />
            {replay.isPending ? words.replaying : words.replayAll(count(ids.length))}
          </button>
        )}
      </div>
      {replay.error === null ? null : (
        <p className="problem sm line" role="alert">
          {replay.error instanceof ApiError ? (replay.error.text?.[language] ?? replay.error.message) : String(replay.error)}
        </p>
      )}
      <div className="scroll" tabIndex={0} role="group" aria-label={words.title}>
        {failed.data === undefined ? (
          failed.error === null ? (
            <Loading />
          ) : (
            <Failed error={failed.error} onRetry={() => void failed.refetch()} />
          )
        ) : lines.length === 0 ? (
          <Empty title={words.none}>{words.noneWhy}</Empty>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                <th scope="col">{words.reason}</th>
                <th scope="col">{words.when}</th>
                <th scope="col" className="r">
                  <span className="sr">{words.replay}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map(({ deliveryId, callId, name, callRefusal, lastSeenAt }) => (
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
                      <Mark of="unmet" size={13} />
                      <span>
                        {callRefusal?.text[language]} <code>{callRefusal?.code}</code>
                      </span>
                    </span>
                  </td>
                  <td className="num nw mut2">{shortMoment(lastSeenAt, language)}</td>
                  <td className="r">
                    {callId === null ? null : said.has(callId) ? (
                      <small className="mut2 nw">{said.get(callId)}</small>
                    ) : (
                      <button
                        type="button"
                        className="btn xs"
                        disabled={replay.isPending}
                        aria-label={`${words.replay} ${name}`}
                        onClick={() => replay.mutate([callId])}
                      >
                        {words.replay}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {failed.data?.next === null || failed.data === undefined ? null : <p className="line sm mut">{words.first(shown)}</p>}
      </div>
    </section>
  );
}
