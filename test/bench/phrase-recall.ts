import { compileRules, prepareTranscript, type PreparedTranscript, type RuleResult } from '../../phrases/index.ts';
import { negatorsIn, numbersIn } from '../../language/index.ts';
import { type HeardTurn, seeded, unitsOf } from './heard-turns.ts';

/** Which phrases: by what is in them, and by how long they are. */
export interface Stratum {
  readonly name: string;
  readonly language: 'zh' | 'en';
  readonly kind: 'plain' | 'number' | 'negator';
  /** Han characters, or English words. */
  readonly length: number;
}

export interface Sample {
  readonly stratum: Stratum;
  readonly call: string;
  readonly turn: string;
  readonly phrase: string;
}

export const strata: readonly Stratum[] = [
  ...[2, 3, 4, 6, 8, 12, 16].map((length): Stratum => ({ name: `zh plain ${length}`, language: 'zh', kind: 'plain', length })),
  ...[6, 8, 12].map((length): Stratum => ({ name: `zh number ${length}`, language: 'zh', kind: 'number', length })),
  ...[6, 8, 12].map((length): Stratum => ({ name: `zh negator ${length}`, language: 'zh', kind: 'negator', length })),
  ...[2, 3, 4, 6, 8].map((length): Stratum => ({ name: `en plain ${length}`, language: 'en', kind: 'plain', length })),
  ...[4, 6].map((length): Stratum => ({ name: `en number ${length}`, language: 'en', kind: 'number', length })),
  ...[4, 6].map((length): Stratum => ({ name: `en negator ${length}`, language: 'en', kind: 'negator', length })),
];

