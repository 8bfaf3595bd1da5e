import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useMemo } from 'react';
import { callTime, duration } from '../../format/time.ts';
import type { HitPlayer, Playing } from './hit-player.ts';
import type { ResultRow } from './result-rows.ts';
import { askPeaks } from './search-api.ts';
import type { SearchTexts } from './search-texts.ts';
import { barHeights } from './waveform.ts';

const width = 560;
const height = 22;
const bars = 140;
const keyStepMs = 2_000;

/** The wave of the whole call under a playing hit: what was heard, where the hit is, and where one can go. */
export function MiniWave({
  player,
  playing,
  row,
  texts,
}: {
  readonly player: HitPlayer;
  readonly playing: Playing;
  readonly row: ResultRow;
  readonly texts: SearchTexts;
}): ReactNode {
  const { callId, durationMs } = row.call;
  const { data: peaks } = useQuery({
    queryKey: ['calls', callId, 'peaks', row.call.revision],
    queryFn: ({ signal }) => askPeaks(callId, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  const heights = useMemo(() => (peaks === undefined ? undefined : barHeights(peaks, bars)), [peaks]);
  const total = Math.max(1, peaks?.durationMs ?? durationMs);
  const x = (ms: number): number => (Math.min(ms, total) / total) * width;
  const seekAt = ({ clientX, currentTarget }: PointerEvent<HTMLElement>): void => {
    const box = currentTarget.getBoundingClientRect();
    player.seek(((clientX - box.left) / box.width) * total);
  };
  const seekBy = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -keyStepMs, ArrowRight: keyStepMs, ArrowDown: -keyStepMs, ArrowUp: keyStepMs }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    player.seek(Math.max(0, Math.min(total, playing.atMs + step)));
  };
  const at = callTime(playing.atMs);
  const length = duration(total);
  return (
    <div className="mini">
      <div
        className="mini-wave"
        role="slider"
        tabIndex={0}
        aria-label={texts.position}
        aria-valuemin={0}
        aria-valuemax={Math.round(total / 1000)}
        aria-valuenow={Math.round(playing.atMs / 1000)}
        aria-valuetext={`${at} / ${length}`}
        onPointerDown={seekAt}
        onKeyDown={seekBy}
      >
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {row.hit !== null && (
            <rect
              x={x(row.hit.startMs)}
              y="0"
              width={Math.max(6, x(row.hit.endMs) - x(row.hit.startMs))}
              height={height}
              className="hr"
            />
          )}
          <path d={strokes(heights, (bar) => bar * 4 + 1 < x(playing.atMs))} className="p" />
          <path d={strokes(heights, (bar) => bar * 4 + 1 >= x(playing.atMs))} />
          <rect x={x(playing.atMs)} y="0" width="1.5" height={height} className="mini-head" />
        </svg>
      </div>
      <span className="num sm">
        {at} / {length}
      </span>
      {playing.failed && (
        <span className="mini-failed" role="alert">
          {texts.audioFailed}
        </span>
      )}
    </div>
  );
}

function strokes(heights: readonly number[] | undefined, wanted: (bar: number) => boolean): string {
  if (heights === undefined) return '';
  return heights
    .map((share, bar) => {
      if (!wanted(bar)) return '';
      const tall = Math.max(1, share * (height - 2));
      return `M${bar * 4 + 1} ${((height - tall) / 2).toFixed(1)}v${tall.toFixed(1)}`;
    })
    .join('');
}
