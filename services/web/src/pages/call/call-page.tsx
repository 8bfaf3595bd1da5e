import { useQueryClient } from '@tanstack/react-query';
import { Link, useCanGoBack, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api, ApiError, type Schemas } from '../../api/client.ts';
import { refreshCall, useLiveEvents } from '../../api/events.ts';
import { placeInTrail } from '../../app/call-trail.ts';
import { useKeys } from '../../app/keys.tsx';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { useSay } from '../../app/live-region.tsx';
import { Page } from '../../app/page.tsx';
import { texts } from '../../app/texts.ts';
import { callTime, moment } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import { Mark } from '../../marks/verdict.tsx';
import { Empty, Failed, Loading } from '../../states/states.tsx';
import './call.css';
import {
  type CallWithTag,
  type Metrics,
  type Peaks,
  useCall,
  useLine,
  useMade,
  useRubric,
  useScorecards,
  useTranscript,
} from './call-data.ts';
import { callTexts } from './call-texts.ts';
import { type CallPlayer, useCallPlayer, usePlayer } from './player.ts';
import { numbered, type Stretch, stretchesOf } from './scorecard.ts';
import { ScorecardPanel } from './scorecard-panel.tsx';
import { ScriptPanel } from './script-panel.tsx';
import { TranscriptPanel } from './transcript.tsx';
import { Transport } from './transport.tsx';
import { Wave } from './wave.tsx';

/** What the address says beside the call: a place in it, a criterion, a rubric, a step; and the way back. */
interface CallAddress {
  readonly t?: number;
  readonly criterion?: string;
  readonly rubric?: string;
  readonly step?: string;
  readonly from?: string;
}

export function CallPage(): ReactNode {
  const { callId } = useParams({ from: '/calls/$callId' });
  const text = useTexts(callTexts);
  const client = useQueryClient();
  const found = useCall(callId);
  useLiveEvents((event) => {
    if (event.type === 'call' && event.data.callId === callId) refreshCall(client, callId);
  });
  const { language } = useLanguage();
  const title = found.data === undefined ? text.title : titleOf(found.data.call, language);
  return (
    <Page title={title} head={<CallHead call={found.data?.call} title={title} />}>
      {found.data !== undefined ? (
        <CallBody key={callId} found={found.data} />
      ) : found.isError ? (
        <Alone>
          {found.error instanceof ApiError && found.error.status === 404 ? (
            <Empty title={text.noSuchCall}>{text.noSuchCallWhy}</Empty>
          ) : (
            <Failed error={found.error} tries={found.failureCount} onRetry={() => void found.refetch()} />
          )}
        </Alone>
      ) : (
        <CallLoading />
      )}
    </Page>
  );
}

