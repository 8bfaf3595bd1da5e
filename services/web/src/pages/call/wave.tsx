import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTexts } from '../../app/language.tsx';
import { callTime, duration } from '../../format/time.ts';
import { Mark, SpeakerTag, type VerdictName } from '../../marks/verdict.tsx';
import type { Metrics, Peaks, Transcript } from './call-data.ts';
import { callTexts } from './call-texts.ts';
import { axisTicks, layPins, pinRows } from './pins.ts';
import { type CallPlayer, usePlayer } from './player.ts';
import type { Stretch } from './scorecard.ts';

interface WaveProps {
  readonly player: CallPlayer;
  readonly durationMs: number;
  readonly transcript: Transcript;
  readonly peaks: Peaks | null | undefined;
  readonly metrics: Metrics | null | undefined;
  readonly stretches: readonly Stretch[];
  readonly onPlay: (stretch: Stretch) => void;
}

/** Both sides of a call over time: pins of the criteria, the lanes with turns and waves, silence and overtalk, the axis. */
export function Wave({ player, durationMs, transcript, peaks, metrics, stretches, onPlay }: WaveProps): ReactNode {
  const text = useTexts(callTexts);
  const [area, width] = useWidth();
  const share = (ms: number): string =>
    `${((Math.min(Math.max(ms, 0), durationMs) / Math.max(1, durationMs)) * 100).toFixed(3)}%`;
  const pins = useMemo(
    () =>
      layPins(
        oncePerPlace(stretches, (durationMs / width) * 38).map((of) => ({ of, ms: of.startMs })),
        durationMs,
        width,
      ),
    [stretches, durationMs, width],
  );
  const lanes = lanesOf(transcript);
  const seekTo = (event: React.MouseEvent): void => {
    const { left, width: whole } = event.currentTarget.getBoundingClientRect();
    player.seek(((event.clientX - left) / whole) * durationMs);
  };
  return (
    <div className="wave">
      <div className="pins" ref={area}>
        {pins.map(({ of, more, at, row, flipped }) => (
          <button
            key={of.key}
            type="button"
            className={flipped ? 'pin flip' : 'pin'}
            style={{ left: `${at / 10}%`, top: row * rowHeight, ['--h' as string]: `${(pinRows - row) * rowHeight - 14}px` }}
            title={[of, ...more].map(({ criterion, text: quote }) => `${criterion.number} ${quote}`).join('\n')}
            aria-label={[of, ...more]
              .map(({ criterion }) => criterion.number)
              .concat(more.length === 0 ? [] : [`×${more.length + 1}`], callTime(of.startMs))
              .join(' ')}
            onClick={() => onPlay(of)}
          >
            <Mark of={gravest([of, ...more])} size={12} />
            <span>{more.length === 0 ? of.criterion.number : `×${more.length + 1}`}</span>
          </button>
        ))}
      </div>
      <div className="lanes">
        {lanes.map((lane) => (
          <div key={lane.speaker} className={`lane ${lane.speaker === 'agent' ? 'agent' : 'cust'}`}>
            <div className="lanelab">
              <SpeakerTag speaker={lane.speaker} />
              <small>{text.lanes[lane.side]}</small>
            </div>
            <div className="lanebox" onClick={seekTo} aria-hidden="true">
              <div className="blocks">
                {transcript.turns
                  .filter(({ speaker }) => speaker === lane.speaker)
                  .map(({ id, startMs, endMs }) => (
                    <i key={id} style={{ left: share(startMs), width: share(endMs - startMs) }} />
                  ))}
              </div>
              {peaks === null || peaks === undefined ? null : (
                <Bars
                  player={player}
                  peaks={peaks}
                  channel={lane.channel}
                  width={width}
                  durationMs={durationMs}
                  lane={lane}
                  transcript={transcript}
                />
              )}
            </div>
          </div>
        ))}
        <div className="overlay" aria-hidden="true">
          {metrics?.silences.map(({ startMs, endMs }) => (
            <div key={startMs} className="sil" style={{ left: share(startMs), width: share(endMs - startMs) }}>
              {((endMs - startMs) / durationMs) * width > 78 ? (
                <span>{text.transcript.silence(((endMs - startMs) / 1000).toFixed(1))}</span>
              ) : null}
            </div>
          ))}
          {metrics?.overtalk.map(({ startMs, endMs, turnId }) => (
            <div
              key={`${turnId} ${startMs}`}
              className="ovl"
              title={text.transcript.overtalk(((endMs - startMs) / 1000).toFixed(1))}
              style={{ left: share(startMs), width: share(endMs - startMs) }}
            />
          ))}
          <Head player={player} durationMs={durationMs} />
        </div>
      </div>
      <div className="axis" aria-hidden="true">
        {axisTicks(durationMs, width).map((ms) => (
          <span key={ms} style={{ left: share(ms) }}>
            {duration(ms)}
          </span>
        ))}
      </div>
      <Slider player={player} durationMs={durationMs} label={text.seekWave} />
    </div>
  );
}

const rowHeight = 24;

/** The wave for people who do not point: arrows go a second, Page keys ten. */
function Slider({ player, durationMs, label }: { player: CallPlayer; durationMs: number; label: string }): ReactNode {
  const seconds = usePlayer(player, ({ ms }) => Math.floor(ms / 1000));
  return (
    <input
      className="waveslider"
      type="range"
      min={0}
      max={Math.floor(durationMs / 1000)}
      step={1}
      value={seconds}
      aria-label={label}
      aria-valuetext={duration(seconds * 1000)}
      onChange={(event) => player.seek(Number(event.currentTarget.value) * 1000)}
    />
  );
}

