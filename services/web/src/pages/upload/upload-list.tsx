import { Link } from '@tanstack/react-router';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { count } from '../../format/number.ts';
import { Icon } from '../../marks/icons.tsx';
import { Mark } from '../../marks/verdict.tsx';
import { Empty } from '../../states/states.tsx';
import { finished, type UploadItem, type UploadStage } from './upload-queue.ts';
import { type UploadTexts, uploadTexts } from './upload-texts.ts';
import { uploads } from './uploads.ts';

/** Every file of this window: how far it is, what it was taken for and why not, and its call when there is one. */
export function UploadList(): ReactNode {
  const words = useTexts(uploadTexts).list;
  const items = useSyncExternalStore(uploads.subscribe, uploads.items);
  const done = items.filter(finished).length;
  const bad = items.filter(notTaken).length;
  return (
    <section className="card upl" aria-label={words.title}>
      <div className="ph">
        <h2>{words.title}</h2>
        {items.length === 0 ? null : (
          <small className="mut2 num">{words.sums(count(items.length), count(done), count(bad))}</small>
        )}
        <span className="sp" />
        {done === 0 ? null : (
          <button type="button" className="btn xs sub" onClick={() => uploads.clear()}>
            {words.clear}
          </button>
        )}
      </div>
      <div className="scroll" tabIndex={0} role="group" aria-label={words.title}>
        {items.length === 0 ? (
          <Empty title={words.none}>{words.noneWhy}</Empty>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.file}</th>
                <th scope="col" className="r">
                  {words.size}
                </th>
                <th scope="col">{words.progress}</th>
                <th scope="col">{words.result}</th>
                <th scope="col" className="r">
                  <span className="sr">{words.act}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row key={item.id} item={item} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}

function notTaken({ stage }: UploadItem): boolean {
  if (stage.is === 'failed') return true;
  return stage.is === 'there' && (stage.delivery?.state === 'refused' || stage.delivery?.state === 'conflict');
}

function Row({ item }: { readonly item: UploadItem }): ReactNode {
  const words = useTexts(uploadTexts).list;
  const { id, path, size, stage } = item;
  const callId = stage.is === 'there' ? stage.delivery?.callId : undefined;
  const stoppable = stage.is === 'waiting' || stage.is === 'sending';
  const again = stage.is === 'stopped' || (stage.is === 'failed' && stage.failure.again);
  return (
    <tr>
      <td className="name">{path}</td>
      <td className="r num nw">{bytes(size)}</td>
      <td>
        <Progress item={item} />
      </td>
      <td>
        <Result stage={stage} />
      </td>
      <td className="r">
        <span className="acts">
          {callId === undefined || callId === null ? null : (
            <Link className="btn xs" to="/calls/$callId" params={{ callId }} aria-label={`${words.call} ${path}`}>
              {words.call}
            </Link>
          )}
          {stoppable ? (
            <button type="button" className="btn xs sub" aria-label={`${words.stop} ${path}`} onClick={() => uploads.stop(id)}>
              {words.stop}
            </button>
          ) : null}
          {again ? (
            <button type="button" className="btn xs" aria-label={`${words.again} ${path}`} onClick={() => uploads.again(id)}>
              {words.again}
            </button>
          ) : null}
        </span>
      </td>
    </tr>
  );
}

function Progress({ item: { stage, size, path } }: { readonly item: UploadItem }): ReactNode {
  const words = useTexts(uploadTexts).stage;
  const sent = stage.is === 'there' ? size : stage.is === 'sending' ? stage.sent : 0;
  const percent = size === 0 ? (stage.is === 'there' ? 100 : 0) : Math.floor((sent * 100) / size);
  if (stage.is !== 'sending' && stage.is !== 'there') return <span className="mut">–</span>;
  return (
    <span className="prog">
      <span className="pgx" role="progressbar" aria-label={path} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
        <i style={{ width: `${percent}%` }} />
      </span>
      <span className="num">{percent}%</span>
      {stage.is === 'sending' && stage.resumed ? <small className="mut">{words.resumed}</small> : null}
    </span>
  );
}

interface Said {
  readonly mark: ReactNode;
  readonly text: string;
  readonly why?: string | undefined;
  readonly code?: string | undefined;
}

function Result({ stage }: { readonly stage: UploadStage }): ReactNode {
  const words = useTexts(uploadTexts);
  const { language } = useLanguage();
  const { mark, text, why, code } = said(stage, words, language);
  return (
    <span className="why">
      {mark}
      <span>
        {text}
        {why === undefined ? null : <span className="mut2"> · {why}</span>}
        {code === undefined ? null : (
          <>
            {' '}
            <code>{code}</code>
          </>
        )}
      </span>
    </span>
  );
}

const clock = <Icon name="clock" size={14} />;
const bad = <Mark of="unmet" />;

function said(stage: UploadStage, { stage: words }: UploadTexts, language: 'zh' | 'en'): Said {
  switch (stage.is) {
    case 'waiting':
      return { mark: clock, text: words.waiting };
    case 'sending':
      return { mark: <Icon name="upload" size={14} />, text: words.sending };
    case 'stopped':
      return { mark: <Mark of="not_applicable" />, text: words.stopped };
    case 'failed':
      return { mark: bad, text: words.failed, why: stage.failure.text[language], code: stage.failure.code };
    case 'there':
      return saidOfDelivery(stage.delivery, words, language);
  }
}

function saidOfDelivery(
  delivery: Extract<UploadStage, { is: 'there' }>['delivery'],
  words: UploadTexts['stage'],
  language: 'zh' | 'en',
): Said {
  if (delivery === undefined) return { mark: clock, text: words.settling };
  const { state, refusal, callState, callRefusal } = delivery;
  if (state === 'refused') return { mark: bad, text: words.refused, why: refusal?.text[language], code: refusal?.code };
  if (state === 'conflict') return { mark: bad, text: words.conflict };
  if (state === 'duplicate') return { mark: <Mark of="not_applicable" />, text: words.duplicate };
  if (state === 'erased' || callState === 'erased') return { mark: <Mark of="not_applicable" />, text: words.erased };
  if (callState === 'failed')
    return { mark: bad, text: words.callFailed, why: callRefusal?.text[language], code: callRefusal?.code };
  if (callState === 'scored') return { mark: <Mark of="met" />, text: words.scored };
  return { mark: clock, text: callState === 'transcribed' ? words.transcribed : words.received };
}

function bytes(size: number): string {
  if (size >= 1024 ** 3) return `${(size / 1024 ** 3).toFixed(2)} GB`;
  if (size >= 1024 ** 2) return `${(size / 1024 ** 2).toFixed(1)} MB`;
  return size >= 1024 ? `${Math.round(size / 1024)} kB` : `${size} B`;
}
