import { z } from 'zod';
import { rubricLanguages } from './rubric.ts';
import { criticalClasses } from './score.ts';

const idPattern = /^[a-z0-9][a-z0-9_-]{0,79}$/;
const listPattern = /^[\p{L}][\p{L}\p{N}_-]{0,79}$/u;

const id = z.string().regex(idPattern, 'id').describe('Lower case letters, digits, - and _.');
const sentence = z.string().trim().min(1).max(1000);
/** Points and percentages: at most four decimals, so that they are whole numbers of 1/10,000. */
const decimal = (least: number, most: number) =>
  z
    .number()
    .min(least)
    .max(most)
    .refine((value) => Math.abs(value * 10_000 - Math.round(value * 10_000)) < 1e-6, 'decimals');

const title = z
  .union([sentence, z.strictObject({ zh: sentence.optional(), en: sentence.optional() })])
  .describe('One text, or one for each language: { zh: ..., en: ... }.');

const wording = z.string().min(1).max(10_000);
const expression = z
  .union([wording, z.strictObject({ zh: wording.optional(), en: wording.optional() })])
  .describe('An expression of the phrase language, or one for each language: { zh: ..., en: ... }.');

const variants = z.union([sentence, z.array(sentence).min(1).max(50)]);
const glob = z.union([sentence, z.array(sentence).min(1).max(100)]);

const judge = z.strictObject({
  question: sentence.describe('A question that is answered by yes or no.'),
  look_for: sentence.optional(),
  not_applicable_when: sentence.optional(),
});

const criterion = z.strictObject({
  id,
  question: title.optional().describe('What an inspector would ask.'),
  points: decimal(0, 10_000).optional(),
  bonus: z.boolean().optional().describe('Adds to what was earned, never to what was possible.'),
  critical: z.enum(criticalClasses).optional().describe('Whom this error harms; an error of this kind sets the score to zero.'),
  critical_sets: z.enum(['call', 'section']).optional(),
  applies_when: expression.optional(),
  met_when: expression.optional(),
  unmet_when: expression.optional(),
  deduct_per_hit: decimal(0, 10_000).optional().describe('Points lost for each hit of unmet_when.'),
  script: z.string().optional().describe('The name of a script of this rubric.'),
  must_come_before: expression.optional(),
  judge: judge.optional(),
  people_only: z.boolean().optional().describe('A person always answers.'),
});

const section = z.strictObject({
  id,
  title: title.optional(),
  weight: decimal(0, 10_000).optional(),
  criteria: z.array(criterion).min(1).max(500),
});

const step = z.strictObject({
  id,
  title: title.optional().describe('What the step is, for people.'),
  say: z.union([variants, z.strictObject({ zh: variants.optional(), en: variants.optional() })]).optional(),
  heard_when: expression
    .optional()
    .describe('Another way to recognise the step, or the only one; for the wording "meaning" alone.'),
  speaker: z.enum(['agent', 'customer']).optional(),
  optional: z.boolean().optional(),
  customer_answers: z.enum(['affirm', 'negate', 'any']).optional(),
  within: z
    .string()
    .regex(/^\d+(\.\d+)?\s*(s|sec|min|秒|分钟)$/, 'duration')
    .optional()
    .describe('Latest time from the first words of the call, such as 30s or 2min.'),
});

const script = z.strictObject({
  title: title.optional(),
  wording: z.enum(['verbatim', 'meaning']).optional(),
  order: z.enum(['as_written', 'any']).optional(),
  when_incomplete: z
    .enum(['unmet', 'needs_review'])
    .optional()
    .describe('Where some required steps were said and others were not: unmet (the default), or a person decides.'),
  steps: z.array(step).min(1).max(100),
});

const score = z.strictObject({
  method: z.enum(['share', 'points']).optional(),
  pass: decimal(0, 1000).optional(),
  bands: z.record(z.string().min(1).max(60), decimal(0, 1000)).optional(),
  critical_sets: z.enum(['call', 'section']).optional(),
  start: decimal(0, 100_000).optional(),
  floor: decimal(0, 100_000).optional(),
  ceiling: decimal(0, 100_000).optional(),
});

/** The shape of a rubric file. What the fields mean together is checked after this. */
export const rubricFileSchema = z.strictObject({
  rubric: id.describe('The name of the rubric.'),
  title: title.optional(),
  languages: z.array(z.enum(rubricLanguages)).min(1).optional(),
  for: z
    .record(z.string(), glob)
    .optional()
    .describe('The calls that it is for: patterns for fields of the call, such as queue: wealth-*.'),
  order: z.int().min(0).max(1_000_000).optional().describe('Of several rubrics for a call the lowest gives the headline.'),
  score: score.optional(),
  lists: z
    .record(z.string().regex(listPattern, 'list'), z.array(sentence).min(1).max(2000))
    .optional()
    .describe('Named lists of phrases, used as @name.'),
  sections: z.array(section).min(1).max(100),
  scripts: z.record(id, script).optional(),
});

export type RubricFile = z.output<typeof rubricFileSchema>;
export type CriterionFile = z.output<typeof criterion>;
export type ScriptFile = z.output<typeof script>;
export type ExpressionFile = z.output<typeof expression>;

/** The JSON Schema of a rubric file, for editors. */
export function rubricJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(rubricFileSchema, { io: 'input', target: 'draft-2020-12' }),
    title: 'Plumbline rubric',
  };
}
