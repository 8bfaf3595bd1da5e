import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { answer, api, ApiError } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { useSay } from '../../app/live-region.tsx';
import { count } from '../../format/number.ts';
import { shortMoment } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import { Empty, Failed, Loading } from '../../states/states.tsx';
import { stageName } from './health-panels.tsx';
import { operationsTexts } from './operations-texts.ts';

const shown = 200;

/** Work that failed too often and stopped, with what it died of; nothing of it is lost until it is replayed. */
export function DeadLetters(): ReactNode {
  const all = useTexts(operationsTexts);
  const words = all.dead;
  const { language } = useLanguage();
  const client = useQueryClient();
  const say = useSay();
  const dead = useQuery({
    queryKey: ['dead-letters'],
    queryFn: () => answer(api.GET('/api/v1/dead-letters', { params: { query: { limit: shown } } })),
  });
  const replay = useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (const id of ids)
        await api.POST('/api/v1/dead-letters/{id}/replay', { params: { path: { id } } }).catch((error: unknown) => {
          // Somebody else was quicker: there is no such letter any more.
          if (!(error instanceof ApiError) || error.status !== 404) throw error;
        });
      return ids.length;
    },
    onSuccess: (n) => {
      say(words.replayed(count(n)));
      for (const key of ['dead-letters', 'health', 'ledger', 'flow']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const letters = dead.data?.letters ?? [];
  return (
    <section className="card op" id="dead" aria-label={words.title}>
      <div className="ph">
        <h2>{words.title}</h2>
        {letters.length === 0 ? null : <span className="tag num">{count(letters.length)}</span>}
        <span className="sp" />
        {letters.length === 0 ? null : (
          <button
            type="button"
            className="btn xs"
            disabled={replay.isPending}
            onClick={() => replay.mutate(letters.map(({ id }) => id))}
          >
            <Icon name="again" size={14} />
            {words.replayAll(count(letters.length))}
          </button>
        )}
      </div>
      {replay.error === null ? null : (
        <p className="problem sm line" role="alert">
          {replay.error instanceof ApiError ? (replay.error.text?.[language] ?? replay.error.message) : String(replay.error)}
        </p>
      )}
      <div className="scroll" tabIndex={0} role="group" aria-label={words.title}>
        {dead.data === undefined ? (
          dead.error === null ? (
            <Loading />
          ) : (
            <Failed error={dead.error} onRetry={() => void dead.refetch()} />
          )
        ) : letters.length === 0 ? (
          <Empty title={words.none}>{words.noneWhy}</Empty>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.stage}</th>
                <th scope="col">{words.reason}</th>
                <th scope="col" className="r">
                  {words.tries}
                </th>
                <th scope="col">{words.when}</th>
                <th scope="col" className="r">
                  <span className="sr">{words.replay}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {letters.map(({ id, stage, code, message, attempts, diedAt, callId }) => (
                <tr key={id}>
                  <td className="nw">{stageName(all, stage)}</td>
                  <td>
                    {message} <code>{code}</code>
                  </td>
                  <td className="r num">{count(attempts)}</td>
                  <td className="num nw mut2">{shortMoment(diedAt, language)}</td>
                  <td className="r">
                    <span className="acts">
                      {callId === null ? null : (
                        <Link className="btn xs sub" to="/calls/$callId" params={{ callId }}>
                          {words.call}
                        </Link>
                      )}
                      <button type="button" className="btn xs" disabled={replay.isPending} onClick={() => replay.mutate([id])}>
                        {words.replay}
                      </button>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
