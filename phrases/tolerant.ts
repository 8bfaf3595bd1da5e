import { negatorsIn } from '../language/index.ts';
import type { AlignedSound, AlignedSpan } from './alignment.ts';
import { weightOf } from './alignment.ts';
import { alignOver, type AlignablePhrase, chooseSpans, longestSpan, traceAlignment } from './align.ts';
import type { ReadWord, Run } from './prepared.ts';
import type { RawHit } from './raw-hit.ts';
import { costBetweenSounds, soundsLikeNegator, soundsOf } from './sounds.ts';
import { likenessOf, type NumberLikeness } from './spoken-number.ts';
import type { Doubt, Guard } from './why.ts';

/** How far under the floor something is still possible, in thousandths. */
export const possibleBand = 100;
/** Sounds of a number that were not read as one must be that like it, in thousandths of their weight. */
const unreadLikeness = 600;
/** A number under this confidence (thousandths) is not sure. */
const sureNumber = 500;

/** A phrase that may sound like it: what is aligned, and what no likeness overrules. */
export interface TolerantPhrase extends AlignablePhrase {
  readonly text: string;
  readonly words: readonly ReadWord[];
  /** Thousandths. */
  readonly floor: number;
  /** For each of its own negators: the words of it. */
  readonly negators: readonly (readonly number[])[];
  /** Words that are numbers. */
  readonly numbers: readonly number[];
}

/** A phrase prepared for alignment; undefined when it has one syllable, which is exact, or none. */
export function tolerantPhrase(
  text: string,
  words: readonly ReadWord[],
  floor: number | undefined,
  leastSyllables = 2,
): TolerantPhrase | undefined {
  const spoken = words.filter((word) => !word.filler);
  const sounds = soundsOf(spoken, Int32Array.from(spoken.keys()));
  const syllables = syllablesIn(spoken);
  if (syllables < leastSyllables) return undefined;
  const negators = negatorsIn(text).map((negator) =>
    [...spoken.keys()].filter((at) => {
      const word = spoken[at];
      return word !== undefined && word.start < negator.end && negator.start < word.end;
    }),
  );
  return {
    text,
    words: spoken,
    sounds,
    weight: weightOf(sounds),
    wordCount: spoken.length,
    floor: floor === undefined ? defaultFloor(syllables) : Math.round(floor * 1000),
    negators: negators.filter((each) => each.length > 0),
    numbers: [...spoken.keys()].filter((at) => spoken[at]?.number !== undefined),
  };
}

/**
 * 0.92 for two or three syllables, 0.80 for four or five, 0.74 from six: fitted on the tuned half of the calls of
 * `npm run bench -- phrases recall`, for false hits first (a lower floor finds little more of what was said).
 */
function defaultFloor(syllables: number): number {
  return syllables <= 3 ? 920 : syllables <= 5 ? 800 : 740;
}

/** Syllables of words as they are spoken. */
export function syllablesIn(words: readonly ReadWord[]): number {
  let sum = 0;
  for (const word of words) {
    for (const part of (word.number?.spoken ?? word.text).split(' ')) {
      const han = part.match(/[\p{Script=Han}〇]/gu)?.length ?? 0;
      sum += han > 0 ? han : part === '' ? 0 : Math.max(1, part.replace(/e$/u, '').match(/[aeiouy]+/gu)?.length ?? 1);
    }
  }
  return sum;
}

/** Whether a cost still gives `score` thousandths of a phrase. */
function reaches(cost: number, weight: number, score: number): boolean {
  return cost * 1000 <= (1000 - score) * weight;
}

/** The most that a reading of a phrase may cost to be at least possible. */
export function mostCost(phrase: TolerantPhrase): number {
  return Math.floor(((1000 - phrase.floor + possibleBand) * phrase.weight) / 1000);
}

