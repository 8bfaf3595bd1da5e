import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Schemas } from '../../api/client.ts';
import { useLanguage, useTexts } from '../../app/language.tsx';
import { texts } from '../../app/texts.ts';
import { score as scoreText } from '../../format/number.ts';
import { callTime, moment } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import { CriticalMark, DecidedBy, Mark, VerdictChip, type VerdictName } from '../../marks/verdict.tsx';
import { type ScoredBy, useHistory } from './call-data.ts';
import { callTexts } from './call-texts.ts';
import { type CallPlayer, usePlayer } from './player.ts';
import { type NumberedCriterion, reasonOf, type Scorecard, type Stretch, stretchesOf } from './scorecard.ts';

interface ScorecardProps {
  readonly player: CallPlayer;
  readonly scored: readonly ScoredBy[];
  readonly chosen: ScoredBy;
  readonly criteria: readonly NumberedCriterion[];
  readonly rubric: Schemas['RubricOutline'] | null | undefined;
  readonly focus: string | undefined;
  onChoose(rubricId: string): void;
  onFocus(criterionId: string): void;
  onPlay(stretch: Stretch): void;
}

/** The scorecard: the score and what it can still become, critical errors, and for each criterion its verdict and proof. */
export function ScorecardPanel(props: ScorecardProps): ReactNode {
  const { player, scored, chosen, criteria, rubric, focus, onChoose, onFocus, onPlay } = props;
  const text = useTexts(callTexts);
  const shared = useTexts(texts);
  const { language } = useLanguage();
  const [only, setOnly] = useState<VerdictName>();
  const { card } = chosen;
  const playing = usePlayer(player, ({ stretch }) => stretch?.key);
  const sounding = usePlayer(player, (state) => state.playing);
  const shown = only === undefined ? criteria : criteria.filter(({ verdict }) => verdict === only);
  const title = card.rubric.title[language];
  const points = new Map(rubric?.sections.flatMap((section) => section.criteria.map((each) => [each.id, each.points])));
  const nextReview = (): void => {
    const open = criteria.filter(({ verdict }) => verdict === 'needs_review');
    const next = open[open.findIndex(({ id }) => id === focus) + 1] ?? open[0];
    if (next === undefined) return;
    setOnly(undefined);
    const [first] = stretchesOf(next);
    if (first?.kind === 'evidence') onPlay(first);
    else onFocus(next.id);
  };
  return (
    <aside className="card scorec" aria-label={text.card.title}>
      <ScoreHead card={card} pass={rubric?.pass ?? null} />
      <CriticalBanners card={card} criteria={criteria} onPlay={onPlay} />
      <div className="rubricbar">
        {scored.length > 1 ? (
          <select
            className="field rubrics"
            aria-label={text.card.title}
            value={chosen.rubricId}
            onChange={(event) => onChoose(event.currentTarget.value)}
          >
            {scored.map(({ rubricId, card: other }) => (
              <option key={rubricId} value={rubricId}>
                {text.card.version(other.rubric.title[language], other.rubric.version)}
              </option>
            ))}
          </select>
        ) : (
          <span className="sm mut2 rtitle" title={title}>
            {text.card.version(title, card.rubric.version)}
          </span>
        )}
        <History callId={card.callId} scorecardId={chosen.scorecardId} />
        <span className="sp" />
        <span className="cnt" role="group" aria-label={text.card.counts}>
          {(['unmet', 'needs_review', 'met', 'not_applicable'] as const).map((verdict) => (
            <button
              key={verdict}
              type="button"
              className="cc"
              title={shared.verdict[verdict]}
              aria-label={`${shared.verdict[verdict]} ${criteria.filter((each) => each.verdict === verdict).length}`}
              aria-pressed={only === verdict}
              onClick={() => setOnly(only === verdict ? undefined : verdict)}
            >
              <Mark of={verdict} />
              <span className="num">{criteria.filter((each) => each.verdict === verdict).length}</span>
            </button>
          ))}
        </span>
        {criteria.some(({ verdict }) => verdict === 'needs_review') ? (
          <button type="button" className="btn xs pri" title={text.card.nextReviewHint} onClick={nextReview}>
            {text.card.nextReview}
          </button>
        ) : null}
      </div>
      <div className="scroll crits" tabIndex={0} role="region" aria-label={text.card.title}>
        {card.sections.map((section, at) => {
          const own = shown.filter((criterion) => criterion.section === section.id);
          if (own.length === 0) return null;
          const weight = rubric?.sections.find(({ id }) => id === section.id)?.weight;
          return (
            <section key={section.id}>
              <SectionHead number={at + 1} section={section} weight={weight} />
              {own.map((criterion) => (
                <CriterionRow
                  key={criterion.id}
                  criterion={criterion}
                  points={points.get(criterion.id) ?? criterion.possible}
                  focused={criterion.id === focus}
                  playing={playing}
                  sounding={sounding}
                  onFocus={onFocus}
                  onPlay={onPlay}
                />
              ))}
            </section>
          );
        })}
      </div>
    </aside>
  );
}

