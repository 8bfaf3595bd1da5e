import { fillers } from '../../language/index.ts';
import {
  compileRules,
  type PreparedTranscript,
  prepareTranscript,
  type Rule,
  type SpokenTranscript,
} from '../../phrases/index.ts';
import { referenceMatch } from '../phrases/reference-matcher.ts';
import { heardTurns, type HeardTurn, seeded } from './heard-turns.ts';
import { percolate } from './percolator.ts';
import { recallTables } from './phrase-recall-tables.ts';

const budgets = { exactMs: 0.1, tolerantMs: 5, overExpressions: 20 };

/** Fillers of one character: a phrase steps over them. */
const fillerLetters = [...fillers].filter((each) => /^\p{Script=Han}$/u.test(each)).join('');

const notPlain = new RegExp(`[零一二两三四五六七八九十百千万点年月日天号元块期次个${fillerLetters}]`, 'u');

/**
 * Speed of rule sets beside a loop of regular expressions, Elasticsearch's percolator and the naive matcher of the tests; then, on
 * what a recogniser wrote of the labelled calls, how many phrases are found and how many are found where they were not said. Prints tables; true
 * when the speed budgets hold. `filter`: `speed` or `recall` alone; names of strata show their false hits.
 */
export async function run(filter: readonly string[] = []): Promise<boolean> {
  const turns = heardTurns();
  if (turns === undefined) {
    console.log('phrases: no labelled recordings here');
    return true;
  }
  const all = filter.length === 0;
  const fast = all || filter.includes('speed') ? await speed(turns) : true;
  if (all || filter.includes('recall')) recallTables(filter);
  return fast;
}

// --- speed ---

async function speed(turns: readonly HeardTurn[]): Promise<boolean> {
  const transcript = longCall(turns);
  const characters = transcript.turns.reduce((sum, turn) => sum + turn.text.length, 0);
  const random = seeded(21);
  const words = turns
    .filter((turn) => turn.call.startsWith('zh'))
    .map((turn) => [...turn.said].filter((each) => /[\u3400-\u9fff]/u.test(each)));
  const phrase = (length: number): string => {
    const from = words[Math.floor(random() * words.length)] ?? [];
    const at = Math.floor(random() * Math.max(1, from.length - length));
    return from.slice(at, at + length).join('');
  };
  const phrases = (count: number, least: number, most: number): readonly string[] => {
    const out = new Set<string>();
    while (out.size < count) {
      const text = phrase(least + Math.floor(random() * (most - least + 1)));
      // Numbers (with their units) and fillers are read apart: a plain expression could not look for the same.
      if (text.length < least || notPlain.test(text)) continue;
      // Nine in ten are not said in this call.
      out.add(random() < 0.1 ? text : shuffled([...text], random).join(''));
    }
    return [...out];
  };
  const exact = phrases(1000, 3, 8);
  const tolerant = phrases(200, 6, 12);
  const rulesOf = (texts: readonly string[], mark: string): readonly Rule[] =>
    texts.map((text, index) => ({ id: String(index), expression: `${mark}"${text}"` }));

  const prepareMs = timed(20, () => prepareTranscript(transcript));
  const prepared = prepareTranscript(transcript);
  const exactRules = compileRules(rulesOf(exact, ''));
  const tolerantRules = compileRules(rulesOf(tolerant, '~'));
  const exactMs = timed(3000, () => exactRules.match(prepared));
  const heardMs = timed(3000, () => exactRules.listen(prepared).heard());
  const tolerantMs = timed(100, () => tolerantRules.match(prepared));
  // What a run of one speaker's turns says, on a line of its own: a phrase never runs over speakers.
  const text = prepared.runs.map((run) => run.turns.map(({ turn }) => turn.text).join(' ')).join('|');
  const literal = exact.map((each) => new RegExp(each, 'gu'));
  const stepping = exact.map((each) => new RegExp([...each].join(`[\\p{P}\\s${fillerLetters}]*`), 'gu'));
  const literalMs = timed(60, () => looped(literal, text));
  const steppingMs = timed(20, () => looped(stepping, text));
  const naive = (texts: readonly string[], like: boolean): Timing =>
    timed(1, () => {
      for (const each of texts)
        referenceMatch(like ? { kind: 'phrase', text: each, tolerant: {} } : { kind: 'phrase', text: each }, {}, prepared);
    });
  const naiveExactMs = scaled(naive(exact.slice(0, 50), false), 20);
  const naiveTolerantMs = scaled(naive(tolerant.slice(0, 2), true), 100);

  const heard = exactRules.match(prepared).flatMap((each, index) => (each.value === 'yes' ? [index] : []));
  const missedBy = (found: readonly number[]): string => {
    const missed = heard.filter((index) => !found.includes(index)).length;
    const more = found.filter((index) => !heard.includes(index)).length;
    return missed + more === 0 ? 'finds the same' : `misses ${missed} of ${heard.length}${more === 0 ? '' : `, ${more} more`}`;
  };
  const foundBy = (expressions: readonly RegExp[]): readonly number[] =>
    expressions.flatMap((each, index) => (text.search(each) >= 0 ? [index] : []));

  console.log(`\nphrases: speed on one call of ${characters} characters: median (fastest) of many rounds`);
  line('prepare the call (once, for any rules)', prepareMs);
  line(`1,000 exact rules (${heard.length} heard): the results of all`, exactMs, budgets.exactMs);
  line('  the results of those heard alone', heardMs, budgets.exactMs);
  console.log('  beside it, against the results of all and of those heard alone:');
  line(`  loop of expressions over marks and fillers (${missedBy(foundBy(stepping))})`, steppingMs, undefined, [
    ratio(steppingMs, exactMs),
    ratio(steppingMs, heardMs),
  ]);
  line(`  loop of plain literal expressions (${missedBy(foundBy(literal))})`, literalMs, undefined, [
    ratio(literalMs, exactMs),
    ratio(literalMs, heardMs),
  ]);
  line('  the naive matcher of the tests (from 50 rules)', naiveExactMs, undefined, [
    ratio(naiveExactMs, exactMs),
    ratio(naiveExactMs, heardMs),
  ]);
  await percolatorLine(exact, prepared, [exactMs, heardMs], missedBy);
  line(
    `200 tolerant rules (${tolerantRules.match(prepared).filter(({ value }) => value === 'yes').length} heard)`,
    tolerantMs,
    budgets.tolerantMs,
  );
  line('  the naive matcher of the tests (from 2 rules)', naiveTolerantMs, undefined, [ratio(naiveTolerantMs, tolerantMs)]);
  return (
    exactMs.fastest <= budgets.exactMs &&
    tolerantMs.fastest <= budgets.tolerantMs &&
    ratio(steppingMs, exactMs) >= budgets.overExpressions
  );
}

