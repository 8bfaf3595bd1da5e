import { z } from 'zod';
import type { ProcessIdentity } from '../data-home/process-identity.ts';

export const identitySchema = z.object({ pid: z.int().min(2), started: z.string() });

/** The process that a lock or a note names; undefined for a text that names none. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    return identitySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
