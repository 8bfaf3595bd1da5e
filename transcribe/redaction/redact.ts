import { z } from 'zod';
import { type Redaction, redactionSchema, type Transcript, transcriptSchema } from '../transcript.ts';
import { askedForMutes } from './asked-for.ts';
import { asksIn } from './asks.ts';
import { type PlacedNumber, readTurns, type ReadTurn, runsOf } from './digit-runs.ts';
import { labelledDates } from './labelled-dates.ts';
import { findNumbers, type FoundNumber } from './find-numbers.ts';
import { findAgain, namedAsKnown } from './known-numbers.ts';
import { type ChannelSpeech, muteSpans, type RawMute, type TimeSpan } from './mute-spans.ts';
import { harmless, rewriteTurn, settled } from './rewrite.ts';
import { type Span, writtenSecrets } from './written-secrets.ts';

/** Part of every recipe of a transcript: raised with every change of what is found or how it is hidden. */
export const redactorVersion = '1.0.0';

/** `redacted.v1`. */
export const redactedSchema = z.object({
  version: z.literal(1),
  transcript: transcriptSchema,
  findings: z.array(redactionSchema),
});

export interface RedactionOptions {
  /** Where each channel is heard to speak, in milliseconds; lets mutes end in pauses and cover speech that became no words. */
  readonly speech?: readonly ChannelSpeech[] | undefined;
}

export interface RedactedTranscript {
  /** The same transcript with a typed word for each hidden stretch; fields that are not of `transcript.v1` do not leave. */
  readonly transcript: Transcript;
  readonly findings: readonly Redaction[];
  /** What the rendition is silent in, on every channel. In order, apart, whole milliseconds. */
  readonly muteSpans: readonly TimeSpan[];
}

/**
 * Hides bank card numbers, CVV, expiry, identity and telephone numbers, PINs, codes, passwords, account numbers and the like,
 * in Chinese and English, written or spoken, split over turns, read back, or damaged by a recogniser. Agent numbers, amounts,
 * dates, product terms and the bank's references stay. In doubt a long number is hidden. Pure: the same input, the same bytes.
 */
export function redactTranscript(transcript: Transcript, options: RedactionOptions = {}): RedactedTranscript {
  const inTime = transcript.turns.toSorted((a, b) => a.startMs - b.startMs);
  const turns = readTurns(inTime);
  const asks = asksIn(turns);
  const runs = runsOf(turns);
  const numbers = namedAsKnown(findNumbers(turns, runs, asks));
  numbers.push(...findAgain(numbers, runs));
  const spans = [...numbers.flatMap(spansOf), ...labelledDates(turns, asks), ...writtenSecrets(turns)];

  const byTurn = Map.groupBy(spans, ({ turn }) => turn);
  const hidden = turns.map((turn) => settled(byTurn.get(turn) ?? []));
  const rewritten = turns.map((turn, index) => rewriteTurn(turn, hidden[index]!));
  const findings = rewritten.flatMap((each) => each.findings);
  const mutes: RawMute[] = [
    ...rewritten.flatMap((each, index) =>
      each.findings.map(({ startMs, endMs }, place) => ({
        startMs,
        endMs,
        channel: each.turn.channel,
        interpolated: isInterpolated(turns[index]!),
        digits: digitsWithin(hidden[index]![place]!),
      })),
    ),
    ...askedForMutes(turns, asks, options.speech ?? []),
  ];
  const { durationMs, sounds = [] } = transcript;
  const byId = new Map(rewritten.map((each, index) => [inTime[index], each.turn]));
  return {
    transcript: {
      ...harmless(transcript),
      version: 1,
      ...(transcript.callId === undefined ? {} : { callId: transcript.callId }),
      language: transcript.language,
      durationMs,
      layout: transcript.layout,
      turns: transcript.turns.map((turn) => byId.get(turn)!),
      ...(transcript.sounds === undefined ? {} : { sounds }),
      ...(transcript.engine === undefined ? {} : { engine: transcript.engine }),
      ...(transcript.unintelligible === undefined ? {} : { unintelligible: transcript.unintelligible }),
      ...(transcript.dropped === undefined ? {} : { dropped: transcript.dropped }),
      redactions: [...(transcript.redactions ?? []), ...findings],
    },
    findings,
    muteSpans: muteSpans(mutes, { turns: transcript.turns, speech: options.speech ?? [], sounds, durationMs }),
  };
}

/** The same for a text that is no call: a title, a note, a message. Every number in it is judged by its own sentence. */
export function redactText(text: string): string {
  const turn = { id: 't1', speaker: 'unknown' as const, speakerConfidence: 1, channel: 0, startMs: 0, endMs: text.length, text };
  const transcript: Transcript = { version: 1, language: 'mixed', durationMs: text.length, layout: 'mono', turns: [turn] };
  return redactTranscript(transcript).transcript.turns[0]!.text;
}

const digitsWithin = ({ turn, start, end }: Span): number =>
  turn.items.reduce(
    (sum, item) => (item.type === 'number' && item.start < end && item.end > start ? sum + item.digits.length : sum),
    0,
  );

const isInterpolated = (turn: ReadTurn): boolean => turn.times(0, turn.text.length).interpolated;

/** A run over several turns hides a stretch of each. */
function spansOf(found: FoundNumber): Span[] {
  const { kind, run, confidence } = found;
  const byTurn = new Map<ReadTurn, PlacedNumber[]>();
  for (const number of run.numbers) {
    const numbers = byTurn.get(number.turn);
    if (numbers === undefined) byTurn.set(number.turn, [number]);
    else numbers.push(number);
  }
  return [...byTurn].map(([turn, numbers]) => {
    const first = reach(found, numbers[0]!, -1);
    const last = reach(found, numbers.at(-1)!, 1);
    const opening = /[+(（]+$/u.exec(turn.text.slice(Math.max(0, first.start - 2), first.start))?.[0].length ?? 0;
    return { turn, start: first.start - opening, end: last.end, kind, confidence };
  });
}

/**
 * How far the digits reach: over words beside them that recognisers write for digits, where something of the answer is
 * missing. An identity number that lacks its last place ends in what X is misheard for (204场).
 */
function reach({ kind, run, whole, ask }: FoundNumber, from: PlacedNumber, step: 1 | -1): { start: number; end: number } {
  let { start, end } = from.item;
  const lacksLast = kind === 'idcard' && step === 1 && (run.digits.length === 3 || run.digits.length === 17);
  if (!lacksLast && (whole || ask === undefined)) return { start, end };
  for (let index = from.itemIndex + step; ; index += step) {
    const item = from.turn.items[index];
    if (item?.type === 'gap' && lacksLast) continue;
    if (item?.type !== 'word' || !(item.rare || (lacksLast && item.like === 'X'))) return { start, end };
    start = Math.min(start, item.start);
    end = Math.max(end, item.end);
    if (item.like === 'X') return { start, end };
  }
}
