import { z } from 'zod';
import { criticalClasses, verdictNames } from './score.ts';
import { evidenceRoles } from './verdict.ts';

const ms = z.int();
const share = z.number().min(0).max(1);
const percent = z.number().nullable();
const bilingual = z.looseObject({ zh: z.string(), en: z.string() });

const evidence = z.looseObject({
  /** Null where nobody speaks. */
  turnId: z.string().nullable(),
  speaker: z.string(),
  startMs: ms,
  endMs: ms,
  text: z.string(),
  score: share,
  of: z.enum(evidenceRoles).optional(),
  possible: z.literal(true).optional(),
  why: bilingual.optional(),
});

const searched = z.looseObject({ speaker: z.enum(['agent', 'customer', 'anyone']), startMs: ms, endMs: ms });

const nearMiss = z.looseObject({
  turnId: z.string().nullable(),
  speaker: z.string(),
  startMs: ms,
  endMs: ms,
  text: z.string(),
  why: bilingual,
});

const step = z.looseObject({
  id: z.string(),
  state: z.enum(['said', 'partly', 'missed', 'out_of_place', 'wrong_speaker']),
  completeness: share,
  required: z.boolean(),
  should: z.string(),
  answer: z
    .looseObject({
      wanted: z.enum(['affirm', 'negate', 'any']),
      heard: z.enum(['affirm', 'negate', 'unclear', 'refused', 'none', 'not_heard_well']),
      evidence: z.array(evidence),
    })
    .optional(),
  evidence: z.array(evidence),
  tokens: z.array(
    z.looseObject({
      kind: z.enum(['same', 'sounds', 'changed', 'left_out', 'added']),
      should: z.string().optional(),
      said: z.string().optional(),
    }),
  ),
  trouble: bilingual.optional(),
});

const criterion = z
  .looseObject({
    id: z.string(),
    section: z.string(),
    question: bilingual,
    verdict: z.enum(verdictNames),
    /** Null while it is not decided or does not apply. */
    earned: z.number(),
    possible: z.number(),
    bonus: z.boolean(),
    critical: z.enum(criticalClasses).optional(),
    criticalSets: z.enum(['call', 'section']).optional(),
    /** Of a critical error: whether a person agreed. */
    confirmed: z.boolean().optional(),
    evidence: z.array(evidence),
    searched: searched.optional(),
    nearMisses: z.array(nearMiss).optional(),
    /** Only a person can answer, and nobody has: outside the score. */
    open: z.literal(true).optional(),
    outOfPlace: z.literal(true).optional(),
    reason: bilingual,
    decidedBy: z.enum(['rule', 'judge', 'person']),
    /** The machine's own verdict where a person's stands over it. */
    machine: z.enum(verdictNames).optional(),
    judge: z.looseObject({ model: z.string(), promptHash: z.string(), confidence: share }).optional(),
    script: z.looseObject({ completeness: share, steps: z.array(step) }).optional(),
  })
  .refine((each) => each.evidence.length > 0 || each.searched !== undefined, {
    message: 'a verdict needs evidence, or the stretch that was searched',
  });

/** `scorecard.v1`: the shape of a scorecard that leaves the system. More fields may be added, these stay. */
export const scorecardSchema = z.looseObject({
  version: z.literal(1),
  callId: z.string(),
  /** Version 0: not published. */
  rubric: z.looseObject({ id: z.string(), version: z.int().min(0), hash: z.string(), title: bilingual }),
  transcript: z.looseObject({
    hash: z.string(),
    engine: z.looseObject({ name: z.string(), model: z.string().optional(), version: z.string().optional() }).optional(),
  }),
  /** What made it. */
  made: z.looseObject({ scoring: z.string() }),
  /** False: the rubric is not for this call, and nothing was scored. */
  fits: z.boolean(),
  languages: z.array(z.enum(['zh', 'en'])),
  score: z.looseObject({
    percent,
    beforeCritical: percent,
    beforeCriticalLow: percent,
    beforeCriticalHigh: percent,
    provisional: z.boolean(),
    low: percent,
    high: percent,
    band: z.string().nullable(),
    passed: z.boolean().nullable(),
  }),
  /** Errors by whom they harm; `nonCritical` counts the rest. `unconfirmed`: machine-found, no person agreed yet. */
  critical: z.looseObject({
    customer: z.int().min(0),
    business: z.int().min(0),
    compliance: z.int().min(0),
    nonCritical: z.int().min(0),
    unconfirmed: z.int().min(0),
    /** Critical ones that a person must decide. */
    inReview: z.int().min(0),
  }),
  sections: z.array(
    z.looseObject({
      id: z.string(),
      title: bilingual,
      percent,
      beforeCritical: percent,
      earned: z.number(),
      possible: z.number(),
    }),
  ),
  criteria: z.array(criterion),
  /** What asking a judge about this call cost: millionths of the currency of its price, and tokens. Not there: it was not asked. */
  judge: z.looseObject({ costMicros: z.int().min(0), askedTokens: z.int().min(0), answeredTokens: z.int().min(0) }).optional(),
});

export type Scorecard = z.output<typeof scorecardSchema>;
export type ScoredCriterion = z.output<typeof criterion>;
