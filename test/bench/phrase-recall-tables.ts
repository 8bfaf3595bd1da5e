import { heardTurns, type HeardTurn, madeTurns } from './heard-turns.ts';
import { fitNoise, mixOf, withNoise } from './noise-model.ts';
import { type Bounded, meant, phrasesFrom, recall, type RecallRow, type Sample, type Stratum } from './phrase-recall.ts';
import { errorsOf } from './word-errors.ts';

/**
 * Calls that floors and costs may be fitted on. The others are held apart, with their phrases and their confusions; of the calls
 * made for this, by kind of conversation, so that the held ones have words of their own.
 */
const tunedOn: ReadonlySet<string> = new Set(
  (
    'zh-01 zh-03 zh-05 zh-06 en-01 en-03 en-05 ' +
    'zh-made-01 zh-made-03 zh-made-05 zh-made-07 zh-made-09 zh-made-11 zh-made-13 zh-made-15 ' +
    'en-made-01 en-made-03 en-made-06 en-made-08'
  ).split(' '),
);

export const isTuned = (call: string): boolean => tunedOn.has(call);

interface Goal {
  readonly yes?: number;
  readonly yesOrPerhaps?: number;
  readonly falseAnHour?: number;
  /** Of all phrases and turns without them. */
  readonly falseShare?: number;
}

/** Goals by stratum, for Chinese as heard and with 30 % noise. */
function goalOf({ language, kind, length }: Stratum, noisy: boolean): Goal {
  if (language === 'en') return {};
  const falseAnHour = length >= 6 ? 0.05 : 0.5;
  if (kind !== 'plain') return { yesOrPerhaps: 0.9, falseShare: 0.001 };
  const yes = length < 6 ? undefined : length < 8 ? [0.95, 0.88] : length < 12 ? [0.97, 0.93] : [0.985, 0.95];
  return { falseAnHour, ...(yes === undefined ? {} : { yes: yes[noisy ? 1 : 0] as number }) };
}

/** How near to a goal the 95 % bound must be. */
const nearEnough = 0.02;

/** Prints recall and false hits on what recognisers wrote, tuned and held apart, as heard and with noise; and how good the noise is. */
export function recallTables(show: readonly string[] = []): void {
  const labelled = heardTurns() ?? [];
  const made = madeTurns();
  if (labelled.length + made.length === 0) {
    console.log('phrases: no labelled recordings here');
    return;
  }
  const turns = [...labelled, ...made];
  const [tuned, held] = [turns.filter(({ call }) => isTuned(call)), turns.filter(({ call }) => !isTuned(call))];
  for (const [name, side] of [
    ['tuned', tuned],
    ['held apart', held],
  ] as const) {
    const samples = meant(phrasesFrom(side, 3, 41), side);
    table(`${name}, as heard`, samples, side, false, show);
    table(`${name}, 30 % noise`, samples, noisy(side, side, 0.3), true, show);
  }
  noiseTable(tuned, held);
}

/** Noise of both languages, fitted on one side's calls. */
function noisy(turns: readonly HeardTurn[], fittedOn: readonly HeardTurn[], share: number): readonly HeardTurn[] {
  return (['zh', 'en'] as const).reduce((some, language) => withNoise(some, fitNoise(fittedOn, language), share, 31), turns);
}

function table(
  name: string,
  samples: readonly Sample[],
  turns: readonly HeardTurn[],
  noise: boolean,
  show: readonly string[],
): void {
  const rows = recall(samples, turns, 51);
  const calls = new Set(turns.map((turn) => turn.call));
  const made = [...calls].filter((call) => call.includes('made')).length;
  console.log(
    `\nphrases: ${name}: ${samples.length} phrases from ${calls.size} calls (${made} made by us), errors ${errorRate(turns)}`,
  );
  console.log(
    '  stratum        phrases  exact  yes   95 % by call    yes+perhaps 95 % by call    false yes, a phrase and hour     goals',
  );
  for (const row of rows) {
    console.log(`  ${rowText(row, noise)}`);
    if (show.includes(row.stratum.name) && !noise)
      for (const each of row.wrong) console.log(`      ${each.phrase} <> ${each.heard} (${each.call} ${each.turn})`);
  }
}

