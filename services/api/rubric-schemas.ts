import { z } from 'zod';
import { criticalClasses, scorecardSchema } from '../../scoring/index.ts';
import { bilingualSchema, callIdSchema } from './schemas.ts';

const yaml = z.string().min(1).max(500_000).describe('A rubric file.');
export const rubricTextSchema = z.strictObject({ yaml }).meta({ id: 'RubricText' });
export const rubricTrialSchema = z.strictObject({ yaml, callId: callIdSchema }).meta({ id: 'RubricTrial' });

export const rubricIdSchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,79}$/, 'lower case letters, digits, - and _');
export const rubricVersionSchema = z
  .string()
  .regex(/^([1-9]\d{0,8}|current)$/, 'a number from 1, or current')
  .describe('A number from 1, or `current`.');

export const rubricListSchema = z
  .object({
    rubrics: z.array(
      z.object({
        id: z.string(),
        version: z.string(),
        hash: z.string(),
        title: bilingualSchema,
        criteria: z.int(),
        order: z.int(),
      }),
    ),
  })
  .meta({ id: 'RubricList' });

export const rubricHistorySchema = z
  .object({
    id: z.string(),
    title: bilingualSchema,
    versions: z.array(z.object({ version: z.int(), hash: z.string(), publishedAt: z.int(), current: z.boolean() })),
  })
  .meta({ id: 'RubricHistory' });

/** What a page shows of a rubric: its sections and criteria in order, each with the number that people call it by. */
export const rubricOutlineSchema = z
  .object({
    sections: z.array(
      z.object({
        id: z.string(),
        title: bilingualSchema,
        weight: z.number(),
        criteria: z.array(
          z.object({
            id: z.string(),
            number: z.string().describe('Such as 1.2.'),
            question: bilingualSchema,
            points: z.number(),
            critical: z.enum(criticalClasses).optional(),
            bonus: z.literal(true).optional(),
            peopleOnly: z.literal(true).optional(),
            judged: z.literal(true).optional(),
            script: z.string().optional(),
          }),
        ),
      }),
    ),
    scripts: z.array(
      z.object({
        id: z.string(),
        title: bilingualSchema.nullable(),
        wording: z.enum(['verbatim', 'meaning']),
        steps: z.array(z.object({ id: z.string(), title: bilingualSchema.nullable(), required: z.boolean() })),
      }),
    ),
    for: z.record(z.string(), z.array(z.string())),
    languages: z.array(z.enum(['zh', 'en'])),
    method: z.enum(['share', 'points']),
    pass: z.number().nullable(),
    bands: z.array(z.object({ name: z.string(), from: z.number() })),
  })
  .meta({ id: 'RubricOutline' });

export const rubricVersionViewSchema = z
  .object({
    id: z.string(),
    version: z.int(),
    hash: z.string(),
    title: bilingualSchema,
    yaml: z.string(),
    rubric: rubricOutlineSchema,
  })
  .meta({ id: 'RubricVersion' });

export const rubricCheckSchema = z
  .object({
    ok: z.boolean(),
    errors: z.array(
      z.object({
        line: z.int(),
        column: z.int().describe('From 1, in code points.'),
        path: z.string().describe('Such as sections.0.criteria.2.points; empty for the file as a whole.'),
        text: bilingualSchema,
      }),
    ),
    id: z.string().optional(),
    hash: z.string().optional(),
    title: bilingualSchema.optional(),
    rubric: rubricOutlineSchema.optional(),
  })
  .meta({ id: 'RubricCheck' });

export const rubricTrialResultSchema = z
  .object({
    card: scorecardSchema,
    fits: z.boolean().describe('Whether the rubric is for calls like this one; it was scored in either case.'),
  })
  .meta({ id: 'RubricTrialResult' });

export const publishedRubricSchema = z
  .object({ rubricId: z.string(), version: z.int(), hash: z.string() })
  .meta({ id: 'PublishedRubric' });
export const backfillSchema = z.object({ calls: z.int() }).meta({ id: 'Backfill' });
