import { z } from 'zod';

const ms = z.int();

const hit = z.looseObject({
  /** Null where nobody speaks (silence, music). */
  turnId: z.string().nullable(),
  speaker: z.string(),
  startMs: ms,
  endMs: ms,
  text: z.string(),
  score: z.number().min(0).max(1),
  setting: z.enum(['plain', 'denied', 'asked', 'supposed', 'reported']),
  why: z.looseObject({ code: z.string(), zh: z.string(), en: z.string() }),
});

/** `hits.v1`: what `plumbline match --json` prints, one line a transcript. */
export const hitsSchema = z.looseObject({
  version: z.literal(1),
  value: z.enum(['yes', 'no', 'perhaps']),
  hits: z.array(hit),
  nearMisses: z.array(hit),
});