/** Reads a phrase in every word of a stretch; the spans that reach the possible band, none overlapping. */
export function spansIn(phrase: TolerantPhrase, run: Run, fromWord: number, toWord: number): readonly AlignedSpan[] {
  return chooseSpans(candidatesIn(phrase, run, fromWord, toWord));
}

/** For every word of a stretch that a reading of the phrase could end with, the cheapest one, if it reaches the possible band. */
export function candidatesIn(phrase: TolerantPhrase, run: Run, fromWord: number, toWord: number): readonly AlignedSpan[] {
  const { hearing } = run;
  const longest = longestSpan(phrase);
  const most = mostCost(phrase);
  const spans: AlignedSpan[] = [];
  const again: number[] = [];
  alignOver(phrase, hearing, fromWord, toWord, (word, cost, start) => {
    if (cost > most) return;
    const to = hearing.wordStart[word + 1] ?? 0;
    if (start >= to) return;
    if ((hearing.sounds.words[start] ?? 0) + longest <= word) again.push(word);
    else spans.push({ from: start, to, cost });
  });
  for (const word of again) {
    alignOver(phrase, hearing, Math.max(fromWord, word + 1 - longest), word + 1, (end, cost, start) => {
      const to = hearing.wordStart[word + 1] ?? 0;
      if (end === word && cost <= most && start < to) spans.push({ from: start, to, cost });
    });
  }
  return spans;
}

/** A span judged: a hit, a possible one with its doubts, or a near miss with what guards against it. */
export function judgeSpan(phrase: TolerantPhrase, run: Run, span: AlignedSpan): RawHit {
  const { hearing } = run;
  const steps = traceSpan(phrase, run, span);
  const firstWord = hearing.sounds.words[span.from] ?? 0;
  const lastWord = hearing.sounds.words[span.to - 1] ?? firstWord;
  const from = run.spoken[firstWord] ?? 0;
  const to = run.spoken[lastWord] ?? from;
  const score = Math.floor(((phrase.weight - span.cost) * 2000 + phrase.weight) / (2 * phrase.weight));
  const doubts: Doubt[] = [];
  const guards: Guard[] = [];
  if (!reaches(span.cost, phrase.weight, phrase.floor)) doubts.push('below_floor');
  const negation = judgeNegators(phrase, run, steps);
  if (negation.missing) guards.push('negator_missing');
  const around = run.context.around(from, to, (position) => negation.owned.has(run.context.negatorAt(position)));
  if (around.setting === 'denied') guards.push('denied');
  if (around.negatorFar) doubts.push('negator_far');
  if (around.rejected) doubts.push('rejected');
  if (negation.doubtful || strayNegatorSound(run, steps, firstWord, lastWord)) doubts.push('negator_sound');
  for (const number of phrase.numbers) {
    const likeness = judgeNumber(phrase, run, steps, number);
    if (likeness === 'other') guards.push('number_other');
    else if (likeness !== 'same' && !doubts.includes(likeness)) doubts.push(likeness);
  }
  if (!doubts.includes('number_unread') && numeralChanged(phrase, run, steps)) doubts.push('number_unread');
  const [guard] = guards;
  return {
    run: run.index,
    from,
    to,
    score: Math.max(0, Math.min(1000, score)),
    floor: phrase.floor,
    setting: around.setting,
    doubts,
    guard,
  };
}

/** How a phrase is read in a span, sound by sound. */
export function traceSpan(phrase: TolerantPhrase, run: Run, span: AlignedSpan): readonly AlignedSound[] {
  return traceAlignment(phrase.sounds, run.hearing, span.from, span.to);
}