async function percolatorLine(
  exact: readonly string[],
  prepared: PreparedTranscript,
  ours: readonly Timing[],
  missedBy: (found: readonly number[]) => string,
): Promise<void> {
  const answer = await percolate(
    exact.map((each) => [...each]),
    prepared,
    300,
  );
  if ('missing' in answer) {
    console.log(`  Elasticsearch's percolator: skipped (${answer.missing})`);
    return;
  }
  const took = { median: answer.tookMean, fastest: answer.tookLeast };
  const times = ours.map((each) => took.median / each.median);
  const name = `  Elasticsearch's percolator, mean and least \`took\` (${missedBy(answer.found)})`;
  console.log(`  ${lineStart(name, took)}${beside(times)}`);
}

function looped(expressions: readonly RegExp[], text: string): number {
  let found = 0;
  for (const each of expressions) found += [...text.matchAll(each)].length;
  return found;
}

const ratio = (peer: Timing, ours: Timing): number => peer.fastest / ours.fastest;

/** Turns of the Chinese calls one after another, some 1,500 characters. */
function longCall(turns: readonly HeardTurn[]): SpokenTranscript {
  const out: SpokenTranscript['turns'][number][] = [];
  let characters = 0;
  for (const turn of turns.filter((each) => each.call.startsWith('zh'))) {
    if (characters >= 1500) break;
    characters += turn.heard.length;
    const startMs = out.length * 4000;
    out.push({ id: `t${out.length + 1}`, speaker: turn.speaker, startMs, endMs: startMs + 3800, text: turn.heard });
  }
  return { language: 'zh', durationMs: out.length * 4000, turns: out };
}

interface Timing {
  readonly median: number;
  readonly fastest: number;
}

const scaled = ({ median, fastest }: Timing, by: number): Timing => ({ median: median * by, fastest: fastest * by });

function shuffled(letters: readonly string[], random: () => number): readonly string[] {
  return letters
    .map((letter) => ({ letter, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ letter }) => letter);
}

/** The median of many rounds, and the fastest: on a busy machine they differ. */
function timed(times: number, work: () => unknown): Timing {
  const all: number[] = [];
  let kept: unknown;
  for (let round = 0; round < times; round += 1) {
    const start = performance.now();
    kept = work();
    all.push(performance.now() - start);
  }
  if (kept === all) throw new Error('never');
  all.sort((a, b) => a - b);
  return { median: all[all.length >> 1] ?? 0, fastest: all[0] ?? 0 };
}

function line(what: string, timing: Timing, budget?: number, times: readonly number[] = []): void {
  const { fastest } = timing;
  const against = budget === undefined ? '' : `  budget ${budget} ms: ${fastest <= budget ? 'kept' : 'MISSED'} by the fastest`;
  console.log(`  ${lineStart(what, timing)}${beside(times)}${against}`);
}

const beside = (times: readonly number[]): string => times.map((each) => `  ${each.toFixed(1)} x`).join('');

const lineStart = (what: string, { median, fastest }: Timing): string =>
  `${what.padEnd(72)} ${median.toFixed(3).padStart(9)} ms (${fastest.toFixed(3)})`;