export function errorRate(turns: readonly HeardTurn[]): string {
  return (['zh', 'en'] as const).map((language) => `${language} ${errorShare(turns, language).toFixed(1)} %`).join(', ');
}

function errorShare(turns: readonly HeardTurn[], language: 'zh' | 'en'): number {
  let [edits, length] = [0, 0];
  for (const turn of turns.filter((each) => each.language === language)) {
    const errors = errorsOf(turn.said, turn.heard, language);
    edits += errors.edits;
    length += errors.length;
  }
  return (100 * edits) / Math.max(1, length);
}

/** A goal holds when the bound is within 0.02 of it; else it is not shown. */
function rowText(row: RecallRow, noise: boolean): string {
  const goal = goalOf(row.stratum, noise);
  const verdicts = [
    judged(goal.yes, row.yes, ({ low }, wanted) => low >= wanted - nearEnough),
    judged(goal.yesOrPerhaps, row.yesOrPerhaps, ({ low }, wanted) => low >= wanted - nearEnough, 'yes+perhaps '),
    judged(goal.falseAnHour, row.falseAnHour, ({ high }, wanted) => high <= wanted + nearEnough, 'false '),
    goal.falseShare === undefined
      ? ''
      : `false yes ${((100 * row.falseYes) / Math.max(1, row.turnsWithout)).toFixed(3)} % ${row.falseYes <= goal.falseShare * row.turnsWithout ? 'holds' : 'MISSED'}`,
  ].filter((each) => each !== '');
  const share = ({ value, low, high }: Bounded): string => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return [
    row.stratum.name.padEnd(14),
    String(row.phrases).padStart(6),
    (row.exact / row.phrases).toFixed(3).padStart(6),
    share(row.yes),
    share(row.yesOrPerhaps),
    `${String(row.falseYes).padStart(4)}: ${share(row.falseAnHour)}`,
    verdicts.join(', '),
  ].join('  ');
}

function judged(goal: number | undefined, row: Bounded, holds: (row: Bounded, goal: number) => boolean, name = 'yes '): string {
  return goal === undefined ? '' : `${name}${goal} ${holds(row, goal) ? 'holds' : 'not shown'}`;
}

/** What the noise model makes of calls it was not fitted on, beside what the recogniser made of them. */
function noiseTable(tuned: readonly HeardTurn[], held: readonly HeardTurn[]): void {
  for (const language of ['zh', 'en'] as const) {
    const model = fitNoise(tuned, language);
    const real = held.filter((turn) => turn.language === language);
    const share = errorShare(real, language) / 100;
    const made = withNoise(real, model, share, 61, 'said');
    console.log(
      `\nphrases: noise fitted on the tuned calls (${language}), on the true words of those held apart: errors ${errorShare(made, language).toFixed(1)} %, the recogniser's ${(100 * share).toFixed(1)} %`,
    );
    mixLine('fitted on', mixOf(model));
    mixLine('made', mixOf(fitNoise(made, language)));
    mixLine('held apart, real', mixOf(fitNoise(real, language)));
    const samples = meant(phrasesFrom(real, 3, 41), real);
    const found = (turns: readonly HeardTurn[]): string =>
      recall(samples, turns, 51)
        .filter(({ stratum }) => stratum.kind === 'plain')
        .map((row) => `${row.stratum.length}: ${row.yes.value.toFixed(3)}`)
        .join('  ');
    console.log(`    plain phrases found, made  ${found(made)}`);
    console.log(`    plain phrases found, real  ${found(real)}`);
  }
}

function mixLine(name: string, mix: ReturnType<typeof mixOf>): void {
  const parts = Object.entries(mix).map(([kind, share]) => `${kind} ${(100 * share).toFixed(0)} %`);
  console.log(`    ${name.padEnd(18)} ${parts.join(', ')}`);
}
