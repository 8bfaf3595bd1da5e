import { z } from 'zod';
import { callStates, dayBounds } from '../../ingest/index.ts';
import { limits } from '../../phrases/index.ts';
import { criticalClasses, verdictNames } from '../../scoring/index.ts';
import { searchSorts } from '../../search/index.ts';
import { bilingualSchema, callIdSchema } from './schemas.ts';

/** The database knows no text with this character. */
// oxlint-disable-next-line no-control-regex -- the one character that is meant
const withoutNul = /^[^\u0000]*$/u;

const expression = z
  .string()
  .max(2 * (limits.characters + 1))
  .regex(withoutNul, 'no text holds the character 0')
  .describe('An expression of the phrase language; empty: every call of the filters.');

const date = z.iso
  .date('a date is YYYY-MM-DD')
  .refine((text) => dayBounds(text, '+00:00') !== undefined, { message: 'there is no such day' });
const name = z.string().min(1).max(300).regex(withoutNul, 'no text holds the character 0');
const values = z.array(name).min(1).max(200);
const percent = z.number().min(0).max(100);
const ms = z.int().min(0).max(1_000_000_000);

export const filtersSchema = z
  .strictObject({
    from: date.optional().describe("First day, in the centre's time zone."),
    to: date.optional().describe('Last day.'),
    teams: values.optional(),
    agents: values.optional().describe("Agents' ids."),
    queues: values.optional(),
    directions: values.optional(),
    products: values.optional(),
    languages: values.optional(),
    sources: values.optional(),
    states: z.array(z.enum(callStates)).min(1).optional(),
    minDurationMs: ms.optional(),
    maxDurationMs: ms.optional(),
    minScore: percent.optional().describe('Of the headline scorecard.'),
    maxScore: percent.optional(),
    criterion: z
      .strictObject({
        rubricId: name.optional(),
        criterionId: name,
        verdicts: z.array(z.enum(verdictNames)).min(1),
      })
      .optional(),
    critical: z
      .array(z.enum([...criticalClasses, 'none']))
      .min(1)
      .optional(),
    needsReview: z.boolean().optional(),
  })
  .meta({ id: 'SearchFilters' });

const asked = { expression: expression.default(''), filters: filtersSchema.default({}) };

export const searchRequestSchema = z
  .strictObject({
    ...asked,
    sort: z.enum(searchSorts).default('newest'),
    limit: z.int().min(1).max(100).default(20).describe('Calls.'),
    after: z.string().max(500).optional().describe('`next` of the page before.'),
  })
  .meta({ id: 'SearchRequest' });

export const facetsRequestSchema = z.strictObject(asked).meta({ id: 'SearchFacetsRequest' });

export const exportRequestSchema = z
  .strictObject({
    ...asked,
    sort: z.enum(searchSorts).default('newest'),
    format: z.enum(['csv', 'jsonl']),
    callIds: z.array(callIdSchema).min(1).max(1000).optional().describe('Only these of the calls found.'),
  })
  .meta({ id: 'SearchExportRequest' });

export const findQuerySchema = z.strictObject({ call: callIdSchema, expression: z.string().min(1).max(2000) });

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const shownPercent = z.number().nullable().describe('0 to 100, one decimal.');

export const callFactsSchema = z
  .object({
    callId: callIdSchema,
    revision: z.int(),
    state: z.enum(callStates),
    startedAt: z.int().nullable(),
    receivedAt: z.int(),
    source: z.string(),
    name: z.string(),
    title: z.string().nullable(),
    agentId: z.string().nullable(),
    agentName: z.string().nullable(),
    team: z.string().nullable(),
    queue: z.string().nullable(),
    direction: z.string().nullable(),
    product: z.string().nullable(),
    language: z.string(),
    durationMs: z.int(),
    score: z
      .object({
        percent: shownPercent,
        provisional: z.boolean(),
        band: z.string().nullable(),
        low: shownPercent,
        high: shownPercent,
      })
      .nullable(),
    critical: z.object({ customer: count, business: count, compliance: count }),
    needsReview: count,
    verdict: z.enum(verdictNames).optional().describe('Of the criterion that the filter asks for.'),
  })
  .meta({ id: 'CallFacts' });

export const searchHitSchema = z
  .object({
    turnId: z.string().nullable(),
    speaker: z.string(),
    startMs: z.int(),
    endMs: z.int(),
    sentence: z.string(),
    marks: z.array(z.array(z.int()).length(2)).describe('UTF-16 offsets in the sentence: from, to.'),
    score: share,
    setting: z.enum(['plain', 'asked', 'reported', 'supposed', 'denied']),
    possible: z.boolean(),
    why: bilingualSchema.nullable(),
  })
  .meta({ id: 'SearchHit' });

export const searchResultSchema = z
  .object({
    calls: z.array(
      z.object({ call: callFactsSchema, value: z.enum(['yes', 'perhaps']), hits: z.array(searchHitSchema), hitCount: count }),
    ),
    next: z.string().nullable(),
    counts: z.object({
      certain: z.boolean().describe("The index's answer is exact; otherwise its candidates are verified."),
      calls: count,
      hits: count.nullable(),
      exact: z.boolean().describe('False: at least so many.'),
      candidates: count.nullable(),
    }),
    countId: z.string().nullable().describe('Where the exact count can be asked for, once it is known.'),
    tookMs: z.number(),
  })
  .meta({ id: 'SearchResult' });

export const countIdSchema = z.object({ id: z.string().regex(/^[0-9a-f]{32,64}$/, 'a count id is hex digits') });

export const searchCountSchema = z.object({ calls: count, hits: count, exact: z.boolean() }).meta({ id: 'SearchCount' });

const valueCounts = z.array(z.object({ value: z.string().nullable(), count }));

export const facetsSchema = z
  .object({
    exact: z.boolean(),
    calls: count,
    date: z.array(z.object({ date: z.string(), count })),
    team: valueCounts,
    agent: z.array(z.object({ value: z.string().nullable(), name: z.string().nullable(), count })),
    queue: valueCounts,
    direction: valueCounts,
    product: valueCounts,
    language: valueCounts,
    source: valueCounts,
    score: z.array(z.object({ from: z.number(), to: z.number(), count })),
    critical: z.array(z.object({ value: z.enum([...criticalClasses, 'none']), count })),
    verdict: z.array(z.object({ verdict: z.enum(verdictNames), count })).optional(),
    criteria: z.array(
      z.object({
        rubricId: z.string(),
        criterionId: z.string(),
        question: bilingualSchema.nullable(),
        unmet: count,
        needsReview: count,
        met: count,
        notApplicable: count,
      }),
    ),
    needsReview: count,
  })
  .meta({ id: 'SearchFacets' });

export const findSchema = z
  .object({ value: z.enum(['yes', 'no', 'perhaps']), hits: z.array(searchHitSchema), nearMisses: z.array(searchHitSchema) })
  .meta({ id: 'CallHits' });
