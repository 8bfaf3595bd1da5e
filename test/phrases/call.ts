import type { SpokenTranscript, SpokenTurn, SpokenWord } from '../../phrases/index.ts';

/** A turn of a made-up call: `agent: words`, with times in seconds where they matter. */
export interface MadeTurn {
  readonly speaker: 'agent' | 'customer' | 'unknown' | 'system';
  readonly text: string;
  readonly at?: readonly [number, number];
  readonly confidence?: number;
  readonly words?: readonly SpokenWord[];
}

/** `agent(text)`, `customer(text, [from, to])`: turns for `call`. */
const turn =
  (speaker: MadeTurn['speaker']) =>
  (text: string, at?: readonly [number, number], more: Partial<MadeTurn> = {}): MadeTurn => ({
    speaker,
    text,
    ...(at === undefined ? {} : { at }),
    ...more,
  });

export const agent = turn('agent');
export const customer = turn('customer');
export const unknown = turn('unknown');
export const system = turn('system');

/** A call of these turns, five seconds a turn with a second between where no times are given; turns are t1, t2, … */
export function call(turns: readonly MadeTurn[], more: Partial<SpokenTranscript> = {}): SpokenTranscript {
  let at = 0;
  const spoken = turns.map((made, index): SpokenTurn => {
    const [from, to] = made.at ?? [at + 1, at + 5];
    at = Math.max(at, to);
    return {
      id: `t${index + 1}`,
      speaker: made.speaker,
      speakerConfidence: made.confidence ?? 1,
      channel: made.speaker === 'agent' ? 0 : 1,
      startMs: Math.round(from * 1000),
      endMs: Math.round(to * 1000),
      text: made.text,
      ...(made.words === undefined ? {} : { words: made.words }),
    };
  });
  return { language: 'zh', durationMs: Math.round((at + 2) * 1000), turns: spoken, ...more };
}
