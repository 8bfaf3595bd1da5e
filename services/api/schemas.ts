import { z } from 'zod';
import { callStates, deliveryStates } from '../../ingest/index.ts';

export const bilingualSchema = z.object({ zh: z.string(), en: z.string() });
export const refusalSchema = z.object({ code: z.string(), text: bilingualSchema }).meta({ id: 'Refusal' });

export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(200).optional(),
});

export const callIdSchema = z.string().regex(/^[0-9a-f]{32}$/, 'a call id is 32 hex digits');

const scoreSchema = z
  .object({
    scorecardId: z.string(),
    rubricId: z.string(),
    headline: z.boolean(),
    percent: z.number().nullable(),
    provisional: z.boolean(),
    critical: z.object({ customer: z.int(), business: z.int(), compliance: z.int() }),
  })
  .meta({ id: 'ScoreLine' });

export const callSchema = z
  .object({
    callId: callIdSchema,
    source: z.string(),
    name: z.string(),
    audioSha256: z.string(),
    state: z.enum(callStates),
    refusal: refusalSchema.nullable(),
    receivedAt: z.int(),
    revision: z.int(),
    speakersSwapped: z.boolean().describe('A person said that the speakers had been taken for each other.'),
    metadata: z.record(z.string(), z.unknown()),
    language: z.string().nullable(),
    durationMs: z.int().nullable(),
    scores: z.array(scoreSchema),
  })
  .meta({ id: 'Call' });

export const callPageSchema = z.object({ calls: z.array(callSchema), next: z.string().nullable() }).meta({ id: 'CallPage' });

export const ledgerQuerySchema = pageQuerySchema.extend({ state: z.enum([...deliveryStates, 'failed']).optional() });

export const ledgerLineSchema = z
  .object({
    deliveryId: z.string(),
    source: z.string(),
    name: z.string(),
    sizeBytes: z.int(),
    audioSha256: z.string(),
    state: z.enum(deliveryStates),
    callId: callIdSchema.nullable(),
    refusal: refusalSchema.nullable(),
    callState: z.enum(callStates).nullable(),
    callRefusal: refusalSchema.nullable(),
    firstSeenAt: z.int(),
    lastSeenAt: z.int(),
    times: z.int(),
  })
  .meta({ id: 'LedgerLine' });

export const ledgerPageSchema = z
  .object({ lines: z.array(ledgerLineSchema), next: z.string().nullable() })
  .meta({ id: 'LedgerPage' });

export const reconciliationQuerySchema = z.object({ date: z.iso.date('a date is YYYY-MM-DD') });

const reconciledSchema = z.object({
  source: z.string(),
  name: z.string(),
  externalId: z.string().nullable(),
  startedAt: z.int().nullable(),
  callId: callIdSchema.nullable(),
});

export const reconciliationSchema = z
  .object({
    date: z.string(),
    zoneOffset: z.string(),
    expected: z.int(),
    arrived: z.int(),
    missing: z.array(reconciledSchema),
    unexpected: z.array(reconciledSchema),
    duplicates: z.array(reconciledSchema),
    failed: z.array(reconciledSchema.extend({ reason: refusalSchema })),
    unfinished: z.array(reconciledSchema),
  })
  .meta({ id: 'Reconciliation' });

export const deliverySchema = z
  .object({
    deliveryId: z.string(),
    state: z.enum(deliveryStates),
    callId: callIdSchema.nullable(),
    refusal: refusalSchema.nullable(),
    isNew: z.boolean(),
  })
  .meta({ id: 'Delivery' });

/** How a delivery stands: what the file was, and what became of its call. */
export const deliveryStateSchema = z
  .object({
    deliveryId: z.string(),
    state: z.enum(deliveryStates),
    callId: callIdSchema.nullable(),
    refusal: refusalSchema.nullable(),
    callState: z.enum(callStates).nullable(),
    callRefusal: refusalSchema.nullable(),
  })
  .meta({ id: 'DeliveryState' });
export const deliveryIdSchema = z.string().regex(/^[0-9a-f]{32}$/, 'a delivery id is 32 hex digits');

export const speakersSchema = z
  .strictObject({ swapped: z.boolean().describe('Whether agent and customer were taken for each other.') })
  .meta({ id: 'Speakers' });
/** `direct`: the caller follows a redirection to the object store, where there is one. */
export const audioQuerySchema = z.object({ direct: z.enum(['true', 'false']).optional() });

export const acceptedCallSchema = z.object({ callId: callIdSchema, revision: z.int() }).meta({ id: 'AcceptedCall' });
export const retriedCallSchema = z
  .object({ callId: callIdSchema, tried: z.int().describe('How many pieces of work are tried again.') })
  .meta({ id: 'RetriedCall' });

export const sourceNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'lower case letters, digits and -');
export const manifestQuerySchema = z.object({ source: sourceNameSchema.default('upload') });
export const manifestSchema = z
  .object({
    rows: z.int().describe('Lines that are expected from now on.'),
    problems: z.array(z.object({ line: z.int(), message: bilingualSchema })),
  })
  .meta({ id: 'ManifestResult' });

export const scorecardIdSchema = z
  .string()
  .regex(/^[0-9a-f]{32}-[0-9a-f]{32}$/, 'a scorecard id is the id of its call, - and 32 hex digits');
export const scorecardHistorySchema = z
  .object({
    versions: z.array(
      z.object({
        scorecardId: z.string(),
        rubricVersion: z.int(),
        madeAt: z.int(),
        percent: z.number().nullable(),
        provisional: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'ScorecardHistory' });

export const scorecardListSchema = z
  .object({
    scorecards: z.array(
      z.object({ scorecardId: z.string(), rubricId: z.string(), headline: z.boolean(), card: z.record(z.string(), z.unknown()) }),
    ),
  })
  .meta({ id: 'ScorecardList' });

export const deadLetterSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    stage: z.string(),
    callId: z.string().nullable(),
    diedAt: z.int(),
    code: z.string(),
    message: z.string(),
    attempts: z.int(),
  })
  .meta({ id: 'DeadLetter' });

export const deadPageSchema = z
  .object({ letters: z.array(deadLetterSchema), next: z.string().nullable() })
  .meta({ id: 'DeadLetterPage' });

export const healthSchema = z
  .object({
    ready: z.boolean(),
    accepting: z.boolean(),
    reasons: z.array(z.string()),
    dead: z.int(),
    stages: z.array(
      z.object({
        stage: z.string(),
        ready: z.int(),
        working: z.int(),
        waiting: z.int(),
        oldestReadyMs: z.int().nullable(),
        circuit: z.object({ dependency: z.string(), since: z.int() }).nullable(),
      }),
    ),
  })
  .meta({ id: 'Health' });
