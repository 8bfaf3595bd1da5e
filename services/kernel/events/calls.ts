import { z } from 'zod';
import { envelopeSchema, type Topic } from './envelope.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A recording was accepted, or its metadata changed: `revision` says which state of the call this is about. */
export const callReceived = z.looseObject({ revision: z.int().nonnegative(), audioSha256: hash.optional() });

/** A call's current transcript is there. */
export const callTranscribed = z.looseObject({ transcriptId: z.string(), transcriptHash: hash.optional() });

/** A call was scored by every rubric that is for it (none: an empty list). */
export const callScored = z.looseObject({
  transcriptId: z.string(),
  scorecards: z.array(z.looseObject({ scorecardId: z.string(), rubricId: z.string(), rubricHash: hash })),
});

export const callIndexed = z.looseObject({ revision: z.int().nonnegative() });
export const callReviewed = z.looseObject({ scorecardId: z.string() });

/** Every event's schema, by topic. The JSON Schemas in `schemas/events` are generated from these. */
export const eventSchemas = {
  'calls.received': envelopeSchema.extend({ type: z.literal('calls.received'), version: z.literal(1), data: callReceived }),
  'calls.transcribed': envelopeSchema.extend({
    type: z.literal('calls.transcribed'),
    version: z.literal(1),
    data: callTranscribed,
  }),
  'calls.scored': envelopeSchema.extend({ type: z.literal('calls.scored'), version: z.literal(1), data: callScored }),
  'calls.indexed': envelopeSchema.extend({ type: z.literal('calls.indexed'), version: z.literal(1), data: callIndexed }),
  'calls.reviewed': envelopeSchema.extend({ type: z.literal('calls.reviewed'), version: z.literal(1), data: callReviewed }),
} as const satisfies Record<Topic, z.ZodType>;
