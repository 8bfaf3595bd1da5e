import { type AlignedSound, type AlignedSpan, costOfAdded, type Sounds } from './alignment.ts';
import { costsFrom } from './sounds.ts';

const never = 0x3fffffff;

/** A phrase ready to be aligned: its sounds, the cost of leaving each out, and the row of costs of each. */
export interface AlignablePhrase {
  readonly sounds: Sounds;
  readonly weight: number;
  /** Words that are no fillers. */
  readonly wordCount: number;
}

/** How many words a span may have at most: one and a half times the phrase and four. */
export function longestSpan(phrase: AlignablePhrase): number {
  return Math.floor(phrase.wordCount * 1.5) + 4;
}

/** Word borders among the sounds of a run, and the cost of a sound too many. */
export interface Hearing {
  readonly sounds: Sounds;
  /** First sound of each word; one more entry at the end. */
  readonly wordStart: Int32Array;
  readonly added: Int32Array;
}

export function hearingOf(sounds: Sounds, wordCount: number): Hearing {
  const wordStart = new Int32Array(wordCount + 1).fill(-1);
  const added = new Int32Array(sounds.ids.length);
  for (let at = 0; at < sounds.ids.length; at += 1) {
    added[at] = costOfAdded(sounds, at);
    const word = sounds.words[at] ?? 0;
    if ((wordStart[word] ?? -1) < 0) wordStart[word] = at;
  }
  wordStart[wordCount] = sounds.ids.length;
  for (let word = wordCount - 1; word >= 0; word -= 1)
    if ((wordStart[word] ?? -1) < 0) wordStart[word] = wordStart[word + 1] ?? 0;
  return { sounds, wordStart, added };
}

/** Buffers of one size for all alignments of a call. */
class Buffers {
  cost = new Int32Array(256);
  start = new Int32Array(256);

  fit(size: number): void {
    if (this.cost.length >= size) return;
    this.cost = new Int32Array(size * 2);
    this.start = new Int32Array(size * 2);
  }
}

const buffers = new Buffers();

/**
 * Reads a phrase in the words `fromWord` to before `toWord` of a run, from any word start to any word end: a weighted
 * semi-global alignment (Sellers, 1980), column by column. `ends(word, cost, startSound)` is called for each word that could be
 * its last, with the least cost and, of equal ones, the latest start.
 */
export function alignOver(
  phrase: AlignablePhrase,
  hearing: Hearing,
  fromWord: number,
  toWord: number,
  ends: (word: number, cost: number, startSound: number) => void,
): void {
  const { ids, weights } = phrase.sounds;
  const m = ids.length;
  const said = hearing.sounds;
  buffers.fit(m + 1);
  const { cost, start } = buffers;
  const from = hearing.wordStart[fromWord] as number;
  const to = hearing.wordStart[toWord] as number;
  const rows: Uint16Array[] = [];
  for (let i = 0; i < m; i += 1) rows.push(costsFrom(ids[i] as number));
  let left = 0;
  cost[0] = 0;
  start[0] = from;
  for (let i = 1; i <= m; i += 1) {
    left += weights[i - 1] as number;
    cost[i] = left;
    start[i] = from;
  }
  let word = fromWord;
  for (let j = from; j < to; j += 1) {
    const id = said.ids[j] as number;
    const trust = said.trust[j] as number;
    const added = hearing.added[j] as number;
    while ((hearing.wordStart[word + 1] as number) <= j) word += 1;
    const opens = j + 1 === (hearing.wordStart[word + 1] as number);
    let diagonal = cost[0] as number;
    let diagonalStart = start[0] as number;
    // A reading may begin at a word; what the word has before the phrase's first sound is added.
    cost[0] = opens ? 0 : diagonal + added;
    if (opens) start[0] = j + 1;
    for (let i = 1; i <= m; i += 1) {
      const weight = weights[i - 1] as number;
      const unlike = (rows[i - 1] as Uint16Array)[id] as number;
      let best = unlike === 0 ? diagonal : diagonal + Math.round((weight * unlike * trust) / 1_000_000);
      let bestStart = diagonalStart;
      const up = (cost[i - 1] as number) + weight;
      const upStart = start[i - 1] as number;
      if (up < best || (up === best && upStart > bestStart)) {
        best = up;
        bestStart = upStart;
      }
      diagonal = cost[i] as number;
      diagonalStart = start[i] as number;
      const across = diagonal + added;
      if (across < best || (across === best && diagonalStart > bestStart)) {
        best = across;
        bestStart = diagonalStart;
      }
      cost[i] = best;
      start[i] = bestStart;
    }
    if (opens) ends(word, cost[m] as number, start[m] as number);
  }
}

/** The steps by which a phrase is read in a span of sounds, `from` to before `to`. */
export function traceAlignment(phrase: Sounds, said: Hearing, from: number, to: number): readonly AlignedSound[] {
  const m = phrase.ids.length;
  const n = to - from;
  const width = n + 1;
  const cost = new Int32Array((m + 1) * width);
  const rows = Array.from(phrase.ids, (id) => costsFrom(id));
  const changed = (i: number, j: number): number => {
    const unlike = rows[i - 1]?.[said.sounds.ids[from + j - 1] ?? 0] ?? 1000;
    return Math.round(((phrase.weights[i - 1] ?? 0) * unlike * (said.sounds.trust[from + j - 1] ?? 1000)) / 1_000_000);
  };
  const at = (i: number, j: number): number => cost[i * width + j] ?? never;
  for (let j = 1; j <= n; j += 1) cost[j] = at(0, j - 1) + (said.added[from + j - 1] ?? 0);
  for (let i = 1; i <= m; i += 1) {
    cost[i * width] = at(i - 1, 0) + (phrase.weights[i - 1] ?? 0);
    for (let j = 1; j <= n; j += 1) {
      cost[i * width + j] = Math.min(
        at(i - 1, j - 1) + changed(i, j),
        at(i - 1, j) + (phrase.weights[i - 1] ?? 0),
        at(i, j - 1) + (said.added[from + j - 1] ?? 0),
      );
    }
  }
  const steps: AlignedSound[] = [];
  let i = m;
  let j = n;
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && at(i, j) === at(i - 1, j - 1) + changed(i, j)) {
      const unlike = rows[i - 1]?.[said.sounds.ids[from + j - 1] ?? 0] ?? 1000;
      const operation = unlike === 0 ? 'same' : unlike < soundsAlikeUnder ? 'sounds' : 'changed';
      steps.push({ operation, wanted: i - 1, said: from + j - 1 });
      i -= 1;
      j -= 1;
    } else if (i > 0 && at(i, j) === at(i - 1, j) + (phrase.weights[i - 1] ?? 0)) {
      steps.push({ operation: 'left_out', wanted: i - 1, said: -1 });
      i -= 1;
    } else {
      steps.push({ operation: 'added', wanted: -1, said: from + j - 1 });
      j -= 1;
    }
  }
  return steps.reverse();
}

/** Under this two sounds count as alike, and not as changed. */
export const soundsAlikeUnder = 400;

/** Spans that may be shown together: the cheapest first, then the shortest, then the earliest; none overlaps another. */
export function chooseSpans(candidates: readonly AlignedSpan[]): readonly AlignedSpan[] {
  const sorted = [...candidates].sort((a, b) => a.cost - b.cost || a.to - a.from - (b.to - b.from) || a.from - b.from);
  const out: AlignedSpan[] = [];
  for (const each of sorted) if (!out.some((chosen) => chosen.from < each.to && each.from < chosen.to)) out.push(each);
  return out.sort((a, b) => a.from - b.from);
}
