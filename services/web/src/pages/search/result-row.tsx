import type { ReactNode } from 'react';
import type { Language } from '../../app/language.tsx';
import { callTime, duration, shortMoment } from '../../format/time.ts';
import { CriticalMark, Mark, SpeakerTag, VerdictChip } from '../../marks/verdict.tsx';
import { score as scoreText } from '../../format/number.ts';
import { type HitPlayer, usePlaying } from './hit-player.ts';
import { splitMarks } from './marks.ts';
import { MiniWave } from './mini-wave.tsx';
import type { CallFacts, Hit, ResultRow as Row } from './result-rows.ts';
import { searchTexts, type SearchTexts } from './search-texts.ts';

export interface ResultRowProps {
  readonly row: Row;
  readonly language: Language;
  readonly current: boolean;
  readonly ticked: boolean;
  readonly player: HitPlayer;
  /** Where the call's page is, at a moment. */
  readonly linkTo: (callId: string, ms: number) => string;
  readonly onTick: (callId: string) => void;
  readonly onPlay: (row: Row) => void;
  readonly onOpen: (row: Row) => void;
  readonly onCurrent: (row: Row) => void;
}

/** A hit: tick, play, who said it and when, the sentence with its words marked; match score, verdict and score of the call. */
export function ResultRow(props: ResultRowProps): ReactNode {
  const { row, language, current, ticked, player, onTick, onPlay, onCurrent } = props;
  const texts = searchTexts[language];
  const playing = usePlaying(player, row.key);
  const sounding = playing !== undefined && !playing.paused;
  const first = row.place === 1;
  const classes = ['hit', first && ticked ? 'sel' : '', current ? 'cur' : ''].filter(Boolean).join(' ');
  return (
    <article className={classes} aria-current={current ? 'true' : undefined} tabIndex={-1} onClick={() => onCurrent(row)}>
      {first ? (
        <label className="hit-tick">
          <input type="checkbox" checked={ticked} aria-label={texts.select} onChange={() => onTick(row.call.callId)} />
        </label>
      ) : (
        <span />
      )}
      <button
        type="button"
        className={sounding ? 'hp on' : 'hp'}
        aria-label={sounding ? texts.pause : row.hit === null ? texts.playCall : texts.play}
        aria-pressed={sounding}
        onClick={() => onPlay(row)}
      >
        <svg width="15" height="15" viewBox="0 0 24 24" aria-hidden="true">
          {sounding ? (
            <path d="M8 5.5v13M16 5.5v13" stroke="currentColor" strokeWidth="3.2" strokeLinecap="round" />
          ) : (
            <path d="M7 4.5v15l12-7.5z" fill="currentColor" stroke="currentColor" strokeWidth="1.8" strokeLinejoin="round" />
          )}
        </svg>
      </button>
      <div className="hb">
        {row.hit === null ? <CallLine {...props} texts={texts} /> : <HitLine {...props} hit={row.hit} texts={texts} />}
        <div className="hm">
          {first ? (
            <Facts call={row.call} language={language} texts={texts} />
          ) : (
            <span className="mut">{texts.sameCall(row.place)}</span>
          )}
          {row.more > 0 && <span className="mut">{texts.moreHits(row.more)}</span>}
        </div>
        {playing !== undefined && <MiniWave player={player} playing={playing} row={row} texts={texts} />}
      </div>
      <div className="hs">{row.hit !== null && <Match score={row.hit.score} texts={texts} />}</div>
      <div className="hv">{first && <Verdicts call={row.call} texts={texts} />}</div>
      <div className="hscore num">{first && <Score call={row.call} texts={texts} />}</div>
    </article>
  );
}

function HitLine({
  row,
  hit,
  linkTo,
  onOpen,
  language,
  texts,
}: ResultRowProps & { readonly hit: Hit; readonly texts: SearchTexts }): ReactNode {
  const time = callTime(hit.startMs);
  return (
    <p lang={{ zh: 'zh-CN', en: 'en' }[row.call.language]}>
      <SpeakerTag speaker={hit.speaker} />
      <a
        className="ht num"
        href={linkTo(row.call.callId, hit.startMs)}
        aria-label={texts.openAt(time)}
        onClick={(event) => plainClick(event, () => onOpen(row))}
      >
        {time}
      </a>
      {splitMarks(hit.sentence, hit.marks).map((stretch, index) =>
        stretch.marked ? <mark key={index}>{stretch.text}</mark> : <span key={index}>{stretch.text}</span>,
      )}
      <Why hit={hit} language={language} texts={texts} />
    </p>
  );
}

