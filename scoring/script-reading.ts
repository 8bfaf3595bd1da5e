import type { BilingualText } from '../services/kernel/index.ts';
import type { Kleene } from './kleene.ts';
import type { Evidence } from './verdict.ts';

export type StepState = 'said' | 'partly' | 'missed' | 'out_of_place' | 'wrong_speaker';

/** One token of a step: as it should be, and as it was. */
export interface TokenDiff {
  readonly kind: 'same' | 'sounds' | 'changed' | 'left_out' | 'added';
  readonly should?: string;
  readonly said?: string;
}

/** The customer's own answer to a step. */
export type AnswerState = 'affirm' | 'negate' | 'unclear' | 'refused' | 'none' | 'not_heard_well';

export interface StepAnswer {
  readonly wanted: 'affirm' | 'negate' | 'any';
  readonly heard: AnswerState;
  readonly evidence: readonly Evidence[];
}

/** What became of one step of a script. */
export interface StepFinding {
  readonly id: string;
  readonly state: StepState;
  /** 0 to 1. */
  readonly completeness: number;
  readonly required: boolean;
  readonly should: string;
  readonly answer?: StepAnswer;
  readonly evidence: readonly Evidence[];
  readonly tokens: readonly TokenDiff[];
  /** Whether this step was followed, and why not. */
  readonly value: Kleene;
  readonly trouble?: BilingualText;
}

/** What a script says of a call. */
export interface ScriptReading {
  readonly value: Kleene;
  /** 0 to 1 over the required steps. */
  readonly completeness: number;
  readonly steps: readonly StepFinding[];
  /** Where the last of its steps begins: surely, or possibly. Undefined when not all was said. */
  readonly doneMs: { readonly sure?: number; readonly possible?: number };
}
