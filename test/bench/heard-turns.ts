import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SpokenWord } from '../../phrases/index.ts';
import { packageRoot } from '../../services/kernel/index.ts';
import { fixturesFolder } from './labelled-recordings.ts';
import type { BesideTruth } from './made-calls/beside-truth.ts';

/** One turn of a labelled call: what was said, and what a recogniser wrote. Times are milliseconds of the call. */
export interface HeardTurn {
  readonly call: string;
  readonly language: 'zh' | 'en';
  readonly turn: string;
  readonly speaker: string;
  readonly said: string;
  readonly heard: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Where the recogniser gave them. */
  readonly words?: readonly SpokenWord[];
}

const languageOf = (call: string): HeardTurn['language'] => (call.startsWith('zh') ? 'zh' : 'en');

/** The turns of the synthetic calls with recogniser output beside the truth; undefined where the fixtures are not here. */
export function heardTurns(): readonly HeardTurn[] | undefined {
  const folder = fixturesFolder();
  const file = folder === undefined ? undefined : join(folder, 'synth', 'recognised_whisper_base.json');
  if (folder === undefined || file === undefined || !existsSync(file)) return undefined;
  const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly Record<'call' | 'turn' | 'speaker' | 'ref' | 'hyp', string>[];
  const times = new Map<string, { readonly startMs: number; readonly endMs: number }>();
  for (const call of new Set(rows.map((row) => row.call))) {
    const path = join(folder, 'synth', `${call}.transcript.json`);
    const { turns } = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly turns: readonly { readonly id: string; readonly startMs: number; readonly endMs: number }[];
    };
    for (const turn of turns) times.set(`${call} ${turn.id}`, turn);
  }
  return rows.map((row) => ({
    call: row.call,
    language: languageOf(row.call),
    turn: row.turn,
    speaker: row.speaker,
    said: row.ref,
    heard: row.hyp.trim(),
    startMs: times.get(`${row.call} ${row.turn}`)?.startMs ?? 0,
    endMs: times.get(`${row.call} ${row.turn}`)?.endMs ?? 0,
  }));
}

/** The calls that were made for this measurement (`made-calls/`), as the product's recogniser wrote them. */
export function madeTurns(): readonly HeardTurn[] {
  const folder = join(packageRoot, 'test', 'fixtures', 'made-calls');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.toSorted().flatMap((name) => {
    const { call, turns } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      readonly call: string;
      readonly turns: readonly BesideTruth[];
    };
    return turns.map(({ words, ...turn }) => ({
      ...turn,
      call,
      language: languageOf(call),
      words: words.map(([text, start, end, confidence]) => ({
        text,
        startMs: turn.startMs + start,
        endMs: turn.startMs + end,
        confidence: confidence / 1000,
      })),
    }));
  });
}

/** Numbers that look random and are the same in every run (mulberry32), from 0 to below 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The units in which errors are counted: Han characters, else words. */
export function unitsOf(text: string): readonly string[] {
  return (text.toLowerCase().match(/[\u3400-\u9fff]|[a-z0-9']+/gu) ?? []).map(String);
}

/** One step from what was said to what was heard; an empty side is a unit lost or put in. */
export type Confusion = readonly [said: string, heard: string];

/** The cheapest steps from one text to the other, all units in order. */
export function confusionsOf(said: readonly string[], heard: readonly string[]): readonly Confusion[] {
  const width = heard.length + 1;
  const cost = new Int32Array((said.length + 1) * width);
  for (let i = 0; i <= said.length; i += 1) {
    for (let j = 0; j <= heard.length; j += 1) {
      if (i === 0 || j === 0) {
        cost[i * width + j] = i + j;
        continue;
      }
      cost[i * width + j] = Math.min(
        (cost[(i - 1) * width + j - 1] ?? 0) + (said[i - 1] === heard[j - 1] ? 0 : 1),
        (cost[(i - 1) * width + j] ?? 0) + 1,
        (cost[i * width + j - 1] ?? 0) + 1,
      );
    }
  }
  const steps: Confusion[] = [];
  let i = said.length;
  let j = heard.length;
  while (i > 0 || j > 0) {
    const here = cost[i * width + j] ?? 0;
    const change = said[i - 1] === heard[j - 1] ? 0 : 1;
    if (i > 0 && j > 0 && here === (cost[(i - 1) * width + j - 1] ?? 0) + change) {
      steps.push([said[i - 1] ?? '', heard[j - 1] ?? '']);
      i -= 1;
      j -= 1;
    } else if (i > 0 && here === (cost[(i - 1) * width + j] ?? 0) + 1) {
      steps.push([said[i - 1] ?? '', '']);
      i -= 1;
    } else {
      steps.push(['', heard[j - 1] ?? '']);
      j -= 1;
    }
  }
  return steps.reverse();
}
