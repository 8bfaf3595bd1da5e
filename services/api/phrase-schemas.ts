import { z } from 'zod';
import { limits } from '../../phrases/index.ts';
import { bilingualSchema } from './schemas.ts';

/** One more than is read, so that the answer to a text that is too long is the language's own. */
const expression = z
  .string()
  .max(2 * (limits.characters + 1))
  .describe('An expression of the phrase language.');

export const expressionSchema = z.strictObject({ expression }).meta({ id: 'Expression' });

export const completionRequestSchema = z
  .strictObject({
    expression,
    cursor: z.int().min(0).describe('Code points from the start of the expression.'),
    language: z.enum(['zh', 'en']).optional().describe('Keywords of this language come first.'),
  })
  .meta({ id: 'CompletionRequest' });

const errorSchema = z
  .object({
    code: z.string(),
    line: z.int(),
    column: z.int().describe('From 1, in code points of the line as typed.'),
    endColumn: z.int(),
    message: bilingualSchema,
    expected: bilingualSchema.describe('What could stand there.'),
    suggestion: z
      .object({
        text: z.string(),
        from: z.int().describe('Code points from the start of the expression.'),
        to: z.int(),
        whole: z.string().describe('The expression with the suggestion taken; it can be read.'),
      })
      .optional(),
  })
  .meta({ id: 'PhraseError' });

export const phraseCheckSchema = z
  .object({
    ok: z.boolean(),
    formatted: z.string().optional(),
    reading: bilingualSchema.optional(),
    certain: z.boolean().optional().describe('An index answers it exactly; otherwise its candidates are verified.'),
    errors: z.array(errorSchema),
  })
  .meta({ id: 'PhraseCheck' });

export const formattedSchema = z.object({ formatted: z.string() }).meta({ id: 'FormattedExpression' });
export const readingSchema = z.object({ reading: bilingualSchema }).meta({ id: 'ExpressionReading' });

export const completionSchema = z
  .object({
    from: z.int().describe('Code points: what stands from here to `to` is replaced.'),
    to: z.int(),
    options: z.array(
      z.object({
        text: z.string(),
        kind: z.enum(['phrase', 'operator', 'scope', 'list', 'class', 'measure', 'count', 'unit', 'punctuation']),
        detail: bilingualSchema,
      }),
    ),
  })
  .meta({ id: 'Completion' });

export const listsSchema = z
  .object({ lists: z.array(z.object({ name: z.string(), entries: z.int(), title: bilingualSchema })) })
  .meta({ id: 'PhraseLists' });
