import { compileRules, type Hit, type PreparedTranscript, type RuleSet } from '../phrases/index.ts';
import type { RubricLanguage } from './rubric.ts';
import type { TokenDiff } from './script-reading.ts';

/** A place in a call where something like a script step was said. */
export interface StepMatch {
  readonly turnId: string | null;
  readonly speaker: string;
  readonly speakerSure: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  /** Thousandths of the wording that were said. */
  readonly score: number;
  /** A negator or a number was changed: it never counts as said. */
  readonly turned: boolean;
  readonly tokens: readonly TokenDiff[];
}

const compiled = new Map<string, RuleSet>();

/** All places in which a wording was said, wholly or in part, by whoever it was. */
export function stepMatches(prepared: PreparedTranscript, text: string, _language: RubricLanguage): readonly StepMatch[] {
  const key = text;
  const rules =
    compiled.get(key) ?? compileRules([{ id: 'step', expression: { kind: 'phrase', text, tolerant: { floor: 0.5 } } }]);
  compiled.set(key, rules);
  const [result] = rules.match(prepared);
  if (result === undefined) return [];
  const toMatch =
    (turned: boolean) =>
    (hit: Hit): StepMatch => ({
      turnId: hit.turnId ?? null,
      speaker: hit.speaker,
      speakerSure: true,
      startMs: hit.startMs,
      endMs: hit.endMs,
      text: hit.text,
      score: hit.score,
      turned,
      tokens: [],
    });
  return [...result.hits.map(toMatch(false)), ...result.possible.map(toMatch(false)), ...result.nearMisses.map(toMatch(true))];
}
