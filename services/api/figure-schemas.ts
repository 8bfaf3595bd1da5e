import { z } from 'zod';
import { dayBounds } from '../../ingest/index.ts';
import { bilingualSchema } from './schemas.ts';

const date = z.iso.date('a date is YYYY-MM-DD');
const longestDays = 400;

/** Days of the centre's zone, both included; without them today, with one of them that day. */
export const daysQuerySchema = z
  .object({ from: date.optional(), to: date.optional() })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    message: 'from comes before to',
    path: ['to'],
  })
  .refine(({ from, to }) => from === undefined || to === undefined || daysBetween(from, to) <= longestDays, {
    message: `at most ${longestDays} days`,
    path: ['to'],
  });

function daysBetween(from: string, to: string): number {
  const [first, last] = [dayBounds(from, '+00:00'), dayBounds(to, '+00:00')];
  return first === undefined || last === undefined ? 0 : (last.to - first.from) / 86_400_000;
}

const count = z.int().min(0);
const percent = z.number().nullable().describe('0 to 100, one decimal.');
const critical = z.object({ customer: count, business: count, compliance: count });

export const flowSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    expected: count.nullable().describe('Announced by manifests; null where none announced anything.'),
    arrived: count.nullable(),
    missing: count.nullable(),
    received: count.describe('Files.'),
    accepted: count.describe('Files that are the recording of a call.'),
    duplicates: count,
    conflicts: count,
    refused: count,
    erasedFiles: count,
    calls: z.object({
      total: count,
      waiting: count.describe('Not written down yet.'),
      oldestWaitingMs: count.nullable(),
      transcribed: count.describe('Written down and not scored yet.'),
      scored: count,
      noRubric: count.describe('Written down; no published rubric is for them.'),
      failed: count,
      erased: count,
    }),
    final: count.describe('Scored calls in which nothing waits for a person.'),
    needsReview: count.describe('Scored calls in which a person must decide something.'),
    failedBy: z.array(
      z.object({
        code: z.string(),
        text: bilingualSchema,
        count,
        replayable: count.describe('Calls of these whose work can be tried again.'),
      }),
    ),
    sums: z
      .array(z.object({ left: z.array(z.int()), right: z.int(), holds: z.boolean(), words: bilingualSchema }))
      .describe('What must add up, and whether it does.'),
    updatedAt: z.int(),
  })
  .meta({ id: 'Flow' });

const teamFigures = {
  people: count,
  scored: count,
  mean: percent,
  days: z.array(z.object({ date: z.string(), mean: percent, scored: count })),
  critical: critical.describe('Calls with at least one error of the class.'),
  needsReview: count,
};

export const teamsSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    teams: z.array(z.object({ team: z.string().nullable().describe('Null: calls of no team.'), ...teamFigures })),
    all: z.object(teamFigures),
  })
  .meta({ id: 'Teams' });

export const criticalRatesSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    days: z.array(z.object({ date: z.string(), scored: count, customer: count, business: count, compliance: count })),
  })
  .meta({ id: 'CriticalRates' });

export const sourcesSchema = z
  .object({
    sources: z.array(
      z.object({
        source: z.string(),
        lastSeenAt: z.int(),
        files: count,
        calls: count,
        duplicates: count,
        conflicts: count,
        refused: count,
        failed: count,
      }),
    ),
  })
  .meta({ id: 'Sources' });
