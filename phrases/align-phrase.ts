import type { AlignedSound, AlignedSpan, Operation } from './alignment.ts';
import type { Setting } from './found.ts';
import { textOf, turnsOf } from './hits.ts';
import type { PreparedTranscript } from './prepare.ts';
import type { ReadWord, Run } from './prepared.ts';
import { readWords } from './reading.ts';
import { judgeSpan, spansIn, type TolerantPhrase, tolerantPhrase, traceSpan } from './tolerant.ts';
import type { Doubt, Guard } from './why.ts';

/** One word of an alignment, as it should be and as it was said. */
export interface AlignedWord {
  /** `same`, `sounds` (the same sound, other characters), `changed`, `left_out` or `added`. */
  readonly kind: Operation;
  readonly should?: string;
  readonly said?: string;
  /** What it weighs: particles a quarter of a word, an English word two characters. */
  readonly weight: number;
}

/** One place where a phrase, or most of it, was said. */
export interface PhraseAlignment {
  /** 0 to 1000: how much of the phrase's weight is there, less what was added. */
  readonly score: number;
  readonly turnId: string;
  readonly turnIds: readonly string[];
  readonly speaker: string;
  /** The speaker of every turn it touches is sure. */
  readonly speakerSure: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly setting: Setting;
  /** Set: a negator or a number makes it another statement, however like it sounds. */
  readonly guard: Guard | undefined;
  readonly doubts: readonly Doubt[];
  readonly approximateTimes: boolean;
  readonly words: readonly AlignedWord[];
}

export interface AlignOptions {
  /** Only what this speaker said, or may have said; default anyone. */
  readonly speaker?: 'agent' | 'customer' | 'anyone';
  /** Only what starts in these milliseconds; `to` is excluded. */
  readonly from?: number;
  readonly to?: number;
  /** The least score in thousandths; default 500. */
  readonly least?: number;
  /** The most spans; default 8. */
  readonly most?: number;
}

/**
 * Where a phrase was said, the best place first, with what was said beside what should have been said, word by word.
 * Places do not overlap. The same weighted alignment as `~`, without a floor of its own.
 */
export function alignPhrase(
  prepared: PreparedTranscript,
  phrase: string,
  options: AlignOptions = {},
): readonly PhraseAlignment[] {
  const aligned = phraseOf(phrase, options.least ?? 500);
  if (aligned === undefined) return [];
  const found: { readonly run: Run; readonly span: AlignedSpan }[] = [];
  for (const run of prepared.runs) {
    if (!mayBe(run, options.speaker)) continue;
    for (const [from, to] of stretchesIn(run, options)) {
      for (const span of spansIn(aligned, run, from, to)) found.push({ run, span });
    }
  }
  return found
    .map(({ run, span }) => alignmentOf(prepared, aligned, run, span))
    .sort((a, b) => b.score - a.score || a.startMs - b.startMs)
    .slice(0, options.most ?? 8);
}

/** One syllable is aligned as well here: a step may be as short as that. */
function phraseOf(text: string, least: number): TolerantPhrase | undefined {
  const words = readWords(text, /\p{Script=Han}/u.test(text) ? 'zh' : 'en');
  const phrase = tolerantPhrase(text, words, undefined, 1);
  // `spansIn` keeps what reaches the possible band under the floor: here that is the least score itself.
  return phrase === undefined ? undefined : { ...phrase, floor: least + 100 };
}

function mayBe(run: Run, speaker: AlignOptions['speaker']): boolean {
  return speaker === undefined || speaker === 'anyone' || run.speaker === speaker || run.turns.some((turn) => !turn.sure);
}

/** The words of a run (counted without fillers) that start in the times asked for: `from` to before `to`. */
function stretchesIn(run: Run, options: AlignOptions): readonly (readonly [number, number])[] {
  const inTime = (at: number): boolean => {
    const ms = run.startMs[run.spoken[at] ?? 0] ?? 0;
    return ms >= (options.from ?? Number.NEGATIVE_INFINITY) && ms < (options.to ?? Number.POSITIVE_INFINITY);
  };
  const out: (readonly [number, number])[] = [];
  let from = -1;
  for (let at = 0; at <= run.spoken.length; at += 1) {
    const inside = at < run.spoken.length && inTime(at);
    if (inside && from < 0) from = at;
    if (inside || from < 0) continue;
    out.push([from, at]);
    from = -1;
  }
  return out;
}

function alignmentOf(prepared: PreparedTranscript, phrase: TolerantPhrase, run: Run, span: AlignedSpan): PhraseAlignment {
  const hit = judgeSpan(phrase, run, span);
  const words = { run: run.index, from: hit.from, to: hit.to };
  const turns = turnsOf(prepared, words).flatMap((index) => prepared.turns[index] ?? []);
  return {
    score: hit.score,
    turnId: turns[0]?.turn.id ?? '',
    turnIds: turns.map((turn) => turn.turn.id),
    speaker: run.speaker,
    speakerSure: turns.every((turn) => turn.sure),
    startMs: run.startMs[hit.from] ?? 0,
    endMs: run.endMs[hit.to] ?? 0,
    text: textOf(prepared, words),
    setting: hit.setting,
    guard: hit.guard,
    doubts: hit.doubts.filter((doubt) => doubt !== 'below_floor'),
    approximateTimes: turns.some((turn) => turn.approximate),
    words: wordsOf(phrase, run, traceSpan(phrase, run, span)),
  };
}