/** What this rubric said of the call before: each version with its time and score. */
function History({ callId, scorecardId }: { readonly callId: string; readonly scorecardId: string }): ReactNode {
  const text = useTexts(callTexts);
  const { language } = useLanguage();
  const [opened, setOpened] = useState(false);
  const { data: versions = [] } = useHistory(callId, scorecardId);
  if (versions.length < 2) return null;
  return (
    <span
      className="swapw"
      onKeyDown={(event) => {
        if (event.key === 'Escape') setOpened(false);
      }}
    >
      <button type="button" className="btn sub xs" aria-expanded={opened} onClick={() => setOpened(!opened)}>
        <Icon name="history" size={14} />
        <span className="hx">{text.card.versions(versions.length)}</span>
      </button>
      {opened ? (
        <div className="pop in past" role="dialog" aria-label={text.card.history}>
          <b>{text.card.history}</b>
          <ol>
            {versions.map((each) => (
              <li key={each.scorecardId} className="num">
                <span>{moment(each.madeAt, language)}</span>
                <span className="mut">v{each.rubricVersion}</span>
                {each.scorecardId === scorecardId ? <span className="tag">{text.card.current}</span> : <span />}
                <b>{scoreText(each.percent)}</b>
              </li>
            ))}
          </ol>
        </div>
      ) : null}
    </span>
  );
}

function ScoreHead({ card, pass }: { readonly card: Scorecard; readonly pass: number | null }): ReactNode {
  const text = useTexts(callTexts);
  const shared = useTexts(texts);
  const { percent, beforeCritical, beforeCriticalLow, beforeCriticalHigh, provisional, low, high, passed } = card.score;
  const lowered = beforeCritical !== null && percent !== null && beforeCritical > percent;
  // Where the whole call is at zero for certain, what is still open is the score before.
  const zeroed = lowered && (high ?? 0) === 0;
  const from = zeroed ? beforeCriticalLow : low;
  const to = zeroed ? beforeCriticalHigh : high;
  const open = from !== null && to !== null && from < to;
  const range = open ? `${scoreText(from)}–${scoreText(to)}` : undefined;
  return (
    <div className="sh">
      <div className="bigscore num">{scoreText(percent)}</div>
      <div className="shr2">
        <div className="l1">
          {provisional ? (
            <span className="chip v-review">
              <Mark of="needs_review" />
              {shared.provisional}
            </span>
          ) : null}
          {percent === null ? (
            <span className="mut2">{text.card.noScore}</span>
          ) : zeroed ? (
            <span className="num">
              <b>{scoreText(beforeCritical)}</b> {text.card.without}{' '}
              <span className="mut">{range === undefined ? '' : `(${range})`}</span>
            </span>
          ) : range === undefined ? (
            passed === null ? null : (
              <span className="mut2">{passed ? text.card.passed : text.card.failed}</span>
            )
          ) : (
            <span className="num">
              {text.card.could} <b>{range}</b>
            </span>
          )}
        </div>
        <Gauge
          now={percent}
          before={lowered ? beforeCritical : null}
          beforeName={zeroed ? undefined : text.card.beforeIt}
          range={open ? [from, to] : null}
          pass={pass}
          label={text.card.gauge(scoreText(percent), scoreText(low), scoreText(high))}
        />
      </div>
    </div>
  );
}

