import type { Migration } from 'kysely/migration';
import { runtimeAndAccess } from './0001-runtime-and-access.ts';
import { ingest } from './0002-ingest.ts';
import { transcribe } from './0003-transcribe.ts';
import { scoring } from './0004-scoring.ts';
import { erasure } from './0005-erasure.ts';
import { expected } from './0006-expected.ts';
import { judge } from './0007-judge.ts';
import { search } from './0008-search.ts';
import { figures } from './0009-figures.ts';
import { corrections } from './0010-corrections.ts';
import { changes } from './0011-changes.ts';
import { uploads } from './0012-uploads.ts';
import { judgeMissed } from './0011-judge-missed.ts';

/**
 * The one history of the database, in the order of the names; it only goes forward. A released migration is never edited.
 * A schema change first expands (what runs now must go on running), and contracts in a later release; moving data is not a
 * migration but a backfill that can be interrupted. To add one: a file, and a line here.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-runtime-and-access': runtimeAndAccess,
  '0002-ingest': ingest,
  '0003-transcribe': transcribe,
  '0004-scoring': scoring,
  '0005-erasure': erasure,
  '0006-expected': expected,
  '0007-judge': judge,
  '0008-search': search,
  '0009-figures': figures,
  '0010-corrections': corrections,
  '0011-changes': changes,
  '0012-uploads': uploads,
  '0011-judge-missed': judgeMissed,
};