function Head({ player, durationMs }: { readonly player: CallPlayer; readonly durationMs: number }): ReactNode {
  const at = usePlayer(player, ({ ms }) => Math.round((ms / Math.max(1, durationMs)) * 20_000) / 200);
  return <div className="head" style={{ left: `${at}%` }} />;
}

const barWidth = 3;
const laneHeight = 54;

/** Bars of two pixels and a gap of one; what is played is full, the rest at half strength. */
function Bars({
  player,
  peaks,
  channel,
  width,
  durationMs,
  lane,
  transcript,
}: {
  readonly player: CallPlayer;
  readonly peaks: Peaks;
  readonly channel: number;
  readonly width: number;
  readonly durationMs: number;
  readonly lane: Lane;
  readonly transcript: Transcript;
}): ReactNode {
  const bars = Math.max(1, Math.floor(width / barWidth));
  const path = useMemo(() => {
    const heights = heightsOf(peaks, channel, bars, durationMs);
    // On one channel both speak: each lane shows the sound of its own turns.
    const own = lane.side === 'mono' ? ownBars(transcript, lane.speaker, bars, durationMs) : undefined;
    return heights.map((height, at) => {
      const half = own?.[at] === false ? 0.6 : Math.max(0.6, height * (laneHeight / 2 - 3));
      const x = at * barWidth + 1;
      return `M${x} ${(laneHeight / 2 - half).toFixed(1)}V${(laneHeight / 2 + half).toFixed(1)}`;
    });
  }, [peaks, channel, bars, durationMs, lane.side, lane.speaker, transcript]);
  const played = usePlayer(player, ({ ms }) => Math.floor((ms / Math.max(1, durationMs)) * bars));
  return (
    <svg viewBox={`0 0 ${bars * barWidth} ${laneHeight}`} preserveAspectRatio="none" aria-hidden="true">
      <path className="wv" d={path.slice(played).join('')} />
      <path className="wv pl" d={path.slice(0, played).join('')} />
    </svg>
  );
}

/** From 0 to 1, relative to the loudest of the channel; a square root, so that quiet speech is seen. */
function heightsOf(peaks: Peaks, channel: number, bars: number, durationMs: number): number[] {
  const bytes = Int8Array.from(atob(peaks.channels[channel] ?? peaks.channels[0] ?? ''), (one) => one.charCodeAt(0));
  const steps = bytes.length >> 1;
  const whole = Math.max(1, durationMs / peaks.stepMs);
  const loudest = Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * whole) / bars);
    const to = Math.min(steps, Math.max(from + 1, Math.floor(((bar + 1) * whole) / bars)));
    let most = 0;
    for (let step = from; step < to; step++)
      most = Math.max(most, Math.abs(bytes[2 * step] ?? 0), Math.abs(bytes[2 * step + 1] ?? 0));
    return most;
  });
  const most = Math.max(1, ...loudest);
  return loudest.map((value) => Math.sqrt(value / most));
}

function ownBars(transcript: Transcript, speaker: string, bars: number, durationMs: number): boolean[] {
  const own = Array.from({ length: bars }, () => false);
  for (const turn of transcript.turns)
    if (turn.speaker === speaker)
      own.fill(true, Math.floor((turn.startMs / durationMs) * bars), Math.ceil((turn.endMs / durationMs) * bars));
  return own;
}

interface Lane {
  readonly speaker: string;
  readonly channel: number;
  readonly side: 'left' | 'right' | 'mono';
}

/** The agent above, whatever channel that is. */
function lanesOf({ layout, turns }: Transcript): Lane[] {
  if (layout === 'mono')
    return [
      { speaker: 'agent', channel: 0, side: 'mono' },
      { speaker: 'customer', channel: 0, side: 'mono' },
    ];
  const agentTurn = turns.find(({ speaker }) => speaker === 'agent');
  const agent = agentTurn?.channel ?? (layout === 'agent-left' ? 0 : 1);
  const side = (channel: number): 'left' | 'right' => (channel === 0 ? 'left' : 'right');
  return [
    { speaker: 'agent', channel: agent, side: side(agent) },
    { speaker: 'customer', channel: 1 - agent, side: side(1 - agent) },
  ];
}

export const markOf = ({ criterion }: Pick<Stretch, 'criterion'>): VerdictName | 'critical' =>
  criterion.verdict === 'unmet' && criterion.critical !== undefined ? 'critical' : criterion.verdict;

/** Of several stretches of one criterion that are nearer than a pin is wide, the first has a pin; the scorecard has them all. */
function oncePerPlace(stretches: readonly Stretch[], apartMs: number): Stretch[] {
  const last = new Map<string, number>();
  return stretches
    .toSorted((a, b) => a.startMs - b.startMs)
    .filter(({ criterion: { id }, startMs }) => {
      const before = last.get(id);
      if (before !== undefined && startMs - before < apartMs) return false;
      last.set(id, startMs);
      return true;
    });
}

const gravity: readonly ReturnType<typeof markOf>[] = ['critical', 'unmet', 'needs_review', 'met', 'not_applicable'];

const gravest = (stretches: readonly Stretch[]): ReturnType<typeof markOf> =>
  gravity.find((mark) => stretches.some((stretch) => markOf(stretch) === mark)) ?? 'met';

/** The width of an element in pixels, as it changes. */
function useWidth(): [React.RefObject<HTMLDivElement | null>, number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(744);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(120, Math.round(entry?.contentRect.width ?? 744))));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return [ref, width];
}
