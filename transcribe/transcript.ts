import { z } from 'zod';

export const speakers = ['agent', 'customer', 'system', 'unknown'] as const;
export type Speaker = (typeof speakers)[number];

const ms = z.int().nonnegative();

/** A word as heard. `confidence` runs from 0 to 1 in steps of 1/1000. */
export const wordSchema = z.looseObject({
  text: z.string(),
  startMs: ms,
  endMs: ms,
  confidence: z.number().min(0).max(1).optional(),
});

export const turnSchema = z.looseObject({
  id: z.string().min(1),
  speaker: z.enum(speakers),
  /** 0 to 1; under 0.7 a rule that asks for a speaker is not sure. */
  speakerConfidence: z.number().min(0).max(1).default(1),
  channel: z.int().min(0).max(1).default(0),
  startMs: ms,
  endMs: ms,
  text: z.string(),
  /** Written form of numbers and dates, where it differs from `text`. */
  written: z.string().optional(),
  words: z.array(wordSchema).optional(),
});

export const soundSchema = z.looseObject({
  kind: z.enum(['music', 'ringback', 'menu', 'dtmf', 'beep']),
  startMs: ms,
  endMs: ms,
  channel: z.int().min(0).max(1),
});

export const layouts = ['agent-left', 'agent-right', 'mono'] as const;
export type Layout = (typeof layouts)[number];

/** Which engine wrote the words; part of every scorecard's proof. */
export const engineSchema = z.looseObject({ name: z.string(), model: z.string().optional(), version: z.string().optional() });

/** One redacted stretch. No raw form, no length of the raw form. */
export const redactionSchema = z.looseObject({
  kind: z.string(),
  turnId: z.string(),
  /** Code unit offsets of the typed word (`⟦card⟧`) in the turn's text. */
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  startMs: ms,
  endMs: ms,
  confidence: z.number().min(0).max(1),
});

/** Speech of which nothing was understood: where something had to be said, a rule can only say "perhaps". */
export const unintelligibleSchema = z.object({
  channel: z.int().min(0).max(1),
  speaker: z.enum(speakers),
  startMs: ms,
  endMs: ms,
});

export const dropReasons = [
  'bracketed',
  'known-invention',
  'loop',
  'no-speech',
  'outside-speech',
  'sound',
  'crosstalk',
  'prompt',
] as const;

/** Words that a recogniser wrote and nobody said there: where and why, never what. */
export const droppedSchema = z.object({
  channel: z.int().min(0).max(1),
  startMs: ms,
  endMs: ms,
  reason: z.enum(dropReasons),
  words: z.int().positive(),
});

/** `transcript.v1`: the shape of a transcript that leaves or enters the system. More fields may be added, these stay. */
export const transcriptSchema = z.looseObject({
  version: z.literal(1),
  callId: z.string().optional(),
  language: z.string(),
  durationMs: ms,
  layout: z.enum(layouts),
  turns: z.array(turnSchema),
  sounds: z.array(soundSchema).optional(),
  engine: engineSchema.optional(),
  redactions: z.array(redactionSchema).optional(),
  unintelligible: z.array(unintelligibleSchema).optional(),
  dropped: z.array(droppedSchema).optional(),
});

export type Word = z.output<typeof wordSchema>;
export type Turn = z.output<typeof turnSchema>;
export type Sound = z.output<typeof soundSchema>;
export type Redaction = z.output<typeof redactionSchema>;
export type Unintelligible = z.output<typeof unintelligibleSchema>;
export type DropReason = (typeof dropReasons)[number];
export type Dropped = z.output<typeof droppedSchema>;
export type Transcript = z.output<typeof transcriptSchema>;