/** Steps of sounds put together to words. */
function wordsOf(phrase: TolerantPhrase, run: Run, steps: readonly AlignedSound[]): readonly AlignedWord[] {
  const out: AlignedWord[] = [];
  const told = new Set<number>();
  const saidOf = (step: AlignedSound): number => (step.said < 0 ? -1 : (run.hearing.sounds.words[step.said] ?? -1));
  const wantedOf = (step: AlignedSound): number => (step.wanted < 0 ? -1 : (phrase.sounds.words[step.wanted] ?? -1));
  const owners = ownersOf(steps.map((step) => ({ wanted: wantedOf(step), said: saidOf(step), alike: isAlike(step) })));
  loosen(owners, steps, saidOf, run);
  const done = new Set<number>();
  for (const step of steps) {
    const wanted = wantedOf(step);
    const said = saidOf(step);
    if (wanted < 0) {
      if (owners.has(said) || told.has(said)) continue;
      told.add(said);
      const word = run.words[run.spoken[said] ?? 0];
      out.push({ kind: 'added', said: textOfWord(run, said), weight: weightIn(run.hearing.sounds, said, word) });
      continue;
    }
    if (done.has(wanted)) continue;
    done.add(wanted);
    const own = steps.filter((each) => wantedOf(each) === wanted);
    const partners = [...new Set(own.filter((each) => each.said >= 0).map(saidOf))].filter((said) => owners.get(said) === wanted);
    const should = phrase.words[wanted];
    if (should === undefined) continue;
    const weight = weightIn(phrase.sounds, wanted, should);
    const shouldText = phrase.text.slice(should.start, should.end);
    if (partners.length === 0) {
      out.push({ kind: 'left_out', should: shouldText, weight });
      continue;
    }
    const saidText = partners.map((each) => textOfWord(run, each)).join('');
    out.push({
      kind: kindOf(
        should,
        partners.map((each) => run.words[run.spoken[each] ?? 0]),
        own,
      ),
      should: shouldText,
      said: saidText,
      weight,
    });
  }
  return out;
}

function isAlike(step: AlignedSound): boolean {
  return step.operation === 'same' || step.operation === 'sounds';
}

/** An English word beside a better one (and | they for `and`) is one too many, unless most of its sounds are that word's. */
function loosen(
  owners: Map<number, number>,
  steps: readonly AlignedSound[],
  saidOf: (step: AlignedSound) => number,
  run: Run,
): void {
  for (const [said, wanted] of [...owners]) {
    if (run.words[run.spoken[said] ?? 0]?.kind !== 'latin') continue;
    const shares = (word: number): number => {
      const own = steps.filter((step) => saidOf(step) === word);
      return own.filter(isAlike).length / Math.max(1, own.length);
    };
    const share = shares(said);
    if (share <= 0.5 && [...owners].some(([other, of]) => of === wanted && other !== said && shares(other) > share))
      owners.delete(said);
  }
}

/** A word that was said belongs to the one word of the phrase that it shares most sounds with. */
function ownersOf(
  pairs: readonly { readonly wanted: number; readonly said: number; readonly alike: boolean }[],
): Map<number, number> {
  const shared = new Map<number, Map<number, number>>();
  for (const { wanted, said, alike } of pairs) {
    if (wanted < 0 || said < 0) continue;
    const counts = shared.get(said) ?? new Map<number, number>();
    counts.set(wanted, (counts.get(wanted) ?? 0) + (alike ? 1000 : 1));
    shared.set(said, counts);
  }
  return new Map(
    [...shared].map(([said, counts]) => [said, [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0]]),
  );
}

/** The same word; the same sounds for the most part; or another word. */
function kindOf(should: ReadWord, said: readonly (ReadWord | undefined)[], own: readonly AlignedSound[]): Operation {
  const [only] = said;
  if (said.length === 1 && only !== undefined) {
    if (should.number === undefined && only.kind === should.kind && only.text === should.text) return 'same';
    if (should.number !== undefined && only.number !== undefined && only.number.spoken === should.number.spoken) return 'same';
  }
  const alike = own.filter(isAlike).length;
  return alike * 3 >= own.length * 2 ? 'sounds' : 'changed';
}

function textOfWord(run: Run, at: number): string {
  const position = run.spoken[at] ?? 0;
  const word = run.words[position];
  const turn = run.turns[run.turnOf[position] ?? 0];
  return word === undefined || turn === undefined ? '' : turn.turn.text.slice(word.start, word.end);
}

function weightIn(sounds: TolerantPhrase['sounds'], at: number, word: ReadWord | undefined): number {
  if (word === undefined) return 0;
  let sum = 0;
  for (let index = 0; index < sounds.words.length; index += 1) if (sounds.words[index] === at) sum += sounds.weights[index] ?? 0;
  return sum;
}