const of = (call: Schemas['Call'], field: string): string | undefined => {
  const value = call.metadata[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** A call's own title; where it has none, what it was about and when. */
function titleOf(call: Schemas['Call'], language: 'zh' | 'en'): string {
  return of(call, 'title') ?? of(call, 'product') ?? of(call, 'queue') ?? moment(startOf(call), language);
}

const startOf = (call: Schemas['Call']): number => {
  const { startedAt } = call.metadata;
  return typeof startedAt === 'number' ? startedAt : call.receivedAt;
};

function CallHead({ call, title }: { readonly call: Schemas['Call'] | undefined; readonly title: string }): ReactNode {
  const text = useTexts(callTexts);
  const shared = useTexts(texts);
  const { language } = useLanguage();
  const { from } = useSearch({ strict: false }) as CallAddress;
  const router = useRouter();
  const canGoBack = useCanGoBack();
  const direction = call === undefined ? undefined : (of(call, 'direction') as 'inbound' | 'outbound' | undefined);
  const facts =
    call === undefined
      ? []
      : [
          [of(call, 'agentName'), of(call, 'agentNumber') ?? of(call, 'agentId')].filter(Boolean).join(' ') || text.unknownAgent,
          of(call, 'team'),
          direction === undefined ? undefined : shared.direction[direction],
          moment(startOf(call), language),
          of(call, 'externalId'),
          call.durationMs === null ? undefined : callTime(call.durationMs),
        ];
  return (
    <header className="top">
      {from === 'search' && canGoBack ? (
        <button type="button" className="btn sub xs" onClick={() => router.history.back()}>
          <Icon name="back" size={14} />
          {text.back}
        </button>
      ) : (
        <Link to="/search" className="btn sub xs">
          <Icon name="back" size={14} />
          {shared.pages.search}
        </Link>
      )}
      {from === 'search' && call !== undefined ? <Neighbours callId={call.callId} /> : null}
      <h1>{title}</h1>
      <div className="meta">
        {facts
          .filter((fact) => fact !== undefined)
          .map((fact) => (
            <span key={fact} className="num">
              {fact}
            </span>
          ))}
      </div>
      <span className="sp" />
    </header>
  );
}

/** The calls before and after in the list that was looked through. Going there leaves the way back as it was. */
function Neighbours({ callId }: { readonly callId: string }): ReactNode {
  const text = useTexts(callTexts);
  const place = placeInTrail(callId);
  if (place === undefined || place.of < 2) return null;
  const to = (neighbour: string | undefined, name: string, icon: 'up' | 'down'): ReactNode =>
    neighbour === undefined ? (
      <button type="button" className="btn icon xs" aria-label={name} disabled>
        <Icon name={icon} />
      </button>
    ) : (
      <Link
        to="/calls/$callId"
        params={{ callId: neighbour }}
        search={{ from: 'search' }}
        replace
        className="btn icon xs"
        aria-label={name}
        title={name}
      >
        <Icon name={icon} />
      </Link>
    );
  return (
    <span className="pn">
      {to(place.before, text.previous, 'up')}
      <span className="mut sm num nw">{text.place(place.at, place.of)}</span>
      {to(place.after, text.next, 'down')}
    </span>
  );
}

function CallBody({ found }: { readonly found: CallWithTag }): ReactNode {
  const { call } = found;
  const text = useTexts(callTexts);
  const isThere = call.state === 'transcribed' || call.state === 'scored';
  const transcript = useTranscript(call.callId, isThere || call.durationMs !== null);
  if (call.state === 'erased')
    return (
      <Alone>
        <Empty title={text.waiting.erased} />
      </Alone>
    );
  if (call.state === 'failed') return <FailedCall call={call} />;
  if (!isThere && transcript.data === undefined) return <WaitingCall call={call} />;
  if (transcript.isError)
    return (
      <Alone>
        <Failed error={transcript.error} tries={transcript.failureCount} onRetry={() => void transcript.refetch()} />
      </Alone>
    );
  return <Workbench found={found} transcript={transcript.data} />;
}

/** A state that stands where the workbench would. */
const Alone = ({ children }: { readonly children: ReactNode }): ReactNode => <section className="card alone">{children}</section>;

/** The shapes of the workbench, where they will be. */
const CallLoading = (): ReactNode => (
  <Loading>
    <div className="work bones">
      <div className="leftc">
        <div className="card">
          <Bones widths={[100, 100]} height={54} />
        </div>
        <div className="card">
          <Bones widths={[64, 88, 47, 72, 55]} height={12} />
        </div>
        <div className="card">
          <Bones widths={[40, 66]} height={12} />
        </div>
      </div>
      <div className="card">
        <Bones widths={[36]} height={44} />
        <Bones widths={[100, 70, 92, 58, 84, 61]} height={12} />
      </div>
    </div>
  </Loading>
);

const Bones = ({ widths, height }: { readonly widths: readonly number[]; readonly height: number }): ReactNode =>
  widths.map((width, at) => <i key={at} className="bone" style={{ width: `${width}%`, height }} />);

function WaitingCall({ call }: { readonly call: Schemas['Call'] }): ReactNode {
  const { waiting: text } = useTexts(callTexts);
  const { language } = useLanguage();
  const line = useLine(true);
  const waiting = line === undefined || line === 0 ? [] : [text.inLine(line)];
  const said = [text.receivedAt(moment(call.receivedAt, language)), ...waiting, text.why];
  return (
    <Alone>
      <Empty title={text.received}>{said.join(language === 'zh' ? '' : ' ')}</Empty>
    </Alone>
  );
}

function FailedCall({ call }: { readonly call: Schemas['Call'] }): ReactNode {
  const text = useTexts(callTexts);
  const { language } = useLanguage();
  const say = useSay();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>();
  const retry = async (): Promise<void> => {
    try {
      await api.POST('/api/v1/calls/{id}/retry', { params: { path: { id: call.callId } } });
      say(text.waiting.retried);
      refreshCall(client, call.callId);
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <Alone>
      <div className="state failed" role="status">
        <b>
          <Mark of="unmet" size={16} />
          {text.waiting.failed}
        </b>
        <p>
          {call.refusal?.text[language]}
          {language === 'zh' ? '' : ' '}
          {text.waiting.counted}
        </p>
        {call.refusal === null ? null : (
          <p className="mut sm num">
            {text.waiting.code} {call.refusal.code}
          </p>
        )}
        <button type="button" className="btn pri" onClick={() => void retry()}>
          <Icon name="again" size={14} />
          {text.waiting.retry}
        </button>
      </div>
      {error === undefined ? null : <Failed error={error} />}
    </Alone>
  );
}

function Workbench({
  found: { call, tag },
  transcript,
}: {
  readonly found: CallWithTag;
  readonly transcript: ReturnType<typeof useTranscript>['data'];
}): ReactNode {
  const text = useTexts(callTexts);
  const { language } = useLanguage();
  const navigate = useNavigate();
  const address = useSearch({ strict: false }) as CallAddress;
  const player = useCallPlayer(call.callId);
  const peaks = useMade<Peaks>(call.callId, 'peaks', true);
  const metrics = useMade<Metrics>(call.callId, 'speech-metrics', true);
  const scorecards = useScorecards(call.callId, call.state === 'scored' || call.scores.length > 0);
  const findRef = useRef<HTMLInputElement>(null);

  const scored = (scorecards.data ?? []).filter(({ card }) => card.fits);
  const chosen =
    scored.find(({ rubricId }) => rubricId === address.rubric) ?? scored.find(({ headline }) => headline) ?? scored[0];
  const rubric = useRubric(chosen?.card.rubric);
  const criteria = useMemo(() => (chosen === undefined ? [] : numbered(chosen.card)), [chosen]);
  const stretches = useMemo(() => criteria.flatMap(stretchesOf), [criteria]);
  // What is met because nothing was found has no place in the call.
  const pinned = useMemo(
    () =>
      stretches.filter(
        ({ kind, criterion: { verdict } }) => verdict !== 'not_applicable' && (kind === 'evidence' || verdict !== 'met'),
      ),
    [stretches],
  );
  const scripted = criteria.filter(({ script }) => script !== undefined && script.steps.length > 0);
  const script =
    scripted.find(({ id }) => id === address.criterion) ?? scripted.find(({ verdict }) => verdict !== 'met') ?? scripted[0];

  const put = useCallback(
    (part: Partial<CallAddress>) =>
      void navigate({ to: '.', search: (before: object) => ({ ...before, ...part }), replace: true } as never),
    [navigate],
  );
  const play = useCallback(
    (stretch: Stretch) => {
      put({ criterion: stretch.criterion.id, t: Math.round(stretch.startMs) });
      player.playStretch(stretch);
    },
    [player, put],
  );
  useEffect(() => player.knowSilences(metrics.data?.silences ?? []), [player, metrics.data]);
  // The place that the address came with; later ones are written by the page itself.
  const [from] = useState(Number(address.t));
  useEffect(() => {
    if (Number.isFinite(from)) player.seek(from);
  }, [player, from]);

  const step = (by: 1 | -1): void => {
    const at = criteria.findIndex(({ id }) => id === address.criterion);
    const next = criteria[at < 0 ? (by > 0 ? 0 : criteria.length - 1) : Math.min(criteria.length - 1, Math.max(0, at + by))];
    if (next !== undefined) put({ criterion: next.id });
  };
  // Of the criterion that is looked at, then of the next; of none, what comes next in the call.
  const nextEvidence = (): void => {
    const { stretch, ms } = player.state();
    const looked = criteria.find(({ id }) => id === address.criterion);
    const at = pinned.findIndex(({ key }) => key === stretch?.key);
    const isOn = at >= 0 && (looked === undefined || pinned[at]?.criterion.id === looked.id);
    const next = isOn
      ? pinned[(at + 1) % pinned.length]
      : looked === undefined
        ? (pinned.toSorted((one, other) => one.startMs - other.startMs).find(({ startMs }) => startMs >= ms) ?? pinned[0])
        : stretchesOf(looked)[0];
    if (next !== undefined) play(next);
  };
  const nextStep = (): void => {
    const steps = script?.script?.steps ?? [];
    const at = steps.findIndex(({ id }) => id === address.step);
    const next = steps[(at + 1) % Math.max(1, steps.length)];
    if (next !== undefined) put({ step: next.id });
  };
  useKeys([
    { key: ' ', does: text.keys.play, shown: true, act: player.toggle },
    { key: '[', does: text.keys.two, shown: true, act: () => player.by(-2000) },
    { key: ']', does: text.keys.two, shown: true, act: () => player.by(2000) },
    { key: 'j', does: text.keys.criterion, shown: true, act: () => step(1) },
    { key: 'k', does: text.keys.criterion, shown: true, act: () => step(-1) },
    { key: 'e', does: text.keys.evidence, shown: true, act: nextEvidence },
    { key: 's', does: text.keys.script, shown: scripted.length > 0, act: nextStep },
    { key: 'o', does: text.keys.whole, act: () => put({ criterion: undefined, step: undefined, t: undefined }) },
    { key: '/', does: text.keys.find, act: () => findRef.current?.focus() },
  ]);
  const swap = useSwap(call, tag);

  if (transcript === undefined) return <CallLoading />;
  const durationMs = peaks.data?.durationMs ?? transcript.durationMs;
  const certainty =
    transcript.layout === 'mono' ? Math.min(1, ...transcript.turns.map((turn) => turn.speakerConfidence)) : undefined;
  return (
    <div className={script === undefined ? 'work noscript' : 'work'}>
      <div className="leftc">
        <section className="card wavec" aria-label={text.wave}>
          <Transport
            player={player}
            durationMs={durationMs}
            swapped={call.speakersSwapped}
            certainty={certainty}
            busy={swap.busy}
            onSwap={swap.go}
          />
          {swap.problem === undefined ? null : <p className="problem wnote">{swap.problem}</p>}
          {peaks.data === null ? <p className="mut2 wnote">{text.noAudio}</p> : <AudioNote player={player} />}
          <Wave
            player={player}
            durationMs={durationMs}
            transcript={transcript}
            peaks={peaks.data}
            metrics={metrics.data}
            stretches={pinned}
            onPlay={play}
          />
        </section>
        <TranscriptPanel
          callId={call.callId}
          player={player}
          transcript={transcript}
          metrics={metrics.data}
          stretches={pinned}
          findRef={findRef}
        />
        {script === undefined ? null : (
          <ScriptPanel
            key={script.id}
            player={player}
            criterion={script}
            scripted={scripted.map(({ id, number, question }) => ({
              id,
              name: `${number} ${scriptOf(rubric.data, id)?.title?.[language] ?? question[language]}`,
            }))}
            onChoose={(criterionId) => put({ criterion: criterionId, step: undefined })}
            script={scriptOf(rubric.data, script.id)}
            step={address.step}
            onStep={(id) => put({ step: id })}
          />
        )}
      </div>
      {chosen !== undefined ? (
        <ScorecardPanel
          player={player}
          scored={scored}
          chosen={chosen}
          criteria={criteria}
          rubric={rubric.data}
          focus={address.criterion}
          onChoose={(rubricId) => put({ rubric: rubricId, criterion: undefined, step: undefined })}
          onFocus={(criterionId) => put({ criterion: criterionId })}
          onPlay={play}
        />
      ) : (
        <aside className="card scorec" aria-label={text.card.title}>
          {scorecards.isError ? (
            <Failed error={scorecards.error} onRetry={() => void scorecards.refetch()} />
          ) : scorecards.isLoading ? (
            <Loading />
          ) : call.state === 'scored' ? (
            <Empty title={text.card.noFit}>{text.card.noFitWhy}</Empty>
          ) : (
            <Empty title={text.waiting.transcribed}>{text.waiting.why}</Empty>
          )}
        </aside>
      )}
    </div>
  );
}

function AudioNote({ player }: { readonly player: CallPlayer }): ReactNode {
  const text = useTexts(callTexts);
  const shared = useTexts(texts);
  const broken = usePlayer(player, (state) => state.broken);
  if (!broken) return null;
  return (
    <p className="problem wnote" role="alert">
      {text.audioFailed}{' '}
      <button type="button" className="btn xs" onClick={player.open}>
        <Icon name="again" size={13} />
        {shared.retry}
      </button>
    </p>
  );
}

function scriptOf(
  rubric: Schemas['RubricOutline'] | null | undefined,
  criterionId: string,
): Schemas['RubricOutline']['scripts'][number] | undefined {
  const asked = rubric?.sections.flatMap(({ criteria }) => criteria).find(({ id }) => id === criterionId)?.script;
  return rubric?.scripts.find(({ id }) => id === asked);
}

/** Says that the speakers were taken for each other, of the revision that is on the page and of no other. */
function useSwap(
  call: Schemas['Call'],
  tag: string | undefined,
): { busy: boolean; problem: string | undefined; go(): Promise<void> } {
  const text = useTexts(callTexts);
  const { language } = useLanguage();
  const say = useSay();
  const client = useQueryClient();
  const [under, setUnder] = useState<boolean>();
  const [problem, setProblem] = useState<string>();
  // It is done when the call says so and has been scored again.
  const busy = under !== undefined && !(call.speakersSwapped === under && call.state === 'scored');
  const go = async (): Promise<void> => {
    const swapped = !call.speakersSwapped;
    setProblem(undefined);
    try {
      await api.PUT('/api/v1/calls/{id}/speakers', {
        params: { path: { id: call.callId }, header: { 'If-Match': tag ?? '*' } },
        body: { swapped },
      });
      setUnder(swapped);
      say(text.swap.under);
    } catch (error) {
      const stale = error instanceof ApiError && error.status === 412;
      setProblem(stale ? text.swap.moved : error instanceof ApiError ? (error.text?.[language] ?? error.message) : String(error));
    }
    refreshCall(client, call.callId);
  };
  return { busy, problem, go };
}
