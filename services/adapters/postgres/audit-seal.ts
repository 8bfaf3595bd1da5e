import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalJson } from '../../kernel/index.ts';
import { type Database, inside } from './database.ts';

/** Whoever seals holds this advisory lock: one sealer over all processes. */
const sealerLock = 7_061_125;

interface Entry {
  readonly seq: number;
  readonly at: string;
  readonly who: string;
  readonly action: string;
  readonly kind: string;
  readonly object_id: string | null;
  readonly allowed: boolean;
  readonly origin: string;
}

const entryColumns = sql.raw(
  `a.seq, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, a.who, a.action, a.kind, a.object_id, a.allowed, a.origin`,
);

/** SHA-256 over the seal before it, the place in the chain and the entry's canonical JSON. */
function sealOf(before: Buffer, position: number, entry: Entry): Buffer {
  return createHash('sha256').update(before).update(canonicalJson({ position, entry })).digest();
}

const start = Buffer.alloc(32);

/**
 * Chains entries of the trail that are not yet sealed. Entries are written in the requests' own transactions, which wait for
 * no one; the order of the chain is the order in which the sealer finds them, not that of their numbers, so one that committed
 * late comes later and nothing is skipped.
 * @returns how many were sealed; 0 also when another process seals now
 */
export async function sealAudit(database: Database, limit = 1_000): Promise<number> {
  return database.inTransaction(async (tx) => {
    const db = inside<unknown>(tx);
    const lock = await sql<{ ours: boolean }>`select pg_try_advisory_xact_lock(${sealerLock}) as ours`.execute(db);
    if (lock.rows[0]?.ours !== true) return 0;
    const last = await sql<{ position: number; hash: Buffer }>`
      select position, hash from access.audit_seal order by position desc limit 1`.execute(db);
    const { rows: entries } = await sql<Entry>`
      select ${entryColumns} from access.audit a where not exists (select 1 from access.audit_seal s where s.seq = a.seq)
      order by a.seq limit ${limit}`.execute(db);
    let position = last.rows[0]?.position ?? 0;
    let hash = last.rows[0]?.hash ?? start;
    const seals = entries.map((entry) => {
      hash = sealOf(hash, ++position, entry);
      return { position, seq: entry.seq, hash: hash.toString('hex') };
    });
    if (seals.length > 0)
      await sql`
        insert into access.audit_seal (position, seq, hash)
        select position, seq, decode(hash, 'hex') from jsonb_to_recordset(${JSON.stringify(seals)}::jsonb) as s(position bigint, seq bigint, hash text)
      `.execute(db);
    return seals.length;
  });
}

export interface AuditVerdict {
  /** Entries whose seal fits. */
  readonly sealed: number;
  /** Entries at the end that no seal covers yet. */
  readonly unsealed: number;
  /** Place in the chain of the first seal that does not fit its entry or the one before; nothing after it is vouched for. */
  readonly brokenAt: number | undefined;
  /** The last seal, in hex: note it elsewhere, since a chain alone cannot show that its end was cut off. */
  readonly head: string;
}

/** Computes the chain again from the entries. */
export async function verifyAudit(database: Database): Promise<AuditVerdict> {
  const db = database.reader<unknown>();
  let position = 0;
  let hash: Buffer = start;
  let brokenAt: number | undefined;
  for (let more = true; more && brokenAt === undefined;) {
    const { rows } = await sql<Entry & { position: number; hash: Buffer }>`
      select s.position, s.hash, ${entryColumns} from access.audit_seal s join access.audit a on a.seq = s.seq
      where s.position > ${position} order by s.position limit 5000`.execute(db);
    more = rows.length === 5_000;
    for (const { position: place, hash: found, ...entry } of rows) {
      const expected = sealOf(hash, position + 1, entry);
      if (place !== position + 1 || !expected.equals(found)) {
        brokenAt = position + 1;
        break;
      }
      position = place;
      hash = expected;
    }
  }
  const { rows } = await sql<{ unsealed: number; seals: number }>`
    select (select count(*)::int from access.audit a where not exists (select 1 from access.audit_seal s where s.seq = a.seq)) as unsealed,
      (select count(*)::int from access.audit_seal where position > ${position}) as seals`.execute(db);
  // A seal whose entry is gone was not among the rows above.
  if (brokenAt === undefined && (rows[0]?.seals ?? 0) > 0) brokenAt = position + 1;
  return { sealed: position, unsealed: rows[0]?.unsealed ?? 0, brokenAt, head: hash.toString('hex') };
}
