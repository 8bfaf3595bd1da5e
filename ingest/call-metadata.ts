import { z } from 'zod';

const short = z.string().trim().min(1).max(300);

/** `2026-10-12T10:04:31+08:00` or UTC milliseconds; kept as UTC milliseconds. */
const instant = z.union([z.int(), z.iso.datetime({ offset: true, local: true }).transform((text) => Date.parse(text))]);

/**
 * What the centre knows of a call. It comes from a manifest, a sidecar file, a file name or an upload's fields, and is
 * content: shown behind `authorise`, never in logs, events, metrics or errors.
 */
export const callMetadataSchema = z.object({
  externalId: short.optional(),
  /** Which part of a transferred call, where one external id has several recordings. */
  segment: short.optional(),
  agentId: short.optional(),
  agentName: short.optional(),
  agentNumber: short.optional(),
  team: short.optional(),
  queue: short.optional(),
  direction: z.enum(['inbound', 'outbound']).optional(),
  startedAt: instant.optional(),
  customerRef: short.optional(),
  product: short.optional(),
  layout: z.enum(['agent-left', 'agent-right', 'mono']).optional(),
  language: z.enum(['zh', 'en', 'auto']).optional(),
  institution: short.optional(),
  title: short.optional(),
  disposition: short.optional(),
});

export type CallMetadata = z.output<typeof callMetadataSchema>;