/** Solid tick: now. Striped: what it could become. Dotted: before the critical error. Line: the pass mark. */
function Gauge({
  now,
  before,
  beforeName = '',
  range,
  pass,
  label,
}: {
  readonly now: number | null;
  readonly before: number | null;
  readonly beforeName?: string | undefined;
  readonly range: readonly [number, number] | null;
  readonly pass: number | null;
  readonly label: string;
}): ReactNode {
  const text = useTexts(callTexts);
  // The label of the score before goes where it does not cover the pass mark's.
  const wide = beforeName === '' ? 13 : 27;
  const near = before !== null && pass !== null && Math.abs(before - pass) < wide;
  const beforeAt = before === null ? 0 : near && before < (pass ?? 0) ? Math.min(before, (pass ?? 0) - wide - 3) : before;
  const ends = (at: number): boolean =>
    (before !== null && Math.abs(beforeAt - at) < 9) || (pass !== null && Math.abs(pass - at) < 12);
  return (
    <div className="gauge" role="img" aria-label={label}>
      <div className="gt">
        {range === null ? null : (
          <i className="rng" style={{ left: `${range[0]}%`, width: `${Math.max(0.8, range[1] - range[0])}%` }} />
        )}
        {before === null ? null : <i className="bf" style={{ left: `${before}%` }} />}
        {pass === null ? null : <i className="ps" style={{ left: `${pass}%` }} />}
        {now === null ? null : <i className="pt" style={{ left: `${Math.min(99.6, Math.max(0.4, now))}%` }} />}
      </div>
      <div className="gl2">
        {ends(0) ? null : <span style={{ left: 0, transform: 'none' }}>0</span>}
        {pass === null ? null : (
          <span style={{ left: `${pass}%`, transform: before !== null && before >= pass ? 'translateX(-100%)' : undefined }}>
            {text.card.pass} {pass}
          </span>
        )}
        {before === null ? null : (
          <span
            className="bfl"
            style={{ left: `${beforeAt}%`, transform: near && before >= (pass ?? 0) ? 'translateX(-10%)' : undefined }}
          >
            {beforeName} {scoreText(before)}
          </span>
        )}
        {ends(100) ? null : <span style={{ left: '100%', transform: 'translateX(-100%)' }}>100</span>}
      </div>
    </div>
  );
}

/** One banner for each effect: the errors that have it, each with its place in the call, and what they did to the score. */
function CriticalBanners({
  card,
  criteria,
  onPlay,
}: {
  readonly card: Scorecard;
  readonly criteria: readonly NumberedCriterion[];
  onPlay(stretch: Stretch): void;
}): ReactNode {
  const text = useTexts(callTexts);
  const { language } = useLanguage();
  const found = criteria.filter(({ critical, verdict }) => critical !== undefined && verdict === 'unmet');
  const { percent, beforeCritical } = card.score;
  const [before, from, arrow, to] = text.card.criticalCall(scoreText(beforeCritical), scoreText(percent));
  const effects = Map.groupBy(found, ({ criticalSets, section }) => (criticalSets === 'section' ? section : ''));
  return [...effects].map(([sectionId, errors]) => (
    <div className="crit" role="alert" key={sectionId}>
      <Mark of="critical" size={26} />
      <div>
        {errors.map((criterion) => (
          <CriticalError key={criterion.id} criterion={criterion} onPlay={onPlay} />
        ))}
        <div className="sm num">
          {sectionId === ''
            ? text.card.criticalWhole
            : text.card.criticalSection(card.sections.find(({ id }) => id === sectionId)?.title[language] ?? '')}
          {before}
          <b>{from}</b>
          {arrow}
          <b>{to}</b>
        </div>
      </div>
    </div>
  ));
}

