import { type ReactNode, useState } from 'react';
import { useTexts } from '../../app/language.tsx';
import { callTime } from '../../format/time.ts';
import { Icon } from '../../marks/icons.tsx';
import { Mark } from '../../marks/verdict.tsx';
import { callTexts } from './call-texts.ts';
import { type CallPlayer, usePlayer } from './player.ts';

interface TransportProps {
  readonly player: CallPlayer;
  readonly durationMs: number;
  readonly swapped: boolean;
  /** Lowest certainty of the speakers; undefined on separate channels. */
  readonly certainty: number | undefined;
  readonly busy: boolean;
  onSwap(): Promise<void>;
}

/** Play, clock, rate, skipping; the legend; the swap of speakers, which asks once. */
export function Transport({ player, durationMs, swapped, certainty, busy, onSwap }: TransportProps): ReactNode {
  const text = useTexts(callTexts);
  const playing = usePlayer(player, (state) => state.playing);
  const rate = usePlayer(player, (state) => state.rate);
  const shownRate = `${rate.toFixed(rate % 0.5 === 0 ? 1 : 2)}×`;
  const skipping = usePlayer(player, (state) => state.skipping);
  return (
    <div className="wtool">
      <button type="button" className="pbtn" aria-label={playing ? text.pause : text.play} onClick={player.toggle}>
        <Icon name={playing ? 'pause' : 'play'} />
      </button>
      <Clock player={player} durationMs={durationMs} />
      <button type="button" className="btn sub xs num" aria-label={`${text.rate} ${shownRate}`} onClick={player.nextRate}>
        {shownRate}
      </button>
      <button type="button" className="btn sub xs" aria-pressed={skipping} onClick={player.toggleSkipping}>
        <Icon name="skip" size={15} />
        {text.skip}
      </button>
      <span className="sp" />
      <span className="lg">
        <Mark of="unmet" size={12} />
        {text.legend.evidence}
      </span>
      <span className="lg">
        <i className="lgs" />
        {text.legend.silence}
      </span>
      <span className="lg">
        <i className="lgo" />
        {text.legend.overtalk}
      </span>
      <Swap swapped={swapped} certainty={certainty} busy={busy} onSwap={onSwap} />
    </div>
  );
}

function Clock({ player, durationMs }: { readonly player: CallPlayer; readonly durationMs: number }): ReactNode {
  const now = usePlayer(player, ({ ms }) => callTime(ms));
  return (
    <span className="num clock">
      <b>{now}</b> / {callTime(durationMs)}
    </span>
  );
}

function Swap({
  swapped,
  certainty,
  busy,
  onSwap,
}: Pick<TransportProps, 'swapped' | 'certainty' | 'busy' | 'onSwap'>): ReactNode {
  const { swap: text } = useTexts(callTexts);
  const [asking, setAsking] = useState(false);
  return (
    <span
      className="swapw"
      onKeyDown={(event) => {
        if (event.key === 'Escape') setAsking(false);
      }}
    >
      <button
        type="button"
        className="btn xs"
        aria-haspopup="dialog"
        aria-expanded={asking}
        disabled={busy}
        title={swapped ? text.swapped : undefined}
        onClick={() => setAsking(!asking)}
      >
        <Icon name="swap" size={14} />
        {busy ? text.under : text.button}
      </button>
      {asking ? (
        <div className="pop in" role="dialog" aria-label={text.title}>
          <b>{text.title}</b>
          <p>{text.what}</p>
          {certainty === undefined ? null : <p className="mut sm num">{text.certainty(certainty.toFixed(2))}</p>}
          <div>
            <button
              type="button"
              className="btn pri xs"
              autoFocus
              onClick={() => {
                setAsking(false);
                void onSwap();
              }}
            >
              {text.go}
            </button>
            <button type="button" className="btn xs" onClick={() => setAsking(false)}>
              {text.cancel}
            </button>
          </div>
        </div>
      ) : null}
    </span>
  );
}
