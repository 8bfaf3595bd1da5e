import { useQuery } from '@tanstack/react-query';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { Fragment, memo, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useTexts } from '../../app/language.tsx';
import { callTime } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import { Mark, Redacted, SpeakerTag } from '../../marks/verdict.tsx';
import type { Metrics, Transcript } from './call-data.ts';
import { callTexts } from './call-texts.ts';
import { type CallPlayer, usePlayer } from './player.ts';
import type { Stretch } from './scorecard.ts';
import { type MarkedPieces, markedPieces, pieceAt, piecesOf, type TextMark } from './turn-text.ts';
import { markOf } from './wave.tsx';

type Turn = Transcript['turns'][number];
type Found = { readonly found: true };
type Marked = Stretch | Found;
type Row =
  | { readonly kind: 'turn'; readonly turn: Turn }
  | { readonly kind: 'silence'; readonly startMs: number; readonly endMs: number };

const longSilenceMs = 5_000;

interface TranscriptProps {
  readonly callId: string;
  readonly player: CallPlayer;
  readonly transcript: Transcript;
  readonly metrics: Metrics | null | undefined;
  readonly stretches: readonly Stretch[];
  readonly findRef: React.RefObject<HTMLInputElement | null>;
}

/** What was said, following what is heard; evidence is underlined in its verdict and carries its number. */
export function TranscriptPanel({ callId, player, transcript, metrics, stretches, findRef }: TranscriptProps): ReactNode {
  const text = useTexts(callTexts);
  const [follow, setFollow] = useState(true);
  const [sought, setSought] = useState('');
  const hits = useFind(callId, sought);
  const agent = metrics?.talk.agentPerMille;
  return (
    <section className="card transc" aria-label={text.transcript.title}>
      <div className="ph">
        <h2>{text.transcript.title}</h2>
        <label className="find">
          <Icon name="search" size={13} />
          <input
            ref={findRef}
            placeholder={text.transcript.find}
            aria-label={text.transcript.find}
            title={text.transcript.findHint}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing) return;
              if (event.key === 'Enter') setSought(event.currentTarget.value.trim());
              if (event.key === 'Escape') {
                event.currentTarget.value = '';
                setSought('');
                event.currentTarget.blur();
              }
            }}
            onChange={(event) => {
              if (event.currentTarget.value === '') setSought('');
            }}
          />
        </label>
        {sought === '' ? null : (
          <span className="sm mut2 num" role="status">
            {hits.length === 0 ? text.transcript.nothing : text.transcript.found(hits.length)}
          </span>
        )}
        <span className="sp" />
        {agent === undefined ? null : (
          <>
            <span className="sm mut2 hx">{text.transcript.talk}</span>
            <span className="shr" aria-hidden="true">
              <i style={{ width: `${agent / 10}%` }} />
            </span>
            <span className="sm num mut2">
              {Math.round(agent / 10)}% · {100 - Math.round(agent / 10)}%
            </span>
          </>
        )}
        <label className="sm mut2 follow">
          <input type="checkbox" checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />
          {text.transcript.follow}
        </label>
      </div>
      <Turns player={player} transcript={transcript} metrics={metrics} stretches={stretches} hits={hits} follow={follow} />
    </section>
  );
}

interface SoughtHit {
  readonly turnId: string | null;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly sentence: string;
}