/** Each negator of the phrase must be there: aligned to a negator, or possibly to what sounds like it. */
function judgeNegators(
  phrase: TolerantPhrase,
  run: Run,
  steps: readonly AlignedSound[],
): { readonly missing: boolean; readonly doubtful: boolean; readonly owned: ReadonlySet<number> } {
  const owned = new Set<number>();
  let missing = false;
  let doubtful = false;
  for (const negator of phrase.negators) {
    let found = false;
    let alike = false;
    for (const step of steps) {
      if (step.wanted < 0 || step.said < 0 || !negator.includes(phrase.sounds.words[step.wanted] ?? -1)) continue;
      const position = run.spoken[run.hearing.sounds.words[step.said] ?? 0] ?? 0;
      const said = run.context.negatorAt(position);
      if (said >= 0) {
        owned.add(said);
        found = true;
      } else if (step.operation !== 'changed' && soundsLikeNegator(phrase.sounds.ids[step.wanted] ?? -1)) alike = true;
    }
    if (found) continue;
    if (alike) doubtful = true;
    else missing = true;
  }
  const ownWords = new Set(phrase.negators.flat());
  for (const step of steps) {
    if (step.wanted < 0 || step.said < 0 || step.operation === 'changed' || step.operation === 'left_out') continue;
    if (ownWords.has(phrase.sounds.words[step.wanted] ?? -1)) continue;
    // A negator where the phrase has a word of the same sound (不 for 补): it denies, or it was misheard.
    const said = run.context.negatorAt(run.spoken[run.hearing.sounds.words[step.said] ?? 0] ?? 0);
    if (said < 0 || owned.has(said)) continue;
    owned.add(said);
    doubtful = true;
  }
  return { missing, doubtful, owned };
}

/** A bu or mei in or touching the span that belongs to no word of the phrase and is not written as a negator. */
function strayNegatorSound(run: Run, steps: readonly AlignedSound[], firstWord: number, lastWord: number): boolean {
  const { sounds, wordStart } = run.hearing;
  const stray = (at: number): boolean => {
    if (!soundsLikeNegator(sounds.ids[at] ?? -1)) return false;
    const position = run.spoken[sounds.words[at] ?? 0] ?? 0;
    const word = run.words[position];
    if (word?.kind !== 'han' || '不没'.includes(word.text) || run.context.negatorAt(position) >= 0) return false;
    return !inOtherWord(run, position);
  };
  if (steps.some((step) => step.operation === 'added' && stray(step.said))) return true;
  const before = (wordStart[firstWord] ?? 0) - 1;
  const after = wordStart[lastWord + 1] ?? sounds.ids.length;
  return (before >= 0 && stray(before)) || (after < sounds.ids.length && stray(after));
}

/** Words with a bu or mei in them: nobody hears them for a negator. */
const otherWords = new Set(
  '全部 部门 部分 内部 外部 总部 本部 各部 业部 一步 步骤 同步 逐步 初步 进步 步行 公布 发布 宣布 分布 补充 补办 补卡 补贴 补足 候补 每年 每月 每天 每次 每个 每位 每笔 每家 每周 每人 美元 美金 美国 完美 妹妹 没收'.split(
    ' ',
  ),
);

function inOtherWord(run: Run, position: number): boolean {
  const [before, own, after] = [-1, 0, 1].map((step) => run.words[position + step]?.text ?? '');
  return otherWords.has(`${before}${own}`) || otherWords.has(`${own}${after}`);
}

