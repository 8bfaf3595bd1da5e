import { compileRules, prepareTranscript, type PreparedTranscript } from '../../phrases/index.ts';
import { negatorsIn, numbersIn } from '../../language/index.ts';
import { type Confusion, confusionsOf, type HeardTurn, seeded, unitsOf } from './heard-turns.ts';

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
    const language = turn.call.startsWith('zh') ? 'zh' : 'en';
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

/** One turn by itself, as a recogniser wrote it. */
export function preparedTurn(turn: HeardTurn, heard: string): PreparedTranscript {
  return prepareTranscript({
    language: turn.call.startsWith('zh') ? 'zh' : 'en',
    durationMs: turn.ms,
    turns: [{ id: turn.turn, speaker: turn.speaker, startMs: 0, endMs: turn.ms, text: heard }],
  });
}

/** More errors of the recogniser's own kind, until so many of a hundred units are wrong; stretches are lost and put in too. */
export function noisier(
  turns: readonly HeardTurn[],
  confusions: readonly Confusion[],
  share: number,
  seed: number,
): readonly HeardTurn[] {
  const random = seeded(seed);
  const bySaid = new Map<string, string[]>();
  const inserted: string[] = [];
  for (const [said, heard] of confusions) {
    if (said === '') inserted.push(heard);
    else if (said !== heard) bySaid.set(said, [...(bySaid.get(said) ?? []), heard]);
  }
  const anything = [...bySaid.values()].flat();
  return turns.map((turn) => {
    const said = unitsOf(turn.said);
    const before = confusionsOf(said, unitsOf(turn.heard)).filter(([a, b]) => a !== b).length;
    let missing = Math.round(said.length * share) - before;
    const units = [...unitsOf(turn.heard)];
    const joint = turn.call.startsWith('zh') ? '' : ' ';
    while (missing > 0 && units.length > 0) {
      const at = Math.floor(random() * units.length);
      const kind = random();
      const length = 1 + Math.floor(random() * Math.min(3, missing));
      if (kind < 0.12) units.splice(at, length);
      else if (kind < 0.24)
        units.splice(at, 0, ...Array.from({ length }, () => inserted[Math.floor(random() * inserted.length)] ?? '嗯'));
      else {
        const own = bySaid.get(units[at] ?? '') ?? (random() < 0.7 ? [] : anything);
        const heard = own[Math.floor(random() * own.length)];
        if (heard === undefined) continue;
        units.splice(at, 1, ...(heard === '' ? [] : [heard]));
        missing -= 1;
        continue;
      }
      missing -= length;
    }
    return { ...turn, heard: units.join(joint) };
  });
}

export interface RecallRow {
  readonly stratum: string;
  readonly phrases: number;
  readonly exact: number;
  readonly yes: number;
  readonly perhaps: number;
  /** Lower and upper 95 % bound of the share of yes, by call. */
  readonly low: number;
  readonly high: number;
  /** Wrong yes: on turns known not to contain the phrase. */
  readonly falseYes: number;
  readonly turnsWithout: number;
  readonly hoursWithout: number;
}

/** Samples that are meant where they stand: what is denied or doubtful in the true words is not to be found. */
function meant(samples: readonly Sample[], turns: readonly HeardTurn[]): readonly Sample[] {
  const rules = compileRules(
    samples.map((sample, index) => ({ id: String(index), expression: { kind: 'phrase', text: sample.phrase, tolerant: {} } })),
  );
  const results = new Map(turns.map((turn) => [`${turn.call} ${turn.turn}`, rules.match(preparedTurn(turn, turn.said))]));
  return samples.filter((sample, index) => results.get(`${sample.call} ${sample.turn}`)?.[index]?.value === 'yes');
}

/** How often phrases are found in the turn they were taken from, and in turns that do not contain them. */
export function recall(drawn: readonly Sample[], turns: readonly HeardTurn[], seed: number): readonly RecallRow[] {
  const samples = meant(drawn, turns);
  const prepared = new Map(turns.map((turn) => [`${turn.call} ${turn.turn}`, preparedTurn(turn, turn.heard)]));
  const units = new Map(turns.map((turn) => [`${turn.call} ${turn.turn}`, unitsOf(turn.said)]));
  const rules = compileRules(
    samples.map((sample, index) => ({ id: String(index), expression: { kind: 'phrase', text: sample.phrase, tolerant: {} } })),
  );
  const exact = compileRules(
    samples.map((sample, index) => ({ id: String(index), expression: { kind: 'phrase', text: sample.phrase } })),
  );
  interface Tally {
    call: string;
    phrases: number;
    exact: number;
    yes: number;
    perhaps: number;
    falseYes: number;
    turnsWithout: number;
    ms: number;
  }
  const tallies = new Map<string, Tally>();
  const tallyOf = (sample: Sample): Tally => {
    const key = `${sample.stratum.name}|${sample.call}`;
    const known = tallies.get(key);
    if (known !== undefined) return known;
    const fresh: Tally = { call: sample.call, phrases: 0, exact: 0, yes: 0, perhaps: 0, falseYes: 0, turnsWithout: 0, ms: 0 };
    tallies.set(key, fresh);
    return fresh;
  };
  for (const turn of turns) {
    const key = `${turn.call} ${turn.turn}`;
    const call = prepared.get(key);
    if (call === undefined) continue;
    const results = rules.match(call);
    const literal = exact.match(call);
    samples.forEach((sample, index) => {
      const tally = tallyOf(sample);
      const value = results[index]?.value;
      if (sample.call === turn.call && sample.turn === turn.turn) {
        tally.phrases += 1;
        if (value === 'yes') tally.yes += 1;
        if (value === 'perhaps') tally.perhaps += 1;
        if (literal[index]?.value === 'yes') tally.exact += 1;
        return;
      }
      if (turn.call.slice(0, 2) !== sample.stratum.language || contains(units.get(key) ?? [], unitsOf(sample.phrase))) return;
      tally.turnsWithout += 1;
      tally.ms += turn.ms;
      if (value === 'yes') tally.falseYes += 1;
    });
  }
  const random = seeded(seed);
  return strata.flatMap((stratum) => {
    const rows = [...tallies].filter(([key]) => key.startsWith(`${stratum.name}|`)).map(([, tally]) => tally);
    const sum = (of: (tally: Tally) => number, among: readonly Tally[] = rows): number =>
      among.reduce((total, each) => total + of(each), 0);
    const phrases = sum((tally) => tally.phrases);
    if (phrases === 0) return [];
    const shares = Array.from({ length: 400 }, () => {
      const again = rows.map(() => rows[Math.floor(random() * rows.length)]).filter((each) => each !== undefined);
      return (
        sum((tally) => tally.yes, again) /
        Math.max(
          1,
          sum((tally) => tally.phrases, again),
        )
      );
    }).sort((a, b) => a - b);
    return [
      {
        stratum: stratum.name,
        phrases,
        exact: sum((tally) => tally.exact),
        yes: sum((tally) => tally.yes),
        perhaps: sum((tally) => tally.perhaps),
        low: shares[9] ?? 0,
        high: shares[389] ?? 1,
        falseYes: sum((tally) => tally.falseYes),
        turnsWithout: sum((tally) => tally.turnsWithout),
        hoursWithout: sum((tally) => tally.ms) / 3_600_000,
      },
    ];
  });
}

/** Whether so much of a phrase was really said in a turn that finding it there is no false hit: three in four of its units, in order. */
function contains(said: readonly string[], phrase: readonly string[]): boolean {
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