function CriticalError({
  criterion,
  onPlay,
}: {
  readonly criterion: NumberedCriterion;
  onPlay(stretch: Stretch): void;
}): ReactNode {
  const shared = useTexts(texts);
  const { language } = useLanguage();
  const [first] = stretchesOf(criterion);
  return (
    <div className="critrow">
      <span>
        <b>
          {shared.criticalError} · {criterion.critical === undefined ? '' : shared.critical[criterion.critical]}
        </b>
        {language === 'zh' ? '：' : ': '}
        {criterion.number} {criterion.question[language]}
      </span>
      {first === undefined ? null : (
        <button type="button" className="btn xs num" onClick={() => onPlay(first)}>
          <Icon name="play" size={13} />
          {callTime(first.startMs)}
        </button>
      )}
    </div>
  );
}

function SectionHead({
  number,
  section,
  weight,
}: {
  readonly number: number;
  readonly section: Scorecard['sections'][number];
  readonly weight: number | undefined;
}): ReactNode {
  const text = useTexts(callTexts);
  const { language } = useLanguage();
  const { percent, beforeCritical } = section;
  const zeroed = beforeCritical !== null && percent !== null && beforeCritical > percent;
  return (
    <header className="sech">
      <h3>
        {number} {section.title[language]}
      </h3>
      {weight === undefined ? null : <span className="mut sm num">{text.card.weight(String(weight))}</span>}
      <span className="bar" aria-hidden="true">
        <i className={zeroed ? 'z' : ''} style={{ width: `${zeroed ? beforeCritical : (percent ?? 0)}%` }} />
      </span>
      <span className="num sm">
        {zeroed ? (
          <>
            <s className="mut">{scoreText(beforeCritical)}</s> <b className="cr0">{scoreText(percent)}</b>
          </>
        ) : (
          <b>{scoreText(percent)}</b>
        )}
      </span>
    </header>
  );
}

const rowClass: Readonly<Record<VerdictName, string>> = {
  met: 'met',
  unmet: 'unmet',
  not_applicable: 'na',
  needs_review: 'review',
};

function CriterionRow({
  criterion,
  points,
  focused,
  playing,
  sounding,
  onFocus,
  onPlay,
}: {
  readonly criterion: NumberedCriterion;
  readonly points: number;
  readonly focused: boolean;
  readonly playing: string | undefined;
  readonly sounding: boolean;
  onFocus(criterionId: string): void;
  onPlay(stretch: Stretch): void;
}): ReactNode {
  const text = useTexts(callTexts);
  const { language } = useLanguage();
  const row = useRef<HTMLDivElement>(null);
  const stretches = useMemo(() => stretchesOf(criterion), [criterion]);
  useEffect(() => {
    if (focused) row.current?.scrollIntoView({ block: 'nearest' });
  }, [focused]);
  return (
    <div
      ref={row}
      className={`crow ${rowClass[criterion.verdict]}${focused ? ' focus' : ''}`}
      role="group"
      aria-label={`${criterion.number} ${criterion.question[language]}`}
      aria-current={focused ? true : undefined}
      onClick={() => onFocus(criterion.id)}
    >
      <div className="cv">
        <VerdictChip verdict={criterion.verdict} />
        <DecidedBy by={criterion.decidedBy} />
      </div>
      <div className="cb">
        <div className="cq">
          <span className="cp num">
            <Points criterion={criterion} points={points} />
          </span>
          <span className="code">{criterion.number}</span>
          <b>{criterion.question[language]}</b>
          {criterion.bonus ? <span className="tag">{text.card.bonus}</span> : null}
          {criterion.open === true ? <span className="tag">{text.card.open}</span> : null}
          {criterion.critical === undefined || criterion.verdict !== 'unmet' ? null : (
            <span className="critt">
              <CriticalMark of={criterion.critical} full />
            </span>
          )}
        </div>
        <div className="evs">
          {stretches.map((stretch) => (
            <EvidenceButton key={stretch.key} stretch={stretch} playing={playing} sounding={sounding} onPlay={onPlay} />
          ))}
        </div>
        <div className="cr">{reasonOf(criterion, language)}</div>
        {criterion.verdict === 'met' ? null : (
          <NearMisses criterion={criterion} playing={playing} sounding={sounding} onPlay={onPlay} />
        )}
      </div>
    </div>
  );
}

