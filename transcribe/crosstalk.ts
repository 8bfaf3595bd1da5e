import type { HeardWord } from './heard-word.ts';
import { type Sifted, stretches } from './inventions.ts';
import type { DropReason } from './transcript.ts';

/** How loud a channel is in a stretch, tenths of dBFS. */
export interface Loudness {
  between(startMs: number, endMs: number): number;
}

/** The same words this near in time on both channels were spoken once. */
const nearMs = 300;
/** The copy is at least 6 dB under the other channel. */
const quieterTenths = 60;
/** A person is not 8 dB under their own usual level. */
const underOwnTenths = 80;
/** Without equal words: a doubtful word 15 dB under both the other channel and the own usual level. */
const faintTenths = 150;
const doubtful = 500;

/**
 * Drops what one channel only hears of the other: the same words within 0.3 s where the channel is the quieter one, and
 * doubtful words said far under the speaker's own level while the other channel is loud. Words that both people really say
 * at once ("hello", "hello") are both at their speakers' usual level and stay.
 */
export function dropCrosstalk(
  words: readonly [readonly HeardWord[], readonly HeardWord[]],
  loudness: readonly [Loudness, Loudness],
): Sifted {
  const reasons = new Map<HeardWord, DropReason>();
  const all: HeardWord[] = [];
  for (const channel of [0, 1] as const) {
    const own = words[channel];
    const other = words[1 - channel]!;
    const level = (word: HeardWord) => loudness[channel].between(word.startMs, word.endMs);
    const otherLevel = (word: HeardWord) => loudness[1 - channel]!.between(word.startMs, word.endMs);
    const copies = new Set(own.filter((word) => hasTwin(word, other) && otherLevel(word) - level(word) >= quieterTenths));
    const clearCopies = [...copies].filter((word) => otherLevel(word) - level(word) >= faintTenths).length;
    const onlyCopies = clearCopies * 2 > own.length;
    const usual = median(own.map(level));
    for (const word of own) {
      const under = usual - level(word);
      const twin = copies.has(word);
      const faint =
        under >= faintTenths &&
        otherLevel(word) - level(word) >= faintTenths &&
        (word.confidence ?? 1000) < doubtful &&
        other.some((spoken) => spoken.startMs < word.endMs && spoken.endMs > word.startMs);
      if ((twin && (onlyCopies || under >= underOwnTenths)) || faint) reasons.set(word, 'crosstalk');
    }
    all.push(...own);
  }
  return { kept: all.filter((word) => !reasons.has(word)), dropped: stretches(all, reasons) };
}

function hasTwin(word: HeardWord, other: readonly HeardWord[]): boolean {
  const text = comparable(word.text);
  if (text === '') return false;
  let low = 0;
  let high = other.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (other[middle]!.startMs < word.startMs - nearMs) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < other.length && other[i]!.startMs <= word.startMs + nearMs; i += 1) {
    if (comparable(other[i]!.text) === text) return true;
  }
  return false;
}

function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