/** Stretches of what was really said, each within a sentence. */
export function phrasesFrom(turns: readonly HeardTurn[], perTurn: number, seed: number): readonly Sample[] {
  const random = seeded(seed);
  const out: Sample[] = [];
  for (const turn of turns) {
    const { language } = turn;
    const places = [...turn.said.matchAll(/[\u3400-\u9fff]|[A-Za-z']+/gu)];
    for (const stratum of strata) {
      if (stratum.language !== language || places.length < stratum.length) continue;
      const starts = Array.from({ length: places.length - stratum.length + 1 }, (_, at) => at);
      let taken = 0;
      while (starts.length > 0 && taken < perTurn) {
        const [start = 0] = starts.splice(Math.floor(random() * starts.length), 1);
        const from = places[start]?.index ?? 0;
        const last = places[start + stratum.length - 1];
        const to = (last?.index ?? 0) + (last?.[0].length ?? 0);
        const phrase = turn.said.slice(from, to);
        if (/[。！？!?.]/u.test(phrase) || kindOf(phrase, turn.said, from, to) !== stratum.kind) continue;
        out.push({ stratum, call: turn.call, turn: turn.turn, phrase });
        taken += 1;
      }
    }
  }
  return out;
}

/** What is in a phrase; undefined where a number or a negator is cut by its ends, or both are in it. */
function kindOf(phrase: string, said: string, from: number, to: number): Stratum['kind'] | undefined {
  const cut = (spans: readonly { readonly start: number; readonly end: number }[]): boolean =>
    spans.some(({ start, end }) => (start < from && end > from) || (start < to && end > to));
  const numbers = numbersIn(said);
  const negators = negatorsIn(said);
  if (cut(numbers) || cut(negators)) return undefined;
  const hasNumber = numbersIn(phrase).length > 0;
  const hasNegator = negatorsIn(phrase).length > 0;
  if (hasNumber && hasNegator) return undefined;
  return hasNumber ? 'number' : hasNegator ? 'negator' : 'plain';
}

/** Calls as they were said, or as a recogniser wrote them. */
export function preparedCalls(turns: readonly HeardTurn[], what: 'said' | 'heard'): ReadonlyMap<string, PreparedTranscript> {
  const calls = Map.groupBy(turns, (turn) => turn.call);
  return new Map(
    [...calls].map(([call, own]) => [
      call,
      prepareTranscript({
        language: own[0]?.language ?? 'zh',
        durationMs: own.reduce((most, turn) => Math.max(most, turn.endMs), 0),
        turns: own.map(({ turn, speaker, startMs, endMs, said, heard, words }) => ({
          id: turn,
          speaker,
          startMs,
          endMs,
          text: what === 'said' ? said : heard,
          ...(what === 'heard' && words !== undefined ? { words } : {}),
        })),
      }),
    ]),
  );
}

/** A share or a rate with its 95 % bounds, drawn again by call. */
export interface Bounded {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface RecallRow {
  readonly stratum: Stratum;
  readonly phrases: number;
  readonly exact: number;
  readonly yes: Bounded;
  readonly yesOrPerhaps: Bounded;
  /** Wrong yes: in turns known not to contain the phrase. */
  readonly falseYes: number;
  readonly turnsWithout: number;
  /** Wrong yes for each phrase and hour of such turns. */
  readonly falseAnHour: Bounded;
  readonly wrong: readonly { readonly phrase: string; readonly call: string; readonly turn: string; readonly heard: string }[];
}

/** What a rule says of one turn. */
function valueIn(result: RuleResult | undefined, turn: string): 'yes' | 'perhaps' | 'no' {
  if (result === undefined) return 'no';
  if (result.hits.some((hit) => hit.turnIds.includes(turn))) return 'yes';
  const unheard = result.onlyUnintelligible && result.unintelligible.some((each) => each.turnId === turn);
  return unheard || result.possible.some((hit) => hit.turnIds.includes(turn)) ? 'perhaps' : 'no';
}

const tolerantRules = (samples: readonly Sample[]): ReturnType<typeof compileRules> =>
  compileRules(
    samples.map((sample, index) => ({ id: String(index), expression: { kind: 'phrase', text: sample.phrase, tolerant: {} } })),
  );

/** Samples that are meant where they stand: what is denied or doubtful in the true words is not to be found. */
export function meant(samples: readonly Sample[], turns: readonly HeardTurn[]): readonly Sample[] {
  const rules = tolerantRules(samples);
  const results = new Map([...preparedCalls(turns, 'said')].map(([call, prepared]) => [call, rules.match(prepared)]));
  return samples.filter((sample, index) => valueIn(results.get(sample.call)?.[index], sample.turn) === 'yes');
}

interface Tally {
  phrases: number;
  exact: number;
  yes: number;
  perhaps: number;
  falseYes: number;
  turnsWithout: number;
  ms: number;
}

/** How often phrases (`samples`, as `meant`) are found in the turn they were taken from, and in turns that do not contain them. */
export function recall(samples: readonly Sample[], turns: readonly HeardTurn[], seed: number): readonly RecallRow[] {
  const calls = Map.groupBy(turns, (turn) => turn.call);
  const units = new Map(turns.map((turn) => [turn, unitsOf(turn.said)]));
  const rules = tolerantRules(samples);
  const exact = compileRules(
    samples.map((sample, index) => ({ id: String(index), expression: { kind: 'phrase', text: sample.phrase } })),
  );
  const tallies = new Map<Stratum, Map<string, Tally>>(strata.map((stratum) => [stratum, new Map()]));
  const wrong = new Map<Stratum, RecallRow['wrong'][number][]>(strata.map((stratum) => [stratum, []]));
  const tallyOf = (sample: Sample): Tally => {
    const own = tallies.get(sample.stratum);
    const fresh: Tally = { phrases: 0, exact: 0, yes: 0, perhaps: 0, falseYes: 0, turnsWithout: 0, ms: 0 };
    const known = own?.get(sample.call) ?? fresh;
    own?.set(sample.call, known);
    return known;
  };
  for (const [call, prepared] of preparedCalls(turns, 'heard')) {
    const own = calls.get(call) ?? [];
    const results = rules.match(prepared);
    const literal = exact.match(prepared);
    samples.forEach((sample, index) => {
      const tally = tallyOf(sample);
      const result = results[index];
      if (sample.call === call) {
        const value = valueIn(result, sample.turn);
        tally.phrases += 1;
        if (value === 'yes') tally.yes += 1;
        if (value === 'perhaps') tally.perhaps += 1;
        if (valueIn(literal[index], sample.turn) === 'yes') tally.exact += 1;
      }
      if (own[0]?.language !== sample.stratum.language) return;
      const phrase = unitsOf(sample.phrase);
      const without = own.filter(
        (turn) => !(call === sample.call && turn.turn === sample.turn) && !contains(units.get(turn) ?? [], phrase),
      );
      tally.turnsWithout += without.length;
      tally.ms += without.reduce((sum, turn) => sum + turn.endMs - turn.startMs, 0);
      for (const hit of result?.hits ?? []) {
        // A hit over a turn's end is in both.
        if (!hit.turnIds.every((id) => without.some(({ turn }) => turn === id))) continue;
        tally.falseYes += 1;
        wrong.get(sample.stratum)?.push({ phrase: sample.phrase, call, turn: hit.turnId ?? '', heard: hit.text });
      }
    });
  }
  return strata.flatMap((stratum) => {
    const rows = [...(tallies.get(stratum)?.values() ?? [])];
    const sum = (of: keyof Tally): number => rows.reduce((total, tally) => total + tally[of], 0);
    if (sum('phrases') === 0) return [];
    const hours = (tally: Tally): number => tally.ms / 3_600_000;
    return [
      {
        stratum,
        phrases: sum('phrases'),
        exact: sum('exact'),
        yes: bounded(
          rows,
          (tally) => tally.yes,
          (tally) => tally.phrases,
          seed,
        ),
        yesOrPerhaps: bounded(
          rows,
          (tally) => tally.yes + tally.perhaps,
          (tally) => tally.phrases,
          seed,
        ),
        falseYes: sum('falseYes'),
        turnsWithout: sum('turnsWithout'),
        falseAnHour: bounded(rows, (tally) => tally.falseYes, hours, seed),
        wrong: wrong.get(stratum) ?? [],
      },
    ];
  });
}

/** A ratio of sums, and its bounds when calls are drawn again (1,000 times). */
function bounded(rows: readonly Tally[], over: (tally: Tally) => number, under: (tally: Tally) => number, seed: number): Bounded {
  const random = seeded(seed);
  const ratio = (some: readonly Tally[]): number =>
    some.reduce((sum, tally) => sum + over(tally), 0) /
    Math.max(
      1e-9,
      some.reduce((sum, tally) => sum + under(tally), 0),
    );
  const drawn = Array.from({ length: 1000 }, () =>
    ratio(rows.flatMap(() => rows[Math.floor(random() * rows.length)] ?? [])),
  ).toSorted((a, b) => a - b);
  return { value: ratio(rows), low: drawn[24] ?? 0, high: drawn[974] ?? 1 };
}

/** Whether so much of a phrase was really said in a turn that finding it there is no false hit: three in four of its units, in order. */
export function contains(said: readonly string[], phrase: readonly string[]): boolean {
  const least = Math.ceil(phrase.length * 0.75);
  const window = Math.floor(phrase.length * 1.5) + 4;
  for (let from = 0; from < said.length; from += 1) {
    if (phrase[0] !== said[from] && !phrase.includes(said[from] ?? '')) continue;
    if (commonLength(phrase, said.slice(from, from + window)) >= least) return true;
  }
  return false;
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Int32Array(b.length + 1);
  for (const unit of a) {
    const next = new Int32Array(b.length + 1);
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = unit === b[j - 1] ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