/** What came near and does not count; the first is open, the others are at hand. */
function NearMisses({
  criterion,
  ...rest
}: {
  readonly criterion: NumberedCriterion;
  readonly playing: string | undefined;
  readonly sounding: boolean;
  onPlay(stretch: Stretch): void;
}): ReactNode {
  const text = useTexts(callTexts);
  const { language } = useLanguage();
  const [opened, setOpened] = useState(false);
  const [first, ...others] = (criterion.nearMisses ?? []).map((miss, at) => (
    <div className="near" key={`${miss.startMs} ${miss.text}`}>
      <div className="evs">
        <EvidenceButton stretch={{ ...miss, key: `${criterion.id}:n${at}`, criterion, kind: 'near' }} {...rest} />
      </div>
      <div className="cr">
        {text.card.nearMiss}
        {language === 'zh' ? '：' : ': '}
        {miss.why[language]}
      </div>
    </div>
  ));
  if (first === undefined) return null;
  return (
    <>
      {first}
      {others.length === 0 ? null : (
        <>
          <button type="button" className="nears" aria-expanded={opened} onClick={() => setOpened(!opened)}>
            <Icon name={opened ? 'up' : 'down'} size={12} />
            {text.card.moreNear(others.length)}
          </button>
          {opened ? others : null}
        </>
      )}
    </>
  );
}

/** What was earned of what was to be had; what carries no points says so rather than 0 of 0. */
function Points({ criterion, points }: { readonly criterion: NumberedCriterion; readonly points: number }): ReactNode {
  const { card } = useTexts(callTexts);
  if (criterion.verdict === 'not_applicable') return <span className="mut">–</span>;
  if (points === 0 && criterion.possible === 0) return <span className="mut sm">{card.noPoints}</span>;
  if (criterion.verdict === 'needs_review') return <span className="mut">? / {points}</span>;
  return (
    <>
      <b>{criterion.earned}</b> / {criterion.possible}
    </>
  );
}

function EvidenceButton({
  stretch,
  playing,
  sounding,
  onPlay,
}: {
  readonly stretch: Stretch;
  /** The stretch that was played last, and whether it is heard now. */
  readonly playing: string | undefined;
  readonly sounding: boolean;
  onPlay(stretch: Stretch): void;
}): ReactNode {
  const text = useTexts(callTexts);
  const shared = useTexts(texts);
  const { startMs, endMs, criterion } = stretch;
  const [from, to] = [callTime(startMs), callTime(endMs)];
  const missing = criterion.verdict === 'unmet' || criterion.verdict === 'needs_review';
  const quote =
    stretch.text !== ''
      ? stretch.text
      : stretch.kind === 'evidence'
        ? text.card.stretch(from, to)
        : missing
          ? text.card.searched(from, to, shared.speaker[criterion.searched?.speaker ?? 'anyone'])
          : text.card.looked(from, to);
  return (
    <button
      type="button"
      className={stretch.key === playing ? 'ev on' : 'ev'}
      data-start={startMs}
      data-end={endMs}
      onClick={(event) => {
        event.stopPropagation();
        onPlay(stretch);
      }}
    >
      <span className="tm num">
        <Icon name={sounding && stretch.key === playing ? 'pause' : 'play'} size={11} />
        {from}
      </span>
      <span className="q">{quote}</span>
    </button>
  );
}