/** The call itself, where no words were asked for. */
function CallLine({ row, linkTo, onOpen, texts }: ResultRowProps & { readonly texts: SearchTexts }): ReactNode {
  const { call } = row;
  return (
    <p>
      <a
        className="hcall"
        href={linkTo(call.callId, 0)}
        aria-label={`${texts.openCall}: ${call.title ?? call.name}`}
        onClick={(event) => plainClick(event, () => onOpen(row))}
      >
        {call.title ?? call.name}
      </a>
      {call.state !== 'scored' && <span className="tag">{texts.state[call.state]}</span>}
      {row.value === 'perhaps' && (
        <span className="tag rv">
          <Mark of="needs_review" size={12} /> {texts.perhaps}
        </span>
      )}
    </p>
  );
}

/** A link that the page follows itself, but for a new tab or window. */
function plainClick(event: React.MouseEvent, follow: () => void): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  // The row that it stands in would put itself into the address, and stay.
  event.stopPropagation();
  follow();
}

/** Why it is only possible, or why something that was not said word for word is a hit. */
function Why({
  hit,
  language,
  texts,
}: {
  readonly hit: Hit;
  readonly language: Language;
  readonly texts: SearchTexts;
}): ReactNode {
  const why = hit.why?.[language];
  const setting = hit.setting === 'plain' ? undefined : texts[hit.setting];
  return (
    <>
      {hit.possible ? (
        <span className="tag rv">
          <Mark of="needs_review" size={12} /> {why ?? texts.perhaps}
        </span>
      ) : (
        why !== undefined && hit.score < 1 && <span className="tag">≈ {why}</span>
      )}
      {setting !== undefined && <span className="tag">{setting}</span>}
    </>
  );
}

function Facts({
  call,
  language,
  texts,
}: {
  readonly call: CallFacts;
  readonly language: Language;
  readonly texts: SearchTexts;
}): ReactNode {
  const product = call.product ?? call.queue;
  return (
    <>
      <b>{call.agentName ?? call.agentId ?? texts.unknownAgent}</b>
      {call.team !== null && <span>{call.team}</span>}
      <span className="num">{shortMoment(call.startedAt ?? call.receivedAt, language)}</span>
      {product !== null && <span className="hm-product">{product}</span>}
      {call.direction !== null && <span className="hm-direction">{texts.direction[call.direction] ?? call.direction}</span>}
      <span className="num">{texts.length(duration(call.durationMs))}</span>
    </>
  );
}

function Match({ score, texts }: { readonly score: number; readonly texts: SearchTexts }): ReactNode {
  const shown = score.toFixed(2);
  return (
    <div className="mt num" role="img" aria-label={texts.matchScore(shown)}>
      <i>
        <u style={{ width: `${Math.round(score * 100)}%` }} />
      </i>
      {shown}
    </div>
  );
}

function Verdicts({ call, texts }: { readonly call: CallFacts; readonly texts: SearchTexts }): ReactNode {
  const classes = (['compliance', 'customer', 'business'] as const).filter((each) => call.critical[each] > 0);
  return (
    <>
      {call.verdict !== undefined && <VerdictChip verdict={call.verdict} />}
      {classes.map((each) => (
        <span key={each} title={`${texts.criticalMark} · ${texts.critical[each]}`}>
          <span className="sr">{texts.criticalMark} </span>
          <CriticalMark of={each} />
        </span>
      ))}
    </>
  );
}

function Score({ call, texts }: { readonly call: CallFacts; readonly texts: SearchTexts }): ReactNode {
  const { score } = call;
  if (score === null || score.percent === null)
    return (
      <span className="mut" title={texts.noScore}>
        <span aria-hidden="true">—</span>
        <span className="sr">{texts.noScore}</span>
      </span>
    );
  const range =
    score.provisional && score.low !== null && score.high !== null
      ? texts.range(scoreText(score.low), scoreText(score.high))
      : undefined;
  const failed = score.percent === 0 && Object.values(call.critical).some((count) => count > 0);
  return (
    <>
      <span className="sr">{texts.callScore} </span>
      <b className={failed ? 'z' : undefined}>{scoreText(score.percent)}</b>
      {score.provisional && (
        <small className="hprov" title={range}>
          {texts.provisional}
        </small>
      )}
    </>
  );
}
