import { writtenForm } from '../../language/index.ts';
import type { Redaction, Turn, Word } from '../transcript.ts';
import { placeWords } from './character-times.ts';
import type { ReadTurn } from './digit-runs.ts';
import type { Span } from './written-secrets.ts';

/** The one word that stands for everything that was hidden of a kind. */
export const typedWord = (kind: string): string => `⟦${kind}⟧`;

const between = /^[^\p{L}\p{N}]*$/u;

/** Spans of one turn in order, overlapping ones and neighbours of one kind made one. */
export function settled(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = all.at(-1);
    const touches = last !== undefined && span.start < last.end;
    const joins = last !== undefined && last.kind === span.kind && between.test(span.turn.text.slice(last.end, span.start));
    if (last === undefined || !(touches || joins)) all.push(span);
    else
      all[all.length - 1] = {
        ...last,
        end: Math.max(last.end, span.end),
        confidence: Math.max(last.confidence, span.confidence),
      };
  }
  return all;
}

/** A turn with its spans as typed words, in text and words; only the fields that are known leave. */
export function rewriteTurn(read: ReadTurn, spans: readonly Span[]): { turn: Turn; findings: Redaction[] } {
  const { turn } = read;
  const findings: Redaction[] = [];
  let text = '';
  let reached = 0;
  for (const span of spans) {
    text += read.text.slice(reached, span.start);
    const start = text.length;
    text += typedWord(span.kind);
    const { startMs, endMs } = read.times(span.start, span.end);
    findings.push({
      kind: span.kind,
      turnId: turn.id,
      start,
      end: text.length,
      startMs,
      endMs,
      confidence: span.confidence / 1000,
    });
    reached = span.end;
  }
  text += read.text.slice(reached);
  const words = rewrittenWords(read, spans);
  const { id, speaker, speakerConfidence, channel, startMs, endMs, written } = turn;
  return {
    turn: {
      ...harmless(turn),
      id,
      speaker,
      speakerConfidence,
      channel,
      startMs,
      endMs,
      text,
      ...writtenAgain(text, spans.length > 0, written),
      ...(words === undefined ? {} : { words }),
    },
    findings,
  };
}

/** Where something was hidden the written form is made again, of the text that is left. */
function writtenAgain(text: string, hidden: boolean, written: string | undefined): { written?: string } {
  if (written === undefined) return {};
  const again = hidden ? writtenForm(text) : written;
  return again === text ? {} : { written: again };
}

function rewrittenWords(read: ReadTurn, spans: readonly Span[]): Word[] | undefined {
  const placed = placeWords(read.text, read.turn.words);
  // Words that say something else than the text may hold what the text does not: they are left out.
  if (placed === undefined) return undefined;
  const words: Word[] = [];
  const done = new Set<Span>();
  for (const { word, start, end } of placed) {
    const hiding = spans.filter((span) => span.start < end && span.end > start);
    if (hiding.length === 0) {
      words.push({ ...harmless(word), text: word.text, startMs: word.startMs, endMs: word.endMs, ...confidenceOf(word) });
      continue;
    }
    // A word that is hidden in part keeps the rest, with the share of its time.
    const shown = (from: number, to: number): void => {
      const text = read.text.slice(from, to);
      if (!/[\p{L}\p{N}]/u.test(text)) return;
      const at = (place: number): number =>
        Math.round(word.startMs + ((word.endMs - word.startMs) * (place - start)) / (end - start));
      words.push({ text: text.trim(), startMs: at(from), endMs: at(to), ...confidenceOf(word) });
    };
    let reached = start;
    for (const span of hiding) {
      if (span.start > reached) shown(reached, span.start);
      if (!done.has(span)) {
        done.add(span);
        const { startMs, endMs } = read.times(span.start, span.end);
        words.push({ text: typedWord(span.kind) + trailingMarks(read.text, span.end), startMs, endMs });
      }
      reached = Math.min(end, Math.max(reached, span.end));
    }
    if (reached < end) shown(reached, end);
  }
  return words;
}

const confidenceOf = (word: Word): { confidence?: number } =>
  word.confidence === undefined ? {} : { confidence: word.confidence };

const trailingMarks = (text: string, at: number): string => /^[^\p{L}\p{N}\s⟦(（"'“‘[]*/u.exec(text.slice(at))?.[0] ?? '';

/** Fields nobody here knows may hold raw words: of those only flags and small figures stay. */
export function harmless(value: object): Record<string, boolean | number> {
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, boolean | number] =>
        typeof entry[1] === 'boolean' ||
        (typeof entry[1] === 'number' && Math.abs(entry[1]) < 100_000_000 && String(entry[1]).length <= 9),
    ),
  );
}