/** What became of a number of the phrase: the same, a doubt, or another number. */
function judgeNumber(
  phrase: TolerantPhrase,
  run: Run,
  steps: readonly AlignedSound[],
  number: number,
): 'same' | 'other' | Extract<Doubt, 'number_unit' | 'number_sound' | 'number_unsure' | 'number_unread'> {
  const wanted = phrase.words[number]?.number;
  if (wanted === undefined) return 'same';
  const heard = new Set<number>();
  let whole = 0;
  let cost = 0;
  let unread = false;
  for (const step of steps) {
    if (step.wanted < 0 || phrase.sounds.words[step.wanted] !== number) continue;
    const weight = phrase.sounds.weights[step.wanted] ?? 0;
    whole += weight;
    if (step.said < 0) {
      cost += weight;
      continue;
    }
    cost += (weight * costBetweenSounds(phrase.sounds.ids[step.wanted] ?? 0, run.hearing.sounds.ids[step.said] ?? 0)) / 1000;
    const position = run.spoken[run.hearing.sounds.words[step.said] ?? 0] ?? 0;
    if (run.words[position]?.number === undefined) unread = true;
    else heard.add(position);
  }
  let best: NumberLikeness = 'other';
  let sure = true;
  for (const position of heard) {
    const said = run.words[position]?.number;
    if (said === undefined) continue;
    const likeness = likenessOf(wanted, said);
    if (rankOf(likeness) >= rankOf(best)) continue;
    best = likeness;
    const confidence = run.confidence[position] ?? -1;
    sure = confidence < 0 || confidence >= sureNumber;
  }
  if (best === 'same') return sure ? 'same' : 'number_unsure';
  if (best === 'unit') return 'number_unit';
  if (best === 'sound') return 'number_sound';
  const read = digitsRead(run, heard);
  if (wanted.span.digits !== undefined && read !== undefined) {
    if (read.digits === wanted.span.digits) return read.sure ? 'same' : 'number_unsure';
    if (hasLostDigits(wanted.span.digits, read.digits)) return 'number_unsure';
  }
  // What was hardly heard is no other number for sure.
  if ([...heard].some((position) => isUnsure(run, position))) return 'number_unsure';
  return unread && whole > 0 && cost * 1000 <= (1000 - unreadLikeness) * whole ? 'number_unread' : 'other';
}

/** The recogniser says that it hardly heard this word. */
function isUnsure(run: Run, position: number): boolean {
  const confidence = run.confidence[position] ?? -1;
  return confidence >= 0 && confidence < sureNumber;
}

/** Digits of numbers that stand side by side, as one string: a recogniser cuts a string where the speaker takes a breath. */
function digitsRead(run: Run, positions: ReadonlySet<number>): { readonly digits: string; readonly sure: boolean } | undefined {
  const ordered = [...positions].toSorted((a, b) => a - b);
  let digits = '';
  for (const [index, position] of ordered.entries()) {
    const number = run.words[position]?.number;
    if (number === undefined || (index > 0 && ordered[index - 1] !== position - 1)) return undefined;
    const own = number.span.digits ?? (/^[\d,.\s-]+$/u.test(number.text) ? number.text.replaceAll(/\D/gu, '') : undefined);
    if (own === undefined) return undefined;
    digits += own;
  }
  return digits === '' ? undefined : { digits, sure: ordered.every((position) => !isUnsure(run, position)) };
}

/** Of a string of four digits or more, one in four may be lost or said twice: the others must be there, in order. */
function hasLostDigits(wanted: string, said: string): boolean {
  const [short, long] = wanted.length < said.length ? [wanted, said] : [said, wanted];
  if (long.length < 4 || short.length === long.length || short.length * 4 < long.length * 3) return false;
  let at = 0;
  for (const digit of long) if (digit === short[at]) at += 1;
  return at === short.length;
}

const numeral = /^[零〇一二两三四五六七八九十百千万亿幺]$/u;

/** A numeral of the phrase that is no number by itself, heard as another numeral or as part of a number. */
function numeralChanged(phrase: TolerantPhrase, run: Run, steps: readonly AlignedSound[]): boolean {
  return steps.some((step) => {
    if (step.wanted < 0 || step.said < 0) return false;
    const wanted = phrase.words[phrase.sounds.words[step.wanted] ?? 0];
    if (wanted === undefined || wanted.number !== undefined || !numeral.test(wanted.text)) return false;
    const said = run.words[run.spoken[run.hearing.sounds.words[step.said] ?? 0] ?? 0];
    return said?.number !== undefined || (said !== undefined && numeral.test(said.text) && said.text !== wanted.text);
  });
}

const ranks: readonly NumberLikeness[] = ['same', 'unit', 'sound', 'other'];

function rankOf(likeness: NumberLikeness): number {
  return ranks.indexOf(likeness);
}
