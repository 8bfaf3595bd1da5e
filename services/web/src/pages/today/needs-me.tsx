import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { answer, api } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { useSay } from '../../app/live-region.tsx';
import { count } from '../../format/number.ts';
import { Icon } from '../../marks/icons.tsx';
import { Mark } from '../../marks/verdict.tsx';
import { Empty } from '../../states/states.tsx';
import { retryCalls } from '../operations/retry-calls.ts';
import { shortDay } from './day.ts';
import type { Flow } from './flow-layout.ts';
import { todayTexts } from './today-texts.ts';

/** What of a day waits for a person: counts, what is known of them, and one verb each. */
export function NeedsMe({ flow, date, dead }: { readonly flow: Flow; readonly date: string; readonly dead: number }): ReactNode {
  const words = useTexts(todayTexts).needs;
  const { language } = useLanguage();
  const missing = flow.missing ?? 0;
  const { failed } = flow.calls;
  if (flow.needsReview + missing + failed + dead === 0)
    return <Empty title={words.nothing}>{words.nothingWhy(shortDay(date, language))}</Empty>;
  return (
    <ul>
      {flow.needsReview === 0 ? null : (
        <Row mark={<Mark of="needs_review" size={18} />} n={flow.needsReview} what={words.review} note={shortDay(date, language)}>
          <Link className="btn xs pri" to="/search" search={{ f: { from: date, to: date, needsReview: true } }}>
            {words.reviewDo}
          </Link>
        </Row>
      )}
      {missing === 0 ? null : (
        <Row mark={<Icon name="warning" size={18} />} n={missing} what={words.missing} note={shortDay(date, language)}>
          <Link className="btn xs" to="/operations" search={{ date }} hash="reconciliation">
            {words.missingDo}
          </Link>
        </Row>
      )}
      {failed === 0 ? null : <FailedRow flow={flow} date={date} />}
      {dead === 0 ? null : (
        <Row mark={<Mark of="unmet" size={18} />} n={dead} what={words.dead} note={words.deadWhy}>
          <Link className="btn xs" to="/operations" hash="failed">
            {words.deadDo}
          </Link>
        </Row>
      )}
    </ul>
  );
}

function FailedRow({ flow, date }: { readonly flow: Flow; readonly date: string }): ReactNode {
  const words = useTexts(todayTexts).needs;
  const client = useQueryClient();
  const say = useSay();
  const replayable = flow.failedBy.reduce((sum, each) => sum + each.replayable, 0);
  const replay = useMutation({
    mutationFn: async () => {
      const { failed } = await answer(api.GET('/api/v1/reconciliation', { params: { query: { date } } }));
      return retryCalls(failed.flatMap(({ callId }) => (callId === null ? [] : [callId])));
    },
    onSuccess: ({ tried }) => {
      say(words.replayed(count(tried)));
      void client.invalidateQueries({ queryKey: ['flow'] });
    },
  });
  const note = replay.data === undefined ? words.replayable(count(replayable)) : words.replayed(count(replay.data.tried));
  return (
    <Row mark={<Mark of="unmet" size={18} />} n={flow.calls.failed} what={words.failed} note={note}>
      {replayable === 0 ? (
        <Link className="btn xs" to="/operations" search={{ date }} hash="failed">
          {words.deadDo}
        </Link>
      ) : (
        <button type="button" className="btn xs" disabled={replay.isPending} onClick={() => replay.mutate()}>
          {replay.isPending ? words.replaying : words.failedDo}
        </button>
      )}
    </Row>
  );
}

function Row(props: {
  readonly mark: ReactNode;
  readonly n: number;
  readonly what: string;
  readonly note: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <li>
      {props.mark}
      <b className="num">{count(props.n)}</b>
      <div>
        <span>{props.what}</span>
        <small className="mut2">{props.note}</small>
      </div>
      {props.children}
    </li>
  );
}
