import type { Rubric, Scorecard, ScoreOptions } from '../../../scoring/index.ts';
import type { CallDocument, DocumentInput } from '../../../search/index.ts';
import type { RedactedTranscript, RedactionOptions, Transcript } from '../../../transcribe/index.ts';

/** What the thread can do, by name: arguments and result. A rubric goes by its hash; the thread asks for one that it does not have. */
export interface LongWorks {
  score: { readonly given: { rubric: string; transcript: Transcript; options: ScoreOptions }; readonly gives: Scorecard };
  /** Ids of the criteria that a judge should be asked about. */
  forJudge: {
    readonly given: { rubric: string; transcript: Transcript; options: ScoreOptions };
    readonly gives: readonly string[];
  };
  redact: { readonly given: { transcript: Transcript; options: RedactionOptions }; readonly gives: RedactedTranscript };
  document: { readonly given: { input: DocumentInput }; readonly gives: CallDocument };
}

export type LongWorkName = keyof LongWorks;

export type ToThread =
  | {
      readonly [Name in LongWorkName]: { readonly id: number; readonly name: Name; readonly given: LongWorks[Name]['given'] };
    }[LongWorkName]
  | { readonly rubric: Rubric; readonly hash: string };

export type FromThread =
  | { readonly id: number; readonly gives: unknown }
  | { readonly id: number; readonly wantsRubric: string }
  /** An error that nobody foresaw: its name and stack, never its text, which may quote what was said. */
  | { readonly id: number; readonly failed: string };
