import { z } from 'zod';

export const topics = ['calls.received', 'calls.transcribed', 'calls.scored', 'calls.indexed', 'calls.reviewed'] as const;
export type Topic = (typeof topics)[number];

/** A W3C trace context header. */
export const traceparentSchema = z.string().regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);

/**
 * What every event carries: references, never audio, never a transcript, never personal data. Read loosely: a field is only
 * ever added, and optional.
 */
export const envelopeSchema = z.looseObject({
  id: z.string().min(1).max(200),
  type: z.enum(topics),
  /** Major version of the type's data. */
  version: z.int().min(1),
  /** UTC milliseconds. */
  at: z.int().nonnegative(),
  callId: z.string().regex(/^[0-9a-f]{32}$/),
  traceparent: traceparentSchema,
  data: z.looseObject({}),
});

export type Envelope = z.output<typeof envelopeSchema>;

/** What a stage says happened; the runtime gives it id, time, version and trace. */
export interface NewEvent {
  readonly type: Topic;
  readonly callId: string;
  readonly data: Record<string, unknown>;
}
