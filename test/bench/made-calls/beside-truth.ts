import type { Transcript } from '../../../transcribe/index.ts';

/** A true turn, with what was written of its time on its channel. Times are milliseconds of the call. */
export interface BesideTruth {
  readonly turn: string;
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly said: string;
  readonly heard: string;
  /** Text, start and end after the turn's start, confidence in thousandths. */
  readonly words: readonly (readonly [text: string, start: number, end: number, confidence: number])[];
}

/** Each word that was written goes to the true turn of its channel that its middle lies in, or else to the nearest. */
export function heardBesideTruth(truth: Transcript, heard: Transcript): readonly BesideTruth[] {
  const words = heard.turns.flatMap((turn) => (turn.words ?? []).map((word) => ({ channel: turn.channel, word })));
  const owners = words.map(({ channel, word }) => {
    const middle = (word.startMs + word.endMs) / 2;
    const distances = truth.turns.map((turn) =>
      turn.channel === channel ? Math.max(turn.startMs - middle, middle - turn.endMs, 0) : Number.POSITIVE_INFINITY,
    );
    return distances.indexOf(Math.min(...distances));
  });
  return truth.turns.map((turn, index) => {
    const own = words.filter((_, at) => owners[at] === index).map(({ word }) => word);
    return {
      turn: turn.id,
      speaker: turn.speaker,
      startMs: turn.startMs,
      endMs: turn.endMs,
      said: turn.text,
      heard: own
        .map(({ text }) => text)
        .join(truth.language === 'zh' ? '' : ' ')
        .replaceAll(/\s+/gu, ' ')
        .trim(),
      words: own.map(({ text, startMs, endMs, confidence }) => [
        text.trim(),
        startMs - turn.startMs,
        endMs - turn.startMs,
        Math.round((confidence ?? 1) * 1000),
      ]),
    };
  });
}
