import { type Kysely, sql } from 'kysely';
import type { Tx } from '../../kernel/index.ts';
import { type Database, inside } from './database.ts';

/** Who did what to which object. References alone, never content. */
export interface AuditRecord {
  /** UTC milliseconds. */
  readonly at: number;
  readonly who: string;
  readonly action: string;
  readonly kind: string;
  readonly objectId: string | undefined;
  readonly allowed: boolean;
  readonly from: string;
}

/** The append-only trail in `access.audit`. */
export interface PostgresAudit {
  /** Durable when it returns. */
  record(entry: AuditRecord): Promise<void>;
  /** Part of the transaction that does what the entry says. */
  recordInside(tx: Tx, entry: AuditRecord): Promise<void>;
}

export function postgresAudit(database: Database): PostgresAudit {
  return {
    record: (entry) => insert(database.reader<unknown>(), entry),
    recordInside: (tx, entry) => insert(inside<unknown>(tx), entry),
  };
}

async function insert(db: Kysely<unknown>, entry: AuditRecord): Promise<void> {
  await sql`
    insert into access.audit (at, who, action, kind, object_id, allowed, origin)
    values (to_timestamp(${entry.at}::double precision / 1000), ${entry.who}, ${entry.action}, ${entry.kind},
            ${entry.objectId ?? null}, ${entry.allowed}, ${entry.from})
  `.execute(db);
}