/** Plain words are found like an expression of one phrase; whoever writes an expression gets its hits. */
function useFind(callId: string, sought: string): readonly SoughtHit[] {
  const plain = /^[\p{L}\p{N}\s，。、？！,.?!'’-]+$/u.test(sought);
  const expression = plain ? `~"${sought}" 或 "${sought}"` : sought;
  const { data } = useQuery({
    queryKey: ['call', callId, 'find', sought],
    enabled: sought !== '',
    retry: false,
    queryFn: () => answer(api.GET('/api/v1/search/find', { params: { query: { call: callId, expression } } })),
  });
  return sought === '' ? none : (data?.hits ?? none);
}
const none: readonly never[] = [];

function Turns({
  player,
  transcript,
  metrics,
  stretches,
  hits,
  follow,
}: Pick<TranscriptProps, 'player' | 'transcript' | 'metrics' | 'stretches'> & {
  readonly hits: readonly SoughtHit[];
  readonly follow: boolean;
}): ReactNode {
  const text = useTexts(callTexts);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(transcript, metrics), [transcript, metrics]);
  const marks = useMemo<TextMark<Marked>[]>(
    () => [
      ...stretches
        .filter(({ kind, text: quote }) => kind === 'evidence' && quote !== '')
        .flatMap((of) =>
          of.criterion.evidence
            .filter(({ startMs, endMs }) => startMs === of.startMs && endMs === of.endMs)
            .slice(0, 1)
            .map((each) => ({ ...each, of: of as Marked })),
        ),
      ...hits.map(({ sentence, ...hit }) => ({ ...hit, text: sentence, of: { found: true } as const })),
    ],
    [stretches, hits],
  );
  const current = usePlayer(player, ({ ms }) => rowsNow(rows, ms).join(' '));
  const lit = new Set(current === '' ? [] : current.split(' ').map(Number));
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 34,
    overscan: 12,
    // What is being said stays mounted, wherever one has scrolled to.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), ...lit])].toSorted((a, b) => a - b),
    getItemKey: (at) => {
      const row = rows[at];
      return row?.kind === 'turn' ? row.turn.id : `silence ${row?.startMs ?? at}`;
    },
  });
  const first = lit.size === 0 ? undefined : Math.min(...lit);
  useEffect(() => {
    if (follow && first !== undefined) virtual.scrollToIndex(first, { align: 'center' });
  }, [follow, first, virtual]);
  const foundAt = hits[0]?.startMs;
  useEffect(() => {
    if (foundAt === undefined) return;
    const at = rows.findIndex((row) => row.kind === 'turn' && foundAt >= row.turn.startMs && foundAt <= row.turn.endMs);
    if (at >= 0) virtual.scrollToIndex(at, { align: 'center' });
  }, [foundAt, rows, virtual]);
  if (rows.length === 0) return <p className="state mut2">{text.transcript.empty}</p>;
  return (
    <div className="scroll turns" ref={scroller} tabIndex={0} role="region" aria-label={text.transcript.title}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div
              key={key}
              data-index={index}
              ref={virtual.measureElement}
              style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${start}px)` }}
            >
              {row.kind === 'turn' ? (
                <TurnRow
                  player={player}
                  turn={row.turn}
                  marks={marks}
                  lit={lit.has(index)}
                  overtalk={overtalkOf(row.turn, metrics)}
                />
              ) : (
                <SilenceRow startMs={row.startMs} endMs={row.endMs} onSeek={player.seek} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function rowsOf(transcript: Transcript, metrics: Metrics | null | undefined): Row[] {
  const silences = (metrics?.silences ?? []).filter(({ startMs, endMs }) => endMs - startMs >= longSilenceMs);
  const rows: Row[] = [
    ...transcript.turns.map((turn): Row => ({ kind: 'turn', turn })),
    ...silences.map(({ startMs, endMs }): Row => ({ kind: 'silence', startMs, endMs })),
  ];
  const at = (row: Row): number => (row.kind === 'turn' ? row.turn.startMs : row.startMs);
  return rows.toSorted((a, b) => at(a) - at(b));
}

/** Turns that are being said now: two while two people speak. */
function rowsNow(rows: readonly Row[], ms: number): number[] {
  return rows.flatMap((row, at) => (row.kind === 'turn' && row.turn.startMs <= ms && ms < row.turn.endMs ? [at] : []));
}

const overtalkOf = ({ id }: Turn, metrics: Metrics | null | undefined): number =>
  (metrics?.overtalk ?? []).filter(({ turnId }) => turnId === id).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);

const TurnRow = memo(function TurnRow({
  player,
  turn,
  marks,
  lit,
  overtalk,
}: {
  readonly player: CallPlayer;
  readonly turn: Turn;
  readonly marks: readonly TextMark<Marked>[];
  readonly lit: boolean;
  readonly overtalk: number;
}): ReactNode {
  const text = useTexts(callTexts);
  const runs = useMemo(() => markedPieces(turn, marks), [turn, marks]);
  return (
    <div className={`turn ${turn.speaker}${lit ? ' cur' : ''}`}>
      <button type="button" className="tt num" onClick={() => player.seek(turn.startMs)}>
        {callTime(turn.startMs)}
      </button>
      <SpeakerTag speaker={turn.speaker} />
      <p>
        {overtalk > 0 ? <span className="ovt">{text.transcript.overtalk((overtalk / 1000).toFixed(1))}</span> : null}
        {lit ? <LitText player={player} turn={turn} runs={runs} /> : <PlainText runs={runs} onSeek={player.seek} />}
      </p>
    </div>
  );
});

function LitText({
  player,
  turn,
  runs,
}: {
  readonly player: CallPlayer;
  readonly turn: Turn;
  readonly runs: readonly MarkedPieces<Marked>[];
}): ReactNode {
  const pieces = useMemo(() => piecesOf(turn), [turn]);
  const at = usePlayer(player, ({ ms }) => pieceAt(pieces, ms));
  const current = pieces[at];
  return <PlainText runs={runs} currentMs={current?.startMs} onSeek={player.seek} />;
}

function PlainText({
  runs,
  currentMs,
  onSeek,
}: {
  readonly runs: readonly MarkedPieces<Marked>[];
  readonly currentMs?: number | undefined;
  readonly onSeek: (ms: number) => void;
}): ReactNode {
  return runs.map(({ pieces, marks, ending }, run) => {
    const words = pieces.map((piece, at) =>
      piece.redacted !== undefined ? (
        <Redacted key={at} kind={piece.redacted} />
      ) : piece.startMs === currentMs ? (
        <Current key={at} text={piece.text} />
      ) : (
        // Pointing at a word goes there; the turn's time does the same for everybody else.
        <span key={at} onClick={() => onSeek(piece.startMs)}>
          {piece.text}
        </span>
      ),
    );
    const proof = marks.filter((mark): mark is Stretch => !('found' in mark));
    if (marks.length === 0) return <Fragment key={run}>{words}</Fragment>;
    return (
      <Fragment key={run}>
        <mark className={classesOf(proof[0], proof.length < marks.length)}>
          {words}
          {ending
            .filter((mark): mark is Stretch => !('found' in mark))
            .filter(({ criterion }, at, all) => all.findIndex((each) => each.criterion.id === criterion.id) === at)
            .map((mark) => (
              <sup key={mark.key}>
                {noBreak}
                <Mark of={markOf(mark)} size={11} />
                {mark.criterion.number}
              </sup>
            ))}
        </mark>
      </Fragment>
    );
  });
}

/** Keeps a number on the line of the word that it belongs to. */
const noBreak = '\u2060';

/** The word that is heard, without the space or stop after it. */
function Current({ text }: { readonly text: string }): ReactNode {
  const word = /^[\p{L}\p{N}'’-]+/u.exec(text)?.[0];
  if (word === undefined) return text;
  return (
    <>
      <span className="cur-word">{word}</span>
      {text.slice(word.length)}
    </>
  );
}

const classesOf = (proof: Stretch | undefined, found: boolean): string =>
  [proof === undefined ? '' : markClass(proof), found ? 'found' : ''].filter((each) => each !== '').join(' ');

const markClass = (of: Stretch): string =>
  ({ critical: 'm-crit', unmet: 'm-unmet', met: 'm-met', needs_review: 'm-review', not_applicable: 'm-na' })[markOf(of)];

function SilenceRow({
  startMs,
  endMs,
  onSeek,
}: {
  readonly startMs: number;
  readonly endMs: number;
  readonly onSeek: (ms: number) => void;
}): ReactNode {
  const text = useTexts(callTexts);
  return (
    <button type="button" className="silrow" onClick={() => onSeek(startMs)}>
      <span>{text.transcript.silence(((endMs - startMs) / 1000).toFixed(1))}</span>
      <span className="num">
        {callTime(startMs)}–{callTime(endMs)}
      </span>
    </button>
  );
}
