import { phoneCost, phonesOf, soundClass, syllablesOf } from '../../language/index.ts';
import hanTable from '../../language/tables/han.json' with { type: 'json' };
import { confusionsOf, type HeardTurn, seeded } from './heard-turns.ts';
import { errorsOf } from './word-errors.ts';

/**
 * What a recogniser does to words, fitted on what it did: how often units are changed, lost and put in, how many in a row, and
 * how far what was written sounds from what was said. Units are Han characters, English words and whole numbers.
 */
export interface NoiseModel {
  readonly language: 'zh' | 'en';
  /** Units of what was said. */
  readonly units: number;
  readonly changed: number;
  /** Lengths of the stretches that were lost and put in. */
  readonly lost: readonly number[];
  readonly added: readonly number[];
  /** How often what was written for a unit sounded how far from it. */
  readonly kinds: ReadonlyMap<string, number>;
  /** For a unit: what was written for it. */
  readonly own: ReadonlyMap<string, readonly string[]>;
  /** What was put in. */
  readonly inserted: readonly string[];
  /** All units that were said or written, as often as they were. */
  readonly pool: readonly string[];
  /** Each turn's share of errors over the mean: errors come together. */
  readonly spread: readonly number[];
}

const pieces = /\p{Script=Han}|[A-Za-z']+|\d[\d.,:/-]*%?|[^\p{Script=Han}A-Za-z'\d]+/gu;
const isHan = (unit: string): boolean => /^\p{Script=Han}$/u.test(unit);
const isWord = (unit: string): boolean => /^[A-Za-z']+$/u.test(unit);
const isUnit = (unit: string): boolean => isHan(unit) || isWord(unit);
/** Number words are written in other ways without being misheard. */
const numeral =
  /^[零〇一二两三四五六七八九十百千万亿幺点分之]$|^(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty|hundred|thousand|point|percent|and|dollars|pounds)$/iu;

const unitsIn = (text: string): readonly string[] => (text.toLowerCase().match(pieces) ?? []).filter(isUnit);

/** The steps of a recogniser, stretch by stretch, numbers left out: they are often only written in another way. */
function stepsOf(turns: readonly HeardTurn[]): readonly (readonly [string, string])[] {
  return turns.flatMap((turn) =>
    confusionsOf(
      unitsIn(turn.said).filter((unit) => !numeral.test(unit)),
      unitsIn(turn.heard).filter((unit) => !numeral.test(unit)),
    ),
  );
}

/** Fits the model to the turns of one language. */
export function fitNoise(turns: readonly HeardTurn[], language: 'zh' | 'en'): NoiseModel {
  const own = new Map<string, string[]>();
  const kinds = new Map<string, number>();
  const [lost, added]: [number[], number[]] = [[], []];
  const inserted: string[] = [];
  const pool: string[] = [];
  let [units, changed] = [0, 0];
  let before: 'lost' | 'added' | undefined;
  for (const [said, heard] of stepsOf(turns.filter((turn) => turn.language === language))) {
    if (said !== '') units += 1;
    for (const unit of [said, heard]) if (unit !== '') pool.push(unit);
    const stretches = said === '' ? added : heard === '' ? lost : undefined;
    const kind = said === '' ? 'added' : heard === '' ? 'lost' : undefined;
    if (stretches !== undefined) {
      if (before === kind) stretches[stretches.length - 1] = (stretches.at(-1) ?? 0) + 1;
      else stretches.push(1);
      if (said === '') inserted.push(heard);
    } else if (said !== heard) {
      changed += 1;
      own.set(said, [...(own.get(said) ?? []), heard]);
      const far = distanceKind(said, heard);
      kinds.set(far, (kinds.get(far) ?? 0) + 1);
    }
    before = kind;
  }
  const spread = turns
    .filter((turn) => turn.language === language)
    .map(({ said, heard }) => errorsOf(said, heard, language))
    .filter(({ length }) => length >= 4);
  const mean =
    spread.reduce((sum, { edits }) => sum + edits, 0) /
    Math.max(
      1,
      spread.reduce((sum, { length }) => sum + length, 0),
    );
  return {
    ...{ language, units, changed, lost, added, kinds, own, inserted, pool },
    spread: spread.map(({ edits, length }) => Math.min(4, edits / length / Math.max(1e-9, mean))),
  };
}

/** Han characters of everyday print, for what was never seen misheard: the rarer half of the table is left out. */
const everyday: readonly string[] = hanTable.halfBits.slice(0, 36).flatMap((characters) => [...characters]);

const syllables = new Map<string, ReturnType<typeof syllablesOf>[number]>();
function syllableOf(han: string): ReturnType<typeof syllablesOf>[number] {
  let syllable = syllables.get(han);
  if (syllable === undefined) {
    syllable = syllablesOf(han)[0] ?? { initial: '', final: '', tone: 0 };
    syllables.set(han, syllable);
  }
  return syllable;
}

/** How far what was written sounds from what was said, roughly. */
export function distanceKind(said: string, heard: string): string {
  if (isHan(said) && isHan(heard)) {
    const [a, b] = [syllableOf(said), syllableOf(heard)];
    if (a.initial === b.initial && a.final === b.final) return a.tone === b.tone ? 'same sound' : 'another tone';
    if (soundClass(a) === soundClass(b)) return 'same class';
    return a.final === b.final ? 'another initial' : a.initial === b.initial ? 'another final' : 'unlike';
  }
  if (isHan(said) || isHan(heard)) return 'unlike';
  const [a, b] = [phonesOf(said), phonesOf(heard)];
  const shared = sharedPhones(a, b) / Math.max(a.length, b.length, 1);
  return shared >= 0.99 ? 'same sound' : shared >= 0.6 ? 'most phones' : shared >= 0.3 ? 'some phones' : 'unlike';
}

function sharedPhones(a: readonly string[], b: readonly string[]): number {
  let row = new Float64Array(b.length + 1);
  for (const phone of a) {
    const next = new Float64Array(b.length + 1);
    for (let j = 1; j <= b.length; j += 1) {
      const alike = 1 - phoneCost(phone as never, b[j - 1] as never) / 1000;
      next[j] = Math.max((row[j - 1] ?? 0) + alike, row[j] ?? 0, next[j - 1] ?? 0);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** How much the model does of each thing, as shares of all errors. */
export function mixOf(model: NoiseModel): Readonly<Record<string, number>> {
  const sum = (lengths: readonly number[]): number => lengths.reduce((total, each) => total + each, 0);
  const all = Math.max(1, model.changed + sum(model.lost) + sum(model.added));
  return {
    lost: sum(model.lost) / all,
    'put in': sum(model.added) / all,
    ...Object.fromEntries([...model.kinds].toSorted().map(([kind, count]) => [kind, count / all])),
  };
}

/**
 * Adds errors of the model's kind to what was written (or, `from: 'said'`, to the true words), until so large a share of what was
 * said is wrong, over all turns. Numbers are lost and put in with their surroundings, and a digit of one is changed as often as
 * a character is.
 */
export function withNoise(
  turns: readonly HeardTurn[],
  model: NoiseModel,
  share: number,
  seed: number,
  from: 'heard' | 'said' = 'heard',
): readonly HeardTurn[] {
  const random = seeded(seed);
  const of = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const byKind = new Map<string, readonly string[]>();
  const substitute = (unit: string): string => {
    // A number is taken for another.
    if (isHan(unit) && numeral.test(unit)) return of([...'一二三四五六七八九十']) ?? unit;
    const known = model.own.get(unit.toLowerCase());
    // What this unit was taken for before, or what sounds as far from it as errors do.
    if (known !== undefined && random() < 0.5) return of(known) ?? unit;
    for (let tries = 0; tries < 6; tries += 1) {
      const kind = drawn(model.kinds, random());
      const key = `${kind} ${unit}`;
      let fitting = byKind.get(key);
      if (fitting === undefined) {
        const fits = (other: string): boolean =>
          other !== unit && isHan(other) === isHan(unit) && distanceKind(unit, other) === kind;
        fitting = model.pool.filter(fits);
        if (fitting.length < 3 && isHan(unit)) fitting = [...fitting, ...everyday.filter(fits)];
        byKind.set(key, fitting);
      }
      const found = of(fitting);
      if (found !== undefined) return found;
    }
    return of(known ?? []) ?? unit;
  };
  const joined = (text: readonly { readonly text: string }[]): string => text.map((piece) => piece.text).join('');
  const operations = model.changed + model.lost.length + model.added.length;
  const drafts = turns.map((turn) => ({
    turn,
    pieces: ((from === 'said' ? turn.said : turn.heard).match(pieces) ?? []).map((text) => ({ text, touched: false })),
  }));
  const own = drafts.filter(({ turn }) => turn.language === model.language);
  const length = own.reduce((sum, { turn }) => sum + errorsOf(turn.said, '', model.language).length, 0);
  const wrong = (): number =>
    own.reduce((sum, { turn, pieces: text }) => sum + errorsOf(turn.said, joined(text), model.language).edits, 0);
  const places = own.flatMap((draft) => {
    const often = Math.sqrt(of(model.spread) ?? 1) * draft.pieces.length;
    return Array.from({ length: Math.round(often) }, () => draft);
  });
  // Edits fall on one another, so that some do not count: the rest is added again.
  for (let missing = Math.round(share * length) - wrong(), rounds = 0; missing > 0 && rounds < 12; rounds += 1) {
    while (missing > 0) {
      const draft = of(places);
      if (draft === undefined) return turns;
      const at = Math.floor(random() * draft.pieces.length);
      const piece = draft.pieces[at];
      // Most of it was touched before: this turn has had its share.
      if (piece === undefined || (piece.touched && random() < 0.2)) missing -= 1;
      if (piece === undefined || piece.touched) continue;
      const number = /^\d/u.test(piece.text);
      if (!number && !isUnit(piece.text)) continue;
      const kind = random() * operations;
      if (kind < model.changed) {
        piece.touched = true;
        piece.text = number ? piece.text.replace(/\d/u, String(Math.floor(random() * 10))) : substitute(piece.text);
        missing -= 1;
      } else if (kind < model.changed + model.lost.length) {
        const long = of(model.lost) ?? 1;
        draft.pieces.splice(at, long);
        missing -= long;
      } else {
        const long = of(model.added) ?? 1;
        const joint = model.language === 'en' ? ' ' : '';
        const put = Array.from({ length: long }, () => ({ text: `${of(model.inserted) ?? ''}${joint}`, touched: true }));
        draft.pieces.splice(at, 0, ...put);
        missing -= long;
      }
    }
    missing = Math.round(share * length) - wrong();
  }
  return drafts.map(({ turn, pieces: text }) => {
    const { words: _, ...rest } = turn;
    return turn.language === model.language ? { ...rest, heard: joined(text) } : turn;
  });
}

function drawn(counts: ReadonlyMap<string, number>, at: number): string {
  let rest = at * [...counts.values()].reduce((sum, count) => sum + count, 0);
  for (const [kind, count] of counts) {
    rest -= count;
    if (rest < 0) return kind;
  }
  return 'unlike';
}
